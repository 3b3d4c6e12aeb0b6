//! A sign-in that nobody makes, for the preview of its tokens: of a person who has just proved who they are, and agrees to
//! whatever they are asked.

use guildhall_domain::client::Client;
use guildhall_domain::id::OrganizationId;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_oauth::authorize_request::AuthorizeRequest;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::parameters::Parameters;
use guildhall_oauth::redirect_uri;

use super::advance::{no_visible_way_in, no_way_in};
use super::membership::{Doors, belonging};
use super::scene::first_choices;
use super::step::{Facts, Standing, Step, next_step};
use super::transaction::{Browser, Transaction};
use super::{begin, organization};
use crate::context::App;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Stands for the session that the person begins.
const SESSION: &str = "foreseen";

/// The request, as it is read, and what it comes to.
pub(crate) struct Foreseen {
    pub request: AuthorizeRequest,
    /// Where its answer goes.
    pub redirect_uri: String,
    /// The organization that it names, or the only one that there is to choose.
    pub organization: Option<OrganizationId>,
    /// Whether the person becomes a member of it on the way.
    pub joins: bool,
}

/// Whether the person could come to the end of the sign-in without having to choose. Policies are not asked.
///
/// # Errors
/// The refusals of contract section 13.2; `interaction_required` where the person would have to choose an organization.
pub(crate) async fn foresee(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    user: &User,
    parameters: Parameters,
) -> Result<Foreseen, Refusal> {
    let callbacks = client.settings.callbacks.as_deref().unwrap_or_default();
    let named = organization::find(app, tenant, scope, client, &parameters).await?;
    let parameters = match redirect_uri::example(callbacks, named.name()) {
        Some(callback) => parameters.with("redirect_uri", &callback),
        None => parameters,
    };
    let (request, redirect_uri, organization) = begin::check(app, tenant, client, &parameters).await?;
    let choices = first_choices(app, scope, user).await?;
    let mut transaction = Transaction::begin(app, &Browser::new(), request, redirect_uri, organization);
    let mut standing = None;
    loop {
        let of = transaction.organization.as_ref();
        let doors = Doors::open(app, tenant, scope, client, of, None).await?;
        let belonging = match of {
            Some(id) => Some(belonging(app, &scope.organization(id.clone()), user, &doors).await?),
            None => None,
        };
        let facts = Facts {
            now: app.clock().now(),
            client,
            transaction: &transaction,
            standing: standing.clone(),
            invited: None,
            belonging,
            choices: choices.clone(),
            consented: true,
            denied: None,
        };
        match next_step(&facts) {
            Step::SignIn if doors.is_empty() => return Err(no_way_in().into()),
            Step::SignIn if doors.connection(None).is_none() => {
                return Err(no_visible_way_in(of.is_some()).into());
            }
            Step::SignIn if standing.is_none() => {
                transaction.session = Some(SESSION.to_owned());
                standing = Some(signed_in(app, user));
            }
            Step::Choose(only) => transaction.organization = Some(only),
            Step::Refuse(error) => return Err(error.into()),
            Step::AskOrganization | Step::PickOrganization { .. } => {
                let reason = "The person chooses an organization first: name the one that they choose.";
                return Err(OAuthError::new(ErrorCode::InteractionRequired, reason).into());
            }
            step @ (Step::Join | Step::Done) => {
                return Ok(Foreseen {
                    request: transaction.request,
                    redirect_uri: transaction.redirect_uri,
                    organization: transaction.organization,
                    joins: step == Step::Join,
                });
            }
            step => {
                return Err(Problem::internal(format!("a sign-in that nobody makes came to {step:?}")).into());
            }
        }
    }
}

/// The person, who has just signed in.
fn signed_in(app: &App, user: &User) -> Standing {
    Standing {
        session: SESSION.to_owned(),
        user: user.user_id.clone(),
        email: user.email.clone(),
        blocked: user.is_blocked(),
        authenticated_at: app.clock().now(),
    }
}

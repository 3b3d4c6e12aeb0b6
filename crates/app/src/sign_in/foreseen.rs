//! A sign-in that nobody makes, for the preview of its tokens: of a person who has just proved who they are, and agrees to
//! whatever they are asked.

use guildhall_domain::client::Client;
use guildhall_domain::client_grant::OrganizationUsage;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_oauth::authorize_request::AuthorizeRequest;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::parameters::Parameters;

use super::begin;
use super::membership::{Doors, belonging};
use super::step::{Belonging, usage};
use crate::context::App;
use crate::refusal::Refusal;

/// The request, as it is read, and where its answer goes.
pub(crate) struct Foreseen {
    pub request: AuthorizeRequest,
    pub redirect_uri: String,
}

/// Whether the person could come to the end of the sign-in without having to choose.
///
/// # Errors
/// The refusals of contract section 13.2; `interaction_required` where the person would have to choose an organization.
pub(crate) async fn foresee(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    user: &User,
    parameters: &Parameters,
) -> Result<Foreseen, Refusal> {
    let (request, redirect_uri, organization) = begin::check(app, tenant, client, parameters).await?;
    if user.is_blocked() {
        return Err(OAuthError::new(ErrorCode::AccessDenied, "user is blocked").into());
    }
    let Some(organization) = organization else {
        return match usage(client) {
            OrganizationUsage::Require => {
                let reason = "The client requires an organization: name the one that the person chooses.";
                Err(OAuthError::new(ErrorCode::InteractionRequired, reason).into())
            }
            OrganizationUsage::Allow | OrganizationUsage::Deny => Ok(Foreseen { request, redirect_uri }),
        };
    };
    let inside = scope.organization(organization.clone());
    let doors = Doors::open(app, tenant, scope, client, Some(&organization), None).await?;
    let refuse = |more: &str| {
        let reason = format!("user {} is not part of the {organization} organization{more}", user.user_id);
        Err(OAuthError::new(ErrorCode::AccessDenied, reason).into())
    };
    match belonging(app, &inside, user, &doors).await? {
        Belonging::Member => Ok(Foreseen { request, redirect_uri }),
        Belonging::MayJoin => refuse(" yet, which signing in through its connection mends"),
        Belonging::ElsewhereSignedIn => refuse(" by a connection that it enabled"),
        Belonging::Stranger => refuse(""),
    }
}

//! What people do on the pages of a sign-in.

use guildhall_domain::client_grant::OrganizationUsage;
use guildhall_domain::id::OrganizationId;
use guildhall_domain::organization::Organization;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::issuance;
use guildhall_domain::session::{Method, Session};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::tenant_settings::CookieMode;
use guildhall_domain::user::User;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_persistence::{memberships, organizations};

use super::advance::{advance, client_of};
use super::answer::{self, Recipient};
use super::scene::Scene;
use super::step::{Step, usage};
use super::transaction::Transaction;
use super::{Next, Stopped, Visitor, consents};
use crate::context::App;
use crate::problem::Problem;
use crate::sessions;

/// The most organizations that are listed of a person.
const MOST_LISTED: u64 = 5000;

/// A person proved who they are: their session begins, or goes on where it was theirs, and the sign-in goes on. The value
/// of the session's cookie comes with it.
///
/// # Errors
/// [`Stopped`].
pub async fn signed_in(
    app: &App,
    tenant: &Tenant,
    mut transaction: Transaction,
    user: &User,
    visitor: &Visitor,
) -> Result<(Session, String, Next), Stopped> {
    let (session, cookie) = begin_session(app, tenant, user, visitor).await?;
    transaction.session = Some(session.id.to_string());
    let visitor = Visitor { session: Some(cookie.clone()), ..visitor.clone() };
    let client = client_of(app, tenant, &transaction).await?;
    let next = advance(app, tenant, &client, transaction, &visitor).await?;
    Ok((session, cookie, next))
}

/// The session of a person who proved who they are. Another person's ends: one browser is one person.
async fn begin_session(
    app: &App,
    tenant: &Tenant,
    user: &User,
    visitor: &Visitor,
) -> Result<(Session, String), Problem> {
    let scope = issuance(&tenant.id);
    let now = app.clock().now();
    let methods = vec![Method { name: "pwd".to_owned(), timestamp: now, kind: None }];
    if let Some(cookie) = &visitor.session
        && let Some(session) = sessions::find_by_cookie(app, &scope, cookie).await?
    {
        if session.user_id == user.user_id {
            let again = sessions::authenticated_again(app, tenant, session, methods, &visitor.origin).await?;
            return Ok((again, cookie.clone()));
        }
        sessions::end(app, &scope, &session.id).await?;
    }
    let persistent = sessions::cookie_mode(tenant) == CookieMode::Persistent;
    let begun = sessions::start(app, tenant, &user.user_id, methods, &visitor.origin, persistent).await?;
    Ok((begun.0, begun.1.expose().to_owned()))
}

/// The person names the organization. Nothing when there is none of that name, or the client may not ask for it.
///
/// # Errors
/// [`Stopped`].
pub async fn name_organization(
    app: &App,
    tenant: &Tenant,
    mut transaction: Transaction,
    name: &str,
    visitor: &Visitor,
) -> Result<Option<Next>, Stopped> {
    let scope = issuance(&tenant.id);
    let client = client_of(app, tenant, &transaction).await?;
    let name = name.trim().to_lowercase();
    // On the page people know organizations by name, whether or not clients may use names.
    let found = organizations::find_by_name(app.store(), &scope, &name).await?;
    let Some(organization) = found.filter(|_| usage(&client) != OrganizationUsage::Deny) else {
        return Ok(None);
    };
    transaction.organization = Some(organization.id);
    advance(app, tenant, &client, transaction, visitor).await.map(Some)
}

/// The person chooses an organization, or none. Nothing when the choice was not theirs.
///
/// # Errors
/// [`Stopped`].
pub async fn choose(
    app: &App,
    tenant: &Tenant,
    mut scene: Scene,
    chosen: Option<OrganizationId>,
    visitor: &Visitor,
) -> Result<Option<Next>, Stopped> {
    let Step::PickOrganization { or_none } = scene.step else { return Ok(None) };
    let Some((_, user)) = &scene.person else { return Ok(None) };
    match chosen {
        Some(id) => {
            let inside = issuance(&tenant.id).organization(id.clone());
            if !memberships::exists(app.store(), &inside, &user.user_id).await? {
                return Ok(None);
            }
            scene.transaction.organization = Some(id);
        }
        None if or_none => scene.transaction.without_organization = true,
        None => return Ok(None),
    }
    advance(app, tenant, &scene.client, scene.transaction, visitor).await.map(Some)
}

/// The person's organizations, to choose from.
///
/// # Errors
/// None but the unforeseen.
pub async fn search(app: &App, tenant: &Tenant, user: &User) -> Result<Vec<Organization>, Problem> {
    let page = PageRequest::first(MOST_LISTED);
    Ok(memberships::organizations_of(app.store(), &issuance(&tenant.id), &user.user_id, &page).await?.items)
}

/// The person consents, or not.
///
/// # Errors
/// [`Stopped`].
pub async fn consent(
    app: &App,
    tenant: &Tenant,
    mut scene: Scene,
    allowed: bool,
    visitor: &Visitor,
) -> Result<Next, Stopped> {
    if scene.step != Step::Consent || !allowed {
        let recipient = Recipient::of(tenant, &scene.transaction);
        let denied = OAuthError::new(ErrorCode::AccessDenied, "User did not authorize the request");
        return Ok(Next::Answer(answer::refusal(&recipient, &denied)?));
    }
    consents::remember(app, tenant, &scene).await?;
    scene.transaction.consented = true;
    advance(app, tenant, &scene.client, scene.transaction, visitor).await
}

/// The person accepts the invitation with the account that they are signed in with.
///
/// # Errors
/// [`Stopped`].
pub async fn accept_invitation(
    app: &App,
    tenant: &Tenant,
    mut scene: Scene,
    visitor: &Visitor,
) -> Result<Next, Stopped> {
    scene.transaction.accepts_invitation = true;
    advance(app, tenant, &scene.client, scene.transaction, visitor).await
}

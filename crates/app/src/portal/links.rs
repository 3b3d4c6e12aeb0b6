//! Links into the portal: the vendor's backend asks for one on behalf of a member who is signed in there.

use guildhall_domain::authorization_code::Challenge;
use guildhall_domain::id::{ClientId, OrganizationId};
use guildhall_domain::log::{Change, EventType};
use guildhall_domain::policy::{Authorized, TenantScope, issuance, needs};
use guildhall_domain::portal::{CLIENT, Link, MadePortalLink, NewPortalLink, Visit};
use guildhall_domain::session::Method;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::tenant_settings::CookieMode;
use guildhall_domain::user::User;
use guildhall_oauth::authorize_request::{AuthorizeRequest, Prompt};
use guildhall_oauth::authorize_response::with_query;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_persistence::{
    memberships, organizations, portal_links, portal_visits, resource_servers, users,
};
use guildhall_tokens::secret::{Secret, random_token};
use serde_json::json;

use super::client::callback;
use super::visits;
use crate::access_policies::{self, Sought, whence};
use crate::context::{App, found};
use crate::passwords::note;
use crate::person::{self, Asked};
use crate::problem::{Problem, Thing};
use crate::refusal::Refusal;
use crate::sign_in::Visitor;
use crate::triggers::{Login, Occasion, Outcome, SignIn, post_login};
use crate::{client_authentication, sessions};

/// How such a session was begun.
const METHOD: &str = "portal_link";

/// Makes a link by which a member comes into the portal, once.
///
/// # Errors
/// [`Thing::Organization`], [`Thing::Member`], [`Problem::NotNow`] for a frame that nobody may show.
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreatePortalLinks>,
    organization: &OrganizationId,
    new: NewPortalLink,
) -> Result<MadePortalLink, Problem> {
    let mut unit = app.begin(by).await?;
    let tenant = crate::context::tenant(&unit, by.scope()).await?;
    found(organizations::find(&unit, by.scope(), organization).await?, Thing::Organization)?;
    let inside = by.scope().organization(organization.clone());
    if !memberships::exists(&unit, &inside, &new.user_id).await? {
        return Err(Problem::NoSuch(Thing::Member));
    }
    let link = new.create(organization.clone(), app.clock().now());
    if link.is_framed && tenant.settings.portal().allowed_origins.is_empty() {
        let reason =
            "The tenant's settings allow no origin to show the portal in a frame: portal.allowed_origins.";
        return Err(Problem::NotNow(reason.to_owned()));
    }
    let ticket = random_token();
    portal_links::insert(&unit, &inside, &hash(app, ticket.expose()), &link).await?;
    let change = Change::new("organization.portal_link_created", organization.as_str());
    unit.record(change.within(organization).about(&link.user_id).after(&link)).await?;
    unit.commit().await?;
    let page = if link.is_framed { "portal/framed/link" } else { "portal/link" };
    let url = with_query(&format!("{}{page}", tenant.issuer), &[("ticket", ticket.expose())]);
    Ok(MadePortalLink { url, expires_at: link.expires_at })
}

fn hash(app: &App, ticket: &str) -> String {
    app.0.pepper.hash(&format!("portal link {ticket}")).into()
}

/// Why a link let nobody in.
#[derive(Debug, thiserror::Error)]
pub enum LinkRefusal {
    /// There is no such link, or it was used, or it has expired, or its person is gone from the organization.
    #[error("the link is spent")]
    Spent,
    /// A policy or an Action refuses the person, in these words.
    #[error("{0}")]
    Refused(String),
    /// The unforeseen.
    #[error(transparent)]
    Internal(#[from] Problem),
}

impl From<guildhall_persistence::Error> for LinkRefusal {
    fn from(error: guildhall_persistence::Error) -> Self {
        Self::Internal(error.into())
    }
}

/// The link of a ticket, with its person, unless it was used or has expired.
///
/// # Errors
/// [`LinkRefusal::Spent`].
pub async fn find(app: &App, tenant: &Tenant, ticket: &str) -> Result<(Link, User), LinkRefusal> {
    let (scope, store) = (issuance(&tenant.id), app.store());
    let link = portal_links::find(store, &scope, &hash(app, ticket), app.clock().now()).await?;
    let link = link.ok_or(LinkRefusal::Spent)?;
    let user = users::find(store, &scope, &link.user_id).await?;
    let user = user.filter(|user| !user.is_blocked()).ok_or(LinkRefusal::Spent)?;
    Ok((link, user))
}

/// Uses a link up: its person is let in, as far as policies and the vendor's Actions let them sign in from here. The value
/// of the visit's cookie comes with the link. The session that it begins is the visit's alone: the browser is not signed
/// in anywhere else by it.
///
/// # Errors
/// [`LinkRefusal`].
pub async fn follow(
    app: &App,
    tenant: &Tenant,
    ticket: &str,
    visitor: &Visitor,
) -> Result<(Link, Secret), LinkRefusal> {
    let scope = issuance(&tenant.id);
    let (link, user) = find(app, tenant, ticket).await?;
    if !portal_links::consume(app.store(), &scope, &hash(app, ticket), app.clock().now()).await? {
        return Err(LinkRefusal::Spent);
    }
    let session = match allowed(app, tenant, &scope, &link, &user, visitor).await {
        Ok(session) => session,
        Err(Refusal::Internal(problem)) => return Err(problem.into()),
        Err(Refusal::OAuth(refusal)) => {
            let details = json!({
                "client_id": CLIENT, "organization_id": link.organization_id,
                "description": refusal.description,
            });
            note(app, tenant, EventType::SignInRefused, Some(&user), details, &visitor.origin);
            return Err(LinkRefusal::Refused(refusal.description.to_string()));
        }
    };
    let (organization, framed) = (link.organization_id.clone(), link.is_framed);
    let visit =
        Visit::begin(organization, user.user_id.clone(), session.id.clone(), framed, app.clock().now());
    let (cookie, hash) = visits::cookie(app);
    portal_visits::insert(app.store(), &scope, &hash, &visit).await?;
    let details = json!({
        "client_id": CLIENT, "organization_id": link.organization_id, "session_id": session.id,
        "description": METHOD,
    });
    note(app, tenant, EventType::SignedIn, Some(&user), details, &visitor.origin);
    Ok((link, cookie))
}

/// The session of a person whom policies and Actions let in.
async fn allowed(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    link: &Link,
    user: &User,
    visitor: &Visitor,
) -> Result<guildhall_domain::session::Session, Refusal> {
    let (store, now, client) = (app.store(), app.clock().now(), ClientId::new(CLIENT));
    let gone = || Problem::internal("the portal's client or API is gone");
    let known = client_authentication::find(app, scope, CLIENT).await?.ok_or_else(gone)?;
    let audience = tenant.my_organization_audience();
    let api = resource_servers::find_by_identifier(store, scope, &audience).await?.ok_or_else(gone)?;
    let organization = organizations::find(store, scope, &link.organization_id).await?;
    let organization = organization.ok_or_else(|| denied("The organization is gone."))?;
    let sought = Sought { client: Some(&client), organization: Some(&organization.id), api: Some(&api) };
    let (who, from) = ((user, Some(now)), whence(&visitor.origin));
    if let Err(refusing) = access_policies::check_person(app, tenant, scope, sought, who, from).await? {
        return Err(access_policies::refusal(&refusing).into());
    }
    let asked = Asked { api: Some(api), organization: Some(organization) };
    let access = person::resolve_access(app, tenant, scope, &known.client, user, asked, &[]).await?;
    let methods = vec![Method { name: METHOD.to_owned(), timestamp: now, kind: None }];
    let persistent = sessions::cookie_mode(tenant) == CookieMode::Persistent;
    let (session, _) =
        sessions::start(app, tenant, &user.user_id, methods, &visitor.origin, persistent).await?;
    let request = AuthorizeRequest {
        // Nobody can be sent away who comes by a link.
        prompt: Prompt { none: true, ..Prompt::default() },
        challenge: None::<Challenge>,
        organization: Some(link.organization_id.to_string()),
        ..AuthorizeRequest::of_device(CLIENT, Vec::new(), Some(audience))
    };
    let address = callback(tenant);
    let occasion = Occasion::SignIn(SignIn { request: &request, redirect_uri: &address, away: None });
    let id = session.id.clone();
    let http = visitor.http();
    let login =
        Login { client: &known.client, user, access: &access, http, session: Some(session), occasion };
    let refusal = match post_login(app, tenant, scope, login).await {
        Ok(Outcome::Go(_, Some(session))) => return Ok(session),
        Ok(Outcome::Go(_, None)) => denied("The session was revoked.").into(),
        Ok(Outcome::SendAway(..)) => denied("An Action sends people away, which a link cannot.").into(),
        Ok(Outcome::Refuse(error, _)) => error.into(),
        Err(refusal) => refusal,
    };
    sessions::end(app, scope, &id).await?;
    Err(refusal)
}

fn denied(reason: &str) -> OAuthError {
    OAuthError::new(ErrorCode::AccessDenied, reason)
}

//! `post-login`: what the vendor's Actions decide when a person signs in or a token is refreshed.

use guildhall_actions::Function;
use guildhall_domain::action::execution::ExecutionResult;
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::authorization_code::CodeGrant;
use guildhall_domain::client::Client;
use guildhall_domain::field::Object;
use guildhall_domain::id::ActionBindingId;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::refresh_token::RefreshToken;
use guildhall_domain::role::Role;
use guildhall_domain::session::Session;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::token_changes::TokenChanges;
use guildhall_domain::user::User;
use guildhall_oauth::authorize_request::AuthorizeRequest;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_persistence::{connections, user_roles};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::event;
use super::keep::{self, About};
use super::request::HttpRequest;
use super::run::{self, End, Flow, Ran, RefusedBy};
use super::wishes::Wishes;
use crate::actions::flow::flow;
use crate::context::App;
use crate::member_roles;
use crate::person::Access;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// The most roles that Actions are told of.
const ROLES: usize = 1000;

/// Whose tokens are about to be issued, and why.
pub(crate) struct Login<'a> {
    pub client: &'a Client,
    pub user: &'a User,
    pub access: &'a Access,
    pub http: HttpRequest<'a>,
    pub session: Option<Session>,
    pub occasion: Occasion<'a>,
}

/// Why tokens are about to be issued.
#[derive(Clone, Copy)]
pub(crate) enum Occasion<'a> {
    /// A sign-in through the browser.
    SignIn(SignIn<'a>),
    /// A device's code was allowed.
    Device(&'a CodeGrant),
    /// A refresh token came.
    Refresh(&'a RefreshToken),
}

/// A sign-in through the browser.
#[derive(Clone, Copy)]
pub(crate) struct SignIn<'a> {
    pub request: &'a AuthorizeRequest,
    pub redirect_uri: &'a str,
    /// The Action that sent the person away, once one did.
    pub away: Option<&'a Away>,
}

impl<'a> Login<'a> {
    fn away(&self) -> Option<&'a Away> {
        match self.occasion {
            Occasion::SignIn(it) => it.away,
            Occasion::Device(_) | Occasion::Refresh(_) => None,
        }
    }
}

/// A person whom an Action sent away, until they are back: what was decided by then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Away {
    by: ActionBindingId,
    changes: TokenChanges,
    metadata: Object,
}

/// What Actions decided.
pub(crate) enum Outcome {
    /// Tokens are issued, with changes. The session is as they left it.
    Go(Box<TokenChanges>, Option<Session>),
    /// The person goes to another address first.
    SendAway(String, Away),
    /// None are issued.
    Refuse(OAuthError, RefusedBy),
}

/// Lets the vendor's Actions decide. Costs nothing where there are none.
///
/// # Errors
/// `server_error` where metadata grow too large; the unforeseen.
pub(crate) async fn post_login(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    login: Login<'_>,
) -> Result<Outcome, Refusal> {
    let Some(mut ran) = run_actions(app, tenant, scope, &login, false).await? else {
        return Ok(untouched(login));
    };
    let (client, origin) = (&login.client.client_id, login.http.origin);
    let organization = login.access.organization.as_ref().map(|organization| &organization.id);
    let about = About {
        tenant,
        trigger: Trigger::PostLogin,
        user: Some(login.user),
        client: Some(client),
        organization,
        origin,
    };
    keep::execution(app, &about, &mut ran);
    keep::metadata(app, scope, &mut ran.wishes, login.user, client, origin).await?;
    let mut session = login.session;
    if let Some(standing) = session {
        session = keep::session(app, scope, &ran.wishes, standing).await?;
    }
    outcome(ran, session)
}

/// What Actions would decide, what became of each, and what they would write about the person.
pub(crate) struct Foreseen {
    pub outcome: Result<Outcome, Refusal>,
    pub results: Vec<ExecutionResult>,
    pub user_metadata: Object,
    pub app_metadata: Object,
}

/// What the vendor's Actions would decide. Nothing of it remains.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn foresee_login(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    login: Login<'_>,
) -> Result<Foreseen, Problem> {
    let Some(mut ran) = run_actions(app, tenant, scope, &login, true).await? else {
        return Ok(Foreseen {
            outcome: Ok(untouched(login)),
            results: Vec::new(),
            user_metadata: Object::new(),
            app_metadata: Object::new(),
        });
    };
    let results = std::mem::take(&mut ran.results);
    let (user_metadata, app_metadata) = (ran.wishes.user_metadata.clone(), ran.wishes.app_metadata.clone());
    let written = [user_metadata.clone(), app_metadata.clone()];
    let outcome = match keep::with_metadata(login.user.clone(), written) {
        Ok(_) => outcome(ran, login.session),
        Err(reason) => Err(OAuthError::new(ErrorCode::ServerError, reason).into()),
    };
    Ok(Foreseen { outcome, results, user_metadata, app_metadata })
}

/// The outcome where there are no Actions.
fn untouched(login: Login<'_>) -> Outcome {
    Outcome::Go(Box::new(login.away().map(|away| away.changes.clone()).unwrap_or_default()), login.session)
}

async fn run_actions(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    login: &Login<'_>,
    is_preview: bool,
) -> Result<Option<Ran>, Problem> {
    let flow = flow(app, scope, Trigger::PostLogin).await?;
    if flow.is_empty() {
        return Ok(None);
    }
    let roles = roles(app, tenant, scope, login).await?;
    let event = event(app, tenant, scope, login, &roles).await?;
    let can_redirect = matches!(login.occasion, Occasion::SignIn(it) if !it.request.prompt.none);
    let wishes = login.away().map(|away| Wishes {
        changes: away.changes.clone(),
        transaction_metadata: away.metadata.clone(),
        ..Wishes::default()
    });
    let work = Flow {
        tenant,
        function: Function::PostLogin,
        actions: &flow,
        event,
        roles: &roles,
        can_redirect,
        back_at: login.away().map(|away| &away.by),
        wishes: wishes.unwrap_or_default(),
        is_preview,
    };
    run::run(app, work).await.map(Some)
}

fn outcome(ran: Ran, session: Option<Session>) -> Result<Outcome, Refusal> {
    Ok(match ran.end {
        End::Refused(error, by) => Outcome::Refuse(error, by),
        End::SentAway { url, by } => {
            let (changes, metadata) = (ran.wishes.changes, ran.wishes.transaction_metadata);
            Outcome::SendAway(url, Away { by, changes, metadata })
        }
        End::Through if ran.wishes.session.revoked => {
            return Err(OAuthError::new(ErrorCode::AccessDenied, "The session was revoked.").into());
        }
        End::Through => Outcome::Go(Box::new(ran.wishes.changes), session),
    })
}

/// The roles that count: those held in the organization, or the tenant's where there is none.
async fn roles(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    login: &Login<'_>,
) -> Result<Vec<Role>, Problem> {
    let (store, user) = (app.store(), &login.user.user_id);
    let mut roles = match &login.access.organization {
        Some(organization) => member_roles::counting(store, tenant, scope, organization, user).await?,
        None => user_roles::list(store, scope, user, &PageRequest::first(ROLES as u64)).await?.items,
    };
    roles.truncate(ROLES);
    Ok(roles)
}

/// Contract section 15.1.
async fn event(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    login: &Login<'_>,
    roles: &[Role],
) -> Result<Value, Problem> {
    let (user, access) = (login.user, login.access);
    let methods = login.session.as_ref().map(|session| &session.authentication.methods);
    let mut told = json!({
        "authentication": {"methods": methods.cloned().unwrap_or_default()},
        "authorization": {"roles": roles.iter().map(|role| &role.name).collect::<Vec<_>>()},
        "client": event::client(login.client),
        "request": login.http.told(tenant.hostname()),
        "stats": {"logins_count": user.logins_count.unwrap_or_default()},
        "tenant": event::tenant(tenant),
        "user": event::user(user),
        "transaction": match login.occasion {
            Occasion::SignIn(it) => event::transaction(it.request, it.redirect_uri),
            Occasion::Device(grant) => event::exchange("oauth2-device-code", &grant.scope),
            Occasion::Refresh(token) => event::exchange("oauth2-refresh-token", &token.scope),
        },
    });
    if let Some(identity) = user.identities.first()
        && let Some(connection) = connections::find_by_name(app.store(), scope, &identity.connection).await?
    {
        told["connection"] = event::connection(&connection);
    }
    if let Some(organization) = &access.organization {
        told["organization"] = event::organization(organization);
    }
    if let Some(api) = &access.api {
        told["resource_server"] = json!({"identifier": api.identifier});
    }
    if let Some(session) = &login.session {
        told["session"] = event::session(session);
    }
    if let Occasion::Refresh(token) = login.occasion {
        told["refresh_token"] = event::refresh_token(token);
    }
    Ok(told)
}

//! Sessions: begun by a sign-in, found by the browser's cookie, ended by a sign-out. Contract section 11.

pub mod admin;

use guildhall_domain::id::{SessionId, UserId};
use guildhall_domain::log::Origin;
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::session::{Lifetimes, Method, Session};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::tenant_settings::CookieMode;
use guildhall_persistence::sessions;
use guildhall_tokens::secret::Secret;

use crate::context::App;
use crate::problem::Problem;

fn mode(persistent: bool) -> CookieMode {
    if persistent { CookieMode::Persistent } else { CookieMode::NonPersistent }
}

/// How the cookies of the tenant's sessions are kept.
pub(crate) fn cookie_mode(tenant: &Tenant) -> CookieMode {
    let cookie = tenant.settings.other("session_cookie").and_then(|cookie| cookie.get("mode"));
    mode(cookie.and_then(|mode| mode.as_str()) != Some("non-persistent"))
}

/// Begins a session of a person who has just proved who they are. The second value is the cookie's.
///
/// # Errors
/// None but the unforeseen.
pub async fn start(
    app: &App,
    tenant: &Tenant,
    user: &UserId,
    methods: Vec<Method>,
    origin: &Origin,
    persistent: bool,
) -> Result<(Session, Secret), Problem> {
    let mode = mode(persistent);
    let lifetimes = Lifetimes::of(&tenant.settings, mode);
    let clock = app.clock();
    let session = Session::begin(
        SessionId::generate(clock),
        user.clone(),
        methods,
        origin,
        (mode, lifetimes),
        clock.now(),
    );
    let (cookie, hash) = app.hashed_token();
    sessions::insert(app.store(), &issuance(&tenant.id), &session, &hash).await?;
    Ok((session, cookie))
}

/// The session of a cookie, if it still counts.
///
/// # Errors
/// None but the unforeseen.
pub async fn find_by_cookie(
    app: &App,
    scope: &TenantScope,
    cookie: &str,
) -> Result<Option<Session>, Problem> {
    let hash = app.0.pepper.hash(cookie);
    Ok(sessions::find_by_hash(app.store(), scope, hash.as_str(), app.clock().now()).await?)
}

/// The session with this id, if it still counts.
///
/// # Errors
/// None but the unforeseen.
pub async fn find(app: &App, scope: &TenantScope, id: &SessionId) -> Result<Option<Session>, Problem> {
    Ok(sessions::find(app.store(), scope, id, app.clock().now()).await?)
}

/// Notes that the session was used: it ends later for that.
///
/// # Errors
/// None but the unforeseen.
pub async fn touch(
    app: &App,
    tenant: &Tenant,
    session: Session,
    origin: &Origin,
) -> Result<Session, Problem> {
    let lifetimes = Lifetimes::of(&tenant.settings, session.cookie.mode);
    let session = session.touched(origin, lifetimes, app.clock().now());
    sessions::update(app.store(), &issuance(&tenant.id), &session).await?;
    Ok(session)
}

/// Notes that the person of the session has proved again who they are.
///
/// # Errors
/// None but the unforeseen.
pub async fn authenticated_again(
    app: &App,
    tenant: &Tenant,
    session: Session,
    methods: Vec<Method>,
    origin: &Origin,
) -> Result<Session, Problem> {
    let lifetimes = Lifetimes::of(&tenant.settings, session.cookie.mode);
    let now = app.clock().now();
    let session = session.authenticated(methods, now).touched(origin, lifetimes, now);
    sessions::update(app.store(), &issuance(&tenant.id), &session).await?;
    Ok(session)
}

/// Ends a session. Refresh tokens that began in it live on.
///
/// # Errors
/// None but the unforeseen.
pub async fn end(app: &App, scope: &TenantScope, id: &SessionId) -> Result<(), Problem> {
    sessions::delete(app.store(), scope, id).await?;
    Ok(())
}

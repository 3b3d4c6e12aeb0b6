//! Passwords: signing in with one, signing up, setting one. Hashes are computed outside every transaction, by a pool of
//! their own.

mod addresses;
mod authenticate;
mod pool;
mod sign_up;

use guildhall_domain::connection::DatabaseOptions;
use guildhall_domain::id::{ClientId, LogId};
use guildhall_domain::log::{Change, EventType, Origin};
use guildhall_domain::password::{Password, Weakness};
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::sign_in_delay::forgotten_after;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_persistence::passwords::{self, StoredPassword};
use guildhall_persistence::refresh_tokens::Which;
use guildhall_persistence::{
    Event, UnitOfWork, clients, connections, refresh_tokens, sessions, sign_in_failures, users,
};
use guildhall_tokens::password::PasswordHash;
use serde_json::Value;

use crate::context::App;
use crate::problem::Problem;
use crate::users::database_connection;

pub(crate) use addresses::Addresses;
pub use authenticate::{SignInRefusal, authenticate};
pub use sign_up::{SignUpRefusal, sign_up};

impl From<pool::Busy> for Problem {
    fn from(_: pool::Busy) -> Self {
        Self::Busy
    }
}

/// A password that was accepted and hashed, to be stored.
#[derive(Debug)]
pub(crate) struct NewPassword(StoredPassword);

impl NewPassword {
    /// Stores it for a user. Whoever got in with the old one is out: sessions end, refresh tokens are revoked.
    pub(crate) async fn store(
        &self,
        unit: &UnitOfWork,
        scope: &TenantScope,
        user: &User,
    ) -> Result<(), Problem> {
        let id = &user.user_id;
        sessions::delete_of_user(unit, scope, id).await?;
        refresh_tokens::delete(unit, scope, &Which::User(id)).await?;
        Ok(passwords::set(unit, scope, id, &self.0, user.updated_at).await?)
    }
}

/// What a database connection decides, among it what it demands of new passwords.
///
/// # Errors
/// [`Problem::NotNow`] for a connection that keeps no passwords here.
pub async fn options(app: &App, scope: &TenantScope, connection: &str) -> Result<DatabaseOptions, Problem> {
    let connection = database_connection(app.store(), scope, connection).await?;
    connection.database_options().map_err(Problem::internal)
}

/// The same for a page or an application of the tenant's.
///
/// # Errors
/// [`Problem::NotNow`] for a connection that keeps no passwords here.
pub async fn options_of(app: &App, tenant: &Tenant, connection: &str) -> Result<DatabaseOptions, Problem> {
    options(app, &issuance(&tenant.id), connection).await
}

/// Whether there is a client with this id that may use a connection.
///
/// # Errors
/// None but the unforeseen.
pub async fn is_open_to(
    app: &App,
    tenant: &Tenant,
    client: Option<&ClientId>,
    connection: &str,
) -> Result<bool, Problem> {
    let (scope, Some(client)) = (issuance(&tenant.id), client) else { return Ok(false) };
    if clients::find(app.store(), &scope, client).await?.is_none() {
        return Ok(false);
    }
    let enabled = connections::of_client(app.store(), &scope, client).await?;
    Ok(enabled.iter().any(|enabled| enabled.name == connection))
}

/// Checks a new password against what the connection demands, and against those the user had, and hashes it.
///
/// # Errors
/// [`Problem::WeakPassword`], [`Problem::Busy`], [`Problem::NotNow`].
pub(crate) async fn accept(
    app: &App,
    scope: &TenantScope,
    user: &User,
    password: Password,
) -> Result<NewPassword, Problem> {
    let connection = user.identities.first().map_or("", |identity| identity.connection.as_str());
    let options = options(app, scope, connection).await?;
    options.check_password(password.expose(), user).map_err(Problem::WeakPassword)?;
    let remembered = usize::try_from(options.remembered_passwords()).unwrap_or_default();
    let mut former = match remembered {
        0 => Vec::new(),
        _ => passwords::find(app.store(), scope, &user.user_id)
            .await?
            .map(|stored| std::iter::once(stored.hash).chain(stored.former).collect())
            .unwrap_or_default(),
    };
    former.truncate(remembered);
    let hashes: Vec<PasswordHash> = former.iter().filter_map(|hash| PasswordHash::read(hash).ok()).collect();
    if !hashes.is_empty() && pool::matches_any(password.clone(), hashes).await? {
        return Err(Problem::WeakPassword(Weakness::Reused));
    }
    let hash = pool::hashed(password).await?.as_str().to_owned();
    Ok(NewPassword(StoredPassword { hash, former }))
}

/// Ends the delays of an account, under every name its owner signs in with.
pub(crate) async fn unblock(app: &App, scope: &TenantScope, user: &User) -> Result<(), Problem> {
    for identity in &user.identities {
        for name in names(user) {
            let account = account(app, &identity.connection, name);
            sign_in_failures::forget(app.store(), scope, &account, None).await?;
        }
    }
    Ok(())
}

/// Gives a user a new password, within a unit.
pub(crate) async fn change(
    app: &App,
    unit: &mut UnitOfWork,
    scope: &TenantScope,
    before: User,
    new: &NewPassword,
    proves_email: bool,
) -> Result<User, Problem> {
    let now = app.clock().now();
    let after = User {
        email_verified: before.email_verified || proves_email,
        last_password_reset: Some(now),
        updated_at: now,
        ..before.clone()
    };
    users::update(unit, scope, &after).await?;
    new.store(unit, scope, &after).await?;
    let change = Change::new("user.password_changed", after.user_id.as_str()).about(&after.user_id);
    unit.record(change.before(&before).after(&after)).await?;
    Ok(after)
}

/// Forgets failed attempts to sign in that count no longer.
///
/// # Errors
/// None but the unforeseen.
pub async fn forget_failures(app: &App) -> Result<(), Problem> {
    sign_in_failures::forget_old(app.store(), app.clock().now() - forgotten_after()).await?;
    Ok(())
}

/// What a user signs in with.
pub(crate) fn names(user: &User) -> impl Iterator<Item = &str> {
    [&user.email, &user.username, &user.phone_number].into_iter().flatten().map(String::as_str)
}

/// How failures of an account are stored: a keyed hash of what was typed.
pub(crate) fn account(app: &App, connection: &str, identifier: &str) -> String {
    let typed = format!("sign-in\0{connection}\0{}", identifier.trim().to_lowercase());
    app.0.pepper.hash(&typed).as_str().to_owned()
}

/// Notes what a person did, or was refused, in the log.
pub(crate) fn note(
    app: &App,
    tenant: &Tenant,
    kind: EventType,
    user: Option<&User>,
    mut details: Value,
    origin: &Origin,
) {
    details["request_id"] = origin.request_id.clone().into();
    let event = Event {
        id: LogId::generate(app.clock()),
        date: app.clock().now(),
        kind: kind.as_str().to_owned(),
        description: details["description"].as_str().unwrap_or_default().to_owned(),
        epoch: None,
        client_id: details["client_id"].as_str().map(str::to_owned),
        user_id: user.map(|user| user.user_id.to_string()),
        organization_id: details["organization_id"].as_str().map(str::to_owned),
        ip: origin.ip.clone(),
        user_agent: origin.user_agent.clone(),
        details: details.to_string(),
    };
    metrics::counter!("guildhall_sign_in_events_total", "kind" => kind.as_str()).increment(1);
    if !app.0.events.append(&tenant.id, event) {
        metrics::counter!("guildhall_token_events_lost_total").increment(1);
    }
}

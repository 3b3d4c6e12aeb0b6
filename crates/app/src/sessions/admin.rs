//! Sessions as the vendor sees and ends them. What ends them is recorded by the one door.

use guildhall_domain::id::{SessionId, UserId};
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, Need, needs};
use guildhall_domain::session::{AccessRevocation, Session, SessionPatch};
use guildhall_persistence::refresh_tokens::Which;
use guildhall_persistence::{UnitOfWork, refresh_tokens, sessions};
use serde_json::json;

use crate::context::App;
use crate::problem::{Problem, Thing};
use crate::user_roles::existing_user;

/// A page of the user's sessions.
///
/// # Errors
/// [`Thing::User`].
pub async fn of_user(
    app: &App,
    by: &Authorized<needs::ReadSessions>,
    user: &UserId,
    page: &PageRequest,
) -> Result<Page<Session>, Problem> {
    existing_user(app.store(), by.scope(), user).await?;
    Ok(sessions::of_user(app.store(), by.scope(), user, page, app.clock().now()).await?)
}

/// The session with this id.
///
/// # Errors
/// [`Thing::Session`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadSessions>,
    id: &SessionId,
) -> Result<Session, Problem> {
    super::find(app, by.scope(), id).await?.ok_or(Problem::NoSuch(Thing::Session))
}

/// Puts the vendor's own data about a session in the place of those that are there.
///
/// # Errors
/// [`Thing::Session`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateSessions>,
    id: &SessionId,
    patch: SessionPatch,
) -> Result<Session, Problem> {
    let mut unit = app.begin(by).await?;
    let before = existing(app, &unit, by, id).await?;
    let mut after = before.clone();
    patch.session_metadata.apply(&mut after.session_metadata);
    after.updated_at = app.clock().now();
    sessions::set_metadata(&unit, by.scope(), id, after.session_metadata.as_ref(), after.updated_at).await?;
    let change = Change::new("session.updated", id.as_str()).about(&before.user_id);
    unit.record(change.before(&before).after(&after)).await?;
    unit.commit().await?;
    Ok(after)
}

/// Ends a session. Refresh tokens that began in it live on.
///
/// # Errors
/// [`Thing::Session`].
pub async fn delete(
    app: &App,
    by: &Authorized<needs::DeleteSessions>,
    id: &SessionId,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let before = existing(app, &unit, by, id).await?;
    sessions::delete(&unit, by.scope(), id).await?;
    unit.record(Change::new("session.deleted", id.as_str()).about(&before.user_id).before(&before)).await?;
    unit.commit().await?;
    Ok(())
}

/// Ends a session and revokes the refresh tokens that began in it.
///
/// # Errors
/// [`Thing::Session`].
pub async fn revoke(app: &App, by: &Authorized<needs::RevokeAccess>, id: &SessionId) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let before = existing(app, &unit, by, id).await?;
    sessions::delete(&unit, by.scope(), id).await?;
    refresh_tokens::delete(&unit, by.scope(), &Which::Session(id)).await?;
    unit.record(Change::new("session.revoked", id.as_str()).about(&before.user_id).before(&before)).await?;
    unit.commit().await?;
    Ok(())
}

/// Ends every session of the user. Refresh tokens live on.
///
/// # Errors
/// [`Thing::User`].
pub async fn delete_of_user(
    app: &App,
    by: &Authorized<needs::DeleteSessions>,
    user: &UserId,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    existing_user(&unit, by.scope(), user).await?;
    let ended = sessions::delete_of_user(&unit, by.scope(), user).await?;
    let change = Change::new("user.sessions_deleted", user.as_str()).about(user);
    unit.record(change.before(&json!({ "sessions": ended }))).await?;
    unit.commit().await?;
    Ok(())
}

/// Ends the user's sessions, or one of them, and revokes the refresh tokens unless they are to be kept.
///
/// # Errors
/// [`Thing::User`], [`Thing::Session`].
pub async fn revoke_access(
    app: &App,
    by: &Authorized<needs::RevokeAccess>,
    user: &UserId,
    what: AccessRevocation,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    existing_user(&unit, by.scope(), user).await?;
    let which = match &what.session_id {
        Some(id) => {
            let session = existing(app, &unit, by, id).await?;
            if session.user_id != *user {
                return Err(Problem::NoSuch(Thing::Session));
            }
            sessions::delete(&unit, by.scope(), id).await?;
            Which::Session(id)
        }
        None => {
            sessions::delete_of_user(&unit, by.scope(), user).await?;
            Which::User(user)
        }
    };
    if !what.preserve_refresh_tokens {
        refresh_tokens::delete(&unit, by.scope(), &which).await?;
    }
    let change = Change::new("user.access_revoked", user.as_str()).about(user);
    unit.record(change.after(&what)).await?;
    unit.commit().await?;
    Ok(())
}

async fn existing<N: Need>(
    app: &App,
    unit: &UnitOfWork,
    by: &Authorized<N>,
    id: &SessionId,
) -> Result<Session, Problem> {
    let found = sessions::find(unit, by.scope(), id, app.clock().now()).await?;
    found.ok_or(Problem::NoSuch(Thing::Session))
}

//! Refresh tokens as the vendor sees and revokes them. What revokes them is recorded by the one door.

use guildhall_domain::id::{RefreshTokenId, UserId};
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, needs};
use guildhall_domain::refresh_token::{
    MOST_PER_USER_AND_CLIENT, RefreshToken, RefreshTokenPatch, Revocation,
};
use guildhall_persistence::refresh_tokens::{self, Which};
use guildhall_persistence::{Db, UnitOfWork};
use serde_json::json;

use crate::context::App;
use crate::problem::{Problem, Thing};
use crate::user_roles::existing_user;

/// A page of the user's refresh tokens.
///
/// # Errors
/// [`Thing::User`].
pub async fn of_user(
    app: &App,
    by: &Authorized<needs::ReadRefreshTokens>,
    user: &UserId,
    page: &PageRequest,
) -> Result<Page<RefreshToken>, Problem> {
    existing_user(app.store(), by.scope(), user).await?;
    let now = app.clock().now();
    Ok(refresh_tokens::list(app.store(), by.scope(), &Which::User(user), page, now).await?)
}

/// The refresh token with this id.
///
/// # Errors
/// [`Thing::RefreshToken`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadRefreshTokens>,
    id: &RefreshTokenId,
) -> Result<RefreshToken, Problem> {
    let found = refresh_tokens::find(app.store(), by.scope(), id, app.clock().now()).await?;
    found.ok_or(Problem::NoSuch(Thing::RefreshToken))
}

/// Puts the vendor's own data about a refresh token in the place of those that are there.
///
/// # Errors
/// [`Thing::RefreshToken`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateRefreshTokens>,
    id: &RefreshTokenId,
    patch: RefreshTokenPatch,
) -> Result<RefreshToken, Problem> {
    let mut unit = app.begin(by).await?;
    let found = refresh_tokens::find(&unit, by.scope(), id, app.clock().now()).await?;
    let before = found.ok_or(Problem::NoSuch(Thing::RefreshToken))?;
    let mut after = before.clone();
    patch.refresh_token_metadata.apply(&mut after.refresh_token_metadata);
    refresh_tokens::set_metadata(&unit, by.scope(), id, after.refresh_token_metadata.as_ref()).await?;
    let change = Change::new("refresh_token.updated", id.as_str()).about(&before.user_id);
    unit.record(change.before(&before).after(&after)).await?;
    unit.commit().await?;
    Ok(after)
}

/// Revokes a refresh token with every value that it has had.
///
/// # Errors
/// [`Thing::RefreshToken`].
pub async fn delete(
    app: &App,
    by: &Authorized<needs::DeleteRefreshTokens>,
    id: &RefreshTokenId,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let found = refresh_tokens::find(&unit, by.scope(), id, app.clock().now()).await?;
    let before = found.ok_or(Problem::NoSuch(Thing::RefreshToken))?;
    refresh_tokens::delete(&unit, by.scope(), &Which::Ids(std::slice::from_ref(id))).await?;
    let change = Change::new("refresh_token.revoked", id.as_str()).about(&before.user_id);
    unit.record(change.before(&before)).await?;
    unit.commit().await?;
    Ok(())
}

/// Revokes every refresh token of the user.
///
/// # Errors
/// [`Thing::User`].
pub async fn delete_of_user(
    app: &App,
    by: &Authorized<needs::DeleteRefreshTokens>,
    user: &UserId,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    existing_user(&unit, by.scope(), user).await?;
    let revoked = refresh_tokens::delete(&unit, by.scope(), &Which::User(user)).await?;
    let change = Change::new("user.refresh_tokens_revoked", user.as_str()).about(user);
    unit.record(change.before(&json!({ "refresh_tokens": revoked }))).await?;
    unit.commit().await?;
    Ok(())
}

/// Revokes the refresh tokens that the body selects; that there are none is no error.
///
/// # Errors
/// None but the unforeseen.
pub async fn revoke(
    app: &App,
    by: &Authorized<needs::DeleteRefreshTokens>,
    what: Revocation,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let ids = selected(app, &unit, by, &what).await?;
    let which = match (&ids, &what.user_id, &what.client_id) {
        (Some(ids), ..) => Which::Ids(ids),
        (None, Some(user), Some(client)) => Which::UserAndClient(user, client),
        (None, Some(user), None) => Which::User(user),
        (None, None, _) => Which::Ids(&[]),
    };
    refresh_tokens::delete(&unit, by.scope(), &which).await?;
    let mut change = Change::new("refresh_tokens.revoked", "refresh-tokens").after(&what);
    change.user_id = what.user_id.clone();
    unit.record(change).await?;
    unit.commit().await?;
    Ok(())
}

/// The ids, where the body gives them or an API selects them.
async fn selected(
    app: &App,
    unit: &UnitOfWork,
    by: &Authorized<needs::DeleteRefreshTokens>,
    what: &Revocation,
) -> Result<Option<Vec<RefreshTokenId>>, Problem> {
    let (Some(user), Some(client), Some(audience)) = (&what.user_id, &what.client_id, &what.audience) else {
        return Ok(what.ids.clone());
    };
    let (which, all) = (Which::UserAndClient(user, client), PageRequest::first(MOST_PER_USER_AND_CLIENT));
    let held = refresh_tokens::list(Db::from(unit), by.scope(), &which, &all, app.clock().now()).await?;
    let good_for = |token: &RefreshToken| token.resource_servers.iter().any(|api| api.audience == *audience);
    Ok(Some(held.items.into_iter().filter(good_for).map(|token| token.id).collect()))
}

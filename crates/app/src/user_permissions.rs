//! What users may do outside organizations. Contract section 4.

use guildhall_domain::effect::Holder;
use guildhall_domain::id::UserId;
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::permission::{PermissionName, UserPermission};
use guildhall_domain::policy::{Authorized, needs};
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::permissions::{self, PermissionKey};
use guildhall_persistence::{UnitOfWork, user_permissions};
use serde_json::json;

use crate::context::{App, limits};
use crate::effects::{self, Concern, Made};
use crate::problem::{Limit, Problem, Thing, missing};
use crate::role_permissions::defined;
use crate::user_roles::existing_user;

/// A page of what the user may do, directly or by roles of the tenant.
///
/// # Errors
/// [`Thing::User`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadUsers>,
    user: &UserId,
    page: &PageRequest,
) -> Result<Page<UserPermission>, Problem> {
    existing_user(app.store(), by.scope(), user).await?;
    Ok(user_permissions::list(app.store(), by.scope(), user, page).await?)
}

/// Gives a user permissions directly; those held so already stay.
///
/// # Errors
/// [`Thing::User`], [`Thing::Permission`], [`Limit::UserPermissions`].
pub async fn add(
    app: &App,
    by: &Authorized<needs::UpdateUsers>,
    user: &UserId,
    names: Vec<PermissionName>,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = add_within(&unit, by, user, &names).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn add_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::UpdateUsers>,
    user: &UserId,
    names: &[PermissionName],
) -> Result<Made, Problem> {
    let most = limits(unit, by.scope()).await?.permissions_per_user;
    existing_user(unit, by.scope(), user).await?;
    let keys = defined(unit, by.scope(), names).await?;
    let mut held = user_permissions::direct(unit, by.scope(), user).await?;
    held.extend(keys.iter().cloned());
    if held.len() as u64 > most {
        return Err(Problem::LimitReached(Limit::UserPermissions));
    }
    user_permissions::insert(unit, by.scope(), user, &keys).await.map_err(missing(Thing::User))?;
    let change = Change::new("user.permissions_added", user.as_str());
    Ok(Made::new(change.after(&json!({ "permissions": names })), of_user(user, &keys)))
}

/// Takes direct permissions from a user; those not held so are passed over.
///
/// # Errors
/// [`Thing::User`].
pub async fn remove(
    app: &App,
    by: &Authorized<needs::UpdateUsers>,
    user: &UserId,
    names: Vec<PermissionName>,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = remove_within(&unit, by, user, &names).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn remove_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::UpdateUsers>,
    user: &UserId,
    names: &[PermissionName],
) -> Result<Made, Problem> {
    existing_user(unit, by.scope(), user).await?;
    let keys: Vec<PermissionKey> =
        permissions::resolve(unit, by.scope(), names).await?.into_values().collect();
    user_permissions::delete(unit, by.scope(), user, &keys).await?;
    let change = Change::new("user.permissions_removed", user.as_str());
    Ok(Made::new(change.before(&json!({ "permissions": names })), of_user(user, &keys)))
}

/// What the user holds on the APIs of the permissions.
fn of_user(user: &UserId, keys: &[PermissionKey]) -> Concern {
    let apis = keys.iter().map(|key| key.resource_server_id.clone()).collect();
    Concern::Rights(Concerned::one(Holder::User(user.clone())), Some(apis))
}

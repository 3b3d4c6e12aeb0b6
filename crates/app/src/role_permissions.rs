//! What roles permit. Contract section 4.

use guildhall_domain::id::RoleId;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::permission::{Permission, PermissionName};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_domain::role::Role;
use guildhall_persistence::concerned::Concerned;
use guildhall_persistence::permissions::{self, PermissionKey};
use guildhall_persistence::{UnitOfWork, role_permissions};
use serde_json::json;

use crate::context::{App, limits};
use crate::effects::{self, Concern, Made};
use crate::problem::{Limit, Problem, Thing, missing};
use crate::roles::{change, role};

/// A page of what the role permits.
///
/// # Errors
/// [`Thing::Role`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadRoles>,
    id: &RoleId,
    page: &PageRequest,
) -> Result<Page<Permission>, Problem> {
    role(app.store(), by.scope(), id).await?;
    Ok(role_permissions::list(app.store(), by.scope(), id, page).await?)
}

/// Adds permissions to a role; those it has already stay.
///
/// # Errors
/// [`Thing::Role`], [`Thing::Permission`], [`Limit::RolePermissions`].
pub async fn add(
    app: &App,
    by: &Authorized<needs::UpdateRoles>,
    id: &RoleId,
    names: Vec<PermissionName>,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = add_within(&unit, by, id, &names).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn add_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::UpdateRoles>,
    id: &RoleId,
    names: &[PermissionName],
) -> Result<Made, Problem> {
    let role = role(unit, by.scope(), id).await?;
    let keys = defined(unit, by.scope(), names).await?;
    give(unit, by.scope(), &role, names, &keys).await
}

/// Adds permissions that an API defines, by their names and as they are held.
///
/// # Errors
/// [`Limit::RolePermissions`].
pub(crate) async fn give(
    unit: &UnitOfWork,
    scope: &TenantScope,
    role: &Role,
    names: &[PermissionName],
    keys: &[PermissionKey],
) -> Result<Made, Problem> {
    let most = limits(unit, scope).await?.permissions_per_role;
    let mut held = role_permissions::held(unit, scope, &role.id).await?;
    held.extend(keys.iter().cloned());
    if held.len() as u64 > most {
        return Err(Problem::LimitReached(Limit::RolePermissions));
    }
    role_permissions::insert(unit, scope, &role.id, keys).await.map_err(missing(Thing::Role))?;
    let change = change("role.permissions_added", role).after(&json!({ "permissions": names }));
    Ok(Made::new(change, of_holders(&role.id, keys)))
}

/// Removes permissions from a role; those it lacks are passed over.
///
/// # Errors
/// [`Thing::Role`].
pub async fn remove(
    app: &App,
    by: &Authorized<needs::UpdateRoles>,
    id: &RoleId,
    names: Vec<PermissionName>,
) -> Result<(), Problem> {
    let unit = app.begin(by).await?;
    let made = remove_within(&unit, by, id, &names).await?;
    effects::save(app, unit, by.scope(), made).await
}

pub(crate) async fn remove_within(
    unit: &UnitOfWork,
    by: &Authorized<needs::UpdateRoles>,
    id: &RoleId,
    names: &[PermissionName],
) -> Result<Made, Problem> {
    let role = role(unit, by.scope(), id).await?;
    take(unit, by.scope(), &role, names).await
}

/// Removes permissions by their names.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn take(
    unit: &UnitOfWork,
    scope: &TenantScope,
    role: &Role,
    names: &[PermissionName],
) -> Result<Made, Problem> {
    let keys: Vec<PermissionKey> = permissions::resolve(unit, scope, names).await?.into_values().collect();
    role_permissions::delete(unit, scope, &role.id, &keys).await?;
    let change = change("role.permissions_removed", role).before(&json!({ "permissions": names }));
    Ok(Made::new(change, of_holders(&role.id, &keys)))
}

/// What those who hold the role hold on the APIs of the permissions.
pub(crate) fn of_holders<'k>(role: &RoleId, keys: impl IntoIterator<Item = &'k PermissionKey>) -> Concern {
    let apis = keys.into_iter().map(|key| key.resource_server_id.clone()).collect();
    Concern::Rights(Concerned::Role(role.clone()), Some(apis))
}

/// The permissions of these names, every one of which must be defined by an API.
pub(crate) async fn defined(
    unit: &UnitOfWork,
    scope: &TenantScope,
    names: &[PermissionName],
) -> Result<Vec<PermissionKey>, Problem> {
    let mut resolved = permissions::resolve(unit, scope, names).await?;
    if let Some(unknown) = names.iter().find(|name| !resolved.contains_key(name)) {
        return Err(Problem::NoSuch(Thing::Permission {
            identifier: unknown.resource_server_identifier.clone(),
            permission: unknown.permission_name.clone(),
        }));
    }
    Ok(names.iter().filter_map(|name| resolved.remove(name)).collect())
}

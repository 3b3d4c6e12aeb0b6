//! What roles permit. Contract section 4.

use guildhall_domain::id::RoleId;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::permission::{Permission, PermissionName};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_persistence::permissions::{self, PermissionKey};
use guildhall_persistence::{UnitOfWork, role_permissions};
use serde_json::json;

use crate::context::App;
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
    let most = app.tenant(by.scope()).await?.settings.limits.permissions_per_role;
    let mut unit = app.begin(by).await?;
    let role = role(&unit, by.scope(), id).await?;
    let keys = defined(&unit, by.scope(), &names).await?;
    let mut held = role_permissions::held(&unit, by.scope(), id).await?;
    held.extend(keys.iter().cloned());
    if held.len() as u64 > most {
        return Err(Problem::LimitReached(Limit::RolePermissions));
    }
    role_permissions::insert(&unit, by.scope(), id, &keys).await.map_err(missing(Thing::Role))?;
    unit.record(change("role.permissions_added", &role).after(&json!({ "permissions": names }))).await?;
    unit.commit().await?;
    Ok(())
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
    let mut unit = app.begin(by).await?;
    let role = role(&unit, by.scope(), id).await?;
    let keys: Vec<PermissionKey> =
        permissions::resolve(&unit, by.scope(), &names).await?.into_values().collect();
    role_permissions::delete(&unit, by.scope(), id, &keys).await?;
    unit.record(change("role.permissions_removed", &role).before(&json!({ "permissions": names }))).await?;
    unit.commit().await?;
    Ok(())
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

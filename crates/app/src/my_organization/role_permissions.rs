//! What the roles permit that an organization can give.

use std::collections::HashSet;

use guildhall_domain::id::RoleId;
use guildhall_domain::my_organization::OrganizationRolePermission;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::permission::{Permission, PermissionName};
use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};
use guildhall_domain::role::RoleType;
use guildhall_persistence::permissions::PermissionKey;
use guildhall_persistence::{permissions, role_permissions};

use super::admins::Admins;
use super::conferring::Conferrer;
use super::roles::{envelope, existing, own};
use crate::context::App;
use crate::effects;
use crate::problem::Problem;
use crate::role_permissions::{give, take};

/// A page of what a role permits, and whether that counts at present.
///
/// # Errors
/// [`crate::Thing::Role`].
pub async fn list(
    app: &App,
    by: &AuthorizedIn<needs::ReadRoles>,
    id: &RoleId,
    page: &PageRequest,
) -> Result<Page<OrganizationRolePermission>, Problem> {
    let (store, inside) = (app.store(), by.scope());
    let envelope = envelope(store, inside).await?;
    let role = existing(store, inside, &envelope, id).await?;
    let is_suspended = |it: &Permission| {
        let grantable = envelope.grantable_on(&it.resource_server_identifier);
        role.kind == RoleType::Organization
            && grantable.is_some_and(|grantable| !grantable.contains(it.permission_name.as_str()))
    };
    let held = role_permissions::list(store, inside.within(), id, page).await?;
    Ok(held.map(|permission| OrganizationRolePermission { suspended: is_suspended(&permission), permission }))
}

/// Adds permissions that the caller may confer to a role of the organization's own; those it has already stay.
///
/// # Errors
/// [`crate::Thing::Role`], [`Problem::Forbidden`] for the vendor's, [`Problem::NotHeld`], [`crate::Limit::RolePermissions`].
pub async fn add(
    app: &App,
    by: &AuthorizedIn<needs::UpdateRoles>,
    id: &RoleId,
    names: Vec<PermissionName>,
) -> Result<(), Problem> {
    let (inside, scope) = (by.scope(), by.scope().within());
    let unit = app.begin_in(by).await?;
    let conferrer = Conferrer::new(&unit, by).await?;
    let role = own(&unit, inside, &conferrer.envelope, id).await?;
    let keys = conferrer.permissions(&names).await?;
    let made = give(&unit, scope, &role, &names, &keys).await?;
    effects::save(app, unit, scope, made).await
}

/// Removes permissions from a role of the organization's own; those it lacks are passed over.
///
/// # Errors
/// [`crate::Thing::Role`], [`Problem::Forbidden`] for the vendor's, [`Problem::LastAdmin`].
pub async fn remove(
    app: &App,
    by: &AuthorizedIn<needs::UpdateRoles>,
    id: &RoleId,
    names: Vec<PermissionName>,
) -> Result<(), Problem> {
    let (inside, scope) = (by.scope(), by.scope().within());
    let unit = app.begin_in(by).await?;
    let role = own(&unit, inside, &envelope(&unit, inside).await?, id).await?;
    let removed: HashSet<PermissionKey> =
        permissions::resolve(&unit, scope, &names).await?.into_values().collect();
    let admins = Admins::of(&unit, inside).await?;
    let was_watched = admins.are_made_by(&removed) && admins.are_any().await?;
    let made = take(&unit, scope, &role, &names).await?;
    if was_watched {
        admins.still_there().await?;
    }
    effects::save(app, unit, scope, made).await
}

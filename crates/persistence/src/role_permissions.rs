//! What roles permit.

use std::collections::HashSet;

use guildhall_domain::id::{ResourceServerId, RoleId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::permission::Permission;
use guildhall_domain::policy::{OrgScope, TenantScope};
use guildhall_domain::role::Role;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select, Set};

use crate::entity::{role_permissions as table, roles as roles_table};
use crate::error::Result;
use crate::permissions::{self, PermissionKey};
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{candidates, roles};

fn of_role(scope: &TenantScope, role: &RoleId) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::RoleId.eq(role.as_str()))
}

/// A page of what the role permits, in the order of names.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    role: &RoleId,
    page: &PageRequest,
) -> Result<Page<Permission>> {
    let held = of_role(scope, role)
        .select_only()
        .columns([table::Column::ResourceServerId, table::Column::Permission]);
    Ok(permissions::page(&db.into(), scope, held.into_query(), page).await?.map(|(_, permission)| permission))
}

/// All that the role permits.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn held(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    role: &RoleId,
) -> Result<HashSet<PermissionKey>> {
    let rows = of_role(scope, role).all(&db.into().0).await?;
    let key = |row: table::Model| PermissionKey {
        resource_server_id: ResourceServerId::new(row.resource_server_id),
        permission: row.permission,
    };
    Ok(rows.into_iter().map(key).collect())
}

/// The roles that hold a permission and can be held in the organization, in the order of ids, as many as wanted.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn roles_with(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    api: &ResourceServerId,
    permission: &str,
    most: u64,
) -> Result<Vec<Role>> {
    let db = db.into();
    let with = candidates::roles_in(&db, scope, api, permission).await?;
    let query = roles::in_tenant(scope.within()).filter(roles_table::Column::Id.is_in(with));
    Ok(roles::of_query(&db, query, &PageRequest::first(most)).await?.items)
}

/// Adds permissions; those that the role has already stay.
///
/// # Errors
/// [`crate::Error::Missing`] when the role or a permission is gone.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &TenantScope,
    role: &RoleId,
    added: &[PermissionKey],
) -> Result<()> {
    let rows = added.iter().map(|key| table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        role_id: Set(role.to_string()),
        resource_server_id: Set(key.resource_server_id.to_string()),
        permission: Set(key.permission.clone()),
    });
    let insert = table::Entity::insert_many(rows).on_conflict_do_nothing();
    insert.exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Removes permissions; those that the role lacks are passed over.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(
    unit: &UnitOfWork,
    scope: &TenantScope,
    role: &RoleId,
    removed: &[PermissionKey],
) -> Result<()> {
    for removed in removed.chunks(permissions::NAMED_AT_ONCE) {
        table::Entity::delete_many()
            .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(table::Column::RoleId.eq(role.as_str()))
            .filter(permissions::any_of(table::Column::ResourceServerId, table::Column::Permission, removed))
            .exec(unit.transaction())
            .await?;
    }
    Ok(())
}

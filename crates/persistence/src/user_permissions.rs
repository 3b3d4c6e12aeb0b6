//! What users may do outside organizations: by direct permissions, and by the roles they hold in the tenant.

use std::collections::{HashMap, HashSet};

use guildhall_domain::id::{ResourceServerId, UserId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::permission::{PermissionSource, UserPermission};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::rights::PersonHoldings;
use sea_orm::sea_query::{SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set,
};

use crate::entity::{role_permissions, roles, user_permissions as table};
use crate::error::Result;
use crate::permissions::{self, PermissionKey};
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{held_roles, user_roles};

fn of_user(scope: &TenantScope, user: &UserId) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::UserId.eq(user.as_str()))
}

fn by_roles(scope: &TenantScope, user: &UserId) -> Select<role_permissions::Entity> {
    role_permissions::Entity::find()
        .filter(role_permissions::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(role_permissions::Column::RoleId.in_subquery(user_roles::ids_of(scope, user)))
}

fn held_by(scope: &TenantScope, user: &UserId) -> SelectStatement {
    let direct = of_user(scope, user).select_only();
    let direct = direct.columns([table::Column::ResourceServerId, table::Column::Permission]);
    let by_roles = by_roles(scope, user).select_only();
    let by_roles =
        by_roles.columns([role_permissions::Column::ResourceServerId, role_permissions::Column::Permission]);
    let mut held = direct.into_query();
    held.union(UnionType::Distinct, by_roles.into_query());
    held
}

/// A page of what the user may do, each with what it is held through, in the order of names.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    user: &UserId,
    page: &PageRequest,
) -> Result<Page<UserPermission>> {
    let db = db.into();
    let rows = permissions::page(&db, scope, held_by(scope, user), page).await?;
    let names: Vec<&str> = rows.items.iter().map(|(key, _)| key.permission.as_str()).collect();
    let mut sources = sources(&db, scope, user, &names).await?;
    Ok(rows.map(|(key, permission)| permission.held_through(sources.remove(&key).unwrap_or_default())))
}

/// Through what the user holds the permissions of these names.
async fn sources(
    db: &Db<'_>,
    scope: &TenantScope,
    user: &UserId,
    names: &[&str],
) -> Result<HashMap<PermissionKey, Vec<PermissionSource>>> {
    let mut sources: HashMap<PermissionKey, Vec<PermissionSource>> = HashMap::new();
    let direct = of_user(scope, user).filter(table::Column::Permission.is_in(names.iter().copied()));
    for row in direct.all(&db.0).await? {
        sources
            .entry(key(row.resource_server_id, row.permission))
            .or_default()
            .push(PermissionSource::direct());
    }
    let named: Vec<(String, String)> = crate::roles::in_tenant(scope)
        .select_only()
        .columns([roles::Column::Id, roles::Column::Name])
        .filter(roles::Column::Id.in_subquery(user_roles::ids_of(scope, user)))
        .into_tuple()
        .all(&db.0)
        .await?;
    let named: HashMap<String, String> = named.into_iter().collect();
    let by_roles = by_roles(scope, user)
        .filter(role_permissions::Column::Permission.is_in(names.iter().copied()))
        .order_by_asc(role_permissions::Column::RoleId);
    for row in by_roles.all(&db.0).await? {
        let Some(name) = named.get(&row.role_id) else {
            continue;
        };
        let source = PermissionSource::role(row.role_id, name.clone());
        sources.entry(key(row.resource_server_id, row.permission)).or_default().push(source);
    }
    Ok(sources)
}

fn key(api: String, permission: String) -> PermissionKey {
    PermissionKey { resource_server_id: ResourceServerId::new(api), permission }
}

/// What the user holds on an API outside organizations: directly, and by roles of the tenant.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn holdings(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    user: &UserId,
    api: &ResourceServerId,
) -> Result<PersonHoldings> {
    let db = db.into();
    let direct = of_user(scope, user)
        .select_only()
        .column(table::Column::Permission)
        .filter(table::Column::ResourceServerId.eq(api.as_str()));
    let direct = direct.into_tuple::<String>().all(&db.0).await?.into_iter().collect();
    let of_tenant = Condition::all().add(roles::Column::OwnerId.is_null());
    let held = held_roles::on_api(&db, scope, user_roles::ids_of(scope, user), of_tenant, api).await?;
    Ok(PersonHoldings { roles: held_roles::by_vendor(held), direct })
}

/// What each of the users holds on an API outside organizations, in their order; ask for fewer than 1,000.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn holdings_of(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    users: &[UserId],
    api: &ResourceServerId,
) -> Result<Vec<PersonHoldings>> {
    let direct = table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::UserId.is_in(users.iter().map(UserId::as_str)))
        .filter(table::Column::ResourceServerId.eq(api.as_str()))
        .select_only()
        .columns([table::Column::UserId, table::Column::Permission]);
    let mut of_user: HashMap<String, HashSet<String>> = HashMap::new();
    let db = db.into();
    for (user, permission) in direct.into_tuple::<(String, String)>().all(&db.0).await? {
        of_user.entry(user).or_default().insert(permission);
    }
    let direct = users.iter().map(|user| of_user.remove(user.as_str()).unwrap_or_default());
    let roles = user_roles::on_api(db, scope, users, api).await?;
    let holdings = |(roles, direct)| PersonHoldings { roles: held_roles::by_vendor(roles), direct };
    Ok(roles.into_iter().zip(direct).map(holdings).collect())
}

/// The user's direct permissions.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn direct(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    user: &UserId,
) -> Result<HashSet<PermissionKey>> {
    let rows = of_user(scope, user).all(&db.into().0).await?;
    Ok(rows.into_iter().map(|row| key(row.resource_server_id, row.permission)).collect())
}

/// Adds direct permissions; those that the user has already stay.
///
/// # Errors
/// [`crate::Error::Missing`] when the user or a permission is gone.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &TenantScope,
    user: &UserId,
    added: &[PermissionKey],
) -> Result<()> {
    let rows = added.iter().map(|key| table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        user_id: Set(user.to_string()),
        resource_server_id: Set(key.resource_server_id.to_string()),
        permission: Set(key.permission.clone()),
    });
    let insert = table::Entity::insert_many(rows).on_conflict_do_nothing();
    insert.exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Removes direct permissions; those that the user lacks are passed over.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(
    unit: &UnitOfWork,
    scope: &TenantScope,
    user: &UserId,
    removed: &[PermissionKey],
) -> Result<()> {
    for removed in removed.chunks(permissions::NAMED_AT_ONCE) {
        table::Entity::delete_many()
            .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
            .filter(table::Column::UserId.eq(user.as_str()))
            .filter(permissions::any_of(table::Column::ResourceServerId, table::Column::Permission, removed))
            .exec(unit.transaction())
            .await?;
    }
    Ok(())
}

//! The roles that users hold in the tenant, outside organizations.

use std::collections::HashMap;
use std::sync::Arc;

use guildhall_domain::id::{ResourceServerId, RoleId, UserId};
use guildhall_domain::member::Member;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::rights::HeldRole;
use guildhall_domain::role::Role;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select, Set};

use crate::entity::{roles as roles_table, user_roles as table};
use crate::error::Result;
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{held_roles, paging, profiles, roles};

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// The ids of the roles that the user holds, as a query.
pub(crate) fn ids_of(scope: &TenantScope, user: &UserId) -> SelectStatement {
    let held = in_tenant(scope).filter(table::Column::UserId.eq(user.as_str()));
    held.select_only().column(table::Column::RoleId).into_query()
}

/// A page of the roles that the user holds.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    user: &UserId,
    page: &PageRequest,
) -> Result<Page<Role>> {
    let query = roles::in_tenant(scope).filter(roles_table::Column::Id.in_subquery(ids_of(scope, user)));
    roles::of_query(&db.into(), query, page).await
}

/// A page of the users who hold the role.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn users(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    role: &RoleId,
    page: &PageRequest,
) -> Result<Page<Member>> {
    let db = db.into();
    let query = in_tenant(scope).filter(table::Column::RoleId.eq(role.as_str()));
    let rows = paging::page(&db, query, page, table::Column::UserId, |row| row.user_id.clone()).await?;
    profiles::page(&db, scope, rows.map(|row| row.user_id)).await
}

/// The roles that each of the users holds; ask for fewer than 1,000 users.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn held(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    users: &[UserId],
) -> Result<HashMap<UserId, Vec<RoleId>>> {
    let mut held: HashMap<UserId, Vec<RoleId>> = HashMap::new();
    for row in of_users(scope, users).all(&db.into().0).await? {
        held.entry(UserId::new(row.user_id)).or_default().push(RoleId::new(row.role_id));
    }
    Ok(held)
}

fn of_users(scope: &TenantScope, users: &[UserId]) -> Select<table::Entity> {
    in_tenant(scope).filter(table::Column::UserId.is_in(users.iter().map(UserId::as_str)))
}

/// What each of the users holds on an API by the tenant's roles, in their order.
pub(crate) async fn on_api(
    db: Db<'_>,
    scope: &TenantScope,
    users: &[UserId],
    api: &ResourceServerId,
) -> Result<Vec<Vec<Arc<HeldRole>>>> {
    let ids = of_users(scope, users).select_only().column(table::Column::RoleId).into_query();
    let of_tenant = Condition::all().add(roles_table::Column::OwnerId.is_null());
    let roles = held_roles::on_api(&db, scope, ids, of_tenant, api).await?;
    Ok(held_roles::given_out(&roles, users, &held(db, scope, users).await?))
}

/// Gives roles to users, each to each; those held already stay.
///
/// # Errors
/// [`crate::Error::Missing`] when a user or role is gone.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &TenantScope,
    users: &[UserId],
    roles: &[RoleId],
) -> Result<()> {
    let pairs = users.iter().flat_map(|user| roles.iter().map(move |role| (user, role)));
    let rows = pairs.map(|(user, role)| table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        user_id: Set(user.to_string()),
        role_id: Set(role.to_string()),
    });
    let insert = table::Entity::insert_many(rows).on_conflict_do_nothing();
    insert.exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Takes roles from a user; those not held are passed over.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, user: &UserId, roles: &[RoleId]) -> Result<()> {
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::UserId.eq(user.as_str()))
        .filter(table::Column::RoleId.is_in(roles.iter().map(RoleId::as_str)))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

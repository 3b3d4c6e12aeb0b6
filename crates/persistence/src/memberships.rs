//! Who belongs to which organization.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use guildhall_domain::id::{RoleId, UserId};
use guildhall_domain::member::Member;
use guildhall_domain::organization::Organization;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{OrgScope, TenantScope};
use guildhall_domain::user::User;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select, Set};

use crate::entity::memberships as table;
use crate::error::Result;
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{dialect, membership_roles, organizations, paging, profiles, users};

/// Name and e-mail address of the member in lower case, beside the key of the membership so that nobody is looked up who is
/// not found. The database itself keeps it, by triggers.
const SEARCH_TEXT: (&str, &str) = ("memberships", "search_text");

fn in_organization(scope: &OrgScope) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
}

pub(crate) fn of_user(scope: &TenantScope, user: &UserId) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::UserId.eq(user.as_str()))
}

/// A page of the organization's members, without their roles.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(db: impl Into<Db<'_>>, scope: &OrgScope, page: &PageRequest) -> Result<Page<Member>> {
    let db = db.into();
    let query = in_organization(scope);
    let rows = paging::page(&db, query, page, table::Column::UserId, |row| row.user_id.clone()).await?;
    profiles::page(&db, scope.within(), rows.map(|row| row.user_id)).await
}

/// Which members a list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A part of the name or e-mail address, in capitals or not.
    pub text: Option<String>,
    /// A role that they hold in the organization.
    pub role: Option<RoleId>,
}

/// A page of the organization's members, in the order of their ids.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_all(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<User>> {
    let db = db.into();
    let mut query = in_organization(scope);
    if let Some(role) = &filter.role {
        let holding = membership_roles::holders(scope, role);
        query = query.filter(table::Column::UserId.in_subquery(holding));
    }
    if let Some(text) = filter.text.as_deref().filter(|text| !text.is_empty()) {
        query = query.filter(dialect::lowered_contains(Expr::col(SEARCH_TEXT), text));
    }
    let found = paging::keys(&db, query, page, table::Column::UserId).await?.map(UserId::new);
    let items = users::find_all(Db(db.0, db.1), scope.within(), &found.items).await?;
    Ok(Page { items, total: found.total, next: found.next })
}

/// A page of the organizations that the user belongs to.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn organizations_of(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    user: &UserId,
    page: &PageRequest,
) -> Result<Page<Organization>> {
    let (db, key) = (db.into(), table::Column::OrganizationId);
    let rows = paging::page(&db, of_user(scope, user), page, key, |row| row.organization_id.clone()).await?;
    organizations::page(&db, scope, rows.map(|row| row.organization_id)).await
}

/// Those of the users who are members; ask for fewer than 1,000.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn members_among(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    users: &[UserId],
) -> Result<HashSet<UserId>> {
    let query = in_organization(scope).filter(table::Column::UserId.is_in(users.iter().map(UserId::as_str)));
    let rows = query.all(&db.into().0).await?;
    Ok(rows.into_iter().map(|row| UserId::new(row.user_id)).collect())
}

/// Whether the user is a member.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn exists(db: impl Into<Db<'_>>, scope: &OrgScope, user: &UserId) -> Result<bool> {
    let key = (scope.tenant().to_string(), scope.organization().to_string(), user.to_string());
    Ok(table::Entity::find_by_id(key).one(&db.into().0).await?.is_some())
}

/// How many members the organization has.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &OrgScope) -> Result<u64> {
    Ok(in_organization(scope).count(&db.into().0).await?)
}

/// Adds members; those who are members already stay so, with their roles.
///
/// # Errors
/// [`crate::Error::Missing`] when the organization or a user is gone.
pub async fn insert(unit: &UnitOfWork, scope: &OrgScope, users: &[UserId], now: DateTime<Utc>) -> Result<()> {
    let rows = users.iter().map(|user| table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        organization_id: Set(scope.organization().to_string()),
        user_id: Set(user.to_string()),
        created_at: Set(now.timestamp_millis()),
    });
    let insert = table::Entity::insert_many(rows).on_conflict_do_nothing();
    insert.exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Removes members with the roles they hold in the organization; those who are none are passed over.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &OrgScope, users: &[UserId]) -> Result<()> {
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
        .filter(table::Column::UserId.is_in(users.iter().map(UserId::as_str)))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

//! Roles, the tenant's and organizations' own.

use guildhall_domain::id::{OrganizationId, RoleId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{OrgScope, TenantScope};
use guildhall_domain::role::{Role, RoleType};
use sea_orm::sea_query::{Expr, UnionType};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Select, Set,
};

use crate::entity::{self, roles as table};
use crate::error::Result;
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{dialect, paging};

/// Which roles are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The organization whose own roles they are; the tenant's roles when absent.
    pub owner: Option<OrganizationId>,
    /// A part of the name, in capitals or not.
    pub name: Option<String>,
}

pub(crate) fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

fn owned_by(scope: &TenantScope, owner: Option<&OrganizationId>) -> Select<table::Entity> {
    in_tenant(scope).filter(match owner {
        Some(organization) => table::Column::OwnerId.eq(organization.as_str()),
        None => table::Column::OwnerId.is_null(),
    })
}

/// The roles that can be held in the organization, as a condition: the tenant's and its own.
pub(crate) fn assignable_in(organization: &OrganizationId) -> Condition {
    Condition::any()
        .add(table::Column::OwnerId.is_null())
        .add(table::Column::OwnerId.eq(organization.as_str()))
}

/// A page of roles.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<Role>> {
    let mut query = owned_by(scope, filter.owner.as_ref());
    if let Some(part) = &filter.name {
        query = query.filter(dialect::contains(table::Column::Name.into_expr(), part));
    }
    of_query(&db.into(), query, page).await
}

/// Which of the roles that an organization can give are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignable {
    /// Whose they are; of both kinds when absent.
    pub kind: Option<RoleType>,
    /// A part of the name, in capitals or not.
    pub name: Option<String>,
    /// Of the tenant's, these alone; all when absent.
    pub of_tenant: Option<Vec<RoleId>>,
}

/// A page of the roles that the organization can give: the tenant's and its own.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list_assignable(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    filter: &Assignable,
    page: &PageRequest,
) -> Result<Page<Role>> {
    let mut of_tenant = owned_by(scope.within(), None);
    if let Some(these) = &filter.of_tenant {
        of_tenant = of_tenant.filter(table::Column::Id.is_in(these.iter().map(RoleId::as_str)));
    }
    let own = owned_by(scope.within(), Some(scope.organization()));
    let mut query = match filter.kind {
        Some(RoleType::Tenant) => of_tenant,
        Some(RoleType::Organization) => own,
        None => either(of_tenant, own),
    };
    if let Some(part) = &filter.name {
        query = query.filter(dialect::contains(table::Column::Name.into_expr(), part));
    }
    of_query(&db.into(), query, page).await
}

/// The rows of both queries, as those of the table: each has an index in the order of ids, which are merged. Were it one query
/// with two conditions, other organizations' own roles would be read in the order of ids.
fn either(one: Select<table::Entity>, other: Select<table::Entity>) -> Select<table::Entity> {
    let both = one.into_query().union(UnionType::All, other.into_query()).to_owned();
    let mut select = table::Entity::find();
    QuerySelect::query(&mut select).from_clear().from_subquery(both, table::Entity);
    select
}

/// The page of a query, in the order of ids.
pub(crate) async fn of_query(
    db: &Db<'_>,
    query: Select<table::Entity>,
    page: &PageRequest,
) -> Result<Page<Role>> {
    let rows = paging::page(db, query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = rows.items.into_iter().map(role).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// All roles of a query.
pub(crate) async fn all_of(db: &Db<'_>, query: Select<table::Entity>) -> Result<Vec<Role>> {
    query.all(&db.0).await?.into_iter().map(role).collect()
}

/// How many roles the organization owns, or the tenant where none is named.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    owner: Option<&OrganizationId>,
) -> Result<u64> {
    Ok(owned_by(scope, owner).count(&db.into().0).await?)
}

/// The role with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(db: impl Into<Db<'_>>, scope: &TenantScope, id: &RoleId) -> Result<Option<Role>> {
    let query = in_tenant(scope).filter(table::Column::Id.eq(id.as_str()));
    query.one(&db.into().0).await?.map(role).transpose()
}

/// Those of the roles that exist; ask for fewer than 1,000.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_all(db: impl Into<Db<'_>>, scope: &TenantScope, ids: &[RoleId]) -> Result<Vec<Role>> {
    let query = in_tenant(scope).filter(table::Column::Id.is_in(ids.iter().map(RoleId::as_str)));
    query.all(&db.into().0).await?.into_iter().map(role).collect()
}

/// Adds a role.
///
/// # Errors
/// [`crate::Error::Conflict`] when its owner has one of that name, [`crate::Error::Missing`] when the owner is gone.
pub async fn insert(unit: &UnitOfWork, scope: &TenantScope, role: &Role) -> Result<()> {
    table::Entity::insert(row(scope, role)).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes a role.
///
/// # Errors
/// [`crate::Error::Conflict`] when its owner has another of the new name.
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, role: &Role) -> Result<()> {
    table::Entity::update(row(scope, role)).exec(unit.transaction()).await?;
    Ok(())
}

/// Deletes a role; whoever held it holds it no more, and roles that were made from it are made from none.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, id: &RoleId) -> Result<()> {
    table::Entity::update_many()
        .col_expr(table::Column::TemplateId, Expr::value(None::<String>))
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::TemplateId.eq(id.as_str()))
        .exec(unit.transaction())
        .await?;
    table::Entity::delete_by_id((scope.tenant().to_string(), id.to_string()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

fn row(scope: &TenantScope, role: &Role) -> table::ActiveModel {
    table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(role.id.to_string()),
        name: Set(role.name.clone()),
        description: Set(role.description.clone()),
        owner_id: Set(role.owner_id.as_ref().map(ToString::to_string)),
        template_id: Set(role.template_id.as_ref().map(ToString::to_string)),
        created_at: Set(role.created_at.timestamp_millis()),
    }
}

fn role(row: table::Model) -> Result<Role> {
    Ok(Role {
        id: RoleId::new(row.id),
        name: row.name,
        description: row.description,
        kind: if row.owner_id.is_some() { RoleType::Organization } else { RoleType::Tenant },
        owner_id: row.owner_id.map(OrganizationId::new),
        template_id: row.template_id.map(RoleId::new),
        created_at: entity::time(row.created_at)?,
    })
}

#[cfg(test)]
mod tests {
    use sea_orm::DatabaseBackend;

    use super::*;

    #[test]
    fn wildcards_in_a_name_filter_are_literal() {
        let query = table::Entity::find().filter(dialect::contains(table::Column::Name.into_expr(), "50%_!"));
        for backend in [DatabaseBackend::Sqlite, DatabaseBackend::Postgres] {
            let sql = query.build(backend).to_string();
            assert!(sql.contains("LIKE LOWER('%50!%!_!!%') ESCAPE '!'"), "{sql}");
        }
    }
}

//! Discovery domains of organizations.

use chrono::{DateTime, Utc};
use guildhall_domain::discovery_domain::DiscoveryDomain;
use guildhall_domain::id::DiscoveryDomainId;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::OrgScope;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select, Set};

use crate::entity::discovery_domains as table;
use crate::error::Result;
use crate::paging;
use crate::store::Db;
use crate::unit::UnitOfWork;

fn in_organization(scope: &OrgScope) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
}

/// A page of the organization's domains.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    page: &PageRequest,
) -> Result<Page<DiscoveryDomain>> {
    let query = in_organization(scope);
    let rows = paging::page(&db.into(), query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = rows.items.into_iter().map(domain).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// The organization's domain with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    id: &DiscoveryDomainId,
) -> Result<Option<DiscoveryDomain>> {
    let query = in_organization(scope).filter(table::Column::Id.eq(id.as_str()));
    query.one(&db.into().0).await?.map(domain).transpose()
}

/// The organization's entry for a domain in lower case.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_by_name(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    name: &str,
) -> Result<Option<DiscoveryDomain>> {
    let query = in_organization(scope).filter(table::Column::Domain.eq(name));
    query.one(&db.into().0).await?.map(domain).transpose()
}

/// How many domains the organization has.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &OrgScope) -> Result<u64> {
    Ok(in_organization(scope).count(&db.into().0).await?)
}

/// Adds a domain.
///
/// # Errors
/// [`crate::Error::Conflict`] when the organization has it, [`crate::Error::Missing`] when the organization is gone.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &OrgScope,
    domain: &DiscoveryDomain,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = table::ActiveModel { created_at: Set(now.timestamp_millis()), ..row(scope, domain)? };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes a domain.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn update(unit: &UnitOfWork, scope: &OrgScope, domain: &DiscoveryDomain) -> Result<()> {
    table::Entity::update(row(scope, domain)?).exec(unit.transaction()).await?;
    Ok(())
}

/// Removes a domain.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &OrgScope, id: &DiscoveryDomainId) -> Result<()> {
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
        .filter(table::Column::Id.eq(id.as_str()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

fn row(scope: &OrgScope, domain: &DiscoveryDomain) -> Result<table::ActiveModel> {
    let mut body = serde_json::to_value(domain)?;
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|name, _| name != "id" && name != "domain");
    }
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(domain.id.to_string()),
        organization_id: Set(scope.organization().to_string()),
        domain: Set(domain.domain.clone()),
        body: Set(body),
        ..Default::default()
    })
}

fn domain(row: table::Model) -> Result<DiscoveryDomain> {
    let mut body = row.body;
    body["id"] = row.id.into();
    body["domain"] = row.domain.into();
    Ok(serde_json::from_value(body)?)
}

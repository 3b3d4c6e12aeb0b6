//! Discovery domains of organizations.

use chrono::{DateTime, TimeDelta, Utc};
use guildhall_domain::discovery_domain::{DiscoveryDomain, DomainStatus};
use guildhall_domain::id::DiscoveryDomainId;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::OrgScope;
use guildhall_domain::search::Test;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Select, Set,
};

use crate::entity::discovery_domains as table;
use crate::error::Result;
use crate::records::Writer;
use crate::search::{self, Case};
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{dialect, paging};

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

/// Notes that the domain's record is being looked for, unless it was within the last `pause`: of those who try at once, one
/// succeeds.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn begin_check(
    to: impl Into<Writer<'_>>,
    scope: &OrgScope,
    id: &DiscoveryDomainId,
    now: DateTime<Utc>,
    pause: TimeDelta,
) -> Result<bool> {
    let checked = table::Column::CheckedAt;
    let noted = table::Entity::update_many()
        .col_expr(checked, now.timestamp_millis().into())
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
        .filter(table::Column::Id.eq(id.as_str()))
        .filter(Condition::any().add(checked.is_null()).add(checked.lte((now - pause).timestamp_millis())))
        .exec(&to.into().0)
        .await?;
    Ok(noted.rows_affected == 1)
}

/// Whether another organization of the tenant is known to have the domain.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn is_verified_elsewhere(unit: &UnitOfWork, scope: &OrgScope, name: &str) -> Result<bool> {
    let db = unit.transaction();
    let (backend, body) = (db.get_database_backend(), table::Column::Body.into_expr());
    let verified = Test::Equals(DomainStatus::Verified.as_str().to_owned());
    let found = table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::Domain.eq(name))
        .filter(table::Column::OrganizationId.ne(scope.organization().as_str()))
        .filter(search::json(backend, body, &dialect::path(&["status"]), Case::Exact, &verified))
        .one(db)
        .await?;
    Ok(found.is_some())
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

/// Older nodes know of no status but the other two, so that a failure is a waiting domain to them.
fn row(scope: &OrgScope, domain: &DiscoveryDomain) -> Result<table::ActiveModel> {
    let mut body = serde_json::to_value(domain)?;
    let failed = domain.status == DomainStatus::Failed;
    if failed {
        body["status"] = DomainStatus::Pending.as_str().into();
    }
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|name, _| name != "id" && name != "domain");
    }
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(domain.id.to_string()),
        organization_id: Set(scope.organization().to_string()),
        domain: Set(domain.domain.clone()),
        body: Set(body),
        failed: Set(failed),
        ..Default::default()
    })
}

fn domain(row: table::Model) -> Result<DiscoveryDomain> {
    let mut body = row.body;
    body["id"] = row.id.into();
    body["domain"] = row.domain.into();
    let mut domain: DiscoveryDomain = serde_json::from_value(body)?;
    if row.failed && domain.status == DomainStatus::Pending {
        domain.status = DomainStatus::Failed;
    }
    Ok(domain)
}

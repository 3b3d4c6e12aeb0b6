//! Organizations.

pub mod search;

use chrono::{DateTime, Utc};
use guildhall_domain::id::OrganizationId;
use guildhall_domain::organization::Organization;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Select, Set};
use serde_json::json;

use crate::entity::{self, organizations as table};
use crate::error::Result;
use crate::paging;
use crate::store::Db;
use crate::unit::UnitOfWork;

/// A column that organizations can be listed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// The name.
    Name,
    /// The name that people see.
    DisplayName,
    /// When they were created.
    CreatedAt,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Whether the last comes first.
    pub descending: bool,
}

impl Sort {
    /// Reads `field:1` or `field:-1` (contract section 2.5).
    pub fn parse(text: &str) -> Option<Self> {
        let (by, direction) = text.split_once(':')?;
        let by = match by {
            "name" => SortBy::Name,
            "display_name" => SortBy::DisplayName,
            "created_at" => SortBy::CreatedAt,
            _ => return None,
        };
        let descending = match direction {
            "1" => false,
            "-1" => true,
            _ => return None,
        };
        Some(Self { by, descending })
    }
}

pub(crate) fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// A page of the tenant's organizations; `sort` applies to offset pagination.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    page: &PageRequest,
    sort: Option<Sort>,
) -> Result<Page<Organization>> {
    let mut query = in_tenant(scope);
    if let (Some(sort), PageRequest::Offset { .. }) = (sort, page) {
        let column = match sort.by {
            SortBy::Name => table::Column::Name,
            SortBy::DisplayName => table::Column::DisplayName,
            SortBy::CreatedAt => table::Column::CreatedAt,
        };
        query = match sort.descending {
            true => query.order_by_desc(column),
            false => query.order_by_asc(column),
        };
    }
    let rows = paging::page(&db.into(), query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = rows.items.into_iter().map(organization).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// Turns a page of organizations' ids into the organizations, by one query.
pub(crate) async fn page(db: &Db<'_>, scope: &TenantScope, ids: Page<String>) -> Result<Page<Organization>> {
    let query = in_tenant(scope).filter(table::Column::Id.is_in(&ids.items));
    let rows = query.order_by_asc(table::Column::Id).all(&db.0).await?;
    let items = rows.into_iter().map(organization).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: ids.total, next: ids.next })
}

/// How many there are in the tenant.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &TenantScope) -> Result<u64> {
    Ok(in_tenant(scope).count(&db.into().0).await?)
}

/// The organization with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &OrganizationId,
) -> Result<Option<Organization>> {
    let query = in_tenant(scope).filter(table::Column::Id.eq(id.as_str()));
    query.one(&db.into().0).await?.map(organization).transpose()
}

/// Those of the organizations that exist; ask for fewer than 1,000.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_all(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    ids: &[OrganizationId],
) -> Result<Vec<Organization>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = in_tenant(scope).filter(table::Column::Id.is_in(ids.iter().map(OrganizationId::as_str)));
    query.all(&db.into().0).await?.into_iter().map(organization).collect()
}

/// The organization with this name.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_by_name(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    name: &str,
) -> Result<Option<Organization>> {
    let query = in_tenant(scope).filter(table::Column::Name.eq(name));
    query.one(&db.into().0).await?.map(organization).transpose()
}

/// Adds an organization.
///
/// # Errors
/// [`crate::Error::Conflict`] when its name is taken.
pub async fn insert(unit: &UnitOfWork, scope: &TenantScope, organization: &Organization) -> Result<()> {
    table::Entity::insert(row(scope, organization)?).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes an organization.
///
/// # Errors
/// [`crate::Error::Conflict`] when its new name is taken.
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, organization: &Organization) -> Result<()> {
    table::Entity::update(row(scope, organization)?).exec(unit.transaction()).await?;
    Ok(())
}

/// Deletes an organization with its memberships, own roles, associations and audiences. Users stay.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, id: &OrganizationId) -> Result<()> {
    table::Entity::delete_by_id((scope.tenant().to_string(), id.to_string()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

fn row(scope: &TenantScope, organization: &Organization) -> Result<table::ActiveModel> {
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(organization.id.to_string()),
        name: Set(organization.name.clone()),
        display_name: Set(organization.display_name.clone()),
        token_strategy: Set(entity::text(&organization.token_strategy)?),
        audiences_retire_at: Set(organization.audiences_retire_at.map(|time| time.timestamp_millis())),
        body: Set(json!({
            "branding": organization.branding,
            "metadata": organization.metadata,
            "token_quota": organization.token_quota,
            "third_party_client_access": organization.third_party_client_access,
            "is_app_entitlement_active": organization.is_app_entitlement_active,
            "envelope": organization.envelope,
        })),
        epoch: Set(organization.epoch),
        created_at: Set(organization.created_at.timestamp_millis()),
    })
}

pub(crate) fn organization(row: table::Model) -> Result<Organization> {
    let mut body = row.body;
    body["id"] = row.id.into();
    body["name"] = row.name.into();
    body["display_name"] = row.display_name.into();
    body["token_strategy"] = row.token_strategy.into();
    let mut organization: Organization = serde_json::from_value(body)?;
    organization.audiences_retire_at = row.audiences_retire_at.map(entity::time).transpose()?;
    organization.epoch = row.epoch;
    organization.created_at = entity::time(row.created_at)?;
    Ok(organization)
}

/// The moment when audiences that are left now have no valid token any more: the longest lifetime of any API's tokens.
pub fn retirement(now: DateTime<Utc>, longest_lifetime: i64) -> DateTime<Utc> {
    now + chrono::Duration::seconds(longest_lifetime)
}

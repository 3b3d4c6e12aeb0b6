//! Claim mappings.

use chrono::{DateTime, Utc};
use guildhall_domain::applies_to::{AppliesTo, Issuance};
use guildhall_domain::claim_mapping::ClaimMapping;
use guildhall_domain::id::ClaimMappingId;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select, Set};
use serde_json::json;

use crate::applies_to::{self, References};
use crate::entity::claim_mappings as table;
use crate::error::Result;
use crate::paging;
use crate::store::Db;
use crate::unit::UnitOfWork;

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// A page of the tenant's mappings.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    page: &PageRequest,
) -> Result<Page<ClaimMapping>> {
    let db = db.into();
    let rows = paging::page(&db, in_tenant(scope), page, table::Column::Id, |row| row.id.clone()).await?;
    Ok(Page { items: mappings(&db, scope, rows.items).await?, total: rows.total, next: rows.next })
}

/// The mapping with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &ClaimMappingId,
) -> Result<Option<ClaimMapping>> {
    let db = db.into();
    let row = in_tenant(scope).filter(table::Column::Id.eq(id.as_str())).one(&db.0).await?;
    Ok(mappings(&db, scope, row.into_iter().collect()).await?.pop())
}

/// The mappings that apply to a token, in no order.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn applying(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    issuance: &Issuance<'_>,
) -> Result<Vec<ClaimMapping>> {
    let db = db.into();
    let query = in_tenant(scope).filter(table::Column::Target.is_in(applies_to::targets(issuance)));
    let rows = query.all(&db.0).await?;
    mappings(&db, scope, rows).await
}

/// How many mappings apply to exactly this.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &TenantScope, target: &AppliesTo) -> Result<u64> {
    let query = in_tenant(scope).filter(table::Column::Target.eq(applies_to::target(target)));
    Ok(query.count(&db.into().0).await?)
}

/// Adds a mapping.
///
/// # Errors
/// [`crate::Error::Missing`] when what it applies to is gone.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &TenantScope,
    mapping: &ClaimMapping,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = table::ActiveModel { created_at: Set(now.timestamp_millis()), ..row(scope, mapping) };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes a mapping.
///
/// # Errors
/// [`crate::Error::Missing`] when what it applies to is gone.
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, mapping: &ClaimMapping) -> Result<()> {
    table::Entity::update(row(scope, mapping)).exec(unit.transaction()).await?;
    Ok(())
}

/// Removes a mapping.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, id: &ClaimMappingId) -> Result<()> {
    table::Entity::delete_by_id((scope.tenant().to_string(), id.to_string()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

fn row(scope: &TenantScope, mapping: &ClaimMapping) -> table::ActiveModel {
    let references = References::of(&mapping.applies_to);
    table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(mapping.id.to_string()),
        target: Set(applies_to::target(&mapping.applies_to)),
        client_id: Set(references.client_id),
        organization_id: Set(references.organization_id),
        resource_server_id: Set(references.resource_server_id),
        body: Set(json!({
            "name": mapping.name, "claim": mapping.claim, "in": mapping.places, "source": mapping.source,
        })),
        ..Default::default()
    }
}

async fn mappings(db: &Db<'_>, scope: &TenantScope, rows: Vec<table::Model>) -> Result<Vec<ClaimMapping>> {
    let apis = rows.iter().filter_map(|row| row.resource_server_id.as_deref()).collect();
    let audiences = applies_to::audiences(db, scope, apis).await?;
    rows.into_iter()
        .map(|mut row| {
            let references = References {
                client_id: row.client_id,
                organization_id: row.organization_id,
                resource_server_id: row.resource_server_id,
            };
            Ok(ClaimMapping {
                id: ClaimMappingId::new(row.id),
                name: serde_json::from_value(row.body["name"].take())?,
                applies_to: references.read(&audiences)?,
                claim: serde_json::from_value(row.body["claim"].take())?,
                places: serde_json::from_value(row.body["in"].take())?,
                source: serde_json::from_value(row.body["source"].take())?,
            })
        })
        .collect()
}

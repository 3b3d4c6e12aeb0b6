//! Resource types.

use chrono::{DateTime, Utc};
use guildhall_domain::id::ResourceServerId;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_type::ResourceType;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select, Set};

use crate::applies_to;
use crate::entity::resource_types as table;
use crate::error::{Error, Result};
use crate::paging;
use crate::store::Db;
use crate::unit::UnitOfWork;

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// A page of the tenant's types, in the order of their names.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    page: &PageRequest,
) -> Result<Page<ResourceType>> {
    let db = db.into();
    let rows = paging::page(&db, in_tenant(scope), page, table::Column::Name, |row| row.name.clone()).await?;
    Ok(Page { items: types(&db, scope, rows.items).await?, total: rows.total, next: rows.next })
}

/// The type of this name.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(db: impl Into<Db<'_>>, scope: &TenantScope, name: &str) -> Result<Option<ResourceType>> {
    let db = db.into();
    let row = in_tenant(scope).filter(table::Column::Name.eq(name)).one(&db.0).await?;
    Ok(types(&db, scope, row.into_iter().collect()).await?.pop())
}

/// How many there are in the tenant.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &TenantScope) -> Result<u64> {
    Ok(in_tenant(scope).count(&db.into().0).await?)
}

/// Adds a type of resources of an API.
///
/// # Errors
/// [`crate::Error::Conflict`] when its name is taken.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &TenantScope,
    of: &ResourceType,
    api: &ResourceServerId,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = table::ActiveModel { created_at: Set(now.timestamp_millis()), ..row(scope, of, api)? };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes a type, which is of resources of this API from now on.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn update(
    unit: &UnitOfWork,
    scope: &TenantScope,
    of: &ResourceType,
    api: &ResourceServerId,
) -> Result<()> {
    table::Entity::update(row(scope, of, api)?).exec(unit.transaction()).await?;
    Ok(())
}

/// Removes a type.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, name: &str) -> Result<()> {
    table::Entity::delete_by_id((scope.tenant().to_string(), name.to_owned()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

fn row(scope: &TenantScope, of: &ResourceType, api: &ResourceServerId) -> Result<table::ActiveModel> {
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        name: Set(of.r#type.clone()),
        resource_server_id: Set(api.to_string()),
        actions: Set(serde_json::to_value(&of.actions)?),
        ..Default::default()
    })
}

async fn types(db: &Db<'_>, scope: &TenantScope, rows: Vec<table::Model>) -> Result<Vec<ResourceType>> {
    let apis = rows.iter().map(|row| row.resource_server_id.as_str()).collect();
    let audiences = applies_to::audiences(db, scope, apis).await?;
    rows.into_iter()
        .map(|row| {
            let identifier = audiences.get(&row.resource_server_id).cloned();
            Ok(ResourceType {
                r#type: row.name,
                resource_server_identifier: identifier
                    .ok_or_else(|| Error::Corrupt("a resource type of no API".to_owned()))?,
                actions: serde_json::from_value(row.actions)?,
            })
        })
        .collect()
}

//! APIs (resource servers) and the permissions they define.

use std::collections::HashMap;

use guildhall_domain::id::ResourceServerId;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::{ResourceServer, Scope};
use sea_orm::sea_query::{Condition, SelectStatement};
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set,
};

use crate::entity::{self, permissions, resource_servers as table};
use crate::error::Result;
use crate::paging;
use crate::store::Db;
use crate::unit::UnitOfWork;

pub(crate) fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// The ids of all APIs but Guildhall's own, as a query.
pub(crate) fn own(scope: &TenantScope) -> Select<table::Entity> {
    in_tenant(scope).filter(table::Column::IsSystem.eq(false)).select_only().column(table::Column::Id)
}

/// The API with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &ResourceServerId,
) -> Result<Option<ResourceServer>> {
    one(&db.into(), scope, in_tenant(scope).filter(table::Column::Id.eq(id.as_str()))).await
}

/// Those of the APIs that exist, in the order of their identifiers; ask for fewer than 1,000.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_all(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    ids: &[ResourceServerId],
) -> Result<Vec<ResourceServer>> {
    let db = db.into();
    let query = in_tenant(scope).filter(table::Column::Id.is_in(ids.iter().map(ResourceServerId::as_str)));
    let rows = query.order_by_asc(table::Column::Identifier).all(&db.0).await?;
    with_scopes(&db, scope, rows).await
}

/// The API with this identifier (audience).
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_by_identifier(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    identifier: &str,
) -> Result<Option<ResourceServer>> {
    one(&db.into(), scope, in_tenant(scope).filter(table::Column::Identifier.eq(identifier))).await
}

/// The id of the API with this identifier, to be used within a query.
pub(crate) fn id_of(scope: &TenantScope, identifier: &str) -> SelectStatement {
    let query = in_tenant(scope).filter(table::Column::Identifier.eq(identifier));
    query.select_only().column(table::Column::Id).into_query()
}

/// The API whose id or identifier is one of these texts: the earlier texts come first.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_by_any(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    references: &[String],
) -> Result<Option<ResourceServer>> {
    let db = db.into();
    let any = Condition::any()
        .add(table::Column::Id.is_in(references))
        .add(table::Column::Identifier.is_in(references));
    let rows = in_tenant(scope).filter(any).all(&db.0).await?;
    let named =
        |row: &table::Model| references.iter().position(|text| *text == row.id || *text == row.identifier);
    let row = rows.into_iter().min_by_key(named);
    Ok(with_scopes(&db, scope, row.into_iter().collect()).await?.pop())
}

/// A page of the tenant's APIs, of those with these identifiers when any are given.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    page: &PageRequest,
    identifiers: &[String],
) -> Result<Page<ResourceServer>> {
    let db = db.into();
    let mut query = in_tenant(scope);
    if !identifiers.is_empty() {
        query = query.filter(table::Column::Identifier.is_in(identifiers));
    }
    let rows = paging::page(&db, query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = with_scopes(&db, scope, rows.items).await?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// How many there are in the tenant, Guildhall's own left out.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &TenantScope) -> Result<u64> {
    Ok(in_tenant(scope).filter(table::Column::IsSystem.eq(false)).count(&db.into().0).await?)
}

async fn one(
    db: &Db<'_>,
    scope: &TenantScope,
    query: Select<table::Entity>,
) -> Result<Option<ResourceServer>> {
    let row = query.one(&db.0).await?;
    Ok(with_scopes(db, scope, row.into_iter().collect()).await?.pop())
}

/// Adds what each API defines, in the order it was given.
pub(crate) async fn with_scopes(
    db: &Db<'_>,
    scope: &TenantScope,
    rows: Vec<table::Model>,
) -> Result<Vec<ResourceServer>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let defined = permissions::Entity::find()
        .filter(permissions::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(permissions::Column::ResourceServerId.is_in(ids))
        .order_by_asc(permissions::Column::Position)
        .all(&db.0)
        .await?;
    let mut scopes: HashMap<String, Vec<Scope>> = HashMap::new();
    for row in defined {
        let scope = Scope { value: row.value, description: row.description };
        scopes.entry(row.resource_server_id).or_default().push(scope);
    }
    rows.into_iter()
        .map(|row| {
            let defined = scopes.remove(&row.id).unwrap_or_default();
            resource_server(row, defined)
        })
        .collect()
}

/// Adds an API and what it defines.
///
/// # Errors
/// [`crate::Error::Conflict`] when its identifier is taken.
pub async fn insert(unit: &UnitOfWork, scope: &TenantScope, api: &ResourceServer) -> Result<()> {
    table::Entity::insert(row(scope, api)?).exec_without_returning(unit.transaction()).await?;
    set_scopes(unit, scope, api).await
}

/// Changes an API. Permissions that it no longer defines disappear from roles and users.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, api: &ResourceServer) -> Result<()> {
    table::Entity::update(row(scope, api)?).exec(unit.transaction()).await?;
    set_scopes(unit, scope, api).await
}

/// Deletes an API with its permissions, wherever they were given, its grants and its audiences.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, id: &ResourceServerId) -> Result<()> {
    table::Entity::delete_by_id((scope.tenant().to_string(), id.to_string()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

async fn set_scopes(unit: &UnitOfWork, scope: &TenantScope, api: &ResourceServer) -> Result<()> {
    let values: Vec<&str> = api.scopes.iter().map(|scope| scope.value.as_str()).collect();
    permissions::Entity::delete_many()
        .filter(permissions::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(permissions::Column::ResourceServerId.eq(api.id.as_str()))
        .filter(permissions::Column::Value.is_not_in(values))
        .exec(unit.transaction())
        .await?;
    let rows: Vec<permissions::ActiveModel> = (0..)
        .zip(&api.scopes)
        .map(|(position, defined)| permissions::ActiveModel {
            tenant_id: Set(scope.tenant().to_string()),
            resource_server_id: Set(api.id.to_string()),
            value: Set(defined.value.clone()),
            description: Set(defined.description.clone()),
            position: Set(position),
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let same =
        [permissions::Column::TenantId, permissions::Column::ResourceServerId, permissions::Column::Value];
    let replace = sea_orm::sea_query::OnConflict::columns(same)
        .update_columns([permissions::Column::Description, permissions::Column::Position])
        .to_owned();
    permissions::Entity::insert_many(rows)
        .on_conflict(replace)
        .exec_without_returning(unit.transaction())
        .await?;
    Ok(())
}

fn row(scope: &TenantScope, api: &ResourceServer) -> Result<table::ActiveModel> {
    let mut body = serde_json::to_value(api)?;
    if let Some(fields) = body.as_object_mut() {
        for kept_elsewhere in ["id", "identifier", "name", "scopes", "is_system"] {
            fields.shift_remove(kept_elsewhere);
        }
    }
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(api.id.to_string()),
        identifier: Set(api.identifier.clone()),
        name: Set(api.name.clone()),
        is_system: Set(api.is_system),
        body: Set(body),
        created_at: Set(api.created_at.timestamp_millis()),
    })
}

fn resource_server(row: table::Model, scopes: Vec<Scope>) -> Result<ResourceServer> {
    let mut body = row.body;
    body["id"] = row.id.into();
    body["identifier"] = row.identifier.into();
    body["name"] = row.name.into();
    body["is_system"] = row.is_system.into();
    let mut api: ResourceServer = serde_json::from_value(body)?;
    api.scopes = scopes;
    api.created_at = entity::time(row.created_at)?;
    Ok(api)
}

//! Connections of organizations.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use guildhall_domain::id::{ConnectionId, OrganizationId};
use guildhall_domain::organization_connection::OrganizationConnection;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{OrgScope, TenantScope};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set};

use crate::entity::{connections as connections_table, organization_connections as table};
use crate::error::Result;
use crate::store::Db;
use crate::unit::UnitOfWork;
use crate::{connections, paging};

/// The fields that have columns of their own beside the body, or belong to the connection itself.
const COLUMNS: [&str; 3] = ["connection_id", "is_enabled", "connection"];

fn in_organization(scope: &OrgScope) -> Select<table::Entity> {
    table::Entity::find()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::OrganizationId.eq(scope.organization().as_str()))
}

/// A page of the organization's connections: all, or those that are enabled or not.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    is_enabled: Option<bool>,
    page: &PageRequest,
) -> Result<Page<OrganizationConnection>> {
    let db = db.into();
    let mut query = in_organization(scope);
    if let Some(is_enabled) = is_enabled {
        query = query.filter(table::Column::IsEnabled.eq(is_enabled));
    }
    let key = |row: &table::Model| row.connection_id.clone();
    let rows = paging::page(&db, query, page, table::Column::ConnectionId, key).await?;
    Ok(Page { items: named(&db, scope, rows.items).await?, total: rows.total, next: rows.next })
}

/// The connections that people can sign in with to the organization.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn enabled(db: impl Into<Db<'_>>, scope: &OrgScope) -> Result<Vec<OrganizationConnection>> {
    let db = db.into();
    let query = in_organization(scope)
        .filter(table::Column::IsEnabled.eq(true))
        .order_by_asc(table::Column::ConnectionId);
    let rows = query.all(&db.0).await?;
    named(&db, scope, rows).await
}

/// A connection as the organization has it.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &OrgScope,
    id: &ConnectionId,
) -> Result<Option<OrganizationConnection>> {
    let db = db.into();
    let query = in_organization(scope).filter(table::Column::ConnectionId.eq(id.as_str()));
    let rows = query.all(&db.0).await?;
    Ok(named(&db, scope, rows).await?.pop())
}

/// How many connections the organization has.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn count(db: impl Into<Db<'_>>, scope: &OrgScope) -> Result<u64> {
    Ok(in_organization(scope).count(&db.into().0).await?)
}

/// The organizations that have the connection.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn organization_ids_of(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &ConnectionId,
) -> Result<Vec<OrganizationId>> {
    let query = table::Entity::find()
        .select_only()
        .column(table::Column::OrganizationId)
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::ConnectionId.eq(id.as_str()))
        .order_by_asc(table::Column::OrganizationId);
    let ids: Vec<String> = query.into_tuple().all(&db.into().0).await?;
    Ok(ids.into_iter().map(OrganizationId::new).collect())
}

/// Adds a connection to the organization.
///
/// # Errors
/// [`crate::Error::Conflict`] when it has it already, [`crate::Error::Missing`] when either is gone.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &OrgScope,
    connection: &OrganizationConnection,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = table::ActiveModel { created_at: Set(now.timestamp_millis()), ..row(scope, connection)? };
    table::Entity::insert(row).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes a connection of the organization.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn update(unit: &UnitOfWork, scope: &OrgScope, connection: &OrganizationConnection) -> Result<()> {
    table::Entity::update(row(scope, connection)?).exec(unit.transaction()).await?;
    Ok(())
}

/// Takes a connection from the organization.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &OrgScope, id: &ConnectionId) -> Result<()> {
    let key = (scope.tenant().to_string(), scope.organization().to_string(), id.to_string());
    table::Entity::delete_by_id(key).exec(unit.transaction()).await?;
    Ok(())
}

fn row(scope: &OrgScope, connection: &OrganizationConnection) -> Result<table::ActiveModel> {
    let mut body = serde_json::to_value(connection)?;
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|name, _| !COLUMNS.contains(&name.as_str()));
    }
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        organization_id: Set(scope.organization().to_string()),
        connection_id: Set(connection.connection_id.to_string()),
        is_enabled: Set(connection.is_enabled),
        body: Set(body),
        ..Default::default()
    })
}

/// Adds the names of the connections, by one query for all of them.
async fn named(
    db: &Db<'_>,
    scope: &OrgScope,
    rows: Vec<table::Model>,
) -> Result<Vec<OrganizationConnection>> {
    let ids = rows.iter().map(|row| row.connection_id.as_str());
    let names: Vec<(String, String, String)> = connections::in_tenant(scope.within())
        .select_only()
        .columns([
            connections_table::Column::Id,
            connections_table::Column::Name,
            connections_table::Column::Strategy,
        ])
        .filter(connections_table::Column::Id.is_in(ids))
        .into_tuple()
        .all(&db.0)
        .await?;
    let mut names: HashMap<String, (String, String)> =
        names.into_iter().map(|(id, name, strategy)| (id, (name, strategy))).collect();
    let mut items = Vec::new();
    for row in rows {
        // A connection that was deleted since the rows were read is left out.
        let Some((name, strategy)) = names.remove(&row.connection_id) else { continue };
        let mut body = row.body;
        body["connection_id"] = row.connection_id.into();
        body["is_enabled"] = row.is_enabled.into();
        body["connection"] = serde_json::json!({"name": name, "strategy": strategy});
        items.push(serde_json::from_value(body)?);
    }
    Ok(items)
}

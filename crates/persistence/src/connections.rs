//! Connections.

use guildhall_domain::connection::Connection;
use guildhall_domain::id::{ClientId, ConnectionId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set};

use crate::entity::{self, connection_clients, connections as table};
use crate::error::Result;
use crate::paging;
use crate::store::Db;
use crate::unit::UnitOfWork;

/// The fields that have columns of their own beside the body.
const COLUMNS: [&str; 3] = ["id", "name", "strategy"];

/// Which connections are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The name.
    pub name: Option<String>,
    /// Their kinds, unless empty.
    pub strategies: Vec<String>,
    /// Enabled for this client.
    pub client: Option<ClientId>,
}

pub(crate) fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

fn enabled_for(scope: &TenantScope, client: &ClientId) -> Select<table::Entity> {
    let enabled = connection_clients::Entity::find()
        .select_only()
        .column(connection_clients::Column::ConnectionId)
        .filter(connection_clients::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(connection_clients::Column::ClientId.eq(client.as_str()))
        .into_query();
    in_tenant(scope).filter(table::Column::Id.in_subquery(enabled))
}

/// A page of the tenant's connections.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<Connection>> {
    let mut query = match &filter.client {
        Some(client) => enabled_for(scope, client),
        None => in_tenant(scope),
    };
    if let Some(name) = &filter.name {
        query = query.filter(table::Column::Name.eq(name.as_str()));
    }
    if !filter.strategies.is_empty() {
        query = query.filter(table::Column::Strategy.is_in(&filter.strategies));
    }
    let rows = paging::page(&db.into(), query, page, table::Column::Id, |row| row.id.clone()).await?;
    let items = rows.items.into_iter().map(connection).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, total: rows.total, next: rows.next })
}

/// The connection with this id.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &ConnectionId,
) -> Result<Option<Connection>> {
    let query = in_tenant(scope).filter(table::Column::Id.eq(id.as_str()));
    query.one(&db.into().0).await?.map(connection).transpose()
}

/// The connection with this name.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn find_by_name(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    name: &str,
) -> Result<Option<Connection>> {
    let query = in_tenant(scope).filter(table::Column::Name.eq(name));
    query.one(&db.into().0).await?.map(connection).transpose()
}

/// The connections that are enabled for the client, in the order of their ids.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_client(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    client: &ClientId,
) -> Result<Vec<Connection>> {
    let query = enabled_for(scope, client).order_by_asc(table::Column::Id);
    query.all(&db.into().0).await?.into_iter().map(connection).collect()
}

/// Adds a connection.
///
/// # Errors
/// [`crate::Error::Conflict`] when its name is taken.
pub async fn insert(unit: &UnitOfWork, scope: &TenantScope, connection: &Connection) -> Result<()> {
    table::Entity::insert(row(scope, connection)?).exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Changes a connection.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn update(unit: &UnitOfWork, scope: &TenantScope, connection: &Connection) -> Result<()> {
    table::Entity::update(row(scope, connection)?).exec(unit.transaction()).await?;
    Ok(())
}

/// Deletes a connection with its place in clients and organizations. Its users stay.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(unit: &UnitOfWork, scope: &TenantScope, id: &ConnectionId) -> Result<()> {
    table::Entity::delete_by_id((scope.tenant().to_string(), id.to_string()))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

fn row(scope: &TenantScope, connection: &Connection) -> Result<table::ActiveModel> {
    let mut body = serde_json::to_value(connection)?;
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|name, _| !COLUMNS.contains(&name.as_str()));
    }
    Ok(table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        id: Set(connection.id.to_string()),
        name: Set(connection.name.clone()),
        strategy: Set(connection.strategy.clone()),
        body: Set(body),
        sealed: Set(connection.sealed.clone()),
        created_at: Set(connection.created_at.timestamp_millis()),
    })
}

fn connection(row: table::Model) -> Result<Connection> {
    let mut body = row.body;
    body["id"] = row.id.into();
    body["name"] = row.name.into();
    body["strategy"] = row.strategy.into();
    let mut connection: Connection = serde_json::from_value(body)?;
    connection.sealed = row.sealed;
    connection.created_at = entity::time(row.created_at)?;
    Ok(connection)
}

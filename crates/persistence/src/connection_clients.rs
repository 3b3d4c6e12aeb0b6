//! Which connections are enabled for which clients.

use std::collections::HashMap;

use guildhall_domain::id::{ClientId, ConnectionId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::portal;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set,
};

use crate::entity::{connection_clients as table, connections};
use crate::error::{Error, Result};
use crate::paging;
use crate::store::Db;
use crate::unit::UnitOfWork;

fn in_tenant(scope: &TenantScope) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::TenantId.eq(scope.tenant().as_str()))
}

/// Those that lists show: the portal is no client that the vendor would turn a connection off for.
fn listed(scope: &TenantScope) -> Select<table::Entity> {
    in_tenant(scope).filter(table::Column::ClientId.ne(portal::CLIENT))
}

/// A page of the clients that the connection is enabled for.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn list(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    connection: &ConnectionId,
    page: &PageRequest,
) -> Result<Page<ClientId>> {
    let query = listed(scope).filter(table::Column::ConnectionId.eq(connection.as_str()));
    let rows =
        paging::page(&db.into(), query, page, table::Column::ClientId, |row| row.client_id.clone()).await?;
    Ok(rows.map(|row| ClientId::new(row.client_id)))
}

/// The clients that each of the connections is enabled for, by one query; ask for fewer than 1,000 connections.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn of_connections(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    ids: &[ConnectionId],
) -> Result<HashMap<ConnectionId, Vec<ClientId>>> {
    let query = listed(scope)
        .filter(table::Column::ConnectionId.is_in(ids.iter().map(ConnectionId::as_str)))
        .order_by_asc(table::Column::ClientId);
    let mut clients: HashMap<ConnectionId, Vec<ClientId>> = HashMap::new();
    for row in query.all(&db.into().0).await? {
        let connection = clients.entry(ConnectionId::new(row.connection_id)).or_default();
        connection.push(ClientId::new(row.client_id));
    }
    Ok(clients)
}

/// Enables the connection for clients; those it is enabled for already stay so.
///
/// # Errors
/// [`crate::Error::Missing`] when there is no such client.
pub async fn insert(
    unit: &UnitOfWork,
    scope: &TenantScope,
    connection: &ConnectionId,
    clients: &[ClientId],
) -> Result<()> {
    if clients.is_empty() {
        return Ok(());
    }
    let rows = clients.iter().map(|client| table::ActiveModel {
        tenant_id: Set(scope.tenant().to_string()),
        connection_id: Set(connection.to_string()),
        client_id: Set(client.to_string()),
    });
    let insert = table::Entity::insert_many(rows).on_conflict_do_nothing();
    insert.exec_without_returning(unit.transaction()).await?;
    Ok(())
}

/// Enables every connection of the tenant for a new client, by one statement.
///
/// # Errors
/// [`crate::Error::Missing`] when there is no such client.
pub async fn insert_all(unit: &UnitOfWork, scope: &TenantScope, client: &ClientId) -> Result<()> {
    let every = connections::Entity::find()
        .select_only()
        .column(connections::Column::TenantId)
        .column(connections::Column::Id)
        .expr(Expr::val(client.as_str()))
        .filter(connections::Column::TenantId.eq(scope.tenant().as_str()))
        .into_query();
    let columns = [table::Column::TenantId, table::Column::ConnectionId, table::Column::ClientId];
    let mut insert = Query::insert();
    insert.into_table(table::Entity).columns(columns);
    insert.select_from(every).map_err(|error| Error::Corrupt(error.to_string()))?;
    unit.transaction().execute(&insert).await?;
    Ok(())
}

/// Disables the connection for clients; those it is not enabled for are passed over.
///
/// # Errors
/// [`crate::Error::Database`].
pub async fn delete(
    unit: &UnitOfWork,
    scope: &TenantScope,
    connection: &ConnectionId,
    clients: &[ClientId],
) -> Result<()> {
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::ConnectionId.eq(connection.as_str()))
        .filter(table::Column::ClientId.is_in(clients.iter().map(ClientId::as_str)))
        .exec(unit.transaction())
        .await?;
    Ok(())
}

/// Puts `clients` in the place of all that the connection was enabled for.
///
/// # Errors
/// [`crate::Error::Missing`] when there is no such client.
pub async fn replace(
    unit: &UnitOfWork,
    scope: &TenantScope,
    connection: &ConnectionId,
    clients: &[ClientId],
) -> Result<()> {
    table::Entity::delete_many()
        .filter(table::Column::TenantId.eq(scope.tenant().as_str()))
        .filter(table::Column::ConnectionId.eq(connection.as_str()))
        .exec(unit.transaction())
        .await?;
    insert(unit, scope, connection, clients).await
}

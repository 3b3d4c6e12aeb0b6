//! Connections. Contract section 9.

use guildhall_domain::connection::{
    Connection, ConnectionPatch, DeletedConnection, NewConnection, ShownConnection,
};
use guildhall_domain::field::Object;
use guildhall_domain::id::{ClientId, ConnectionId, TenantId};
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
pub use guildhall_persistence::connections::Filter;
use guildhall_persistence::{
    Db, Error, UnitOfWork, clients, connection_clients, connections, organization_connections, users,
};
use serde_json::json;

use crate::context::{App, found};
use crate::problem::{Problem, Taken, Thing, taken};
use crate::users::remove;

/// Creates a connection.
///
/// # Errors
/// [`Problem::Invalid`] for options that its kind cannot have and clients that do not exist, [`Taken::ConnectionName`].
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateConnections>,
    mut new: NewConnection,
) -> Result<ShownConnection, Problem> {
    let enabled = new.enabled_clients.take().unwrap_or_default();
    let connection = new.create(ConnectionId::generate(app.clock()), app.clock().now());
    let stored = sealed(app, by.scope().tenant(), &connection)?;
    let mut unit = app.begin(by).await?;
    connections::insert(&unit, by.scope(), &stored).await.map_err(taken(Taken::ConnectionName))?;
    replace_clients(&unit, by.scope(), &connection.id, &enabled).await?;
    unit.record(Change::new("connection.created", connection.id.as_str()).after(&stored)).await?;
    unit.commit().await?;
    with_clients(app, by.scope(), connection).await
}

/// A page of the tenant's connections.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadConnections>,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<ShownConnection>, Problem> {
    let page = connections::list(app.store(), by.scope(), filter, page).await?;
    let ids: Vec<ConnectionId> = page.items.iter().map(|connection| connection.id.clone()).collect();
    let mut clients = connection_clients::of_connections(app.store(), by.scope(), &ids).await?;
    let mut items = Vec::new();
    for connection in page.items {
        let enabled_clients = clients.remove(&connection.id).unwrap_or_default();
        let connection = opened(app, by.scope().tenant(), connection)?;
        items.push(ShownConnection { connection, enabled_clients });
    }
    Ok(Page { items, total: page.total, next: page.next })
}

/// A page of the connections that are enabled for a client.
///
/// # Errors
/// [`Thing::Client`].
pub async fn of_client(
    app: &App,
    by: &Authorized<needs::ReadConnections>,
    client: &ClientId,
    page: &PageRequest,
) -> Result<Page<ShownConnection>, Problem> {
    found(clients::find(app.store(), by.scope(), client).await?, Thing::Client)?;
    list(app, by, &Filter { client: Some(client.clone()), ..Filter::default() }, page).await
}

/// The connection with this id.
///
/// # Errors
/// [`Thing::Connection`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadConnections>,
    id: &ConnectionId,
) -> Result<ShownConnection, Problem> {
    let connection = existing_connection(app.store(), by.scope(), id).await?;
    with_clients(app, by.scope(), opened(app, by.scope().tenant(), connection)?).await
}

/// Changes a connection.
///
/// # Errors
/// [`Thing::Connection`], [`Problem::Invalid`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateConnections>,
    id: &ConnectionId,
    mut patch: ConnectionPatch,
) -> Result<ShownConnection, Problem> {
    let enabled = patch.enabled_clients.take();
    let tenant = by.scope().tenant();
    let mut unit = app.begin(by).await?;
    let before = existing_connection(&unit, by.scope(), id).await?;
    let after = opened(app, tenant, before.clone())?.patched(patch);
    let stored = sealed(app, tenant, &after)?;
    connections::update(&unit, by.scope(), &stored).await?;
    if let Some(enabled) = enabled {
        replace_clients(&unit, by.scope(), id, &enabled).await?;
    }
    unit.record(Change::new("connection.updated", id.as_str()).before(&before).after(&stored)).await?;
    unit.commit().await?;
    with_clients(app, by.scope(), after).await
}

/// Deletes a connection with all its users, and says so in every organization that loses it or members by it.
///
/// # Errors
/// [`Thing::Connection`].
pub async fn delete(
    app: &App,
    by: &Authorized<needs::DeleteConnections>,
    id: &ConnectionId,
) -> Result<DeletedConnection, Problem> {
    let scope = by.scope();
    let mut unit = app.begin(by).await?;
    let before = existing_connection(&unit, scope, id).await?;
    let having = organization_connections::organization_ids_of(&unit, scope, id).await?;
    let losing = users::organizations_of_connection(&unit, scope, &before.name).await?;
    let gone = users::delete_of_connection(&unit, scope, &before.name).await?;
    connections::delete(&unit, scope, id).await?;
    for organization in having {
        let change = Change::new("organization.connection_removed", id.as_str()).within(&organization);
        unit.record(change).await?;
    }
    for organization in losing {
        let change = Change::new("organization.members_removed", organization.as_str()).within(&organization);
        unit.record(change.before(&json!({ "members_of_connection": before.name }))).await?;
    }
    let change = Change::new("connection.deleted", id.as_str());
    unit.record(change.before(&json!({ "connection": before, "users": gone }))).await?;
    unit.commit().await?;
    Ok(DeletedConnection { deleted_at: app.clock().now() })
}

/// Deletes the user of a database connection who has an e-mail address. It is no error when there is none: nothing is
/// changed then, nor recorded.
///
/// # Errors
/// [`Thing::Connection`], [`Problem::NotNow`] for another kind of connection.
pub async fn delete_user(
    app: &App,
    by: &Authorized<needs::DeleteUsers>,
    id: &ConnectionId,
    email: &str,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let connection = existing_connection(&unit, by.scope(), id).await?;
    if !connection.is_database() {
        return Err(Problem::NotNow("The connection must be a database connection".to_owned()));
    }
    let email = email.to_lowercase();
    let Some(user) = users::find_in_connection(&unit, by.scope(), &connection.name, &email).await? else {
        return Ok(());
    };
    remove(&mut unit, by.scope(), &user).await?;
    unit.commit().await?;
    Ok(())
}

/// The connection with this id, its secrets still sealed.
pub(crate) async fn existing_connection(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    id: &ConnectionId,
) -> Result<Connection, Problem> {
    found(connections::find(db, scope, id).await?, Thing::Connection)
}

async fn with_clients(
    app: &App,
    scope: &TenantScope,
    connection: Connection,
) -> Result<ShownConnection, Problem> {
    let ids = std::slice::from_ref(&connection.id);
    let mut clients = connection_clients::of_connections(app.store(), scope, ids).await?;
    let enabled_clients = clients.remove(&connection.id).unwrap_or_default();
    Ok(ShownConnection { connection, enabled_clients })
}

async fn replace_clients(
    unit: &UnitOfWork,
    scope: &TenantScope,
    id: &ConnectionId,
    clients: &[ClientId],
) -> Result<(), Problem> {
    connection_clients::replace(unit, scope, id, clients).await.map_err(unknown_client("enabled_clients"))
}

/// Turns a reference to a client that does not exist into the refusal of the field that named it.
pub(crate) fn unknown_client(property: &'static str) -> impl Fn(Error) -> Problem {
    move |error| match error {
        Error::Missing(_) => Problem::invalid(property, "The specified client does not exist"),
        other => other.into(),
    }
}

/// The connection as it is stored: options that may hold secrets are encrypted.
fn sealed(app: &App, tenant: &TenantId, connection: &Connection) -> Result<Connection, Problem> {
    connection.options_fit().map_err(|reason| Problem::invalid("options", reason))?;
    let (clear, secret) = connection.split_options();
    let mut stored = Connection { options: clear, sealed: None, ..connection.clone() };
    if !secret.is_empty() {
        let text = serde_json::to_vec(&secret).map_err(Problem::internal)?;
        let sealed = app.0.vault.seal(&place(tenant, &connection.id), &text).map_err(Problem::internal)?;
        stored.sealed = Some(sealed);
    }
    Ok(stored)
}

/// The connection with all its options.
fn opened(app: &App, tenant: &TenantId, mut connection: Connection) -> Result<Connection, Problem> {
    if let Some(sealed) = connection.sealed.take() {
        let text = app.0.vault.open(&place(tenant, &connection.id), &sealed).map_err(Problem::internal)?;
        let secret: Object = serde_json::from_slice(&text).map_err(Problem::internal)?;
        connection.options.extend(secret);
    }
    Ok(connection)
}

/// What binds sealed options to their place.
fn place(tenant: &TenantId, id: &ConnectionId) -> String {
    format!("{tenant}/connections/{id}")
}

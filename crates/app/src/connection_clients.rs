//! Which clients a connection is enabled for. Contract section 9.

use guildhall_domain::connection::ClientStatus;
use guildhall_domain::id::{ClientId, ConnectionId};
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, needs};
use guildhall_persistence::connection_clients;

use crate::connections::{existing_connection, unknown_client};
use crate::context::App;
use crate::problem::Problem;

/// A page of the clients that the connection is enabled for.
///
/// # Errors
/// [`crate::Thing::Connection`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadConnections>,
    id: &ConnectionId,
    page: &PageRequest,
) -> Result<Page<ClientId>, Problem> {
    existing_connection(app.store(), by.scope(), id).await?;
    Ok(connection_clients::list(app.store(), by.scope(), id, page).await?)
}

/// Enables the connection for some clients and disables it for others; of a client that is named twice, the last word
/// counts.
///
/// # Errors
/// [`crate::Thing::Connection`], [`Problem::Invalid`] for a client that does not exist.
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateConnections>,
    id: &ConnectionId,
    statuses: Vec<ClientStatus>,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    existing_connection(&unit, by.scope(), id).await?;
    for status in &statuses {
        let client = std::slice::from_ref(&status.client_id);
        match status.status {
            true => connection_clients::insert(&unit, by.scope(), id, client)
                .await
                .map_err(unknown_client("client_id"))?,
            false => connection_clients::delete(&unit, by.scope(), id, client).await?,
        }
    }
    unit.record(Change::new("connection.clients_updated", id.as_str()).after(&statuses)).await?;
    unit.commit().await?;
    Ok(())
}

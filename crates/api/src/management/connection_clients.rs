//! `/connections/{id}/clients`. Contract section 9.

use crate::routes::Routes;
use actix_web::{HttpResponse, get, patch, web};
use guildhall_app::connection_clients;
use guildhall_domain::connection::{ClientStatus, EnabledClient};
use guildhall_domain::id::ConnectionId;
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Checkpoint, Query};

/// The most clients of a request.
const MOST: usize = 50;

listing!(EnabledClientList, clients: EnabledClient);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(update);
}

/// Lists the clients that a connection is enabled for.
#[utoipa::path(
    tag = "connections",
    operation_id = "get_connection_clients",
    params(("id" = String, Path, description = "The connection."), Checkpoint),
    responses(
        (status = 200, description = "The clients.", body = EnabledClientList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such connection.", body = ErrorBody),
    ),
    security(("bearer" = ["read:connections"]))
)]
#[get("/connections/{id}/clients")]
async fn list(
    call: Call<needs::ReadConnections>,
    id: web::Path<ConnectionId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Checkpoint>()?.request()?;
    let page = connection_clients::list(&call.app, &call.by, &id, &request).await?;
    let page = page.map(|client_id| EnabledClient { client_id });
    Ok(listing::listing("clients", &request, &page))
}

/// Enables a connection for clients and disables it for others, 1 to 50 of them.
#[utoipa::path(
    tag = "connections",
    operation_id = "patch_connection_clients",
    params(("id" = String, Path, description = "The connection.")),
    request_body = Vec<ClientStatus>,
    responses(
        (status = 204, description = "It is enabled and disabled as asked."),
        (status = 400, description = "A field cannot be, or a client does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such connection.", body = ErrorBody),
    ),
    security(("bearer" = ["update:connections"]))
)]
#[patch("/connections/{id}/clients")]
async fn update(
    call: Call<needs::UpdateConnections>,
    id: web::Path<ConnectionId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let statuses: Vec<ClientStatus> = body.read_list(1, MOST)?;
    connection_clients::update(&call.app, &call.by, &id, statuses).await?;
    Ok(HttpResponse::NoContent().finish())
}

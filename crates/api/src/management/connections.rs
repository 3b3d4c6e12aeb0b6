//! `/connections`. Contract section 9.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::connections::{self, Filter};
use guildhall_domain::connection::{ConnectionPatch, DeletedConnection, NewConnection, ShownConnection};
use guildhall_domain::id::{ClientId, ConnectionId};
use guildhall_domain::policy::needs;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Fields, Paging, Query};

listing!(ConnectionList, connections: ShownConnection);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(update).service(delete);
    config.service(delete_user).service(of_client);
}

/// Which connections are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filters {
    /// The name.
    #[param(max_length = 128)]
    name: Option<String>,
    /// Their kinds, each under this name.
    #[serde(default)]
    #[param(max_items = 100, required = false)]
    strategy: Vec<String>,
}

impl Filters {
    fn read(self) -> Result<Filter, Failure> {
        if self.strategy.len() > 100 {
            return Err(Failure::query(
                "Query validation error: 'Array is too long, maximum 100' on property strategy.",
            ));
        }
        Ok(Filter { name: self.name, strategies: self.strategy, client: None })
    }
}

/// Lists connections.
#[utoipa::path(
    tag = "connections",
    operation_id = "get_connections",
    params(Paging, Fields, Filters),
    responses(
        (status = 200, description = "The connections.", body = ConnectionList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:connections"]))
)]
#[get("/connections")]
async fn list(call: Call<needs::ReadConnections>, query: Query) -> Result<HttpResponse, Failure> {
    let (paging, fields, filters): (Paging, Fields, Filters) = query.read3()?;
    let request = paging.within(1, 100, 100)?;
    let page = connections::list(&call.app, &call.by, &filters.read()?, &request).await?;
    Ok(listing::listing("connections", &request, &page.map(|connection| fields.of(&connection))))
}

/// Creates a connection. Those of the strategy `auth0` keep users and passwords here; others are stored as they are.
#[utoipa::path(
    tag = "connections",
    operation_id = "post_connections",
    request_body = NewConnection,
    responses(
        (status = 201, description = "The connection.", body = ShownConnection),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 409, description = "The name is taken.", body = ErrorBody),
    ),
    security(("bearer" = ["create:connections"]))
)]
#[post("/connections")]
async fn create(call: Call<needs::CreateConnections>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewConnection = body.read()?;
    Ok(HttpResponse::Created().json(connections::create(&call.app, &call.by, new).await?))
}

/// Returns a connection.
#[utoipa::path(
    tag = "connections",
    operation_id = "get_connections_by_id",
    params(("id" = String, Path, description = "The connection."), Fields),
    responses(
        (status = 200, description = "The connection.", body = ShownConnection),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such connection.", body = ErrorBody),
    ),
    security(("bearer" = ["read:connections"]))
)]
#[get("/connections/{id}")]
async fn get(
    call: Call<needs::ReadConnections>,
    id: web::Path<ConnectionId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let fields: Fields = query.read()?;
    Ok(HttpResponse::Ok().json(fields.of(&connections::get(&call.app, &call.by, &id).await?)))
}

/// Changes a connection. `options` replaces all of them.
#[utoipa::path(
    tag = "connections",
    operation_id = "patch_connections_by_id",
    params(("id" = String, Path, description = "The connection.")),
    request_body = ConnectionPatch,
    responses(
        (status = 200, description = "The connection after the change.", body = ShownConnection),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such connection.", body = ErrorBody),
    ),
    security(("bearer" = ["update:connections"]))
)]
#[patch("/connections/{id}")]
async fn update(
    call: Call<needs::UpdateConnections>,
    id: web::Path<ConnectionId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: ConnectionPatch = body.read()?;
    Ok(HttpResponse::Ok().json(connections::update(&call.app, &call.by, &id, patch).await?))
}

/// Deletes a connection with all its users.
#[utoipa::path(
    tag = "connections",
    operation_id = "delete_connections_by_id",
    params(("id" = String, Path, description = "The connection.")),
    responses(
        (status = 202, description = "It is gone.", body = DeletedConnection),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such connection.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:connections"]))
)]
#[delete("/connections/{id}")]
async fn delete(
    call: Call<needs::DeleteConnections>,
    id: web::Path<ConnectionId>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Accepted().json(connections::delete(&call.app, &call.by, &id).await?))
}

/// Which user.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ByEmail {
    /// The e-mail address.
    #[param(min_length = 1, max_length = 320)]
    email: String,
}

/// Deletes the user of a database connection who has an e-mail address.
#[utoipa::path(
    tag = "connections",
    operation_id = "delete_users_by_email",
    params(("id" = String, Path, description = "The connection."), ByEmail),
    responses(
        (status = 204, description = "There is no such user any more, or there was none."),
        (status = 400, description = "A parameter cannot be, or it is no database connection.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such connection.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:users"]))
)]
#[delete("/connections/{id}/users")]
async fn delete_user(
    call: Call<needs::DeleteUsers>,
    id: web::Path<ConnectionId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let by: ByEmail = query.read()?;
    connections::delete_user(&call.app, &call.by, &id, &by.email).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists the connections that are enabled for a client.
#[utoipa::path(
    tag = "clients",
    operation_id = "get_client_connections",
    params(("id" = String, Path, description = "The client."), Paging, Fields),
    responses(
        (status = 200, description = "The connections.", body = ConnectionList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such client.", body = ErrorBody),
    ),
    security(("bearer" = ["read:connections"]))
)]
#[get("/clients/{id}/connections")]
async fn of_client(
    call: Call<needs::ReadConnections>,
    id: web::Path<ClientId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (paging, fields): (Paging, Fields) = query.read2()?;
    let request = paging.request()?;
    let page = connections::of_client(&call.app, &call.by, &id, &request).await?;
    Ok(listing::listing("connections", &request, &page.map(|connection| fields.of(&connection))))
}

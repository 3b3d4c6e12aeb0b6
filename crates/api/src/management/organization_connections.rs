//! `/organizations/{id}/connections`. Contract section 3.5: the newer view of the same table.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::organization_connections::{self, View};
use guildhall_domain::id::{ConnectionId, OrganizationId};
use guildhall_domain::organization_connection::{
    NewOrganizationConnection, OrganizationConnection, OrganizationConnectionPatch,
};
use guildhall_domain::policy::needs;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

listing!(OrganizationConnectionList, connections: OrganizationConnection);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(add).service(get).service(update).service(remove);
}

/// Which of them are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filters {
    /// Whether people can sign in with them here.
    is_enabled: Option<bool>,
}

/// Lists the connections of an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_organization_connections",
    params(("id" = String, Path, description = "The organization."), Paging, Filters),
    responses(
        (status = 200, description = "The connections.", body = OrganizationConnectionList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_connections"]))
)]
#[get("/organizations/{id}/connections")]
async fn list(
    call: Call<needs::ReadOrganizationConnections>,
    id: web::Path<OrganizationId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (paging, filters): (Paging, Filters) = query.read2()?;
    let request = paging.request()?;
    let page = organization_connections::list(&call.app, &call.by, &id, filters.is_enabled, &request).await?;
    Ok(listing::listing("connections", &request, &page))
}

/// Adds a connection to an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "post_organization_connections",
    params(("id" = String, Path, description = "The organization.")),
    request_body = NewOrganizationConnection,
    responses(
        (status = 201, description = "The connection.", body = OrganizationConnection),
        (status = 400, description = "A field cannot be, or the connection does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
        (status = 409, description = "The organization has it already, or has enough.", body = ErrorBody),
    ),
    security(("bearer" = ["create:organization_connections"]))
)]
#[post("/organizations/{id}/connections")]
async fn add(
    call: Call<needs::CreateOrganizationConnections>,
    id: web::Path<OrganizationId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let new: NewOrganizationConnection = body.read()?;
    let connection = organization_connections::add(&call.app, &call.by, &id, new, View::All).await?;
    Ok(HttpResponse::Created().json(connection))
}

/// Returns a connection of an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_organization_connections_by_connection_id",
    params(
        ("id" = String, Path, description = "The organization."),
        ("connection_id" = String, Path, description = "The connection."),
    ),
    responses(
        (status = 200, description = "The connection.", body = OrganizationConnection),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or it has no such connection.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_connections"]))
)]
#[get("/organizations/{id}/connections/{connection_id}")]
async fn get(
    call: Call<needs::ReadOrganizationConnections>,
    path: web::Path<(OrganizationId, ConnectionId)>,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    let connection =
        organization_connections::get(&call.app, &call.by, &organization, &id, View::All).await?;
    Ok(HttpResponse::Ok().json(connection))
}

/// Changes a connection of an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "patch_organization_connections_by_connection_id",
    params(
        ("id" = String, Path, description = "The organization."),
        ("connection_id" = String, Path, description = "The connection."),
    ),
    request_body = OrganizationConnectionPatch,
    responses(
        (status = 200, description = "The connection after the change.", body = OrganizationConnection),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or it has no such connection.", body = ErrorBody),
    ),
    security(("bearer" = ["update:organization_connections"]))
)]
#[patch("/organizations/{id}/connections/{connection_id}")]
async fn update(
    call: Call<needs::UpdateOrganizationConnections>,
    path: web::Path<(OrganizationId, ConnectionId)>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    let patch: OrganizationConnectionPatch = body.read()?;
    let connection =
        organization_connections::update(&call.app, &call.by, &organization, &id, patch, View::All).await?;
    Ok(HttpResponse::Ok().json(connection))
}

/// Takes a connection from an organization. Its members stay.
#[utoipa::path(
    tag = "organizations",
    operation_id = "delete_organization_connections_by_connection_id",
    params(
        ("id" = String, Path, description = "The organization."),
        ("connection_id" = String, Path, description = "The connection."),
    ),
    responses(
        (status = 204, description = "The organization has it no more."),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or it has no such connection.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:organization_connections"]))
)]
#[delete("/organizations/{id}/connections/{connection_id}")]
async fn remove(
    call: Call<needs::DeleteOrganizationConnections>,
    path: web::Path<(OrganizationId, ConnectionId)>,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    organization_connections::remove(&call.app, &call.by, &organization, &id, View::All).await?;
    Ok(HttpResponse::NoContent().finish())
}

//! `/organizations/{id}/enabled_connections`. Contract section 3.5: the older view, which shows enabled connections only.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::organization_connections::{self, View};
use guildhall_domain::id::{ConnectionId, OrganizationId};
use guildhall_domain::organization_connection::{
    EnabledConnection, EnabledConnectionPatch, NewEnabledConnection,
};
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

listing!(EnabledConnectionList, enabled_connections: EnabledConnection);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(add).service(get).service(update).service(remove);
}

/// Lists the connections that people can sign in with to an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_enabled_connections",
    params(("id" = String, Path, description = "The organization."), Paging),
    responses(
        (status = 200, description = "The connections.", body = EnabledConnectionList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_connections"]))
)]
#[get("/organizations/{id}/enabled_connections")]
async fn list(
    call: Call<needs::ReadOrganizationConnections>,
    id: web::Path<OrganizationId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Paging>()?.request()?;
    let page = organization_connections::list(&call.app, &call.by, &id, Some(true), &request).await?;
    Ok(listing::listing("enabled_connections", &request, &page.map(EnabledConnection::from)))
}

/// Adds a connection to an organization, where people can sign in with it.
#[utoipa::path(
    tag = "organizations",
    operation_id = "post_enabled_connections",
    params(("id" = String, Path, description = "The organization.")),
    request_body = NewEnabledConnection,
    responses(
        (status = 201, description = "The connection.", body = EnabledConnection),
        (status = 400, description = "A field cannot be, or the connection does not exist.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
        (status = 409, description = "The organization has it already, or has enough.", body = ErrorBody),
    ),
    security(("bearer" = ["create:organization_connections"]))
)]
#[post("/organizations/{id}/enabled_connections")]
async fn add(
    call: Call<needs::CreateOrganizationConnections>,
    id: web::Path<OrganizationId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let new: NewEnabledConnection = body.read()?;
    let connection =
        organization_connections::add(&call.app, &call.by, &id, new.into(), View::Enabled).await?;
    Ok(HttpResponse::Created().json(EnabledConnection::from(connection)))
}

/// Returns a connection of an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_enabled_connections_by_connection_id",
    params(
        ("id" = String, Path, description = "The organization."),
        ("connection_id" = String, Path, description = "The connection."),
    ),
    responses(
        (status = 200, description = "The connection.", body = EnabledConnection),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or it has no such connection.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_connections"]))
)]
#[get("/organizations/{id}/enabled_connections/{connection_id}")]
async fn get(
    call: Call<needs::ReadOrganizationConnections>,
    path: web::Path<(OrganizationId, ConnectionId)>,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    let connection =
        organization_connections::get(&call.app, &call.by, &organization, &id, View::Enabled).await?;
    Ok(HttpResponse::Ok().json(EnabledConnection::from(connection)))
}

/// Changes a connection of an organization.
#[utoipa::path(
    tag = "organizations",
    operation_id = "patch_enabled_connections_by_connection_id",
    params(
        ("id" = String, Path, description = "The organization."),
        ("connection_id" = String, Path, description = "The connection."),
    ),
    request_body = EnabledConnectionPatch,
    responses(
        (status = 200, description = "The connection after the change.", body = EnabledConnection),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or it has no such connection.", body = ErrorBody),
    ),
    security(("bearer" = ["update:organization_connections"]))
)]
#[patch("/organizations/{id}/enabled_connections/{connection_id}")]
async fn update(
    call: Call<needs::UpdateOrganizationConnections>,
    path: web::Path<(OrganizationId, ConnectionId)>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    let patch: EnabledConnectionPatch = body.read()?;
    let connection = organization_connections::update(
        &call.app,
        &call.by,
        &organization,
        &id,
        patch.into(),
        View::Enabled,
    )
    .await?;
    Ok(HttpResponse::Ok().json(EnabledConnection::from(connection)))
}

/// Takes a connection from an organization. Its members stay.
#[utoipa::path(
    tag = "organizations",
    operation_id = "delete_enabled_connections_by_connection_id",
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
#[delete("/organizations/{id}/enabled_connections/{connection_id}")]
async fn remove(
    call: Call<needs::DeleteOrganizationConnections>,
    path: web::Path<(OrganizationId, ConnectionId)>,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    organization_connections::remove(&call.app, &call.by, &organization, &id, View::Enabled).await?;
    Ok(HttpResponse::NoContent().finish())
}

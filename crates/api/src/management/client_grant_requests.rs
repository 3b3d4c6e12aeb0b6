//! `/organizations/{id}/client-grant-requests` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::client_grant_requests;
use guildhall_domain::client_grant::{ClientGrantRequest, NewClientGrantRequest};
use guildhall_domain::id::{ClientGrantRequestId, OrganizationId};
use guildhall_domain::policy::needs;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Paging, Query};

listing!(ClientGrantRequestList, client_grant_requests: ClientGrantRequest);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(withdraw);
}

/// Lists the requests to let clients in that an organization has not answered.
#[utoipa::path(
    tag = "organizations",
    operation_id = "get_client_grant_requests",
    params(("id" = String, Path, description = "The organization."), Paging),
    responses(
        (status = 200, description = "The requests.", body = ClientGrantRequestList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization.", body = ErrorBody),
    ),
    security(("bearer" = ["read:organization_client_grants"]))
)]
#[get("/organizations/{id}/client-grant-requests")]
async fn list(
    call: Call<needs::ReadOrganizationClientGrants>,
    id: web::Path<OrganizationId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Paging>()?.request()?;
    let page = client_grant_requests::list(&call.app, &call.by, &id, &request).await?;
    Ok(listing::listing("client_grant_requests", &request, &page))
}

/// Asks an organization to let a client in. Whoever runs the organization approves or refuses it through the My Organization
/// API; a grant can be asked for once at a time.
#[utoipa::path(
    tag = "organizations",
    operation_id = "post_client_grant_requests",
    params(("id" = String, Path, description = "The organization.")),
    request_body = NewClientGrantRequest,
    responses(
        (status = 201, description = "The request.", body = ClientGrantRequest),
        (status = 400, description = "A field cannot be, a role does not exist, or the grant is not for organizations.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization or grant.", body = ErrorBody),
        (status = 409, description = "It is let in already or asked for, or the organization is asked for enough.", body = ErrorBody),
    ),
    security(("bearer" = ["create:organization_client_grants"]))
)]
#[post("/organizations/{id}/client-grant-requests")]
async fn create(
    call: Call<needs::CreateOrganizationClientGrants>,
    id: web::Path<OrganizationId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let new: NewClientGrantRequest = body.read()?;
    let request = client_grant_requests::create(&call.app, &call.by, &id, new).await?;
    Ok(HttpResponse::Created().json(request))
}

/// Withdraws a request that the organization has not answered.
#[utoipa::path(
    tag = "organizations",
    operation_id = "delete_client_grant_requests_by_id",
    params(
        ("id" = String, Path, description = "The organization."),
        ("request_id" = String, Path, description = "The request."),
    ),
    responses(
        (status = 204, description = "It is withdrawn."),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such organization, or no such request in it.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:organization_client_grants"]))
)]
#[delete("/organizations/{id}/client-grant-requests/{request_id}")]
async fn withdraw(
    call: Call<needs::DeleteOrganizationClientGrants>,
    path: web::Path<(OrganizationId, ClientGrantRequestId)>,
) -> Result<HttpResponse, Failure> {
    let (organization, id) = path.into_inner();
    client_grant_requests::withdraw(&call.app, &call.by, &organization, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

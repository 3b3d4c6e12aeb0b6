//! `/client-grant-requests` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, get, post, web};
use guildhall_app::my_organization::client_grant_requests;
use guildhall_domain::id::ClientGrantRequestId;
use guildhall_domain::my_organization::{Approval, LetInClient, RequestedClient};
use guildhall_domain::policy::my_organization as needs;

use crate::body::Body;
use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::paging::{Taking, page};
use crate::my_organization::problem::ProblemBody;
use crate::page_of;
use crate::query::Query;

page_of!(RequestedClientPage, client_grant_requests: RequestedClient);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(approve).service(refuse);
}

/// Lists the clients that the organization is asked to let in.
#[utoipa::path(
    tag = "client grants",
    operation_id = "get_requested_clients",
    params(Taking),
    responses(
        (status = 200, description = "The requests that were not answered.", body = RequestedClientPage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:client_grants"]))
)]
#[get("/client-grant-requests")]
async fn list(call: Call<needs::ReadClientGrants>, query: Query) -> Result<HttpResponse, Failure> {
    let request = query.read::<Taking>()?.request()?;
    let found = client_grant_requests::list(&call.app, &call.by, &request).await?;
    Ok(page("client_grant_requests", found))
}

/// Lets a client in that asks for it, with what was asked for or a part of it: nothing that the caller does not hold, nor the
/// vendor's envelope excludes.
#[utoipa::path(
    tag = "client grants",
    operation_id = "approve_client_grant_request",
    params(("id" = String, Path, description = "The request.")),
    request_body(content = Approval, description = "A part of what was asked for; all of it without a body."),
    responses(
        (status = 201, description = "It is let in.", body = LetInClient),
        (status = 400, description = "A field cannot be, or was not asked for.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, or it is more than the caller holds.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such request, or it was answered.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The organization has enough, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["create:my_org:client_grants"]))
)]
#[post("/client-grant-requests/{id}/approve")]
async fn approve(
    call: Call<needs::CreateClientGrants>,
    id: web::Path<ClientGrantRequestId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let approval: Approval = body.read_or_default()?;
    let done = client_grant_requests::approve(&call.app, &call.by, &id, approval).await?;
    Ok(HttpResponse::Created().json(done))
}

/// Refuses to let a client in that asks for it.
#[utoipa::path(
    tag = "client grants",
    operation_id = "refuse_client_grant_request",
    params(("id" = String, Path, description = "The request.")),
    responses(
        (status = 204, description = "It is refused."),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such request, or it was answered.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["create:my_org:client_grants"]))
)]
#[post("/client-grant-requests/{id}/refuse")]
async fn refuse(
    call: Call<needs::CreateClientGrants>,
    id: web::Path<ClientGrantRequestId>,
) -> Result<HttpResponse, Failure> {
    client_grant_requests::refuse(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

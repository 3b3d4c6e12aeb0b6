//! `/client-grants` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use guildhall_app::my_organization::client_grants;
use guildhall_domain::id::ClientGrantId;
use guildhall_domain::my_organization::{AvailableClient, LetInClient, NewLetInClient};
use guildhall_domain::policy::my_organization as needs;

use crate::body::Body;
use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::paging::{Taking, page};
use crate::my_organization::problem::ProblemBody;
use crate::page_of;
use crate::query::Query;

page_of!(LetInClientPage, client_grants: LetInClient);
page_of!(AvailableClientPage, client_grants: AvailableClient);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(available).service(create).service(remove);
}

/// Lists the clients of the vendor's and of partners that are let in, and what each may do here.
#[utoipa::path(
    tag = "client grants",
    operation_id = "get_let_in_clients",
    params(Taking),
    responses(
        (status = 200, description = "The clients.", body = LetInClientPage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:client_grants"]))
)]
#[get("/client-grants")]
async fn list(call: Call<needs::ReadClientGrants>, query: Query) -> Result<HttpResponse, Failure> {
    let request = query.read::<Taking>()?.request()?;
    Ok(page("client_grants", client_grants::list(&call.app, &call.by, &request).await?))
}

/// Lists the clients that the vendor lets the organization let in without being asked.
#[utoipa::path(
    tag = "client grants",
    operation_id = "get_available_clients",
    params(Taking),
    responses(
        (status = 200, description = "The clients.", body = AvailableClientPage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:client_grants"]))
)]
#[get("/client-grants/available")]
async fn available(call: Call<needs::ReadClientGrants>, query: Query) -> Result<HttpResponse, Failure> {
    let request = query.read::<Taking>()?.request()?;
    Ok(page("client_grants", client_grants::available(&call.app, &call.by, &request).await?))
}

/// Lets a client in, with permissions that the caller holds and the vendor's envelope lets be granted, and with roles that
/// the caller may confer.
#[utoipa::path(
    tag = "client grants",
    operation_id = "post_let_in_clients",
    request_body = NewLetInClient,
    responses(
        (status = 201, description = "It is let in.", body = LetInClient),
        (status = 400, description = "A field cannot be, or a role does not exist here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, or it is more than the caller holds.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such grant that the organization may approve.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is let in already, the organization has enough, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["create:my_org:client_grants"]))
)]
#[post("/client-grants")]
async fn create(call: Call<needs::CreateClientGrants>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewLetInClient = body.read()?;
    Ok(HttpResponse::Created().json(client_grants::create(&call.app, &call.by, new).await?))
}

/// Ends what a client may do here: what the organization gave it, or may give. Tokens stay valid until they expire.
#[utoipa::path(
    tag = "client grants",
    operation_id = "delete_let_in_client",
    params(("grant_id" = String, Path, description = "The grant.")),
    responses(
        (status = 204, description = "It is not let in any more."),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, or it is the vendor's to end.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such client is let in.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["delete:my_org:client_grants"]))
)]
#[delete("/client-grants/{grant_id}")]
async fn remove(
    call: Call<needs::DeleteClientGrants>,
    id: web::Path<ClientGrantId>,
) -> Result<HttpResponse, Failure> {
    client_grants::remove(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

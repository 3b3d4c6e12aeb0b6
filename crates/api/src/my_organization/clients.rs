//! `/clients` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use guildhall_app::my_organization::{client_access, clients};
use guildhall_domain::id::ClientId;
use guildhall_domain::my_organization::{
    AccessOfClient, NewOrganizationClient, OrganizationClient, OrganizationClientPatch,
};
use guildhall_domain::policy::my_organization as needs;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::body::Body;
use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::paging::{Taking, page};
use crate::my_organization::problem::ProblemBody;
use crate::page_of;
use crate::query::Query;

page_of!(OrganizationClientPage, clients: OrganizationClient);

/// The longest text that clients are searched by, in bytes.
const LONGEST: usize = 300;

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(create).service(get).service(update).service(replace_access).service(remove);
}

/// Which clients are listed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Sought {
    /// A part of the name, in capitals or not.
    #[param(max_length = 300)]
    q: Option<String>,
}

/// Lists the organization's own machine clients, without what they have access to.
#[utoipa::path(
    tag = "clients",
    operation_id = "get_organization_clients",
    params(Taking, Sought),
    responses(
        (status = 200, description = "The clients.", body = OrganizationClientPage),
        (status = 400, description = "A parameter cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:clients"]))
)]
#[get("/clients")]
async fn list(call: Call<needs::ReadClients>, query: Query) -> Result<HttpResponse, Failure> {
    let (taking, sought): (Taking, Sought) = query.read2()?;
    if sought.q.as_ref().is_some_and(|text| text.len() > LONGEST) {
        return Err(Failure::query(format!(
            "Query validation error: 'At most {LONGEST} characters' on property q."
        )));
    }
    let request = taking.request()?;
    let text = sought.q.as_deref().filter(|text| !text.is_empty());
    Ok(page("clients", clients::list(&call.app, &call.by, text, &request).await?))
}

/// Makes a machine client of the organization's own, which gets tokens for this organization alone. It has access to nothing
/// that its maker does not hold, or that the vendor's envelope excludes; a machine client makes none that outlives it. The
/// answer is the only one that holds its secret.
#[utoipa::path(
    tag = "clients",
    operation_id = "post_organization_clients",
    request_body = NewOrganizationClient,
    responses(
        (status = 201, description = "The client.", body = OrganizationClient),
        (status = 400, description = "A field cannot be, or an API or a role does not exist here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, the caller does not hold what the client would, or there are enough clients.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Two credentials have the same kid, the organization has enough client grants, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["create:my_org:clients"]))
)]
#[post("/clients")]
async fn create(call: Call<needs::CreateClients>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewOrganizationClient = body.read()?;
    Ok(HttpResponse::Created().json(clients::create(&call.app, &call.by, new).await?))
}

/// Returns a client with what it has access to and its public keys, without its secret.
#[utoipa::path(
    tag = "clients",
    operation_id = "get_organization_client",
    params(("client_id" = String, Path, description = "The client.")),
    responses(
        (status = 200, description = "The client.", body = OrganizationClient),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such client.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:clients"]))
)]
#[get("/clients/{client_id}")]
async fn get(call: Call<needs::ReadClients>, id: web::Path<ClientId>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(clients::get(&call.app, &call.by, &id).await?))
}

/// Changes a client. To turn it on or to prolong it, the caller needs to hold all that it may have. Turned off or at its end,
/// it gets no tokens, and those that it has are refused by Guildhall's own APIs at once.
#[utoipa::path(
    tag = "clients",
    operation_id = "patch_organization_client",
    params(("client_id" = String, Path, description = "The client.")),
    request_body = OrganizationClientPatch,
    responses(
        (status = 200, description = "The client after the change.", body = OrganizationClient),
        (status = 400, description = "A field cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, or the caller does not hold what the client may have.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such client.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["update:my_org:clients"]))
)]
#[patch("/clients/{client_id}")]
async fn update(
    call: Call<needs::UpdateClients>,
    id: web::Path<ClientId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: OrganizationClientPatch = body.read()?;
    Ok(HttpResponse::Ok().json(clients::update(&call.app, &call.by, &id, patch).await?))
}

/// Replaces what the organization gives its client. What the client could have before stays without question; whatever is
/// new, the caller needs to hold. What the vendor gave stays as it is.
#[utoipa::path(
    tag = "clients",
    operation_id = "put_organization_client_access",
    params(("client_id" = String, Path, description = "The client.")),
    request_body = AccessOfClient,
    responses(
        (status = 200, description = "The client after the change.", body = OrganizationClient),
        (status = 400, description = "A field cannot be, or an API or a role does not exist here.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, or the caller does not hold what is new.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such client.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The organization has enough client grants, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["update:my_org:clients"]))
)]
#[put("/clients/{client_id}/access")]
async fn replace_access(
    call: Call<needs::UpdateClients>,
    id: web::Path<ClientId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let access: AccessOfClient = body.read()?;
    Ok(HttpResponse::Ok().json(client_access::replace(&call.app, &call.by, &id, access).await?))
}

/// Deletes a client with its credentials and all that it had access to.
#[utoipa::path(
    tag = "clients",
    operation_id = "delete_organization_client",
    params(("client_id" = String, Path, description = "The client.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such client.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["delete:my_org:clients"]))
)]
#[delete("/clients/{client_id}")]
async fn remove(call: Call<needs::DeleteClients>, id: web::Path<ClientId>) -> Result<HttpResponse, Failure> {
    clients::delete(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

//! `/` and `/details`.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, guard, patch, web};
use guildhall_app::my_organization::details;
use guildhall_domain::my_organization::{Details, DetailsPatch};
use guildhall_domain::policy::my_organization as needs;

use crate::body::Body;
use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::problem::ProblemBody;

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(get).service(update).service(remove);
}

/// The deletion without a closing slash, as SDKs send it.
pub fn without_slash(config: &mut web::ServiceConfig) {
    config.service(web::resource("").guard(guard::Delete()).to(deletion));
}

/// Returns the organization.
#[utoipa::path(
    tag = "organization",
    operation_id = "get_details",
    responses(
        (status = 200, description = "The organization.", body = Details),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["read:my_org:details"]))
)]
#[get("/details")]
async fn get(call: Call<needs::ReadDetails>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(details::get(&call.app, &call.by).await?))
}

/// Changes the organization's name and how it looks.
#[utoipa::path(
    tag = "organization",
    operation_id = "patch_details",
    request_body = DetailsPatch,
    responses(
        (status = 200, description = "The organization after the change.", body = Details),
        (status = 400, description = "A field cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The name is taken, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["update:my_org:details"]))
)]
#[patch("/details")]
async fn update(call: Call<needs::UpdateDetails>, body: Body) -> Result<HttpResponse, Failure> {
    let patch: DetailsPatch = body.read()?;
    Ok(HttpResponse::Ok().json(details::update(&call.app, &call.by, patch).await?))
}

/// Deletes the organization; its members stay users of the tenant.
#[utoipa::path(
    tag = "organization",
    operation_id = "delete_organization",
    responses(
        (status = 204, description = "It is gone."),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["delete:my_org:organizations"]))
)]
#[delete("/")]
async fn remove(call: Call<needs::DeleteOrganization>) -> Result<HttpResponse, Failure> {
    deletion(call).await
}

async fn deletion(call: Call<needs::DeleteOrganization>) -> Result<HttpResponse, Failure> {
    details::delete(&call.app, &call.by).await?;
    Ok(HttpResponse::NoContent().finish())
}

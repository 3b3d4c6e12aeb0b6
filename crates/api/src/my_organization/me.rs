//! `/me` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, get, post};
use guildhall_app::my_organization::{me, members};
use guildhall_domain::my_organization::Me;
use guildhall_domain::policy::my_organization as needs;

use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::problem::ProblemBody;

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(get).service(leave);
}

/// Returns who calls, where, and what they may do here.
#[utoipa::path(
    tag = "me",
    operation_id = "get_me",
    responses(
        (status = 200, description = "The caller.", body = Me),
        (status = 401, description = "No valid token.", body = ProblemBody),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
#[get("/me")]
async fn get(call: Call<needs::Belong>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(me::get(&call.by)))
}

/// Ends the caller's own membership. The last member who can give roles cannot leave.
#[utoipa::path(
    tag = "me",
    operation_id = "leave_organization",
    responses(
        (status = 204, description = "The caller belongs to the organization no more."),
        (status = 401, description = "No valid token.", body = ProblemBody),
        (status = 404, description = "A machine client, which is no member.", body = ProblemBody),
        (status = 409, description = "The caller is the last who can give roles, or the client is not configured for this API.", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
#[post("/me/leave")]
async fn leave(call: Call<needs::Belong>) -> Result<HttpResponse, Failure> {
    members::leave(&call.app, &call.by).await?;
    Ok(HttpResponse::NoContent().finish())
}

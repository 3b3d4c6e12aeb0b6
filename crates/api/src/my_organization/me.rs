//! `/me` (an addition to the contract).

use crate::routes::Routes;
use actix_web::{HttpResponse, get, post};
use guildhall_app::my_organization::{hand_over as over, me, members};
use guildhall_domain::my_organization::{HandOver, Me, NewHandOver};
use guildhall_domain::policy::my_organization as needs;

use crate::body::Body;
use crate::failure::Failure;
use crate::my_organization::call::Call;
use crate::my_organization::problem::ProblemBody;

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(get).service(leave).service(hand_over);
}

/// Returns who calls, where, and what they may do here.
#[utoipa::path(
    tag = "me",
    operation_id = "get_me",
    responses(
        (status = 200, description = "The caller.", body = Me),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
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
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "A machine client, which is no member.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The caller is the last who can give roles, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[post("/me/leave")]
async fn leave(call: Call<needs::Belong>) -> Result<HttpResponse, Failure> {
    members::leave(&call.app, &call.by).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives another member the caller's roles and takes them from the caller, at once. Those that the vendor alone may assign
/// stay where they are.
#[utoipa::path(
    tag = "me",
    operation_id = "hand_over",
    request_body = NewHandOver,
    responses(
        (status = 200, description = "What was handed over.", body = HandOver),
        (status = 400, description = "A field cannot be.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No valid token.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks the scope, or a role has what the caller does not hold through this client.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such member, or a machine client, which is none.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The member holds enough roles, nobody could give roles afterwards, or the client is not configured for this API.", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = ["create:my_org:member_roles"]))
)]
#[post("/me/hand-over")]
async fn hand_over(call: Call<needs::CreateMemberRoles>, body: Body) -> Result<HttpResponse, Failure> {
    let new: NewHandOver = body.read()?;
    Ok(HttpResponse::Ok().json(over::create(&call.app, &call.by, &new.user_id).await?))
}

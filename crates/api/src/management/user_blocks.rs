//! `/user-blocks`. Contract section 8.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, web};
use guildhall_app::user_blocks;
use guildhall_domain::id::UserId;
use guildhall_domain::policy::needs;
use guildhall_domain::user_block::UserBlocks;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::query::Query;

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(of_identifier).service(remove_of_identifier).service(of_user).service(remove_of_user);
}

/// Whose delays.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ByIdentifier {
    /// The address, name or number that is typed to sign in.
    #[param(min_length = 1, max_length = 320)]
    identifier: String,
    /// Accepted for the callers that send it.
    #[allow(dead_code, reason = "read only to be checked")]
    consider_brute_force_enablement: Option<bool>,
}

/// Lists the delays that failed attempts brought to whoever signs in by this identifier.
#[utoipa::path(
    tag = "user-blocks",
    operation_id = "get_user-blocks",
    params(ByIdentifier),
    responses(
        (status = 200, description = "The delays of this moment.", body = UserBlocks),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:users"]))
)]
#[get("/user-blocks")]
async fn of_identifier(call: Call<needs::ReadUsers>, query: Query) -> Result<HttpResponse, Failure> {
    let by: ByIdentifier = query.read()?;
    Ok(HttpResponse::Ok().json(user_blocks::of_identifier(&call.app, &call.by, &by.identifier).await?))
}

/// Ends the delays of whoever signs in by this identifier.
#[utoipa::path(
    tag = "user-blocks",
    operation_id = "delete_user-blocks",
    params(ByIdentifier),
    responses(
        (status = 204, description = "There are none any more."),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["update:users"]))
)]
#[delete("/user-blocks")]
async fn remove_of_identifier(call: Call<needs::UpdateUsers>, query: Query) -> Result<HttpResponse, Failure> {
    let by: ByIdentifier = query.read()?;
    user_blocks::remove_of_identifier(&call.app, &call.by, &by.identifier).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists the delays that failed attempts brought to a user.
#[utoipa::path(
    tag = "user-blocks",
    operation_id = "get_user-blocks_by_id",
    params(("id" = String, Path, description = "The user.")),
    responses(
        (status = 200, description = "The delays of this moment.", body = UserBlocks),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["read:users"]))
)]
#[get("/user-blocks/{id}")]
async fn of_user(call: Call<needs::ReadUsers>, id: web::Path<UserId>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(user_blocks::of_user(&call.app, &call.by, &id).await?))
}

/// Ends the delays of a user.
#[utoipa::path(
    tag = "user-blocks",
    operation_id = "delete_user-blocks_by_id",
    params(("id" = String, Path, description = "The user.")),
    responses(
        (status = 204, description = "There are none any more."),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["update:users"]))
)]
#[delete("/user-blocks/{id}")]
async fn remove_of_user(
    call: Call<needs::UpdateUsers>,
    id: web::Path<UserId>,
) -> Result<HttpResponse, Failure> {
    user_blocks::remove_of_user(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

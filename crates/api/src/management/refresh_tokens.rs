//! `/refresh-tokens` and `/users/{id}/refresh-tokens`. Contract sections 8 and 11.

use crate::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use guildhall_app::refresh_tokens::admin as refresh_tokens;
use guildhall_domain::id::{RefreshTokenId, UserId};
use guildhall_domain::policy::needs;
use guildhall_domain::refresh_token::{RefreshToken, RefreshTokenPatch, Revocation};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Checkpoint, Query, Totals};

listing!(RefreshTokenList, refresh_tokens: RefreshToken);

listing!(UserRefreshTokenList, tokens: RefreshToken);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(of_user).service(delete_of_user).service(revoke);
    config.service(list).service(get).service(update).service(delete);
}

/// Whose refresh tokens are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Whose {
    /// The user.
    #[param(min_length = 1, max_length = 1024)]
    user_id: String,
}

/// Lists the refresh tokens of a user.
#[utoipa::path(
    tag = "refresh-tokens",
    operation_id = "get_user_refresh_tokens",
    params(("id" = String, Path, description = "The user."), Checkpoint, Totals),
    responses(
        (status = 200, description = "The refresh tokens.", body = UserRefreshTokenList),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["read:refresh_tokens"]))
)]
#[get("/users/{id}/refresh-tokens")]
async fn of_user(
    call: Call<needs::ReadRefreshTokens>,
    id: web::Path<UserId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read2::<Checkpoint, Totals>()?.0.request()?;
    let page = refresh_tokens::of_user(&call.app, &call.by, &id, &request).await?;
    Ok(listing::listing("tokens", &request, &page))
}

/// Revokes every refresh token of a user.
#[utoipa::path(
    tag = "refresh-tokens",
    operation_id = "delete_user_refresh_tokens",
    params(("id" = String, Path, description = "The user.")),
    responses(
        (status = 202, description = "They are revoked."),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:refresh_tokens"]))
)]
#[delete("/users/{id}/refresh-tokens")]
async fn delete_of_user(
    call: Call<needs::DeleteRefreshTokens>,
    id: web::Path<UserId>,
) -> Result<HttpResponse, Failure> {
    refresh_tokens::delete_of_user(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Lists the refresh tokens of a user.
#[utoipa::path(
    tag = "refresh-tokens",
    operation_id = "get_refresh_tokens",
    params(Whose, Checkpoint),
    responses(
        (status = 200, description = "The refresh tokens.", body = RefreshTokenList),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such user.", body = ErrorBody),
    ),
    security(("bearer" = ["read:refresh_tokens"]))
)]
#[get("/refresh-tokens")]
async fn list(call: Call<needs::ReadRefreshTokens>, query: Query) -> Result<HttpResponse, Failure> {
    let (whose, paging) = query.read2::<Whose, Checkpoint>()?;
    let request = paging.request()?;
    let page = refresh_tokens::of_user(&call.app, &call.by, &UserId::new(whose.user_id), &request).await?;
    Ok(listing::listing("refresh_tokens", &request, &page))
}

/// Revokes refresh tokens by id, by user, or by user and client.
#[utoipa::path(
    tag = "refresh-tokens",
    operation_id = "post_refresh_tokens_revoke",
    request_body = Revocation,
    responses(
        (status = 202, description = "They are revoked."),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:refresh_tokens"]))
)]
#[post("/refresh-tokens/revoke")]
async fn revoke(call: Call<needs::DeleteRefreshTokens>, body: Body) -> Result<HttpResponse, Failure> {
    let what: Revocation = body.read()?;
    refresh_tokens::revoke(&call.app, &call.by, what).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Returns a refresh token, but not its value.
#[utoipa::path(
    tag = "refresh-tokens",
    operation_id = "get_refresh_token",
    params(("id" = String, Path, description = "The refresh token.")),
    responses(
        (status = 200, description = "The refresh token.", body = RefreshToken),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such refresh token.", body = ErrorBody),
    ),
    security(("bearer" = ["read:refresh_tokens"]))
)]
#[get("/refresh-tokens/{id}")]
async fn get(
    call: Call<needs::ReadRefreshTokens>,
    id: web::Path<RefreshTokenId>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(refresh_tokens::get(&call.app, &call.by, &id).await?))
}

/// Changes the vendor's own data about a refresh token.
#[utoipa::path(
    tag = "refresh-tokens",
    operation_id = "patch_refresh_token",
    params(("id" = String, Path, description = "The refresh token.")),
    request_body = RefreshTokenPatch,
    responses(
        (status = 200, description = "The refresh token after the change.", body = RefreshToken),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such refresh token.", body = ErrorBody),
    ),
    security(("bearer" = ["update:refresh_tokens"]))
)]
#[patch("/refresh-tokens/{id}")]
async fn update(
    call: Call<needs::UpdateRefreshTokens>,
    id: web::Path<RefreshTokenId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let patch: RefreshTokenPatch = body.read()?;
    Ok(HttpResponse::Ok().json(refresh_tokens::update(&call.app, &call.by, &id, patch).await?))
}

/// Revokes a refresh token with every value that it has had.
#[utoipa::path(
    tag = "refresh-tokens",
    operation_id = "delete_refresh_token",
    params(("id" = String, Path, description = "The refresh token.")),
    responses(
        (status = 202, description = "It is revoked."),
        (status = 400, description = "A field or parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such refresh token.", body = ErrorBody),
    ),
    security(("bearer" = ["delete:refresh_tokens"]))
)]
#[delete("/refresh-tokens/{id}")]
async fn delete(
    call: Call<needs::DeleteRefreshTokens>,
    id: web::Path<RefreshTokenId>,
) -> Result<HttpResponse, Failure> {
    refresh_tokens::delete(&call.app, &call.by, &id).await?;
    Ok(HttpResponse::Accepted().finish())
}

//! `/keys/signing`. Contract section 11.

use crate::routes::Routes;
use actix_web::{HttpResponse, get, post, put, web};
use guildhall_app::signing_keys;
use guildhall_domain::id::KeyId;
use guildhall_domain::policy::needs;
use guildhall_domain::signing_key::{KeyReference, KeyRotation, SigningKeyInfo};

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(get).service(rotate).service(revoke);
}

/// Lists the signing keys of the tenant.
#[utoipa::path(
    tag = "keys",
    operation_id = "get_signing_keys",
    responses(
        (status = 200, description = "The keys.", body = Vec<SigningKeyInfo>),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:signing_keys"]))
)]
#[get("/keys/signing")]
async fn list(call: Call<needs::ReadSigningKeys>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(signing_keys::list(&call.app, &call.by).await?))
}

/// Returns a signing key.
#[utoipa::path(
    tag = "keys",
    operation_id = "get_signing_key",
    params(("kid" = String, Path, description = "The key.")),
    responses(
        (status = 200, description = "The key.", body = SigningKeyInfo),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such key.", body = ErrorBody),
    ),
    security(("bearer" = ["read:signing_keys"]))
)]
#[get("/keys/signing/{kid}")]
async fn get(call: Call<needs::ReadSigningKeys>, kid: web::Path<KeyId>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(signing_keys::get(&call.app, &call.by, &kid).await?))
}

/// Rotates the keys of an algorithm: the next key signs from now on. What the key before it signed stays accepted until
/// that key is revoked; a key that had been replaced before already is revoked.
#[utoipa::path(
    tag = "keys",
    operation_id = "post_signing_keys",
    request_body(content = Option<KeyRotation>, description = "The algorithm, `RS256` unless given (an addition to the contract)."),
    responses(
        (status = 201, description = "The new next key.", body = KeyReference),
        (status = 400, description = "The algorithm has no keys of the tenant.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scopes.", body = ErrorBody),
    ),
    security(("bearer" = ["create:signing_keys", "update:signing_keys"]))
)]
#[post("/keys/signing/rotate")]
async fn rotate(call: Call<needs::RotateSigningKeys>, body: Body) -> Result<HttpResponse, Failure> {
    let rotation: KeyRotation = body.read_or_default()?;
    Ok(HttpResponse::Created().json(signing_keys::rotate(&call.app, &call.by, rotation).await?))
}

/// Revokes a previous signing key.
#[utoipa::path(
    tag = "keys",
    operation_id = "put_signing_keys",
    params(("kid" = String, Path, description = "The key.")),
    responses(
        (status = 200, description = "The revoked key.", body = KeyReference),
        (status = 400, description = "It is not a previous key.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such key.", body = ErrorBody),
    ),
    security(("bearer" = ["update:signing_keys"]))
)]
#[put("/keys/signing/{kid}/revoke")]
async fn revoke(
    call: Call<needs::RevokeSigningKeys>,
    kid: web::Path<KeyId>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(signing_keys::revoke(&call.app, &call.by, &kid).await?))
}

//! `POST /oauth/revoke`. Contract section 13.4, RFC 7009.

use actix_web::{HttpRequest, HttpResponse, post, web};
use guildhall_app::{Refusal, revocation};
use guildhall_oauth::presented_token::read;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asking::{self, OAuthErrorBody};
use crate::request;

/// The body, as a form or as JSON.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RevocationForm {
    /// The token.
    pub token: String,
    /// What kind of token it is; not needed.
    pub token_type_hint: Option<String>,
    /// The client; also in the `Authorization` header or the assertion.
    pub client_id: Option<String>,
    /// Its secret; also in the `Authorization` header.
    pub client_secret: Option<String>,
    /// A signed assertion in place of the secret (RFC 7523).
    pub client_assertion: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, with an assertion.
    pub client_assertion_type: Option<String>,
}

/// Revokes a refresh token. A token that is unknown, or is no refresh token, is no error.
#[utoipa::path(
    tag = "tokens",
    operation_id = "post_oauth_revoke",
    request_body(content(
        (RevocationForm = "application/x-www-form-urlencoded"),
        (RevocationForm = "application/json"),
    )),
    responses(
        (status = 200, description = "The token is good for nothing any more."),
        (status = 400, description = "The request cannot be.", body = OAuthErrorBody),
        (status = 401, description = "The client is not who it says.", body = OAuthErrorBody),
        (status = 404, description = "No tenant answers to the host.", body = OAuthErrorBody),
    )
)]
#[post("/oauth/revoke")]
pub async fn revoke(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match take_back(&request, &body).await {
        Ok(()) => HttpResponse::Ok().finish(),
        Err(refusal) => asking::refuse(&refusal),
    }
}

async fn take_back(request: &HttpRequest, body: &[u8]) -> Result<(), Refusal> {
    let (app, tenant) = asking::tenant(request).await?;
    let asked = read(asking::parameters(request, body)?, asking::authorization(request))?;
    revocation::revoke(&app, &tenant, &asked, &request::origin(request)).await
}

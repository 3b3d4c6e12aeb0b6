//! `POST /oauth/token`. Contract section 13.3, RFC 6749.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, post, web};
use guildhall_app::Refusal;
use guildhall_app::token_requests::{self, TokenAnswer};
use guildhall_oauth::token_request::read;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asking::{self, OAuthErrorBody};
use crate::request;

/// The body of a token request, as a form or as JSON.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenForm {
    /// `client_credentials`, `authorization_code` or `refresh_token`.
    pub grant_type: String,
    /// The client; also in the `Authorization` header or the assertion.
    pub client_id: Option<String>,
    /// Its secret; also in the `Authorization` header.
    pub client_secret: Option<String>,
    /// A signed assertion in place of the secret (RFC 7523).
    pub client_assertion: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, with an assertion.
    pub client_assertion_type: Option<String>,
    /// The API's identifier, or an organization's own audience of it; the tenant's default unless given.
    pub audience: Option<String>,
    /// The same, in the words of RFC 8707.
    pub resource: Option<String>,
    /// The organization, by id, or by name where the tenant allows names.
    pub organization: Option<String>,
    /// Permissions separated by spaces; all that the client holds, or that the refresh token is good for, unless given.
    pub scope: Option<String>,
    /// The code of a sign-in.
    pub code: Option<String>,
    /// The address that the code was sent to, if the sign-in named it.
    pub redirect_uri: Option<String>,
    /// The verifier of the sign-in's challenge (RFC 7636).
    pub code_verifier: Option<String>,
    /// The refresh token.
    pub refresh_token: Option<String>,
}

/// The tokens.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenBody {
    /// The access token.
    pub access_token: String,
    /// A refresh token, where `offline_access` was asked for and may be had, or the one that was used is replaced.
    pub refresh_token: Option<String>,
    /// The ID token, where `openid` was asked for.
    pub id_token: Option<String>,
    /// What it permits, separated by spaces; absent when nothing.
    pub scope: Option<String>,
    /// Seconds that it is valid.
    pub expires_in: i64,
    /// `Bearer`.
    pub token_type: String,
}

/// Issues tokens: to a machine client, for the code of a sign-in, or for a refresh token.
#[utoipa::path(
    tag = "tokens",
    operation_id = "post_oauth_token",
    request_body(content(
        (TokenForm = "application/x-www-form-urlencoded"),
        (TokenForm = "application/json"),
    )),
    responses(
        (status = 200, description = "The token.", body = TokenBody),
        (status = 400, description = "The request cannot be.", body = OAuthErrorBody),
        (status = 401, description = "The client is not who it says.", body = OAuthErrorBody),
        (status = 403, description = "The client may not have this.", body = OAuthErrorBody),
        (status = 404, description = "No tenant answers to the host.", body = OAuthErrorBody),
        (status = 429, description = "Enough for now.", body = OAuthErrorBody),
    )
)]
#[post("/oauth/token")]
pub async fn token(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match issue(&request, &body).await {
        Ok(answer) => {
            let mut response = HttpResponse::Ok();
            response
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .insert_header((header::PRAGMA, "no-cache"));
            for (name, value) in &answer.quotas {
                response.insert_header((*name, value.as_str()));
            }
            response.json(answer)
        }
        Err(refusal) => asking::refuse(&refusal),
    }
}

async fn issue(request: &HttpRequest, body: &[u8]) -> Result<TokenAnswer, Refusal> {
    let (app, tenant) = asking::tenant(request).await?;
    let asked = read(asking::parameters(request, body)?, asking::authorization(request))?;
    let origin = request::origin(request);
    let http = request::http(request, &origin, asking::sent(request, body));
    token_requests::answer(&app, &tenant, &asked, http).await
}

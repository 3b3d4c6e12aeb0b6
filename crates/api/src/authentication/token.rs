//! `POST /oauth/token`. Contract section 13.3, RFC 6749.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, post, web};
use guildhall_app::machine::{self, Refusal};
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::token_request::{Parameters, TokenRequest, read};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::{Failure, chain};
use crate::request;

/// The body of a token request, as a form or as JSON.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenForm {
    /// `client_credentials`.
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
    /// Permissions separated by spaces; all that the client holds unless given.
    pub scope: Option<String>,
}

/// The token.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenBody {
    /// The token.
    pub access_token: String,
    /// What it permits, separated by spaces; absent when nothing.
    pub scope: Option<String>,
    /// Seconds that it is valid.
    pub expires_in: i64,
    /// `Bearer`.
    pub token_type: String,
}

/// A refusal (RFC 6749 section 5.2).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OAuthErrorBody {
    /// The code.
    #[schema(value_type = String)]
    pub error: ErrorCode,
    /// The reason, for the developer of the client.
    pub error_description: String,
}

/// Issues a token to a machine client.
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
        Err(Refusal::OAuth(error)) => refuse(&error),
        Err(Refusal::Internal(error)) => {
            tracing::error!(error = %chain(&error), "unforeseen");
            let description = "Internal error; the request id leads to its cause in the log.";
            refuse(&OAuthError::new(ErrorCode::ServerError, description))
        }
    }
}

async fn issue(request: &HttpRequest, body: &[u8]) -> Result<machine::TokenAnswer, Refusal> {
    let app = request::app(request).map_err(internal)?;
    let tenant = request::tenant(&app, request).await.map_err(|failure| match failure {
        Failure::Problem(problem) => Refusal::Internal(problem),
        other => OAuthError { status: 404, ..OAuthError::invalid_request(other.to_string()) }.into(),
    })?;
    let header = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let json = header(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"));
    let parameters = if json { Parameters::from_json(body)? } else { Parameters::from_form(body)? };
    let TokenRequest::ClientCredentials(asked) = read(parameters, header(header::AUTHORIZATION))?;
    machine::issue(&app, &tenant, &asked, &request::origin(request)).await
}

fn internal(failure: Failure) -> Refusal {
    match failure {
        Failure::Problem(problem) => Refusal::Internal(problem),
        other => Refusal::Internal(guildhall_app::Problem::internal(other.to_string())),
    }
}

fn refuse(error: &OAuthError) -> HttpResponse {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(status);
    answer.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
    if status == StatusCode::UNAUTHORIZED {
        answer.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"oauth\""));
    }
    for (name, value) in &error.headers {
        answer.insert_header((*name, value.as_str()));
    }
    answer.json(OAuthErrorBody { error: error.code, error_description: error.description.clone() })
}

//! What the endpoints of OAuth share: parameters from a form or JSON, and refusals (RFC 6749 section 5.2).

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use guildhall_app::triggers::Sent;
use guildhall_app::{App, Problem, Refusal};
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::parameters::Parameters;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::cors::AskingClient;
use crate::failure::{Failure, chain};
use crate::request;

/// A refusal (RFC 6749 section 5.2).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OAuthErrorBody {
    /// The code.
    #[schema(value_type = String)]
    pub error: ErrorCode,
    /// The reason, for the developer of the client.
    pub error_description: String,
}

/// The application, and the tenant of the request's host.
pub async fn tenant(request: &HttpRequest) -> Result<(App, Arc<Tenant>), Refusal> {
    let app = request::app(request).map_err(internal)?;
    let tenant = request::tenant(&app, request).await.map_err(|failure| match failure {
        Failure::Problem(problem) => Refusal::Internal(problem),
        other => OAuthError { status: 404, ..OAuthError::invalid_request(other.to_string()) }.into(),
    })?;
    Ok((app, tenant))
}

/// The body, by its type.
pub fn sent<'a>(request: &HttpRequest, body: &'a [u8]) -> Sent<'a> {
    let kind = text(request, header::CONTENT_TYPE).map(str::to_ascii_lowercase);
    match kind.is_some_and(|kind| kind.starts_with("application/json")) {
        true => Sent::Json(body),
        false => Sent::Form(body),
    }
}

/// The parameters of the body, by its type.
pub fn parameters(request: &HttpRequest, body: &[u8]) -> Result<Parameters, OAuthError> {
    let parameters = match sent(request, body) {
        Sent::Json(body) => Parameters::from_json(body),
        _ => Parameters::from_form(body),
    }?;
    if let Some(client) = parameters.get("client_id") {
        request.extensions_mut().insert(AskingClient(client.to_owned()));
    }
    Ok(parameters)
}

/// The `Authorization` header.
pub fn authorization(request: &HttpRequest) -> Option<&str> {
    text(request, header::AUTHORIZATION)
}

fn text(request: &HttpRequest, name: header::HeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

fn internal(failure: Failure) -> Refusal {
    match failure {
        Failure::Problem(problem) => Refusal::Internal(problem),
        other => Refusal::Internal(Problem::internal(other.to_string())),
    }
}

/// The answer that refuses. The unforeseen is told to the log alone.
pub fn refuse(refusal: &Refusal) -> HttpResponse {
    match refusal {
        Refusal::OAuth(error) => refused(error),
        Refusal::Internal(error) => {
            tracing::error!(error = %chain(error), "unforeseen");
            let description = "Internal error; the request id leads to its cause in the log.";
            refused(&OAuthError::new(ErrorCode::ServerError, description))
        }
    }
}

fn refused(error: &OAuthError) -> HttpResponse {
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

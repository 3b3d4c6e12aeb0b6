//! Refusals as problem JSON (RFC 9457), with the types and titles of contract section 16.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponseBuilder};
use guildhall_app::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::failure::Failure;

/// An error of the My Organization API.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// What kind of problem it is, as an address.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// The kind in words.
    pub title: &'static str,
    /// The field and the reason.
    pub detail: String,
    /// Each field that cannot be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub validation_errors: Vec<InvalidField>,
}

/// A field that cannot be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvalidField {
    /// Why.
    pub detail: String,
    /// The field; absent where it is the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The same as a JSON pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Where it was sent: `body` or `query`.
    pub source: &'static str,
}

/// Turns the refusals of a scope into problem JSON.
pub async fn surround(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let problem = response.response().error().and_then(|error| error.as_error::<Failure>()).map(of);
    let Some(problem) = problem else { return Ok(response) };
    let mut answer = HttpResponseBuilder::new(response.status());
    for name in [header::WWW_AUTHENTICATE, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            answer.insert_header((name, value.clone()));
        }
    }
    let answer = answer.content_type("application/problem+json").json(problem);
    Ok(response.into_response(answer))
}

/// The refusal as problem JSON.
fn of(failure: &Failure) -> ProblemBody {
    let (status, detail, _) = failure.wire();
    let (code, title) = kind(failure, status);
    ProblemBody {
        kind: format!("https://auth0.com/api-errors#A0E-{status}-{code}"),
        status,
        title,
        detail,
        validation_errors: invalid(failure).into_iter().collect(),
    }
}

fn kind(failure: &Failure, status: u16) -> (&'static str, &'static str) {
    match (failure, status) {
        (Failure::MissingAuthentication, _) => ("0002", "Missing Token"),
        (Failure::Denied(_) | Failure::Problem(Problem::Denied(_)), _) => ("0002", "Insufficient Scope"),
        (Failure::NotConfigured | Failure::Problem(Problem::NotConfigured(_)), _) => {
            ("0001", "Configuration issue")
        }
        (Failure::Problem(Problem::Taken(_)), _) => ("0003", "Duplicate Resource"),
        (
            Failure::InvalidBody(_)
            | Failure::InvalidField { .. }
            | Failure::InvalidQuery(_)
            | Failure::PageTooFar
            | Failure::Problem(Problem::Invalid { .. } | Problem::InvalidQuery(_)),
            _,
        ) => ("0003", "Validation Error"),
        (_, 400) => ("0001", "Bad Request"),
        (_, 401) => ("0001", "Invalid Token"),
        (_, 403) => ("0003", "Forbidden"),
        (_, 404) => ("0002", "Resource Not Found"),
        (_, 409) => ("0001", "Conflict"),
        (_, 429) => ("0003", "Endpoint Rate Limit Exceeded"),
        (_, 503) => ("0001", "Busy"),
        _ => ("0001", "Internal Error"),
    }
}

fn invalid(failure: &Failure) -> Option<InvalidField> {
    let of = |property: &str, reason: &str| {
        let field = Some(property).filter(|property| *property != "(the body)");
        let pointer = field.map(|field| format!("/{}", field.replace(['.', '['], "/").replace(']', "")));
        Some(InvalidField {
            detail: reason.to_owned(),
            field: field.map(str::to_owned),
            pointer,
            source: "body",
        })
    };
    match failure {
        Failure::InvalidField { property, reason } => of(property, reason),
        Failure::Problem(Problem::Invalid { property, reason }) => of(property, reason),
        Failure::InvalidBody(reason) => of("(the body)", reason),
        Failure::InvalidQuery(detail) | Failure::Problem(Problem::InvalidQuery(detail)) => {
            Some(InvalidField { detail: detail.clone(), field: None, pointer: None, source: "query" })
        }
        _ => None,
    }
}

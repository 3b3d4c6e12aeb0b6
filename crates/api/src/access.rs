//! Access evaluation, under `/access/v1`: OpenID AuthZEN Authorization API 1.0. Section numbers are the specification's.

mod searches;
mod shapes;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, get, post};
use guildhall_app::access_evaluations::{self, MOST};
use guildhall_domain::policy::needs;
use guildhall_oauth::authzen::evaluation::Evaluation;
use guildhall_oauth::authzen::evaluations::{EvaluationsRequest, EvaluationsResponse};
use guildhall_oauth::authzen::malformed::Malformed;
use guildhall_oauth::authzen::metadata::{Metadata, Paths};
use guildhall_oauth::authzen::{Object, json};
use url::Url;

use crate::access::shapes::{
    AccessDecision, AccessDecisions, AccessEvaluation, AccessEvaluations, AccessMetadata,
};
use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::request;
use crate::routes::Routes;

/// By which a PEP recognizes the answer to its request.
const REQUEST_ID: &str = "x-request-id";

/// The routes under `/access/v1`.
pub fn routes(config: &mut impl Routes) {
    config.service(evaluation).service(evaluations);
    searches::routes(config);
}

/// Where those are.
pub fn discovery(config: &mut impl Routes) {
    config.service(metadata);
}

/// Decides whether a subject may do something now, by the rights that tokens are issued from. What does not exist may do
/// nothing, and nothing may be done to it.
#[utoipa::path(
    tag = "access",
    operation_id = "evaluate_access",
    request_body = AccessEvaluation,
    responses(
        (status = 200, description = "The decision.", body = AccessDecision),
        (status = 400, description = "A member cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 409, description = "The tenant has not come to the epoch demanded.", body = ErrorBody),
    ),
    security(("bearer" = ["evaluate:access"]))
)]
#[post("/evaluation")]
async fn evaluation(
    call: Call<needs::EvaluateAccess>,
    http: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let asked = Evaluation::read(&read(&http, &body)?).map_err(malformed)?;
    Ok(HttpResponse::Ok().json(access_evaluations::decide(&call.app, &call.by, &asked).await?))
}

/// Decides evaluations in their order, until the semantic says that it is enough.
#[utoipa::path(
    tag = "access",
    operation_id = "evaluate_accesses",
    request_body = AccessEvaluations,
    responses(
        (status = 200, description = "The decisions; one alone where there were no `evaluations`.", body = AccessDecisions),
        (status = 400, description = "A member cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 409, description = "The tenant has not come to the epoch demanded.", body = ErrorBody),
    ),
    security(("bearer" = ["evaluate:access"]))
)]
#[post("/evaluations")]
async fn evaluations(
    call: Call<needs::EvaluateAccess>,
    http: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let asked = EvaluationsRequest::read(&read(&http, &body)?, MOST).map_err(malformed)?;
    let answer = match asked {
        EvaluationsRequest::Single(asked) => {
            EvaluationsResponse::Single(access_evaluations::decide(&call.app, &call.by, &asked).await?)
        }
        EvaluationsRequest::Evaluations(asked) => {
            access_evaluations::decide_all(&call.app, &call.by, &asked).await?
        }
    };
    Ok(HttpResponse::Ok().json(answer))
}

/// Says where access is evaluated.
#[utoipa::path(
    tag = "access",
    operation_id = "get_authzen_configuration",
    responses(
        (status = 200, description = "Where the endpoints are.", body = AccessMetadata),
        (status = 404, description = "No tenant answers to this host.", body = ErrorBody),
    )
)]
#[get("/.well-known/authzen-configuration")]
async fn metadata(http: HttpRequest) -> Result<HttpResponse, Failure> {
    let app = request::app(&http)?;
    let tenant = request::tenant(&app, &http).await?;
    let issuer = Url::parse(&tenant.issuer).map_err(|error| Failure::internal(&error.to_string()))?;
    Ok(HttpResponse::Ok().json(Metadata::new(&issuer, Paths::default())))
}

/// The object in a body. Section 10.1: it is JSON and says so.
fn read(http: &HttpRequest, body: &Body) -> Result<Object, Failure> {
    let said = http.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let said = said.and_then(|said| said.split(';').next()).map(str::trim);
    match said {
        Some(said) if said.eq_ignore_ascii_case("application/json") => {
            json::object(body.bytes()).map_err(malformed)
        }
        _ => Err(Failure::body("Payload validation error: the Content-Type must be application/json.")),
    }
}

fn malformed(malformed: Malformed) -> Failure {
    Failure::body(format!("Payload validation error: {malformed}."))
}

/// Adds to every answer, refusals among them, that it is of this moment, and the caller's id of the request (section
/// 10.1.3), beside which ours stands in the log.
pub async fn surround(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = request.headers().get(REQUEST_ID).cloned();
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(id) = id {
        headers.insert(HeaderName::from_static(REQUEST_ID), id);
    }
    Ok(response)
}

//! Searches (section 8).

use actix_web::{HttpRequest, HttpResponse, post};
use guildhall_app::access_evaluations;
use guildhall_domain::policy::needs;
use guildhall_oauth::authzen::search::{ActionSearch, ResourceSearch, SubjectSearch};

use super::shapes::{
    AccessActionSearch, AccessActions, AccessEntities, AccessResourceSearch, AccessSubjectSearch,
};
use super::{malformed, read};
use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::routes::Routes;

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(subjects).service(resources).service(actions);
}

/// Searches for users or clients who may do something to a resource now. They are those who would be evaluated so.
#[utoipa::path(
    tag = "access",
    operation_id = "search_subjects",
    request_body = AccessSubjectSearch,
    responses(
        (status = 200, description = "Those who may.", body = AccessEntities),
        (status = 400, description = "A member cannot be, or the token is of another search.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 409, description = "The tenant has not come to the epoch demanded.", body = ErrorBody),
    ),
    security(("bearer" = ["evaluate:access"]))
)]
#[post("/search/subject")]
async fn subjects(
    call: Call<needs::EvaluateAccess>,
    http: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let asked = SubjectSearch::read(&read(&http, &body)?).map_err(malformed)?;
    Ok(HttpResponse::Ok().json(access_evaluations::subjects(&call.app, &call.by, &asked).await?))
}

/// Searches for organizations or APIs to which a subject may do something now. Of the vendor's own resources there are no
/// results: Guildhall knows their types alone.
#[utoipa::path(
    tag = "access",
    operation_id = "search_resources",
    request_body = AccessResourceSearch,
    responses(
        (status = 200, description = "To what.", body = AccessEntities),
        (status = 400, description = "A member cannot be, or the token is of another search.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 409, description = "The tenant has not come to the epoch demanded.", body = ErrorBody),
    ),
    security(("bearer" = ["evaluate:access"]))
)]
#[post("/search/resource")]
async fn resources(
    call: Call<needs::EvaluateAccess>,
    http: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let asked = ResourceSearch::read(&read(&http, &body)?).map_err(malformed)?;
    Ok(HttpResponse::Ok().json(access_evaluations::resources(&call.app, &call.by, &asked).await?))
}

/// Searches for what a subject may do to a resource now: permissions of the API, or actions of the resource's type.
#[utoipa::path(
    tag = "access",
    operation_id = "search_actions",
    request_body = AccessActionSearch,
    responses(
        (status = 200, description = "What, in the order of names.", body = AccessActions),
        (status = 400, description = "A member cannot be, or the token is of another search.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 409, description = "The tenant has not come to the epoch demanded.", body = ErrorBody),
    ),
    security(("bearer" = ["evaluate:access"]))
)]
#[post("/search/action")]
async fn actions(
    call: Call<needs::EvaluateAccess>,
    http: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let asked = ActionSearch::read(&read(&http, &body)?).map_err(malformed)?;
    Ok(HttpResponse::Ok().json(access_evaluations::actions(&call.app, &call.by, &asked).await?))
}

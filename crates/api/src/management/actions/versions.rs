//! `/actions/actions/{actionId}/versions`. Contract section 10.

use crate::routes::Routes;
use actix_web::{HttpResponse, get, post, web};
use guildhall_app::actions::versions;
use guildhall_domain::action::body::Rollback;
use guildhall_domain::action::shown::ShownVersion;
use guildhall_domain::id::{ActionId, ActionVersionId};
use guildhall_domain::policy::needs;

use super::{Offset, paged, running, shape};
use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::query::Query;

paged!(ActionVersionList, versions: ShownVersion);

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(get).service(roll_back);
}

/// Lists the versions of an action, the newest first.
#[utoipa::path(
    tag = "actions",
    operation_id = "get_action_versions",
    params(("actionId" = String, Path, description = "The action."), Offset),
    responses(
        (status = 200, description = "The versions.", body = ActionVersionList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such action.", body = ErrorBody),
    ),
    security(("bearer" = ["read:actions"]))
)]
#[get("/actions/actions/{actionId}/versions")]
async fn list(
    call: Call<needs::ReadActions>,
    id: web::Path<ActionId>,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let request = query.read::<Offset>()?.request()?;
    let (action, page) = versions::list(&call.app, &call.by, &id, &request).await?;
    let page = page.map(|version| action.show(&version));
    Ok(HttpResponse::Ok().json(shape("versions", &request, &page)))
}

/// Returns a version of an action.
#[utoipa::path(
    tag = "actions",
    operation_id = "get_action_version",
    params(
        ("actionId" = String, Path, description = "The action."),
        ("id" = String, Path, description = "The version."),
    ),
    responses(
        (status = 200, description = "The version.", body = ShownVersion),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such action, or it has no such version.", body = ErrorBody),
    ),
    security(("bearer" = ["read:actions"]))
)]
#[get("/actions/actions/{actionId}/versions/{id}")]
async fn get(
    call: Call<needs::ReadActions>,
    path: web::Path<(ActionId, ActionVersionId)>,
) -> Result<HttpResponse, Failure> {
    let (action, id) = path.into_inner();
    let (action, version) = versions::get(&call.app, &call.by, &action, &id).await?;
    Ok(HttpResponse::Ok().json(action.show(&version)))
}

/// Deploys what an earlier version holds as a new version, which runs from now on.
#[utoipa::path(
    tag = "actions",
    operation_id = "post_deploy_action_version",
    params(
        ("actionId" = String, Path, description = "The action."),
        ("id" = String, Path, description = "The version."),
    ),
    request_body(content = Option<Rollback>),
    responses(
        (status = 202, description = "The new version.", body = ShownVersion),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such action, or it has no such version.", body = ErrorBody),
    ),
    security(("bearer" = ["create:actions"]))
)]
#[post("/actions/actions/{actionId}/versions/{id}/deploy")]
async fn roll_back(
    call: Call<needs::CreateActions>,
    path: web::Path<(ActionId, ActionVersionId)>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let how: Rollback = body.read_or_default()?;
    let (action, id) = path.into_inner();
    let action = versions::roll_back(&call.app, &call.by, &action, &id, how).await?;
    Ok(HttpResponse::Accepted().json(running(&action)))
}

//! `/actions/actions/{id}/test`. Contract section 10.

use actix_web::{HttpResponse, post, web};
use guildhall_app::actions::trial;
use guildhall_domain::field::Object;
use guildhall_domain::id::ActionId;
use guildhall_domain::policy::needs;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::body::Body;
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::routes::Routes;

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(test);
}

/// An event that the author of an action made up, or what the action did with it.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionTest {
    /// The event; in an answer `status` (`success` or `failed`), `error`, `logs`, `commands` (what the action asked for
    /// through `api`, in order) and `duration_ms`.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub payload: Object,
}

/// Runs the draft of an action with an event. Nothing that it asks for takes effect.
#[utoipa::path(
    tag = "actions",
    operation_id = "post_test_action",
    params(("id" = String, Path, description = "The action.")),
    request_body = ActionTest,
    responses(
        (status = 200, description = "What it did.", body = ActionTest),
        (status = 400, description = "A field cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such action.", body = ErrorBody),
    ),
    security(("bearer" = ["create:actions"]))
)]
#[post("/actions/actions/{id}/test")]
async fn test(
    call: Call<needs::CreateActions>,
    id: web::Path<ActionId>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let asked: ActionTest = body.read()?;
    let trial = trial::run(&call.app, &call.by, &id, asked.payload).await?;
    let status = if trial.error.is_some() { "failed" } else { "success" };
    Ok(HttpResponse::Ok().json(json!({"payload": {
        "status": status,
        "error": trial.error,
        "logs": trial.logs,
        "commands": trial.commands,
        "duration_ms": trial.duration.as_secs_f64() * 1000.0,
    }})))
}

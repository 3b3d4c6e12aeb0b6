//! `/actions/triggers`. Contract section 10.

use crate::routes::Routes;
use actix_web::{HttpResponse, get};
use guildhall_domain::action::trigger::{ShownTrigger, Trigger};
use guildhall_domain::policy::needs;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::Call;
use crate::failure::{ErrorBody, Failure};

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list);
}

/// The triggers.
#[derive(Serialize, ToSchema)]
pub struct TriggerList {
    /// The triggers.
    triggers: Vec<ShownTrigger>,
}

/// Lists the triggers: the points at which actions run.
#[utoipa::path(
    tag = "actions",
    operation_id = "get_triggers",
    responses(
        (status = 200, description = "The triggers.", body = TriggerList),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:actions"]))
)]
#[get("/actions/triggers")]
async fn list(_: Call<needs::ReadActions>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(TriggerList { triggers: Trigger::ALL.map(Trigger::shown).into() }))
}

//! `/actions/executions`. Contract section 10.

use crate::routes::Routes;
use actix_web::{HttpResponse, get, web};
use guildhall_app::actions::executions;
use guildhall_app::actions::executions::Filter;
use guildhall_domain::action::execution::{Execution, ExecutionStatus};
use guildhall_domain::id::{ActionExecutionId, ActionId};
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::needs;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Offset, shape};
use crate::call::Call;
use crate::failure::{ErrorBody, Failure};
use crate::listing;
use crate::query::{Query, bounded, read_cursor};

/// A page of executions, by offset or by checkpoint.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "a shape for the documents")]
pub struct ActionExecutionList {
    /// The executions.
    executions: Vec<Execution>,
    /// How many there are in all; by offset alone, and absent beyond the last page.
    #[schema(required = false)]
    total: Option<u64>,
    /// Zero-based number of the page; by offset alone.
    #[schema(required = false)]
    page: Option<u64>,
    /// Items on a page; by offset alone.
    #[schema(required = false)]
    per_page: Option<u64>,
    /// Where to go on, with `from`; absent when nothing follows.
    #[schema(required = false)]
    next: Option<String>,
}

/// The routes.
pub fn routes(config: &mut impl Routes) {
    config.service(list).service(get);
}

/// Which executions are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Those of this trigger.
    #[param(max_length = 100)]
    trigger_id: Option<String>,
    /// Those in which this action ran.
    #[param(value_type = Option<String>, max_length = 100)]
    action_id: Option<ActionId>,
    /// Those that ended like this.
    #[param(inline)]
    status: Option<ExecutionStatus>,
}

/// What follows an execution.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Following {
    /// Where to go on: `next` of the page before.
    #[param(min_length = 1, max_length = 2048)]
    from: Option<String>,
    /// The most executions to return, with `from` or from the newest on; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    take: Option<u64>,
}

impl Following {
    fn request(&self) -> Result<Option<PageRequest>, Failure> {
        let take = bounded("take", self.take, 50, 1, 100)?;
        let after = self.from.as_deref().map(read_cursor).transpose()?;
        Ok((self.take.is_some() || after.is_some()).then_some(PageRequest::Checkpoint { after, take }))
    }
}

/// Lists what became of runs of actions, the newest first (an addition to the contract).
#[utoipa::path(
    tag = "actions",
    operation_id = "get_executions",
    params(Wanted, Offset, Following),
    responses(
        (status = 200, description = "The executions.", body = ActionExecutionList),
        (status = 400, description = "A parameter cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
    ),
    security(("bearer" = ["read:actions"]))
)]
#[get("/actions/executions")]
async fn list(call: Call<needs::ReadActions>, query: Query) -> Result<HttpResponse, Failure> {
    let (wanted, by_offset, following): (Wanted, Offset, Following) = query.read3()?;
    let request = match following.request()? {
        Some(checkpoint) => checkpoint,
        None => by_offset.request()?,
    };
    let filter = Filter { trigger: wanted.trigger_id, action: wanted.action_id, status: wanted.status };
    let page = executions::list(&call.app, &call.by, &filter, &request).await?;
    Ok(HttpResponse::Ok().json(match request {
        PageRequest::Checkpoint { .. } => listing::shape("executions", &request, &page),
        PageRequest::Offset { .. } => shape("executions", &request, &page),
    }))
}

/// Returns what became of a run of actions.
#[utoipa::path(
    tag = "actions",
    operation_id = "get_execution",
    params(("id" = String, Path, description = "The execution.")),
    responses(
        (status = 200, description = "The execution.", body = Execution),
        (status = 400, description = "The path cannot be.", body = ErrorBody),
        (status = 401, description = "No valid token.", body = ErrorBody),
        (status = 403, description = "The token lacks the scope.", body = ErrorBody),
        (status = 404, description = "No such execution.", body = ErrorBody),
    ),
    security(("bearer" = ["read:actions"]))
)]
#[get("/actions/executions/{id}")]
async fn get(
    call: Call<needs::ReadActions>,
    id: web::Path<ActionExecutionId>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(executions::get(&call.app, &call.by, &id).await?))
}

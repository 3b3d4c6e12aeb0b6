//! What became of runs of actions, for those who look for the reason of a failure.

use chrono::Duration;
use guildhall_domain::action::execution::Execution;
use guildhall_domain::id::{ActionExecutionId, TenantId};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, needs};
use guildhall_persistence::action_executions;
pub use guildhall_persistence::action_executions::Filter;

use crate::context::{App, found};
use crate::problem::{Problem, Thing};

/// How long they are kept.
const KEPT: Duration = Duration::days(10);

/// A page of them, the newest first.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadActions>,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<Execution>, Problem> {
    Ok(action_executions::list(app.store(), by.scope(), filter, page).await?)
}

/// The one with this id.
///
/// # Errors
/// [`Thing::ActionExecution`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadActions>,
    id: &ActionExecutionId,
) -> Result<Execution, Problem> {
    found(action_executions::find(app.store(), by.scope(), id).await?, Thing::ActionExecution)
}

/// Notes a run, off the path of the answer.
pub fn note(app: &App, tenant: &TenantId, execution: Execution) {
    let (trigger, status) = (execution.trigger_id.as_str(), execution.status.as_str());
    metrics::counter!("guildhall_action_executions_total", "trigger" => trigger, "status" => status)
        .increment(1);
    if !app.0.events.append_execution(tenant, execution) {
        metrics::counter!("guildhall_action_executions_lost_total").increment(1);
    }
}

/// Forgets old ones.
///
/// # Errors
/// None but the unforeseen.
pub async fn forget_old(app: &App) -> Result<(), Problem> {
    action_executions::forget_old(app.store(), app.clock().now() - KEPT).await?;
    Ok(())
}

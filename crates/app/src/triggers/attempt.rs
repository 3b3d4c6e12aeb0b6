//! Scripts that do not run for anyone's token: they are checked, or tried out.

use guildhall_actions::outcome::FailureKind;
use guildhall_actions::{Failure, Outcome, Run};
use guildhall_domain::action::Content;
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::tenant::Tenant;
use serde_json::Value;

use super::host::ScriptHost;
use super::run::{allowed, function};
use crate::context::App;
use crate::problem::Problem;

/// Whether code is JavaScript and exports the function of the trigger. What stands in the way of finding out is no
/// failure of the code.
///
/// # Errors
/// What is wrong with it.
pub(crate) async fn check(
    app: &App,
    scope: &TenantScope,
    code: &str,
    trigger: Trigger,
) -> Result<(), Failure> {
    let Some(engine) = &app.0.engine else { return Ok(()) };
    match engine.workers.check(scope.tenant().as_str(), code, function(trigger)).await {
        Err(failure) if matches!(failure.kind, FailureKind::Busy | FailureKind::Crashed) => Ok(()),
        checked => checked,
    }
}

/// Runs a script with an event, for its author to look at.
///
/// # Errors
/// Where this process runs no Actions.
pub(crate) async fn attempt(
    app: &App,
    tenant: &Tenant,
    content: &Content,
    event: &Value,
) -> Result<Outcome, Problem> {
    let engine = app.0.engine.as_ref().ok_or_else(|| Problem::internal("this process runs no Actions"))?;
    let run = Run {
        tenant: tenant.id.as_str(),
        code: &content.code,
        function: function(content.trigger.id),
        event,
        cache: &[],
        now: app.clock().now(),
        can_redirect: true,
    };
    Ok(engine.workers.run(run, &ScriptHost { engine, allowed: Some(allowed(tenant)), roles: &[] }).await)
}

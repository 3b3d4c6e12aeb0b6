//! Runs the Actions of a trigger, one after the other, each in a world of its own, and keeps what became of each.

use chrono::{DateTime, Utc};
use guildhall_actions::fetch::AllowedHosts;
use guildhall_actions::outcome::{Failure, FailureKind};
use guildhall_actions::run::CacheEntry;
use guildhall_actions::{Function, Outcome, Run};
use guildhall_domain::action::binding::OnFailure;
use guildhall_domain::action::execution::{ExecutionError, ExecutionResult, ExecutionStatus, ResultStatus};
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::field::Object;
use guildhall_domain::id::{ActionBindingId, ActionId};
use guildhall_domain::role::Role;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use serde::Serialize;
use serde_json::{Value, json};

use super::cache;
use super::engine::Engine;
use super::host::ScriptHost;
use super::wishes::{Stop, Wishes};
use crate::actions::flow::BoundAction;
use crate::context::App;
use crate::problem::Problem;

/// What the application is told when a script failed; the log knows more.
const FAILED: &str = "An Action failed. The tenant's log says which, and why.";

/// The Actions of a trigger, and what they are told.
pub(super) struct Flow<'a> {
    pub tenant: &'a Tenant,
    pub function: Function,
    pub actions: &'a [BoundAction],
    /// What they are told, without secrets.
    pub event: Value,
    /// The roles of the person.
    pub roles: &'a [Role],
    pub can_redirect: bool,
    /// The Action that sent the person away, who is back: the others before it ran then.
    pub back_at: Option<&'a ActionBindingId>,
    /// What scripts asked for before the person was sent away.
    pub wishes: Wishes,
    /// Whether nothing of it is to remain.
    pub is_preview: bool,
}

/// What became of the Actions.
pub(super) struct Ran {
    pub wishes: Wishes,
    pub end: End,
    pub status: ExecutionStatus,
    pub results: Vec<ExecutionResult>,
    pub began_at: DateTime<Utc>,
}

/// How their work ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    Through,
    Refused(OAuthError, RefusedBy),
    SentAway { url: String, by: ActionBindingId },
}

/// The Action that refused a token, as the log tells of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RefusedBy {
    pub id: ActionId,
    pub name: String,
    /// Why it failed, where it did not refuse by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ExecutionError>,
}

/// Runs them.
///
/// # Errors
/// Where this process runs no Actions.
pub(super) async fn run(app: &App, mut flow: Flow<'_>) -> Result<Ran, Problem> {
    let engine = app.0.engine.as_ref();
    let engine = engine.ok_or_else(|| Problem::internal("this process runs no Actions"))?;
    let host =
        ScriptHost { engine, allowed: (!flow.is_preview).then(|| allowed(flow.tenant)), roles: flow.roles };
    let began_at = app.clock().now();
    let mut ran = Ran {
        wishes: std::mem::take(&mut flow.wishes),
        end: End::Through,
        status: ExecutionStatus::Final,
        results: Vec::new(),
        began_at,
    };
    // What the Actions of a preview remember, they remember for each other alone.
    let read = || engine.caches.read(&flow.tenant.id, flow.function.trigger(), began_at);
    let mut own = flow.is_preview.then(read);
    let back_at = flow.back_at.and_then(|id| flow.actions.iter().position(|action| action.binding_id == *id));
    for (index, action) in flow.actions.iter().enumerate().skip(back_at.unwrap_or_default()) {
        let function = match back_at == Some(index) {
            true => Function::ContinuePostLogin,
            false => flow.function,
        };
        tell_wishes(&mut flow.event, &ran.wishes, function);
        let (outcome, started_at) = one(app, engine, &host, &mut flow, action, function, &mut own).await;
        let (status, error, stop) = weigh(&mut ran.wishes, outcome.result, outcome.commands, function);
        ran.results.push(ExecutionResult {
            action_id: action.action_id.clone(),
            action_name: action.name.clone(),
            binding_id: Some(action.binding_id.clone()),
            version_id: Some(action.version_id.clone()),
            status,
            error: error.clone(),
            logs: outcome.console.text,
            started_at,
            ended_at: app.clock().now(),
        });
        let by = RefusedBy { id: action.action_id.clone(), name: action.name.clone(), error };
        match (stop, status) {
            (_, ResultStatus::Failed) => {
                ran.status = ExecutionStatus::Partial;
                if action.on_failure == OnFailure::Deny {
                    ran.end = End::Refused(OAuthError::new(ErrorCode::ServerError, FAILED), by);
                    break;
                }
            }
            (Some(Stop::Deny(error)), _) => {
                ran.status = ExecutionStatus::Canceled;
                ran.end = End::Refused(error, by);
                break;
            }
            (Some(Stop::SendAway(url)), _) => {
                ran.status = ExecutionStatus::Suspended;
                ran.end = End::SentAway { url, by: action.binding_id.clone() };
                break;
            }
            (None, _) => {}
        }
    }
    Ok(ran)
}

/// What earlier Actions asked for, where the contract tells later ones of it.
fn tell_wishes(event: &mut Value, wishes: &Wishes, function: Function) {
    event["transaction"]["metadata"] = Value::Object(wishes.transaction_metadata.clone());
    if function == Function::CredentialsExchange {
        event["accessToken"] =
            json!({"customClaims": wishes.changes.access_token, "scope": wishes.target_scopes});
        event["transaction"]["target_scopes"] = json!(wishes.target_scopes);
    }
}

async fn one(
    app: &App,
    engine: &Engine,
    host: &ScriptHost<'_>,
    flow: &mut Flow<'_>,
    action: &BoundAction,
    function: Function,
    own: &mut Option<Vec<CacheEntry>>,
) -> (Outcome, DateTime<Utc>) {
    let (tenant, trigger, now) = (&flow.tenant.id, function.trigger(), app.clock().now());
    let secrets = action.secrets.iter().map(|(name, value)| (name.clone(), value.clone().into()));
    flow.event["secrets"] = Value::Object(secrets.collect::<Object>());
    let cache = match own {
        Some(own) => own.clone(),
        None => engine.caches.read(tenant, trigger, now),
    };
    let run = Run {
        tenant: tenant.as_str(),
        code: &action.code,
        function,
        event: &flow.event,
        cache: &cache,
        now,
        can_redirect: flow.can_redirect,
    };
    let mut outcome = engine.workers.run(run, host).await;
    let writes = std::mem::take(&mut outcome.cache);
    match own {
        Some(own) => cache::write(own, writes, now),
        None => {
            engine.caches.write(tenant, trigger, writes, now);
            metrics::histogram!("guildhall_action_seconds").record(outcome.duration.as_secs_f64());
        }
    }
    (outcome, now)
}

/// What a script's end means. What it asked for counts only when it came to its end.
fn weigh(
    wishes: &mut Wishes,
    result: Result<(), Failure>,
    commands: Vec<guildhall_actions::Command>,
    function: Function,
) -> (ResultStatus, Option<ExecutionError>, Option<Stop>) {
    match result {
        // Whoever sends people away need not care for their return.
        Err(failure)
            if failure.kind == FailureKind::MissingFunction && function == Function::ContinuePostLogin =>
        {
            (ResultStatus::Success, None, None)
        }
        Err(failure) => (ResultStatus::Failed, Some(told(failure)), None),
        Ok(()) => {
            let mut stop = None;
            for command in commands {
                // Who denies does not send away, whichever came first.
                stop = match (stop, wishes.take(command)) {
                    (Some(Stop::Deny(error)), _) => Some(Stop::Deny(error)),
                    (before, None) => before,
                    (_, now) => now,
                };
            }
            let status = match stop {
                None => ResultStatus::Success,
                Some(Stop::Deny(_)) => ResultStatus::Denied,
                Some(Stop::SendAway(_)) => ResultStatus::Suspended,
            };
            (status, None, stop)
        }
    }
}

/// A failure as executions show it.
pub(crate) fn told(failure: Failure) -> ExecutionError {
    let id = serde_json::to_value(failure.kind).ok();
    ExecutionError {
        id: id.and_then(|id| id.as_str().map(str::to_owned)).unwrap_or_default(),
        msg: failure.message,
        url: None,
        line: failure.line,
        column: failure.column,
    }
}

/// What the scripts of a trigger export.
pub(super) fn function(trigger: Trigger) -> Function {
    match trigger {
        Trigger::PostLogin => Function::PostLogin,
        Trigger::CredentialsExchange => Function::CredentialsExchange,
        Trigger::PreUserRegistration => Function::PreUserRegistration,
        Trigger::PostUserRegistration => Function::PostUserRegistration,
        Trigger::PostChangePassword => Function::PostChangePassword,
    }
}

/// The hosts that the tenant's scripts may fetch from.
pub(super) fn allowed(tenant: &Tenant) -> AllowedHosts {
    AllowedHosts::parse(tenant.settings.actions_allowed_hosts()).unwrap_or_default()
}

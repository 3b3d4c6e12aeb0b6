//! Trials: the draft of an action runs with an event that its author made up. Nothing that it asks for takes effect.

use std::time::Duration;

use guildhall_actions::Command;
use guildhall_domain::action::execution::ExecutionError;
use guildhall_domain::field::Object;
use guildhall_domain::id::ActionId;
use guildhall_domain::policy::{Authorized, needs};
use guildhall_persistence::actions;
use serde_json::Value;

use super::secrets;
use crate::context::{App, found};
use crate::problem::{Problem, Thing};
use crate::triggers;

/// What a draft did.
#[derive(Debug)]
pub struct Trial {
    /// Why it failed, where it did.
    pub error: Option<ExecutionError>,
    /// The beginning of what it wrote to the console.
    pub logs: String,
    /// What it asked for through `api`, in order.
    pub commands: Vec<Command>,
    /// How long it ran.
    pub duration: Duration,
}

/// Tries the draft with an event, to which its secrets are added.
///
/// # Errors
/// [`Thing::Action`].
pub async fn run(
    app: &App,
    by: &Authorized<needs::CreateActions>,
    id: &ActionId,
    event: Object,
) -> Result<Trial, Problem> {
    let action = found(actions::find(app.store(), by.scope(), id).await?, Thing::Action)?;
    let secrets = secrets::open(app, by.scope(), id, &action.draft.secrets)?;
    let mut event = Value::Object(event);
    event["secrets"] =
        secrets.into_iter().map(|(name, value)| (name, Value::from(value))).collect::<Object>().into();
    let tenant = app.tenant(by.scope()).await?;
    let outcome = triggers::attempt(app, &tenant, &action.draft, &event).await?;
    Ok(Trial {
        error: outcome.result.err().map(triggers::told),
        logs: outcome.console.text,
        commands: outcome.commands,
        duration: outcome.duration,
    })
}

//! What runs on a trigger, ready to run.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use guildhall_domain::action::binding::{ActionBinding, OnFailure};
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::id::{ActionBindingId, ActionId, ActionVersionId};
use guildhall_domain::policy::TenantScope;
use guildhall_persistence::action_bindings;

use super::secrets;
use crate::context::App;
use crate::problem::Problem;

/// A bound action with the version that runs.
#[derive(Clone, PartialEq, Eq)]
pub struct BoundAction {
    /// The binding.
    pub binding_id: ActionBindingId,
    /// The action.
    pub action_id: ActionId,
    /// The version that runs.
    pub version_id: ActionVersionId,
    /// Its number.
    pub number: i64,
    /// The action's name.
    pub name: String,
    /// The script.
    pub code: Arc<str>,
    /// The secrets by name, in clear.
    pub secrets: BTreeMap<String, String>,
    /// What becomes of a token when the script fails.
    pub on_failure: OnFailure,
}

impl fmt::Debug for BoundAction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "BoundAction({} {} v{})", self.action_id, self.name, self.number)
    }
}

/// What runs on the trigger, in order. What was read is kept until something changes in the tenant, and so is that
/// nothing runs.
///
/// # Errors
/// None but the unforeseen: the encryption key is another one.
pub async fn flow(
    app: &App,
    scope: &TenantScope,
    trigger: Trigger,
) -> Result<Arc<Vec<BoundAction>>, Problem> {
    let load = || async { load(app, scope, trigger).await.map(|flow| Some(Arc::new(flow))) };
    let flow = app.0.flows.get_or_load(app.store(), scope, trigger.as_str(), load).await?;
    Ok(flow.unwrap_or_default())
}

async fn load(app: &App, scope: &TenantScope, trigger: Trigger) -> Result<Vec<BoundAction>, Problem> {
    let bindings = action_bindings::list(app.store(), scope, trigger).await?;
    bindings.into_iter().filter_map(|binding| bound(app, scope, binding).transpose()).collect()
}

/// Nothing for an action that was never deployed, which cannot be bound.
fn bound(app: &App, scope: &TenantScope, binding: ActionBinding) -> Result<Option<BoundAction>, Problem> {
    let Some(version) = binding.action.deployed else { return Ok(None) };
    Ok(Some(BoundAction {
        secrets: secrets::open(app, scope, &version.action_id, &version.content.secrets)?,
        binding_id: binding.id,
        action_id: version.action_id,
        version_id: version.id,
        number: version.number,
        name: binding.action.name,
        code: version.content.code.into(),
        on_failure: binding.on_failure,
    }))
}

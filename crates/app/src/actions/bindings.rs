//! What runs on a trigger, and in which order.

use std::collections::HashSet;

use guildhall_domain::action::Action;
use guildhall_domain::action::binding::{ActionBinding, NewBinding, NewBindings, RefType};
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::id::{ActionBindingId, ActionId};
use guildhall_domain::log::Change;
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_persistence::{UnitOfWork, action_bindings, actions};
use serde_json::{Value, json};

use crate::context::App;
use crate::problem::{Limit, Problem};

/// What is bound to the trigger, in the order that it runs.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadActions>,
    trigger: Trigger,
) -> Result<Vec<ActionBinding>, Problem> {
    Ok(action_bindings::list(app.store(), by.scope(), trigger).await?)
}

/// Binds these actions to the trigger and nothing else, in this order.
///
/// # Errors
/// [`Problem::Invalid`] for what does not exist, was not deployed or is of another trigger, [`Limit::ActionBindings`].
pub async fn replace(
    app: &App,
    by: &Authorized<needs::UpdateActions>,
    trigger: Trigger,
    new: NewBindings,
) -> Result<Vec<ActionBinding>, Problem> {
    let scope = by.scope();
    let most = app.tenant(scope).await?.settings.limits.actions_per_trigger;
    if new.bindings.len() as u64 > most {
        return Err(Problem::LimitReached(Limit::ActionBindings(most)));
    }
    let mut unit = app.begin(by).await?;
    let before = action_bindings::list(&unit, scope, trigger).await?;
    let (mut after, mut kept) = (Vec::new(), HashSet::new());
    for (index, new) in new.bindings.into_iter().enumerate() {
        let action = referenced(&unit, scope, &before, &new)
            .await?
            .ok_or_else(|| invalid(index, "ref.value", "What is named does not exist".to_owned()))?;
        runs_on(&action, trigger).map_err(|reason| invalid(index, "ref", reason))?;
        let same = before.iter().find(|held| {
            let is_named =
                new.reference.kind == RefType::BindingId && held.id.as_str() == new.reference.value;
            let is_of_action = new.reference.kind != RefType::BindingId && held.action.id == action.id;
            (is_named || is_of_action) && !kept.contains(&held.id)
        });
        if new.reference.kind == RefType::BindingId && same.is_none() {
            return Err(invalid(index, "ref.value", "The binding is named twice".to_owned()));
        }
        kept.extend(same.map(|held| held.id.clone()));
        let now = app.clock().now();
        after.push(ActionBinding {
            id: same.map_or_else(|| ActionBindingId::generate(app.clock()), |held| held.id.clone()),
            trigger,
            display_name: new.display_name.unwrap_or_else(|| action.name.clone()),
            on_failure: new.on_failure,
            action,
            created_at: same.map_or(now, |held| held.created_at),
            updated_at: now,
        });
    }
    action_bindings::replace(&unit, scope, trigger, &after).await?;
    let change = Change::new("action.bound", trigger.as_str());
    unit.record(change.before(&recorded(&before)).after(&recorded(&after))).await?;
    unit.commit().await?;
    Ok(after)
}

fn invalid(index: usize, field: &str, reason: String) -> Problem {
    Problem::invalid(format!("bindings[{index}].{field}"), reason)
}

async fn referenced(
    unit: &UnitOfWork,
    scope: &TenantScope,
    before: &[ActionBinding],
    new: &NewBinding,
) -> Result<Option<Action>, Problem> {
    let value = &new.reference.value;
    Ok(match new.reference.kind {
        RefType::ActionId => actions::find(unit, scope, &ActionId::new(value)).await?,
        RefType::ActionName => actions::find_by_name(unit, scope, value).await?,
        RefType::BindingId => {
            before.iter().find(|held| held.id.as_str() == value).map(|held| held.action.clone())
        }
    })
}

/// Only what is deployed, and was written for the trigger, can run on it.
fn runs_on(action: &Action, trigger: Trigger) -> Result<(), String> {
    let name = &action.name;
    if action.draft.trigger.id != trigger {
        return Err(format!("The action {name} does not support the trigger {}", trigger.as_str()));
    }
    match action.deployed {
        Some(_) => Ok(()),
        None => Err(format!("The action {name} must be deployed before it is bound")),
    }
}

fn recorded(bindings: &[ActionBinding]) -> Value {
    let one = |binding: &ActionBinding| {
        json!({
            "id": binding.id,
            "action_id": binding.action.id,
            "display_name": binding.display_name,
            "on_failure": binding.on_failure,
        })
    };
    bindings.iter().map(one).collect()
}

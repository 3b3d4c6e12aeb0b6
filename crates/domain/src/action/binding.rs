//! Bindings: which actions run on a trigger, in which order.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::Action;
use super::body::GivenSecret;
use super::shown::ShownAction;
use super::trigger::Trigger;
use crate::field;
use crate::id::ActionBindingId;

/// What becomes of a token when a script on its way fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// It is not issued.
    #[default]
    Deny,
    /// It is issued as if the script had done nothing.
    Continue,
}

/// An action in the order of a trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionBinding {
    /// The identifier.
    pub id: ActionBindingId,
    /// The trigger.
    pub trigger: Trigger,
    /// The name that people see.
    pub display_name: String,
    /// What becomes of a token when the script fails.
    pub on_failure: OnFailure,
    /// The action.
    pub action: Action,
    /// When it was bound.
    pub created_at: DateTime<Utc>,
    /// When the trigger's bindings were last set.
    pub updated_at: DateTime<Utc>,
}

/// How a binding names what is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefType {
    /// By the action's name.
    ActionName,
    /// By the action's id.
    ActionId,
    /// By the id of a binding that the trigger has.
    BindingId,
}

/// What is bound.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BindingRef {
    /// How it is named.
    #[serde(rename = "type")]
    pub kind: RefType,
    /// The name or id.
    #[schema(min_length = 1, max_length = 255)]
    pub value: String,
}

/// An action to be bound.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBinding {
    /// What is bound.
    #[serde(rename = "ref")]
    pub reference: BindingRef,
    /// The name that people see; the action's unless given.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(length(min = 1, max = 255), custom(function = "field::no_control"))]
    pub display_name: Option<String>,
    /// Secrets belong to the action, so the list is empty.
    #[serde(default)]
    #[schema(max_items = 0)]
    #[validate(length(max = 0, message = "Secrets belong to the action"))]
    pub secrets: Vec<GivenSecret>,
    /// What becomes of a token when the script fails (an addition to the contract).
    #[serde(default)]
    pub on_failure: OnFailure,
}

/// The body of `PATCH /api/v2/actions/triggers/{triggerId}/bindings`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBindings {
    /// All that is bound from now on, in the order that it runs.
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000), nested)]
    pub bindings: Vec<NewBinding>,
}

/// A binding as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ActionBinding)]
pub struct ShownBinding {
    /// The identifier.
    pub id: ActionBindingId,
    /// The trigger.
    pub trigger_id: Trigger,
    /// The name that people see.
    pub display_name: String,
    /// `continue` where a failing script does not keep the token back (an addition to the contract).
    #[serde(skip_serializing_if = "is_default")]
    #[schema(required = false)]
    pub on_failure: OnFailure,
    /// The action.
    pub action: ShownAction,
    /// When it was bound.
    pub created_at: DateTime<Utc>,
    /// When the trigger's bindings were last set.
    pub updated_at: DateTime<Utc>,
}

fn is_default(on_failure: &OnFailure) -> bool {
    *on_failure == OnFailure::default()
}

impl ActionBinding {
    /// The binding as it is shown.
    pub fn shown(&self) -> ShownBinding {
        ShownBinding {
            id: self.id.clone(),
            trigger_id: self.trigger,
            display_name: self.display_name.clone(),
            on_failure: self.on_failure,
            action: self.action.shown(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

//! Executions: what became of a run of a trigger's actions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::trigger::Trigger;
use crate::id::{
    ActionBindingId, ActionExecutionId, ActionId, ActionVersionId, ClientId, OrganizationId, UserId,
};

/// What became of a run as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExecutionStatus {
    /// Every script ran to its end.
    Final,
    /// A script failed.
    Partial,
    /// A script refused the token, so that those after it did not run.
    Canceled,
    /// A script sent the person elsewhere, from where they may come back.
    Suspended,
}

impl ExecutionStatus {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::Partial => "partial",
            Self::Canceled => "canceled",
            Self::Suspended => "suspended",
        }
    }
}

/// What became of one script (an addition to the contract).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResultStatus {
    /// It ran to its end.
    Success,
    /// It refused the token.
    Denied,
    /// It sent the person elsewhere.
    Suspended,
    /// It threw, or took too long.
    Failed,
}

/// Why a script failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ActionError)]
pub struct ExecutionError {
    /// What kind of error it is, for programs.
    pub id: String,
    /// The error in words.
    pub msg: String,
    /// Where more is said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The line of the script, counted from 1 (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column in it, counted from 1 (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// What became of one script. All but its name, its error and its times are additions to the contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ActionExecutionResult)]
pub struct ExecutionResult {
    /// The action.
    pub action_id: ActionId,
    /// Its name at the time.
    pub action_name: String,
    /// The binding by which it ran; absent for a trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binding_id: Option<ActionBindingId>,
    /// The version that ran; absent for a trial of the draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_id: Option<ActionVersionId>,
    /// What became of it.
    pub status: ResultStatus,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ExecutionError>,
    /// The beginning of what it wrote to the console.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub logs: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
}

/// A run of a trigger's actions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ActionExecution)]
pub struct Execution {
    /// The identifier, in the order of time.
    pub id: ActionExecutionId,
    /// The trigger.
    pub trigger_id: Trigger,
    /// What became of the run.
    pub status: ExecutionStatus,
    /// What became of each script, in the order they ran.
    pub results: Vec<ExecutionResult>,
    /// The user whose token it was (an addition to the contract).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The client that asked (an addition to the contract).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// The organization of the token (an addition to the contract).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// When the run began.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub updated_at: DateTime<Utc>,
}

//! Actions: the vendor's scripts that run while a token is issued, and their versions. Contract sections 10 and 15.

pub mod binding;
pub mod body;
pub mod execution;
pub mod shown;
pub mod trigger;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::trigger::TriggerVersion;
use crate::id::{ActionId, ActionVersionId};

/// The language that a script is written for, as its author names it. It is kept as given: one engine runs them all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ActionRuntime)]
pub enum Runtime {
    /// As Node.js 12 has it.
    Node12,
    /// As Node.js 16 has it.
    Node16,
    /// As Node.js 18 has it.
    Node18,
    /// The same, by its newer name.
    #[serde(rename = "node18-actions")]
    Node18Actions,
    /// As Node.js 22 has it.
    #[default]
    Node22,
}

/// A secret of an action as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedSecret {
    /// The name by which the script finds it in `event.secrets`.
    pub name: String,
    /// The value, sealed with the encryption key for this action and name.
    pub sealed: String,
    /// When the value was given.
    pub updated_at: DateTime<Utc>,
}

/// What runs: the draft of an action, or what a version keeps of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What it runs on.
    pub trigger: TriggerVersion,
    /// The script.
    pub code: String,
    /// What it is written for.
    pub runtime: Runtime,
    /// Its secrets, in the order they were given.
    pub secrets: Vec<SealedSecret>,
}

/// What was deployed once, which never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionVersion {
    /// The identifier.
    pub id: ActionVersionId,
    /// The action it is of.
    pub action_id: ActionId,
    /// Counts the action's versions from 1.
    pub number: i64,
    /// What runs.
    pub content: Content,
    /// When it was deployed.
    pub created_at: DateTime<Utc>,
}

/// A script of the vendor's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The identifier.
    pub id: ActionId,
    /// The name, unique in the tenant.
    pub name: String,
    /// What is worked on.
    pub draft: Content,
    /// What runs.
    pub deployed: Option<ActionVersion>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its draft was last changed, or it was last deployed.
    pub updated_at: DateTime<Utc>,
}

impl Action {
    /// Whether what runs is what is worked on.
    pub fn all_changes_deployed(&self) -> bool {
        self.deployed.as_ref().is_some_and(|version| version.content == self.draft)
    }

    /// The action with this version running.
    pub fn with_deployed(self, version: ActionVersion) -> Self {
        Self { updated_at: version.created_at, deployed: Some(version), ..self }
    }
}

//! Actions and versions as the Management API shows them: secrets by name alone.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::trigger::TriggerVersion;
use super::{Action, ActionVersion, Content, Runtime};
use crate::id::{ActionId, ActionVersionId};

/// How far a script is on its way to being deployable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BuildStatus {
    /// It is there: nothing has to be built.
    Built,
}

/// A secret without its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ActionSecret)]
pub struct ShownSecret {
    /// The name.
    pub name: String,
    /// When the value was given.
    pub updated_at: DateTime<Utc>,
}

/// A package of npm: there are none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ActionDependency)]
pub struct ShownDependency {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What tells an action from others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActionSummary {
    /// The identifier.
    pub id: ActionId,
    /// The name.
    pub name: String,
    /// The one trigger that it runs on.
    pub supported_triggers: Vec<TriggerVersion>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed or deployed.
    pub updated_at: DateTime<Utc>,
    /// Whether what runs is what is worked on.
    pub all_changes_deployed: bool,
}

/// What an action's draft or a version holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ActionContent)]
pub struct ShownContent {
    /// The one trigger that it runs on.
    pub supported_triggers: Vec<TriggerVersion>,
    /// The script.
    pub code: String,
    /// Packages of npm: always empty.
    pub dependencies: Vec<ShownDependency>,
    /// What it is written for.
    pub runtime: Runtime,
    /// The secrets, without their values.
    pub secrets: Vec<ShownSecret>,
    /// Always `built`.
    pub status: BuildStatus,
}

/// A version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ActionVersion)]
pub struct ShownVersion {
    /// The identifier.
    pub id: ActionVersionId,
    /// The action it is of.
    pub action_id: ActionId,
    /// Counts the action's versions from 1.
    pub number: i64,
    /// Whether it is the one that runs.
    pub deployed: bool,
    /// What it holds.
    #[serde(flatten)]
    pub content: ShownContent,
    /// When it was deployed.
    pub created_at: DateTime<Utc>,
    /// The same: a version never changes.
    pub updated_at: DateTime<Utc>,
    /// The same.
    pub built_at: DateTime<Utc>,
    /// The action it is of; left out where the version is shown inside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<ActionSummary>,
}

/// The version that runs, as older callers look for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CurrentVersion {
    /// The identifier.
    pub id: ActionVersionId,
    /// Counts the action's versions from 1.
    pub number: i64,
    /// What it is written for.
    pub runtime: Runtime,
    /// Always `BUILT`.
    pub status: String,
    /// When it was deployed.
    pub build_time: DateTime<Utc>,
    /// The same.
    pub created_at: DateTime<Utc>,
    /// The same.
    pub updated_at: DateTime<Utc>,
}

/// An action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Action)]
pub struct ShownAction {
    /// The identifier.
    pub id: ActionId,
    /// The name, unique in the tenant.
    pub name: String,
    /// What is worked on.
    #[serde(flatten)]
    pub draft: ShownContent,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed or deployed.
    pub updated_at: DateTime<Utc>,
    /// When the draft was last changed, or the action deployed.
    pub built_at: DateTime<Utc>,
    /// Whether what runs is what is worked on.
    pub all_changes_deployed: bool,
    /// The version that runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployed_version: Option<ShownVersion>,
    /// The same in short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_version: Option<CurrentVersion>,
}

impl Content {
    fn shown(&self) -> ShownContent {
        let secret = |secret: &super::SealedSecret| ShownSecret {
            name: secret.name.clone(),
            updated_at: secret.updated_at,
        };
        ShownContent {
            supported_triggers: vec![self.trigger.clone()],
            code: self.code.clone(),
            dependencies: Vec::new(),
            runtime: self.runtime,
            secrets: self.secrets.iter().map(secret).collect(),
            status: BuildStatus::Built,
        }
    }
}

impl Action {
    /// The action as it is shown.
    pub fn shown(&self) -> ShownAction {
        ShownAction {
            id: self.id.clone(),
            name: self.name.clone(),
            draft: self.draft.shown(),
            created_at: self.created_at,
            updated_at: self.updated_at,
            built_at: self.updated_at,
            all_changes_deployed: self.all_changes_deployed(),
            deployed_version: self.deployed.as_ref().map(|version| version.bare(true)),
            current_version: self.deployed.as_ref().map(ActionVersion::in_short),
        }
    }

    /// A version of this action as it is shown.
    pub fn show(&self, version: &ActionVersion) -> ShownVersion {
        let deployed = self.deployed.as_ref().is_some_and(|deployed| deployed.id == version.id);
        ShownVersion { action: Some(self.summary()), ..version.bare(deployed) }
    }

    fn summary(&self) -> ActionSummary {
        ActionSummary {
            id: self.id.clone(),
            name: self.name.clone(),
            supported_triggers: vec![self.draft.trigger.clone()],
            created_at: self.created_at,
            updated_at: self.updated_at,
            all_changes_deployed: self.all_changes_deployed(),
        }
    }
}

impl ActionVersion {
    fn bare(&self, deployed: bool) -> ShownVersion {
        ShownVersion {
            id: self.id.clone(),
            action_id: self.action_id.clone(),
            number: self.number,
            deployed,
            content: self.content.shown(),
            created_at: self.created_at,
            updated_at: self.created_at,
            built_at: self.created_at,
            action: None,
        }
    }

    fn in_short(&self) -> CurrentVersion {
        CurrentVersion {
            id: self.id.clone(),
            number: self.number,
            runtime: self.content.runtime,
            status: "BUILT".to_owned(),
            build_time: self.created_at,
            created_at: self.created_at,
            updated_at: self.created_at,
        }
    }
}

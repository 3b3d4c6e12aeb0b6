//! The bodies by which actions are made, changed and rolled back.

use std::collections::HashSet;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::Runtime;
use super::trigger::{Trigger, TriggerVersion};
use crate::field;

/// The longest script, in bytes.
pub const MAX_CODE: usize = 100 * 1024;

/// A trigger as actions name it. What describes the trigger is taken from callers who send back what they were
/// answered, and passed over.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewActionTrigger)]
#[validate(schema(function = "known_version"))]
pub struct SupportedTrigger {
    /// The trigger.
    pub id: Trigger,
    /// The version; the current one unless given.
    #[schema(max_length = 10)]
    pub version: Option<String>,
    /// Passed over.
    pub status: Option<String>,
    /// Passed over.
    pub runtimes: Option<Vec<String>>,
    /// Passed over.
    pub default_runtime: Option<String>,
    /// Passed over.
    pub binding_policy: Option<String>,
    /// Passed over.
    pub compatible_triggers: Option<Vec<TriggerVersion>>,
}

impl SupportedTrigger {
    /// The trigger and its version.
    pub fn chosen(&self) -> TriggerVersion {
        self.id.version(self.version.as_deref().unwrap_or(self.id.versions()[0]))
    }
}

fn known_version(trigger: &SupportedTrigger) -> Result<(), ValidationError> {
    match trigger.id.versions().contains(&trigger.chosen().version.as_str()) {
        true => Ok(()),
        false => Err(field::refuse(
            "version",
            format!("The versions of {} are {}", trigger.id.as_str(), trigger.id.versions().join(", ")),
        )),
    }
}

/// A package of npm that a script would need: there are none here, so that no list of them but the empty one is taken.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewActionDependency)]
pub struct Dependency {
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Where it is found.
    pub registry_url: Option<String>,
}

/// A shared module that a script would need: there are none here, so that no list of them but the empty one is taken.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModuleReference {
    /// Its id.
    pub module_id: Option<String>,
    /// Its name.
    pub module_name: Option<String>,
    /// The id of its version.
    pub module_version_id: Option<String>,
    /// The number of its version.
    pub module_version_number: Option<i64>,
}

/// A secret as it is given.
#[derive(Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewActionSecret)]
pub struct GivenSecret {
    /// The name by which the script finds it in `event.secrets`.
    #[schema(min_length = 1, max_length = 128)]
    #[validate(length(min = 1, max = 128), custom(function = "field::no_control"))]
    pub name: String,
    /// The value. In a change it may be left out: the value that the name has stays.
    #[serde(default, serialize_with = "withheld")]
    #[schema(max_length = 4096)]
    #[validate(length(max = 4096))]
    pub value: Option<String>,
    /// Passed over.
    pub updated_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for GivenSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "GivenSecret({})", self.name)
    }
}

/// The body of `POST /api/v2/actions/actions`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAction {
    /// The name, unique in the tenant.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(length(min = 1, max = 255), custom(function = "field::no_control"))]
    pub name: String,
    /// The one trigger that it runs on.
    #[schema(min_items = 1, max_items = 1)]
    #[validate(length(min = 1, max = 1), nested)]
    pub supported_triggers: Vec<SupportedTrigger>,
    /// The script, at most 102,400 bytes.
    #[serde(default)]
    #[schema(max_length = 102_400)]
    #[validate(custom(function = "script"))]
    pub code: String,
    /// Packages of npm: none are available, so the list is empty.
    #[serde(default)]
    #[validate(length(max = 100))]
    pub dependencies: Vec<Dependency>,
    /// What it is written for.
    #[serde(default)]
    pub runtime: Runtime,
    /// Its secrets, each with its value.
    #[serde(default)]
    #[schema(max_items = 30)]
    #[validate(length(max = 30), nested, custom(function = "different"))]
    pub secrets: Vec<GivenSecret>,
    /// Shared modules: there are none, so the list is empty.
    #[serde(default)]
    #[validate(length(max = 100))]
    pub modules: Vec<ModuleReference>,
    /// Whether it is deployed at once.
    #[serde(default)]
    pub deploy: bool,
}

/// The body of `PATCH /api/v2/actions/actions/{id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionPatch {
    /// The name, unique in the tenant.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(length(min = 1, max = 255), custom(function = "field::no_control"))]
    pub name: Option<String>,
    /// The trigger, which stays, in this version.
    #[schema(min_items = 1, max_items = 1)]
    #[validate(length(min = 1, max = 1), nested)]
    pub supported_triggers: Option<Vec<SupportedTrigger>>,
    /// The script, at most 102,400 bytes.
    #[schema(max_length = 102_400)]
    #[validate(custom(function = "script"))]
    pub code: Option<String>,
    /// Packages of npm: none are available, so the list is empty.
    #[validate(length(max = 100))]
    pub dependencies: Option<Vec<Dependency>>,
    /// What it is written for.
    pub runtime: Option<Runtime>,
    /// All its secrets from now on. One without `value` keeps the value that it has.
    #[schema(max_items = 30)]
    #[validate(length(max = 30), nested, custom(function = "different"))]
    pub secrets: Option<Vec<GivenSecret>>,
    /// Shared modules: there are none, so the list is empty.
    #[validate(length(max = 100))]
    pub modules: Option<Vec<ModuleReference>>,
}

/// The body of `POST /api/v2/actions/actions/{actionId}/versions/{id}/deploy`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rollback {
    /// Whether the draft becomes what the version holds as well.
    #[serde(default)]
    pub update_draft: bool,
}

/// A refusal of the list keeps what was refused, so that it must not hold the value.
fn withheld<S: Serializer>(_: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_none()
}

fn script(code: &str) -> Result<(), ValidationError> {
    match code.len() > MAX_CODE {
        true => Err(field::refuse("maxLength", "Code is too long, maximum 102400 bytes")),
        false => Ok(()),
    }
}

fn different(secrets: &[GivenSecret]) -> Result<(), ValidationError> {
    let mut names = HashSet::new();
    match secrets.iter().all(|secret| names.insert(&secret.name)) {
        true => Ok(()),
        false => Err(field::refuse("uniqueItems", "Two secrets have the same name")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_a_secret_is_not_printed_and_not_written() {
        let secret = r#"{"name": "KEY", "value": "sesame"}"#;
        let secret: GivenSecret = serde_json::from_str(secret).expect("a secret");
        assert_eq!(format!("{secret:?}"), "GivenSecret(KEY)");
        assert!(!serde_json::to_string(&secret).expect("JSON").contains("sesame"));
    }
}

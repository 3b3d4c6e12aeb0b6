//! Triggers: the points at which actions run.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Runtime;

/// A point at which actions run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// A person's tokens are about to be issued: after sign-in, and at each exchange of a refresh token.
    PostLogin,
    /// A machine client's token is about to be issued.
    CredentialsExchange,
    /// An account is about to be made: by its owner, or by the Management API.
    PreUserRegistration,
    /// An account was made. Nobody waits for these scripts.
    PostUserRegistration,
    /// A password was replaced. Nobody waits for these scripts.
    PostChangePassword,
}

/// A trigger and the version of what its scripts are given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TriggerVersion {
    /// The trigger.
    pub id: Trigger,
    /// The version, such as `v3`.
    pub version: String,
}

/// How scripts come to run on a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BindingPolicy {
    /// In the order of the trigger's bindings.
    TriggerBound,
}

/// Whether new scripts should use a version of a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum TriggerStatus {
    /// They should.
    Current,
}

/// A trigger as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ActionTrigger)]
pub struct ShownTrigger {
    /// The trigger.
    pub id: Trigger,
    /// The version.
    pub version: String,
    /// Whether new scripts should use it.
    pub status: TriggerStatus,
    /// What its scripts may be written for.
    pub runtimes: Vec<Runtime>,
    /// What they are written for unless they say so.
    pub default_runtime: Runtime,
    /// How scripts come to run on it.
    pub binding_policy: BindingPolicy,
    /// What scripts written for another version may say.
    pub compatible_triggers: Vec<TriggerVersion>,
}

impl Trigger {
    /// All, in the order they are listed.
    pub const ALL: [Self; 5] = [
        Self::PostLogin,
        Self::CredentialsExchange,
        Self::PreUserRegistration,
        Self::PostUserRegistration,
        Self::PostChangePassword,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PostLogin => "post-login",
            Self::CredentialsExchange => "credentials-exchange",
            Self::PreUserRegistration => "pre-user-registration",
            Self::PostUserRegistration => "post-user-registration",
            Self::PostChangePassword => "post-change-password",
        }
    }

    /// The trigger of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trigger| trigger.as_str() == name)
    }

    /// The versions whose scripts run, the current one first.
    pub fn versions(self) -> &'static [&'static str] {
        match self {
            Self::PostLogin => &["v3", "v2"],
            Self::CredentialsExchange
            | Self::PreUserRegistration
            | Self::PostUserRegistration
            | Self::PostChangePassword => &["v2"],
        }
    }

    /// A version of the trigger.
    pub fn version(self, version: &str) -> TriggerVersion {
        TriggerVersion { id: self, version: version.to_owned() }
    }

    /// The trigger as it is listed.
    pub fn shown(self) -> ShownTrigger {
        let (current, older) = self.versions().split_first().expect("every trigger has a version");
        ShownTrigger {
            id: self,
            version: (*current).to_owned(),
            status: TriggerStatus::Current,
            runtimes: vec![Runtime::Node18Actions, Runtime::Node22],
            default_runtime: Runtime::default(),
            binding_policy: BindingPolicy::TriggerBound,
            compatible_triggers: older.iter().map(|version| self.version(version)).collect(),
        }
    }
}

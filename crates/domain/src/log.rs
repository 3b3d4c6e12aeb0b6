//! The log of a tenant: changes, each with its epoch, and token events. Design section 6, contract section 11 (`logs`).

mod in_organization;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::effect::Extent;
use crate::id::{ClientId, LogId, OrganizationId, UserId};

pub use in_organization::{ActorKind, KnownInOrganization, LogActor, OrganizationLog, REFUSALS};

/// What happened, in the words of the contract's event types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventType {
    /// A change through the Management API, or by an operator.
    #[serde(rename = "sapi")]
    Change,
    /// A token by client credentials.
    #[serde(rename = "seccft")]
    ClientCredentials,
    /// A refused request for one.
    #[serde(rename = "feccft")]
    ClientCredentialsRefused,
    /// A sign-in with a wrong password.
    #[serde(rename = "fp")]
    WrongPassword,
    /// A sign-in to an account that does not exist.
    #[serde(rename = "fu")]
    UnknownAccount,
    /// A sign-in of a blocked user.
    #[serde(rename = "f")]
    SignInRefused,
    /// A sign-in that was refused because too many failed before.
    #[serde(rename = "limit_wc")]
    TooManyFailures,
    /// A person signed up.
    #[serde(rename = "ss")]
    SignedUp,
    /// A refused sign-up.
    #[serde(rename = "fs")]
    SignUpRefused,
    /// A password was changed by its owner.
    #[serde(rename = "scp")]
    PasswordChanged,
    /// A change of a password was asked for.
    #[serde(rename = "scpr")]
    PasswordChangeAsked,
    /// An address was verified by its owner.
    #[serde(rename = "sv")]
    EmailVerified,
    /// An invitation was accepted.
    #[serde(rename = "si")]
    InvitationAccepted,
    /// The acceptance of an invitation was refused.
    #[serde(rename = "fi")]
    InvitationRefused,
    /// Tokens for the code of a sign-in.
    #[serde(rename = "seacft")]
    CodeExchange,
    /// A refused request for them.
    #[serde(rename = "feacft")]
    CodeExchangeRefused,
    /// Tokens for a refresh token.
    #[serde(rename = "sertft")]
    RefreshTokenExchange,
    /// A refused request for them.
    #[serde(rename = "fertft")]
    RefreshTokenExchangeRefused,
    /// A refresh token that was used before, and so was revoked.
    #[serde(rename = "ferrt")]
    RefreshTokenReused,
    /// A refresh token that its client revoked.
    #[serde(rename = "srrt")]
    RefreshTokenRevoked,
    /// Tokens for a device code.
    #[serde(rename = "sede")]
    DeviceCodeExchange,
    /// A refused request for them.
    #[serde(rename = "fede")]
    DeviceCodeExchangeRefused,
    /// A person signed in to a client.
    #[serde(rename = "s")]
    SignedIn,
    /// The same, without being asked anything.
    #[serde(rename = "ssa")]
    SilentlySignedIn,
    /// A person signed out.
    #[serde(rename = "slo")]
    SignedOut,
    /// An Action failed.
    #[serde(rename = "actions_execution_failed")]
    ActionFailed,
}

impl EventType {
    /// The name in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Change => "sapi",
            Self::ClientCredentials => "seccft",
            Self::ClientCredentialsRefused => "feccft",
            Self::WrongPassword => "fp",
            Self::UnknownAccount => "fu",
            Self::SignInRefused => "f",
            Self::TooManyFailures => "limit_wc",
            Self::SignedUp => "ss",
            Self::SignUpRefused => "fs",
            Self::PasswordChanged => "scp",
            Self::PasswordChangeAsked => "scpr",
            Self::EmailVerified => "sv",
            Self::InvitationAccepted => "si",
            Self::InvitationRefused => "fi",
            Self::CodeExchange => "seacft",
            Self::CodeExchangeRefused => "feacft",
            Self::RefreshTokenExchange => "sertft",
            Self::RefreshTokenExchangeRefused => "fertft",
            Self::RefreshTokenReused => "ferrt",
            Self::RefreshTokenRevoked => "srrt",
            Self::DeviceCodeExchange => "sede",
            Self::DeviceCodeExchangeRefused => "fede",
            Self::SignedIn => "s",
            Self::SilentlySignedIn => "ssa",
            Self::SignedOut => "slo",
            Self::ActionFailed => "actions_execution_failed",
        }
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A client, by itself.
    Client(ClientId),
    /// A user, through a client.
    User(UserId, ClientId),
    /// A user, on a page of this server.
    Person(UserId),
    /// The vendor's Actions, while a token was issued to a client.
    Actions(ClientId),
    /// An operator, at the command line.
    Operator,
}

/// The request by which it was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The request's id.
    pub request_id: String,
    /// The address it came from.
    pub ip: Option<String>,
    /// The program that sent it.
    pub user_agent: Option<String>,
}

/// A change to who may do what, or to what that depends on: what the one door takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What was done, such as `organization.updated`.
    pub action: &'static str,
    /// To what: an id.
    pub subject: String,
    /// The organization concerned, when it is one.
    pub organization_id: Option<OrganizationId>,
    /// The user concerned, in whose log the change appears.
    pub user_id: Option<UserId>,
    /// What was there before.
    pub before: Option<Value>,
    /// What is there now.
    pub after: Option<Value>,
    /// What it does to rights, where that is counted.
    pub effect: Option<Extent>,
}

impl Change {
    /// A change of the tenant.
    pub fn new(action: &'static str, subject: impl Into<String>) -> Self {
        Self {
            action,
            subject: subject.into(),
            organization_id: None,
            user_id: None,
            before: None,
            after: None,
            effect: None,
        }
    }

    /// In an organization.
    pub fn within(mut self, organization: &OrganizationId) -> Self {
        self.organization_id = Some(organization.clone());
        self
    }

    /// Of a user.
    pub fn about(mut self, user: &UserId) -> Self {
        self.user_id = Some(user.clone());
        self
    }

    /// With what was there before, as the API shows it (never a secret).
    pub fn before(mut self, value: &impl Serialize) -> Self {
        self.before = serde_json::to_value(value).ok();
        self
    }

    /// With what is there now, as the API shows it (never a secret).
    pub fn after(mut self, value: &impl Serialize) -> Self {
        self.after = serde_json::to_value(value).ok();
        self
    }

    /// With what it does to rights.
    pub fn effect(mut self, extent: Extent) -> Self {
        self.effect = Some(extent);
        self
    }
}

/// An entry of the log as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct LogEntry<D = Value> {
    /// The identifier, in the order of time.
    pub id: LogId,
    /// When it happened.
    pub date: DateTime<Utc>,
    /// What happened.
    pub kind: String,
    /// The same in words.
    pub description: String,
    /// The tenant's epoch after the change; absent for events that change nothing.
    pub epoch: Option<i64>,
    /// The client that did it or asked.
    pub client_id: Option<String>,
    /// The user who did it or was concerned.
    pub user_id: Option<String>,
    /// The organization concerned.
    pub organization_id: Option<String>,
    /// The address it came from.
    pub ip: Option<String>,
    /// The program that asked.
    pub user_agent: Option<String>,
    /// Everything else.
    pub details: D,
}

/// An entry of the log as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Log {
    /// The identifier.
    #[serde(rename = "_id")]
    pub id: LogId,
    /// The same.
    pub log_id: LogId,
    /// When it happened.
    pub date: DateTime<Utc>,
    /// What happened: `sapi` is a change, `seccft` a token by client credentials, `feccft` a refused request for one.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same in words.
    pub description: String,
    /// The client that did it or asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Its name, as long as it exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// The user concerned, or who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The user's name, as long as the user exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The organization concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// Its name, as long as it exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_name: Option<String>,
    /// The address it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// The program that asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The audience of a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// What a token permits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Everything else; of a change the actor, the request, what was before and after, its `effect` on rights where that is
    /// counted, and the tenant's `epoch`.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub details: Value,
}

/// Names by id, of what entries of the log refer to.
#[derive(Clone, Debug, Default)]
pub struct LogNames {
    /// Of clients.
    pub clients: HashMap<String, String>,
    /// Of users.
    pub users: HashMap<String, String>,
    /// Of organizations.
    pub organizations: HashMap<String, String>,
}

impl LogEntry {
    /// The entry as it is shown.
    pub fn shown(self, names: &LogNames) -> Log {
        let name = |names: &HashMap<String, String>, id: &Option<String>| {
            id.as_ref().and_then(|id| names.get(id)).cloned()
        };
        let mut details = if self.details.is_object() { self.details } else { Value::Object(Map::new()) };
        if let Some(epoch) = self.epoch {
            details["epoch"] = epoch.into();
        }
        let of_token = |name: &str| details[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Log {
            audience: of_token("audience"),
            scope: of_token("scope"),
            log_id: self.id.clone(),
            id: self.id,
            date: self.date,
            kind: self.kind,
            description: self.description,
            client_name: name(&names.clients, &self.client_id),
            client_id: self.client_id,
            user_name: name(&names.users, &self.user_id),
            user_id: self.user_id,
            organization_name: name(&names.organizations, &self.organization_id),
            organization_id: self.organization_id,
            ip: self.ip,
            user_agent: self.user_agent,
            details,
        }
    }
}

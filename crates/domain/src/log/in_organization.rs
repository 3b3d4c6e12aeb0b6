//! The log as an organization sees its part of it (an addition to the contract). What is shown is named field by field:
//! whatever else an entry holds is the vendor's, and may tell of other organizations.

mod sides;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Actor, EventType, LogEntry};
use crate::id::{LogId, OrganizationId};

/// An entry of the log as its organization sees it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OrganizationLog {
    /// The identifier.
    pub log_id: LogId,
    /// When it happened.
    pub date: DateTime<Utc>,
    /// What happened: `sapi` is a change, the others are those of the tenant's log.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same in words.
    pub description: String,
    /// What a change did, such as `organization.member_roles_added`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The id of what a change was done to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Who did it or asked.
    pub actor: LogActor,
    /// The user concerned, or who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The user's name, as long as the user is a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The address it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// The program that asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The audience of a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// What a token permits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What was there before a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What is there after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// Who did something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct LogActor {
    /// What the actor is.
    #[serde(rename = "type")]
    pub kind: ActorKind,
    /// The actor's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The actor's name, as long as it is a member or a client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whom the actor came through, the nearest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub chain: Vec<LogActor>,
}

/// What an actor is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// Nobody that the organization may know of.
    #[default]
    Unknown,
    /// A person.
    User,
    /// A client.
    Client,
    /// The vendor's Actions.
    Actions,
    /// The operator of the server.
    Operator,
}

/// What the organization knows of those whom entries refer to.
#[derive(Clone, Debug, Default)]
pub struct KnownInOrganization {
    /// The names of clients by id: its own, and the vendor's.
    pub clients: HashMap<String, String>,
    /// Its members by id, with their names where they have one.
    pub members: HashMap<String, Option<String>>,
}

/// The kinds of entries that may name a user or client that came to the organization in vain.
pub const REFUSALS: [EventType; 10] = [
    EventType::ClientCredentialsRefused,
    EventType::WrongPassword,
    EventType::UnknownAccount,
    EventType::SignInRefused,
    EventType::TooManyFailures,
    EventType::SignUpRefused,
    EventType::InvitationRefused,
    EventType::CodeExchangeRefused,
    EventType::RefreshTokenExchangeRefused,
    EventType::DeviceCodeExchangeRefused,
];

impl LogEntry {
    /// Whom the entry refers to: users and clients, by id.
    pub fn mentioned(&self) -> (Vec<String>, Vec<String>) {
        let mut users = Vec::from_iter(self.user_id.clone());
        let mut clients = Vec::from_iter(self.client_id.clone());
        match self.actor() {
            Some(Actor::User(user, client)) => {
                users.push(user.into_string());
                clients.push(client.into_string());
            }
            Some(Actor::Person(user)) => users.push(user.into_string()),
            Some(Actor::Client(client) | Actor::Actions(client)) => clients.push(client.into_string()),
            Some(Actor::Operator) | None => {}
        }
        (users, clients)
    }

    /// Who made the change that it tells of.
    fn actor(&self) -> Option<Actor> {
        serde_json::from_value(self.details.get("actor")?.clone()).ok()
    }

    /// The entry as the organization sees it.
    pub fn shown_in(self, organization: &OrganizationId, known: &KnownInOrganization) -> OrganizationLog {
        let text =
            |name: &str| self.details.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let is_change = self.kind == EventType::Change.as_str();
        let of_change = |name: &str| text(name).filter(|_| is_change);
        let of_token = |name: &str| text(name).filter(|_| !is_change);
        let action = of_change("action");
        let side = |name: &str| sides::shown(action.as_deref()?, organization, self.details.get(name)?);
        // Whoever was refused need not belong here.
        let is_refusal = REFUSALS.iter().any(|refusal| refusal.as_str() == self.kind);
        let may_be_named = |user: &String| !is_refusal || known.members.contains_key(user);
        let user_id = self.user_id.clone().filter(may_be_named);
        let through = self.client_id.as_deref();
        let through = through.filter(|client| !is_refusal || known.clients.contains_key(*client));
        let actor = match (self.actor(), &user_id, through) {
            (Some(actor), ..) => who_changed(actor, known),
            (None, Some(user), client) => person(user, client, known),
            (None, None, Some(client)) if self.user_id.is_none() => machine(client, known),
            (None, None, client) => LogActor { chain: chain(client, known), ..LogActor::default() },
        };
        OrganizationLog {
            before: side("before"),
            after: side("after"),
            subject: of_change("subject"),
            audience: of_token("audience"),
            scope: of_token("scope"),
            request_id: text("request_id"),
            // What a script says when it fails is for those who wrote it.
            description: match self.kind == EventType::ActionFailed.as_str() {
                true => "An Action failed.".to_owned(),
                false => self.description,
            },
            user_name: user_id.as_ref().and_then(|user| known.members.get(user)).cloned().flatten(),
            action,
            actor,
            user_id,
            log_id: self.id,
            date: self.date,
            kind: self.kind,
            ip: self.ip,
            user_agent: self.user_agent,
        }
    }
}

fn who_changed(actor: Actor, known: &KnownInOrganization) -> LogActor {
    match actor {
        Actor::Client(client) => machine(client.as_str(), known),
        Actor::User(user, client) => person(user.as_str(), Some(client.as_str()), known),
        Actor::Person(user) => person(user.as_str(), None, known),
        Actor::Actions(client) => LogActor {
            kind: ActorKind::Actions,
            chain: chain(Some(client.as_str()), known),
            ..LogActor::default()
        },
        Actor::Operator => LogActor { kind: ActorKind::Operator, ..LogActor::default() },
    }
}

fn person(user: &str, through: Option<&str>, known: &KnownInOrganization) -> LogActor {
    LogActor {
        kind: ActorKind::User,
        id: Some(user.to_owned()),
        name: known.members.get(user).cloned().flatten(),
        chain: chain(through, known),
    }
}

fn machine(client: &str, known: &KnownInOrganization) -> LogActor {
    LogActor {
        kind: ActorKind::Client,
        id: Some(client.to_owned()),
        name: known.clients.get(client).cloned(),
        chain: Vec::new(),
    }
}

fn chain(through: Option<&str>, known: &KnownInOrganization) -> Vec<LogActor> {
    through.into_iter().map(|client| machine(client, known)).collect()
}

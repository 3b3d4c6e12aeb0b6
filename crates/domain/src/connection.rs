//! Connections: where people sign in. Contract section 9.

mod body;
mod database;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::field::{Metadata, Object};
use crate::id::{ClientId, ConnectionId};
use crate::user::DATABASE_CONNECTION;

pub use body::{ConnectionPatch, NewConnection};
pub use database::{
    DatabaseOptions, PasswordComplexity, PasswordDictionary, PasswordHistory, PasswordPolicy, Switch,
    UsernameLength, Validation,
};

/// The strategy of connections whose users and passwords are kept here.
pub const DATABASE: &str = "auth0";

/// The strategies that need no password, and cannot be invited through.
const PASSWORDLESS: [&str; 2] = ["email", "sms"];

/// Whether a connection serves a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Whether it does.
    pub active: bool,
}

/// Where people sign in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Connection {
    /// The identifier.
    pub id: ConnectionId,
    /// The name, unique in the tenant; users name their connection by it.
    pub name: String,
    /// The name that people see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Of which kind it is; `auth0` keeps users and passwords here.
    pub strategy: String,
    /// What its kind needs to know.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub options: Object,
    /// Whether other applications than the tenant's own may use it.
    pub is_domain_connection: bool,
    /// Whether it is offered by a button of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_as_button: Option<bool>,
    /// The realms it answers to; its name unless given.
    pub realms: Vec<String>,
    /// The vendor's own data about it.
    #[serde(default, skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// Whether people sign in with it.
    pub authentication: Purpose,
    /// Whether it connects accounts of others.
    pub connected_accounts: Purpose,
    /// Those of its options that may hold secrets, encrypted.
    #[serde(skip)]
    pub sealed: Option<String>,
    /// When it was created.
    #[serde(skip)]
    pub created_at: DateTime<Utc>,
}

/// A connection as the Management API shows it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ShownConnection {
    /// The connection.
    #[serde(flatten)]
    pub connection: Connection,
    /// The clients it is enabled for.
    pub enabled_clients: Vec<ClientId>,
}

/// An item of the body of `PATCH /api/v2/connections/{id}/clients`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientStatus {
    /// The client.
    pub client_id: ClientId,
    /// Whether the connection is enabled for it.
    pub status: bool,
}

/// A client that a connection is enabled for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EnabledClient {
    /// The client.
    pub client_id: ClientId,
}

/// A connection that was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeletedConnection {
    /// When.
    pub deleted_at: DateTime<Utc>,
}

impl Connection {
    /// The database connection that every tenant starts with.
    pub fn first(id: ConnectionId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            name: DATABASE_CONNECTION.to_owned(),
            display_name: None,
            strategy: DATABASE.to_owned(),
            options: DatabaseOptions::initial(Object::new()),
            is_domain_connection: false,
            show_as_button: None,
            realms: vec![DATABASE_CONNECTION.to_owned()],
            metadata: Metadata::new(),
            authentication: Purpose { active: true },
            connected_accounts: Purpose { active: false },
            sealed: None,
            created_at: now,
        }
    }

    /// The connection after the patch.
    pub fn patched(mut self, patch: ConnectionPatch) -> Self {
        self.display_name = patch.display_name.or(self.display_name);
        self.options = patch.options.unwrap_or(self.options);
        self.is_domain_connection = patch.is_domain_connection.unwrap_or(self.is_domain_connection);
        self.show_as_button = patch.show_as_button.or(self.show_as_button);
        self.realms = patch.realms.unwrap_or(self.realms);
        self.metadata = patch.metadata.unwrap_or(self.metadata);
        self.authentication = patch.authentication.unwrap_or(self.authentication);
        self.connected_accounts = patch.connected_accounts.unwrap_or(self.connected_accounts);
        self
    }

    /// Whether its users and passwords are kept here.
    pub fn is_database(&self) -> bool {
        self.strategy == DATABASE
    }

    /// Whether people sign in with it by a code or a link.
    pub fn is_passwordless(&self) -> bool {
        PASSWORDLESS.contains(&self.strategy.as_str())
    }

    /// What a database connection decides; the defaults for what is not set.
    ///
    /// # Errors
    /// Which option cannot be, and why.
    pub fn database_options(&self) -> Result<DatabaseOptions, String> {
        DatabaseOptions::read(&self.options)
    }

    /// Whether the options are what its kind can work with. What the contract does not name is kept as it is.
    ///
    /// # Errors
    /// Which option cannot be, and why.
    pub fn options_fit(&self) -> Result<(), String> {
        if self.is_database() { self.database_options().map(|_| ()) } else { Ok(()) }
    }

    /// The options that anyone who reads the database may see, and those that may hold secrets: `configuration` of a
    /// database connection, and everything that other kinds are told about the other side.
    pub fn split_options(&self) -> (Object, Object) {
        self.options.clone().into_iter().partition(|(name, _)| self.is_database() && name != "configuration")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn connection(strategy: &str, options: serde_json::Value) -> Connection {
        let body = json!({"name": "people", "strategy": strategy, "options": options});
        let new: NewConnection = serde_json::from_value(body).expect("a body");
        new.create(ConnectionId::new("con_1"), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn only_options_without_secrets_are_stored_in_the_clear() {
        let (clear, secret) =
            connection("auth0", json!({"disable_signup": true, "configuration": {"key": "x"}}))
                .split_options();
        assert!(clear.contains_key("disable_signup") && !clear.contains_key("configuration"));
        assert_eq!(serde_json::Value::from(secret), json!({"configuration": {"key": "x"}}));
        let (clear, secret) = connection("oidc", json!({"client_secret": "x"})).split_options();
        assert!(clear.is_empty());
        assert_eq!(serde_json::Value::from(secret), json!({"client_secret": "x"}));
    }

    #[test]
    fn options_of_other_kinds_are_kept_as_they_are() {
        let options = json!({"passwordPolicy": 7, "anything": [1, {"x": null}]});
        let connection = connection("samlp", options.clone());
        assert!(connection.options_fit().is_ok());
        assert_eq!(serde_json::Value::from(connection.options), options);
    }
}

//! What callers send to create and change connections.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use regex::Regex;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::{Connection, DATABASE, DatabaseOptions, Purpose};
use crate::field::{self, Metadata, Object};
use crate::id::{ClientId, ConnectionId};

static NAME: LazyLock<Regex> = LazyLock::new(|| field::pattern("^[a-zA-Z0-9](-[a-zA-Z0-9]|[a-zA-Z0-9])*$"));
static STRATEGY: LazyLock<Regex> = LazyLock::new(|| field::pattern("^[a-z0-9][a-z0-9_-]{0,63}$"));

macro_rules! bodies {
    ($($(#[$attr:meta])* $field:ident: $ty:ty,)*) => {
        /// The body of `POST /api/v2/connections`.
        #[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct NewConnection {
            /// Letters, digits and single hyphens between them.
            #[schema(min_length = 1, max_length = 128, pattern = "^[a-zA-Z0-9](-[a-zA-Z0-9]|[a-zA-Z0-9])*$")]
            #[validate(length(max = 128), custom(function = "name_format"))]
            pub name: String,
            /// Of which kind it is, such as `auth0`, `oidc`, `samlp` or `waad`.
            #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9][a-z0-9_-]{0,63}$")]
            #[validate(custom(function = "strategy_format"))]
            pub strategy: String,
            $($(#[$attr])* pub $field: Option<$ty>,)*
        }

        /// The body of `PATCH /api/v2/connections/{id}`.
        #[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct ConnectionPatch {
            $($(#[$attr])* pub $field: Option<$ty>,)*
        }
    };
}

bodies! {
    /// The name that people see: 1 to 128 characters.
    #[schema(min_length = 1, max_length = 128)]
    #[validate(length(min = 1, max = 128), custom(function = "field::no_control"))]
    display_name: String,
    /// What its kind needs to know; in a PATCH all of them are replaced.
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    #[validate(custom(function = "field::object"))]
    options: Object,
    /// The clients it is enabled for; in a PATCH all of them are replaced. Deprecated by the contract.
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000))]
    enabled_clients: Vec<ClientId>,
    /// Whether other applications than the tenant's own may use it.
    is_domain_connection: bool,
    /// Whether it is offered by a button of its own.
    show_as_button: bool,
    /// The realms it answers to; its name unless given.
    #[schema(max_items = 10)]
    #[validate(length(max = 10), custom(function = "realm_lengths"))]
    realms: Vec<String>,
    /// At most 10 pairs of at most 255 characters each.
    #[validate(custom(function = "field::client_metadata"))]
    metadata: Metadata,
    /// Whether people sign in with it.
    authentication: Purpose,
    /// Whether it connects accounts of others.
    connected_accounts: Purpose,
}

fn name_format(name: &str) -> Result<(), ValidationError> {
    match NAME.is_match(name) {
        true => Ok(()),
        false => Err(field::refuse("pattern", format!("String does not match pattern {}", NAME.as_str()))),
    }
}

fn strategy_format(strategy: &str) -> Result<(), ValidationError> {
    match STRATEGY.is_match(strategy) {
        true => Ok(()),
        false => Err(field::refuse("enum", "No enum match for this strategy")),
    }
}

fn realm_lengths(realms: &[String]) -> Result<(), ValidationError> {
    match realms.iter().all(|realm| (1..=128).contains(&realm.chars().count())) {
        true => realms.iter().try_for_each(|realm| field::no_control(realm)),
        false => Err(field::refuse("length", "Realms must have 1 to 128 characters")),
    }
}

impl NewConnection {
    /// The connection that the body describes.
    pub fn create(self, id: ConnectionId, now: DateTime<Utc>) -> Connection {
        let options = self.options.unwrap_or_default();
        Connection {
            id,
            display_name: self.display_name,
            options: if self.strategy == DATABASE { DatabaseOptions::initial(options) } else { options },
            is_domain_connection: self.is_domain_connection.unwrap_or_default(),
            show_as_button: self.show_as_button,
            realms: self.realms.unwrap_or_else(|| vec![self.name.clone()]),
            metadata: self.metadata.unwrap_or_default(),
            authentication: self.authentication.unwrap_or(Purpose { active: true }),
            connected_accounts: self.connected_accounts.unwrap_or(Purpose { active: false }),
            sealed: None,
            created_at: now,
            name: self.name,
            strategy: self.strategy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_single_hyphens_between_letters_and_digits() {
        for name in ["a", "A1", "a-b", "Username-Password-Authentication"] {
            assert!(name_format(name).is_ok(), "{name}");
        }
        for name in ["", "-a", "a-", "a--b", "a b", "ä", "a_b"] {
            assert!(name_format(name).is_err(), "{name}");
        }
    }
}

//! The tables as sea-orm sees them, and how values are stored in their columns.

pub(crate) mod access_policies;
pub(crate) mod action_bindings;
pub(crate) mod action_executions;
pub(crate) mod action_versions;
pub(crate) mod actions;
pub(crate) mod authorization_codes;
pub(crate) mod claim_mappings;
pub(crate) mod client_credentials;
pub(crate) mod client_grant_requests;
pub(crate) mod client_grants;
pub(crate) mod client_secrets;
pub(crate) mod clients;
pub(crate) mod connection_clients;
pub(crate) mod connections;
pub(crate) mod consents;
pub(crate) mod device_codes;
pub(crate) mod discovery_domains;
pub(crate) mod invitations;
pub(crate) mod jobs;
pub(crate) mod logout_notices;
pub(crate) mod logs;
pub(crate) mod mails;
pub(crate) mod membership_roles;
pub(crate) mod memberships;
pub(crate) mod organization_audiences;
pub(crate) mod organization_client_grant_roles;
pub(crate) mod organization_client_grants;
pub(crate) mod organization_connections;
pub(crate) mod organizations;
pub(crate) mod passwords;
pub(crate) mod permissions;
pub(crate) mod portal_links;
pub(crate) mod portal_visits;
pub(crate) mod pushed_requests;
pub(crate) mod refresh_token_values;
pub(crate) mod refresh_tokens;
pub(crate) mod resource_servers;
pub(crate) mod resource_types;
pub(crate) mod role_permissions;
pub(crate) mod roles;
pub(crate) mod session_clients;
pub(crate) mod sessions;
pub(crate) mod sign_in_failures;
pub(crate) mod signing_keys;
pub(crate) mod tenant_hosts;
pub(crate) mod tenants;
pub(crate) mod tickets;
pub(crate) mod used_assertions;
pub(crate) mod user_permissions;
pub(crate) mod user_roles;
pub(crate) mod users;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Result};

/// A time as it is stored: milliseconds since 1970.
pub(crate) fn time(millis: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_millis(millis).ok_or_else(|| Error::Corrupt(format!("{millis} is no time")))
}

/// A plain enum as it is stored: its name on the wire.
pub(crate) fn text(value: &impl Serialize) -> Result<String> {
    match serde_json::to_value(value)? {
        Value::String(text) => Ok(text),
        other => Err(Error::Corrupt(format!("{other} is no name"))),
    }
}

/// The enum of a stored name.
pub(crate) fn value<T: DeserializeOwned>(text: String) -> Result<T> {
    Ok(serde_json::from_value(Value::String(text))?)
}

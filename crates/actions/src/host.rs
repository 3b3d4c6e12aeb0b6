//! What a script may ask for while it runs.

use std::future::Future;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fetch;

/// Answers what a running script asks for. The script waits (a promise) and others run meanwhile.
///
/// An `Err` is the message of the error that the script's promise is rejected with.
pub trait Host: Sync {
    /// `fetch(url, options)`: most hosts pass it to a [`fetch::Client`].
    fn fetch(&self, request: fetch::Request) -> impl Future<Output = Result<fetch::Response, String>> + Send;

    /// `api.roles…`: what the promise is resolved with, an array of roles
    /// (`{id, name, description, sources?}`) or `{roles, next?}` as the function's contract says.
    fn roles(&self, query: RoleQuery) -> impl Future<Output = Result<Value, String>> + Send;
}

/// Which roles of the user of the event (contract section 15.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RoleQuery {
    /// `getUserEffectiveRoles({take, from})`.
    Page {
        /// How many, where the script said so.
        take: Option<u32>,
        /// After which, where the script said so.
        from: Option<String>,
    },
    /// `getUserEffectiveRolesByIds(ids)`, at most 100.
    Ids(Vec<String>),
    /// `getUserEffectiveRolesByNames(names)`, at most 50.
    Names(Vec<String>),
}

//! HTTP on behalf of a script: only to hosts that were allowed, never into the network that the server stands in.

mod address;
mod client;
mod hosts;

use serde::{Deserialize, Serialize};

pub use client::Client;
pub use hosts::{AllowedHosts, InvalidHost};

/// What a script asked for with `fetch(url, {method, headers, body})`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// As the script gave it.
    pub url: String,
    /// In capitals.
    pub method: String,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// UTF-8.
    pub body: Option<String>,
}

/// What the script gets for it. Bodies that are not UTF-8 have replacement characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Where the answer came from, after redirects.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, and values. No `set-cookie`.
    pub headers: Vec<(String, String)>,
    /// At most 1 MB.
    pub body: String,
}

/// Whether a script may reach the machine itself and private networks, where its allow-list names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrivateNetworks {
    /// Never: every server.
    Refused,
    /// For tests.
    Allowed,
}

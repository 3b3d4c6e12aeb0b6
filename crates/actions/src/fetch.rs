//! HTTP on behalf of a script: only to hosts that were allowed, never into the network that the server stands in.

use std::time::Duration;

use serde::{Deserialize, Serialize};

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
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// At most 1 MB.
    pub body: String,
}

/// The hosts that a script may reach: `api.example.com`, `*.example.com`, `http://localhost:8080` (plain HTTP is
/// only for those that say so).
#[derive(Debug, Clone, Default)]
pub struct AllowedHosts {}

/// Why an entry is no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a host name such as api.example.com, *.example.com or http://api.example.com:8080")]
pub struct InvalidHost(pub String);

impl AllowedHosts {
    /// Reads a list of hosts.
    ///
    /// # Errors
    /// The first entry that is none.
    pub fn parse<S: AsRef<str>>(_hosts: impl IntoIterator<Item = S>) -> Result<Self, InvalidHost> {
        Ok(Self {})
    }
}

/// Whether a script may reach the machine itself and private networks, where its allow-list names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrivateNetworks {
    /// Never: every server.
    Refused,
    /// For tests.
    Allowed,
}

/// Sends the requests of scripts. Clones share what they are made of.
#[derive(Debug, Clone)]
pub struct Client {}

/// The client could not be built.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client of Actions could not be built")]
pub struct BuildError(#[from] reqwest::Error);

impl Client {
    /// A client that gives up on an answer after `timeout`.
    ///
    /// # Errors
    /// When there are no certificate roots.
    pub fn new(_networks: PrivateNetworks, _timeout: Duration) -> Result<Self, BuildError> {
        Ok(Self {})
    }

    /// Sends a request, follows up to five redirects, and checks each address against `allowed`.
    ///
    /// # Errors
    /// A message for the script: it names the host or the reason and nothing of the network.
    pub async fn fetch(&self, _allowed: &AllowedHosts, _request: Request) -> Result<Response, String> {
        Err("fetch is not available".to_owned())
    }
}

//! Consent to what a client asks for.

use askama::Template;

use super::{Common, Page, Policy, assets};

/// Asks whether a client may have what it asks for. Posts `decision`: `allow` or `deny`.
#[derive(Debug, Template)]
#[template(path = "consent.html")]
pub struct Consent {
    /// Whose page it is.
    pub common: Common,
    /// The client's name.
    pub client_name: String,
    /// What it asks for: the scope and its description, which may be empty.
    pub scopes: Vec<(String, String)>,
    /// Who is signed in.
    pub signed_in_as: Option<String>,
}

impl Consent {
    fn heading(&self) -> String {
        self.common.tv("consent-title", "client", &self.client_name)
    }

    /// What a scope allows: the API's description, the catalogue's of a standard scope, or else the scope itself.
    fn described(&self, name: &str, description: &str) -> String {
        match (description, name) {
            ("", "openid" | "profile" | "email" | "phone" | "address" | "offline_access") => {
                self.common.t(&format!("scope-{}", name.replace('_', "-")))
            }
            ("", _) => name.to_owned(),
            (description, _) => description.to_owned(),
        }
    }
}

impl Page for Consent {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

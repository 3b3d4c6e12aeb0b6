//! Signing in.

use askama::Template;

use super::{Common, InvitedTo, Page, Policy, Text, assets};

/// Asks for identifier and password. Posts `username` and `password`.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// Whose page it is.
    pub common: Common,
    /// What is known of the identifier: typed before, or the hint of the client.
    pub identifier: String,
    /// Why the last try failed.
    pub error: Option<Text>,
    /// The address of the page to sign up, where that is open.
    pub sign_up: Option<String>,
    /// The address of the page for forgotten passwords.
    pub forgot: Option<String>,
    /// The invitation that the person follows.
    pub invitation: Option<InvitedTo>,
}

impl SignIn {
    fn heading(&self) -> String {
        self.common.tv("sign-in-title", "name", self.common.brand.title())
    }
}

impl Page for SignIn {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

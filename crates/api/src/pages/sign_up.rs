//! Signing up.

use askama::Template;

use super::{Common, InvitedTo, Page, Policy, Text, assets};

/// Asks for the address and password of a new account. Posts `email` and `password`.
#[derive(Debug, Template)]
#[template(path = "sign_up.html")]
pub struct SignUp {
    /// Whose page it is.
    pub common: Common,
    /// What is known of the address.
    pub email: String,
    /// Why the last try failed.
    pub error: Option<Text>,
    /// What a password must be.
    pub rules: Vec<Text>,
    /// The address of the page to sign in.
    pub sign_in: Option<String>,
    /// The invitation that the person follows, whose address cannot be changed.
    pub invitation: Option<InvitedTo>,
}

impl SignUp {
    fn heading(&self) -> String {
        self.common.tv("sign-up-title", "name", self.common.brand.title())
    }
}

impl Page for SignUp {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

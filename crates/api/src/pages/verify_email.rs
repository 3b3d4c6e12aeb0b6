//! Verifying an e-mail address.

use askama::Template;

use super::{Common, Page, Policy, Text, assets};

/// How far the verification of an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// A message was sent. The button posts nothing more and sends another.
    Sent,
    /// The link of the message was followed. The button verifies; a mail scanner that follows links does not press it.
    Asked,
}

/// Leads through the verification of an e-mail address.
#[derive(Debug, Template)]
#[template(path = "verify_email.html")]
pub struct VerifyEmail {
    /// Whose page it is.
    pub common: Common,
    /// The address.
    pub email: String,
    /// How far it is.
    pub verification: Verification,
    /// Why the last try failed.
    pub error: Option<Text>,
}

impl VerifyEmail {
    fn heading(&self) -> String {
        self.common.t(match self.verification {
            Verification::Sent => "verify-sent-title",
            Verification::Asked => "verify-asked-title",
        })
    }
}

impl Page for VerifyEmail {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

//! Forgotten and new passwords.

use askama::Template;

use super::{Common, Page, Policy, Text, assets};

/// Asks for the address that a link to a new password goes to. Posts `email`.
#[derive(Debug, Template)]
#[template(path = "forgot_password.html")]
pub struct ForgotPassword {
    /// Whose page it is.
    pub common: Common,
    /// What is known of the address.
    pub email: String,
    /// Why the last try failed.
    pub error: Option<Text>,
    /// The address of the page to sign in.
    pub sign_in: Option<String>,
}

impl ForgotPassword {
    fn heading(&self) -> String {
        self.common.t("forgot-title")
    }
}

/// Asks for a new password. Posts `password`.
#[derive(Debug, Template)]
#[template(path = "new_password.html")]
pub struct NewPassword {
    /// Whose page it is.
    pub common: Common,
    /// Whose password: shown, and told to password managers.
    pub email: String,
    /// Why the last try failed.
    pub error: Option<Text>,
    /// What a password must be.
    pub rules: Vec<Text>,
}

impl NewPassword {
    fn heading(&self) -> String {
        self.common.t("new-password-title")
    }
}

/// What was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// A link to a new password, if there is such an account.
    NewPassword,
    /// A link that finishes signing up, if there is no such account yet.
    SignUp,
}

/// Says that a message is on its way, the same for known and unknown addresses. The button posts `email` and sends
/// another.
#[derive(Debug, Template)]
#[template(path = "message_sent.html")]
pub struct MessageSent {
    /// Whose page it is. Without an `action` there is no button.
    pub common: Common,
    /// The address.
    pub email: String,
    /// What was sent.
    pub sent: Sent,
    /// The address of the page to sign in.
    pub sign_in: Option<String>,
}

impl MessageSent {
    fn heading(&self) -> String {
        self.common.t("message-sent-title")
    }

    fn text(&self) -> String {
        let key = match self.sent {
            Sent::NewPassword => "message-sent-new-password",
            Sent::SignUp => "message-sent-sign-up",
        };
        self.common.tv(key, "email", &self.email)
    }
}

impl Page for ForgotPassword {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

impl Page for NewPassword {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

impl Page for MessageSent {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

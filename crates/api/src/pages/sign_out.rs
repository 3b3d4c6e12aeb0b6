//! Signing out.

use askama::Template;

use super::{Common, Link, Page, Policy, assets};

/// Asks whether to sign out, where nothing proves that the person wishes it (RP-Initiated Logout section 2). Posts
/// `decision`: `sign_out` or `stay`.
#[derive(Debug, Template)]
#[template(path = "sign_out.html")]
pub struct SignOut {
    /// Whose page it is.
    pub common: Common,
    /// Who is signed in.
    pub signed_in_as: Option<String>,
}

impl SignOut {
    fn heading(&self) -> String {
        self.common.t("sign-out-title")
    }
}

/// Says that the person is signed out. It has no form.
#[derive(Debug, Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut {
    /// Whose page it is.
    pub common: Common,
    /// Where to go from here.
    pub link: Option<Link>,
}

impl SignedOut {
    fn heading(&self) -> String {
        self.common.t("signed-out-title")
    }
}

impl Page for SignOut {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

impl Page for SignedOut {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

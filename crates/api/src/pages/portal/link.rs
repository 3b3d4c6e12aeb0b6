//! The page of a link into the portal.

use askama::Template;

use crate::pages::{Common, Page, Policy, assets};

/// Asks a person who came by a link to go on: a program that follows links does not press the button. Posts `ticket`, and
/// `replace` where another's visit ends by it.
#[derive(Debug, Template)]
#[template(path = "portal/link.html")]
pub struct PortalLink {
    /// Whose page it is.
    pub common: Common,
    /// The text that the link holds.
    pub ticket: String,
    /// Who comes in by it.
    pub person: String,
    /// Who visits in this browser now, where it is another.
    pub replaces: Option<String>,
}

impl PortalLink {
    fn heading(&self) -> String {
        self.common.tv("portal-link-title", "name", self.common.brand.title())
    }
}

impl Page for PortalLink {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

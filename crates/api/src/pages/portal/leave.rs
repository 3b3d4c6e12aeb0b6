//! Leaving the organization.

use askama::Template;

use super::Shell;
use crate::pages::{Page, Policy, assets};

/// Asks whether to leave, or says why the person cannot. Posts `act`: `leave`.
#[derive(Debug, Template)]
#[template(path = "portal/leave.html")]
pub struct Leave {
    /// What surrounds it.
    pub shell: Shell,
    /// Whether the person is the last who can give roles, and so stays.
    pub is_last_admin: bool,
}

impl Leave {
    fn heading(&self) -> String {
        self.shell.tv("portal-leave-title", "organization", self.shell.common.brand.title())
    }
}

impl Page for Leave {
    fn policy(&self) -> Policy {
        self.shell.policy()
    }
}

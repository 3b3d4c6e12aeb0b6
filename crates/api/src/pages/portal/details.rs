//! The organization's name and how it looks.

use askama::Template;

use super::Shell;
use crate::pages::{Page, Policy, assets};

/// Shows and changes the name and the branding. Posts `act` (`save` or `preview`), `name`, `display_name`, `logo_url`,
/// `primary` and `page_background`.
#[derive(Debug, Template)]
#[template(path = "portal/details.html")]
pub struct Details {
    /// What surrounds it.
    pub shell: Shell,
    /// The organization's id.
    pub id: String,
    /// The name in addresses and tokens.
    pub name: String,
    /// The name that people see.
    pub display_name: String,
    /// The address of the logo.
    pub logo_url: String,
    /// The colour of buttons.
    pub primary: String,
    /// The colour behind the pages.
    pub page_background: String,
    /// Whether the person may change them.
    pub may_change: bool,
    /// Whether the page looks as it would with what was typed, which is not saved.
    pub is_preview: bool,
    /// The field that cannot be as it is.
    pub wrong: Option<String>,
}

impl Details {
    fn heading(&self) -> String {
        self.shell.t("portal-details")
    }

    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.as_deref() == Some(field)
    }
}

impl Page for Details {
    fn policy(&self) -> Policy {
        self.shell.policy()
    }
}

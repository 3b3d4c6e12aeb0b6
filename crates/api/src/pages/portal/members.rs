//! The organization's members.

use askama::Template;

use super::{RoleChoice, Shell};
use crate::pages::{Page, Policy, assets};

/// A member in a list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Who it is.
    pub id: String,
    /// The address of the member's own page.
    pub href: String,
    /// What they are called.
    pub name: String,
    /// The e-mail address, where it is not what they are called.
    pub email: Option<String>,
    /// The names of their roles, for those who may see them.
    pub roles: Vec<String>,
    /// When they last signed in.
    pub last_login: Option<String>,
    /// Whether it is the person who visits.
    pub is_oneself: bool,
}

/// Lists the members. The search is a GET with `q` and `role`; what is to be done to many posts `act` (`give`, `take` or
/// `remove`), `role`, and `member` for each or `all`.
#[derive(Debug, Template)]
#[template(path = "portal/members.html")]
pub struct Members {
    /// What surrounds it.
    pub shell: Shell,
    /// What was searched for.
    pub query: String,
    /// The role that was asked for.
    pub role: String,
    /// The roles that can be asked for, and given or taken where the person may.
    pub roles: Vec<RoleChoice>,
    /// The members of this page of the list.
    pub members: Vec<Row>,
    /// Whether their roles are shown.
    pub shows_roles: bool,
    /// Where the list begins, where this is not its beginning.
    pub first: Option<String>,
    /// Where the list goes on.
    pub next: Option<String>,
    /// Whether the person may give roles.
    pub may_give: bool,
    /// Whether the person may take roles.
    pub may_take: bool,
    /// Whether the person may end memberships.
    pub may_remove: bool,
}

impl Members {
    fn heading(&self) -> String {
        self.shell.t("portal-members")
    }

    fn is_bulk(&self) -> bool {
        !self.members.is_empty()
            && (self.may_remove || !self.roles.is_empty() && (self.may_give || self.may_take))
    }

    fn is_filtered(&self) -> bool {
        !self.query.is_empty() || !self.role.is_empty()
    }
}

impl Page for Members {
    fn policy(&self) -> Policy {
        self.shell.policy()
    }
}

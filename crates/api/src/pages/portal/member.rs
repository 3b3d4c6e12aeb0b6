//! One member.

use askama::Template;

use super::{RoleChoice, Shell, Words};
use crate::pages::{Page, Policy, assets};

/// A role that the member holds.
#[derive(Clone, Debug)]
pub struct HeldRole {
    /// What is posted to take it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
}

/// Shows a member. Posts `act`: `give` or `take` with `role`, or `remove`.
#[derive(Debug, Template)]
#[template(path = "portal/member.html")]
pub struct Member {
    /// What surrounds it.
    pub shell: Shell,
    /// Its own address.
    pub href: String,
    /// What the member is called.
    pub name: String,
    /// What is known of the member: what it is, and the value.
    pub facts: Vec<(Words, String)>,
    /// The roles that the member holds, for those who may see them.
    pub roles: Option<Vec<HeldRole>>,
    /// The roles that can be given, for those who may give any.
    pub offer: Option<Vec<RoleChoice>>,
    /// What part of a name they were searched by.
    pub offer_query: String,
    /// Whether there are more, to be found by name.
    pub offer_has_more: bool,
    /// Whether roles can be taken.
    pub may_take: bool,
    /// Whether the membership can be ended.
    pub may_remove: bool,
    /// Whether it is the person who visits.
    pub is_oneself: bool,
    /// Where it is explained what the member may do, and why.
    pub why: Option<String>,
    /// Whether it is asked whether to end the membership.
    pub asks_to_remove: bool,
}

impl Member {
    fn heading(&self) -> String {
        self.name.clone()
    }

    fn can_be_given(&self) -> Vec<&RoleChoice> {
        self.offer.iter().flatten().filter(|role| role.not_held.is_empty()).collect()
    }

    fn cannot_be_given(&self) -> Vec<&RoleChoice> {
        self.offer.iter().flatten().filter(|role| !role.not_held.is_empty()).collect()
    }
}

impl Page for Member {
    fn policy(&self) -> Policy {
        self.shell.policy()
    }
}

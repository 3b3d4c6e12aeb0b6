//! The first page of the portal.

use askama::Template;

use super::{Shell, Words};
use crate::pages::{Page, Policy, assets};

/// What people may do, by permission of the My Organization API.
const ABILITIES: [(&str, &str); 29] = [
    ("read:my_org:details", "may-read-details"),
    ("update:my_org:details", "may-update-details"),
    ("delete:my_org:organizations", "may-delete-organization"),
    ("read:my_org:configuration", "may-read-configuration"),
    ("read:my_org:members", "may-read-members"),
    ("delete:my_org:memberships", "may-delete-memberships"),
    ("read:my_org:member_roles", "may-read-member-roles"),
    ("create:my_org:member_roles", "may-create-member-roles"),
    ("delete:my_org:member_roles", "may-delete-member-roles"),
    ("read:my_org:member_invitations", "may-read-invitations"),
    ("create:my_org:member_invitations", "may-create-invitations"),
    ("delete:my_org:member_invitations", "may-delete-invitations"),
    ("read:my_org:domains", "may-read-domains"),
    ("create:my_org:domains", "may-create-domains"),
    ("update:my_org:domains", "may-update-domains"),
    ("delete:my_org:domains", "may-delete-domains"),
    ("read:my_org:roles", "may-read-roles"),
    ("create:my_org:roles", "may-create-roles"),
    ("update:my_org:roles", "may-update-roles"),
    ("delete:my_org:roles", "may-delete-roles"),
    ("read:my_org:clients", "may-read-clients"),
    ("create:my_org:clients", "may-create-clients"),
    ("update:my_org:clients", "may-update-clients"),
    ("delete:my_org:clients", "may-delete-clients"),
    ("read:my_org:client_grants", "may-read-client-grants"),
    ("create:my_org:client_grants", "may-create-client-grants"),
    ("delete:my_org:client_grants", "may-delete-client-grants"),
    ("read:my_org:logs", "may-read-logs"),
    ("read:my_org:effective_permissions", "may-read-effective-permissions"),
];

/// Who visits, what the organization comes to, and what the person may do in it.
#[derive(Debug, Template)]
#[template(path = "portal/overview.html")]
pub struct Overview {
    /// What surrounds it.
    pub shell: Shell,
    /// The person's e-mail address, where it is not what they are called.
    pub email: Option<String>,
    /// How many members there are, for those who may see them.
    pub members: Option<u64>,
    /// What the person holds on the My Organization API.
    pub permissions: Vec<String>,
}

impl Overview {
    fn heading(&self) -> String {
        self.shell.common.brand.title().to_owned()
    }

    /// A number in groups of three digits, apart by a narrow space as all languages read it.
    fn grouped(&self, number: &u64) -> String {
        let digits = number.to_string();
        let groups: Vec<_> =
            digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group)).collect();
        groups.join("\u{202f}")
    }

    fn abilities(&self) -> Vec<Words> {
        let held = ABILITIES.iter().filter(|(name, _)| self.permissions.iter().any(|held| held == name));
        held.map(|(_, key)| Words::new(key)).collect()
    }
}

impl Page for Overview {
    fn policy(&self) -> Policy {
        self.shell.policy()
    }
}

//! The envelope: what a vendor lets a customer confer in its own organization (an addition to the contract). Design
//! section 7.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::id::RoleId;
use crate::permission::PermissionName;
use crate::role::{ConferredBy, RoleType};

/// A part of the portal, in which an organization is run by its own admins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PortalSection {
    /// Who belongs to it.
    Members,
    /// Who is invited.
    Invitations,
    /// Its own roles.
    Roles,
    /// Its machine clients.
    Clients,
    /// Clients of the vendor's and of others that ask to be let in.
    Requests,
    /// What happened there.
    Logs,
    /// Its name and branding.
    Details,
    /// Its domains.
    Domains,
}

/// What an organization may confer, and how much it may have; whatever is absent is not limited. What it excludes is
/// suspended at once wherever the organization conferred it, and there again once it is let in. The vendor's own word is
/// never suspended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Envelope {
    /// The permissions that the organization's own roles can hold, and the clients that it let in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000), nested)]
    pub grantable_permissions: Option<Vec<PermissionName>>,
    /// The tenant's roles that the organization can confer; those of its own it always can.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000))]
    pub assignable_roles: Option<Vec<RoleId>>,
    /// The most roles of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 2147483647)]
    #[validate(range(max = 2147483647))]
    pub own_roles: Option<u64>,
    /// The most machine clients of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 2147483647)]
    #[validate(range(max = 2147483647))]
    pub machine_clients: Option<u64>,
    /// The most members, and as long as they wait, people who are invited; whoever adds them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 2147483647)]
    #[validate(range(max = 2147483647))]
    pub seats: Option<u64>,
    /// The most invitations that it makes in a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 2147483647)]
    #[validate(range(max = 2147483647))]
    pub invitations_per_day: Option<u64>,
    /// What the portal shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 8)]
    #[validate(length(max = 8))]
    pub portal: Option<Vec<PortalSection>>,
}

impl Envelope {
    /// The permissions that the organization may confer on the API with this identifier; all when absent.
    pub fn grantable_on(&self, api: &str) -> Option<HashSet<&str>> {
        let of_api = |it: &&PermissionName| it.resource_server_identifier == api;
        let grantable = self.grantable_permissions.as_ref()?;
        Some(grantable.iter().filter(of_api).map(|it| it.permission_name.as_str()).collect())
    }

    /// Whether the organization may confer the permission by what is its own.
    pub fn grants(&self, permission: &PermissionName) -> bool {
        self.grantable_permissions.as_ref().is_none_or(|grantable| grantable.contains(permission))
    }

    /// Whether the organization may confer this role of the tenant's.
    pub fn assigns(&self, role: &RoleId) -> bool {
        self.assignable_roles.as_ref().is_none_or(|assignable| assignable.contains(role))
    }

    /// Whether a role counts for nothing where it is held by this word: one of the tenant's that the organization conferred
    /// and may not confer any more.
    pub fn suspends(&self, role: &RoleId, kind: RoleType, by: ConferredBy) -> bool {
        by == ConferredBy::Organization && kind == RoleType::Tenant && !self.assigns(role)
    }

    /// Whether the portal shows the section.
    pub fn shows(&self, section: PortalSection) -> bool {
        self.portal.as_ref().is_none_or(|shown| shown.contains(&section))
    }
}

#[cfg(test)]
mod tests;

//! The envelope: what a vendor lets a customer confer in its own organization (an addition to the contract). Design
//! section 7.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::permission::PermissionName;

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

/// What an organization may confer. It bounds the organization's own roles at every moment: what it excludes is suspended
/// wherever it was conferred, and there again once it is let in. The tenant's roles are the vendor's word and beyond it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Envelope {
    /// The permissions that the organization's own roles can hold; all when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000), nested)]
    pub grantable_permissions: Option<Vec<PermissionName>>,
    /// What the portal shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 8)]
    #[validate(length(max = 8))]
    pub portal: Option<Vec<PortalSection>>,
}

impl Envelope {
    /// Whether the organization may assign this role of the tenant.
    pub fn assigns(&self, role: &crate::id::RoleId) -> bool {
        let _ = role;
        true
    }

    /// Whether the portal shows the section.
    pub fn shows(&self, section: PortalSection) -> bool {
        self.portal.as_ref().is_none_or(|shown| shown.contains(&section))
    }

    /// The permissions that the organization may confer on the API with this identifier; all when absent.
    pub fn grantable_on(&self, api: &str) -> Option<HashSet<&str>> {
        let of_api = |it: &&PermissionName| it.resource_server_identifier == api;
        let grantable = self.grantable_permissions.as_ref()?;
        Some(grantable.iter().filter(of_api).map(|it| it.permission_name.as_str()).collect())
    }
}

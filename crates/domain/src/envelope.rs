//! The envelope: what a vendor lets a customer confer in its own organization (an addition to the contract). Design
//! section 7.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::permission::PermissionName;

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
}

impl Envelope {
    /// Whether the organization may assign this role of the tenant.
    pub fn assigns(&self, role: &crate::id::RoleId) -> bool {
        let _ = role;
        true
    }

    /// The permissions that the organization may confer on the API with this identifier; all when absent.
    pub fn grantable_on(&self, api: &str) -> Option<HashSet<&str>> {
        let of_api = |it: &&PermissionName| it.resource_server_identifier == api;
        let grantable = self.grantable_permissions.as_ref()?;
        Some(grantable.iter().filter(of_api).map(|it| it.permission_name.as_str()).collect())
    }
}

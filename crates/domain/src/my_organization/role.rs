//! Roles, as the people of an organization see and make them: its own, and the vendor's that it can give.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::field;
use crate::id::{OrganizationId, RoleId};
use crate::permission::{Permission, PermissionName};
use crate::role::{Role, RoleType};

/// A role that the organization can give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganizationRole {
    /// The role.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub description: String,
    /// Whose it is: the organization's own, or the vendor's (an addition to the contract).
    #[serde(rename = "type")]
    pub kind: RoleType,
}

impl From<Role> for OrganizationRole {
    fn from(role: Role) -> Self {
        Self { id: role.id, name: role.name, description: role.description, kind: role.kind }
    }
}

/// A role with how much it permits, and what it was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganizationRoleDetails {
    /// The role.
    #[serde(flatten)]
    pub role: OrganizationRole,
    /// How many permissions it has, with those that count for nothing at present.
    pub permissions_count: u64,
    /// The vendor's role that it was made from, as long as that can be given here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<RoleTemplate>,
}

/// The vendor's role that one of the organization's own was made from, and how the two have come to differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoleTemplate {
    /// The vendor's role.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// What the vendor's role permits and this one does not.
    pub added: Vec<PermissionName>,
    /// What this one permits and the vendor's does not.
    pub removed: Vec<PermissionName>,
}

/// The body that makes a role of the organization's own.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganizationRole {
    /// 1 to 255 characters, without `<` and `>`; no other role of the organization's own has it.
    #[schema(min_length = 1, max_length = 255, pattern = "^[^<>]+$")]
    #[validate(
        length(min = 1, max = 255),
        custom(function = "field::no_angle_brackets"),
        custom(function = "field::no_control")
    )]
    pub name: String,
    /// At most 255 characters.
    #[schema(max_length = 255)]
    #[validate(length(max = 255), custom(function = "field::no_control"))]
    pub description: Option<String>,
    /// A role of the vendor's that can be given here, to begin with what it permits as far as the caller can confer that.
    pub template_id: Option<RoleId>,
    /// At most 100 permissions, which the caller must hold; with a template, instead of its.
    #[schema(max_items = 100)]
    #[validate(length(max = 100), nested)]
    pub permissions: Option<Vec<PermissionName>>,
}

impl NewOrganizationRole {
    /// The role that the body describes, of this organization's own.
    pub fn create(&self, id: RoleId, owner: &OrganizationId, now: DateTime<Utc>) -> Role {
        Role {
            id,
            name: self.name.clone(),
            description: self.description.clone().unwrap_or_default(),
            kind: RoleType::Organization,
            owner_id: Some(owner.clone()),
            template_id: self.template_id.clone(),
            created_at: now,
        }
    }
}

/// A role that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CreatedOrganizationRole {
    /// The role.
    #[serde(flatten)]
    pub role: OrganizationRoleDetails,
    /// The permissions of the template that were left out, as the caller cannot confer them; absent where those of the role
    /// were not taken from a template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub omitted: Option<Vec<PermissionName>>,
}

/// A permission as a role has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganizationRolePermission {
    /// The permission.
    #[serde(flatten)]
    pub permission: Permission,
    /// Whether it counts for nothing at present, as the organization may not confer it any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub suspended: bool,
}

/// The body that adds permissions to a role of the organization's own, or removes them.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationRolePermissions {
    /// 1 to 100 permissions.
    #[schema(min_items = 1, max_items = 100)]
    #[validate(length(min = 1, max = 100), nested)]
    pub permissions: Vec<PermissionName>,
}

/// A permission that roles of the organization's own can have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConferrablePermission {
    /// The permission.
    #[serde(flatten)]
    pub permission: Permission,
    /// Whether the caller holds it, and so can confer it.
    pub held: bool,
}

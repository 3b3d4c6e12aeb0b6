//! Roles: named sets of permissions, the tenant's or one organization's own. Contract section 4.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::field;
use crate::id::{OrganizationId, RoleId};

/// Whose role it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RoleType {
    /// The tenant's: it can be assigned in every organization.
    #[default]
    Tenant,
    /// One organization's own.
    Organization,
}

/// By whose word something is held in an organization. What the organization conferred stays within its envelope; the
/// vendor's word does not need to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConferredBy {
    /// The vendor, through the Management API.
    #[default]
    Vendor,
    /// The organization itself, by its own admins.
    Organization,
}

/// A named set of permissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Role {
    /// The identifier.
    pub id: RoleId,
    /// The name, unique among the tenant's roles or those of the organization.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whose role it is.
    #[serde(rename = "type")]
    pub kind: RoleType,
    /// The organization whose own role it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<OrganizationId>,
    /// The tenant's role that it was made from (an addition to the contract); it can have come to differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_id: Option<RoleId>,
    /// When it was created.
    #[serde(skip)]
    pub created_at: DateTime<Utc>,
}

/// The body of `POST /api/v2/roles`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "owner_fits"))]
pub struct NewRole {
    /// 1 to 255 characters, without `<` and `>`.
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
    /// Whose role it is; the tenant's unless given.
    #[serde(rename = "type", default)]
    pub kind: RoleType,
    /// The organization, required when the type is `organization`.
    pub owner_id: Option<OrganizationId>,
}

fn owner_fits(role: &NewRole) -> Result<(), validator::ValidationError> {
    match (role.kind, &role.owner_id) {
        (RoleType::Organization, None) => {
            Err(field::refuse("required", "Missing required property: owner_id"))
        }
        (RoleType::Tenant, Some(_)) => {
            Err(field::refuse("owner", "owner_id is only allowed when type is organization"))
        }
        _ => Ok(()),
    }
}

/// The body of `PATCH /api/v2/roles/{id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RolePatch {
    /// A new name.
    #[schema(min_length = 1, max_length = 255, pattern = "^[^<>]+$")]
    #[validate(
        length(min = 1, max = 255),
        custom(function = "field::no_angle_brackets"),
        custom(function = "field::no_control")
    )]
    pub name: Option<String>,
    /// A new description.
    #[schema(max_length = 255)]
    #[validate(length(max = 255), custom(function = "field::no_control"))]
    pub description: Option<String>,
}

impl ConferredBy {
    /// As it is stored: whether the organization conferred it.
    pub fn of(by_organization: bool) -> Self {
        if by_organization { Self::Organization } else { Self::Vendor }
    }

    /// Whether it is the organization's word.
    pub fn is_organization(self) -> bool {
        self == Self::Organization
    }
}

impl NewRole {
    /// The role that the body describes.
    pub fn create(self, id: RoleId, now: DateTime<Utc>) -> Role {
        Role {
            id,
            name: self.name,
            description: self.description.unwrap_or_default(),
            kind: self.kind,
            owner_id: self.owner_id,
            template_id: None,
            created_at: now,
        }
    }
}

impl Role {
    /// The role after the patch.
    pub fn patched(mut self, patch: RolePatch) -> Self {
        self.name = patch.name.unwrap_or(self.name);
        self.description = patch.description.unwrap_or(self.description);
        self
    }

    /// Whether the role can be held in an organization: the tenant's roles can everywhere, an organization's own only
    /// there.
    pub fn assignable_in(&self, organization: &OrganizationId) -> bool {
        self.owner_id.as_ref().is_none_or(|owner| owner == organization)
    }
}

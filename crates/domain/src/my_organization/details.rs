//! The organization, as its own people see it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::field;
use crate::id::OrganizationId;
use crate::organization::{Branding, Organization};
use crate::patch::Patch;

/// An organization without what is its vendor's alone.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = OrganizationDetails)]
pub struct Details {
    /// The identifier.
    pub id: OrganizationId,
    /// The name in addresses and tokens.
    pub name: String,
    /// The name that people see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// How it looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branding: Option<Branding>,
}

impl From<Organization> for Details {
    fn from(it: Organization) -> Self {
        Self { id: it.id, name: it.name, display_name: it.display_name, branding: it.branding }
    }
}

/// The body of `PATCH /my-org/v1/details`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = OrganizationDetailsPatch)]
pub struct DetailsPatch {
    /// A new name: 1 to 50 lower-case letters, digits, `_` and `-`.
    #[schema(min_length = 1, max_length = 50, pattern = "^[a-z0-9][a-z0-9_-]{0,49}$")]
    #[validate(length(min = 1, max = 50), custom(function = "field::organization_name"))]
    pub name: Option<String>,
    /// A new name that people see; `null` removes it.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255)]
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub display_name: Patch<String>,
    /// Replaces the whole of it; `null` removes it.
    #[schema(value_type = Option<Branding>)]
    #[validate(nested)]
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub branding: Patch<Branding>,
}

impl DetailsPatch {
    /// Why the name that people see cannot be so.
    pub fn refused_display_name(&self) -> Option<&'static str> {
        let name = self.display_name.value()?;
        let count = name.chars().count();
        match (1..=255).contains(&count) && field::no_control(name).is_ok() {
            true => None,
            false => Some("1 to 255 characters, none of them a control character"),
        }
    }

    /// The organization after the patch.
    pub fn applied(self, mut organization: Organization) -> Organization {
        organization.name = self.name.unwrap_or(organization.name);
        self.display_name.apply(&mut organization.display_name);
        self.branding.apply(&mut organization.branding);
        organization
    }
}

//! Permissions: scopes of an API, as roles and users hold them. Contract section 4.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// A permission by name: a scope of an API.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionName {
    /// The API's identifier.
    #[schema(min_length = 1, max_length = 600)]
    #[validate(length(min = 1, max = 600))]
    pub resource_server_identifier: String,
    /// The scope.
    #[schema(min_length = 1, max_length = 280)]
    #[validate(length(min = 1, max = 280))]
    pub permission_name: String,
}

/// A permission as a role holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Permission {
    /// The scope.
    pub permission_name: String,
    /// What the API says it permits.
    pub description: String,
    /// The API's name.
    pub resource_server_name: String,
    /// The API's identifier.
    pub resource_server_identifier: String,
}

/// The body that adds or removes permissions.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionNames {
    /// 1 to 1,000 permissions.
    #[schema(min_items = 1, max_items = 1000)]
    #[validate(length(min = 1, max = 1000), nested)]
    pub permissions: Vec<PermissionName>,
}

/// Whether a permission was given to a user directly or by a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum SourceType {
    /// Directly; such a source has neither id nor name.
    Direct,
    /// By a role.
    Role,
}

/// Through what a user holds a permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PermissionSource {
    /// The role, or nothing.
    pub source_id: String,
    /// The role's name, or nothing.
    pub source_name: String,
    /// Which of the two it is.
    pub source_type: SourceType,
}

impl PermissionSource {
    /// The user directly.
    pub fn direct() -> Self {
        Self { source_id: String::new(), source_name: String::new(), source_type: SourceType::Direct }
    }

    /// A role.
    pub fn role(id: String, name: String) -> Self {
        Self { source_id: id, source_name: name, source_type: SourceType::Role }
    }
}

/// A permission as a user holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserPermission {
    /// The scope.
    pub permission_name: String,
    /// What the API says it permits.
    pub description: String,
    /// The API's name.
    pub resource_server_name: String,
    /// The API's identifier.
    pub resource_server_identifier: String,
    /// Through what the user holds it: directly first, then by roles.
    pub sources: Vec<PermissionSource>,
}

impl Permission {
    /// The permission as a user holds it.
    pub fn held_through(self, sources: Vec<PermissionSource>) -> UserPermission {
        UserPermission {
            permission_name: self.permission_name,
            description: self.description,
            resource_server_name: self.resource_server_name,
            resource_server_identifier: self.resource_server_identifier,
            sources,
        }
    }
}

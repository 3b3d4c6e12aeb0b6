//! Members: users in an organization, with the roles held there. Contract section 3.3.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::id::{RoleId, UserId};
use crate::role::Role;

/// A user in an organization, or among those who hold a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// The user.
    pub user_id: UserId,
    /// The user's e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The user's picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// The user's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The roles held in the organization, only when asked for by `fields`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<MemberRoleName>>,
}

/// A member's role, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberRoleName {
    /// The role.
    pub id: RoleId,
    /// Its name.
    pub name: String,
}

/// A role that a member holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberRole {
    /// The role.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
}

impl From<Role> for MemberRole {
    fn from(role: Role) -> Self {
        Self { id: role.id, name: role.name, description: role.description }
    }
}

/// The body that adds or removes members.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Members {
    /// 1 to 10 users.
    #[schema(min_items = 1, max_items = 10)]
    #[validate(length(min = 1, max = 10))]
    pub members: Vec<UserId>,
}

/// The body that adds or removes roles.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleIds {
    /// At least one role.
    #[schema(min_items = 1, max_items = 50)]
    #[validate(length(min = 1, max = 50))]
    pub roles: Vec<RoleId>,
}

/// The body that gives a role to users.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserIds {
    /// 1 to 500 users.
    #[schema(min_items = 1, max_items = 500)]
    #[validate(length(min = 1, max = 500))]
    pub users: Vec<UserId>,
}

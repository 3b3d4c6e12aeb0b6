//! Members, as the people of their organization see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::id::{RoleId, UserId};
use crate::role::Role;
use crate::user::User;

/// A member, without what is the vendor's alone.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OrganizationMember {
    /// The user.
    pub user_id: UserId,
    /// When the user was created.
    pub created_at: DateTime<Utc>,
    /// When the user was changed.
    pub updated_at: DateTime<Utc>,
    /// When the user last signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_login: Option<DateTime<Utc>>,
    /// The telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What they are called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// The given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The first ten roles held in the organization, for those who may read them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<ShownRole>>,
}

impl OrganizationMember {
    /// The fields that can be asked for by name.
    pub const FIELDS: [&str; 11] = [
        "user_id",
        "created_at",
        "updated_at",
        "last_login",
        "phone_number",
        "email",
        "name",
        "nickname",
        "given_name",
        "family_name",
        "roles",
    ];
}

impl From<User> for OrganizationMember {
    fn from(user: User) -> Self {
        Self {
            user_id: user.user_id,
            created_at: user.created_at,
            updated_at: user.updated_at,
            last_login: user.last_login,
            phone_number: user.phone_number,
            email: user.email,
            name: user.name,
            nickname: user.nickname,
            given_name: user.given_name,
            family_name: user.family_name,
            roles: None,
        }
    }
}

/// A role, as the people of an organization see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShownRole {
    /// The role.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl From<Role> for ShownRole {
    fn from(role: Role) -> Self {
        Self { id: role.id, name: role.name, description: role.description }
    }
}

/// The body that gives or takes roles.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberRoleIds {
    /// 1 to 10 roles.
    #[schema(min_items = 1, max_items = 10)]
    #[validate(length(min = 1, max = 10))]
    pub role_ids: Vec<RoleId>,
}

/// The body that ends memberships.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MembershipIds {
    /// One member.
    #[schema(min_items = 1, max_items = 1)]
    #[validate(length(min = 1, max = 1))]
    pub members: Vec<UserId>,
}

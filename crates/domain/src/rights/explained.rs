//! Rights that say through what they are held.

use serde::Serialize;
use utoipa::ToSchema;

use super::HeldRole;
use crate::access_policy::{Denied, Rule};
use crate::id::{AccessPolicyId, ClientGrantId, RoleId};
use crate::role::RoleType;

/// One permission of an API, with respect to one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Right<'a> {
    /// The permission.
    #[serde(rename = "permission_name")]
    pub permission: &'a str,
    /// Whether the subject holds it.
    pub held: bool,
    /// Through what it is held, where nothing withholds it altogether: each by itself suffices.
    pub paths: Vec<Path<'a>>,
    /// What stands in the way of holding it, or of holding it through more.
    pub withheld: Vec<Withheld<'a>>,
}

impl<'a> Right<'a> {
    pub(super) fn new(permission: &'a str, paths: Vec<Path<'a>>, withheld: Vec<Withheld<'a>>) -> Self {
        Self { permission, held: !paths.is_empty(), paths, withheld }
    }

    /// Withholds it altogether, whatever its paths.
    pub(super) fn withhold(&mut self, by: Obstacle<'a>) {
        self.held = false;
        self.withheld.push(Withheld { role: None, by });
    }
}

/// Through what a permission is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Path<'a> {
    /// It was given to the user directly.
    Direct,
    /// A role that the user holds.
    Role(RoleName<'a>),
    /// The client's grant, within what the organization gave the client.
    ClientGrant {
        /// The grant.
        #[schema(value_type = String)]
        client_grant_id: &'a ClientGrantId,
        /// The roles of the client there that hold it, where it holds any: each suffices.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        roles: Vec<RoleName<'a>>,
    },
}

/// A role in an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoleName<'a> {
    /// The identifier.
    #[schema(value_type = String)]
    pub role_id: &'a RoleId,
    /// The name.
    pub role_name: &'a str,
    /// Whose role it is.
    pub role_type: RoleType,
}

impl<'a> From<&'a HeldRole> for RoleName<'a> {
    fn from(role: &'a HeldRole) -> Self {
        Self { role_id: &role.id, role_name: &role.name, role_type: role.kind }
    }
}

/// Something through which a permission is not held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Withheld<'a> {
    /// The role that would hold it; absent where it is withheld altogether, by whatever path.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleName<'a>>,
    /// What stands in the way.
    #[serde(flatten)]
    pub by: Obstacle<'a>,
}

/// What stands between a subject and a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Obstacle<'a> {
    /// The envelope does not let the organization confer it by a role of its own, or confer the role, or confer it on a
    /// client that it let in itself.
    Envelope,
    /// The client's grant does not have it.
    ClientGrant,
    /// The client, or its grant, does not let organizations be named, or wants one.
    OrganizationUsage,
    /// The organization is closed to clients that are not the vendor's own.
    ThirdPartyClientAccess,
    /// The client may not ask for tokens of its own: `client_credentials` is not among its grant types, or it has nothing
    /// to prove itself by.
    ClientCredentials,
    /// The client belongs to an organization, and has nothing outside it.
    ClientOwner,
    /// The client is turned off.
    ClientDisabled,
    /// The client is at its end.
    ClientExpired,
    /// The user is blocked.
    Blocked,
    /// The API is closed to people, or to machine clients.
    SubjectTypeAuthorization,
    /// The scope that the organization gave the client does not have it.
    OrganizationScope,
    /// None of the roles that the client holds in the organization has it.
    Roles,
    /// An access policy refuses the subject tokens for the API.
    AccessPolicy {
        /// The policy.
        #[schema(value_type = String)]
        access_policy_id: &'a AccessPolicyId,
        /// Its name.
        access_policy_name: &'a str,
        /// The rule that does not hold.
        rule: Rule,
    },
}

impl<'a> From<&'a Denied> for Obstacle<'a> {
    fn from(denied: &'a Denied) -> Self {
        Self::AccessPolicy {
            access_policy_id: &denied.id,
            access_policy_name: &denied.name,
            rule: denied.rule,
        }
    }
}

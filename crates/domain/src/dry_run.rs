//! Dry runs: what a change would do, before it is made (an addition to the contract).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::access_policy::{AccessPolicyPatch, NewAccessPolicy};
use crate::client_grant::{ClientGrantPatch, NewClientGrant, NewOrganizationClientGrant};
use crate::effect::{Effect, Extent};
use crate::envelope::Envelope;
use crate::id::{AccessPolicyId, ClientGrantId, OrganizationId, RoleId, UserId};
use crate::member::{RoleIds, UserIds};
use crate::organization::TokenStrategy;
use crate::permission::PermissionNames;

/// A change that is tried: what the path of the request that makes it names, and the body of that request.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ProposedChange {
    /// `POST /api/v2/roles/{id}/permissions`. Needs `update:roles`.
    AddRolePermissions {
        /// The role.
        role_id: RoleId,
        /// The permissions.
        body: PermissionNames,
    },
    /// `DELETE /api/v2/roles/{id}/permissions`. Needs `update:roles`.
    RemoveRolePermissions {
        /// The role.
        role_id: RoleId,
        /// The permissions.
        body: PermissionNames,
    },
    /// `POST /api/v2/organizations/{id}/members/{user_id}/roles`. Needs `create:organization_member_roles`.
    AddMemberRoles {
        /// The organization.
        organization_id: OrganizationId,
        /// The member.
        user_id: UserId,
        /// The roles.
        body: RoleIds,
    },
    /// `DELETE /api/v2/organizations/{id}/members/{user_id}/roles`. Needs `delete:organization_member_roles`.
    RemoveMemberRoles {
        /// The organization.
        organization_id: OrganizationId,
        /// The member.
        user_id: UserId,
        /// The roles.
        body: RoleIds,
    },
    /// `POST /api/v2/users/{id}/roles`. Needs `update:users` or `create:role_members`.
    AddUserRoles {
        /// The user.
        user_id: UserId,
        /// The roles.
        body: RoleIds,
    },
    /// `DELETE /api/v2/users/{id}/roles`. Needs `update:users` or `delete:role_members`.
    RemoveUserRoles {
        /// The user.
        user_id: UserId,
        /// The roles.
        body: RoleIds,
    },
    /// `POST /api/v2/roles/{id}/users`. Needs `update:roles` or `create:role_members`.
    AddRoleUsers {
        /// The role.
        role_id: RoleId,
        /// The users.
        body: UserIds,
    },
    /// `POST /api/v2/users/{id}/permissions`. Needs `update:users`.
    AddUserPermissions {
        /// The user.
        user_id: UserId,
        /// The permissions.
        body: PermissionNames,
    },
    /// `DELETE /api/v2/users/{id}/permissions`. Needs `update:users`.
    RemoveUserPermissions {
        /// The user.
        user_id: UserId,
        /// The permissions.
        body: PermissionNames,
    },
    /// `POST /api/v2/client-grants`. Needs `create:client_grants`.
    CreateClientGrant {
        /// The grant.
        body: NewClientGrant,
    },
    /// `PATCH /api/v2/client-grants/{id}`. Needs `update:client_grants`.
    UpdateClientGrant {
        /// The grant.
        client_grant_id: ClientGrantId,
        /// What changes.
        body: ClientGrantPatch,
    },
    /// `DELETE /api/v2/client-grants/{id}`. Needs `delete:client_grants`.
    DeleteClientGrant {
        /// The grant.
        client_grant_id: ClientGrantId,
    },
    /// `POST /api/v2/organizations/{id}/client-grants`. Needs `create:organization_client_grants`.
    AddOrganizationClientGrant {
        /// The organization.
        organization_id: OrganizationId,
        /// The grant, and what narrows it.
        body: NewOrganizationClientGrant,
    },
    /// `DELETE /api/v2/organizations/{id}/client-grants/{grant_id}`. Needs `delete:organization_client_grants`.
    RemoveOrganizationClientGrant {
        /// The organization.
        organization_id: OrganizationId,
        /// The grant.
        client_grant_id: ClientGrantId,
    },
    /// `PUT /api/v2/organizations/{id}/envelope`. Needs `update:organizations`.
    SetEnvelope {
        /// The organization.
        organization_id: OrganizationId,
        /// The envelope.
        body: Envelope,
    },
    /// `DELETE /api/v2/organizations/{id}/envelope`. Needs `update:organizations`.
    DeleteEnvelope {
        /// The organization.
        organization_id: OrganizationId,
    },
    /// `PATCH /api/v2/organizations/{id}` with `token_strategy`. Needs `update:organizations`.
    SetTokenStrategy {
        /// The organization.
        organization_id: OrganizationId,
        /// The strategy.
        token_strategy: TokenStrategy,
    },
    /// `POST /api/v2/access-policies`. Needs `create:access_policies`.
    CreateAccessPolicy {
        /// The policy.
        body: NewAccessPolicy,
    },
    /// `PATCH /api/v2/access-policies/{id}`. Needs `update:access_policies`.
    UpdateAccessPolicy {
        /// The policy.
        access_policy_id: AccessPolicyId,
        /// What changes.
        body: AccessPolicyPatch,
    },
    /// `DELETE /api/v2/access-policies/{id}`. Needs `delete:access_policies`.
    DeleteAccessPolicy {
        /// The policy.
        access_policy_id: AccessPolicyId,
    },
}

impl Validate for ProposedChange {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let body = match self {
            Self::AddRolePermissions { body, .. }
            | Self::RemoveRolePermissions { body, .. }
            | Self::AddUserPermissions { body, .. }
            | Self::RemoveUserPermissions { body, .. } => body.validate(),
            Self::AddMemberRoles { body, .. }
            | Self::RemoveMemberRoles { body, .. }
            | Self::AddUserRoles { body, .. }
            | Self::RemoveUserRoles { body, .. } => body.validate(),
            Self::AddRoleUsers { body, .. } => body.validate(),
            Self::CreateClientGrant { body } => body.validate(),
            Self::UpdateClientGrant { body, .. } => body.validate(),
            Self::AddOrganizationClientGrant { body, .. } => body.validate(),
            Self::SetEnvelope { body, .. } => body.validate(),
            Self::CreateAccessPolicy { body } => body.validate(),
            Self::UpdateAccessPolicy { body, .. } => body.validate(),
            Self::DeleteClientGrant { .. }
            | Self::RemoveOrganizationClientGrant { .. }
            | Self::DeleteEnvelope { .. }
            | Self::SetTokenStrategy { .. }
            | Self::DeleteAccessPolicy { .. } => Ok(()),
        };
        ValidationErrors::merge(Ok(()), "body", body)
    }
}

/// The audience of an API's tokens in an organization, before a change of strategy and after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AudienceChange {
    /// The API's identifier.
    pub resource_server_identifier: String,
    /// The audience before.
    pub before: String,
    /// The audience after.
    pub after: String,
}

/// What a change would do. The numbers are of the whole change on every page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct DryRun {
    /// How many it concerns, and the difference that it makes to them.
    #[serde(flatten)]
    pub extent: Extent,
    /// Who gains and loses what, of this page: people before clients, then by organization, user or grant, and API. Absent
    /// for callers who may not read effective permissions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effects: Option<Vec<Effect>>,
    /// The audiences that change with the token strategy, of this page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub audiences: Vec<AudienceChange>,
    /// What to pass as `from` to go on; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

//! Client grants as organizations have them. Contract section 3.6.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{ClientGrant, OrganizationUsage, SubjectType, distinct};
use crate::id::{ClientGrantId, ClientId, OrganizationId, RoleId};
use crate::role::ConferredBy;

/// A grant as an organization has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganizationClientGrant {
    /// The grant.
    pub id: ClientGrantId,
    /// The client.
    pub client_id: ClientId,
    /// The API's identifier.
    pub audience: String,
    /// The permissions of the grant; absent when all are granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<String>>,
    /// Whether an organization may or must be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_usage: Option<OrganizationUsage>,
    /// Whether the grant holds in every organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_any_organization: Option<bool>,
    /// For whom the grant is.
    pub subject_type: SubjectType,
    /// What this organization narrows the grant to (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_scope: Option<Vec<String>>,
    /// The roles that the client holds in this organization (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<RoleId>>,
}

/// The answer to `POST /api/v2/organizations/{id}/client-grants`: the same, with the grant's id under another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AddedOrganizationClientGrant {
    /// The grant.
    pub grant_id: ClientGrantId,
    /// The client.
    pub client_id: ClientId,
    /// The API's identifier.
    pub audience: String,
    /// The permissions of the grant; absent when all are granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<String>>,
    /// Whether an organization may or must be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_usage: Option<OrganizationUsage>,
    /// Whether the grant holds in every organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_any_organization: Option<bool>,
    /// What this organization narrows the grant to (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_scope: Option<Vec<String>>,
    /// The roles that the client holds in this organization (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<RoleId>>,
}

impl From<OrganizationClientGrant> for AddedOrganizationClientGrant {
    fn from(grant: OrganizationClientGrant) -> Self {
        Self {
            grant_id: grant.id,
            client_id: grant.client_id,
            audience: grant.audience,
            scope: grant.scope,
            organization_usage: grant.organization_usage,
            allow_any_organization: grant.allow_any_organization,
            organization_scope: grant.organization_scope,
            roles: grant.roles,
        }
    }
}

/// The body of `POST /api/v2/organizations/{id}/client-grants`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganizationClientGrant {
    /// The grant.
    pub grant_id: ClientGrantId,
    /// What this organization narrows the grant to; the whole grant unless given (an addition to the contract).
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000))]
    pub scope: Option<Vec<String>>,
    /// The roles that the client holds in this organization; with them its rights are those of the roles, within the
    /// grant (an addition to the contract).
    #[schema(min_items = 1, max_items = 50)]
    #[validate(length(min = 1, max = 50))]
    pub roles: Option<Vec<RoleId>>,
}

/// What associates a grant with an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Association {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The grant.
    pub grant_id: ClientGrantId,
    /// What the organization narrows the grant to.
    pub scope: Option<Vec<String>>,
    /// The roles that the client holds there.
    pub roles: Option<Vec<RoleId>>,
    /// Whether the organization let the client in itself; otherwise the vendor did.
    pub by_organization: bool,
}

impl NewOrganizationClientGrant {
    /// The association with the organization that the body describes.
    pub fn create(self, organization_id: OrganizationId, by: ConferredBy) -> Association {
        Association {
            organization_id,
            grant_id: self.grant_id,
            scope: self.scope.map(distinct),
            roles: self.roles.map(distinct),
            by_organization: by.is_organization(),
        }
    }
}

impl Association {
    /// By whose word the client is in the organization. Where the vendor gave the grant for any organization, the association
    /// does no more than narrow it.
    pub fn conferred_by(&self, grant: &ClientGrant) -> ConferredBy {
        ConferredBy::of(self.by_organization && grant.allow_any_organization != Some(true))
    }

    /// The grant as the organization has it.
    pub fn describe(self, grant: ClientGrant) -> OrganizationClientGrant {
        OrganizationClientGrant {
            id: grant.id,
            client_id: grant.client_id,
            audience: grant.audience,
            scope: grant.scope,
            organization_usage: grant.organization_usage,
            allow_any_organization: grant.allow_any_organization,
            subject_type: grant.subject_type,
            organization_scope: self.scope,
            roles: self.roles,
        }
    }
}

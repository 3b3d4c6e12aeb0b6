//! Requests to let clients into organizations (an addition to the contract): the vendor asks, the organization answers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{ClientGrant, distinct};
use crate::id::{ClientGrantId, ClientGrantRequestId, ClientId, OrganizationId, RoleId};

/// An organization is asked to let a client in. A request is there until it is answered or withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClientGrantRequest {
    /// The identifier.
    pub id: ClientGrantRequestId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The grant.
    pub grant_id: ClientGrantId,
    /// The client.
    pub client_id: ClientId,
    /// The API's identifier.
    pub audience: String,
    /// The permissions that are asked for; the whole grant when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<String>>,
    /// The roles that the client would hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<RoleId>>,
    /// What it is for, to whoever answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
}

/// The body of `POST /api/v2/organizations/{id}/client-grant-requests`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClientGrantRequest {
    /// The grant.
    pub grant_id: ClientGrantId,
    /// The permissions that are asked for; the whole grant unless given.
    #[schema(min_items = 1, max_items = 1000)]
    #[validate(length(min = 1, max = 1000))]
    pub scope: Option<Vec<String>>,
    /// The roles that the client would hold; with them its rights would be those of the roles, within the grant.
    #[schema(min_items = 1, max_items = 50)]
    #[validate(length(min = 1, max = 50))]
    pub roles: Option<Vec<RoleId>>,
    /// What it is for: 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    #[validate(length(min = 1, max = 500), custom(function = "crate::field::no_control"))]
    pub message: Option<String>,
}

impl NewClientGrantRequest {
    /// The request that the body describes.
    pub fn create(
        self,
        id: ClientGrantRequestId,
        organization_id: OrganizationId,
        grant: &ClientGrant,
        now: DateTime<Utc>,
    ) -> ClientGrantRequest {
        ClientGrantRequest {
            id,
            organization_id,
            grant_id: grant.id.clone(),
            client_id: grant.client_id.clone(),
            audience: grant.audience.clone(),
            scope: self.scope.map(distinct),
            roles: self.roles.map(distinct),
            message: self.message,
            created_at: now,
        }
    }
}

//! The vendor's and partners' clients, as the people of an organization see them (an addition to the contract).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::ShownRole;
use crate::id::{ClientGrantId, ClientGrantRequestId, ClientId, RoleId};

/// A client and an API that it has a grant on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct GrantedClient {
    /// The grant.
    pub grant_id: ClientGrantId,
    /// The client.
    pub client_id: ClientId,
    /// The client's name.
    pub client_name: String,
    /// Whether the client is the vendor's own, and not a partner's.
    pub is_first_party: bool,
    /// The API's identifier.
    pub audience: String,
}

/// What a client may do in the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LetInClient {
    /// The client and the API.
    #[serde(flatten)]
    pub client: GrantedClient,
    /// The permissions that it may have here.
    pub scope: Vec<String>,
    /// The roles that it holds here; with them its rights are those of the roles, within `scope`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<ShownRole>>,
    /// Whether the organization let it in itself; otherwise the vendor did.
    pub by_organization: bool,
    /// Whether the organization can end it.
    pub revocable: bool,
}

/// A client that the organization may let in without being asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AvailableClient {
    /// The client and the API.
    #[serde(flatten)]
    pub client: GrantedClient,
    /// The permissions that the client can be given.
    pub scope: Vec<String>,
    /// Those of them that the caller may give.
    pub conferrable: Vec<String>,
}

/// A client that the organization is asked to let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RequestedClient {
    /// The request.
    pub id: ClientGrantRequestId,
    /// The client and the API.
    #[serde(flatten)]
    pub client: GrantedClient,
    /// The permissions that are asked for.
    pub scope: Vec<String>,
    /// Those of them that the caller may give.
    pub conferrable: Vec<String>,
    /// The roles that the client would hold; with them its rights would be those of the roles, within `scope`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<ShownRole>>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
}

/// The body that lets a client in: with at least one permission or role.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLetInClient {
    /// The grant.
    pub grant_id: ClientGrantId,
    /// The permissions, each of which the caller holds; with roles, the whole grant unless given.
    #[serde(default)]
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000))]
    pub scope: Vec<String>,
    /// The roles, with nothing in them that the caller does not hold.
    #[serde(default)]
    #[schema(max_items = 10)]
    #[validate(length(max = 10))]
    pub roles: Vec<RoleId>,
}

/// The body that approves a request: a part of what was asked for, all of it unless given.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Approval {
    /// The permissions.
    #[schema(min_items = 1, max_items = 1000)]
    #[validate(length(min = 1, max = 1000))]
    pub scope: Option<Vec<String>>,
    /// The roles.
    #[schema(min_items = 1, max_items = 50)]
    #[validate(length(min = 1, max = 50))]
    pub roles: Option<Vec<RoleId>>,
}

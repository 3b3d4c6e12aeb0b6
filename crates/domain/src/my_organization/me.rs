//! The caller, as the caller sees it (an addition to the contract).

use serde::Serialize;
use utoipa::ToSchema;

use crate::id::{ClientId, OrganizationId, UserId};

/// Who calls, where, and what they may do here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Me {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The person; absent where a machine client calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The client that calls, or that the person comes by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// The permissions on this API that the token holds and that are still held.
    pub permissions: Vec<String>,
}

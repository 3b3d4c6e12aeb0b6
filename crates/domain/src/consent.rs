//! Consents: what a person allowed a client to do for them; the Management API calls them grants. Contract section 11.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{ClientId, ConsentId, UserId};

/// What a person allowed a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Grant)]
pub struct Consent {
    /// The identifier.
    pub id: ConsentId,
    /// The client.
    #[serde(rename = "clientID")]
    pub client_id: ClientId,
    /// The person.
    pub user_id: UserId,
    /// The API's identifier.
    pub audience: String,
    /// The scope.
    pub scope: Vec<String>,
}

//! What a policy or a claim mapping applies to: the tenant, or a client, an organization, an API, or several of these
//! together.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::field;
use crate::id::{ClientId, MAX_ID, OrganizationId, ResourceServerId};

/// What something applies to: tokens of which all that is given here is true; of the whole tenant where nothing is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AppliesTo {
    /// They are issued to this client.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "bounded"))]
    pub client_id: Option<ClientId>,
    /// They are for this organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "bounded"))]
    pub organization_id: Option<OrganizationId>,
    /// They are for the API with this identifier, by whatever audience of an organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 600)]
    #[validate(custom(function = "bounded"))]
    pub audience: Option<String>,
    /// That API.
    #[serde(skip)]
    pub resource_server_id: Option<ResourceServerId>,
}

impl AppliesTo {
    /// Whether it applies to this token. Where nobody knows the client, nothing that names one does.
    pub fn covers(&self, issuance: &Issuance<'_>) -> bool {
        self.client_id.as_ref().is_none_or(|client| issuance.client == Some(client))
            && self.organization_id.as_ref().is_none_or(|id| issuance.organization == Some(id))
            && self.resource_server_id.as_ref().is_none_or(|api| issuance.api == Some(api))
    }

    /// How specific it is: an organization weighs more than a client, a client more than an API.
    pub fn specificity(&self) -> u8 {
        u8::from(self.organization_id.is_some()) << 2
            | u8::from(self.client_id.is_some()) << 1
            | u8::from(self.audience.is_some())
    }
}

/// What a token is about to be issued for.
#[derive(Clone, Copy, Debug)]
pub struct Issuance<'a> {
    /// The client; none where nobody knows through which one.
    pub client: Option<&'a ClientId>,
    /// The organization.
    pub organization: Option<&'a OrganizationId>,
    /// The API; none for a token that is good for `/userinfo` alone.
    pub api: Option<&'a ResourceServerId>,
}

/// No longer than what is looked up.
pub(crate) fn bounded(id: &impl AsRef<str>) -> Result<(), ValidationError> {
    match id.as_ref().len() > MAX_ID {
        true => Err(field::refuse("maxLength", format!("String is too long, maximum {MAX_ID}"))),
        false => Ok(()),
    }
}

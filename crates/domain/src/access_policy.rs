//! Access policies: who gets a token, decided without script (an addition to the contract). Of all that apply to a token,
//! every rule must hold: the strictest wins.

mod decision;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::applies_to::{AppliesTo, bounded};
use crate::field;
use crate::id::{AccessPolicyId, ClientId, ConnectionId, OrganizationId};
use crate::network::Network;

pub use decision::{
    Denied, Facts, Person, PolicyVerdict, Rule, Whence, decide, names_connections, standing, verdicts,
};

/// Conditions under which tokens are issued. Every rule of every policy that applies must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessPolicy {
    /// The identifier.
    pub id: AccessPolicyId,
    /// What it is called, in the log of what it refused.
    pub name: String,
    /// Which tokens it applies to.
    pub applies_to: AppliesTo,
    /// What must hold.
    pub rules: Rules,
}

/// What must hold. Rules about people (`require_verified_email`, `max_session_age`, `allowed_connections`) leave machine
/// clients alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[validate(schema(function = "some"))]
pub struct Rules {
    /// The person's e-mail address is verified.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_verified_email: bool,
    /// The request comes from one of these networks. Not asked at the exchange of a code, where the application's server
    /// comes: it was asked when the person signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 100)]
    #[validate(length(min = 1, max = 100))]
    pub allowed_networks: Option<Vec<Network>>,
    /// The request comes from none of these networks; asked where `allowed_networks` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 100)]
    #[validate(length(min = 1, max = 100))]
    pub denied_networks: Option<Vec<Network>>,
    /// Access tokens are for one of the APIs with these identifiers, or for `/userinfo` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 100)]
    #[validate(length(min = 1, max = 100), custom(function = "each"))]
    pub allowed_audiences: Option<Vec<String>>,
    /// Tokens are issued to one of these clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 100)]
    #[validate(length(min = 1, max = 100), custom(function = "each"))]
    pub allowed_clients: Option<Vec<ClientId>>,
    /// Tokens are for one of these organizations; for none is none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 100)]
    #[validate(length(min = 1, max = 100), custom(function = "each"))]
    pub allowed_organizations: Option<Vec<OrganizationId>>,
    /// Tokens are for an organization.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_organization: bool,
    /// Seconds since the person last proved who they are. Who signs in through a browser is asked to do so again; a
    /// refresh token is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 31557600)]
    #[validate(range(min = 1, max = 31557600))]
    pub max_session_age: Option<i64>,
    /// The person's account is in one of these connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 100)]
    #[validate(length(min = 1, max = 100), custom(function = "each"))]
    pub allowed_connections: Option<Vec<ConnectionId>>,
}

fn some(rules: &Rules) -> Result<(), ValidationError> {
    match *rules == Rules::default() {
        true => Err(field::refuse("minProperties", "Give at least one rule")),
        false => Ok(()),
    }
}

fn each<T: AsRef<str>>(ids: &[T]) -> Result<(), ValidationError> {
    ids.iter().try_for_each(bounded)
}

/// The body of `POST /api/v2/access-policies`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccessPolicy {
    /// 1 to 255 characters.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(length(min = 1, max = 255), custom(function = "field::no_control"))]
    pub name: String,
    /// Which tokens it applies to; all of the tenant's unless given.
    #[serde(default)]
    #[validate(nested)]
    pub applies_to: AppliesTo,
    /// What must hold: at least one rule.
    #[validate(nested)]
    pub rules: Rules,
}

/// The body of `PATCH /api/v2/access-policies/{id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AccessPolicyPatch {
    /// 1 to 255 characters.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(length(min = 1, max = 255), custom(function = "field::no_control"))]
    pub name: Option<String>,
    /// Which tokens it applies to, in place of what was there.
    #[validate(nested)]
    pub applies_to: Option<AppliesTo>,
    /// What must hold, in place of all rules that were there.
    #[validate(nested)]
    pub rules: Option<Rules>,
}

impl NewAccessPolicy {
    /// The policy that the body describes.
    pub fn create(self, id: AccessPolicyId) -> AccessPolicy {
        AccessPolicy { id, name: self.name, applies_to: self.applies_to, rules: self.rules }
    }
}

impl AccessPolicy {
    /// The organizations that it names: the one that it applies to, and those that its rules list.
    pub fn organizations(&self) -> impl Iterator<Item = &OrganizationId> {
        self.applies_to.organization_id.iter().chain(self.rules.allowed_organizations.iter().flatten())
    }

    /// The policy after the patch.
    pub fn patched(self, patch: AccessPolicyPatch) -> Self {
        Self {
            id: self.id,
            name: patch.name.unwrap_or(self.name),
            applies_to: patch.applies_to.unwrap_or(self.applies_to),
            rules: patch.rules.unwrap_or(self.rules),
        }
    }
}

//! Organizations: the customers of a vendor. Contract section 3.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::client::Client;
use crate::envelope::Envelope;
use crate::field::{self, Metadata};
use crate::id::OrganizationId;
use crate::organization_connection::{EnabledConnection, NewEnabledConnection};
use crate::patch::Patch;

/// How an organization appears in access tokens (an addition to the contract).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenStrategy {
    /// `aud` is the API's identifier; `org_id` names the organization.
    #[default]
    Claim,
    /// `aud` is the organization's own audience of the API.
    Audience,
}

/// What third-party clients may do in an organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ThirdPartyClientAccess {
    /// They may not sign members in.
    #[default]
    Block,
    /// They may.
    Allow,
}

/// The colours of an organization's pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Colors {
    /// The primary colour, such as `#0059d6`.
    #[validate(custom(function = "field::color"))]
    pub primary: String,
    /// The colour behind the page.
    #[validate(custom(function = "field::color"))]
    pub page_background: String,
}

/// How an organization looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Branding {
    /// The `https` address of the logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "field::https_url"))]
    pub logo_url: Option<String>,
    /// The colours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub colors: Option<Colors>,
}

/// Tokens by client credentials within a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Tokens in a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 1, max = 2147483647))]
    pub per_day: Option<i64>,
    /// Tokens in an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 1, max = 2147483647))]
    pub per_hour: Option<i64>,
    /// Whether tokens beyond the quota are refused (otherwise they are only logged).
    #[serde(default = "yes")]
    pub enforce: bool,
}

fn yes() -> bool {
    true
}

/// Quotas of token requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenQuota {
    /// For the client credentials grant.
    #[validate(nested)]
    pub client_credentials: Quota,
}

/// A customer of the vendor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Organization {
    /// The identifier.
    pub id: OrganizationId,
    /// The name in addresses and tokens, unique in the tenant.
    pub name: String,
    /// The name that people see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// How it looks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branding: Option<Branding>,
    /// The vendor's own data about it.
    #[serde(default, skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// Quotas of token requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_quota: Option<TokenQuota>,
    /// What third-party clients may do.
    #[serde(default)]
    pub third_party_client_access: ThirdPartyClientAccess,
    /// Whether members sign in only through the clients that are listed for the organization.
    #[serde(default)]
    pub is_app_entitlement_active: bool,
    /// How it appears in access tokens (an addition to the contract).
    #[serde(default)]
    pub token_strategy: TokenStrategy,
    /// What it may confer; as the tenant's settings say when absent.
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    pub envelope: Option<Envelope>,
    /// Until when tokens with its own audiences may be in use after the strategy left them.
    #[serde(skip)]
    pub audiences_retire_at: Option<DateTime<Utc>>,
    /// The tenant's epoch at the last change to what anyone may do here.
    #[serde(skip)]
    pub epoch: i64,
    /// When it was created.
    #[serde(skip)]
    pub created_at: DateTime<Utc>,
}

/// The body of `POST /api/v2/organizations`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganization {
    /// 1 to 50 lower-case letters, digits, `_` and `-`.
    #[schema(min_length = 1, max_length = 50, pattern = "^[a-z0-9][a-z0-9_-]{0,49}$")]
    #[validate(length(min = 1, max = 50), custom(function = "field::organization_name"))]
    pub name: String,
    /// 1 to 255 characters.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(length(min = 1, max = 255), custom(function = "field::no_control"))]
    pub display_name: Option<String>,
    /// How it looks.
    #[validate(nested)]
    pub branding: Option<Branding>,
    /// At most 25 pairs of at most 255 characters each.
    #[serde(default)]
    #[validate(custom(function = "field::organization_metadata"))]
    pub metadata: Metadata,
    /// Quotas of token requests.
    #[validate(nested)]
    pub token_quota: Option<TokenQuota>,
    /// What third-party clients may do; `block` unless given.
    #[serde(default)]
    pub third_party_client_access: ThirdPartyClientAccess,
    /// Whether members sign in only through listed clients.
    #[serde(default)]
    pub is_app_entitlement_active: bool,
    /// How it appears in access tokens; the tenant's default unless given.
    pub token_strategy: Option<TokenStrategy>,
    /// The connections that people can sign in with, at most 10. Needs `create:organization_connections` as well.
    #[serde(default)]
    #[schema(max_items = 10)]
    #[validate(length(max = 10), nested)]
    pub enabled_connections: Vec<NewEnabledConnection>,
}

/// A new organization with its connections.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CreatedOrganization {
    /// The organization.
    #[serde(flatten)]
    pub organization: Organization,
    /// The connections that people can sign in with, where any were given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enabled_connections: Vec<EnabledConnection>,
}

/// The body of `PATCH /api/v2/organizations/{id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OrganizationPatch {
    /// A new name.
    #[schema(min_length = 1, max_length = 50, pattern = "^[a-z0-9][a-z0-9_-]{0,49}$")]
    #[validate(length(min = 1, max = 50), custom(function = "field::organization_name"))]
    pub name: Option<String>,
    /// A new name that people see.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(length(min = 1, max = 255), custom(function = "field::no_control"))]
    pub display_name: Option<String>,
    /// Replaces the whole of it.
    #[validate(nested)]
    pub branding: Option<Branding>,
    /// Replaces the whole map.
    #[validate(custom(function = "field::organization_metadata"))]
    pub metadata: Option<Metadata>,
    /// `null` removes the quotas.
    #[schema(value_type = Option<TokenQuota>)]
    #[validate(nested)]
    pub token_quota: Patch<TokenQuota>,
    /// What third-party clients may do.
    pub third_party_client_access: Option<ThirdPartyClientAccess>,
    /// Whether members sign in only through listed clients.
    pub is_app_entitlement_active: Option<bool>,
    /// How it appears in access tokens.
    pub token_strategy: Option<TokenStrategy>,
}

impl NewOrganization {
    /// The organization that the body describes.
    pub fn create(self, id: OrganizationId, default: TokenStrategy, now: DateTime<Utc>) -> Organization {
        Organization {
            id,
            name: self.name,
            display_name: self.display_name,
            branding: self.branding,
            metadata: self.metadata,
            token_quota: self.token_quota,
            third_party_client_access: self.third_party_client_access,
            is_app_entitlement_active: self.is_app_entitlement_active,
            token_strategy: self.token_strategy.unwrap_or(default),
            envelope: None,
            audiences_retire_at: None,
            epoch: 0,
            created_at: now,
        }
    }
}

impl Organization {
    /// Whether people come to it through the client: the vendor's own, or any where it is open to others.
    pub fn lets_in(&self, client: &Client) -> bool {
        client.is_first_party() || self.third_party_client_access == ThirdPartyClientAccess::Allow
    }

    /// The organization after the patch. Audiences that the strategy leaves retire at `retire_at`, when the longest
    /// token with one of them has expired.
    pub fn patched(mut self, patch: OrganizationPatch, retire_at: DateTime<Utc>) -> Self {
        if let Some(strategy) = patch.token_strategy.filter(|strategy| *strategy != self.token_strategy) {
            self.audiences_retire_at = (strategy == TokenStrategy::Claim).then_some(retire_at);
            self.token_strategy = strategy;
        }
        self.name = patch.name.unwrap_or(self.name);
        self.display_name = patch.display_name.or(self.display_name);
        self.branding = patch.branding.or(self.branding);
        self.metadata = patch.metadata.unwrap_or(self.metadata);
        patch.token_quota.apply(&mut self.token_quota);
        self.third_party_client_access =
            patch.third_party_client_access.unwrap_or(self.third_party_client_access);
        self.is_app_entitlement_active =
            patch.is_app_entitlement_active.unwrap_or(self.is_app_entitlement_active);
        self
    }
}

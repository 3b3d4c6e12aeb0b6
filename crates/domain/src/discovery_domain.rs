//! Discovery domains: the domains of e-mail addresses by which an organization is found. Contract section 3.7.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::field;
use crate::id::{DiscoveryDomainId, OrganizationId};

static DOMAIN: LazyLock<Regex> = LazyLock::new(|| {
    field::pattern(
        r"^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+$",
    )
});

/// Whether it is known that the domain is the organization's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DomainStatus {
    /// Not yet.
    #[default]
    Pending,
    /// It is.
    Verified,
}

/// A domain by which an organization is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiscoveryDomain {
    /// The identifier.
    pub id: DiscoveryDomainId,
    /// The domain, in lower case.
    pub domain: String,
    /// Whether it is known to be the organization's.
    pub status: DomainStatus,
    /// Where a TXT record proves that it is.
    pub verification_host: String,
    /// What the record says.
    pub verification_txt: String,
    /// Whether the organization is found by it.
    pub use_for_organization_discovery: bool,
}

/// The body of `POST /api/v2/organizations/{id}/discovery-domains`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDiscoveryDomain {
    /// The domain, 3 to 255 characters.
    #[schema(min_length = 3, max_length = 255)]
    #[validate(length(min = 3, max = 255), custom(function = "domain_format"))]
    pub domain: String,
    /// Whether it is known to be the organization's; not unless given.
    #[serde(default)]
    pub status: DomainStatus,
    /// Whether the organization is found by it; so unless given.
    pub use_for_organization_discovery: Option<bool>,
}

/// The body of `PATCH /api/v2/organizations/{id}/discovery-domains/{discovery_domain_id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DiscoveryDomainPatch {
    /// Whether it is known to be the organization's.
    pub status: Option<DomainStatus>,
    /// Whether the organization is found by it.
    pub use_for_organization_discovery: Option<bool>,
}

fn domain_format(domain: &str) -> Result<(), ValidationError> {
    match DOMAIN.is_match(domain) {
        true => Ok(()),
        false => Err(field::refuse("hostname", "Object didn't pass validation for format hostname")),
    }
}

impl NewDiscoveryDomain {
    /// The domain that the body describes, proved by the `verification_txt`.
    pub fn create(
        self,
        id: DiscoveryDomainId,
        organization: &OrganizationId,
        verification_txt: String,
    ) -> DiscoveryDomain {
        let domain = self.domain.to_lowercase();
        DiscoveryDomain {
            id,
            status: self.status,
            verification_host: format!("_ss-verification.{organization}.{domain}"),
            verification_txt,
            use_for_organization_discovery: self.use_for_organization_discovery.unwrap_or(true),
            domain,
        }
    }
}

impl DiscoveryDomain {
    /// The domain after the patch.
    pub fn patched(mut self, patch: DiscoveryDomainPatch) -> Self {
        self.status = patch.status.unwrap_or(self.status);
        self.use_for_organization_discovery =
            patch.use_for_organization_discovery.unwrap_or(self.use_for_organization_discovery);
        self
    }
}

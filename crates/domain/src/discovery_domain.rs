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
    /// The record was looked for in vain.
    Failed,
    /// It is.
    Verified,
}

impl DomainStatus {
    /// The status in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Verified => "verified",
        }
    }
}

/// What the vendor can say of a domain by its own word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum StatedStatus {
    /// It waits for the record.
    #[default]
    Pending,
    /// It is the organization's.
    Verified,
}

impl From<StatedStatus> for DomainStatus {
    fn from(stated: StatedStatus) -> Self {
        match stated {
            StatedStatus::Pending => Self::Pending,
            StatedStatus::Verified => Self::Verified,
        }
    }
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
    pub status: StatedStatus,
    /// Whether the organization is found by it; so unless given.
    pub use_for_organization_discovery: Option<bool>,
}

/// The body of `PATCH /api/v2/organizations/{id}/discovery-domains/{discovery_domain_id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DiscoveryDomainPatch {
    /// Whether it is known to be the organization's.
    pub status: Option<StatedStatus>,
    /// Whether the organization is found by it.
    pub use_for_organization_discovery: Option<bool>,
}

pub(crate) fn domain_format(domain: &str) -> Result<(), ValidationError> {
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
            status: self.status.into(),
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
        self.status = patch.status.map_or(self.status, DomainStatus::from);
        self.use_for_organization_discovery =
            patch.use_for_organization_discovery.unwrap_or(self.use_for_organization_discovery);
        self
    }

    /// The domain after its record was looked for, where `texts` is what was found.
    pub fn checked(mut self, texts: &[String]) -> Self {
        let proved = texts.iter().any(|text| text.trim() == self.verification_txt);
        self.status = if proved { DomainStatus::Verified } else { DomainStatus::Failed };
        self
    }
}

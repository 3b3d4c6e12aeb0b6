//! Domains, as their organization sees them. Contract section 16.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::discovery_domain::{
    DiscoveryDomain, DomainStatus, NewDiscoveryDomain, StatedStatus, domain_format,
};
use crate::id::{DiscoveryDomainId, OrganizationId};

/// A domain as its organization sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganizationDomain {
    /// The identifier.
    pub id: DiscoveryDomainId,
    /// The organization.
    pub org_id: OrganizationId,
    /// The domain, in lower case.
    pub domain: String,
    /// Whether it is known to be the organization's.
    pub status: DomainStatus,
    /// What the record says that proves it.
    pub verification_txt: String,
    /// Where that TXT record stands.
    pub verification_host: String,
}

impl OrganizationDomain {
    /// The domain of the organization.
    pub fn of(organization: &OrganizationId, domain: DiscoveryDomain) -> Self {
        Self {
            id: domain.id,
            org_id: organization.clone(),
            domain: domain.domain,
            status: domain.status,
            verification_txt: domain.verification_txt,
            verification_host: domain.verification_host,
        }
    }
}

/// The body of `POST /my-org/domains`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganizationDomain {
    /// The domain, 3 to 255 characters.
    #[schema(min_length = 3, max_length = 255)]
    #[validate(length(min = 3, max = 255), custom(function = "domain_format"))]
    pub domain: String,
}

impl From<NewOrganizationDomain> for NewDiscoveryDomain {
    fn from(new: NewOrganizationDomain) -> Self {
        Self { domain: new.domain, status: StatedStatus::Pending, use_for_organization_discovery: None }
    }
}

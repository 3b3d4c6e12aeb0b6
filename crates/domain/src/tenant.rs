//! Tenants: the environments of vendors. Design section 4, contract section 11 (`tenants/settings`).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::field::Object;
use crate::id::TenantId;
use crate::limits::Limits;
use crate::organization::TokenStrategy;

/// A vendor's environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    /// The identifier.
    pub id: TenantId,
    /// The name, unique in the deployment.
    pub name: String,
    /// The issuer of its tokens: an address with the closing slash.
    pub issuer: String,
    /// Whether hosts that no tenant registered belong to it.
    pub is_default: bool,
    /// What it decided.
    pub settings: TenantSettings,
}

impl Tenant {
    /// The audience of its Management API.
    pub fn management_audience(&self) -> String {
        format!("{}api/v2/", self.issuer)
    }
}

/// What a tenant decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TenantSettings {
    /// Whether organizations can be named by name, and tokens carry `org_name`.
    pub allow_organization_name_in_authentication_api: bool,
    /// The API of token requests that name none.
    pub default_audience: Option<String>,
    /// The strategy of new organizations (an addition to the contract).
    pub token_strategy: TokenStrategy,
    /// Limits that differ from the published ones (an addition to the contract).
    pub limits: Limits,
    /// Everything else of `tenants/settings`, as it was set.
    #[serde(flatten)]
    pub other: Object,
}

impl TenantSettings {
    /// A setting of those that are kept as they are.
    pub fn other(&self, name: &str) -> Option<&Value> {
        self.other.get(name)
    }
}

//! The API and the organization that a sign-in is for, before the person is known.

use guildhall_domain::client::Client;
use guildhall_domain::client_grant::OrganizationUsage;
use guildhall_domain::id::ClientId;
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::error::OAuthError;

use crate::access_policies::Sought;
use crate::context::App;
use crate::refusal::Refusal;
use crate::sign_in::step::usage;
use crate::targets::{self, Target};

/// What a sign-in or a refresh is for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The API; none for a token that is good for `/userinfo` alone.
    pub api: Option<ResourceServer>,
    /// The organization.
    pub organization: Option<Organization>,
}

impl Asked {
    /// What policies are asked about.
    pub(crate) fn sought<'a>(&'a self, client: &'a ClientId) -> Sought<'a> {
        let organization = self.organization.as_ref().map(|organization| &organization.id);
        Sought { client: Some(client), organization, api: self.api.as_ref() }
    }
}

/// Whether people get tokens for the organization through the client: it signs people in to organizations, and this one
/// is open to it.
pub(crate) fn leads_to(client: &Client, organization: &Organization) -> bool {
    usage(client) != OrganizationUsage::Deny && organization.lets_in(client)
}

/// What the parameters `audience` (or `resource`) and `organization` are for, as the client may use them. Whether it
/// must name an organization is for the sign-in to decide, which may ask the person.
///
/// # Errors
/// The refusals of contract section 13.2: an audience that leads nowhere, an organization that does not exist or must
/// not be named, two that contradict each other.
pub async fn asked(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    audience: Option<&str>,
    organization: Option<&str>,
) -> Result<Asked, Refusal> {
    if organization.is_some() && usage(client) == OrganizationUsage::Deny {
        let description = "parameter organization is not allowed for this client";
        return Err(OAuthError::invalid_request(description).into());
    }
    let named = match organization {
        Some(named) => {
            let found = targets::organization(app, tenant, scope, named).await?;
            Some(Some(found).filter(|it| leads_to(client, it)).ok_or_else(|| targets::absent(named))?)
        }
        None => None,
    };
    let userinfo = format!("{}userinfo", tenant.issuer);
    let audience = audience.or(tenant.settings.default_audience.as_deref());
    let Some(audience) = audience.filter(|audience| *audience != userinfo) else {
        return Ok(Asked { api: None, organization: named });
    };
    let unknown = || targets::unknown(audience);
    match targets::find(app, scope, audience).await?.ok_or_else(unknown)? {
        Target::Api(api) => Ok(Asked { api: Some(api), organization: named }),
        Target::OfOrganization(api, own, _) => {
            if !leads_to(client, &own) {
                return Err(unknown().into());
            }
            match named.filter(|named| named.id != own.id) {
                None => Ok(Asked { api: Some(api), organization: Some(own) }),
                Some(_) => Err(targets::contradiction(&own.id, organization.unwrap_or_default()).into()),
            }
        }
    }
}

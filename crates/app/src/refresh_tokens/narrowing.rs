//! What a refresh is for: what the sign-in was for, or less, or another organization of the person where the client may
//! change organizations without a sign-in (an addition to the contract; design section 5).

use guildhall_domain::client::Client;
use guildhall_domain::client_grant::OrganizationUsage;
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::refresh_token::RefreshToken;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::token_request::RefreshToken as Request;
use guildhall_persistence::{
    connections, memberships, organization_connections, organizations, resource_servers,
};

use super::exchange::invalid;
use crate::context::App;
use crate::person::{self, Access, Asked};
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::targets::{self, Target};

/// What the person may have now of what the request wants.
pub(super) async fn narrowed(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    user: &User,
    token: &RefreshToken,
    request: &Request,
) -> Result<Access, Refusal> {
    let asked_scope = scope_of(token, request)?;
    let own = match &token.organization_id {
        Some(id) => {
            let found = organizations::find(app.store(), scope, id).await?;
            Some(found.filter(|own| person::leads_to(client, own)).ok_or_else(invalid)?)
        }
        None => None,
    };
    let wanted = Wanted { app, tenant, scope, client, user, token, own };
    let asked = wanted.asked(request).await?;
    let access = person::resolve_access(app, tenant, scope, client, user, asked, &asked_scope).await;
    access.map_err(|refusal| match refusal {
        // What the sign-in was for is over: RFC 6749 section 5.2 calls that an invalid grant.
        Refusal::OAuth(error) if error.code == ErrorCode::AccessDenied => {
            OAuthError::new(ErrorCode::InvalidGrant, error.description).into()
        }
        other => other,
    })
}

/// The part of the sign-in's scope that is asked for; all of it when nothing is.
fn scope_of(token: &RefreshToken, request: &Request) -> Result<Vec<String>, OAuthError> {
    if request.scope.is_empty() {
        return Ok(token.scope.clone());
    }
    let within: Vec<String> =
        request.scope.iter().filter(|scope| token.scope.contains(scope)).cloned().collect();
    match within.is_empty() {
        true => {
            let description = "None of the requested scopes was granted to the refresh token.";
            Err(OAuthError::new(ErrorCode::InvalidScope, description))
        }
        false => Ok(within),
    }
}

struct Wanted<'a> {
    app: &'a App,
    tenant: &'a Tenant,
    scope: &'a TenantScope,
    client: &'a Client,
    user: &'a User,
    token: &'a RefreshToken,
    /// The organization of the sign-in.
    own: Option<Organization>,
}

impl Wanted<'_> {
    async fn asked(self, request: &Request) -> Result<Asked, Refusal> {
        let named = request.organization.as_deref();
        let Some(audience) = request.audience.as_deref() else {
            let api = self.first_api().await?;
            return Ok(Asked { api, organization: self.named(named).await? });
        };
        if audience == format!("{}userinfo", self.tenant.issuer) {
            return Ok(Asked { api: None, organization: self.named(named).await? });
        }
        let unknown = || targets::unknown(audience);
        match targets::find(self.app, self.scope, audience).await?.ok_or_else(unknown)? {
            Target::Api(api) => {
                let api = self.granted(api, audience)?;
                Ok(Asked { api: Some(api), organization: self.named(named).await? })
            }
            // Whether the organization exists must not show.
            Target::OfOrganization(api, organization, _) => {
                let api = self.granted(api, audience)?;
                let same = self.own.as_ref().is_some_and(|own| own.id == organization.id);
                let reachable = same || (self.may_change() && self.belongs(&organization).await?);
                if !reachable {
                    return Err(unknown().into());
                }
                match named.filter(|named| !targets::is_named(self.tenant, &organization, named)) {
                    None => Ok(Asked { api: Some(api), organization: Some(organization) }),
                    Some(named) => Err(targets::contradiction(&organization.id, named).into()),
                }
            }
        }
    }

    /// The API of the sign-in.
    async fn first_api(&self) -> Result<Option<ResourceServer>, Refusal> {
        let Some(granted) = self.token.resource_servers.first() else {
            return Ok(None);
        };
        let api =
            resource_servers::find_by_identifier(self.app.store(), self.scope, &granted.audience).await?;
        Ok(Some(api.ok_or_else(invalid)?))
    }

    /// An API that the refresh token is good for.
    fn granted(&self, api: ResourceServer, asked: &str) -> Result<ResourceServer, OAuthError> {
        match self.token.resource_servers.iter().any(|granted| granted.audience == api.identifier) {
            true => Ok(api),
            false => Err(targets::unknown(asked)),
        }
    }

    /// The organization of the sign-in, or another that is named.
    async fn named(self, named: Option<&str>) -> Result<Option<Organization>, Refusal> {
        let Some(named) = named else { return Ok(self.own) };
        if self.own.as_ref().is_some_and(|own| targets::is_named(self.tenant, own, named)) {
            return Ok(self.own);
        }
        if !self.may_change() {
            let description = "parameter organization is not allowed for this client";
            return Err(OAuthError::invalid_request(description).into());
        }
        let organization = targets::organization(self.app, self.tenant, self.scope, named).await?;
        match self.belongs(&organization).await? {
            true => Ok(Some(organization)),
            false => Err(targets::absent(named).into()),
        }
    }

    /// Whether the client may take its people from one organization to another without a sign-in.
    fn may_change(&self) -> bool {
        let settings = &self.client.settings;
        let usage = settings.organization_usage.unwrap_or(OrganizationUsage::Deny);
        let any = settings.refresh_token.as_ref().is_some_and(|settings| settings.allow_any_organization);
        any && usage != OrganizationUsage::Deny && self.client.is_first_party()
    }

    /// Whether the person could sign in there: a member, with an account of a connection that is enabled there.
    async fn belongs(&self, organization: &Organization) -> Result<bool, Problem> {
        let (store, scope) = (self.app.store(), self.scope);
        let inside = scope.organization(organization.id.clone());
        if !memberships::exists(store, &inside, &self.user.user_id).await? {
            return Ok(false);
        }
        for enabled in organization_connections::enabled(store, &inside).await? {
            let connection = connections::find(store, scope, &enabled.connection_id).await?;
            let accounts = &self.user.identities;
            if connection.is_some_and(|door| accounts.iter().any(|own| own.connection == door.name)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

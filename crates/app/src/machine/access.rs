//! What a client may have: the API, the organization, and the rights of the client there.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use guildhall_domain::audience;
use guildhall_domain::client::{Client, DefaultOrganizationFlow};
use guildhall_domain::client_grant::{ClientGrant, OrganizationUsage, SubjectType};
use guildhall_domain::id::{ClientId, OrganizationId};
use guildhall_domain::organization::{Organization, TokenStrategy};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::{Algorithm, ResourceServer, SubjectPolicy};
use guildhall_domain::rights::{self, InOrganization};
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_oauth::token_request::ClientCredentials;
use guildhall_persistence::{
    audiences, client_grants, organization_client_grants, organizations, resource_servers,
};
use guildhall_tokens::key::SigningKey;

use super::Refusal;
use crate::context::App;
use crate::problem::Problem;
use crate::resource_servers::signing_secret;

/// What a client may have of an API, in an organization or in none.
pub struct Access {
    pub(super) api: ResourceServer,
    pub(super) secret: Option<SigningKey>,
    pub(super) organization: Option<Organization>,
    pub(super) audience: String,
    pub(super) held: Vec<String>,
    /// When the audience that was asked for no longer leads here: time moves no epoch.
    until: Option<DateTime<Utc>>,
}

/// The access that a request is for, from memory where nothing has changed since it was computed.
pub(super) async fn resolve(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    request: &ClientCredentials,
) -> Result<Arc<Access>, Refusal> {
    let asked = request.audience.as_deref().or(tenant.settings.default_audience.as_deref());
    let asked = asked.ok_or_else(|| {
        let description = "No audience parameter was provided, and no default audience has been configured";
        OAuthError::new(ErrorCode::AccessDenied, description)
    })?;
    let organization = request.organization.as_deref();
    let key = format!("{}\0{asked}\0{}", client.client_id, organization.unwrap_or_default());
    let load = || async {
        compute(app, tenant, scope, client, asked, organization).await.map(|access| Some(Arc::new(access)))
    };
    match app.0.accesses.get_or_load(app.store(), scope, &key, load).await? {
        Some(access) if access.until.is_none_or(|end| end > app.clock().now()) => Ok(access),
        _ => compute(app, tenant, scope, client, asked, organization).await.map(Arc::new),
    }
}

/// The permissions that a client holds on an API now, without an organization; nothing when it has no grant.
///
/// # Errors
/// None but the unforeseen.
pub async fn held_now(
    app: &App,
    scope: &TenantScope,
    client: &ClientId,
    audience: &str,
) -> Result<Option<Vec<String>>, Problem> {
    // In two parts, where those of token requests are in three.
    let key = format!("{client}\0{audience}");
    let load = || async {
        let Some(api) = resource_servers::find_by_identifier(app.store(), scope, audience).await? else {
            return Ok(None);
        };
        let grant = client_grants::find_for(app.store(), scope, client, &api.id, SubjectType::Client).await?;
        Ok::<_, Problem>(grant.map(|grant| {
            let held = rights::of_client(&api, &grant, None);
            Arc::new(Access {
                audience: api.identifier.clone(),
                api,
                secret: None,
                organization: None,
                held,
                until: None,
            })
        }))
    };
    let access = app.0.accesses.get_or_load(app.store(), scope, &key, load).await?;
    Ok(access.map(|access| access.held.clone()))
}

/// The API that an audience leads to, and the organization where the audience is an organization's own.
#[allow(clippy::large_enum_variant, reason = "one lives for a moment")]
enum Target {
    Api(ResourceServer),
    /// Until a time, where the organization has left the audience.
    OfOrganization(ResourceServer, Organization, Option<DateTime<Utc>>),
}

async fn compute(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    asked: &str,
    named: Option<&str>,
) -> Result<Access, Refusal> {
    let unknown =
        || OAuthError::new(ErrorCode::AccessDenied, format!("Service not enabled within domain: {asked}"));
    match target(app, scope, asked).await?.ok_or_else(unknown)? {
        Target::Api(api) => {
            let grant = granted(app, scope, client, &api).await?.ok_or_else(|| not_authorized(asked))?;
            let organization = organization_of(app, tenant, scope, client, &grant, named).await?;
            in_organization(app, scope, api, &grant, organization, || {
                let named = named.unwrap_or("the client's default organization");
                OAuthError::invalid_request(format!("parameter organization is invalid: {named}"))
            })
            .await
        }
        // Whether the organization exists must not show: every refusal here is that of an unknown audience.
        Target::OfOrganization(api, organization, until) => {
            let grant =
                granted(app, scope, client, &api).await?.filter(allows_organizations).ok_or_else(unknown)?;
            let same = named.is_none_or(|named| is_named(tenant, &organization, named));
            let (id, name) = (organization.id.clone(), named.unwrap_or_default().to_owned());
            let access = in_organization(app, scope, api, &grant, Some(organization), unknown).await?;
            match same {
                true => Ok(Access { until, ..access }),
                false => Err(contradiction(&id, &name).into()),
            }
        }
    }
}

fn contradiction(organization: &OrganizationId, named: &str) -> OAuthError {
    OAuthError::invalid_request(format!(
        "parameters audience and organization contradict each other: the audience is that of {organization}, not of {named}"
    ))
}

fn not_authorized(audience: &str) -> OAuthError {
    let description = format!(
        "Client is not authorized to access \"{audience}\". You need to create a \"client-grant\" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants"
    );
    OAuthError::new(ErrorCode::AccessDenied, description)
}

fn allows_organizations(grant: &ClientGrant) -> bool {
    matches!(grant.organization_usage, Some(OrganizationUsage::Allow | OrganizationUsage::Require))
}

fn is_named(tenant: &Tenant, organization: &Organization, named: &str) -> bool {
    let by_name = tenant.settings.allow_organization_name_in_authentication_api
        && organization.name == named.to_lowercase();
    organization.id.as_str() == named || by_name
}

async fn target(app: &App, scope: &TenantScope, asked: &str) -> Result<Option<Target>, Problem> {
    let store = app.store();
    if let Some(api) = resource_servers::find_by_identifier(store, scope, asked).await? {
        return Ok(Some(Target::Api(api)));
    }
    let explicit = audiences::find(store, scope, asked).await?;
    if let Some((api, organization, left)) =
        explicit.filter(|(_, _, end)| end.is_none_or(|end| end > app.clock().now()))
    {
        let api = resource_servers::find(store, scope, &api).await?;
        let organization = organizations::find(store, scope, &organization).await?;
        return Ok(api.zip(organization).and_then(|(api, found)| of_organization(app, api, found, left)));
    }
    let Some((identifiers, organization)) = audience::parse(asked) else {
        return Ok(None);
    };
    for identifier in identifiers {
        if let Some(api) = resource_servers::find_by_identifier(store, scope, &identifier).await? {
            let found = organizations::find(store, scope, &organization).await?;
            return Ok(found.and_then(|found| of_organization(app, api, found, None)));
        }
    }
    Ok(None)
}

/// The organization that an audience leads to: by its strategy, or still, after the strategy left audiences. `left` is
/// when the audience itself retires.
fn of_organization(
    app: &App,
    api: ResourceServer,
    organization: Organization,
    left: Option<DateTime<Utc>>,
) -> Option<Target> {
    let strategy_left = match organization.token_strategy {
        TokenStrategy::Audience => None,
        TokenStrategy::Claim => {
            Some(organization.audiences_retire_at.filter(|end| *end > app.clock().now())?)
        }
    };
    let until = [left, strategy_left].into_iter().flatten().min();
    Some(Target::OfOrganization(api, organization, until))
}

async fn granted(
    app: &App,
    scope: &TenantScope,
    client: &Client,
    api: &ResourceServer,
) -> Result<Option<ClientGrant>, Problem> {
    if api.subject_type_authorization.client.policy == SubjectPolicy::DenyAll {
        return Ok(None);
    }
    Ok(client_grants::find_for(app.store(), scope, &client.client_id, &api.id, SubjectType::Client).await?)
}

/// The organization that the request names, as the grant wants it (contract section 7).
async fn organization_of(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    grant: &ClientGrant,
    named: Option<&str>,
) -> Result<Option<Organization>, Refusal> {
    let usage = grant.organization_usage.unwrap_or(OrganizationUsage::Deny);
    let Some(named) = named else {
        return match (usage, default_organization(client)) {
            (OrganizationUsage::Require, None) => {
                Err(OAuthError::invalid_request("parameter organization is required for this client").into())
            }
            (OrganizationUsage::Require, Some(id)) => {
                let invalid =
                    || OAuthError::invalid_request(format!("parameter organization is invalid: {id}"));
                let found = organizations::find(app.store(), scope, id).await?;
                Ok(Some(found.ok_or_else(invalid)?))
            }
            _ => Ok(None),
        };
    };
    if usage == OrganizationUsage::Deny {
        return Err(
            OAuthError::invalid_request("parameter organization is not allowed for this client").into()
        );
    }
    let by_name = tenant.settings.allow_organization_name_in_authentication_api;
    if !named.starts_with("org_") && !by_name {
        let description = "authorization request parameter organization must be an organization id";
        return Err(OAuthError::invalid_request(description).into());
    }
    let found = match organizations::find(app.store(), scope, &OrganizationId::new(named)).await? {
        None if by_name => organizations::find_by_name(app.store(), scope, &named.to_lowercase()).await?,
        found => found,
    };
    found.map(Some).ok_or_else(|| {
        OAuthError::invalid_request(format!("parameter organization is invalid: {named}")).into()
    })
}

fn default_organization(client: &Client) -> Option<&OrganizationId> {
    let default = client.settings.default_organization.as_ref()?;
    default.flows.contains(&DefaultOrganizationFlow::ClientCredentials).then_some(&default.organization_id)
}

/// The rights in the organization. Where the client has no access to it, `absent` says the same as if there were none.
async fn in_organization(
    app: &App,
    scope: &TenantScope,
    api: ResourceServer,
    grant: &ClientGrant,
    organization: Option<Organization>,
    absent: impl Fn() -> OAuthError,
) -> Result<Access, Refusal> {
    let mut given = None;
    let mut audience = api.identifier.clone();
    if let Some(organization) = &organization {
        let inside = scope.organization(organization.id.clone());
        let association = organization_client_grants::find(app.store(), &inside, &grant.id).await?;
        if association.is_none() && grant.allow_any_organization != Some(true) {
            return Err(absent().into());
        }
        let mut narrowing = InOrganization::default();
        if let Some(association) = association {
            if association.roles.is_some() {
                let permissions =
                    organization_client_grants::role_permissions(app.store(), &inside, &grant.id, &api.id)
                        .await?;
                narrowing.role_permissions = Some(permissions);
            }
            narrowing.scope = association.scope;
        }
        given = Some(narrowing);
        if organization.token_strategy == TokenStrategy::Audience && !api.is_system {
            let explicit = audiences::current(app.store(), &inside, &api.id).await?;
            audience = explicit.unwrap_or_else(|| audience::derived(&api.identifier, &organization.id));
        }
    }
    let held = rights::of_client(&api, grant, given.as_ref());
    let secret = match api.signing_alg {
        Algorithm::HS256 => Some(SigningKey::secret(None, signing_secret(app, scope, &api)?.as_bytes())),
        _ => None,
    };
    Ok(Access { api, secret, organization, audience, held, until: None })
}

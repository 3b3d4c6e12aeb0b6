//! What a client may have: the API, the organization, and the rights of the client there.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use guildhall_domain::access_policy::{AccessPolicy, Denied, PolicyVerdict, Whence, decide, verdicts};
use guildhall_domain::client::{Client, DefaultOrganizationFlow};
use guildhall_domain::client_grant::{ClientGrant, OrganizationUsage, SubjectType};
use guildhall_domain::id::{ClientId, OrganizationId};
use guildhall_domain::organization::Organization;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::resource_server::{ResourceServer, SubjectPolicy};
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_persistence::{client_grants, organizations, resource_servers};
use guildhall_tokens::custom_claims::CustomClaims;
use guildhall_tokens::key::SigningKey;

use crate::access_policies::{self, Sought};
use crate::access_tokens;
use crate::client_authentication;
use crate::context::App;
use crate::custom_claims;
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::snapshots;
use crate::targets::{self, Target};

/// What a client may have of an API, in an organization or in none.
pub struct Access {
    pub(super) api: Arc<ResourceServer>,
    pub(super) secret: Option<SigningKey>,
    pub(super) organization: Option<Organization>,
    pub(super) audience: String,
    pub(super) held: Vec<String>,
    /// What the tenant adds to the token.
    pub(super) custom: CustomClaims,
    policies: Vec<AccessPolicy>,
    /// When the audience that was asked for no longer leads here: time moves no epoch.
    until: Option<DateTime<Utc>>,
}

impl Access {
    /// Whether the tenant's policies allow it.
    pub(super) fn decide(&self, client: &Client, whence: Whence) -> Result<(), Denied> {
        decide(&self.policies, &access_policies::facts(self.sought(client), whence, None))
    }

    /// What each of the policies says.
    pub(super) fn verdicts(&self, client: &Client, whence: Whence) -> Vec<PolicyVerdict> {
        verdicts(&self.policies, &access_policies::facts(self.sought(client), whence, None))
    }

    /// What policies are asked about.
    pub(super) fn sought<'a>(&'a self, client: &'a Client) -> Sought<'a> {
        let organization = self.organization.as_ref().map(|organization| &organization.id);
        Sought { client: Some(&client.client_id), organization, api: Some(&self.api) }
    }
}

/// The access that a request is for, from memory where nothing has changed since it was computed.
pub(super) async fn resolve(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    audience: Option<&str>,
    organization: Option<&str>,
) -> Result<Arc<Access>, Refusal> {
    let asked = audience.or(tenant.settings.default_audience.as_deref());
    let asked = asked.ok_or_else(|| {
        let description = "No audience parameter was provided, and no default audience has been configured";
        OAuthError::new(ErrorCode::AccessDenied, description)
    })?;
    let key = format!("{}\0{asked}\0{}", client.client_id, organization.unwrap_or_default());
    let load = || async {
        compute(app, tenant, scope, client, asked, organization).await.map(|access| Some(Arc::new(access)))
    };
    match app.0.accesses.get_or_load(app.store(), scope, &key, load).await? {
        Some(access) if access.until.is_none_or(|end| end > app.clock().now()) => Ok(access),
        _ => compute(app, tenant, scope, client, asked, organization).await.map(Arc::new),
    }
}

/// The permissions that a client holds on an API now, in an organization or in none; nothing when it has no grant, or is not
/// let in.
///
/// # Errors
/// None but the unforeseen.
pub async fn held_now(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &ClientId,
    audience: &str,
    organization: Option<&OrganizationId>,
) -> Result<Option<Vec<String>>, Problem> {
    let store = app.store();
    // In four parts, where those of token requests are in three.
    let named = organization.map(OrganizationId::as_str).unwrap_or_default();
    let known = client_authentication::find(app, scope, client.as_str()).await?;
    let now = app.clock().now();
    if !known.is_some_and(|it| it.client.is_live(now) && it.client.belongs_to(organization)) {
        return Ok(None);
    }
    let key = format!("{client}\0{audience}\0{named}\0");
    let load = || async {
        let Some(api) = resource_servers::find_by_identifier(store, scope, audience).await? else {
            return Ok(None);
        };
        let grant = client_grants::find_for(store, scope, client, &api.id, SubjectType::Client).await?;
        let Some(grant) = grant else { return Ok(None) };
        let snapshot = match organization {
            None => Some(snapshots::of_client(Arc::new(api), grant)),
            Some(id) => match organizations::find(store, scope, id).await? {
                Some(it) => snapshots::of_client_in(store, tenant, scope, &it, Arc::new(api), grant)
                    .await?
                    .map(|it| it.0),
                None => None,
            },
        };
        Ok::<_, Problem>(snapshot.map(|snapshot| {
            Arc::new(Access {
                audience: snapshot.api.identifier.clone(),
                held: snapshot.held(),
                api: snapshot.api,
                secret: None,
                organization: None,
                custom: CustomClaims::default(),
                policies: Vec::new(),
                until: None,
            })
        }))
    };
    let access = app.0.accesses.get_or_load(store, scope, &key, load).await?;
    Ok(access.map(|access| access.held.clone()))
}

async fn compute(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &Client,
    asked: &str,
    named: Option<&str>,
) -> Result<Access, Refusal> {
    let unknown = || targets::unknown(asked);
    match targets::find(app, scope, asked).await?.ok_or_else(unknown)? {
        Target::Api(api) => {
            let grant = granted(app, scope, client, &api).await?.ok_or_else(|| not_authorized(asked))?;
            let organization = organization_of(app, tenant, scope, client, &grant, named).await?;
            let absent = || {
                let named = named.unwrap_or("the client's default organization");
                OAuthError::invalid_request(format!("parameter organization is invalid: {named}"))
            };
            if !client.belongs_to(organization.as_ref().map(|organization| &organization.id)) {
                return Err(absent().into());
            }
            in_organization(app, tenant, scope, api, &grant, organization, absent).await
        }
        // Whether the organization exists must not show: every refusal here is that of an unknown audience.
        Target::OfOrganization(api, organization, until) => {
            let grant = granted(app, scope, client, &api).await?.filter(allows_organizations);
            let grant = grant.filter(|_| client.belongs_to(Some(&organization.id))).ok_or_else(unknown)?;
            let same = named.is_none_or(|named| targets::is_named(tenant, &organization, named));
            let (id, name) = (organization.id.clone(), named.unwrap_or_default().to_owned());
            let access =
                in_organization(app, tenant, scope, api, &grant, Some(organization), unknown).await?;
            match same {
                true => Ok(Access { until, ..access }),
                false => Err(targets::contradiction(&id, &name).into()),
            }
        }
    }
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
    Ok(Some(targets::organization(app, tenant, scope, named).await?))
}

fn default_organization(client: &Client) -> Option<&OrganizationId> {
    let default = client.settings.default_organization.as_ref()?;
    default.flows.contains(&DefaultOrganizationFlow::ClientCredentials).then_some(&default.organization_id)
}

/// The rights in the organization. Where the client has no access to it, `absent` says the same as if there were none.
async fn in_organization(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    api: ResourceServer,
    grant: &ClientGrant,
    organization: Option<Organization>,
    absent: impl Fn() -> OAuthError,
) -> Result<Access, Refusal> {
    let mut roles = None;
    let mut snapshot = snapshots::of_client(Arc::new(api), grant.clone());
    let mut audience = snapshot.api.identifier.clone();
    if let Some(organization) = &organization {
        let inside = scope.organization(organization.id.clone());
        (snapshot, roles) =
            snapshots::of_client_in(app.store(), tenant, scope, organization, snapshot.api, grant.clone())
                .await?
                .ok_or_else(absent)?;
        audience = targets::audience_in(app.store(), &inside, &snapshot.api, organization).await?;
    }
    let held = snapshot.held();
    let api = snapshot.api;
    let secret = access_tokens::secret(app, scope, &api)?;
    let of = organization.as_ref().map(|organization| &organization.id);
    let sought = Sought { client: Some(&grant.client_id), organization: of, api: Some(&api) };
    let policies = access_policies::applying(app.store(), tenant, scope, sought).await?;
    let held_roles = roles.as_ref().map(|(ids, by)| (ids.as_slice(), *by));
    let claims =
        custom_claims::of_machine(app, tenant, scope, sought, organization.as_ref(), held_roles).await?;
    let custom = custom_claims::admitted(&claims, custom_claims::names(&api))?;
    Ok(Access { api, secret, organization, audience, held, custom, policies, until: None })
}

//! Tenants as operators make them: at first start and at the command line.

use guildhall_domain::client::{AppType, Client, ClientSettings};
use guildhall_domain::client_grant::{ClientGrant, SubjectType};
use guildhall_domain::connection::Connection;
use guildhall_domain::id::{ClientGrantId, ClientId, ConnectionId, TenantId};
use guildhall_domain::log::{Actor, Change, Origin};
use guildhall_domain::policy::operator;
use guildhall_domain::resource_server::{Algorithm, ResourceServer};
use guildhall_domain::tenant::{Tenant, TenantSettings};
use guildhall_persistence::client_secrets::{self, ClientSecret};
use guildhall_persistence::{
    client_grants, clients, connection_clients, connections, resource_servers, signing_keys, tenants,
};
use guildhall_tokens::secret::{Secret, random_secret};

use crate::context::App;
use crate::portal::client as portal;
use crate::problem::{Problem, Taken, taken};
use crate::system_apis;

/// A tenant to be made.
pub struct NewTenant {
    /// The name, unique in the deployment.
    pub name: String,
    /// The issuer: its public address with the closing slash.
    pub issuer: String,
    /// Whether hosts that no tenant registered belong to it.
    pub is_default: bool,
    /// The id of its first machine client; made when absent.
    pub client_id: Option<String>,
    /// The secret of that client; made when absent.
    pub client_secret: Option<Secret>,
}

/// A tenant that was made, with its first machine client, which is granted all of the Management API.
pub struct Provisioned {
    /// The tenant.
    pub tenant: Tenant,
    /// The client.
    pub client_id: ClientId,
    /// Its secret, which cannot be read again.
    pub client_secret: Secret,
}

/// All tenants, the default one first.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(app: &App) -> Result<Vec<Tenant>, Problem> {
    Ok(tenants::all(app.store()).await?)
}

/// Makes a tenant: its keys, its Management API, a database connection, and a first client that may do everything there.
///
/// # Errors
/// [`Taken::Tenant`] when its name, issuer or host is another's, or there is a default tenant already.
pub async fn provision(app: &App, new: NewTenant) -> Result<Provisioned, Problem> {
    let now = app.clock().now();
    let tenant = Tenant {
        id: TenantId::generate(app.clock()),
        name: new.name,
        issuer: new.issuer,
        is_default: new.is_default,
        settings: TenantSettings::default(),
        epoch: 0,
    };
    let keys = app.generate_keys(&tenant, Algorithm::RS256).await?;
    let scope = operator(&tenant.id);
    let mut unit = app.store().begin(&scope, Actor::Operator, Origin::default()).await?;
    tenants::insert(&unit, &tenant, now.timestamp_millis()).await.map_err(taken(Taken::Tenant))?;
    for key in &keys {
        signing_keys::insert(&unit, &scope, key).await?;
    }
    let api = system_apis::management(app, &tenant);
    resource_servers::insert(&unit, &scope, &api).await?;
    let my_organization = system_apis::my_organization(app, &tenant);
    resource_servers::insert(&unit, &scope, &my_organization).await?;
    let client = Client {
        client_id: new.client_id.map_or_else(|| ClientId::generate(app.clock()), ClientId::new),
        name: "Management client".to_owned(),
        settings: ClientSettings {
            app_type: Some(AppType::NonInteractive),
            ..ClientSettings::initial(Some(AppType::NonInteractive))
        },
        owner_id: None,
        disabled: false,
        expires_at: None,
        created_by: None,
        created_at: now,
    };
    clients::insert(&unit, &scope, &client).await?;
    let client_secret = new.client_secret.unwrap_or_else(random_secret);
    let hash = app.0.pepper.hash(client_secret.expose()).as_str().to_owned();
    let secret = ClientSecret { hash, created_at: now, expires_at: None };
    client_secrets::replace(&unit, &scope, &client.client_id, &[secret]).await?;
    let grant = ClientGrant {
        id: ClientGrantId::generate(app.clock()),
        client_id: client.client_id.clone(),
        audience: api.identifier.clone(),
        scope: None,
        allow_all_scopes: true,
        subject_type: SubjectType::Client,
        organization_usage: None,
        allow_any_organization: None,
        allow_organization_approval: false,
        is_system: false,
        resource_server_id: api.id.clone(),
        created_at: now,
    };
    client_grants::insert(&unit, &scope, &grant).await?;
    let connection = Connection::first(ConnectionId::generate(app.clock()), now);
    connections::insert(&unit, &scope, &connection).await?;
    connection_clients::insert_all(&unit, &scope, &client.client_id).await?;
    portal::align(app, &unit, &scope, &tenant, &my_organization).await?;
    unit.record(Change::new("tenant.created", tenant.id.as_str())).await?;
    unit.commit().await?;
    Ok(Provisioned { tenant, client_id: client.client_id, client_secret })
}

/// Brings the tenants in line with what the server was started with: the issuer of the default one, the APIs that this
/// version serves, with their scopes, and the portal's client.
///
/// # Errors
/// [`Taken::Tenant`] when another tenant has the issuer.
pub async fn align_default(app: &App, issuer: &str) -> Result<(), Problem> {
    for mut tenant in tenants::all(app.store()).await? {
        let scope = operator(&tenant.id);
        let former = [tenant.management_audience(), tenant.my_organization_audience()];
        let moved = tenant.is_default && tenant.issuer != issuer;
        if moved {
            tenant.issuer = issuer.to_owned();
        }
        let mut changed = Vec::new();
        let wanted = [system_apis::management(app, &tenant), system_apis::my_organization(app, &tenant)];
        for (former, wanted) in former.iter().zip(wanted) {
            let before = resource_servers::find_by_identifier(app.store(), &scope, former).await?;
            let wanted = match &before {
                Some(before) => {
                    ResourceServer { id: before.id.clone(), created_at: before.created_at, ..wanted }
                }
                None => wanted,
            };
            if before.as_ref() != Some(&wanted) {
                changed.push((before.is_none(), wanted));
            }
        }
        let portal = portal::change(app, &scope, &tenant).await?;
        if moved || !changed.is_empty() || portal.is_some() {
            let mut unit = app.store().begin(&scope, Actor::Operator, Origin::default()).await?;
            tenants::update(&unit, &scope, &tenant).await.map_err(taken(Taken::Tenant))?;
            for (is_new, api) in &changed {
                match is_new {
                    true => resource_servers::insert(&unit, &scope, api).await?,
                    false => resource_servers::update(&unit, &scope, api).await?,
                }
            }
            let audience = tenant.my_organization_audience();
            let api = resource_servers::find_by_identifier(&unit, &scope, &audience).await?;
            let api = api.ok_or_else(|| Problem::internal("the My Organization API is gone"))?;
            portal::align(app, &unit, &scope, &tenant, &api).await?;
            unit.record(Change::new("tenant.aligned", tenant.id.as_str())).await?;
            unit.commit().await?;
        }
    }
    Ok(())
}

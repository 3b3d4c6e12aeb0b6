//! The portal's client: each tenant has it, and nobody can change it. It is let through to all of the My Organization API,
//! where people hold what their roles give them.

use guildhall_domain::client::{AppType, Client, ClientSettings, OrganizationRequireBehavior};
use guildhall_domain::client_grant::{ClientGrant, OrganizationUsage, SubjectType};
use guildhall_domain::id::{ClientGrantId, ClientId};
use guildhall_domain::policy::TenantScope;
use guildhall_domain::portal::CLIENT;
use guildhall_domain::resource_server::ResourceServer;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::{UnitOfWork, client_grants, clients, connection_clients};

use crate::context::App;
use crate::problem::Problem;

/// Where people come back to with a code.
pub(super) fn callback(tenant: &Tenant) -> String {
    format!("{}portal/callback", tenant.issuer)
}

/// The client as it is to be. It has no secret, and so nobody exchanges its codes but this server itself.
fn wanted(app: &App, tenant: &Tenant) -> Client {
    let settings = ClientSettings {
        app_type: Some(AppType::RegularWeb),
        description: Some("The portal in which organizations run themselves".to_owned()),
        grant_types: Some(vec!["authorization_code".to_owned()]),
        callbacks: Some(vec![callback(tenant)]),
        initiate_login_uri: Some(format!("{}portal", tenant.issuer)),
        oidc_conformant: Some(true),
        organization_usage: Some(OrganizationUsage::Require),
        organization_require_behavior: Some(OrganizationRequireBehavior::PostLoginPrompt),
        ..ClientSettings::initial(Some(AppType::RegularWeb))
    };
    Client {
        client_id: ClientId::new(CLIENT),
        name: "Organization portal".to_owned(),
        settings,
        owner_id: None,
        disabled: false,
        expires_at: None,
        created_by: None,
        created_at: app.clock().now(),
    }
}

/// The change that the tenant's client needs, if any.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn change(
    app: &App,
    scope: &TenantScope,
    tenant: &Tenant,
) -> Result<Option<Client>, Problem> {
    let wanted = wanted(app, tenant);
    let known = clients::find(app.store(), scope, &wanted.client_id).await?;
    let same = known
        .as_ref()
        .is_some_and(|known| (&known.name, &known.settings) == (&wanted.name, &wanted.settings));
    Ok((!same).then_some(wanted))
}

/// Makes the client, with its grant of the My Organization API and every connection, or brings it in line.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn align(
    app: &App,
    unit: &UnitOfWork,
    scope: &TenantScope,
    tenant: &Tenant,
    api: &ResourceServer,
) -> Result<(), Problem> {
    let wanted = wanted(app, tenant);
    if let Some(known) = clients::find(unit, scope, &wanted.client_id).await? {
        return Ok(clients::update(unit, scope, &Client { created_at: known.created_at, ..wanted }).await?);
    }
    clients::insert(unit, scope, &wanted).await?;
    connection_clients::insert_all(unit, scope, &wanted.client_id).await?;
    let grant = ClientGrant {
        id: ClientGrantId::generate(app.clock()),
        client_id: wanted.client_id,
        audience: api.identifier.clone(),
        scope: None,
        allow_all_scopes: true,
        subject_type: SubjectType::User,
        organization_usage: None,
        allow_any_organization: None,
        allow_organization_approval: false,
        is_system: true,
        resource_server_id: api.id.clone(),
        created_at: app.clock().now(),
    };
    client_grants::insert(unit, scope, &grant).await?;
    Ok(())
}

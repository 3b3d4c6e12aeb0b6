//! Clients and their secrets. Contract section 6.

use chrono::Duration;
use guildhall_domain::client::{Client, ClientPatch, CredentialRef, NewClient};
use guildhall_domain::id::{ClientId, CredentialId};
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, TenantScope, issuance, needs};
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::redirect_uri::{is_origin, origin_of};
use guildhall_persistence::client_secrets::ClientSecret;
pub use guildhall_persistence::clients::{Filter, Search};
use guildhall_persistence::{
    UnitOfWork, client_credentials, client_secrets, clients, connection_clients, organizations,
};
use guildhall_tokens::secret::{Secret, random_secret};

use crate::client_credentials::read_credential;
use crate::context::{App, found};
use crate::problem::{Limit, Problem, Taken, Thing};

/// How long a secret is still accepted after it was rotated.
const OVERLAP: Duration = Duration::hours(24);

/// Why a third-party client is refused.
const THIRD_PARTY: &str = "Organizations are only available to first party clients on user-based flows. Properties organization_usage and organization_require_behavior must be unset for third party clients.";

/// Creates a client, and with it the credentials that the body holds. Its secret is not told again.
///
/// # Errors
/// [`Limit::Entities`], [`Limit::Credentials`], [`Taken::CredentialKid`], [`Problem::Invalid`], [`Problem::Forbidden`].
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateClients>,
    mut new: NewClient,
) -> Result<(Client, Secret), Problem> {
    let settings = app.tenant(by.scope()).await?.settings;
    let limits = &settings.limits;
    let now = app.clock().now();
    let id = ClientId::generate(app.clock());
    let methods = new.client_authentication_methods.take();
    if methods.is_some() && new.token_endpoint_auth_method.is_some() {
        return Err(two_ways());
    }
    let mut credentials = Vec::new();
    for (index, given) in
        methods.into_iter().flat_map(|methods| methods.private_key_jwt.credentials).enumerate()
    {
        let path = format!("client_authentication_methods.private_key_jwt.credentials[{index}]");
        credentials.push(read_credential(app, &id, given, &path)?);
    }
    if credentials.len() as u64 > limits.credentials_per_client {
        return Err(Problem::LimitReached(Limit::Credentials));
    }
    let mut client = new.create(id, now);
    if !credentials.is_empty() {
        let references = credentials.iter().map(|credential| CredentialRef { id: credential.id.clone() });
        client = client.with_credentials(references.collect());
    }
    let secret = random_secret();
    let stored =
        ClientSecret { hash: app.0.pepper.hash(secret.expose()).into(), created_at: now, expires_at: None };

    let mut unit = app.begin(by).await?;
    if clients::count(&unit, by.scope()).await? >= limits.clients {
        return Err(Problem::LimitReached(Limit::Entities));
    }
    check(&unit, by.scope(), &client).await?;
    clients::insert(&unit, by.scope(), &client).await?;
    client_secrets::replace(&unit, by.scope(), &client.client_id, &[stored]).await?;
    if settings.flag("enable_client_connections").unwrap_or(true) {
        connection_clients::insert_all(&unit, by.scope(), &client.client_id).await?;
    }
    for (index, credential) in credentials.iter().enumerate() {
        if credentials[..index].iter().any(|other| other.kid == credential.kid) {
            return Err(Problem::Taken(Taken::CredentialKid));
        }
        client_credentials::insert(&unit, by.scope(), credential).await?;
    }
    unit.record(Change::new("client.created", client.client_id.as_str()).after(&client)).await?;
    unit.commit().await?;
    Ok((client, secret))
}

fn two_ways() -> Problem {
    let reason = "client_authentication_methods is not allowed together with token_endpoint_auth_method";
    Problem::invalid("client_authentication_methods", reason)
}

/// What must hold of a client beyond its own fields.
async fn check(unit: &UnitOfWork, scope: &TenantScope, client: &Client) -> Result<(), Problem> {
    if client.claims_organizations() {
        return Err(Problem::Forbidden(THIRD_PARTY));
    }
    client.metadata_fits().map_err(|reason| Problem::invalid("client_metadata", reason))?;
    if let Some(default) = &client.settings.default_organization
        && organizations::find(unit, scope, &default.organization_id).await?.is_none()
    {
        return Err(Problem::invalid(
            "default_organization.organization_id",
            "The specified organization does not exist.",
        ));
    }
    Ok(())
}

/// A page of the tenant's clients.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadClients>,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Page<Client>, Problem> {
    Ok(clients::list(app.store(), by.scope(), filter, page).await?)
}

/// The client with this id.
///
/// # Errors
/// [`Thing::Client`].
pub async fn get(app: &App, by: &Authorized<needs::ReadClients>, id: &ClientId) -> Result<Client, Problem> {
    found(clients::find(app.store(), by.scope(), id).await?, Thing::Client)
}

/// A client that the vendor can change.
///
/// # Errors
/// [`Thing::Client`], [`Problem::System`].
pub(crate) async fn changeable(
    unit: &UnitOfWork,
    scope: &TenantScope,
    id: &ClientId,
) -> Result<Client, Problem> {
    match found(clients::find(unit, scope, id).await?, Thing::Client)? {
        client if client.is_system() => Err(Problem::System),
        client => Ok(client),
    }
}

/// Changes a client.
///
/// # Errors
/// [`Thing::Client`], [`Problem::System`], [`Problem::Invalid`], [`Problem::Forbidden`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateClients>,
    id: &ClientId,
    patch: ClientPatch,
) -> Result<Client, Problem> {
    if patch.client_authentication_methods.value().is_some() && patch.token_endpoint_auth_method.is_some() {
        return Err(two_ways());
    }
    let mut unit = app.begin(by).await?;
    let before = changeable(&unit, by.scope(), id).await?;
    let after = before.clone().patched(patch);
    check(&unit, by.scope(), &after).await?;
    let known = client_credentials::of_client(&unit, by.scope(), id).await?;
    let is_known = |id: &&CredentialId| known.iter().any(|credential| credential.id == **id);
    if let Some(unknown) = after.credentials().find(|id| !is_known(id)) {
        let reason = format!("The credential does not exist: {unknown}");
        return Err(Problem::invalid("client_authentication_methods.private_key_jwt.credentials", reason));
    }
    clients::update(&unit, by.scope(), &after).await?;
    unit.record(of("client.updated", &before).before(&before).after(&after)).await?;
    unit.commit().await?;
    Ok(after)
}

/// Deletes a client with its secrets, credentials and grants.
///
/// # Errors
/// [`Thing::Client`], [`Problem::System`].
pub async fn delete(app: &App, by: &Authorized<needs::DeleteClients>, id: &ClientId) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let before = changeable(&unit, by.scope(), id).await?;
    clients::delete(&unit, by.scope(), id).await?;
    unit.record(of("client.deleted", &before).before(&before)).await?;
    unit.commit().await?;
    Ok(())
}

/// Makes a new secret, which is not told again. The one before stays valid for 24 hours or until the next rotation, so
/// that at most two are live.
///
/// # Errors
/// [`Thing::Client`], [`Problem::System`].
pub async fn rotate_secret(
    app: &App,
    by: &Authorized<needs::UpdateClientKeys>,
    id: &ClientId,
) -> Result<(Client, Secret), Problem> {
    let mut unit = app.begin(by).await?;
    let client = changeable(&unit, by.scope(), id).await?;
    let secret = replace_secret(app, &unit, by.scope(), id, true).await?;
    unit.record(of("client.secret_rotated", &client)).await?;
    unit.commit().await?;
    Ok((client, secret))
}

/// A change of a client, in its organization where it is one's own.
fn of(action: &'static str, client: &Client) -> Change {
    let change = Change::new(action, client.client_id.as_str());
    client.owner_id.iter().fold(change, |change, owner| change.within(owner))
}

/// Gives the client a new secret; the one before stays valid for a while where it is to overlap.
pub(crate) async fn replace_secret(
    app: &App,
    unit: &UnitOfWork,
    scope: &TenantScope,
    id: &ClientId,
    overlaps: bool,
) -> Result<Secret, Problem> {
    let now = app.clock().now();
    let secret = random_secret();
    let newest =
        ClientSecret { hash: app.0.pepper.hash(secret.expose()).into(), created_at: now, expires_at: None };
    let known = client_secrets::of_client(unit, scope, id).await?;
    // Of those before, only the current one has no end.
    let current = known.into_iter().find(|secret| overlaps && secret.expires_at.is_none());
    let current = current.map(|secret| ClientSecret { expires_at: Some(now + OVERLAP), ..secret });
    let live: Vec<ClientSecret> = std::iter::once(newest).chain(current).collect();
    client_secrets::replace(unit, scope, id, &live).await?;
    Ok(secret)
}

/// Whether a page of this origin is the client's own: one of its origins, or of its callbacks.
///
/// # Errors
/// None but the unforeseen.
pub async fn has_page_at(app: &App, tenant: &Tenant, id: &str, origin: &str) -> Result<bool, Problem> {
    let Some(client) = clients::find(app.store(), &issuance(&tenant.id), &ClientId::new(id)).await? else {
        return Ok(false);
    };
    let settings = &client.settings;
    let listed = [&settings.web_origins, &settings.allowed_origins].into_iter().flatten();
    let callbacks = settings.callbacks.iter().flatten().filter_map(|callback| origin_of(callback));
    Ok(listed.into_iter().any(|list| is_origin(list, origin))
        || callbacks.into_iter().any(|known| known == origin))
}

//! APIs (resource servers). Contract section 5.

use guildhall_domain::audience;
use guildhall_domain::id::{OrganizationId, ResourceServerId};
use guildhall_domain::log::Change;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_domain::resource_server::{Algorithm, NewResourceServer, ResourceServer, ResourceServerPatch};
use guildhall_domain::signing_key::StoredKey;
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::{Db, UnitOfWork, audiences, organizations, resource_servers};
use guildhall_tokens::secret::random_secret;

use crate::context::{App, found};
use crate::keys;
use crate::problem::{Limit, Problem, Taken, Thing, taken};

/// What follows the issuer in the identifiers that are Guildhall's own.
const RESERVED: &[&str] = &["api/v2", "my-org", "me", "userinfo"];

/// Creates an API. With `HS256` it gets a secret unless one is given; with another algorithm the tenant gets keys.
///
/// # Errors
/// [`Limit::Entities`], [`Taken::ResourceServerIdentifier`], [`Taken::ResourceServerTwin`], [`Taken::Audience`],
/// [`Problem::NotNow`] for an identifier of Guildhall's own, [`Problem::Invalid`].
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateResourceServers>,
    new: NewResourceServer,
) -> Result<ResourceServer, Problem> {
    let scope = by.scope();
    let tenant = app.tenant(scope).await?;
    if is_reserved(&tenant, &new.identifier) {
        return Err(Problem::NotNow("The selected identifier is reserved.".to_owned()));
    }
    let mut api = with_secret(new.create(ResourceServerId::generate(app.clock()), app.clock().now()))?;
    let generated = missing_keys(app, &tenant, scope, api.signing_alg).await?;
    let mut unit = app.begin(by).await?;
    // Recorded first: the epoch's row is locked from here on, so what is checked below stays as it is.
    unit.record(Change::new("resource_server.created", api.id.as_str()).after(&api.without_secret())).await?;
    if resource_servers::count(&unit, scope).await? >= tenant.settings.limits.resource_servers {
        return Err(Problem::LimitReached(Limit::Entities));
    }
    audiences::forget_retired(&unit, scope, app.clock().now()).await?;
    check_identifier(&unit, scope, &api.identifier).await?;
    keys::store_missing(&unit, scope.tenant(), &generated).await?;
    let plain = seal_secret(app, scope, &mut api)?;
    resource_servers::insert(&unit, scope, &api).await.map_err(taken(Taken::ResourceServerIdentifier))?;
    unit.commit().await?;
    Ok(ResourceServer { signing_secret: plain, ..api })
}

fn is_reserved(tenant: &Tenant, identifier: &str) -> bool {
    let inside = identifier.strip_prefix(&tenant.issuer).map(|path| path.strip_suffix('/').unwrap_or(path));
    inside.is_some_and(|path| RESERVED.contains(&path))
}

/// An identifier is no other API's, no audience of an organization, and nothing that would derive to one.
async fn check_identifier(unit: &UnitOfWork, scope: &TenantScope, identifier: &str) -> Result<(), Problem> {
    if resource_servers::find_by_identifier(unit, scope, identifier).await?.is_some() {
        return Err(Problem::Taken(Taken::ResourceServerIdentifier));
    }
    if resource_servers::find_by_identifier(unit, scope, &audience::twin(identifier)).await?.is_some() {
        return Err(Problem::Taken(Taken::ResourceServerTwin));
    }
    let taken = audiences::find(unit, scope, identifier).await?.is_some()
        || derives_from(unit, scope, identifier).await?.is_some()
        || audiences::like_derived(unit, scope, identifier).await?;
    match taken {
        true => Err(Problem::Taken(Taken::Audience)),
        false => Ok(()),
    }
}

/// The API and the organization from which the text derives, where that organization exists or may come to exist.
pub(crate) async fn derives_from(
    unit: &UnitOfWork,
    scope: &TenantScope,
    text: &str,
) -> Result<Option<(ResourceServerId, OrganizationId)>, Problem> {
    let Some((identifiers, organization)) = audience::parse(text) else {
        return Ok(None);
    };
    let possible = organization.as_str().starts_with("org_")
        || organizations::find(unit, scope, &organization).await?.is_some();
    let api = resource_servers::find_by_any(unit, scope, &identifiers).await?;
    Ok(api.filter(|_| possible).map(|api| (api.id, organization)))
}

/// Refuses lifetimes that contradict each other, and makes the secret that `HS256` needs.
fn with_secret(mut api: ResourceServer) -> Result<ResourceServer, Problem> {
    if !api.lifetimes_agree() {
        let reason = format!(
            "Value {} is greater than token_lifetime {}",
            api.token_lifetime_for_web, api.token_lifetime
        );
        return Err(Problem::invalid("token_lifetime_for_web", reason));
    }
    if api.signing_alg == Algorithm::HS256 && api.signing_secret.is_none() {
        api.signing_secret = Some(random_secret().expose().to_owned());
    }
    Ok(api)
}

/// Keys for an algorithm that the tenant cannot sign by yet. Made before the unit begins: RSA takes a moment.
async fn missing_keys(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    algorithm: Algorithm,
) -> Result<Vec<StoredKey>, Problem> {
    if algorithm == Algorithm::HS256 || keys::ring(app, scope).await?.signing(algorithm).is_some() {
        return Ok(Vec::new());
    }
    app.generate_keys(tenant, algorithm).await
}

/// A page of the tenant's APIs, of those with these identifiers when any are given; without secrets.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadResourceServers>,
    page: &PageRequest,
    identifiers: &[String],
) -> Result<Page<ResourceServer>, Problem> {
    let page = resource_servers::list(app.store(), by.scope(), page, identifiers).await?;
    Ok(page.map(|api| api.without_secret()))
}

/// The API with this id or identifier.
///
/// # Errors
/// [`Thing::ResourceServer`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadResourceServers>,
    references: &[String],
) -> Result<ResourceServer, Problem> {
    let api = referenced(app.store(), by.scope(), references).await?;
    let plain = opened(app, by.scope(), &api)?;
    Ok(ResourceServer { signing_secret: plain, ..api })
}

/// The API whose id or identifier is one of these texts.
pub(crate) async fn referenced(
    db: impl Into<Db<'_>>,
    scope: &TenantScope,
    references: &[String],
) -> Result<ResourceServer, Problem> {
    found(resource_servers::find_by_any(db, scope, references).await?, Thing::ResourceServer)
}

/// Changes an API. Roles, users and grants lose the permissions that it no longer defines.
///
/// # Errors
/// [`Thing::ResourceServer`], [`Problem::System`], [`Problem::Invalid`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateResourceServers>,
    references: &[String],
    patch: ResourceServerPatch,
) -> Result<ResourceServer, Problem> {
    let scope = by.scope();
    let tenant = app.tenant(scope).await?;
    let generated = missing_keys(app, &tenant, scope, patch.signing_alg.unwrap_or_default()).await?;
    let mut unit = app.begin(by).await?;
    let mut before = referenced(&unit, scope, references).await?;
    if before.is_system {
        return Err(Problem::System);
    }
    before.signing_secret = opened(app, scope, &before)?;
    let mut after = with_secret(before.clone().patched(patch))?;
    keys::store_missing(&unit, scope.tenant(), &generated).await?;
    let plain = seal_secret(app, scope, &mut after)?;
    resource_servers::update(&unit, scope, &after).await?;
    let change = Change::new("resource_server.updated", after.id.as_str());
    unit.record(change.before(&before.without_secret()).after(&after.without_secret())).await?;
    unit.commit().await?;
    Ok(ResourceServer { signing_secret: plain, ..after })
}

/// Deletes an API with its permissions, grants and audiences.
///
/// # Errors
/// [`Thing::ResourceServer`], [`Problem::System`].
pub async fn delete(
    app: &App,
    by: &Authorized<needs::DeleteResourceServers>,
    references: &[String],
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let before = referenced(&unit, by.scope(), references).await?;
    if before.is_system {
        return Err(Problem::System);
    }
    resource_servers::delete(&unit, by.scope(), &before.id).await?;
    let change = Change::new("resource_server.deleted", before.id.as_str());
    unit.record(change.before(&before.without_secret())).await?;
    unit.commit().await?;
    Ok(())
}

/// Seals the secret in its place and returns it as it was.
fn seal_secret(app: &App, scope: &TenantScope, api: &mut ResourceServer) -> Result<Option<String>, Problem> {
    let plain = api.signing_secret.take();
    let seal = |plain: &String| app.0.vault.seal(&context(scope, &api.id), plain.as_bytes());
    api.signing_secret = plain.as_ref().map(seal).transpose().map_err(Problem::internal)?;
    Ok(plain)
}

fn opened(app: &App, scope: &TenantScope, api: &ResourceServer) -> Result<Option<String>, Problem> {
    let Some(sealed) = &api.signing_secret else {
        return Ok(None);
    };
    let plain = app.0.vault.open(&context(scope, &api.id), sealed).map_err(Problem::internal)?;
    let plain = std::str::from_utf8(&plain).map_err(Problem::internal)?;
    Ok(Some(plain.to_owned()))
}

/// What binds a sealed secret to its place: it cannot be moved to another tenant or another API.
fn context(scope: &TenantScope, api: &ResourceServerId) -> String {
    format!("{}/resource-servers/{api}", scope.tenant())
}

/// The secret by which an API's tokens are signed with `HS256`.
///
/// # Errors
/// None but the unforeseen: there is none, or the encryption key is another one.
pub(crate) fn signing_secret(
    app: &App,
    scope: &TenantScope,
    api: &ResourceServer,
) -> Result<String, Problem> {
    opened(app, scope, api)?.ok_or_else(|| Problem::internal(format!("the API {} has no secret", api.id)))
}

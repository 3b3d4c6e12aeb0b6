//! Public keys of clients, for `private_key_jwt`. Contract section 6.

use guildhall_domain::credential::{Credential, CredentialAlgorithm, CredentialPatch, NewCredential};
use guildhall_domain::id::{ClientId, CredentialId};
use guildhall_domain::limits::Limits;
use guildhall_domain::log::Change;
use guildhall_domain::policy::{Authorized, TenantScope, needs};
use guildhall_persistence::{UnitOfWork, client_credentials, clients};
use guildhall_tokens::client_key::{ClientAlgorithm, parse_client_key};

use crate::clients::changeable;
use crate::context::{App, found};
use crate::problem::{Limit, Problem, Taken, Thing, taken};

/// The credential that a body at `path` describes.
pub(crate) fn read_credential(
    app: &App,
    client: &ClientId,
    new: NewCredential,
    path: &str,
) -> Result<Credential, Problem> {
    let property = if path.is_empty() { "pem".to_owned() } else { format!("{path}.pem") };
    let key = parse_client_key(&new.pem, algorithm(new.alg), new.kid);
    let info = key.map_err(|error| Problem::invalid(property, error.to_string()))?;
    let now = app.clock().now();
    Ok(Credential {
        id: CredentialId::generate(app.clock()),
        credential_type: new.credential_type,
        kid: info.key.kid().to_owned(),
        alg: new.alg,
        name: new.name,
        created_at: now,
        updated_at: now,
        expires_at: info.expires_at.filter(|_| new.parse_expiry_from_cert).or(new.expires_at),
        thumbprint_sha256: info.thumbprint_sha256,
        client_id: client.clone(),
        pem: new.pem,
    })
}

/// The algorithm in the words of the tokens.
fn algorithm(algorithm: CredentialAlgorithm) -> ClientAlgorithm {
    match algorithm {
        CredentialAlgorithm::RS256 => ClientAlgorithm::RS256,
        CredentialAlgorithm::RS384 => ClientAlgorithm::RS384,
        CredentialAlgorithm::PS256 => ClientAlgorithm::PS256,
    }
}

/// The credentials of a client.
///
/// # Errors
/// [`Thing::Client`].
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadClientCredentials>,
    client: &ClientId,
) -> Result<Vec<Credential>, Problem> {
    found(clients::find(app.store(), by.scope(), client).await?, Thing::Client)?;
    Ok(client_credentials::of_client(app.store(), by.scope(), client).await?)
}

/// Adds a public key to a client. It counts once `client_authentication_methods` of the client refers to it.
///
/// # Errors
/// [`Thing::Client`], [`Limit::Credentials`], [`Taken::CredentialKid`], [`Problem::Invalid`].
pub async fn create(
    app: &App,
    by: &Authorized<needs::CreateClientCredentials>,
    client: &ClientId,
    new: NewCredential,
) -> Result<Credential, Problem> {
    let limits = app.tenant(by.scope()).await?.settings.limits;
    let credential = read_credential(app, client, new, "")?;
    let mut unit = app.begin(by).await?;
    changeable(&unit, by.scope(), client).await?;
    add_within(&unit, by.scope(), &limits, &credential).await?;
    unit.record(Change::new("client.credential_created", client.as_str()).after(&credential)).await?;
    unit.commit().await?;
    Ok(credential)
}

/// Adds the credential to its client.
///
/// # Errors
/// [`Limit::Credentials`], [`Taken::CredentialKid`].
pub(crate) async fn add_within(
    unit: &UnitOfWork,
    scope: &TenantScope,
    limits: &Limits,
    credential: &Credential,
) -> Result<(), Problem> {
    let known = client_credentials::of_client(unit, scope, &credential.client_id).await?;
    if known.iter().any(|other| other.kid == credential.kid) {
        return Err(Problem::Taken(Taken::CredentialKid));
    }
    if known.len() as u64 >= limits.credentials_per_client {
        return Err(Problem::LimitReached(Limit::Credentials));
    }
    client_credentials::insert(unit, scope, credential).await.map_err(taken(Taken::CredentialKid))
}

/// A credential of a client.
///
/// # Errors
/// [`Thing::Client`], [`Thing::Credential`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadClientCredentials>,
    client: &ClientId,
    id: &CredentialId,
) -> Result<Credential, Problem> {
    found(clients::find(app.store(), by.scope(), client).await?, Thing::Client)?;
    found(client_credentials::find(app.store(), by.scope(), client, id).await?, Thing::Credential)
}

/// Changes when a credential expires.
///
/// # Errors
/// [`Thing::Client`], [`Thing::Credential`].
pub async fn update(
    app: &App,
    by: &Authorized<needs::UpdateClientCredentials>,
    client: &ClientId,
    id: &CredentialId,
    patch: CredentialPatch,
) -> Result<Credential, Problem> {
    let mut unit = app.begin(by).await?;
    found(clients::find(&unit, by.scope(), client).await?, Thing::Client)?;
    let before = found(client_credentials::find(&unit, by.scope(), client, id).await?, Thing::Credential)?;
    let mut after = before.clone();
    patch.expires_at.apply(&mut after.expires_at);
    after.updated_at = app.clock().now();
    client_credentials::update(&unit, by.scope(), &after).await?;
    unit.record(Change::new("client.credential_updated", client.as_str()).before(&before).after(&after))
        .await?;
    unit.commit().await?;
    Ok(after)
}

/// Deletes a credential that the client does not authenticate by.
///
/// # Errors
/// [`Thing::Client`], [`Thing::Credential`], [`Problem::NotNow`].
pub async fn delete(
    app: &App,
    by: &Authorized<needs::DeleteClientCredentials>,
    client: &ClientId,
    id: &CredentialId,
) -> Result<(), Problem> {
    let mut unit = app.begin(by).await?;
    let of = found(clients::find(&unit, by.scope(), client).await?, Thing::Client)?;
    let before = found(client_credentials::find(&unit, by.scope(), client, id).await?, Thing::Credential)?;
    if of.credentials().any(|referenced| referenced == id) {
        return Err(Problem::NotNow("Cannot delete credential still associated with a client".to_owned()));
    }
    client_credentials::delete(&unit, by.scope(), &before).await?;
    unit.record(Change::new("client.credential_deleted", client.as_str()).before(&before)).await?;
    unit.commit().await?;
    Ok(())
}

//! What the organization's own clients prove themselves by: a secret or public keys. Whoever issues one holds all that the
//! client may have.

use guildhall_domain::client::{Client, CredentialRef};
use guildhall_domain::credential::{Credential, NewCredential};
use guildhall_domain::id::{ClientId, CredentialId};
use guildhall_domain::log::Change;
use guildhall_domain::my_organization::OrganizationClient;
use guildhall_domain::policy::{AuthorizedIn, my_organization as needs};
use guildhall_persistence::{client_credentials, client_secrets, clients};

use super::clients::{described, may_issue};
use crate::client_credentials::{add_within, read_credential};
use crate::clients::replace_secret;
use crate::context::{App, found, limits};
use crate::problem::{Problem, Thing};

/// Makes a new secret, which is not told again. The one before stays valid for 24 hours or until the next rotation, unless it
/// is to be revoked now.
///
/// # Errors
/// [`Thing::Client`], [`Problem::NotHeld`], [`Problem::Forbidden`], [`Problem::NotNow`] while the client has keys.
pub async fn rotate_secret(
    app: &App,
    by: &AuthorizedIn<needs::UpdateClients>,
    id: &ClientId,
    revoke_now: bool,
) -> Result<OrganizationClient, Problem> {
    let (inside, scope) = (by.scope(), by.scope().within());
    let mut unit = app.begin_in(by).await?;
    let client = found(clients::find_owned(&unit, inside, id).await?, Thing::Client)?;
    if client.credentials().next().is_some() {
        return Err(Problem::NotNow("The client proves itself by its keys; delete them first".to_owned()));
    }
    may_issue(&unit, by, &client).await?;
    let client = client.with_secret();
    clients::update(&unit, scope, &client).await?;
    let secret = replace_secret(app, &unit, scope, id, !revoke_now).await?;
    let answer = described(&unit, inside, client).await?;
    unit.record(Change::new("client.secret_rotated", id.as_str()).within(by.organization())).await?;
    unit.commit().await?;
    Ok(OrganizationClient { client_secret: Some(secret.expose().to_owned()), ..answer })
}

/// The public keys of a client.
///
/// # Errors
/// [`Thing::Client`].
pub async fn list(
    app: &App,
    by: &AuthorizedIn<needs::ReadClients>,
    id: &ClientId,
) -> Result<Vec<Credential>, Problem> {
    found(clients::find_owned(app.store(), by.scope(), id).await?, Thing::Client)?;
    Ok(client_credentials::of_client(app.store(), by.scope().within(), id).await?)
}

/// Adds a public key, which counts at once. With the first, the client has no secret any more.
///
/// # Errors
/// [`Thing::Client`], [`Problem::NotHeld`], [`Problem::Forbidden`], [`Limit::Credentials`], [`Taken::CredentialKid`],
/// [`Problem::Invalid`].
pub async fn create(
    app: &App,
    by: &AuthorizedIn<needs::UpdateClients>,
    id: &ClientId,
    new: NewCredential,
) -> Result<Credential, Problem> {
    let (inside, scope) = (by.scope(), by.scope().within());
    let credential = read_credential(app, id, new, "")?;
    let mut unit = app.begin_in(by).await?;
    let client = found(clients::find_owned(&unit, inside, id).await?, Thing::Client)?;
    may_issue(&unit, by, &client).await?;
    add_within(&unit, scope, &limits(&unit, scope).await?, &credential).await?;
    let with = |id: &CredentialId| id.clone();
    let ids = client.credentials().map(with).chain([credential.id.clone()]).collect();
    clients::update(&unit, scope, &proving_by(client, ids)).await?;
    client_secrets::replace(&unit, scope, id, &[]).await?;
    let change = Change::new("client.credential_created", id.as_str()).within(by.organization());
    unit.record(change.after(&credential)).await?;
    unit.commit().await?;
    Ok(credential)
}

/// Deletes a public key, which is refused at once. Without the last, the client gets no tokens until it has a key or a secret
/// again.
///
/// # Errors
/// [`Thing::Client`], [`Thing::Credential`].
pub async fn delete(
    app: &App,
    by: &AuthorizedIn<needs::UpdateClients>,
    id: &ClientId,
    credential: &CredentialId,
) -> Result<(), Problem> {
    let (inside, scope) = (by.scope(), by.scope().within());
    let mut unit = app.begin_in(by).await?;
    let client = found(clients::find_owned(&unit, inside, id).await?, Thing::Client)?;
    let before = client_credentials::find(&unit, scope, id, credential).await?;
    let before = found(before, Thing::Credential)?;
    if client.credentials().any(|known| known == credential) {
        let ids = client.credentials().filter(|known| *known != credential).cloned().collect();
        clients::update(&unit, scope, &proving_by(client, ids)).await?;
    }
    client_credentials::delete(&unit, scope, &before).await?;
    let change = Change::new("client.credential_deleted", id.as_str()).within(by.organization());
    unit.record(change.before(&before)).await?;
    unit.commit().await?;
    Ok(())
}

fn proving_by(client: Client, ids: Vec<CredentialId>) -> Client {
    client.with_credentials(ids.into_iter().map(|id| CredentialRef { id }).collect())
}

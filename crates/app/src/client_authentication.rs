//! Who the client is: by secret or by signed assertion (RFC 6749 section 2.3, RFC 7523).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use guildhall_domain::client::Client;
use guildhall_domain::credential::CredentialAlgorithm;
use guildhall_domain::id::ClientId;
use guildhall_domain::policy::TenantScope;
use guildhall_domain::tenant::Tenant;
use guildhall_oauth::client_authentication::Presented;
use guildhall_oauth::error::{ErrorCode, OAuthError};
use guildhall_persistence::client_secrets::ClientSecret;
use guildhall_persistence::{client_credentials, client_secrets, clients};
use guildhall_tokens::assertion::{unverified_subject, verify_assertion};
use guildhall_tokens::client_key::{ClientAlgorithm, ClientKey, parse_client_key};

use crate::context::App;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// A client with what it may authenticate by.
pub struct KnownClient {
    pub(crate) client: Client,
    /// The subject of its own tokens.
    pub(crate) subject: String,
    secrets: Vec<ClientSecret>,
    keys: Vec<(ClientKey, Option<DateTime<Utc>>)>,
}

/// Finds the client and checks what it presents: a client that has no secret presents nothing. Whether it exists is not
/// told.
///
/// # Errors
/// `access_denied`, `invalid_client`.
pub async fn authenticate(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    presented: &Presented,
) -> Result<Arc<KnownClient>, Refusal> {
    match presented {
        Presented::Secret { client_id, secret } => {
            let client = live(app, scope, client_id).await?;
            client.filter(|client| client.knows(app, secret)).ok_or_else(|| OAuthError::unauthorized().into())
        }
        Presented::Assertion { client_id, jwt } => {
            let named = client_id.clone().or_else(|| unverified_subject(jwt));
            let named = named
                .ok_or_else(|| OAuthError::invalid_request("client_assertion is not a JWT with a subject"))?;
            let client = live(app, scope, &named).await?.ok_or_else(OAuthError::unauthorized)?;
            by_assertion(app, tenant, scope, &client, jwt).await?;
            Ok(client)
        }
        Presented::Nothing { client_id } => {
            let client = live(app, scope, client_id).await?;
            client.filter(|client| client.client.is_public()).ok_or_else(|| OAuthError::unauthorized().into())
        }
    }
}

/// The client, unless it is turned off or at its end: then it is to whoever presents it as if it were not there.
async fn live(app: &App, scope: &TenantScope, id: &str) -> Result<Option<Arc<KnownClient>>, Problem> {
    let now = app.clock().now();
    Ok(find(app, scope, id).await?.filter(|known| known.client.is_live(now)))
}

/// The client, whoever asks.
///
/// # Errors
/// None but the unforeseen.
pub(crate) async fn find(
    app: &App,
    scope: &TenantScope,
    id: &str,
) -> Result<Option<Arc<KnownClient>>, Problem> {
    let load = || async { load(app, scope, &ClientId::new(id)).await };
    app.0.clients.get_or_load(app.store(), scope, id, load).await
}

async fn load(app: &App, scope: &TenantScope, id: &ClientId) -> Result<Option<Arc<KnownClient>>, Problem> {
    let Some(client) = clients::find(app.store(), scope, id).await? else {
        return Ok(None);
    };
    let secrets = client_secrets::of_client(app.store(), scope, id).await?;
    let referenced: Vec<_> = client
        .settings
        .client_authentication_methods
        .iter()
        .flat_map(|methods| &methods.private_key_jwt.credentials)
        .collect();
    let mut keys = Vec::new();
    for credential in client_credentials::of_client(app.store(), scope, id).await? {
        if referenced.iter().any(|reference| reference.id == credential.id) {
            let algorithm = match credential.alg {
                CredentialAlgorithm::RS256 => ClientAlgorithm::RS256,
                CredentialAlgorithm::RS384 => ClientAlgorithm::RS384,
                CredentialAlgorithm::PS256 => ClientAlgorithm::PS256,
            };
            let info = parse_client_key(&credential.pem, algorithm, Some(credential.kid))
                .map_err(Problem::internal)?;
            keys.push((info.key, credential.expires_at));
        }
    }
    let subject = format!("{id}@clients");
    Ok(Some(Arc::new(KnownClient { client, subject, secrets, keys })))
}

impl KnownClient {
    /// Whether the client presents a secret.
    pub(crate) fn has_secret(&self) -> bool {
        !self.client.is_public() && self.client.settings.client_authentication_methods.is_none()
    }

    /// Whether the secret is one of the client's, unless it authenticates by assertions instead.
    fn knows(&self, app: &App, secret: &str) -> bool {
        let now = app.clock().now();
        self.has_secret()
            && self
                .secrets
                .iter()
                .filter(|known| known.expires_at.is_none_or(|end| end > now))
                .any(|known| app.0.pepper.matches(secret, &known.hash))
    }
}

/// RFC 7523 section 3: signed by a key of the client, for this server, and used once.
async fn by_assertion(
    app: &App,
    tenant: &Tenant,
    scope: &TenantScope,
    client: &KnownClient,
    jwt: &str,
) -> Result<(), Refusal> {
    let now = app.clock().now();
    let refused = |reason: String| OAuthError::new(ErrorCode::InvalidClient, reason);
    let keys = client.keys.iter().filter(|(_, end)| end.is_none_or(|end| end > now)).map(|(key, _)| key);
    let endpoint = format!("{}oauth/token", tenant.issuer);
    let bare = tenant.issuer.trim_end_matches('/');
    let accepted = [tenant.issuer.as_str(), bare, endpoint.as_str()];
    let id = &client.client.client_id;
    let claims = verify_assertion(jwt, keys, id.as_str(), &accepted, now)
        .map_err(|error| refused(format!("client_assertion is not accepted: {error}")))?;
    let jti = claims.jti.ok_or_else(|| refused("client_assertion must have a jti".to_owned()))?;
    let fresh =
        guildhall_persistence::used_assertions::use_once(app.store(), scope, id, &jti, claims.exp).await?;
    match fresh {
        true => Ok(()),
        false => Err(refused("client_assertion has already been used".to_owned()).into()),
    }
}

//! A tenant's signing keys, opened and ready.

use std::collections::HashMap;
use std::sync::Arc;

use guildhall_domain::clock::Clock;
use guildhall_domain::id::{KeyId, TenantId};
use guildhall_domain::policy::{TenantScope, issuance};
use guildhall_domain::resource_server::Algorithm;
use guildhall_domain::signing_key::{KeyState, StoredKey};
use guildhall_domain::tenant::Tenant;
use guildhall_persistence::{UnitOfWork, signing_keys};
use guildhall_tokens::certificate::Certificate;
use guildhall_tokens::jwks::{KeySet, PublicKey, VerifyingKey};
use guildhall_tokens::key::{PrivateKey, SigningKey};
use guildhall_tokens::vault::Vault;

use crate::context::App;
use crate::problem::Problem;

/// The keys of a tenant.
pub struct KeyRing {
    signing: HashMap<Algorithm, SigningKey>,
    verifying: Vec<VerifyingKey>,
    jwks: String,
}

impl KeyRing {
    /// The key that signs by this algorithm now.
    pub(crate) fn signing(&self, algorithm: Algorithm) -> Option<&SigningKey> {
        self.signing.get(&algorithm)
    }

    /// The keys whose signatures are accepted.
    pub(crate) fn verifying(&self) -> &[VerifyingKey] {
        &self.verifying
    }

    /// The JWK set (RFC 7517) as JSON.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }
}

/// The keys of a tenant.
///
/// # Errors
/// None but the unforeseen: the encryption key is another one, or a stored key is damaged.
pub async fn ring(app: &App, scope: &TenantScope) -> Result<Arc<KeyRing>, Problem> {
    let ring = app
        .0
        .keys
        .get_or_load(app.store(), scope, "keys", || async { load(app, scope).await.map(Some) })
        .await?;
    ring.ok_or_else(|| Problem::internal("no keys"))
}

async fn load(app: &App, scope: &TenantScope) -> Result<Arc<KeyRing>, Problem> {
    let mut stored = signing_keys::all(app.store(), scope).await?;
    stored.retain(|key| key.state != KeyState::Revoked);
    stored.sort_by_key(|key| match key.state {
        KeyState::Current => 0,
        KeyState::Next => 1,
        _ => 2,
    });
    let mut ring = KeyRing { signing: HashMap::new(), verifying: Vec::new(), jwks: String::new() };
    let mut set = KeySet { keys: Vec::new() };
    for key in &stored {
        let public: PublicKey = serde_json::from_value(key.jwk.clone()).map_err(Problem::internal)?;
        ring.verifying.push(VerifyingKey::try_from(&public).map_err(Problem::internal)?);
        set.keys.push(public);
        if key.state == KeyState::Current {
            ring.signing.insert(key.algorithm, app.opened(scope.tenant(), key)?);
        }
    }
    ring.jwks = serde_json::to_string(&set).map_err(Problem::internal)?;
    Ok(Arc::new(ring))
}

impl App {
    /// The private key, from memory if it was opened before: opening and parsing take far longer than signing.
    fn opened(&self, tenant: &TenantId, stored: &StoredKey) -> Result<SigningKey, Problem> {
        let mut opened = self.0.opened.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(key) = opened.get(&stored.kid) {
            return Ok(key.clone());
        }
        let der =
            self.0.vault.open(&context(tenant, &stored.kid), &stored.sealed).map_err(Problem::internal)?;
        let key =
            PrivateKey::from_pkcs8_der(token_algorithm(stored.algorithm), &der).map_err(Problem::internal)?;
        let key = SigningKey::new(stored.kid.as_str(), &key);
        opened.insert(stored.kid.clone(), key.clone());
        Ok(key)
    }

    /// Two new keys of an algorithm, the current and the next one. RSA takes a moment: make them before a unit begins.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub async fn generate_keys(
        &self,
        tenant: &Tenant,
        algorithm: Algorithm,
    ) -> Result<Vec<StoredKey>, Problem> {
        let current = self.generate_key(tenant, algorithm, KeyState::Current).await?;
        Ok(vec![current, self.generate_key(tenant, algorithm, KeyState::Next).await?])
    }

    /// A new key. RSA takes a moment: make it before a unit begins.
    ///
    /// # Errors
    /// None but the unforeseen.
    pub async fn generate_key(
        &self,
        tenant: &Tenant,
        algorithm: Algorithm,
        state: KeyState,
    ) -> Result<StoredKey, Problem> {
        let (app, tenant) = (self.clone(), tenant.clone());
        let made =
            tokio::task::spawn_blocking(move || make(&app.0.vault, app.clock(), &tenant, algorithm, state));
        made.await.map_err(Problem::internal)?
    }
}

/// Makes sure that the tenant can sign by this algorithm: `generated` is stored where it has no key of it yet.
///
/// # Errors
/// None but the unforeseen.
pub async fn store_missing(
    unit: &UnitOfWork,
    tenant: &TenantId,
    generated: &[StoredKey],
) -> Result<(), Problem> {
    let scope = issuance(tenant);
    let held = signing_keys::all(unit, &scope).await?;
    for key in generated {
        if !held.iter().any(|known| known.algorithm == key.algorithm && known.state == key.state) {
            signing_keys::insert(unit, &scope, key).await?;
        }
    }
    Ok(())
}

fn make(
    vault: &Vault,
    clock: &Clock,
    tenant: &Tenant,
    algorithm: Algorithm,
    state: KeyState,
) -> Result<StoredKey, Problem> {
    let key = PrivateKey::generate(token_algorithm(algorithm)).map_err(Problem::internal)?;
    let kid = KeyId::generate(clock);
    let now = clock.now();
    let certificate = Certificate::self_signed(&key, &tenant.name, now).map_err(Problem::internal)?;
    let public = PublicKey::new(kid.as_str(), &key, &certificate).map_err(Problem::internal)?;
    let der = key.to_pkcs8_der().map_err(Problem::internal)?;
    Ok(StoredKey {
        sealed: vault.seal(&context(&tenant.id, &kid), &der).map_err(Problem::internal)?,
        certificate: certificate.pem(),
        jwk: serde_json::to_value(&public).map_err(Problem::internal)?,
        kid,
        algorithm,
        state,
        created_at: now,
        current_since: (state == KeyState::Current).then_some(now),
        current_until: None,
        revoked_at: None,
    })
}

/// What binds a sealed key to its place: it cannot be moved to another tenant or another name.
fn context(tenant: &TenantId, kid: &KeyId) -> String {
    format!("{tenant}/{kid}")
}

/// The domain's algorithm in the words of the tokens crate.
pub(crate) fn token_algorithm(algorithm: Algorithm) -> guildhall_tokens::Algorithm {
    match algorithm {
        Algorithm::HS256 => guildhall_tokens::Algorithm::HS256,
        Algorithm::RS256 => guildhall_tokens::Algorithm::RS256,
        Algorithm::RS512 => guildhall_tokens::Algorithm::RS512,
        Algorithm::PS256 => guildhall_tokens::Algorithm::PS256,
        Algorithm::ES256 => guildhall_tokens::Algorithm::ES256,
        Algorithm::EdDSA => guildhall_tokens::Algorithm::EdDSA,
    }
}

/// Opens the default tenant's keys, so that a wrong encryption key shows at start and the first token does not wait.
///
/// # Errors
/// The encryption key is not the one that the database was written with.
pub async fn check(app: &App) -> Result<(), Problem> {
    if let Some(tenant) = guildhall_persistence::tenants::all(app.store()).await?.first() {
        ring(app, &issuance(&tenant.id)).await?;
    }
    Ok(())
}

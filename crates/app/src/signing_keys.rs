//! A tenant's signing keys: listed, rotated, revoked. Contract section 11.

use guildhall_domain::id::KeyId;
use guildhall_domain::log::Change;
use guildhall_domain::policy::{Authorized, needs};
use guildhall_domain::resource_server::Algorithm;
use guildhall_domain::signing_key::{KeyReference, KeyRotation, KeyState, SigningKeyInfo, StoredKey};
use guildhall_persistence::signing_keys;
use guildhall_tokens::certificate::Certificate;
use serde_json::json;

use crate::context::{App, found};
use crate::keys;
use crate::problem::{Problem, Thing};

/// All keys of the tenant: those that sign first, then the next, the previous and the revoked ones.
///
/// # Errors
/// None but the unforeseen.
pub async fn list(
    app: &App,
    by: &Authorized<needs::ReadSigningKeys>,
) -> Result<Vec<SigningKeyInfo>, Problem> {
    let mut stored = signing_keys::all(app.store(), by.scope()).await?;
    stored.sort_by_key(|key| match key.state {
        KeyState::Current => 0,
        KeyState::Next => 1,
        KeyState::Previous => 2,
        KeyState::Revoked => 3,
    });
    stored.iter().map(info).collect()
}

/// The key with this `kid`.
///
/// # Errors
/// [`Thing::SigningKey`].
pub async fn get(
    app: &App,
    by: &Authorized<needs::ReadSigningKeys>,
    kid: &KeyId,
) -> Result<SigningKeyInfo, Problem> {
    let stored = signing_keys::all(app.store(), by.scope()).await?;
    info(&found(stored.into_iter().find(|key| key.kid == *kid), Thing::SigningKey)?)
}

/// Makes the next key of an algorithm current, the current one previous, and a new one the next, which is returned.
/// What the previous key signed stays accepted until it is revoked; one that was previous already is revoked.
///
/// # Errors
/// [`Problem::Invalid`] for `HS256`, whose keys are the APIs' own.
pub async fn rotate(
    app: &App,
    by: &Authorized<needs::RotateSigningKeys>,
    rotation: KeyRotation,
) -> Result<KeyReference, Problem> {
    let algorithm = rotation.alg;
    if algorithm == Algorithm::HS256 {
        return Err(Problem::invalid(
            "alg",
            "HS256 signs with the secret of an API, not with a key of the tenant",
        ));
    }
    let (scope, now) = (by.scope(), app.clock().now());
    let tenant = app.tenant(scope).await?;
    let generated = match keys::ring(app, scope).await?.signing(algorithm) {
        Some(_) => vec![app.generate_key(&tenant, algorithm, KeyState::Next).await?],
        None => app.generate_keys(&tenant, algorithm).await?,
    };
    let fresh = found(generated.iter().find(|key| key.state == KeyState::Next), Thing::SigningKey)?;
    let mut unit = app.begin(by).await?;
    // Recorded first: the epoch's row is locked from here on, so two rotations follow each other.
    let change = Change::new("signing_keys.rotated", fresh.kid.as_str());
    unit.record(change.after(&json!({"alg": algorithm, "next": fresh.kid}))).await?;
    let held = signing_keys::all(&unit, scope).await?;
    let in_state =
        |state| held.iter().filter(move |key| key.algorithm == algorithm && key.state == state).cloned();
    for key in in_state(KeyState::Previous) {
        let revoked = StoredKey { state: KeyState::Revoked, revoked_at: Some(now), ..key };
        signing_keys::update(&unit, scope, &revoked).await?;
    }
    for key in in_state(KeyState::Current) {
        let previous = StoredKey { state: KeyState::Previous, current_until: Some(now), ..key };
        signing_keys::update(&unit, scope, &previous).await?;
    }
    for key in in_state(KeyState::Next) {
        let current = StoredKey { state: KeyState::Current, current_since: Some(now), ..key };
        signing_keys::update(&unit, scope, &current).await?;
    }
    keys::store_missing(&unit, scope.tenant(), &generated).await?;
    unit.commit().await?;
    Ok(reference(fresh))
}

/// Revokes a previous key: what it signed is no longer accepted.
///
/// # Errors
/// [`Thing::SigningKey`], [`Problem::NotNow`] for a key that is not a previous one.
pub async fn revoke(
    app: &App,
    by: &Authorized<needs::RevokeSigningKeys>,
    kid: &KeyId,
) -> Result<KeyReference, Problem> {
    let mut unit = app.begin(by).await?;
    unit.record(Change::new("signing_key.revoked", kid.as_str())).await?;
    let held = signing_keys::all(&unit, by.scope()).await?;
    let key = found(held.into_iter().find(|key| key.kid == *kid), Thing::SigningKey)?;
    if key.state != KeyState::Previous {
        return Err(Problem::NotNow("Only a previous signing key can be revoked.".to_owned()));
    }
    let revoked = StoredKey { state: KeyState::Revoked, revoked_at: Some(app.clock().now()), ..key };
    signing_keys::update(&unit, by.scope(), &revoked).await?;
    unit.commit().await?;
    Ok(reference(&revoked))
}

fn reference(key: &StoredKey) -> KeyReference {
    KeyReference { cert: key.certificate.clone(), kid: key.kid.clone() }
}

fn info(key: &StoredKey) -> Result<SigningKeyInfo, Problem> {
    let certificate = Certificate::from_pem(&key.certificate).map_err(Problem::internal)?;
    let is = |state| (key.state == state).then_some(true);
    Ok(SigningKeyInfo {
        kid: key.kid.clone(),
        alg: key.algorithm,
        cert: key.certificate.clone(),
        pkcs7: certificate.pkcs7(),
        current: is(KeyState::Current),
        next: is(KeyState::Next),
        previous: is(KeyState::Previous),
        current_since: key.current_since,
        current_until: key.current_until,
        fingerprint: certificate.fingerprint(),
        thumbprint: certificate.thumbprint(),
        revoked: key.state == KeyState::Revoked,
        revoked_at: key.revoked_at,
    })
}

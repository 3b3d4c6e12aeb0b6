//! Client assertions: `private_key_jwt` (OpenID Connect Core section 9, RFC 7523).

use chrono::{DateTime, Utc};

use crate::client_key::ClientKey;
use crate::jwks::VerifyingKey;
use crate::jws::{Registered, Unverified};

/// How far ahead the `exp` of an assertion may lie, in seconds: the caller must remember its `jti` that long.
pub const MAX_LIFETIME: i64 = 3600;

/// By how many seconds a client's clock may be fast, for `nbf` and `iat`.
pub const LEEWAY: i64 = 60;

/// What the caller needs of an accepted assertion, to refuse it the second time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssertionClaims {
    /// `jti`, when the client sent one.
    pub jti: Option<String>,
    /// `exp`: until then the `jti` must be remembered.
    pub exp: DateTime<Utc>,
}

/// Why an assertion was not accepted. The caller answers `invalid_client` to all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// Not a JWS with JSON claims, or claims of the wrong shape.
    #[error("malformed client assertion")]
    Malformed,
    /// The header names a key that the client does not have.
    #[error("client assertion: unknown kid")]
    UnknownKey,
    /// Signed by none of the client's keys, or not with the key's algorithm.
    #[error("client assertion: bad signature")]
    BadSignature,
    /// `iss` and `sub` are not both the client.
    #[error("client assertion: iss and sub must be the client_id")]
    WrongClient,
    /// `aud` is not this server.
    #[error("client assertion: wrong aud")]
    WrongAudience,
    /// No `exp`.
    #[error("client assertion: exp is required")]
    NoExpiry,
    /// `exp` has passed.
    #[error("client assertion: expired")]
    Expired,
    /// `exp` is further ahead than [`MAX_LIFETIME`].
    #[error("client assertion: exp is too far in the future")]
    TooLong,
    /// `nbf` or `iat` lies in the future.
    #[error("client assertion: not valid yet")]
    NotYetValid,
}

/// Checks a client assertion by the rules of RFC 7523 section 3. The caller refuses a `jti` that it has seen.
///
/// With a `kid` in the header only that key is tried, otherwise all. `accepted_audiences` are the names of this
/// server: issuer and token endpoint.
///
/// # Errors
/// The first check that failed, as [`AssertionError`].
pub fn verify_assertion<'k>(
    jwt: &str,
    keys: impl IntoIterator<Item = &'k ClientKey>,
    client_id: &str,
    accepted_audiences: &[&str],
    now: DateTime<Utc>,
) -> Result<AssertionClaims, AssertionError> {
    let token = Unverified::parse(jwt).ok_or(AssertionError::Malformed)?;
    let named = |key: &&ClientKey| token.header.kid.as_ref().is_none_or(|kid| kid == key.kid());
    let mut candidates = keys.into_iter().filter(named).peekable();
    candidates.peek().ok_or(AssertionError::UnknownKey)?;
    candidates
        .find(|key| VerifyingKey::try_from(*key).is_ok_and(|key| token.is_signed_by(&key)))
        .ok_or(AssertionError::BadSignature)?;

    let claims: Registered = token.claims().ok_or(AssertionError::Malformed)?;
    // Section 3, points 1 and 2.
    if claims.iss.as_deref() != Some(client_id) || claims.sub.as_deref() != Some(client_id) {
        return Err(AssertionError::WrongClient);
    }
    // Point 3.
    if !claims.aud.is_some_and(|aud| accepted_audiences.iter().any(|accepted| aud.contains(accepted))) {
        return Err(AssertionError::WrongAudience);
    }
    // Points 4 to 6.
    let (exp, now) = (claims.exp.ok_or(AssertionError::NoExpiry)?, now.timestamp() as f64);
    if exp <= now {
        return Err(AssertionError::Expired);
    }
    if exp > now + MAX_LIFETIME as f64 {
        return Err(AssertionError::TooLong);
    }
    if [claims.nbf, claims.iat].into_iter().flatten().any(|start| start > now + LEEWAY as f64) {
        return Err(AssertionError::NotYetValid);
    }
    let exp = DateTime::from_timestamp(exp.ceil() as i64, 0).ok_or(AssertionError::Malformed)?;
    Ok(AssertionClaims { jti: claims.jti, exp })
}

/// The `sub` of an assertion that nobody has verified: only good for finding the client whose keys to verify it with,
/// when the request has no `client_id`.
pub fn unverified_subject(jwt: &str) -> Option<String> {
    Unverified::parse(jwt)?.claims::<Registered>()?.sub
}

#[cfg(test)]
mod tests;

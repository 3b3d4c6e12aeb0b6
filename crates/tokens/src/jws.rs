//! Signed tokens: JWS compact serialization (RFC 7515) with JSON claims (RFC 7519).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::jwks::VerifyingKey;
use crate::key::SigningKey;
use crate::{Error, provider};

/// The `typ` of a token's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Typ {
    /// `JWT` (RFC 7519 section 5.1): ID tokens, and access tokens in the Auth0 dialects.
    Jwt,
    /// `at+jwt` (RFC 9068 section 2.1).
    AccessToken,
    /// `logout+jwt` (OpenID Connect Back-Channel Logout 1.0 section 2.4).
    LogoutToken,
}

impl Typ {
    /// The value in the header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "JWT",
            Self::AccessToken => "at+jwt",
            Self::LogoutToken => "logout+jwt",
        }
    }

    /// RFC 7515 section 4.1.9: a media type, of which `application/` may be left out.
    fn is(self, typ: &str) -> bool {
        typ.strip_prefix("application/").unwrap_or(typ).eq_ignore_ascii_case(self.as_str())
    }
}

/// Signs claims. The header is `{typ, alg, kid}`, with the `kid` and `alg` of the key.
///
/// # Errors
/// [`Error::Signing`] when the claims cannot be written as JSON or the key cannot sign.
pub fn sign<C: Serialize>(key: &SigningKey, typ: Typ, claims: &C) -> Result<String, Error> {
    let header = key.header(typ);
    let token = match key.pair() {
        Some(pair) => provider::encode(header, claims, key.encoding(), pair),
        None => jsonwebtoken::encode(header, claims, key.encoding()),
    };
    Ok(token?)
}

/// What a token must be to be accepted.
#[derive(Debug, Clone, Copy)]
pub struct Expectations<'a> {
    /// The one issuer, compared byte by byte.
    pub issuer: &'a str,
    /// The audience that must be among those of the token.
    pub audience: &'a str,
    /// The types that are accepted. A token without `typ` is of none.
    pub typ: &'a [Typ],
    /// The time of the request.
    pub now: DateTime<Utc>,
    /// By how many seconds the clocks may differ, for `exp` and `nbf`.
    pub leeway: i64,
}

/// Why a token was not accepted. The first check that fails decides; nothing is said of the claims of a token whose
/// signature is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Not a JWS with JSON claims, without `exp`, or with claims of the wrong shape.
    #[error("malformed token")]
    Malformed,
    /// No key with the token's `kid`.
    #[error("unknown signing key")]
    UnknownKey,
    /// Not signed by that key, or not with that key's algorithm.
    #[error("bad signature")]
    BadSignature,
    /// Another `typ`.
    #[error("wrong token type")]
    WrongType,
    /// Another `iss`.
    #[error("wrong issuer")]
    WrongIssuer,
    /// The audience is not among `aud`.
    #[error("wrong audience")]
    WrongAudience,
    /// `exp` has passed.
    #[error("token expired")]
    Expired,
    /// `nbf` has not come.
    #[error("token not valid yet")]
    NotYetValid,
}

/// Checks signature, type, issuer, audience and times of a token, in this order, and reads its claims.
///
/// Keys are tried when their `kid` equals that of the header; a token without `kid` needs a key without one. The
/// algorithm is the key's: a header with another one is refused (RFC 8725 section 3.1).
///
/// # Errors
/// The first check that failed, as [`VerifyError`].
pub fn verify<'k, T: DeserializeOwned>(
    token: &str,
    keys: impl IntoIterator<Item = &'k VerifyingKey>,
    expected: &Expectations<'_>,
) -> Result<T, VerifyError> {
    let token = Unverified::parse(token).ok_or(VerifyError::Malformed)?;
    let mut candidates = keys.into_iter().filter(|key| key.kid() == token.header.kid.as_deref()).peekable();
    candidates.peek().ok_or(VerifyError::UnknownKey)?;
    candidates.find(|key| token.is_signed_by(key)).ok_or(VerifyError::BadSignature)?;

    let typ = token.header.typ.as_deref().ok_or(VerifyError::WrongType)?;
    if !expected.typ.iter().any(|accepted| accepted.is(typ)) {
        return Err(VerifyError::WrongType);
    }
    let claims: Registered = token.claims().ok_or(VerifyError::Malformed)?;
    if claims.iss.as_deref() != Some(expected.issuer) {
        return Err(VerifyError::WrongIssuer);
    }
    if !claims.aud.is_some_and(|aud| aud.contains(expected.audience)) {
        return Err(VerifyError::WrongAudience);
    }
    let (now, leeway) = (expected.now.timestamp() as f64, expected.leeway as f64);
    if claims.exp.ok_or(VerifyError::Malformed)? + leeway <= now {
        return Err(VerifyError::Expired);
    }
    if claims.nbf.is_some_and(|nbf| nbf - leeway > now) {
        return Err(VerifyError::NotYetValid);
    }
    token.claims().ok_or(VerifyError::Malformed)
}

/// The header and the claims of a token that nobody has verified, to show them.
pub fn unverified(token: &str) -> Option<(Value, Value)> {
    let mut parts = token.splitn(3, '.');
    Some((part(parts.next()?)?, part(parts.next()?)?))
}

/// The audiences of a token that nobody has verified: only good for finding out what to verify it with.
pub fn unverified_audiences(token: &str) -> Vec<String> {
    let claims = Unverified::parse(token).and_then(|token| token.claims::<Registered>());
    match claims.and_then(|claims| claims.aud) {
        Some(Audience::One(one)) => vec![one],
        Some(Audience::Many(many)) => many,
        None => Vec::new(),
    }
}

/// The one audience of a token whose signature was not checked yet, to find out whose it may be.
pub fn unverified_audience(token: &str) -> Option<String> {
    match Unverified::parse(token)?.claims::<Registered>()?.aud? {
        Audience::One(audience) => Some(audience),
        Audience::Many(_) => None,
    }
}

/// The registered claims that are checked (RFC 7519 section 4.1). Times may have a fraction (section 2).
#[derive(Deserialize)]
pub(crate) struct Registered {
    pub iss: Option<String>,
    pub sub: Option<String>,
    pub aud: Option<Audience>,
    pub exp: Option<f64>,
    pub nbf: Option<f64>,
    pub iat: Option<f64>,
    pub jti: Option<String>,
}

/// `aud`: one string or an array of them.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    pub fn contains(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Many(many) => many.iter().any(|one| one == audience),
        }
    }
}

/// A token taken apart, before its signature was checked.
pub(crate) struct Unverified<'t> {
    pub header: UnverifiedHeader,
    message: &'t str,
    payload: &'t str,
    signature: &'t str,
}

#[derive(Deserialize)]
pub(crate) struct UnverifiedHeader {
    alg: String,
    pub kid: Option<String>,
    typ: Option<String>,
    crit: Option<IgnoredAny>,
}

impl<'t> Unverified<'t> {
    pub fn parse(token: &'t str) -> Option<Self> {
        let (message, signature) = token.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        let header: UnverifiedHeader = part(header)?;
        // RFC 7515 section 4.1.11: an extension that is not understood makes the token invalid; none is.
        let understood = header.crit.is_none();
        understood.then_some(Self { header, message, payload, signature })
    }

    pub fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        let algorithm = key.algorithm();
        self.header.alg.parse().is_ok_and(|named: jsonwebtoken::Algorithm| named == algorithm)
            && jsonwebtoken::crypto::verify(self.signature, self.message.as_bytes(), key.key(), algorithm)
                .unwrap_or(false)
    }

    pub fn claims<T: DeserializeOwned>(&self) -> Option<T> {
        part(self.payload)
    }
}

fn part<T: DeserializeOwned>(encoded: &str) -> Option<T> {
    let json = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    serde_json::from_slice(&json).ok()
}

#[cfg(test)]
mod tests;

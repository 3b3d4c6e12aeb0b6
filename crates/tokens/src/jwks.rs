//! Public keys as JSON web keys (RFC 7517), and the keys that tokens are verified with.

use aws_lc_rs::signature::{KeyPair as _, RsaPublicKeyComponents};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde::{Deserialize, Serialize};

use crate::certificate::Certificate;
use crate::key::{KeyPair, PrivateKey};
use crate::{Algorithm, Error, provider};

/// A public key as it is published: a JWK whose members always come in this order. It is also what is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// Key type: `RSA`, `EC` or `OKP`.
    pub kty: String,
    /// Always `sig`.
    #[serde(rename = "use")]
    pub key_use: String,
    /// RSA modulus, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// RSA exponent, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// Curve: `P-256` or `Ed25519`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// First coordinate, or the whole Ed25519 key, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Second coordinate, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// Key id, the `kid` of tokens signed with the key.
    pub kid: String,
    /// SHA-1 of the certificate, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x5t: Option<String>,
    /// The certificate, base64 of its DER.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub x5c: Vec<String>,
    /// Algorithm. A tenant may want it left out of what is published, not of what is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<Algorithm>,
}

/// A JWK set (RFC 7517 section 5), as served at `/.well-known/jwks.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySet {
    /// The keys, newest use first.
    pub keys: Vec<PublicKey>,
}

impl PublicKey {
    /// The public half of a private key, with its certificate.
    ///
    /// # Errors
    /// [`Error::InvalidKey`] when the public key has no coordinates to publish.
    pub fn new(kid: impl Into<String>, key: &PrivateKey, certificate: &Certificate) -> Result<Self, Error> {
        let mut jwk = Self {
            kty: String::new(),
            key_use: "sig".to_owned(),
            n: None,
            e: None,
            crv: None,
            x: None,
            y: None,
            kid: kid.into(),
            x5t: Some(certificate.x5t()),
            x5c: vec![STANDARD.encode(certificate.der())],
            alg: Some(key.algorithm()),
        };
        match key.pair() {
            KeyPair::Rsa(pair) => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                jwk.kty = "RSA".to_owned();
                jwk.n = Some(URL_SAFE_NO_PAD.encode(public.n));
                jwk.e = Some(URL_SAFE_NO_PAD.encode(public.e));
            }
            KeyPair::Ec(pair) => {
                // SEC 1 section 2.3.3: 4 for "uncompressed", then both coordinates.
                let [4, point @ ..] = pair.public_key().as_ref() else {
                    return Err(Error::InvalidKey(key.algorithm()));
                };
                let (x, y) = point.split_at(point.len() / 2);
                jwk.kty = "EC".to_owned();
                jwk.crv = Some("P-256".to_owned());
                jwk.x = Some(URL_SAFE_NO_PAD.encode(x));
                jwk.y = Some(URL_SAFE_NO_PAD.encode(y));
            }
            KeyPair::Ed(pair) => {
                jwk.kty = "OKP".to_owned();
                jwk.crv = Some("Ed25519".to_owned());
                jwk.x = Some(URL_SAFE_NO_PAD.encode(pair.public_key()));
            }
        }
        Ok(jwk)
    }
}

/// A key to verify signatures with, its `kid`, and the one algorithm that it accepts.
#[derive(Debug, Clone)]
pub struct VerifyingKey {
    kid: Option<String>,
    algorithm: jsonwebtoken::Algorithm,
    key: DecodingKey,
}

impl VerifyingKey {
    /// The secret of an API, for HS256.
    pub fn secret(kid: Option<String>, secret: &[u8]) -> Self {
        Self::new(kid, jsonwebtoken::Algorithm::HS256, DecodingKey::from_secret(secret))
    }

    pub(crate) fn new(kid: Option<String>, algorithm: jsonwebtoken::Algorithm, key: DecodingKey) -> Self {
        // Verifying fixes the provider of the process, and signing needs ours.
        provider::install();
        Self { kid, algorithm, key }
    }

    /// The key id that a token's header must name.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    pub(crate) fn algorithm(&self) -> jsonwebtoken::Algorithm {
        self.algorithm
    }

    pub(crate) fn key(&self) -> &DecodingKey {
        &self.key
    }
}

impl TryFrom<&PublicKey> for VerifyingKey {
    type Error = Error;

    /// # Errors
    /// [`Error::InvalidJwk`] when `alg` or a member that it needs is missing or is not base64url, and for HS256.
    fn try_from(jwk: &PublicKey) -> Result<Self, Error> {
        let algorithm = jwk.alg.ok_or(Error::InvalidJwk)?;
        let key = match (algorithm, &jwk.n, &jwk.e, &jwk.x, &jwk.y) {
            (Algorithm::RS256 | Algorithm::RS512 | Algorithm::PS256, Some(n), Some(e), ..) => {
                DecodingKey::from_rsa_components(n, e)
            }
            (Algorithm::ES256, _, _, Some(x), Some(y)) => DecodingKey::from_ec_components(x, y),
            (Algorithm::EdDSA, _, _, Some(x), _) => DecodingKey::from_ed_components(x),
            _ => return Err(Error::InvalidJwk),
        };
        let key = key.map_err(|_| Error::InvalidJwk)?;
        Ok(Self::new(Some(jwk.kid.clone()), algorithm.into(), key))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rstest::rstest;
    use serde_json::Value;

    use super::*;

    #[rstest]
    #[case(Algorithm::RS256, &["kty", "use", "n", "e", "kid", "x5t", "x5c", "alg"])]
    #[case(Algorithm::ES256, &["kty", "use", "crv", "x", "y", "kid", "x5t", "x5c", "alg"])]
    #[case(Algorithm::EdDSA, &["kty", "use", "crv", "x", "kid", "x5t", "x5c", "alg"])]
    fn members_come_in_order_and_survive_storage(#[case] algorithm: Algorithm, #[case] members: &[&str]) {
        let private = PrivateKey::generate(algorithm).unwrap();
        let certificate =
            Certificate::self_signed(&private, "acme", DateTime::from_timestamp(0, 0).unwrap()).unwrap();
        let public = PublicKey::new("k", &private, &certificate).unwrap();
        let json = serde_json::to_string(&public).unwrap();
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value.as_object().unwrap().keys().collect::<Vec<_>>(), members);
        assert_eq!(serde_json::from_str::<PublicKey>(&json).unwrap(), public);
        assert!(VerifyingKey::try_from(&public).is_ok());

        let nameless = PublicKey { alg: None, ..public.clone() };
        assert!(VerifyingKey::try_from(&nameless).is_err());
        let confused = PublicKey { alg: Some(Algorithm::HS256), ..public };
        assert!(VerifyingKey::try_from(&confused).is_err());
    }
}

//! Public keys that clients register, for `private_key_jwt`.

use aws_lc_rs::digest;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{RsaParameters, RsaPublicKeyComponents};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::DecodingKey;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::certificate::Certificate;
use crate::jwks::VerifyingKey;

/// The algorithms that clients may sign assertions with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum ClientAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[default]
    RS256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RS384,
    /// RSASSA-PSS with SHA-256.
    PS256,
}

impl From<ClientAlgorithm> for jsonwebtoken::Algorithm {
    fn from(algorithm: ClientAlgorithm) -> Self {
        match algorithm {
            ClientAlgorithm::RS256 => Self::RS256,
            ClientAlgorithm::RS384 => Self::RS384,
            ClientAlgorithm::PS256 => Self::PS256,
        }
    }
}

/// The RSA public key of a client. Its JSON is a JWK and is what is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientKey {
    kty: RsaType,
    n: String,
    e: String,
    kid: String,
    alg: ClientAlgorithm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum RsaType {
    #[serde(rename = "RSA")]
    Rsa,
}

impl ClientKey {
    /// The key id: the one that the client was registered with, or the thumbprint of the key.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The one algorithm that this key accepts.
    pub fn algorithm(&self) -> ClientAlgorithm {
        self.alg
    }
}

impl TryFrom<&ClientKey> for VerifyingKey {
    type Error = Error;

    /// # Errors
    /// [`Error::InvalidJwk`] when the stored members are not base64url.
    fn try_from(key: &ClientKey) -> Result<Self, Error> {
        let decoding = DecodingKey::from_rsa_components(&key.n, &key.e).map_err(|_| Error::InvalidJwk)?;
        Ok(Self::new(Some(key.kid.clone()), key.alg.into(), decoding))
    }
}

/// What a PEM of a client says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientKeyInfo {
    /// The key, to be stored.
    pub key: ClientKey,
    /// `x5t#S256` of the certificate; none for a bare key.
    pub thumbprint_sha256: Option<String>,
    /// End of the certificate's validity; none for a bare key.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Why a client's PEM is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientKeyError {
    /// Neither a public key nor a certificate; a private key is not one either.
    #[error("the PEM must hold a public key or an X.509 certificate")]
    NotPublic,
    /// Not an RSA key, which all [`ClientAlgorithm`]s need.
    #[error("the key must be an RSA key")]
    NotRsa,
    /// Fewer than 2048 or more than 8192 bits.
    #[error("the key must have 2048 to 8192 bits")]
    Size,
}

/// Reads a client's public key from PEM: `PUBLIC KEY`, `RSA PUBLIC KEY` or `CERTIFICATE`. Without a `kid`, the key is
/// named by its RFC 7638 thumbprint (43 characters of base64url).
///
/// # Errors
/// [`ClientKeyError`].
pub fn parse_client_key(
    pem: &str,
    alg: ClientAlgorithm,
    kid: Option<String>,
) -> Result<ClientKeyInfo, ClientKeyError> {
    let block = pem::parse(pem).map_err(|_| ClientKeyError::NotPublic)?;
    let certificate = match block.tag() {
        "CERTIFICATE" => {
            Some(Certificate::from_der(block.contents()).map_err(|_| ClientKeyError::NotPublic)?)
        }
        "PUBLIC KEY" | "RSA PUBLIC KEY" => None,
        _ => return Err(ClientKeyError::NotPublic),
    };
    let der = match &certificate {
        Some(certificate) => certificate.public_key_der().map_err(|_| ClientKeyError::NotPublic)?,
        None => block.into_contents(),
    };
    let public = rsa::PublicKey::from_der(&der).map_err(|_| ClientKeyError::NotRsa)?;
    let size = RsaParameters::public_modulus_len(public.as_ref()).unwrap_or(0);
    if !(2048..=8192).contains(&size) {
        return Err(ClientKeyError::Size);
    }
    let public = RsaPublicKeyComponents::<Vec<u8>>::from(&public);
    let (n, e) = (URL_SAFE_NO_PAD.encode(public.n), URL_SAFE_NO_PAD.encode(public.e));
    let kid = kid.unwrap_or_else(|| thumbprint(&n, &e));
    Ok(ClientKeyInfo {
        key: ClientKey { kty: RsaType::Rsa, n, e, kid, alg },
        thumbprint_sha256: certificate.as_ref().map(Certificate::thumbprint_sha256),
        expires_at: certificate.as_ref().map(Certificate::not_after),
    })
}

/// RFC 7638 section 3: the required members in the order of their names, hashed.
fn thumbprint(n: &str, e: &str) -> String {
    let members = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Algorithm;
    use crate::key::PrivateKey;

    const RSA_1024: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCsoCcAIrm3YuXw7xOe3cWyz1Yq
9Taojaw7smXM5c/L8pepathoM/HMmP26Ao6iRJJlw1yszK6uH6ermdoLRl6ARgxL
4Ldi8cqf3ZPOQj3Q29yWp+ehiVueO3LK+zSa4EMg9PG/ehaQnBJUW42AD3M4v0y/
2uQqngBEf1DM+lxcAQIDAQAB
-----END PUBLIC KEY-----
";
    const P_256: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjxnbulYCJ8cjRfDw+NSwBs3MgXdn
EXeQYehI0uyGm4fcNYs2A/Zb7mdZD3z2Km7+NvbF3xmqEl0fUVSwBM3q5A==
-----END PUBLIC KEY-----
";

    #[test]
    fn the_kid_is_the_thumbprint_unless_given() {
        // The example of RFC 7638 section 3.1.
        let rfc7638 = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        assert_eq!(thumbprint(rfc7638, "AQAB"), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn unsuitable_pems() {
        let ed = PrivateKey::generate(Algorithm::EdDSA).unwrap();
        let private = pem::encode(&pem::Pem::new("PRIVATE KEY", ed.to_pkcs8_der().unwrap().to_vec()));
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let certificate = Certificate::self_signed(&ed, "client", now).unwrap();
        let of = |pem: &str| parse_client_key(pem, ClientAlgorithm::RS256, None).unwrap_err();
        assert_eq!(of(""), ClientKeyError::NotPublic);
        assert_eq!(of(&private), ClientKeyError::NotPublic);
        assert_eq!(of(&certificate.pem()), ClientKeyError::NotRsa);
        assert_eq!(of(P_256), ClientKeyError::NotRsa);
        assert_eq!(of(RSA_1024), ClientKeyError::Size);
    }
}

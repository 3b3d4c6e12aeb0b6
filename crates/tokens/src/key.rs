//! Private keys, and keys ready to sign with.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use jsonwebtoken::{EncodingKey, Header};
use zeroize::Zeroizing;

use crate::jws::Typ;
use crate::{Algorithm, Error, provider};

/// A parsed key pair, by family.
pub(crate) enum KeyPair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

/// A private key and the one algorithm it is used with. A clone shares the parsed key.
#[derive(Clone)]
pub struct PrivateKey {
    algorithm: Algorithm,
    pair: Arc<KeyPair>,
}

impl PrivateKey {
    /// Makes a new random key: RSA of 2048 bits, P-256 or Ed25519. RSA takes a tenth of a second or so.
    ///
    /// # Errors
    /// [`Error::NoKeyPair`] for HS256, [`Error::Generation`] when the library fails.
    pub fn generate(algorithm: Algorithm) -> Result<Self, Error> {
        let pair = match algorithm {
            Algorithm::HS256 => return Err(Error::NoKeyPair(algorithm)),
            Algorithm::RS256 | Algorithm::RS512 | Algorithm::PS256 => {
                RsaKeyPair::generate(KeySize::Rsa2048).map(KeyPair::Rsa)
            }
            Algorithm::ES256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map(KeyPair::Ec),
            Algorithm::EdDSA => Ed25519KeyPair::generate().map(KeyPair::Ed),
        };
        let pair = pair.map_err(|_| Error::Generation)?;
        Ok(Self { algorithm, pair: Arc::new(pair) })
    }

    /// Reads a key from unencrypted PKCS #8 DER (RFC 5208) and checks it.
    ///
    /// # Errors
    /// [`Error::NoKeyPair`] for HS256, [`Error::InvalidKey`] when the bytes are no such key.
    pub fn from_pkcs8_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, Error> {
        let pair = match algorithm {
            Algorithm::HS256 => return Err(Error::NoKeyPair(algorithm)),
            Algorithm::RS256 | Algorithm::RS512 | Algorithm::PS256 => {
                RsaKeyPair::from_pkcs8(der).map(KeyPair::Rsa)
            }
            Algorithm::ES256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map(KeyPair::Ec)
            }
            Algorithm::EdDSA => Ed25519KeyPair::from_pkcs8(der).map(KeyPair::Ed),
        };
        let pair = pair.map_err(|_| Error::InvalidKey(algorithm))?;
        Ok(Self { algorithm, pair: Arc::new(pair) })
    }

    /// The key as unencrypted PKCS #8 DER, wiped from memory when dropped.
    ///
    /// # Errors
    /// [`Error::InvalidKey`] when the library cannot encode the key.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let der = match &*self.pair {
            KeyPair::Rsa(pair) => AsDer::<Pkcs8V1Der>::as_der(pair).map(|der| der.as_ref().to_vec()),
            KeyPair::Ec(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            KeyPair::Ed(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
        };
        der.map(Zeroizing::new).map_err(|_| Error::InvalidKey(self.algorithm))
    }

    /// The algorithm that this key signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn pair(&self) -> &KeyPair {
        &self.pair
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PrivateKey({})", self.algorithm)
    }
}

/// A key ready to sign: parsed, with its headers prepared. A clone costs one reference count.
#[derive(Clone)]
pub struct SigningKey(Arc<Ready>);

struct Ready {
    algorithm: Algorithm,
    jwt: Header,
    access_token: Header,
    logout_token: Header,
    encoding: EncodingKey,
    pair: Option<Arc<KeyPair>>,
}

impl SigningKey {
    /// Makes a private key ready to sign under the key id that its JWK is published with.
    pub fn new(kid: impl Into<String>, key: &PrivateKey) -> Self {
        let encoding = match &*key.pair {
            KeyPair::Rsa(_) => EncodingKey::from_rsa_der(provider::PARSED),
            KeyPair::Ec(_) => EncodingKey::from_ec_der(provider::PARSED),
            KeyPair::Ed(_) => EncodingKey::from_ed_der(provider::PARSED),
        };
        Self::ready(key.algorithm, Some(kid.into()), encoding, Some(key.pair.clone()))
    }

    /// Makes an API's secret ready to sign with HS256. Such tokens usually carry no `kid`.
    pub fn secret(kid: Option<String>, secret: &[u8]) -> Self {
        Self::ready(Algorithm::HS256, kid, EncodingKey::from_secret(secret), None)
    }

    fn ready(
        algorithm: Algorithm,
        kid: Option<String>,
        encoding: EncodingKey,
        pair: Option<Arc<KeyPair>>,
    ) -> Self {
        provider::install();
        let header = |typ: Typ| Header {
            typ: Some(typ.as_str().to_owned()),
            kid: kid.clone(),
            ..Header::new(algorithm.into())
        };
        let (jwt, access_token) = (header(Typ::Jwt), header(Typ::AccessToken));
        let logout_token = header(Typ::LogoutToken);
        Self(Arc::new(Ready { algorithm, jwt, access_token, logout_token, encoding, pair }))
    }

    /// The key id in the header of tokens signed with this key.
    pub fn kid(&self) -> Option<&str> {
        self.0.jwt.kid.as_deref()
    }

    /// The algorithm that this key signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm
    }

    pub(crate) fn header(&self, typ: Typ) -> &Header {
        match typ {
            Typ::Jwt => &self.0.jwt,
            Typ::AccessToken => &self.0.access_token,
            Typ::LogoutToken => &self.0.logout_token,
        }
    }

    pub(crate) fn encoding(&self) -> &EncodingKey {
        &self.0.encoding
    }

    pub(crate) fn pair(&self) -> Option<&Arc<KeyPair>> {
        self.0.pair.as_ref()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({}, {:?})", self.0.algorithm, self.kid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(Algorithm::RS256)]
    #[case(Algorithm::PS256)]
    #[case(Algorithm::ES256)]
    #[case(Algorithm::EdDSA)]
    fn a_key_survives_storage(#[case] algorithm: Algorithm) {
        let key = PrivateKey::generate(algorithm).unwrap();
        let der = key.to_pkcs8_der().unwrap();
        let read = PrivateKey::from_pkcs8_der(algorithm, &der).unwrap();
        assert_eq!(read.to_pkcs8_der().unwrap(), der);
        assert!(PrivateKey::from_pkcs8_der(algorithm, &der[1..]).is_err());
    }

    #[test]
    fn a_key_of_another_family_is_refused() {
        let der = PrivateKey::generate(Algorithm::EdDSA).unwrap().to_pkcs8_der().unwrap();
        assert!(matches!(PrivateKey::from_pkcs8_der(Algorithm::ES256, &der), Err(Error::InvalidKey(_))));
        assert!(matches!(PrivateKey::generate(Algorithm::HS256), Err(Error::NoKeyPair(_))));
    }

    #[test]
    fn debug_shows_no_key() {
        let secret = SigningKey::secret(None, b"top-secret");
        assert_eq!(format!("{secret:?}"), "SigningKey(HS256, None)");
    }
}

//! Random secrets, and the keyed hash under which they are stored.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A secret in plain text: never stored, never logged, wiped from memory when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The plain text, for the one answer that shows it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(Zeroizing::new(secret))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

/// What is stored of a secret: 43 characters of base64url, HMAC-SHA-256 under the [`Pepper`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(String);

impl SecretHash {
    /// The hash as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for SecretHash {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<SecretHash> for String {
    fn from(hash: SecretHash) -> Self {
        hash.0
    }
}

/// The key of the hash. It comes from [`MasterKey::pepper`](crate::vault::MasterKey::pepper).
#[derive(Clone)]
pub struct Pepper(hmac::Key);

impl Pepper {
    /// Uses 32 secret bytes as the key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The hash to store for a secret. The same secret always has the same hash, so it can be looked up by it.
    pub fn hash(&self, secret: &str) -> SecretHash {
        SecretHash(URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, secret.as_bytes())))
    }

    /// Whether a presented secret is the one behind a stored hash, in constant time. A hash that is not of this
    /// shape matches nothing.
    pub fn matches(&self, secret: &str, hash: impl AsRef<str>) -> bool {
        URL_SAFE_NO_PAD
            .decode(hash.as_ref())
            .is_ok_and(|tag| hmac::verify(&self.0, secret.as_bytes(), &tag).is_ok())
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pepper(..)")
    }
}

/// A new secret of a client or an API: 64 characters of `[A-Za-z0-9_-]` from 48 random bytes.
pub fn random_secret() -> Secret {
    text::<48>().into()
}

/// A new opaque token (refresh token, authorization code, ticket): 43 characters of `[A-Za-z0-9_-]` from 32 random
/// bytes.
pub fn random_token() -> Secret {
    text::<32>().into()
}

/// A new ticket of an invitation: 32 letters or digits, 190 random bits.
pub fn random_ticket() -> Secret {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut ticket = String::with_capacity(32);
    while ticket.len() < 32 {
        // Bytes beyond the last whole round of the alphabet would make its first letters likelier.
        let fair = random_bytes::<48>().into_iter().filter(|byte| *byte < 248);
        let letters = fair.map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
        ticket.extend(letters.take(32 - ticket.len()));
    }
    ticket.into()
}

/// A new key id: 21 characters of `[A-Za-z0-9_-]`, 126 random bits.
pub fn random_kid() -> String {
    let mut kid = text::<16>();
    kid.truncate(21);
    kid
}

/// Random bytes from the generator of the cryptographic library.
///
/// # Panics
/// When the operating system gives no randomness: nothing this service does is safe without it.
pub fn random_bytes<const N: usize>() -> Zeroizing<[u8; N]> {
    let mut bytes = Zeroizing::new([0; N]);
    aws_lc_rs::rand::fill(&mut *bytes).expect("the operating system gives random bytes");
    bytes
}

fn text<const N: usize>() -> String {
    URL_SAFE_NO_PAD.encode(*random_bytes::<N>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_have_their_shape_and_differ() {
        let alphabet = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let (secret, token, kid) = (random_secret(), random_token(), random_kid());
        assert_eq!((secret.expose().len(), token.expose().len(), kid.len()), (64, 43, 21));
        assert!(alphabet(secret.expose()) && alphabet(token.expose()) && alphabet(&kid));
        assert_ne!(secret.expose(), random_secret().expose());
        let ticket = random_ticket();
        assert!(ticket.expose().len() == 32 && ticket.expose().chars().all(|c| c.is_ascii_alphanumeric()));
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }

    #[test]
    fn only_the_secret_under_the_same_pepper_matches() {
        let pepper = Pepper::new(&[1; 32]);
        let hash = pepper.hash("s3cret");
        assert_eq!(hash.as_str().len(), 43);
        assert!(pepper.matches("s3cret", &hash));
        assert!(!pepper.matches("s3creT", &hash));
        assert!(!Pepper::new(&[2; 32]).matches("s3cret", &hash));
        for broken in ["", "*", &hash.as_str()[1..], &hash.as_str()[..40]] {
            assert!(!pepper.matches("s3cret", broken), "{broken}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_secret_matches_its_own_hash_and_no_other(a in ".*", b in ".*") {
            let pepper = Pepper::new(&[7; 32]);
            proptest::prop_assert!(pepper.matches(&a, pepper.hash(&a)));
            proptest::prop_assert_eq!(pepper.matches(&b, pepper.hash(&a)), a == b);
        }
    }
}

//! Encryption at rest, with a key from outside the database.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::secret::{Pepper, random_bytes};

/// Names the cipher (AES-256-GCM, nonce before the ciphertext), so that another one can follow.
const VERSION: &str = "v1";

/// The 256-bit key of an installation. Everything is derived from it (HKDF, RFC 5869), each use under its own label.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// A new random key.
    pub fn generate() -> Self {
        Self(random_bytes())
    }

    /// Reads a key from 44 characters of base64, as written by [`MasterKey::to_base64`] or `openssl rand -base64 32`.
    /// White space around it is ignored.
    ///
    /// # Errors
    /// [`VaultError::InvalidKey`] when the text is not base64 of exactly 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, VaultError> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| VaultError::InvalidKey)?);
        let key = bytes.as_slice().try_into().map_err(|_| VaultError::InvalidKey)?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// The key as 44 characters of base64.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(*self.0))
    }

    /// The key of the hash of stored secrets.
    pub fn pepper(&self) -> Pepper {
        Pepper::new(&self.derive("guildhall pepper v1"))
    }

    /// The vault that this key opens.
    pub fn vault(&self) -> Vault {
        let id = self.derive("guildhall vault id v1");
        let key = RandomizedNonceKey::new(&AES_256_GCM, &*self.derive("guildhall vault v1"))
            .expect("a key of 32 bytes is an AES-256 key");
        Vault { key_id: URL_SAFE_NO_PAD.encode(&id[..6]), key }
    }

    fn derive(&self, label: &str) -> Zeroizing<[u8; 32]> {
        let mut derived = Zeroizing::new([0; 32]);
        Salt::new(HKDF_SHA256, &[])
            .extract(&*self.0)
            .expand(&[label.as_bytes()], HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut *derived))
            .expect("HKDF-SHA-256 expands to 32 bytes");
        derived
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterKey(..)")
    }
}

/// Why a master key could not be read, or a sealed text not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Not base64 of 32 bytes.
    #[error("the encryption key must be 32 bytes in base64")]
    InvalidKey,
    /// The text was sealed with another key.
    #[error("the encryption key is not the one this database was written with")]
    WrongKey,
    /// Not a sealed text.
    #[error("the stored value is not an encrypted one")]
    Malformed,
    /// Changed since it was sealed, or moved to another place.
    #[error("the stored value was changed or belongs elsewhere")]
    Tampered,
    /// The cryptographic library refused to encrypt.
    #[error("a value could not be encrypted")]
    Sealing,
}

/// Encrypts small values for storage. The text it writes is `v1.<key id>.<base64url of nonce, ciphertext and tag>`.
pub struct Vault {
    key_id: String,
    key: RandomizedNonceKey,
}

impl Vault {
    /// Eight characters that tell keys apart and say nothing about them.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Encrypts a value. It opens only under the same context, e.g. tenant and key id: a value copied to another row
    /// is worthless there.
    ///
    /// # Errors
    /// [`VaultError::Sealing`] when the library fails.
    pub fn seal(&self, context: &str, plaintext: &[u8]) -> Result<String, VaultError> {
        // With room for the tag: growing would leave a copy of the plain text behind.
        let mut sealed = Zeroizing::new(Vec::with_capacity(plaintext.len() + AES_256_GCM.tag_len()));
        sealed.extend_from_slice(plaintext);
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(context), &mut *sealed)
            .map_err(|_| VaultError::Sealing)?;
        let body = URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &sealed].concat());
        Ok(format!("{VERSION}.{}.{body}", self.key_id))
    }

    /// Decrypts a value that was sealed under the same context. The plain text is wiped from memory when dropped.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`], [`VaultError::Malformed`] or [`VaultError::Tampered`].
    pub fn open(&self, context: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let mut parts = sealed.splitn(3, '.');
        let (Some(VERSION), Some(key_id), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VaultError::Malformed);
        };
        if key_id != self.key_id {
            return Err(VaultError::WrongKey);
        }
        let mut body = Zeroizing::new(URL_SAFE_NO_PAD.decode(body).map_err(|_| VaultError::Malformed)?);
        let (nonce, ciphertext) = body.split_at_mut_checked(NONCE_LEN).ok_or(VaultError::Malformed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Malformed)?;
        let plaintext = self
            .key
            .open_in_place(nonce, Aad::from(context), ciphertext)
            .map_err(|_| VaultError::Tampered)?;
        Ok(Zeroizing::new(plaintext.to_vec()))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Vault({})", self.key_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_file_and_derives_the_same() {
        let key = MasterKey::generate();
        let read = MasterKey::from_base64(&format!(" {}\n", *key.to_base64())).unwrap();
        assert_eq!(read.vault().open("c", &key.vault().seal("c", b"x").unwrap()).unwrap().as_slice(), b"x");
        assert!(read.pepper().matches("s", key.pepper().hash("s")));
        for wrong in ["", "AAAA", "not base64!"] {
            assert_eq!(MasterKey::from_base64(wrong).unwrap_err(), VaultError::InvalidKey);
        }
    }

    #[test]
    fn a_vault_is_shared_between_threads() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&MasterKey::generate().vault());
    }

    #[test]
    fn another_key_and_another_context_are_told_apart() {
        let vault = MasterKey::generate().vault();
        let sealed = vault.seal("tenant/kid", b"plain").unwrap();
        assert!(sealed.starts_with(&format!("v1.{}.", vault.key_id())));
        assert_eq!(vault.open("tenant/other", &sealed).unwrap_err(), VaultError::Tampered);
        let error = MasterKey::generate().vault().open("tenant/kid", &sealed).unwrap_err();
        assert_eq!(error.to_string(), "the encryption key is not the one this database was written with");
        for malformed in ["", "v1", "v2.a.b", &format!("v1.{}.AAAA", vault.key_id())] {
            assert_eq!(vault.open("tenant/kid", malformed).unwrap_err(), VaultError::Malformed);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_sealed_opens_and_any_changed_byte_is_noticed(
            plaintext: Vec<u8>,
            context in ".*",
            position: proptest::sample::Index,
            flip in 1u8..,
        ) {
            let vault = MasterKey(Zeroizing::new([3; 32])).vault();
            let sealed = vault.seal(&context, &plaintext).unwrap();
            proptest::prop_assert_eq!(&*vault.open(&context, &sealed).unwrap(), &plaintext);
            let (prefix, body) = sealed.rsplit_once('.').unwrap();
            let mut body = URL_SAFE_NO_PAD.decode(body).unwrap();
            let index = position.index(body.len());
            body[index] ^= flip;
            let changed = format!("{prefix}.{}", URL_SAFE_NO_PAD.encode(body));
            proptest::prop_assert_eq!(vault.open(&context, &changed).unwrap_err(), VaultError::Tampered);
        }
    }
}

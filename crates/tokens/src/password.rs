//! Passwords of people: Argon2id for new hashes, and whatever an imported account was hashed with until its owner next
//! signs in. These functions take their time on purpose; callers bound how many run at once.

mod foreign;
#[cfg(test)]
mod tests;

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

use crate::secret::random_bytes;
use foreign::Foreign;

pub use foreign::{ForeignHash, Unreadable};

/// Memory in KiB, passes and lanes of new hashes: the OWASP recommendation of 19 MiB, about 16 ms of a core.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Bytes of a new salt.
const SALT: usize = 16;

/// Bytes of a new hash.
const LENGTH: usize = 32;

/// What is stored of a password: a PHC string, or the crypt string of bcrypt.
#[derive(Clone)]
pub struct PasswordHash {
    text: String,
    read: Foreign,
}

impl PasswordHash {
    /// Hashes a password as new ones are.
    pub fn of(password: &str) -> Self {
        let salt = random_bytes::<SALT>();
        let (memory, passes, lanes) = COST;
        let kind =
            foreign::Argon { algorithm: Algorithm::Argon2id, version: Version::V0x13, memory, passes, lanes };
        let hash = argon2(&kind, password, &*salt, LENGTH).unwrap_or_default();
        let text = format!(
            "$argon2id$v=19$m={memory},t={passes},p={lanes}${}${}",
            STANDARD_NO_PAD.encode(*salt),
            STANDARD_NO_PAD.encode(&*hash)
        );
        Self { text, read: Foreign::Argon2 { kind, salt: salt.to_vec(), hash: hash.to_vec() } }
    }

    /// A hash that no password has, and that costs as much to compare as a new one: for accounts that do not exist.
    pub fn of_nobody() -> Self {
        let (memory, passes, lanes) = COST;
        let kind =
            foreign::Argon { algorithm: Algorithm::Argon2id, version: Version::V0x13, memory, passes, lanes };
        let hash = random_bytes::<LENGTH>().to_vec();
        Self { text: String::new(), read: Foreign::Argon2 { kind, salt: vec![0; SALT], hash } }
    }

    /// Reads a stored or imported hash: `$argon2id$`, `$argon2i$`, `$argon2d$`, `$2a$`, `$2b$`, `$2y$`, `$scrypt$`,
    /// `$pbkdf2-sha1$`, `$pbkdf2-sha256$`, `$pbkdf2-sha384$` or `$pbkdf2-sha512$`.
    ///
    /// # Errors
    /// [`Unreadable`] for another form, and for one that would cost more than a login may.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        Ok(Self { text: text.to_owned(), read: Foreign::read(text)? })
    }

    /// The hash as it is stored.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is the password's hash, in constant time.
    pub fn matches(&self, password: &str) -> bool {
        let expected = |hash: &[u8], computed: Option<Zeroizing<Vec<u8>>>| {
            computed.is_some_and(|computed| verify_slices_are_equal(hash, &computed).is_ok())
        };
        match &self.read {
            Foreign::Argon2 { kind, salt, hash } => expected(hash, argon2(kind, password, salt, hash.len())),
            Foreign::Bcrypt(text) => bcrypt::verify(password, text).unwrap_or_default(),
            Foreign::Scrypt { params, salt, hash } => {
                let mut computed = Zeroizing::new(vec![0; hash.len()]);
                let done = scrypt::scrypt(password.as_bytes(), salt, params, &mut computed);
                expected(hash, done.is_ok().then_some(computed))
            }
            Foreign::Pbkdf2 { digest, iterations, salt, hash } => {
                aws_lc_rs::pbkdf2::verify(digest.algorithm(), *iterations, salt, password.as_bytes(), hash)
                    .is_ok()
            }
        }
    }

    /// Whether a new hash would be another kind of hash, or a costlier one.
    pub fn needs_upgrade(&self) -> bool {
        match &self.read {
            Foreign::Argon2 { kind, hash, .. } => {
                let new = kind.algorithm == Algorithm::Argon2id && kind.version == Version::V0x13;
                !new || (kind.memory, kind.passes, kind.lanes) != COST || hash.len() != LENGTH
            }
            _ => true,
        }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash(..)")
    }
}

fn argon2(kind: &foreign::Argon, password: &str, salt: &[u8], length: usize) -> Option<Zeroizing<Vec<u8>>> {
    let params = Params::new(kind.memory, kind.passes, kind.lanes, Some(length)).ok()?;
    let mut hash = Zeroizing::new(vec![0; length]);
    let done = Argon2::new(kind.algorithm, kind.version, params).hash_password_into(
        password.as_bytes(),
        salt,
        &mut hash,
    );
    done.is_ok().then_some(hash)
}

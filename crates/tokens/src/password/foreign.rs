//! Hashes that were made elsewhere: what their text says, within what a login may cost.

use std::num::NonZeroU32;

use argon2::{Algorithm, Version};
use aws_lc_rs::pbkdf2;
use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose};

/// Base64 with or without padding: PHC strings have none, exports often do.
const ANY_PADDING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The most memory that comparing a hash may take, in KiB.
const MOST_MEMORY: u64 = 256 * 1024;

/// The costliest bcrypt: about a second.
const MOST_BCRYPT: u32 = 14;

/// The most rounds of PBKDF2: about a second.
const MOST_ROUNDS: u32 = 3_000_000;

/// Why a hash cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not one of the forms that are known.
    #[error("not a hash of a known kind")]
    Form,
    /// It would take too long or too much memory to compare with.
    #[error("the hash costs too much to compare with")]
    Cost,
}

/// The kind and cost of an Argon2 hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Argon {
    pub algorithm: Algorithm,
    pub version: Version,
    pub memory: u32,
    pub passes: u32,
    pub lanes: u32,
}

/// The hash below PBKDF2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digest {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    pub fn algorithm(self) -> pbkdf2::Algorithm {
        match self {
            Self::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
            Self::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }
}

/// A hash that was read.
#[derive(Clone)]
pub(super) enum Foreign {
    Argon2 { kind: Argon, salt: Vec<u8>, hash: Vec<u8> },
    Bcrypt(String),
    Scrypt { params: scrypt::Params, salt: Vec<u8>, hash: Vec<u8> },
    Pbkdf2 { digest: Digest, iterations: NonZeroU32, salt: Vec<u8>, hash: Vec<u8> },
}

impl Foreign {
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        if text.len() > 1024 {
            return Err(Unreadable::Form);
        }
        if ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| text.starts_with(prefix)) {
            return bcrypt(text);
        }
        let parts: Vec<&str> = text.strip_prefix('$').ok_or(Unreadable::Form)?.split('$').collect();
        match parts.as_slice() {
            [id, version, params, salt, hash] if version.starts_with("v=") => {
                argon2(id, version, params, salt, hash)
            }
            [id, params, salt, hash] if id.starts_with("argon2") => argon2(id, "v=16", params, salt, hash),
            ["scrypt", params, salt, hash] => scrypt(params, &bytes(salt)?, bytes(hash)?),
            [id, params, salt, hash] => pbkdf2(id, params, bytes(salt)?, bytes(hash)?),
            _ => Err(Unreadable::Form),
        }
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, Unreadable> {
    ANY_PADDING.decode(text).map_err(|_| Unreadable::Form)
}

/// A number among `name=value,name=value`.
fn number(params: &str, name: &str) -> Result<u32, Unreadable> {
    let mut pairs = params.split(',').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, _)| *known == name).ok_or(Unreadable::Form)?;
    value.parse().map_err(|_| Unreadable::Form)
}

/// A hash that is neither empty nor endless: an empty one would match every password.
fn sound(hash: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
    match (10..=128).contains(&hash.len()) {
        true => Ok(hash),
        false => Err(Unreadable::Form),
    }
}

fn argon2(id: &str, version: &str, params: &str, salt: &str, hash: &str) -> Result<Foreign, Unreadable> {
    let algorithm = match id {
        "argon2id" => Algorithm::Argon2id,
        "argon2i" => Algorithm::Argon2i,
        "argon2d" => Algorithm::Argon2d,
        _ => return Err(Unreadable::Form),
    };
    let version = match version {
        "v=19" => Version::V0x13,
        "v=16" => Version::V0x10,
        _ => return Err(Unreadable::Form),
    };
    let (memory, passes, lanes) = (number(params, "m")?, number(params, "t")?, number(params, "p")?);
    let (salt, hash) = (bytes(salt)?, sound(bytes(hash)?)?);
    if u64::from(memory) > MOST_MEMORY
        || u64::from(memory) * u64::from(passes) > 4 * MOST_MEMORY
        || lanes > 64
    {
        return Err(Unreadable::Cost);
    }
    argon2::Params::new(memory, passes, lanes, Some(hash.len())).map_err(|_| Unreadable::Form)?;
    match salt.len() >= argon2::MIN_SALT_LEN {
        true => Ok(Foreign::Argon2 { kind: Argon { algorithm, version, memory, passes, lanes }, salt, hash }),
        false => Err(Unreadable::Form),
    }
}

fn bcrypt(text: &str) -> Result<Foreign, Unreadable> {
    let parts: bcrypt::HashParts = text.parse().map_err(|_| Unreadable::Form)?;
    match parts.get_cost() <= MOST_BCRYPT {
        true => Ok(Foreign::Bcrypt(text.to_owned())),
        false => Err(Unreadable::Cost),
    }
}

fn scrypt(params: &str, salt: &[u8], hash: Vec<u8>) -> Result<Foreign, Unreadable> {
    let (log_n, r, p) = (number(params, "ln")?, number(params, "r")?, number(params, "p")?);
    if log_n > 24 || r > 64 || p > 16 || (u64::from(r) << log_n) * u64::from(p) / 8 > MOST_MEMORY {
        return Err(Unreadable::Cost);
    }
    let log_n = u8::try_from(log_n).map_err(|_| Unreadable::Form)?;
    let params = scrypt::Params::new(log_n, r, p).map_err(|_| Unreadable::Form)?;
    Ok(Foreign::Scrypt { params, salt: salt.to_vec(), hash: sound(hash)? })
}

fn pbkdf2(id: &str, params: &str, salt: Vec<u8>, hash: Vec<u8>) -> Result<Foreign, Unreadable> {
    let digest = match id {
        "pbkdf2" | "pbkdf2-sha1" => Digest::Sha1,
        "pbkdf2-sha256" => Digest::Sha256,
        "pbkdf2-sha384" => Digest::Sha384,
        "pbkdf2-sha512" => Digest::Sha512,
        _ => return Err(Unreadable::Form),
    };
    let iterations = NonZeroU32::new(number(params, "i")?).ok_or(Unreadable::Form)?;
    match iterations.get() <= MOST_ROUNDS {
        true => Ok(Foreign::Pbkdf2 { digest, iterations, salt, hash: sound(hash)? }),
        false => Err(Unreadable::Cost),
    }
}

/// A hash whose parts were exported each by itself.
#[derive(Debug, Clone, Copy)]
pub enum ForeignHash<'a> {
    /// scrypt.
    Scrypt {
        /// The cost: a power of two.
        n: u64,
        /// The size of a block.
        r: u32,
        /// How many run side by side.
        p: u32,
        /// The salt.
        salt: &'a [u8],
        /// The hash.
        hash: &'a [u8],
    },
}

impl ForeignHash<'_> {
    /// The text of the hash, as [`super::PasswordHash::read`] takes it.
    ///
    /// # Errors
    /// [`Unreadable::Form`] when the cost is no power of two.
    pub fn text(&self) -> Result<String, Unreadable> {
        let Self::Scrypt { n, r, p, salt, hash } = self;
        if !n.is_power_of_two() {
            return Err(Unreadable::Form);
        }
        let encode = |bytes: &[u8]| general_purpose::STANDARD_NO_PAD.encode(bytes);
        Ok(format!("$scrypt$ln={},r={r},p={p}${}${}", n.ilog2(), encode(salt), encode(hash)))
    }
}

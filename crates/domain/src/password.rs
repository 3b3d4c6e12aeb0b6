//! Passwords on their way in, and what a connection demands of new ones (contract section 9, `options`).

mod policy;

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use zeroize::Zeroize;

pub use policy::Weakness;

/// The longest password that is taken, in characters.
pub const MAX_PASSWORD: usize = 128;

/// A password on its way in. It shows itself to neither logs nor answers, and is wiped from memory when dropped.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// A password that someone typed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The plain text, for whoever hashes it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether its length is one that is looked at.
    pub fn has_sound_length(&self) -> bool {
        (1..=MAX_PASSWORD).contains(&self.0.chars().count())
    }
}

impl Drop for Password {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("(hidden)")
    }
}

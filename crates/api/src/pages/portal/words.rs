//! Texts of the catalogue with what is put into them.

use crate::pages::{Language, catalogue};

/// A text that is said in the language of the page it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    key: &'static str,
    with: Vec<(&'static str, String)>,
}

impl Words {
    /// The text that the catalogue knows by this key.
    pub fn new(key: &'static str) -> Self {
        Self { key, with: Vec::new() }
    }

    /// The same with a word in it.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.with.push((name, value.to_string()));
        self
    }

    /// The text in a language.
    pub fn to(&self, language: Language) -> String {
        let with: Vec<_> = self.with.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        catalogue::say(language, self.key, &with)
    }
}

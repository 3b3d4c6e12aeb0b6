//! The catalogue: every text in every language, from `locales/`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::str::FromStr;
use std::sync::LazyLock;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};

use super::Language;

static_loader! {
    static CATALOGUE = {
        locales: "./locales",
        fallback_language: "en",
        // Isolation marks would show up in titles and in what a screen reader spells out.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static IDENTIFIERS: LazyLock<Vec<LanguageIdentifier>> = LazyLock::new(|| {
    Language::ALL
        .iter()
        .map(|language| LanguageIdentifier::from_str(language.tag()).unwrap_or_default())
        .collect()
});

/// A text of the catalogue. What it does not hold is its own text, so that a page is never without one.
pub fn say(language: Language, key: &str, arguments: &[(&'static str, FluentValue<'_>)]) -> String {
    let named = arguments
        .iter()
        .map(|(name, value)| (Cow::Borrowed(*name), value.clone()))
        .collect::<HashMap<_, _>>();
    let identifier = &IDENTIFIERS[language as usize];
    CATALOGUE.try_lookup_with_args(identifier, key, &named).unwrap_or_else(|| key.to_owned())
}

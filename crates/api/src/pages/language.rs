//! The languages of the pages, and which one a person reads.

/// A language that all texts exist in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, also where none of the wanted languages is known.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The first known language of `ui_locales` (OpenID Connect Core section 3.1.2.1), otherwise the best one of
    /// `Accept-Language` (RFC 9110 section 12.5.4).
    pub fn choose(ui_locales: Option<&str>, accept_language: Option<&str>) -> Self {
        let asked = ui_locales.unwrap_or_default().split_whitespace().find_map(Self::of_tag);
        asked.or_else(|| Self::accepted(accept_language?)).unwrap_or_default()
    }

    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    fn accepted(header: &str) -> Option<Self> {
        let mut ranges: Vec<(&str, f32)> = header.split(',').map(weighed).filter(|(_, q)| *q > 0.0).collect();
        ranges.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        ranges.into_iter().find_map(|(tag, _)| Self::of_tag(tag))
    }
}

/// A language range and its weight, which is 1 where none is given.
fn weighed(range: &str) -> (&str, f32) {
    let (tag, parameter) = range.split_once(';').unwrap_or((range, ""));
    let weight = match parameter.trim().strip_prefix("q=") {
        Some(q) => q.trim().parse().unwrap_or(0.0),
        None => 1.0,
    };
    (tag.trim(), weight)
}

#[cfg(test)]
mod tests {
    use super::Language::{self, English, German};

    #[test]
    fn what_was_asked_for_comes_before_what_the_browser_says() {
        let cases = [
            (Some("de"), Some("en"), German),
            (Some("fr DE-at en"), None, German),
            (Some("fr"), Some("de;q=0.5, en;q=0.4"), German),
            (Some(""), Some("fr, en;q=0.2, de;q=0.9"), German),
            (None, Some("de;q=0, en;q=0.1"), English),
            (None, Some("de;q=nonsense"), English),
            (None, Some("*"), English),
            (None, None, English),
        ];
        for (ui_locales, accept_language, expected) in cases {
            let chosen = Language::choose(ui_locales, accept_language);
            assert_eq!(chosen, expected, "{ui_locales:?} {accept_language:?}");
        }
    }
}

//! Choosing an organization.

use std::collections::HashMap;

use askama::Template;

use super::{Common, Page, Policy, Text, assets, brand};

/// How many organizations a page shows; the others are found by typing.
const SHOWN: usize = 40;
/// From how many organizations on there is a search.
const SEARCHED: usize = 8;

/// An organization to choose.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is posted.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The name that people see.
    pub display_name: Option<String>,
    /// The `https` address of its logo.
    pub logo_url: Option<String>,
    /// Whether the person was here lately.
    pub recent: bool,
}

impl Choice {
    fn title(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.name)
    }

    fn logo(&self) -> Option<&str> {
        self.logo_url.as_deref().filter(|url| brand::is_picture(url))
    }

    fn initial(&self) -> String {
        brand::initial(self.title())
    }

    /// One of the tints of the stylesheet, always the same for an organization.
    fn tint(&self) -> usize {
        self.id.bytes().map(usize::from).sum::<usize>() % 6
    }

    /// Whether each word is in one of the names.
    fn matches(&self, words: &[String]) -> bool {
        let names = format!("{} {}", self.title(), self.name).to_lowercase();
        words.iter().all(|word| names.contains(word))
    }
}

/// Lists a person's organizations. The list posts `organization`, an id; the search is a GET of the same address with
/// `state` and `q`.
#[derive(Debug, Template)]
#[template(path = "organization_picker.html")]
pub struct OrganizationPicker {
    /// Whose page it is.
    pub common: Common,
    /// All of the person's organizations, those of lately in the order in which they are shown. The page sorts the
    /// others, and leaves out what was not searched for.
    pub organizations: Vec<Choice>,
    /// What was searched for: the parameter `q`.
    pub query: String,
    /// Whether the person may go on without one, by an `organization` that is empty.
    pub or_none: bool,
}

impl OrganizationPicker {
    fn heading(&self) -> String {
        self.common.t("picker-title")
    }

    fn searched(&self) -> bool {
        self.organizations.len() >= SEARCHED || !self.query.is_empty()
    }

    fn found(&self) -> Found<'_> {
        let words: Vec<String> = self.query.split_whitespace().map(str::to_lowercase).collect();
        let matching = self.organizations.iter().filter(|choice| choice.matches(&words));
        let (recent, mut others): (Vec<_>, Vec<_>) = matching.partition(|choice| choice.recent);
        others.sort_by_cached_key(|choice| choice.title().to_lowercase());
        let total = recent.len() + others.len();
        let mut titles = HashMap::new();
        for choice in &self.organizations {
            *titles.entry(choice.title()).or_default() += 1;
        }
        others.truncate(SHOWN.saturating_sub(recent.len()));
        let recent: Vec<_> = recent.into_iter().take(SHOWN).collect();
        Found { left_out: total - recent.len() - others.len(), total, recent, others, titles }
    }
}

/// What a picker shows.
struct Found<'a> {
    recent: Vec<&'a Choice>,
    others: Vec<&'a Choice>,
    total: usize,
    left_out: usize,
    titles: HashMap<&'a str, usize>,
}

impl Found<'_> {
    /// Whether only its name tells a choice from another.
    fn named(&self, choice: &Choice) -> bool {
        choice.title() != choice.name && self.titles.get(choice.title()).is_some_and(|count| *count > 1)
    }
}

impl Page for OrganizationPicker {
    fn policy(&self) -> Policy {
        // The script asks for the organizations that were left out.
        self.common.policy().connecting()
    }
}

/// Asks for an organization's name before signing in. Posts `organization`, a name.
#[derive(Debug, Template)]
#[template(path = "organization_prompt.html")]
pub struct OrganizationPrompt {
    /// Whose page it is.
    pub common: Common,
    /// What was typed before.
    pub organization: String,
    /// Why the last try failed.
    pub error: Option<Text>,
}

impl OrganizationPrompt {
    fn heading(&self) -> String {
        self.common.t("prompt-title")
    }
}

impl Page for OrganizationPrompt {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, OrganizationPicker, SHOWN};
    use crate::pages::{Common, Page};

    fn choice(number: usize, recent: bool) -> Choice {
        let name = format!("customer-{number:03}");
        let display_name = Some(format!("Customer {number:03} Straße"));
        Choice { id: format!("org_{number}"), name, display_name, logo_url: None, recent }
    }

    fn picker(query: &str) -> OrganizationPicker {
        let organizations =
            (0..500).rev().map(|number| choice(number, number == 77 || number == 400)).collect();
        OrganizationPicker {
            common: Common::default(),
            organizations,
            query: query.to_owned(),
            or_none: false,
        }
    }

    #[test]
    fn those_of_lately_come_first_and_the_others_by_name() {
        let picker = picker("");
        let found = picker.found();
        let recent: Vec<_> = found.recent.iter().map(|choice| choice.id.as_str()).collect();
        assert_eq!(recent, ["org_400", "org_77"]);
        assert_eq!(found.others[0].id, "org_0");
        assert_eq!((found.total, found.left_out), (500, 500 - SHOWN));
    }

    #[test]
    fn each_typed_word_is_in_a_name() {
        for (query, expected) in
            [("STRASSE", 0), ("straße 12", 15), ("CUSTOMER-499", 1), ("  ", 500), ("x 1", 0)]
        {
            assert_eq!(picker(query).found().total, expected, "{query}");
        }
    }

    #[test]
    fn five_hundred_organizations_make_a_small_page() {
        let html = picker("").html();
        assert!(html.contains("460 more"), "{html}");
        assert!(html.len() < 16_000, "{} bytes", html.len());
    }
}

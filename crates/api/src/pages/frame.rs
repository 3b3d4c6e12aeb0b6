//! What all pages of a sign-in have in common.

use super::{Brand, InvitedTo, Language, Policy, Text, catalogue};

/// Whose page it is, in which language, and where its form goes.
#[derive(Clone, Debug, Default)]
pub struct Common {
    /// Whose page it is.
    pub brand: Brand,
    /// The language of its texts.
    pub language: Language,
    /// Where its form is posted to: a path of this server.
    pub action: String,
    /// The sealed state of the sign-in, posted as `state`.
    pub state: String,
    /// The proof that the form comes from this page, posted as `csrf`.
    pub csrf: String,
    /// Addresses that the answer to the form may lead to: the client's redirect address, and the others that are
    /// registered for it. Browsers hold a form's redirects, to the last one, against the page it came from.
    pub returns_to: Vec<String>,
    /// The origins whose pages may hold it in a frame; nobody's unless given.
    pub framed_by: Vec<String>,
}

impl Common {
    /// A text of the catalogue.
    pub fn t(&self, key: &str) -> String {
        catalogue::say(self.language, key, &[])
    }

    /// A text of the catalogue with a word or a number in it.
    pub fn tv<V: ToString>(&self, key: &str, name: &'static str, value: V) -> String {
        catalogue::say(self.language, key, &[(name, value.to_string().into())])
    }

    /// A text of the catalogue with a number in it, on which its words may depend.
    pub fn tn(&self, key: &str, count: &usize) -> String {
        catalogue::say(self.language, key, &[("count", (*count).into())])
    }

    /// A text in the language of the page.
    pub fn words(&self, text: &Text) -> String {
        text.to(self.language)
    }

    /// Whether an error is about a field.
    pub fn concerns(&self, error: &Option<Text>, field: &str) -> bool {
        error.as_ref().and_then(Text::field) == Some(field)
    }

    /// What is said of an invitation that a person follows.
    pub fn invited(&self, invited: &InvitedTo) -> String {
        let (inviter, organization) = (invited.inviter.as_str().into(), invited.organization.as_str().into());
        catalogue::say(self.language, "invited", &[("inviter", inviter), ("organization", organization)])
    }

    /// What the browser may do on a page with a form.
    pub fn policy(&self) -> Policy {
        Policy::form(&self.returns_to).within(&self.framed_by)
    }
}

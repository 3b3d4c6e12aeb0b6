//! What surrounds each page of the portal.

use askama::Template;

use super::Words;
use crate::pages::{Common, Page, Policy, assets};

/// A part of the portal, in the order of its navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Who am I, and what may I do.
    Overview,
    /// Who belongs to the organization.
    Members,
    /// Who is invited.
    Invitations,
    /// What members can be.
    Roles,
    /// The organization's machine clients.
    Clients,
    /// Other people's clients that want to be let in.
    Requests,
    /// The organization's domains.
    Domains,
    /// What happened.
    Logs,
    /// Name and branding.
    Details,
    /// None of those that are named in the navigation.
    Elsewhere,
}

impl Section {
    /// Those of the navigation.
    pub const ALL: [Self; 9] = [
        Self::Overview,
        Self::Members,
        Self::Invitations,
        Self::Roles,
        Self::Clients,
        Self::Requests,
        Self::Domains,
        Self::Logs,
        Self::Details,
    ];

    /// Its name.
    pub fn title(self) -> Words {
        Words::new(match self {
            Self::Overview => "portal-overview",
            Self::Members => "portal-members",
            Self::Invitations => "portal-invitations",
            Self::Roles => "portal-roles",
            Self::Clients => "portal-clients",
            Self::Requests => "portal-requests",
            Self::Domains => "portal-domains",
            Self::Logs => "portal-logs",
            Self::Details => "portal-details",
            Self::Elsewhere => "portal-elsewhere",
        })
    }

    /// Where it is, below the portal's own address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Overview | Self::Elsewhere => "",
            Self::Members => "/members",
            Self::Invitations => "/invitations",
            Self::Roles => "/roles",
            Self::Clients => "/clients",
            Self::Requests => "/requests",
            Self::Domains => "/domains",
            Self::Logs => "/logs",
            Self::Details => "/details",
        }
    }
}

/// What surrounds each page of the portal.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Whose page it is. Its `csrf` is the visit's.
    pub common: Common,
    /// The portal's own address: of visits in frames another than of those in a window.
    pub base: String,
    /// Who visits.
    pub person: String,
    /// The parts that the person may see.
    pub sections: Vec<Section>,
    /// The part that the page belongs to.
    pub here: Section,
    /// What was done just now.
    pub done: Option<Words>,
    /// Why what was asked for could not be done.
    pub problem: Option<Words>,
}

impl Shell {
    /// A text of the catalogue.
    pub fn t(&self, key: &str) -> String {
        self.common.t(key)
    }

    /// A text of the catalogue with a word in it.
    pub fn tv<V: ToString>(&self, key: &str, name: &'static str, value: V) -> String {
        self.common.tv(key, name, value)
    }

    /// A text of the catalogue with a number in it, on which its words may depend.
    pub fn tn(&self, key: &str, count: &u64) -> String {
        self.common.tn(key, &usize::try_from(*count).unwrap_or(usize::MAX))
    }

    /// A text in the language of the page.
    pub fn say(&self, words: &Words) -> String {
        words.to(self.common.language)
    }

    /// The name of a part.
    pub fn title(&self, section: &Section) -> String {
        self.say(&section.title())
    }

    /// The address of a part.
    pub fn of(&self, section: &Section) -> String {
        format!("{}{}", self.base, section.path())
    }

    /// What the browser may do.
    pub fn policy(&self) -> Policy {
        self.common.policy()
    }
}

/// Says why there is nothing to see, with all that surrounds it.
#[derive(Debug, Template)]
#[template(path = "portal/closed.html")]
pub struct Closed {
    /// What surrounds it.
    pub shell: Shell,
    /// In a few words.
    pub title: Words,
    /// In a sentence.
    pub text: Words,
    /// What leads to the cause in the log.
    pub request_id: Option<String>,
}

impl Closed {
    fn heading(&self) -> String {
        self.shell.say(&self.title)
    }
}

impl Page for Closed {
    fn policy(&self) -> Policy {
        self.shell.policy()
    }
}

//! Pages that only say something.

use askama::Template;

use super::{Common, Page, Policy, Text, assets};

/// Where to go from a page.
#[derive(Clone, Debug)]
pub struct Link {
    /// The address: a path of this server, or `http` or `https`.
    pub href: String,
    /// What it says.
    pub text: Text,
}

impl Link {
    /// The address, where it is one that a link may have.
    pub(super) fn address(&self) -> Option<&str> {
        let own = self.href.starts_with('/') && !self.href.starts_with("//");
        let good = own || self.href.starts_with("https://") || self.href.starts_with("http://");
        good.then_some(self.href.as_str())
    }
}

/// Says that something went well, or simply what is so. It has no form.
#[derive(Debug, Template)]
#[template(path = "message.html")]
pub struct Message {
    /// Whose page it is.
    pub common: Common,
    /// In a few words.
    pub title: Text,
    /// In a sentence.
    pub text: Text,
    /// Where to go from here.
    pub link: Option<Link>,
}

impl Message {
    fn heading(&self) -> String {
        self.title.to(self.common.language)
    }
}

/// Says that something went wrong. It has no form.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct Error {
    /// Whose page it is.
    pub common: Common,
    /// In a few words.
    pub title: Text,
    /// In a sentence.
    pub text: Text,
    /// What leads to the cause in the log.
    pub request_id: Option<String>,
    /// Where to go from here.
    pub link: Option<Link>,
}

impl Error {
    fn heading(&self) -> String {
        self.title.to(self.common.language)
    }
}

impl Page for Message {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

impl Page for Error {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

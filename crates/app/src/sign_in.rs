//! Signing in: one authorization request, from the client's page over ours and back. Contract section 13.2.

mod acts;
mod advance;
mod answer;
mod begin;
mod consents;
mod foreseen;
mod membership;
mod organization;
mod scene;
pub mod step;
pub mod transaction;

use std::collections::BTreeMap;

use guildhall_domain::log::Origin;
use guildhall_oauth::authorize_response::Delivery;
use guildhall_oauth::error::OAuthError;

use crate::problem::Problem;
use crate::triggers::HttpRequest;

pub use acts::{accept_invitation, choose, consent, name_organization, search, signed_in};
pub use advance::resume;
pub(crate) use begin::check;
pub use begin::{begin, begin_for_device};
pub use consents::asked_scopes;
pub(crate) use foreseen::{Foreseen, foresee};
pub use scene::Scene;
pub use transaction::{Browser, Lost, Transaction};

/// A browser, who is signed in there, and where it is.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The browser.
    pub browser: Browser,
    /// The cookie of its session, where it has one.
    pub session: Option<String>,
    /// The request.
    pub origin: Origin,
    /// The languages that it prefers.
    pub language: Option<String>,
    /// What an address brought that an Action sent the person to.
    pub brought_back: Option<BTreeMap<String, String>>,
}

impl Visitor {
    /// The request of a form, as Actions are told of it.
    pub fn http(&self) -> HttpRequest<'_> {
        HttpRequest { language: self.language.as_deref(), ..HttpRequest::silent(&self.origin) }
    }
}

/// What the browser gets next.
#[derive(Debug)]
pub enum Next {
    /// A page.
    Page(Box<Scene>),
    /// An address that an Action sends the person to.
    Away(String),
    /// The answer to the client.
    Answer(Delivery),
}

/// Why the client is told nothing: a page says so.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The request cannot be, and it is not known to be the client's.
    #[error(transparent)]
    Refused(#[from] OAuthError),
    /// What the browser brought is not what it was given.
    #[error(transparent)]
    Lost(#[from] Lost),
    /// The unforeseen.
    #[error(transparent)]
    Internal(#[from] Problem),
}

impl From<guildhall_persistence::Error> for Stopped {
    fn from(error: guildhall_persistence::Error) -> Self {
        Self::Internal(error.into())
    }
}

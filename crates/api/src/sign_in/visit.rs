//! A request of a browser: whose pages it sees, its cookies, its language.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT_LANGUAGE, COOKIE};
use guildhall_app::App;
use guildhall_app::sign_in::{Browser, Lost, Stopped, Transaction, Visitor};
use guildhall_domain::tenant::Tenant;

use super::cookies::Cookie;
use crate::failure::Failure;
use crate::pages::Language;
use crate::request;

/// How many organizations of lately a browser remembers.
const RECENT: usize = 5;

/// A request of a browser.
pub struct Visit {
    /// The application.
    pub app: App,
    /// Whose pages it sees.
    pub tenant: Arc<Tenant>,
    /// The browser.
    pub visitor: Visitor,
    /// Whether the browser was not seen before.
    pub is_new: bool,
    /// Whether the browser asked by `GET`.
    pub is_get: bool,
    /// The organizations of lately, the last one first.
    pub recent: Vec<String>,
}

impl Visit {
    /// Reads what the browser brought.
    ///
    /// # Errors
    /// [`Failure::NoTenant`].
    pub async fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let app = request::app(request)?;
        let tenant = request::tenant(&app, request).await?;
        let cookies = || request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
        let known = Cookie::Browser.read(&tenant, cookies());
        let recent = Cookie::Recent.read(&tenant, cookies()).unwrap_or_default();
        let accept_language = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let visitor = Visitor {
            browser: known.as_deref().map(Browser::with_cookie).unwrap_or_default(),
            session: Cookie::Session.read(&tenant, cookies()),
            origin: request::origin(request),
            language: accept_language.map(str::to_owned),
            brought_back: None,
        };
        Ok(Self {
            is_new: known.is_none(),
            is_get: request.method() == Method::GET,
            recent: recent.split('.').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
            app,
            tenant,
            visitor,
        })
    }

    /// The sign-in that a page was given.
    ///
    /// # Errors
    /// [`Lost`].
    pub fn open(&self, state: &str) -> Result<Transaction, Stopped> {
        // A browser without a cookie was given nothing.
        if self.is_new {
            return Err(Lost::AnotherBrowser.into());
        }
        Ok(Transaction::open(&self.app, &self.tenant.id, state, &self.visitor.browser)?)
    }

    /// The language of the pages.
    pub fn language(&self, ui_locales: &[String]) -> Language {
        let asked = ui_locales.join(" ");
        Language::choose(Some(&asked), self.visitor.language.as_deref())
    }

    /// Where pages lead that have nowhere else to lead.
    pub fn home(&self) -> Option<&str> {
        let set = self.tenant.settings.other("default_redirection_uri").and_then(|uri| uri.as_str());
        set.filter(|uri| !uri.is_empty())
    }

    /// The cookie of organizations of lately, with this one at its head.
    pub fn remembering(&self, organization: &str) -> String {
        let others = self.recent.iter().map(String::as_str).filter(|known| *known != organization);
        let all: Vec<&str> = std::iter::once(organization).chain(others).take(RECENT).collect();
        Cookie::Recent.set(&self.tenant, &all.join("."), Some(31_536_000))
    }
}

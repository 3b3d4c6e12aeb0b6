//! A sign-in that a page brings back: by address when the page is shown, by form when it is acted on.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse};
use guildhall_app::sign_in::{self, Next, Scene};

use super::answer::{self, Stop};
use super::page;
use super::visit::Visit;

/// What a page's form says.
pub struct Form(HashMap<String, String>);

impl Form {
    /// Reads a form that a page of ours sent, from the browser that was given it.
    ///
    /// # Errors
    /// [`Stop::Forged`].
    pub fn read(visit: &Visit, body: &[u8]) -> Result<Self, Stop> {
        let pairs: Vec<(String, String)> = serde_html_form::from_bytes(body).map_err(|_| Stop::Forged)?;
        let form = Self(pairs.into_iter().filter(|(_, value)| !value.contains('\0')).collect());
        match !visit.is_new && visit.visitor.browser.knows_csrf(&visit.app, form.get("csrf")) {
            true => Ok(form),
            false => Err(Stop::Forged),
        }
    }

    /// A field; empty where it is absent.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// A parameter of a page's address; empty where it is absent.
pub fn parameter(request: &HttpRequest, name: &str) -> String {
    let pairs: Vec<(String, String)> = serde_html_form::from_str(request.query_string()).unwrap_or_default();
    pairs.into_iter().find(|(known, _)| known == name).map(|(_, value)| value).unwrap_or_default()
}

/// Where a sign-in is.
pub enum At {
    /// At this page.
    Here(Box<Scene>),
    /// Elsewhere, to which the answer leads.
    Elsewhere(HttpResponse),
}

/// Finds out whether a page is the sign-in's next one.
///
/// # Errors
/// [`Stop`].
pub async fn at(visit: &Visit, state: &str, page: &str) -> Result<At, Stop> {
    let transaction = visit.open(state)?;
    match sign_in::resume(&visit.app, &visit.tenant, transaction, &visit.visitor).await? {
        Next::Page(scene) if page::serves(page, &scene) => Ok(At::Here(scene)),
        next => Ok(At::Elsewhere(answer::next(visit, next)?)),
    }
}

//! What a browser is given: a page to go to, the answer to the client, or a page that says why there is neither.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use guildhall_app::sign_in::{Lost, Next, Scene, Stopped};
use guildhall_app::{Problem, Refusal};
use guildhall_oauth::authorize_response::Delivery;
use guildhall_oauth::error::OAuthError;

use super::cookies::Cookie;
use super::page;
use super::visit::Visit;
use crate::failure::{Failure, chain};
use crate::pages::{self, Brand, Common, FormPost, Language, Text, WebMessage};
use crate::request;

/// Why there is neither a page to go on with nor an answer to the client.
#[derive(Debug)]
pub enum Stop {
    /// The sign-in cannot go on.
    Stopped(Stopped),
    /// The form does not come from a page of ours.
    Forged,
    /// The request failed before it was known whose it is.
    Failed(Failure),
}

impl From<Stopped> for Stop {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Failed(Failure::Problem(problem))
    }
}

impl From<Lost> for Stop {
    fn from(lost: Lost) -> Self {
        Self::Stopped(Stopped::Lost(lost))
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::OAuth(error) => error.into(),
            Refusal::Internal(problem) => problem.into(),
        }
    }
}

impl From<OAuthError> for Stop {
    fn from(error: OAuthError) -> Self {
        Self::Stopped(Stopped::Refused(error))
    }
}

/// The answer, or the page that says why there is none.
pub async fn finish(request: &HttpRequest, result: Result<HttpResponse, Stop>) -> HttpResponse {
    match result {
        Ok(answer) => answer,
        Err(stop) => stopped(request, stop).await,
    }
}

/// The page of an error. Never a redirect: there is no address that is known to be the client's.
async fn stopped(request: &HttpRequest, stop: Stop) -> HttpResponse {
    let (status, title, text) = match stop {
        Stop::Stopped(Stopped::Refused(error)) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
            let said = format!("{}: {}", error.code.as_str(), error.description);
            (status, Text::SomethingWentWrong, Text::Said(said))
        }
        Stop::Stopped(Stopped::Lost(Lost::Altered | Lost::AnotherBrowser | Lost::Expired)) | Stop::Forged => {
            (StatusCode::BAD_REQUEST, Text::SomethingWentWrong, Text::PageExpired)
        }
        Stop::Failed(Failure::NoTenant) => (StatusCode::NOT_FOUND, Text::NoSuchPage, Text::NothingHere),
        Stop::Stopped(Stopped::Internal(problem)) | Stop::Failed(Failure::Problem(problem)) => {
            tracing::error!(error = %chain(&problem), "unforeseen");
            (StatusCode::INTERNAL_SERVER_ERROR, Text::SomethingWentWrong, Text::Unforeseen)
        }
        Stop::Failed(failure) => {
            (StatusCode::BAD_REQUEST, Text::SomethingWentWrong, Text::Said(failure.to_string()))
        }
    };
    let common = match Visit::of(request).await {
        Ok(visit) => page::common_alone(&visit, ""),
        Err(_) => Common { brand: Brand::default(), language: Language::default(), ..Common::default() },
    };
    let request_id = Some(request::origin(request).request_id).filter(|id| !id.is_empty());
    pages::respond(&pages::Error { common, title, text, request_id, link: None }, status)
}

/// What comes next, as an answer to the browser.
pub fn next(visit: &Visit, next: Next) -> Result<HttpResponse, Stop> {
    match next {
        Next::Page(scene) => to_page(visit, &scene),
        Next::Answer(delivery) => Ok(deliver(visit, delivery)),
        Next::Away(address) => Ok(redirect(visit, &address)),
    }
}

/// Leads the browser to the page of the sign-in's next step.
pub fn to_page(visit: &Visit, scene: &Scene) -> Result<HttpResponse, Stop> {
    let state = page::seal(visit, &scene.transaction)?;
    Ok(redirect(visit, &page::address(page::of_step(scene), &state)))
}

/// A redirect that the browser follows by `GET`, whatever it asked by: a form is not sent on (RFC 9700 section 4.12).
pub fn redirect(visit: &Visit, to: &str) -> HttpResponse {
    let mut answer = if visit.is_get { HttpResponse::Found() } else { HttpResponse::SeeOther() };
    answer.insert_header((header::LOCATION, to)).insert_header((header::CACHE_CONTROL, "no-store"));
    remember_browser(visit, answer.finish())
}

/// The answer to the client, by way of the browser.
fn deliver(visit: &Visit, delivery: Delivery) -> HttpResponse {
    let answer = match delivery {
        Delivery::Redirect(to) => return redirect(visit, &to),
        Delivery::FormPost { action, fields } => {
            let language = visit.language(&[]);
            pages::respond(&FormPost { language, action, fields }, StatusCode::OK)
        }
        Delivery::WebMessage { origin, message } => {
            pages::respond(&WebMessage { target_origin: origin, response_json: message }, StatusCode::OK)
        }
    };
    remember_browser(visit, answer)
}

/// The answer, with the cookie of a browser that has none yet.
pub fn remember_browser(visit: &Visit, answer: HttpResponse) -> HttpResponse {
    match visit.is_new {
        true => {
            let cookie = Cookie::Browser.set(&visit.tenant, visit.visitor.browser.cookie(), None);
            with_cookie(answer, &cookie)
        }
        false => answer,
    }
}

/// The answer with a cookie.
pub fn with_cookie(mut answer: HttpResponse, cookie: &str) -> HttpResponse {
    if let Ok(value) = header::HeaderValue::from_str(cookie) {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
    answer
}

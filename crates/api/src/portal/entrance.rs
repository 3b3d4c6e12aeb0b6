//! The ways into the portal and out of it.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::portal::{entrance, visits};
use guildhall_app::sign_in::Stopped;
use guildhall_oauth::authorize_response::with_query;
use guildhall_oauth::error::OAuthError;

use super::room::{self, Stop, acting, brought, cookie, framed_by, is_framed, within};
use super::{FRAMED, OWN};
use crate::pages::{self, Common, Error, Link, Message, Text};
use crate::request;
use crate::sign_in::answer::{self, Stop as SignInStop, remember_browser, with_cookie};
use crate::sign_in::cookies::Cookie;
use crate::sign_in::page;
use crate::sign_in::scene::parameter;
use crate::sign_in::visit::Visit;
use actix_web::http::StatusCode;

/// The longest address of a page to come back to.
const LONGEST: usize = 1000;

/// Parameters that are worth nothing after the entrance.
const PASSING: [&str; 4] = ["done", "organization", "organization_name", "invitation"];

/// A page that exists nowhere.
pub async fn nowhere(request: HttpRequest) -> HttpResponse {
    within(&request, async |_| Err(Stop::NotHere)).await
}

/// What someone gets who has no visit: the sign-in, or the reason why a form was not carried out.
pub async fn without_visit(request: &HttpRequest, browser: &Visit) -> HttpResponse {
    let framed = is_framed(request);
    let common = |common: Common| Common { framed_by: framed_by(&browser.tenant, framed), ..common };
    let common = common(page::common_alone(browser, ""));
    if framed {
        // Nobody signs in within a frame.
        let (title, text) = (Text::PortalEnded, Text::PortalFrameHasEnded);
        let page = Error { common, title, text, request_id: None, link: None };
        return pages::respond(&page, StatusCode::UNAUTHORIZED);
    }
    let here = page_of(request);
    if browser.is_get {
        let (organization, invitation) =
            (parameter(request, "organization"), parameter(request, "invitation"));
        return answer::finish(request, begin(browser, (&organization, &invitation), &here)).await;
    }
    let again = with_query(&format!("{OWN}/enter"), &[("to", &here)]);
    let link = Some(Link { href: again, text: Text::ToPortal });
    let page = Error { common, title: Text::PortalEnded, text: Text::PortalHasEnded, request_id: None, link };
    remember_browser(browser, pages::respond(&page, StatusCode::UNAUTHORIZED))
}

/// The page that a request is for: a form's own page, without what came of an earlier one.
fn page_of(request: &HttpRequest) -> String {
    let path = match request.path() {
        path if path.ends_with("/bulk") || path.ends_with("/sign-out") => OWN,
        path => path,
    };
    let query: Vec<(String, String)> = serde_html_form::from_str(request.query_string()).unwrap_or_default();
    let query: Vec<(&str, &str)> = query
        .iter()
        .filter(|(name, _)| !PASSING.contains(&name.as_str()))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    Some(with_query(path, &query)).filter(|page| is_page(page)).unwrap_or_else(|| OWN.to_owned())
}

/// Whether an address is one of the portal's pages in a window.
fn is_page(address: &str) -> bool {
    let rest = address.strip_prefix(OWN);
    let starts = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let plain = address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    starts && plain && address.len() <= LONGEST && !address.starts_with(FRAMED) && !address.contains("//")
}

fn begin(
    browser: &Visit,
    (organization, invitation): (&str, &str),
    to: &str,
) -> Result<HttpResponse, SignInStop> {
    let given = |text: &'_ str| !text.is_empty() && text.len() <= 300;
    let named = (Some(organization).filter(|text| given(text)), Some(invitation).filter(|text| given(text)));
    let address = entrance::begin(&browser.app, &browser.tenant, &browser.visitor.browser, named, to)?;
    Ok(answer::redirect(browser, &address))
}

/// To the sign-in of another organization, or with an invitation.
pub fn switch(browser: &Visit, organization: &str, invitation: &str) -> Result<HttpResponse, Stop> {
    begin(browser, (organization, invitation), OWN).map_err(|_| Stop::Bad)
}

/// To the sign-in, and to a page afterwards, for someone whose form was not carried out.
pub async fn enter(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, entering(&request).await).await
}

async fn entering(request: &HttpRequest) -> Result<HttpResponse, SignInStop> {
    let browser = Visit::of(request).await?;
    let to = Some(parameter(request, "to")).filter(|to| is_page(to)).unwrap_or_else(|| OWN.to_owned());
    begin(&browser, ("", ""), &with_query(&to, &[("done", "again")]))
}

/// A person comes back from the sign-in.
pub async fn callback(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, came_back(&request).await).await
}

async fn came_back(request: &HttpRequest) -> Result<HttpResponse, SignInStop> {
    let browser = Visit::of(request).await?;
    let (app, tenant) = (&browser.app, &browser.tenant);
    let state = parameter(request, "state");
    let code = parameter(request, "code");
    if code.is_empty() {
        entrance::wanted(app, tenant, &browser.visitor.browser, &state).map_err(SignInStop::from)?;
        return Ok(refused(request, &browser));
    }
    let entered = match entrance::enter(app, tenant, &browser.visitor.browser, &state, &code).await {
        Ok(entered) => entered,
        Err(Stopped::Refused(error)) => return Err(error.into()),
        Err(stopped) => return Err(stopped.into()),
    };
    if let Some(former) = brought(request, tenant, false) {
        visits::leave(app, tenant, &former).await?;
    }
    let answer = answer::redirect(&browser, &entered.to);
    Ok(with_cookie(answer, &Cookie::Portal.set(tenant, entered.cookie.expose(), None)))
}

/// The page of someone whom the sign-in refused.
fn refused(request: &HttpRequest, browser: &Visit) -> HttpResponse {
    let told = parameter(request, "error_description");
    let text = match told.is_empty() || told.len() > 1000 {
        true => Text::SomethingWentWrong,
        false => Text::Said(told),
    };
    let common = page::common_alone(browser, "");
    let request_id = Some(request::origin(request).request_id).filter(|id| !id.is_empty());
    let link = Some(Link { href: OWN.to_owned(), text: Text::ToPortal });
    let page = Error { common, title: Text::PortalRefused, text, request_id, link };
    pages::respond(&page, StatusCode::FORBIDDEN)
}

/// The person signs out.
pub async fn sign_out(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    acting(&request, &body, async |room, form| {
        match form.get("act") {
            "sign_out" => {}
            _ => return Err(Stop::Bad),
        }
        let browser = &room.browser;
        let origin = &browser.visitor.origin;
        visits::sign_out(&browser.app, &browser.tenant, &room.guest, &room.cookie, origin).await?;
        Ok(goodbye(room, Text::PortalSignedOut))
    })
    .await
}

/// The last page of a visit that is over.
pub fn goodbye(room: &room::Room, text: Text) -> HttpResponse {
    let browser = &room.browser;
    let common =
        Common { framed_by: framed_by(&browser.tenant, room.is_framed), ..page::common_alone(browser, "") };
    let title = match text {
        Text::PortalIsLeft => Text::PortalLeft,
        _ => Text::PortalEnded,
    };
    let link = (!room.is_framed).then(|| Link { href: OWN.to_owned(), text: Text::ToPortal });
    let mut answer = pages::respond(&Message { common, title, text, link }, StatusCode::OK);
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    with_cookie(answer, &cookie(room.is_framed).clear(&browser.tenant))
}

impl From<OAuthError> for Stop {
    fn from(_: OAuthError) -> Self {
        Self::Bad
    }
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn only_pages_of_the_portal_are_come_back_to() {
        for page in ["/portal", "/portal/members", "/portal?x=1", "/portal/members/auth0%7C1?roles=a"] {
            assert!(is_page(page), "{page}");
        }
        for other in [
            "",
            "/",
            "/portals",
            "//evil.example/portal",
            "/portal//evil.example",
            "/portal/framed/members",
            "/portal\\evil",
            "/portal/ü",
            "/portal/a b",
            "https://evil.example/portal",
            "/api/v2/users",
        ] {
            assert!(!is_page(other), "{other}");
        }
        assert!(!is_page(&format!("/portal/{}", "a".repeat(1000))));
    }
}

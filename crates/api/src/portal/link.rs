//! A link into the portal, which the vendor's backend asked for.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::portal::links::{self, LinkRefusal};
use guildhall_app::portal::visits;
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::portal::Link;
use guildhall_domain::user::User;

use super::room::{brought, called, cookie, framed_by, is_framed, is_same_origin};
use super::{FRAMED, OWN};
use crate::pages::portal::{PortalLink, Section};
use crate::pages::{self, Common, Error, Text};
use crate::request;
use crate::sign_in::answer::{self, Stop, remember_browser, with_cookie};
use crate::sign_in::page;
use crate::sign_in::scene::parameter;
use crate::sign_in::visit::Visit;

/// The longest ticket.
const LONGEST: usize = 200;

pub async fn show(request: HttpRequest) -> HttpResponse {
    let ticket = parameter(&request, "ticket");
    answer::finish(&request, shown(&request, &ticket).await).await
}

async fn shown(request: &HttpRequest, ticket: &str) -> Result<HttpResponse, Stop> {
    let browser = Visit::of(request).await?;
    match found(request, &browser, ticket).await {
        Ok((_, user)) => asked(request, &browser, ticket, &user).await,
        Err(refusal) => refused(request, &browser, refusal),
    }
}

/// The link, where it is for a page such as this: in a frame or not.
async fn found(request: &HttpRequest, browser: &Visit, ticket: &str) -> Result<(Link, User), LinkRefusal> {
    if ticket.is_empty() || ticket.len() > LONGEST {
        return Err(LinkRefusal::Spent);
    }
    let (link, user) = links::find(&browser.app, &browser.tenant, ticket).await?;
    match link.is_framed == is_framed(request) {
        true => Ok((link, user)),
        false => Err(LinkRefusal::Spent),
    }
}

/// Who visits in this browser now, where it is not this person.
async fn another(request: &HttpRequest, browser: &Visit, user: &User) -> Result<Option<String>, Stop> {
    let framed = is_framed(request);
    let Some(held) = brought(request, &browser.tenant, framed) else { return Ok(None) };
    let origin = &browser.visitor.origin;
    let guest = visits::find(&browser.app, &browser.tenant, &held, framed, origin).await?;
    Ok(guest.filter(|guest| guest.user.user_id != user.user_id).map(|guest| called(&guest.user)))
}

async fn asked(
    request: &HttpRequest,
    browser: &Visit,
    ticket: &str,
    user: &User,
) -> Result<HttpResponse, Stop> {
    let replaces = another(request, browser, user).await?;
    let base = if is_framed(request) { FRAMED } else { OWN };
    let common = Common {
        action: format!("{base}/link"),
        // Where whoever stays goes.
        state: base.to_owned(),
        ..common(request, browser)
    };
    let page = PortalLink { common, ticket: ticket.to_owned(), person: called(user), replaces };
    Ok(remember_browser(browser, page::show(&page)))
}

fn common(request: &HttpRequest, browser: &Visit) -> Common {
    Common { framed_by: framed_by(&browser.tenant, is_framed(request)), ..page::common_alone(browser, "") }
}

fn refused(request: &HttpRequest, browser: &Visit, refusal: LinkRefusal) -> Result<HttpResponse, Stop> {
    let (title, text, status) = match refusal {
        LinkRefusal::Spent => (Text::LinkSpent, Text::PortalLinkSpent, StatusCode::NOT_FOUND),
        LinkRefusal::Refused(reason) => (Text::PortalRefused, Text::Said(reason), StatusCode::FORBIDDEN),
        LinkRefusal::Internal(problem) => return Err(problem.into()),
    };
    let request_id = Some(request::origin(request).request_id).filter(|id| !id.is_empty());
    let page = Error { common: common(request, browser), title, text, request_id, link: None };
    Ok(pages::respond(&page, status))
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, followed(&request, &body).await).await
}

async fn followed(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let browser = Visit::of(request).await?;
    let (app, tenant) = (&browser.app, &browser.tenant);
    if !is_same_origin(request, tenant) {
        return Err(Stop::Forged);
    }
    let form: Vec<(String, String)> = serde_html_form::from_bytes(body).map_err(|_| Stop::Forged)?;
    let field = |name: &str| form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
    let ticket = field("ticket");
    let user = match found(request, &browser, ticket).await {
        Ok((_, user)) => user,
        Err(refusal) => return refused(request, &browser, refusal),
    };
    let framed = is_framed(request);
    if another(request, &browser, &user).await?.is_some() && field("replace") != "1" {
        return asked(request, &browser, ticket, &user).await;
    }
    let (link, value) = match links::follow(app, tenant, ticket, &browser.visitor).await {
        Ok(followed) => followed,
        Err(refusal) => return refused(request, &browser, refusal),
    };
    if let Some(former) = brought(request, tenant, framed) {
        visits::leave(app, tenant, &former).await?;
    }
    let base = if framed { FRAMED } else { OWN };
    let to = format!("{base}{}", link.page.map_or("", path));
    let answer = HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish();
    Ok(with_cookie(answer, &cookie(framed).set(tenant, value.expose(), None)))
}

/// Where a part of the portal is.
fn path(section: PortalSection) -> &'static str {
    match section {
        PortalSection::Members => Section::Members,
        PortalSection::Invitations => Section::Invitations,
        PortalSection::Roles => Section::Roles,
        PortalSection::Clients => Section::Clients,
        PortalSection::Requests => Section::Requests,
        PortalSection::Logs => Section::Logs,
        PortalSection::Details => Section::Details,
        PortalSection::Domains => Section::Domains,
    }
    .path()
}

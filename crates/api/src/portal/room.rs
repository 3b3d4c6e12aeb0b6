//! The room that a visitor of the portal is in: who they are, which of its parts they see, and what became of a form.

use std::collections::HashSet;

use actix_web::http::header::{COOKIE, HOST, ORIGIN};
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use guildhall_app::Problem;
use guildhall_app::portal::visits::{self, Guest};
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::policy::{AuthorizedIn, Denied, Need, my_organization as needs};
use guildhall_domain::tenant::Tenant;
use guildhall_domain::user::User;

use super::{FRAMED, OWN, entrance, said};
use crate::failure::Failure;
use crate::pages::portal::{Block, Closed, Say, Section, Sheet, Shell, Words};
use crate::pages::{self, Common, Page};
use crate::request;
use crate::sign_in::answer::{self, Stop as SignInStop};
use crate::sign_in::cookies::Cookie;
use crate::sign_in::page;
use crate::sign_in::scene::parameter;
use crate::sign_in::visit::Visit;

/// The longest value of a parameter, in bytes.
const LONGEST: usize = 2048;

/// Why a page is not what was asked for.
#[derive(Debug)]
pub enum Stop {
    /// There is no such page, or not for this organization.
    NotHere,
    /// The person may not do this.
    Denied,
    /// The form does not come from a page of this visit.
    Forged,
    /// The request is none that a page sends.
    Bad,
    /// A use case refused.
    Problem(Problem),
}

impl From<Denied> for Stop {
    fn from(_: Denied) -> Self {
        Self::Denied
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Denied(_) => Self::Denied,
            problem => Self::Problem(problem),
        }
    }
}

/// What could not be done on a page, and how that is answered.
pub type Tried = Option<(Words, StatusCode)>;

/// What a page is put together from.
pub struct Parts {
    /// The part of the portal that it belongs to.
    pub section: Section,
    /// What it is about.
    pub title: Say,
    /// Its parts.
    pub blocks: Vec<Block>,
}

impl Parts {
    /// A page that is put together from these.
    pub fn new(section: Section, title: impl Into<Say>, blocks: Vec<Block>) -> Self {
        Self { section, title: title.into(), blocks }
    }
}

/// What a form says.
#[derive(Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// A field; empty where it is absent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// All values of a field that are not empty, each once.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let mut seen = HashSet::new();
        let values = self.0.iter().filter(|(known, value)| known == name && !value.is_empty());
        values.map(|(_, value)| value.as_str()).filter(|value| seen.insert(*value)).collect()
    }
}

/// Whether a request is for a page in a frame.
pub fn is_framed(request: &HttpRequest) -> bool {
    let path = request.path();
    path.strip_prefix(FRAMED).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The cookie of a visit.
pub fn cookie(is_framed: bool) -> Cookie {
    if is_framed { Cookie::PortalFramed } else { Cookie::Portal }
}

/// The value of the visit's cookie that a request brought.
pub fn brought(request: &HttpRequest, tenant: &Tenant, is_framed: bool) -> Option<String> {
    let headers = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
    cookie(is_framed).read(tenant, headers)
}

/// What people call a person.
pub fn called(user: &User) -> String {
    let known = user.name.clone().or_else(|| user.email.clone()).or_else(|| user.username.clone());
    known.unwrap_or_else(|| user.user_id.to_string())
}

/// The room.
pub struct Room {
    /// The browser, and whose pages it sees.
    pub browser: Visit,
    /// Who visits.
    pub guest: Guest,
    /// Whether the visit takes place in a frame.
    pub is_framed: bool,
    /// The value of its cookie.
    pub cookie: String,
    request: HttpRequest,
}

impl Room {
    async fn enter(request: &HttpRequest) -> Result<Result<Self, Visit>, SignInStop> {
        let browser = Visit::of(request).await?;
        let is_framed = is_framed(request);
        let Some(cookie) = brought(request, &browser.tenant, is_framed) else { return Ok(Err(browser)) };
        let origin = &browser.visitor.origin;
        Ok(match visits::find(&browser.app, &browser.tenant, &cookie, is_framed, origin).await? {
            Some(guest) => Ok(Self { browser, guest, is_framed, cookie, request: request.clone() }),
            None => Err(browser),
        })
    }

    /// The key to what `N` names.
    ///
    /// # Errors
    /// [`Stop::Denied`].
    pub fn by<N: Need>(&self) -> Result<AuthorizedIn<N>, Stop> {
        Ok(self.guest.by()?)
    }

    /// The same on a page of a part that the vendor shows to the organization.
    ///
    /// # Errors
    /// [`Stop::NotHere`], [`Stop::Denied`].
    pub fn at<N: Need>(&self, section: PortalSection) -> Result<AuthorizedIn<N>, Stop> {
        match self.guest.sees(section) {
            true => self.by(),
            false => Err(Stop::NotHere),
        }
    }

    /// A parameter of the page's address; empty where it is absent.
    ///
    /// # Errors
    /// [`Stop::Bad`] for one that is too long, or no text of ours.
    pub fn parameter(&self, name: &str) -> Result<String, Stop> {
        bounded(parameter(&self.request, name))
    }

    /// The page's own address, without its parameters.
    pub fn path(&self) -> &str {
        self.request.path()
    }

    /// A part of the path.
    ///
    /// # Errors
    /// [`Stop::NotHere`].
    pub fn segment(&self, name: &str) -> Result<String, Stop> {
        let value = self.request.match_info().query(name);
        let decoded = percent_encoding::percent_decode_str(value).decode_utf8().map_err(|_| Stop::NotHere)?;
        match !decoded.is_empty() && decoded.len() <= 1024 && !decoded.contains('\0') {
            true => Ok(decoded.into_owned()),
            false => Err(Stop::NotHere),
        }
    }

    /// The portal's own address in this visit.
    pub fn base(&self) -> &'static str {
        if self.is_framed { FRAMED } else { OWN }
    }

    /// The parts that the person may see.
    fn sections(&self) -> Vec<Section> {
        let guest = &self.guest;
        let shown = |section: &Section| match section {
            Section::Overview => true,
            Section::Members => guest.sees(PortalSection::Members) && guest.may::<needs::ReadMembers>(),
            Section::Invitations => {
                guest.sees(PortalSection::Invitations) && guest.may::<needs::ReadMemberInvitations>()
            }
            Section::Roles => {
                let may = guest.may::<needs::ReadRoles>() && guest.may::<needs::ReadMemberRoles>();
                guest.sees(PortalSection::Roles) && may
            }
            Section::Clients => guest.sees(PortalSection::Clients) && guest.may::<needs::ReadClients>(),
            Section::Requests => {
                guest.sees(PortalSection::Requests) && guest.may::<needs::ReadClientGrants>()
            }
            Section::Domains => guest.sees(PortalSection::Domains) && guest.may::<needs::ReadDomains>(),
            Section::Logs => guest.sees(PortalSection::Logs) && guest.may::<needs::ReadLogs>(),
            Section::Details => guest.sees(PortalSection::Details) && guest.may::<needs::ReadDetails>(),
            Section::Elsewhere => false,
        };
        Section::ALL.into_iter().filter(shown).collect()
    }

    /// What surrounds a page of this part.
    pub fn shell(&self, here: Section) -> Shell {
        let common = Common {
            brand: page::brand(&self.browser.tenant, Some(&self.guest.organization)),
            csrf: self.guest.csrf.clone(),
            framed_by: framed_by(&self.browser.tenant, self.is_framed),
            ..page::common_alone(&self.browser, "")
        };
        Shell {
            common,
            base: self.base().to_owned(),
            person: called(&self.guest.user),
            sections: self.sections(),
            here,
            done: said::done(&parameter(&self.request, "done")),
            problem: None,
        }
    }

    /// A page that is put together from parts, after what was tried in vain.
    pub fn sheet(&self, sheet: Parts, tried: Tried) -> Result<HttpResponse, Stop> {
        let Parts { section, title, blocks } = sheet;
        let mut shell = self.shell(section);
        let status = tried.as_ref().map_or(StatusCode::OK, |(_, status)| *status);
        shell.problem = tried.map(|(words, _)| words);
        Ok(pages::respond(&Sheet { shell, title, blocks }, status))
    }

    /// Leads to a page of the portal.
    pub fn to(&self, path: &str) -> HttpResponse {
        HttpResponse::SeeOther()
            .insert_header((header::LOCATION, format!("{}{path}", self.base())))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish()
    }

    fn closed(&self, title: &'static str, text: Words, status: StatusCode) -> HttpResponse {
        let request_id = status.is_server_error().then(|| request::origin(&self.request).request_id);
        let (shell, title) = (self.shell(Section::Elsewhere), Words::new(title));
        pages::respond(&Closed { shell, title, text, request_id }, status)
    }

    fn stopped(&self, stop: Stop) -> HttpResponse {
        match stop {
            Stop::NotHere => {
                self.closed("portal-not-here-title", Words::new("portal-not-here"), StatusCode::NOT_FOUND)
            }
            Stop::Denied => {
                self.closed("portal-denied-title", Words::new("portal-problem-denied"), StatusCode::FORBIDDEN)
            }
            Stop::Forged => {
                self.closed("portal-problem-title", Words::new("portal-forged"), StatusCode::FORBIDDEN)
            }
            Stop::Bad => {
                self.closed("portal-problem-title", Words::new("portal-bad"), StatusCode::BAD_REQUEST)
            }
            Stop::Problem(problem) => {
                let (words, status) = said::problem(&problem);
                self.closed("portal-problem-title", words, status)
            }
        }
    }
}

/// The origins whose pages may hold a page.
pub fn framed_by(tenant: &Tenant, is_framed: bool) -> Vec<String> {
    if is_framed { tenant.settings.portal().allowed_origins } else { Vec::new() }
}

/// A value that is neither too long nor holds what no text of ours does.
fn bounded(value: String) -> Result<String, Stop> {
    match value.len() <= LONGEST && !value.contains('\0') {
        true => Ok(value),
        false => Err(Stop::Bad),
    }
}

/// A page that is shown.
pub fn show(page: &impl Page) -> Result<HttpResponse, Stop> {
    Ok(pages::respond(page, StatusCode::OK))
}

/// A page of a visit; whoever has none is led to the sign-in, and back.
pub async fn within(
    request: &HttpRequest,
    what: impl AsyncFnOnce(&Room) -> Result<HttpResponse, Stop>,
) -> HttpResponse {
    match Room::enter(request).await {
        Ok(Ok(room)) => match what(&room).await {
            Ok(answer) => answer,
            Err(stop) => room.stopped(stop),
        },
        Ok(Err(browser)) => entrance::without_visit(request, &browser).await,
        Err(stop) => answer::finish(request, Err(stop)).await,
    }
}

/// What a form of a visit's page wants. A form that is sent after the visit's end is not carried out, and says so.
pub async fn acting(
    request: &HttpRequest,
    body: &[u8],
    what: impl AsyncFnOnce(&Room, &Form) -> Result<HttpResponse, Stop>,
) -> HttpResponse {
    within(request, async |room| {
        let form = read(room, body)?;
        what(room, &form).await
    })
    .await
}

fn read(room: &Room, body: &[u8]) -> Result<Form, Stop> {
    if !is_same_origin(&room.request, &room.browser.tenant) {
        return Err(Stop::Forged);
    }
    let pairs: Vec<(String, String)> = serde_html_form::from_bytes(body).map_err(|_| Stop::Bad)?;
    let given = pairs.iter().find(|(name, _)| name == "csrf").map_or("", |(_, value)| value);
    if !visits::knows_csrf(&room.browser.app, &room.guest, given) {
        return Err(Stop::Forged);
    }
    let too_long = |value: &str| value.len() > 65_536 || value.contains('\0');
    match pairs.iter().any(|(_, value)| too_long(value)) {
        true => Err(Stop::Bad),
        false => Ok(Form(pairs)),
    }
}

/// Whether a page of this server sent a form, as far as the browser says: every one says it of forms.
pub fn is_same_origin(request: &HttpRequest, tenant: &Tenant) -> bool {
    if request.method() == Method::GET {
        return true;
    }
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let site = header("sec-fetch-site");
    let origin = header(ORIGIN.as_str());
    let own = |origin: &str| {
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        authority.is_some() && authority == header(HOST.as_str())
            || origin == tenant.issuer.trim_end_matches('/')
    };
    (site.is_some() || origin.is_some())
        && site.is_none_or(|site| site == "same-origin")
        && origin.is_none_or(own)
}

impl From<Failure> for Stop {
    fn from(_: Failure) -> Self {
        Self::Bad
    }
}

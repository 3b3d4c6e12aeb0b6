//! The list of members.

use actix_web::{HttpRequest, HttpResponse};
use guildhall_app::my_organization::members::{self, Filter};
use guildhall_app::portal::roles;
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::id::RoleId;
use guildhall_domain::my_organization::OrganizationMember;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::my_organization as needs;
use guildhall_oauth::authorize_response::with_query;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::room::{Room, Stop, show as shown, within};
use crate::pages::portal::{Members, RoleChoice, Row, Section, Words};
use crate::pages::{self};
use crate::query::{read_cursor, write_cursor};
use actix_web::http::StatusCode;

/// How many members are on a page.
const SHOWN: u64 = 50;

/// How times are shown.
pub const TIME: &str = "%Y-%m-%d %H:%M UTC";

/// The longest text that is searched by, in bytes.
const LONGEST: usize = 300;

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| list(room, &asked(room)?, None).await).await
}

/// Which part of the list is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub query: String,
    pub role: String,
    pub from: String,
}

impl Asked {
    /// What is listed.
    ///
    /// # Errors
    /// [`Stop::Bad`].
    pub fn filter(&self) -> Result<Filter, Stop> {
        if self.query.len() > LONGEST || self.role.len() > LONGEST {
            return Err(Stop::Bad);
        }
        let text = Some(self.query.trim().to_owned()).filter(|text| !text.is_empty());
        let role = Some(&self.role).filter(|role| !role.is_empty()).map(RoleId::new);
        Ok(Filter { text, role })
    }

    /// The address of this list, from here on.
    pub fn address(&self, base: &str, from: &str) -> String {
        let all = [("q", self.query.as_str()), ("role", &self.role), ("from", from)];
        let said: Vec<_> = all.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        with_query(&format!("{base}/members"), &said)
    }
}

fn asked(room: &Room) -> Result<Asked, Stop> {
    Ok(Asked { query: room.parameter("q")?, role: room.parameter("role")?, from: room.parameter("from")? })
}

/// The page of the list.
pub async fn list(room: &Room, asked: &Asked, problem: Option<Words>) -> Result<HttpResponse, Stop> {
    let by = room.at::<needs::ReadMembers>(PortalSection::Members)?;
    let (app, guest) = (&room.browser.app, &room.guest);
    let after = match asked.from.is_empty() {
        true => None,
        false => Some(read_cursor(&asked.from)?),
    };
    let page = PageRequest::Checkpoint { after, take: SHOWN };
    let found = members::list(app, &by, &asked.filter()?, &page).await?;
    let mut offered = Vec::new();
    if let Ok(by) = guest.by::<needs::ReadMemberRoles>() {
        offered = choices(roles::assignable(app, &by, None).await?.roles);
        // One that was found elsewhere is kept.
        if !asked.role.is_empty() && !offered.iter().any(|choice| choice.id == asked.role) {
            let id = RoleId::new(&asked.role);
            let name = roles::name(app, &by, &id).await.unwrap_or_else(|_| asked.role.clone());
            let (description, not_held) = (String::new(), Vec::new());
            offered.push(RoleChoice { id: id.to_string(), name, description, is_own: false, not_held });
        }
    }
    let mut shell = room.shell(Section::Members);
    let status = if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    shell.problem = problem;
    let page = Members {
        query: asked.query.clone(),
        role: asked.role.clone(),
        roles: offered,
        shows_roles: guest.may::<needs::ReadMemberRoles>(),
        first: (!asked.from.is_empty()).then(|| asked.address(room.base(), "")),
        next: found.next.as_ref().map(|next| asked.address(room.base(), &write_cursor(next))),
        members: found.items.into_iter().map(|member| row(room, member)).collect(),
        may_give: guest.may::<needs::CreateMemberRoles>(),
        may_take: guest.may::<needs::DeleteMemberRoles>(),
        may_remove: guest.may::<needs::DeleteMemberships>(),
        shell,
    };
    match status {
        StatusCode::OK => shown(&page),
        status => Ok(pages::respond(&page, status)),
    }
}

/// Roles to choose from.
pub fn choices(offered: Vec<roles::Offered>) -> Vec<RoleChoice> {
    let choice = |offered: roles::Offered| RoleChoice {
        id: offered.role.id.to_string(),
        is_own: offered.role.owner_id.is_some(),
        name: offered.role.name,
        description: offered.role.description,
        not_held: offered.not_held,
    };
    offered.into_iter().map(choice).collect()
}

/// The address of a member's page.
pub fn address(base: &str, id: &str) -> String {
    format!("{base}/members/{}", utf8_percent_encode(id, NON_ALPHANUMERIC))
}

/// What people call a member.
pub fn called(member: &OrganizationMember) -> String {
    let known = member.name.clone().or_else(|| member.email.clone());
    known.unwrap_or_else(|| member.user_id.to_string())
}

fn row(room: &Room, member: OrganizationMember) -> Row {
    Row {
        href: address(room.base(), member.user_id.as_str()),
        name: called(&member),
        email: member.email.clone().filter(|email| *email != called(&member)),
        roles: member.roles.iter().flatten().map(|role| role.name.clone()).collect(),
        last_login: member.last_login.map(|at| at.format(TIME).to_string()),
        is_oneself: member.user_id == room.guest.user.user_id,
        id: member.user_id.to_string(),
    }
}

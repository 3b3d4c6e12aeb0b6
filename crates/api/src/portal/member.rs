//! One member.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::my_organization::{member_roles, members};
use guildhall_app::portal::roles;
use guildhall_app::{Problem, Thing};
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::id::{RoleId, UserId};
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::my_organization as needs;

use super::members::{TIME, address, called, choices};
use super::room::{Room, Stop, acting, within};
use super::said;
use crate::pages;
use crate::pages::portal::{HeldRole, Member, Section, Words};

/// How many roles of a member are shown.
const ROLES: u64 = 100;

/// The most roles that are given at once.
const AT_ONCE: usize = 10;

/// What the page shows besides the member.
#[derive(Default)]
struct Turn {
    asks_to_remove: bool,
    problem: Option<Words>,
    status: StatusCode,
}

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| member(room, Turn::default()).await).await
}

async fn member(room: &Room, turn: Turn) -> Result<HttpResponse, Stop> {
    let by = room.at::<needs::ReadMembers>(PortalSection::Members)?;
    let (app, guest) = (&room.browser.app, &room.guest);
    let id = UserId::new(room.segment("id")?);
    let found = match members::get(app, &by, &id).await {
        Err(Problem::NoSuch(Thing::Member)) => return Err(Stop::NotHere),
        found => found?,
    };
    let mut held = None;
    if let Ok(by) = guest.by::<needs::ReadMemberRoles>() {
        held = Some(member_roles::list(app, &by, &id, &PageRequest::first(ROLES)).await?.items);
    }
    let offer_query = room.parameter("roles")?;
    let (mut offer, mut offer_has_more) = (None, false);
    if let (Ok(by), Some(held)) = (guest.by::<needs::CreateMemberRoles>(), &held) {
        let held: Vec<RoleId> = held.iter().map(|role| role.id.clone()).collect();
        let name = Some(offer_query.trim()).filter(|name| !name.is_empty());
        let offered = roles::conferrable(app, &by, name, &held).await?;
        offer_has_more = offered.has_more;
        offer = Some(choices(offered.roles));
    }
    let facts = [
        ("portal-fact-email", found.email.clone()),
        ("portal-fact-phone", found.phone_number.clone()),
        ("portal-fact-last-login", found.last_login.map(|at| at.format(TIME).to_string())),
        ("portal-fact-created", Some(found.created_at.format(TIME).to_string())),
        ("portal-fact-id", Some(found.user_id.to_string())),
    ];
    let facts = facts.into_iter().filter_map(|(key, value)| Some((Words::new(key), value?)));
    let is_oneself = id == guest.user.user_id;
    let mut shell = room.shell(Section::Members);
    shell.problem = turn.problem;
    let role = |role: guildhall_domain::my_organization::ShownRole| HeldRole {
        id: role.id.to_string(),
        name: role.name,
        description: role.description,
    };
    let page = Member {
        shell,
        href: address(room.base(), id.as_str()),
        name: called(&found),
        facts: facts.collect(),
        roles: held.map(|held| held.into_iter().map(role).collect()),
        offer,
        offer_query,
        offer_has_more,
        may_take: guest.may::<needs::DeleteMemberRoles>(),
        may_remove: guest.may::<needs::DeleteMemberships>(),
        is_oneself,
        why: (is_oneself || guest.may::<needs::ReadEffectivePermissions>())
            .then(|| format!("{}/rights", address(room.base(), id.as_str()))),
        asks_to_remove: turn.asks_to_remove,
    };
    Ok(pages::respond(&page, turn.status))
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    acting(&request, &body, async |room, form| {
        room.at::<needs::ReadMembers>(PortalSection::Members)?;
        let app = &room.browser.app;
        let id = UserId::new(room.segment("id")?);
        let roles: Vec<RoleId> = form.all("role").into_iter().map(RoleId::new).collect();
        let is_some_roles = (1..=AT_ONCE).contains(&roles.len());
        let back = format!("/members/{}", &address("", id.as_str())["/members/".len()..]);
        let (done, to) = match form.get("act") {
            "give" if is_some_roles => {
                let by = room.by::<needs::CreateMemberRoles>()?;
                (member_roles::add(app, &by, &id, roles).await, format!("{back}?done=given"))
            }
            "take" if is_some_roles => {
                let by = room.by::<needs::DeleteMemberRoles>()?;
                (member_roles::remove(app, &by, &id, roles).await, format!("{back}?done=taken"))
            }
            "give" | "take" => {
                let problem = Some(Words::new("portal-bulk-no-role"));
                let status = StatusCode::BAD_REQUEST;
                return member(room, Turn { problem, status, ..Turn::default() }).await;
            }
            "ask_remove" => return member(room, Turn { asks_to_remove: true, ..Turn::default() }).await,
            "remove" => {
                let by = room.by::<needs::DeleteMemberships>()?;
                (members::remove(app, &by, &id).await, "/members?done=removed".to_owned())
            }
            _ => return Err(Stop::Bad),
        };
        match done {
            Ok(()) => Ok(room.to(&to)),
            Err(problem @ (Problem::Internal(_) | Problem::Denied(_))) => Err(problem.into()),
            Err(Problem::NoSuch(Thing::Member)) => Err(Stop::NotHere),
            Err(problem) => {
                let (words, status) = said::problem(&problem);
                member(room, Turn { problem: Some(words), status, ..Turn::default() }).await
            }
        }
    })
    .await
}

//! Invitations.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::my_organization::invitations;
use guildhall_app::portal::roles;
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::id::InvitationId;
use guildhall_domain::my_organization::NewMemberInvitations;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::my_organization as needs;
use guildhall_oauth::authorize_response::with_query;
use serde_json::json;
use validator::Validate;

use super::members::TIME;
use super::room::{Form, Parts, Room, Stop, Tried, acting, within};
use super::said;
use crate::pages::portal::{Block, Button, Entry, Field, FormBlock, Item, Say, Section, Tick, Words};
use crate::query::{read_cursor, write_cursor};

/// How many are on a page.
const SHOWN: u64 = 50;

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| list(room, &Form::default(), None).await).await
}

async fn list(room: &Room, typed: &Form, tried: Tried) -> Result<HttpResponse, Stop> {
    let by = room.at::<needs::ReadMemberInvitations>(PortalSection::Invitations)?;
    let (app, guest, base) = (&room.browser.app, &room.guest, room.base());
    let here = format!("{base}/invitations");
    let from = room.parameter("from")?;
    let after = if from.is_empty() { None } else { Some(read_cursor(&from)?) };
    let page = PageRequest::Checkpoint { after, take: SHOWN };
    let found = invitations::list(app, &by, &page, false).await?;
    let mut blocks = Vec::new();
    let mut names = HashMap::new();
    if let Ok(by) = guest.by::<needs::ReadMemberRoles>() {
        let offer = roles::assignable(app, &by, None).await?;
        names.extend(offer.roles.into_iter().map(|it| (it.role.id, it.role.name)));
    }
    if guest.may::<needs::CreateMemberInvitations>() {
        blocks.extend([Block::Title(Words::new("portal-invite")), form(room, typed, &here).await?]);
    }
    blocks.push(Block::Title(Words::new("portal-invitations-open")));
    if found.items.is_empty() {
        blocks.push(Block::Note(Words::new("portal-invitations-none")));
    }
    let rows = found.items.iter().map(|it| {
        let mut item = Item::new(it.invitee.email.clone());
        item = item.small(Words::new("portal-invited-by").with("name", &it.inviter.name));
        let until = it.expires_at.format(TIME);
        item = match it.expires_at > app.clock().now() {
            true => item.small(Words::new("portal-until").with("time", until)),
            false => item.tag("portal-expired", true),
        };
        for role in &it.roles {
            item.tags.push((Say::Text(names.get(role).cloned().unwrap_or_else(|| role.to_string())), false));
        }
        match guest.may::<needs::DeleteMemberInvitations>() {
            true => item.act(&here, "id", it.id.as_str(), Button::secondary("revoke", "portal-revoke")),
            false => item,
        }
    });
    blocks.push(Block::Rows(rows.collect()));
    if let Some(next) = &found.next {
        let next = with_query(&here, &[("from", &write_cursor(next))]);
        blocks.push(Block::Links(vec![(next, Words::new("portal-next-page"))]));
    }
    let title = Words::new("portal-invitations");
    room.sheet(Parts::new(Section::Invitations, title, blocks), tried)
}

/// The form that invites.
async fn form(room: &Room, typed: &Form, here: &str) -> Result<Block, Stop> {
    let guest = &room.guest;
    let mut fields = vec![
        Field::of("emails", "portal-invite-emails", typed.get("emails"), Entry::Lines)
            .help("portal-invite-emails-help")
            .required(),
    ];
    if let (Ok(by), true) = (guest.by::<needs::CreateMemberRoles>(), guest.may::<needs::ReadMemberRoles>()) {
        let offer = roles::conferrable(&room.browser.app, &by, None, &[]).await?;
        let chosen = typed.all("role");
        let ticks = offer.roles.into_iter().filter(|it| it.not_held.is_empty()).map(|it| Tick {
            is_ticked: chosen.contains(&it.role.id.as_str()),
            value: it.role.id.to_string(),
            label: it.role.name.into(),
            small: Some(it.role.description).filter(|text| !text.is_empty()).map(Say::Text),
        });
        let ticks: Vec<Tick> = ticks.collect();
        if !ticks.is_empty() {
            let groups = vec![(Say::Text(String::new()), ticks)];
            fields.push(Field::of("role", "portal-choose-roles", "", Entry::Ticks(groups)));
        }
    }
    Ok(FormBlock::post(here, fields, vec![Button::primary("invite", "portal-invite")]))
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    acting(&request, &body, async |room, form| {
        room.at::<needs::ReadMemberInvitations>(PortalSection::Invitations)?;
        match form.get("act") {
            "invite" => invite(room, form).await,
            "revoke" => {
                let by = room.by::<needs::DeleteMemberInvitations>()?;
                let id = InvitationId::new(form.get("id"));
                match said::told(invitations::revoke(&room.browser.app, &by, &[id]).await)? {
                    Ok(()) => Ok(room.to("/invitations?done=revoked")),
                    Err(refused) => list(room, &Form::default(), Some(refused)).await,
                }
            }
            _ => Err(Stop::Bad),
        }
    })
    .await
}

async fn invite(room: &Room, form: &Form) -> Result<HttpResponse, Stop> {
    let by = room.by::<needs::CreateMemberInvitations>()?;
    let apart = |c: char| c.is_whitespace() || c == ',' || c == ';';
    let emails: Vec<&str> = form.get("emails").split(apart).filter(|email| !email.is_empty()).collect();
    let invitees: Vec<_> =
        emails.iter().map(|email| json!({"email": email, "roles": form.all("role")})).collect();
    let wrong = || Some((Words::new("portal-invite-wrong"), StatusCode::BAD_REQUEST));
    let new = serde_json::from_value::<NewMemberInvitations>(json!({"invitees": invitees}));
    let Some(new) = new.ok().filter(|new| new.validate().is_ok()) else {
        return list(room, form, wrong()).await;
    };
    match said::told(invitations::create(&room.browser.app, &by, new).await)? {
        Ok(_) => Ok(room.to("/invitations?done=invited")),
        Err(refused) => list(room, form, Some(refused)).await,
    }
}

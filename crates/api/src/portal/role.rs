//! One role.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::my_organization::{role_deletion, role_permissions, roles};
use guildhall_app::{Problem, Thing};
use guildhall_domain::effect::Subject;
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::id::RoleId;
use guildhall_domain::my_organization::{OrganizationRoleDetails, OrganizationRolePermission};
use guildhall_domain::page::PageRequest;
use guildhall_domain::permission::PermissionName;
use guildhall_domain::policy::my_organization as needs;
use guildhall_domain::role::{RolePatch, RoleType};
use guildhall_oauth::authorize_response::with_query;
use serde_json::json;
use validator::Validate;

use super::room::{Form, Parts, Room, Stop, Tried, acting, within};
use super::{matrix, said};
use crate::pages::portal::{Block, Button, Field, FormBlock, Item, Say, Section, Words};

/// How many permissions of a role are read at once.
const AT_ONCE: u64 = 100;

/// How many of those who would lose something are named.
const NAMED: u64 = 50;

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| role(room, None).await).await
}

async fn found(room: &Room) -> Result<(RoleId, OrganizationRoleDetails), Stop> {
    let by = room.at::<needs::ReadRoles>(PortalSection::Roles)?;
    let id = RoleId::new(room.segment("id")?);
    match roles::get(&room.browser.app, &by, &id).await {
        Ok(role) => Ok((id, role)),
        Err(Problem::NoSuch(Thing::Role)) => Err(Stop::NotHere),
        Err(problem) => Err(problem.into()),
    }
}

/// All that a role permits.
async fn permitted(room: &Room, id: &RoleId) -> Result<Vec<OrganizationRolePermission>, Stop> {
    let by = room.by::<needs::ReadRoles>()?;
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = PageRequest::Checkpoint { after, take: AT_ONCE };
        let page = role_permissions::list(&room.browser.app, &by, id, &page).await?;
        all.extend(page.items);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
}

fn name(it: &OrganizationRolePermission) -> PermissionName {
    PermissionName {
        resource_server_identifier: it.permission.resource_server_identifier.clone(),
        permission_name: it.permission.permission_name.clone(),
    }
}

async fn role(room: &Room, tried: Tried) -> Result<HttpResponse, Stop> {
    let (id, details) = found(room).await?;
    let here = format!("{}/roles/{id}", room.base());
    let is_own = details.role.kind == RoleType::Organization;
    let permissions = permitted(room, &id).await?;
    let whose = if is_own { "portal-own-role" } else { "portal-vendors-role" };
    let mut facts = vec![(Words::new("portal-whose"), Words::new(whose).into())];
    if !details.role.description.is_empty() {
        facts.push((Words::new("portal-description"), details.role.description.clone().into()));
    }
    let mut blocks = vec![Block::Facts(facts)];
    let members = with_query(&format!("{}/members", room.base()), &[("role", id.as_str())]);
    blocks.push(Block::Links(vec![(members, Words::new("portal-role-members"))]));
    if let Some(template) = &details.template {
        let drifted = !template.added.is_empty() || !template.removed.is_empty();
        blocks.push(Block::Title(Words::new("portal-template")));
        let words = if drifted { "portal-template-drifted" } else { "portal-template-same" };
        blocks.push(Block::Text(Words::new(words).with("role", &template.name)));
        let row = |it: &PermissionName, key| {
            Item::new(Say::Code(it.permission_name.clone()))
                .small(it.resource_server_identifier.clone())
                .tag(key, false)
        };
        let added = template.added.iter().map(|it| row(it, "portal-template-added"));
        let removed = template.removed.iter().map(|it| row(it, "portal-template-removed"));
        blocks.push(Block::Rows(added.chain(removed).collect()));
    }
    let suspended: Vec<Item> = permissions
        .iter()
        .filter(|it| it.suspended)
        .map(|it| Item::new(Say::Code(it.permission.permission_name.clone())).tag("portal-suspended", true))
        .collect();
    if !suspended.is_empty() {
        blocks.push(Block::Note(Words::new("portal-suspended-note")));
        blocks.push(Block::Rows(suspended));
    }
    match is_own && room.guest.may::<needs::UpdateRoles>() {
        true => blocks.extend(change(room, &here, &details, &permissions).await?),
        false => {
            blocks.push(Block::Title(Words::new("portal-permissions")));
            let rows = permissions.iter().map(|it| {
                Item::new(Say::Code(it.permission.permission_name.clone()))
                    .small(it.permission.resource_server_identifier.clone())
            });
            blocks.push(Block::Rows(rows.collect()));
        }
    }
    if is_own && room.guest.may::<needs::DeleteRoles>() {
        blocks.push(Block::Title(Words::new("portal-role-delete")));
        let button = Button::secondary("ask_delete", "portal-role-delete");
        blocks.push(FormBlock::post(&here, Vec::new(), vec![button]));
    }
    room.sheet(Parts::new(Section::Roles, details.role.name, blocks), tried)
}

/// What changes a role of the organization's own.
async fn change(
    room: &Room,
    here: &str,
    details: &OrganizationRoleDetails,
    permissions: &[OrganizationRolePermission],
) -> Result<Vec<Block>, Stop> {
    let query = room.parameter("permissions")?;
    let all = matrix::read(&room.browser.app, &room.by()?, &query).await?;
    let there: Vec<PermissionName> = permissions.iter().map(name).collect();
    let named = vec![
        Field::line("name", "portal-name", details.role.name.clone()).required(),
        Field::line("description", "portal-description", details.role.description.clone()),
    ];
    let mut blocks = vec![
        FormBlock::post(here, named, vec![Button::secondary("rename", "portal-save")]),
        Block::Title(Words::new("portal-permissions")),
    ];
    blocks.extend(matrix::search(here, query, &all));
    let button = Button::primary("permit", "portal-save");
    blocks.push(FormBlock::post(here, matrix::fields(&all, &there), vec![button]));
    blocks.extend(matrix::not_held(&all));
    Ok(blocks)
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    acting(&request, &body, async |room, form| {
        let (id, _) = found(room).await?;
        let app = &room.browser.app;
        let done = match form.get("act") {
            "rename" => {
                let by = room.by::<needs::UpdateRoles>()?;
                let body =
                    json!({"name": form.get("name").trim(), "description": form.get("description").trim()});
                let patch = serde_json::from_value::<RolePatch>(body).ok();
                match patch.filter(|patch| patch.validate().is_ok()) {
                    Some(patch) => roles::update(app, &by, &id, patch).await.map(|_| ()),
                    None => {
                        let wrong = (Words::new("portal-role-wrong"), StatusCode::BAD_REQUEST);
                        return role(room, Some(wrong)).await;
                    }
                }
            }
            "permit" => permit(room, form, &id).await?,
            "ask_delete" => return ask(room, &id).await,
            "delete" => {
                let by = room.by::<needs::DeleteRoles>()?;
                return match said::told(role_deletion::delete(app, &by, &id, true).await)? {
                    Ok(()) => Ok(room.to("/roles?done=deleted")),
                    Err(refused) => role(room, Some(refused)).await,
                };
            }
            _ => return Err(Stop::Bad),
        };
        match said::told(done)? {
            Ok(()) => Ok(room.to(&format!("/roles/{id}?done=saved"))),
            Err(refused) => role(room, Some(refused)).await,
        }
    })
    .await
}

/// Makes the role permit what is ticked of what was shown, and leaves the rest as it is.
async fn permit(room: &Room, form: &Form, id: &RoleId) -> Result<Result<(), Problem>, Stop> {
    let by = room.by::<needs::UpdateRoles>()?;
    let there: Vec<PermissionName> = permitted(room, id).await?.iter().map(name).collect();
    let ticked = matrix::ticked(form, "permission")?;
    let shown = matrix::ticked(form, "shown")?;
    let added: Vec<PermissionName> = ticked.iter().filter(|it| !there.contains(it)).cloned().collect();
    let removed: Vec<PermissionName> =
        shown.into_iter().filter(|it| there.contains(it) && !ticked.contains(it)).collect();
    for added in added.chunks(AT_ONCE as usize) {
        if let Err(problem) = role_permissions::add(&room.browser.app, &by, id, added.to_vec()).await {
            return Ok(Err(problem));
        }
    }
    for removed in removed.chunks(AT_ONCE as usize) {
        if let Err(problem) = role_permissions::remove(&room.browser.app, &by, id, removed.to_vec()).await {
            return Ok(Err(problem));
        }
    }
    Ok(Ok(()))
}

/// Says who loses what, and asks.
async fn ask(room: &Room, id: &RoleId) -> Result<HttpResponse, Stop> {
    let by = room.by::<needs::DeleteRoles>()?;
    let here = format!("{}/roles/{id}", room.base());
    let page = PageRequest::first(NAMED);
    let told = match said::told(role_deletion::foresee(&room.browser.app, &by, id, &page).await)? {
        Ok(told) => told,
        Err(refused) => return role(room, Some(refused)).await,
    };
    let mut blocks =
        vec![Block::Text(Words::new("portal-role-delete-concerns").with("count", told.extent.concerned))];
    if let Some(difference) = &told.extent.difference {
        let words = Words::new("portal-role-delete-loses").with("count", difference.subjects);
        blocks.push(Block::Text(words));
    }
    let rows = told.effects.iter().flatten().map(|effect| {
        let who = match &effect.subject {
            Subject::User(user) => user.to_string(),
            Subject::Client(client) => client.to_string(),
        };
        Item::new(who)
            .small(Say::Code(effect.lost.join(" ")))
            .small(effect.resource_server_identifier.clone())
    });
    blocks.push(Block::Rows(rows.collect()));
    let button = Button::danger("delete", "portal-role-delete-really");
    blocks.push(FormBlock::sure(&here, button));
    room.sheet(Parts::new(Section::Roles, Words::new("portal-role-delete"), blocks), None)
}

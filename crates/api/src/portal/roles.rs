//! The roles that the organization can give, and making one of its own.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::my_organization::roles;
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::my_organization::NewOrganizationRole;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::my_organization as needs;
use guildhall_domain::role::RoleType;
use guildhall_oauth::authorize_response::with_query;
use serde_json::{Value, json};
use validator::Validate;

use super::room::{Form, Parts, Room, Stop, Tried, acting, within};
use super::{matrix, said};
use crate::pages::portal::{Block, Button, Entry, Field, FormBlock, Item, Say, Section, Words};
use crate::query::{read_cursor, write_cursor};

/// How many are on a page.
const SHOWN: u64 = 50;

/// How many of the vendor's roles can be begun with.
const TEMPLATES: u64 = 100;

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| {
        room.at::<needs::ReadRoles>(PortalSection::Roles)?;
        let by = room.by::<needs::ReadMemberRoles>()?;
        let here = format!("{}/roles", room.base());
        let (query, from) = (room.parameter("q")?, room.parameter("from")?);
        let after = if from.is_empty() { None } else { Some(read_cursor(&from)?) };
        let page = PageRequest::Checkpoint { after, take: SHOWN };
        let name = Some(query.trim().to_owned()).filter(|text| !text.is_empty());
        let found = roles::list(&room.browser.app, &by, None, name, &page).await?;
        let field = Field::of("q", "portal-roles-search", query.clone(), Entry::Line("search", 100));
        let mut blocks = vec![FormBlock::search(&here, vec![field])];
        if room.guest.may::<needs::CreateRoles>() {
            blocks.push(Block::Begin(format!("{here}/new"), Words::new("portal-role-new")));
        }
        if found.items.is_empty() {
            blocks.push(Block::Note(Words::new("portal-roles-none")));
        }
        let rows = found.items.into_iter().map(|role| {
            let item = Item::new(role.name).at(format!("{here}/{}", role.id));
            let item = if role.description.is_empty() { item } else { item.small(role.description) };
            match role.kind {
                RoleType::Organization => item.tag("portal-own-role", false),
                RoleType::Tenant => item,
            }
        });
        blocks.push(Block::Rows(rows.collect()));
        if let Some(next) = &found.next {
            let next = with_query(&here, &[("q", query.as_str()), ("from", &write_cursor(next))]);
            blocks.push(Block::Links(vec![(next, Words::new("portal-next-page"))]));
        }
        room.sheet(Parts::new(Section::Roles, Words::new("portal-roles"), blocks), None)
    })
    .await
}

pub async fn show_new(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| new(room, &Form::default(), None).await).await
}

/// The page on which a role is made.
async fn new(room: &Room, typed: &Form, tried: Tried) -> Result<HttpResponse, Stop> {
    room.at::<needs::CreateRoles>(PortalSection::Roles)?;
    let (app, here) = (&room.browser.app, format!("{}/roles/new", room.base()));
    let query = room.parameter("permissions")?;
    let all = matrix::read(app, &room.by()?, &query).await?;
    let page = PageRequest::first(TEMPLATES);
    let templates = roles::list(app, &room.by()?, Some(RoleType::Tenant), None, &page).await?.items;
    let none = (String::new(), Words::new("portal-no-template").into());
    let templates = templates.into_iter().map(|role| (role.id.to_string(), Say::Text(role.name)));
    let templates: Vec<(String, Say)> = std::iter::once(none).chain(templates).collect();
    let mut fields = vec![
        Field::line("name", "portal-name", typed.get("name")).required(),
        Field::line("description", "portal-description", typed.get("description")),
        Field::of("template", "portal-template", typed.get("template"), Entry::Choice(templates))
            .help("portal-template-help"),
    ];
    fields.extend(matrix::fields(&all, &matrix::ticked(typed, "permission")?));
    let mut blocks = Vec::from_iter(matrix::search(&here, query, &all));
    blocks.push(FormBlock::post(&here, fields, vec![Button::primary("create", "portal-role-create")]));
    blocks.extend(matrix::not_held(&all));
    room.sheet(Parts::new(Section::Roles, Words::new("portal-role-new"), blocks), tried)
}

pub async fn create(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    acting(&request, &body, async |room, form| {
        let by = room.at::<needs::CreateRoles>(PortalSection::Roles)?;
        if form.get("act") != "create" {
            return Err(Stop::Bad);
        }
        let ticked = matrix::ticked(form, "permission")?;
        let given = |name: &str| Some(form.get(name).trim()).filter(|text| !text.is_empty());
        // With a template and nothing ticked it is the template's permissions.
        let permissions = match given("template").is_some() && ticked.is_empty() {
            true => Value::Null,
            false => json!(ticked),
        };
        let body = json!({
            "name": form.get("name").trim(), "description": given("description"),
            "template_id": given("template"), "permissions": permissions,
        });
        let body = serde_json::from_value::<NewOrganizationRole>(body).ok();
        let Some(body) = body.filter(|body| body.validate().is_ok()) else {
            let wrong = (Words::new("portal-role-wrong"), StatusCode::BAD_REQUEST);
            return new(room, form, Some(wrong)).await;
        };
        match said::told(roles::create(&room.browser.app, &by, body).await)? {
            Ok(made) => Ok(room.to(&format!("/roles/{}?done=made", made.role.role.id))),
            Err(refused) => new(room, form, Some(refused)).await,
        }
    })
    .await
}

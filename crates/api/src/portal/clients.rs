//! The organization's machine clients, and making one.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::my_organization::clients;
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::my_organization::{NewOrganizationClient, OrganizationClient};
use guildhall_domain::page::PageRequest;
use guildhall_domain::permission::PermissionName;
use guildhall_domain::policy::my_organization as needs;
use guildhall_oauth::authorize_response::with_query;
use serde_json::{Value, json};
use validator::Validate;

use super::members::TIME;
use super::room::{Form, Parts, Room, Stop, Tried, acting, within};
use super::{matrix, said};
use crate::pages::portal::{Block, Button, Entry, Field, FormBlock, Item, Section, Words};
use crate::query::{read_cursor, write_cursor};

/// How many are on a page.
const SHOWN: u64 = 50;

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| {
        let by = room.at::<needs::ReadClients>(PortalSection::Clients)?;
        let here = format!("{}/clients", room.base());
        let (query, from) = (room.parameter("q")?, room.parameter("from")?);
        let after = if from.is_empty() { None } else { Some(read_cursor(&from)?) };
        let page = PageRequest::Checkpoint { after, take: SHOWN };
        let text = Some(query.trim()).filter(|text| !text.is_empty());
        let found = clients::list(&room.browser.app, &by, text, &page).await?;
        let field = Field::of("q", "portal-clients-search", query.clone(), Entry::Line("search", 100));
        let mut blocks = vec![FormBlock::search(&here, vec![field])];
        if room.guest.may::<needs::CreateClients>() {
            blocks.push(Block::Begin(format!("{here}/new"), Words::new("portal-client-new")));
        }
        if found.items.is_empty() {
            blocks.push(Block::Note(Words::new("portal-clients-none")));
        }
        let rows = found.items.iter().map(|client| {
            let item = Item::new(client.name.clone()).at(format!("{here}/{}", client.client_id));
            let item = item.small(last_use(client));
            marked(room, client, item)
        });
        blocks.push(Block::Rows(rows.collect()));
        if let Some(next) = &found.next {
            let next = with_query(&here, &[("q", query.as_str()), ("from", &write_cursor(next))]);
            blocks.push(Block::Links(vec![(next, Words::new("portal-next-page"))]));
        }
        room.sheet(Parts::new(Section::Clients, Words::new("portal-clients"), blocks), None)
    })
    .await
}

/// When and from where it was last used.
pub fn last_use(client: &OrganizationClient) -> Words {
    match &client.last_use {
        None => Words::new("portal-client-never-used"),
        Some(last) => Words::new("portal-client-last-used")
            .with("time", last.at.format(TIME))
            .with("address", last.ip.as_deref().unwrap_or("–")),
    }
}

/// What stands out about it.
pub fn marked(room: &Room, client: &OrganizationClient, item: Item) -> Item {
    let item = if client.disabled { item.tag("portal-disabled", true) } else { item };
    match client.expires_at.is_some_and(|end| end <= room.browser.app.clock().now()) {
        true => item.tag("portal-expired", true),
        false => item,
    }
}

pub async fn show_new(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| new(room, &Form::default(), None).await).await
}

/// The page on which a client is made.
async fn new(room: &Room, typed: &Form, tried: Tried) -> Result<HttpResponse, Stop> {
    room.at::<needs::CreateClients>(PortalSection::Clients)?;
    let here = format!("{}/clients/new", room.base());
    let mut fields = vec![
        Field::line("name", "portal-name", typed.get("name")).required(),
        Field::line("description", "portal-description", typed.get("description")),
        Field::of("expires", "portal-expires", typed.get("expires"), Entry::Line("date", 10))
            .help("portal-expires-help"),
        Field::of("pem", "portal-public-key", typed.get("pem"), Entry::Lines).help("portal-public-key-help"),
    ];
    let mut blocks = Vec::new();
    match room.guest.by::<needs::ReadRoles>() {
        Ok(by) => {
            let all = matrix::read(&room.browser.app, &by, "").await?;
            fields.extend(matrix::fields(&all, &matrix::ticked(typed, "permission")?));
        }
        Err(_) => blocks.push(Block::Note(Words::new("portal-client-no-permissions"))),
    }
    blocks.push(FormBlock::post(&here, fields, vec![Button::primary("create", "portal-client-create")]));
    room.sheet(Parts::new(Section::Clients, Words::new("portal-client-new"), blocks), tried)
}

/// What is ticked, API by API, as the API of the organization wants it.
pub fn access(ticked: &[PermissionName]) -> Vec<Value> {
    let mut by_api: std::collections::BTreeMap<&str, Vec<&str>> = std::collections::BTreeMap::new();
    for it in ticked {
        by_api.entry(&it.resource_server_identifier).or_default().push(&it.permission_name);
    }
    by_api
        .into_iter()
        .map(|(api, scope)| json!({"resource_server_identifier": api, "scope": scope}))
        .collect()
}

/// The end of a day as it is stored; nothing where none is given.
pub fn end_of(day: &str) -> Value {
    match day.trim() {
        "" => Value::Null,
        day => format!("{day}T23:59:59Z").into(),
    }
}

pub async fn create(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    acting(&request, &body, async |room, form| {
        let by = room.at::<needs::CreateClients>(PortalSection::Clients)?;
        if form.get("act") != "create" {
            return Err(Stop::Bad);
        }
        let given = |name: &str| Some(form.get(name).trim()).filter(|text| !text.is_empty());
        let mut body = json!({
            "name": form.get("name").trim(), "description": given("description"),
            "access": access(&matrix::ticked(form, "permission")?),
            "expires_at": end_of(form.get("expires")),
        });
        if let Some(pem) = given("pem") {
            body["credentials"] = json!([{"credential_type": "public_key", "pem": pem}]);
        }
        let body = serde_json::from_value::<NewOrganizationClient>(body).ok();
        let Some(body) = body.filter(|body| body.validate().is_ok()) else {
            let wrong = (Words::new("portal-client-wrong"), StatusCode::BAD_REQUEST);
            return new(room, form, Some(wrong)).await;
        };
        match said::told(clients::create(&room.browser.app, &by, body).await)? {
            Ok(made) => shown_once(room, &made),
            Err(refused) => new(room, form, Some(refused)).await,
        }
    })
    .await
}

/// The page that shows a secret, this once.
pub fn shown_once(room: &Room, client: &OrganizationClient) -> Result<HttpResponse, Stop> {
    let address = format!("{}/clients/{}", room.base(), client.client_id);
    let mut blocks = vec![Block::Secret(Words::new("portal-client-id"), client.client_id.to_string())];
    if let Some(secret) = &client.client_secret {
        blocks.push(Block::Secret(Words::new("portal-client-secret"), secret.clone()));
        blocks.push(Block::Note(Words::new("portal-secret-once")));
    }
    blocks.push(Block::Links(vec![(address, Words::new("portal-client-go"))]));
    room.sheet(Parts::new(Section::Clients, client.name.clone(), blocks), None)
}

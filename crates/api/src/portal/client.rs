//! One machine client of the organization's own.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::my_organization::{client_access, client_credentials, clients};
use guildhall_app::{Problem, Thing};
use guildhall_domain::credential::NewCredential;
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::id::{ClientId, CredentialId};
use guildhall_domain::my_organization::{AccessOfClient, OrganizationClient, OrganizationClientPatch};
use guildhall_domain::permission::PermissionName;
use guildhall_domain::policy::my_organization as needs;
use serde_json::{Value, json};
use validator::Validate;

use super::clients::{access, end_of, last_use, shown_once};
use super::members::TIME;
use super::room::{Form, Parts, Room, Stop, Tried, acting, within};
use super::{matrix, said};
use crate::pages::portal::{Block, Button, Entry, Field, FormBlock, Item, Say, Section, Words};

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| client(room, None).await).await
}

async fn found(room: &Room) -> Result<OrganizationClient, Stop> {
    let by = room.at::<needs::ReadClients>(PortalSection::Clients)?;
    let id = ClientId::new(room.segment("id")?);
    match clients::get(&room.browser.app, &by, &id).await {
        Ok(client) => Ok(client),
        Err(Problem::NoSuch(Thing::Client)) => Err(Stop::NotHere),
        Err(problem) => Err(problem.into()),
    }
}

async fn client(room: &Room, tried: Tried) -> Result<HttpResponse, Stop> {
    let known = found(room).await?;
    let here = format!("{}/clients/{}", room.base(), known.client_id);
    let state = if known.disabled { "portal-disabled" } else { "portal-enabled" };
    let mut facts = vec![
        (Words::new("portal-client-id"), Say::Code(known.client_id.to_string())),
        (Words::new("portal-state"), Words::new(state).into()),
        (Words::new("portal-last-use"), last_use(&known).into()),
        (Words::new("portal-fact-created"), known.created_at.format(TIME).to_string().into()),
    ];
    if let Some(text) = &known.description {
        facts.insert(1, (Words::new("portal-description"), text.clone().into()));
    }
    if let Some(end) = known.expires_at {
        facts.push((Words::new("portal-expires"), end.format(TIME).to_string().into()));
    }
    let mut blocks = vec![Block::Facts(facts), Block::Title(Words::new("portal-permissions"))];
    let rows = known.access.iter().flatten().map(|it| {
        let item = Item::new(it.resource_server_identifier.clone());
        let item = item.small(Say::Code(it.scope.iter().flatten().cloned().collect::<Vec<_>>().join(" ")));
        if it.by_organization { item } else { item.tag("portal-by-vendor", false) }
    });
    blocks.push(Block::Rows(rows.collect()));
    if room.guest.may::<needs::ReadEffectivePermissions>() {
        blocks.push(Block::Links(vec![(format!("{here}/rights"), Words::new("portal-client-why"))]));
    }
    if room.guest.may::<needs::UpdateClients>() {
        blocks.extend(change(room, &here, &known).await?);
    }
    if room.guest.may::<needs::DeleteClients>() {
        blocks.push(Block::Title(Words::new("portal-client-delete")));
        let button = Button::secondary("ask_delete", "portal-client-delete");
        blocks.push(FormBlock::post(&here, Vec::new(), vec![button]));
    }
    room.sheet(Parts::new(Section::Clients, known.name, blocks), tried)
}

/// What changes it.
async fn change(room: &Room, here: &str, known: &OrganizationClient) -> Result<Vec<Block>, Stop> {
    let mut blocks = Vec::new();
    if let Ok(by) = room.guest.by::<needs::ReadRoles>() {
        let all = matrix::read(&room.browser.app, &by, "").await?;
        let there: Vec<PermissionName> = known
            .access
            .iter()
            .flatten()
            .filter(|it| it.by_organization)
            .flat_map(|it| {
                it.scope.iter().flatten().map(|scope| PermissionName {
                    resource_server_identifier: it.resource_server_identifier.clone(),
                    permission_name: scope.clone(),
                })
            })
            .collect();
        let button = Button::primary("access", "portal-save");
        blocks.push(FormBlock::post(here, matrix::fields(&all, &there), vec![button]));
    }
    let keys = known.credentials.iter().flatten();
    let rows: Vec<Item> = keys
        .map(|key| {
            let button = Button::secondary("delete_key", "portal-delete");
            let name = key.name.clone().unwrap_or_else(|| key.kid.clone());
            Item::new(name).small(key.created_at.format(TIME).to_string()).act(
                here,
                "key",
                key.id.as_str(),
                button,
            )
        })
        .collect();
    blocks.push(Block::Title(Words::new("portal-proof")));
    if rows.is_empty() {
        blocks.push(Block::Text(Words::new("portal-rotate-help")));
        let buttons = vec![
            Button::secondary("rotate", "portal-rotate"),
            Button::secondary("rotate_now", "portal-rotate-now"),
        ];
        blocks.push(FormBlock::post(here, Vec::new(), buttons));
    }
    blocks.push(Block::Rows(rows));
    let pem = Field::of("pem", "portal-public-key", "", Entry::Lines).help("portal-add-key-help").required();
    blocks.push(FormBlock::post(here, vec![pem], vec![Button::secondary("add_key", "portal-add-key")]));
    blocks.push(Block::Title(Words::new("portal-state")));
    let expires = known.expires_at.map(|end| end.format("%Y-%m-%d").to_string()).unwrap_or_default();
    let fields = vec![
        Field::line("name", "portal-name", known.name.clone()).required(),
        Field::line("description", "portal-description", known.description.clone().unwrap_or_default()),
        Field::of("expires", "portal-expires", expires, Entry::Line("date", 10)).help("portal-expires-help"),
    ];
    let switch = match known.disabled {
        true => Button::secondary("enable", "portal-enable"),
        false => Button::secondary("disable", "portal-disable"),
    };
    blocks.push(FormBlock::post(here, fields, vec![Button::primary("save", "portal-save"), switch]));
    Ok(blocks)
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    acting(&request, &body, async |room, form| {
        let known = found(room).await?;
        let (app, id) = (&room.browser.app, &known.client_id);
        let done = match form.get("act") {
            "save" => save(room, form, id).await?,
            act @ ("enable" | "disable") => {
                let patch =
                    OrganizationClientPatch { disabled: Some(act == "disable"), ..Default::default() };
                clients::update(app, &room.by()?, id, patch).await.map(|_| ())
            }
            "access" => {
                let body = json!({"access": access(&matrix::ticked(form, "permission")?)});
                match valid::<AccessOfClient>(body) {
                    Some(body) => client_access::replace(app, &room.by()?, id, body).await.map(|_| ()),
                    None => return wrong(room).await,
                }
            }
            act @ ("rotate" | "rotate_now") => {
                let by = room.by::<needs::UpdateClients>()?;
                let rotated = client_credentials::rotate_secret(app, &by, id, act == "rotate_now").await;
                return match said::told(rotated)? {
                    Ok(made) => shown_once(room, &made),
                    Err(refused) => client(room, Some(refused)).await,
                };
            }
            "add_key" => {
                let body = json!({"credential_type": "public_key", "pem": form.get("pem").trim()});
                match valid::<NewCredential>(body) {
                    Some(new) => client_credentials::create(app, &room.by()?, id, new).await.map(|_| ()),
                    None => return wrong(room).await,
                }
            }
            "delete_key" => {
                let key = CredentialId::new(form.get("key"));
                client_credentials::delete(app, &room.by()?, id, &key).await
            }
            "ask_delete" => return ask(room, &known),
            "delete" => {
                let by = room.by::<needs::DeleteClients>()?;
                return match said::told(clients::delete(app, &by, id).await)? {
                    Ok(()) => Ok(room.to("/clients?done=deleted")),
                    Err(refused) => client(room, Some(refused)).await,
                };
            }
            _ => return Err(Stop::Bad),
        };
        match said::told(done)? {
            Ok(()) => Ok(room.to(&format!("/clients/{id}?done=saved"))),
            Err(refused) => client(room, Some(refused)).await,
        }
    })
    .await
}

fn valid<T: serde::de::DeserializeOwned + Validate>(body: Value) -> Option<T> {
    serde_json::from_value::<T>(body).ok().filter(|body| body.validate().is_ok())
}

async fn wrong(room: &Room) -> Result<HttpResponse, Stop> {
    client(room, Some((Words::new("portal-client-wrong"), StatusCode::BAD_REQUEST))).await
}

async fn save(room: &Room, form: &Form, id: &ClientId) -> Result<Result<(), Problem>, Stop> {
    let by = room.by::<needs::UpdateClients>()?;
    let description = Some(form.get("description").trim()).filter(|text| !text.is_empty());
    let body = json!({
        "name": form.get("name").trim(), "description": description, "expires_at": end_of(form.get("expires")),
    });
    let Some(patch) = valid::<OrganizationClientPatch>(body) else {
        return Ok(Err(Problem::invalid("name", "not understood")));
    };
    Ok(clients::update(&room.browser.app, &by, id, patch).await.map(|_| ()))
}

fn ask(room: &Room, known: &OrganizationClient) -> Result<HttpResponse, Stop> {
    room.by::<needs::DeleteClients>()?;
    let here = format!("{}/clients/{}", room.base(), known.client_id);
    let blocks = vec![
        Block::Note(Words::new("portal-client-delete-sure").with("name", &known.name)),
        FormBlock::sure(&here, Button::danger("delete", "portal-client-delete")),
    ];
    room.sheet(Parts::new(Section::Clients, known.name.clone(), blocks), None)
}

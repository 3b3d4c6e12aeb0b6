//! Other people's clients: those that ask to be let in, and those that are.

use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::my_organization::{client_grant_requests, client_grants};
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::id::{ClientGrantId, ClientGrantRequestId};
use guildhall_domain::my_organization::{
    Approval, AvailableClient, GrantedClient, LetInClient, NewLetInClient, RequestedClient,
};
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::my_organization as needs;

use super::members::TIME;
use super::room::{Form, Parts, Room, Stop, Tried, acting, within};
use super::said;
use crate::pages::portal::{Block, Button, Entry, Field, FormBlock, Item, Say, Section, Tick, Words};

/// How many of each kind are on the page.
const SHOWN: u64 = 50;

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| list(room, None).await).await
}

/// Whose client it is and for which API, as a heading.
fn title(client: &GrantedClient) -> Words {
    Words::new("portal-request-title").with("name", &client.client_name).with("api", &client.audience)
}

fn scopes(shown: &[String], conferrable: &[String], are_ticked: bool) -> Field {
    let tick = |scope: &String| Tick {
        value: scope.clone(),
        label: Say::Code(scope.clone()),
        small: None,
        is_ticked: are_ticked,
    };
    let ticks = shown.iter().filter(|it| conferrable.contains(it)).map(tick).collect();
    let groups = vec![(Say::Text(String::new()), ticks)];
    Field::of("scope", "portal-permissions", "", Entry::Ticks(groups))
}

fn asked(here: &str, it: &RequestedClient, may: bool) -> Vec<Block> {
    let mut blocks = vec![Block::Title(title(&it.client))];
    let mut facts = vec![
        (Words::new("portal-request-since"), it.created_at.format(TIME).to_string().into()),
        (Words::new("portal-permissions"), Say::Code(it.scope.join(" "))),
    ];
    if let Some(message) = &it.message {
        facts.push((Words::new("portal-request-message"), message.clone().into()));
    }
    if let Some(roles) = &it.roles {
        let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
        facts.push((Words::new("portal-roles"), names.join(", ").into()));
    }
    blocks.push(Block::Facts(facts));
    if may {
        let fields = vec![Field::hidden("id", it.id.as_str()), scopes(&it.scope, &it.conferrable, true)];
        let buttons =
            vec![Button::primary("approve", "portal-approve"), Button::secondary("refuse", "portal-refuse")];
        blocks.push(FormBlock::post(here, fields, buttons));
    }
    blocks
}

fn let_in(here: &str, it: &LetInClient, may: bool) -> Item {
    let mut item = Item::new(it.client.client_name.clone()).small(it.client.audience.clone());
    item = item.small(Say::Code(it.scope.join(" ")));
    for role in it.roles.iter().flatten() {
        item.tags.push((Say::Text(role.name.clone()), false));
    }
    if !it.by_organization {
        item = item.tag("portal-by-vendor", false);
    }
    match may && it.revocable {
        true => {
            item.act(here, "id", it.client.grant_id.as_str(), Button::secondary("revoke", "portal-revoke"))
        }
        false => item,
    }
}

fn available(here: &str, it: &AvailableClient) -> Vec<Block> {
    let fields =
        vec![Field::hidden("id", it.client.grant_id.as_str()), scopes(&it.scope, &it.conferrable, false)];
    let button = Button::secondary("let_in", "portal-let-in");
    vec![Block::Title(title(&it.client)), FormBlock::post(here, fields, vec![button])]
}

async fn list(room: &Room, tried: Tried) -> Result<HttpResponse, Stop> {
    let by = room.at::<needs::ReadClientGrants>(PortalSection::Requests)?;
    let (app, here) = (&room.browser.app, format!("{}/requests", room.base()));
    let may_let_in = room.guest.may::<needs::CreateClientGrants>();
    let may_revoke = room.guest.may::<needs::DeleteClientGrants>();
    let page = PageRequest::first(SHOWN);
    let mut blocks = Vec::new();
    let requests = client_grant_requests::list(app, &by, &page).await?;
    if requests.items.is_empty() {
        blocks.push(Block::Note(Words::new("portal-requests-none")));
    }
    for it in &requests.items {
        blocks.extend(asked(&here, it, may_let_in));
    }
    blocks.push(Block::Title(Words::new("portal-let-in-title")));
    let inside = client_grants::list(app, &by, &page).await?;
    if inside.items.is_empty() {
        blocks.push(Block::Note(Words::new("portal-let-in-none")));
    }
    blocks.push(Block::Rows(inside.items.iter().map(|it| let_in(&here, it, may_revoke)).collect()));
    if may_let_in {
        let found = client_grants::available(app, &by, &page).await?;
        for it in found.items.iter().filter(|it| !it.conferrable.is_empty()) {
            blocks.extend(available(&here, it));
        }
    }
    room.sheet(Parts::new(Section::Requests, Words::new("portal-requests"), blocks), tried)
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    acting(&request, &body, async |room, form| {
        room.at::<needs::ReadClientGrants>(PortalSection::Requests)?;
        let (app, id) = (&room.browser.app, form.get("id"));
        let (done, word) = match form.get("act") {
            "approve" => {
                let scope = Some(scope(form)).filter(|scope| !scope.is_empty());
                let approval = Approval { scope, roles: None };
                let id = ClientGrantRequestId::new(id);
                let done = client_grant_requests::approve(app, &room.by()?, &id, approval).await;
                (done.map(|_| ()), "approved")
            }
            "refuse" => {
                let id = ClientGrantRequestId::new(id);
                (client_grant_requests::refuse(app, &room.by()?, &id).await, "refused")
            }
            "let_in" => {
                let grant_id = ClientGrantId::new(id);
                let new = NewLetInClient { grant_id, scope: scope(form), roles: Vec::new() };
                (client_grants::create(app, &room.by()?, new).await.map(|_| ()), "approved")
            }
            "revoke" => {
                let id = ClientGrantId::new(id);
                (client_grants::remove(app, &room.by()?, &id).await, "revoked")
            }
            _ => return Err(Stop::Bad),
        };
        match said::told(done)? {
            Ok(()) => Ok(room.to(&format!("/requests?done={word}"))),
            Err(refused) => list(room, Some(refused)).await,
        }
    })
    .await
}

fn scope(form: &Form) -> Vec<String> {
    form.all("scope").into_iter().take(1000).map(str::to_owned).collect()
}

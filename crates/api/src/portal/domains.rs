//! The organization's domains.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::my_organization::domains;
use guildhall_domain::discovery_domain::DomainStatus;
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::id::DiscoveryDomainId;
use guildhall_domain::my_organization::NewOrganizationDomain;
use guildhall_domain::page::PageRequest;
use guildhall_domain::policy::my_organization as needs;
use validator::Validate;

use super::room::{Parts, Room, Stop, Tried, acting, within};
use super::said;
use crate::pages::portal::{Block, Button, Field, FormBlock, Item, Say, Section, Words};

/// How many are shown.
const SHOWN: u64 = 100;

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| list(room, None).await).await
}

async fn list(room: &Room, tried: Tried) -> Result<HttpResponse, Stop> {
    let by = room.at::<needs::ReadDomains>(PortalSection::Domains)?;
    let here = format!("{}/domains", room.base());
    let found = domains::list(&room.browser.app, &by, &PageRequest::first(SHOWN)).await?;
    let mut blocks = Vec::new();
    if room.guest.may::<needs::CreateDomains>() {
        let field = Field::line("domain", "portal-domain", "").help("portal-domain-help").required();
        blocks.push(FormBlock::post(&here, vec![field], vec![Button::primary("add", "portal-domain-add")]));
    }
    if found.items.is_empty() {
        blocks.push(Block::Note(Words::new("portal-domains-none")));
    }
    let rows = found.items.into_iter().map(|it| {
        let mut item = Item::new(it.domain.clone());
        let is_verified = it.status == DomainStatus::Verified;
        item = match it.status {
            DomainStatus::Verified => item.tag("portal-domain-verified", false),
            DomainStatus::Pending => item.tag("portal-domain-pending", false),
            DomainStatus::Failed => item.tag("portal-domain-failed", true),
        };
        if !is_verified {
            item = item.small(Words::new("portal-domain-record").with("host", &it.verification_host));
            item = item.small(Say::Code(it.verification_txt.clone()));
        }
        if !is_verified && room.guest.may::<needs::UpdateDomains>() {
            let button = Button::secondary("verify", "portal-domain-verify");
            item = item.act(&here, "id", it.id.as_str(), button);
        }
        match room.guest.may::<needs::DeleteDomains>() {
            true => item.act(&here, "id", it.id.as_str(), Button::secondary("remove", "portal-delete")),
            false => item,
        }
    });
    blocks.push(Block::Rows(rows.collect()));
    room.sheet(Parts::new(Section::Domains, Words::new("portal-domains"), blocks), tried)
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    acting(&request, &body, async |room, form| {
        room.at::<needs::ReadDomains>(PortalSection::Domains)?;
        let app = &room.browser.app;
        let id = DiscoveryDomainId::new(form.get("id"));
        let (done, word) = match form.get("act") {
            "add" => {
                let by = room.by::<needs::CreateDomains>()?;
                let new = NewOrganizationDomain { domain: form.get("domain").trim().to_lowercase() };
                if new.validate().is_err() {
                    let wrong = (Words::new("portal-domain-wrong"), StatusCode::BAD_REQUEST);
                    return list(room, Some(wrong)).await;
                }
                (domains::add(app, &by, new).await.map(|_| ()), "saved")
            }
            "verify" => match said::told(domains::verify(app, &room.by()?, &id).await)? {
                Ok(it) if it.status == DomainStatus::Verified => (Ok(()), "verified"),
                Ok(_) => {
                    let told = (Words::new("portal-domain-not-found"), StatusCode::CONFLICT);
                    return list(room, Some(told)).await;
                }
                Err(refused) => return list(room, Some(refused)).await,
            },
            "remove" => (domains::remove(app, &room.by()?, &id).await, "deleted"),
            _ => return Err(Stop::Bad),
        };
        match said::told(done)? {
            Ok(()) => Ok(room.to(&format!("/domains?done={word}"))),
            Err(refused) => list(room, Some(refused)).await,
        }
    })
    .await
}

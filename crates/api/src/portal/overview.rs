//! The first page.

use actix_web::{HttpRequest, HttpResponse};
use guildhall_app::portal::figures;
use guildhall_domain::envelope::PortalSection;
use guildhall_domain::policy::my_organization as needs;

use super::entrance::switch;
use super::room::{Room, Stop, called, show as shown, within};
use crate::pages::portal::{Overview, Section};

pub async fn show(request: HttpRequest) -> HttpResponse {
    within(&request, async |room| {
        let organization = room.parameter("organization")?;
        let invitation = room.parameter("invitation")?;
        let is_elsewhere = !organization.is_empty() && !is_here(room, &organization);
        if !room.is_framed && (is_elsewhere || !invitation.is_empty()) {
            return switch(&room.browser, &organization, &invitation);
        }
        overview(room).await
    })
    .await
}

/// Whether it is the organization of the visit that an address names.
fn is_here(room: &Room, named: &str) -> bool {
    let here = &room.guest.organization;
    here.id.as_str() == named || here.name == named
}

async fn overview(room: &Room) -> Result<HttpResponse, Stop> {
    let (app, guest) = (&room.browser.app, &room.guest);
    let members = match guest.sees(PortalSection::Members).then(|| guest.by::<needs::ReadMembers>()) {
        Some(Ok(by)) => Some(figures::members(app, &by).await?),
        _ => None,
    };
    let email = guest.user.email.clone().filter(|email| *email != called(&guest.user));
    shown(&Overview {
        shell: room.shell(Section::Overview),
        email,
        members,
        permissions: guest.permissions().to_vec(),
    })
}

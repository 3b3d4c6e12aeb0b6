//! The page on which a person chooses one of their organizations.

use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::sign_in::step::Step;
use guildhall_app::sign_in::{self, Scene};
use guildhall_domain::id::OrganizationId;
use guildhall_domain::organization::Organization;

use super::answer::{self, Stop, with_cookie};
use super::page::{self, ORGANIZATIONS};
use super::scene::{At, Form, at, parameter};
use super::visit::Visit;
use crate::pages::{Choice, OrganizationPicker};

pub async fn show(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, shown(&request).await).await
}

async fn shown(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    match at(&visit, &parameter(request, "state"), ORGANIZATIONS).await? {
        At::Here(scene) => Ok(page::show(&picker(&visit, &scene, parameter(request, "q")).await?)),
        At::Elsewhere(answer) => Ok(answer),
    }
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, chosen(&request, &body).await).await
}

async fn chosen(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let form = Form::read(&visit, body)?;
    let scene = match at(&visit, form.get("state"), ORGANIZATIONS).await? {
        At::Here(scene) => scene,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let state = form.get("state").to_owned();
    let chosen = Some(form.get("organization")).filter(|id| !id.is_empty()).map(OrganizationId::new);
    let named = chosen.clone();
    let next = sign_in::choose(&visit.app, &visit.tenant, *scene, chosen, &visit.visitor).await?;
    let Some(next) = next else {
        // The list is of another moment: it is shown as it is now.
        return Ok(answer::redirect(&visit, &page::address(ORGANIZATIONS, &state)));
    };
    let answer = answer::next(&visit, next)?;
    Ok(match named {
        Some(organization) => with_cookie(answer, &visit.remembering(organization.as_str())),
        None => answer,
    })
}

async fn picker(visit: &Visit, scene: &Scene, query: String) -> Result<OrganizationPicker, Stop> {
    let mut organizations = match &scene.person {
        Some((_, user)) => sign_in::search(&visit.app, &visit.tenant, user).await?,
        None => Vec::new(),
    };
    let place = |organization: &Organization| {
        visit.recent.iter().position(|id| id == organization.id.as_str()).unwrap_or(usize::MAX)
    };
    organizations.sort_by_key(place);
    let organizations = organizations.into_iter().map(|organization| Choice {
        recent: visit.recent.iter().any(|id| id == organization.id.as_str()),
        logo_url: organization.branding.and_then(|branding| branding.logo_url),
        id: organization.id.into_string(),
        name: organization.name,
        display_name: organization.display_name,
    });
    let common = page::common(visit, scene, ORGANIZATIONS)?;
    let or_none = matches!(scene.step, Step::PickOrganization { or_none: true });
    Ok(OrganizationPicker { common, organizations: organizations.collect(), query, or_none })
}

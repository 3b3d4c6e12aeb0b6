//! The page that asks for the organization's name, before anyone signs in.

use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::sign_in::{self, Scene};

use super::answer::{self, Stop};
use super::page::{self, ORGANIZATION};
use super::scene::{At, Form, at, parameter};
use super::visit::Visit;
use crate::pages::{OrganizationPrompt, Text};

pub async fn show(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, shown(&request).await).await
}

async fn shown(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    match at(&visit, &parameter(request, "state"), ORGANIZATION).await? {
        At::Here(scene) => Ok(page::show(&prompt(&visit, &scene, "", None)?)),
        At::Elsewhere(answer) => Ok(answer),
    }
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, named(&request, &body).await).await
}

async fn named(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let form = Form::read(&visit, body)?;
    let scene = match at(&visit, form.get("state"), ORGANIZATION).await? {
        At::Here(scene) => scene,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let name = form.get("organization");
    if name.trim().is_empty() {
        return Ok(page::show_again(&prompt(&visit, &scene, name, Some(Text::OrganizationMissing))?));
    }
    let transaction = scene.transaction.clone();
    match sign_in::name_organization(&visit.app, &visit.tenant, transaction, name, &visit.visitor).await? {
        Some(next) => answer::next(&visit, next),
        None => Ok(page::show_again(&prompt(&visit, &scene, name, Some(Text::OrganizationUnknown))?)),
    }
}

fn prompt(
    visit: &Visit,
    scene: &Scene,
    organization: &str,
    error: Option<Text>,
) -> Result<OrganizationPrompt, Stop> {
    let common = page::common(visit, scene, ORGANIZATION)?;
    Ok(OrganizationPrompt { common, organization: organization.to_owned(), error })
}

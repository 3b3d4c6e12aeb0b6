//! The page on which a person consents to what a client asks for.

use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::sign_in::{self, Scene};

use super::answer::{self, Stop};
use super::page::{self, CONSENT};
use super::scene::{At, Form, at, parameter};
use super::visit::Visit;
use crate::pages::Consent;

pub async fn show(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, shown(&request).await).await
}

async fn shown(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    match at(&visit, &parameter(request, "state"), CONSENT).await? {
        At::Here(scene) => Ok(page::show(&consent(&visit, &scene).await?)),
        At::Elsewhere(answer) => Ok(answer),
    }
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, decided(&request, &body).await).await
}

async fn decided(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let form = Form::read(&visit, body)?;
    let scene = match at(&visit, form.get("state"), CONSENT).await? {
        At::Here(scene) => scene,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let allowed = form.get("decision") == "allow";
    let next = sign_in::consent(&visit.app, &visit.tenant, *scene, allowed, &visit.visitor).await?;
    answer::next(&visit, next)
}

async fn consent(visit: &Visit, scene: &Scene) -> Result<Consent, Stop> {
    Ok(Consent {
        common: page::common(visit, scene, CONSENT)?,
        client_name: scene.client.name.clone(),
        scopes: sign_in::asked_scopes(&visit.app, &visit.tenant, scene).await?,
        signed_in_as: page::signed_in_as(scene),
    })
}

//! The page that shows an invitation: to whoever is signed in with the account that was invited, to accept it; to anyone
//! else, the ways to sign in or up.

use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::sign_in::step::Step;
use guildhall_app::sign_in::{self, Scene};

use super::answer::{self, Stop};
use super::page::{self, INVITATION, LOGIN, SIGN_UP};
use super::scene::{At, Form, at, parameter};
use super::visit::Visit;
use crate::pages::Invitation;

pub async fn show(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, shown(&request).await).await
}

async fn shown(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    match at(&visit, &parameter(request, "state"), INVITATION).await? {
        At::Here(scene) => Ok(page::show(&invitation(&visit, &scene)?)),
        At::Elsewhere(answer) => Ok(answer),
    }
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, chosen(&request, &body).await).await
}

async fn chosen(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let form = Form::read(&visit, body)?;
    let scene = match at(&visit, form.get("state"), INVITATION).await? {
        At::Here(scene) => scene,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let state = page::seal(&visit, &scene.transaction)?;
    match (form.get("choice"), &scene.step) {
        ("accept", Step::AskInvitation) => {
            let next = sign_in::accept_invitation(&visit.app, &visit.tenant, *scene, &visit.visitor).await?;
            answer::next(&visit, next)
        }
        ("sign_up", _) => Ok(answer::redirect(&visit, &page::address(SIGN_UP, &state))),
        ("sign_in", _) => Ok(answer::redirect(&visit, &page::address(LOGIN, &state))),
        _ => Ok(page::show(&invitation(&visit, &scene)?)),
    }
}

fn invitation(visit: &Visit, scene: &Scene) -> Result<Invitation, Stop> {
    let invited = page::invited(scene).ok_or(Stop::Forged)?;
    Ok(Invitation {
        common: page::common(visit, scene, INVITATION)?,
        organization: invited.organization,
        inviter: invited.inviter,
        email: invited.email,
        signed_in_as: match scene.step {
            Step::AskInvitation => page::signed_in_as(scene),
            _ => None,
        },
    })
}

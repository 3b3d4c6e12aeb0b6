//! The page of a forgotten password. What it answers, and when, is the same whether there is such an account or not.

use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::mail;
use guildhall_app::sign_in::Scene;
use guildhall_app::tickets;

use super::answer::{self, Stop};
use super::page::{self, FORGOT, LOGIN};
use super::scene::{At, Form, at, parameter};
use super::visit::Visit;
use crate::failure::chain;
use crate::pages::{ForgotPassword, MessageSent, Sent, Text};

pub async fn show(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, shown(&request).await).await
}

async fn shown(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    match at(&visit, &parameter(request, "state"), FORGOT).await? {
        At::Here(scene) => {
            let known = scene.transaction.request.login_hint.clone().unwrap_or_default();
            Ok(page::show(&form(&visit, &scene, &known, None)?))
        }
        At::Elsewhere(answer) => Ok(answer),
    }
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, asked(&request, &body).await).await
}

async fn asked(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let sent = Form::read(&visit, body)?;
    let scene = match at(&visit, sent.get("state"), FORGOT).await? {
        At::Here(scene) => scene,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let email = sent.get("email").trim();
    if email.is_empty() {
        return Ok(page::show_again(&form(&visit, &scene, email, Some(Text::EmailMissing))?));
    }
    write_to(&visit, &scene, email);
    let common = page::common(&visit, &scene, FORGOT)?;
    let sign_in = Some(page::address(LOGIN, &common.state));
    Ok(page::show(&MessageSent { common, email: email.to_owned(), sent: Sent::NewPassword, sign_in }))
}

/// Sends a letter in the background, so that how long the answer takes tells nothing.
fn write_to(visit: &Visit, scene: &Scene, email: &str) {
    let Some(connection) = scene.connection().map(|connection| connection.name.clone()) else { return };
    let behalf = scene.behalf();
    let language = visit.language(&scene.transaction.request.ui_locales);
    let language = mail::Language::of(language.tag());
    let (app, tenant, email) = (visit.app.clone(), visit.tenant.clone(), email.to_owned());
    let origin = visit.visitor.origin.clone();
    actix_web::rt::spawn(async move {
        let sent =
            tickets::forgotten_password(&app, &tenant, &connection, &email, behalf, language, &origin).await;
        if let Err(problem) = sent {
            tracing::error!(error = %chain(&problem), "unforeseen");
        }
    });
}

fn form(visit: &Visit, scene: &Scene, email: &str, error: Option<Text>) -> Result<ForgotPassword, Stop> {
    let common = page::common(visit, scene, FORGOT)?;
    let sign_in = Some(page::address(LOGIN, &common.state));
    Ok(ForgotPassword { common, email: email.to_owned(), error, sign_in })
}

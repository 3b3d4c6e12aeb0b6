//! `/activate`: a person connects a device (RFC 8628 section 3.3), and, once they are signed in, says that it is theirs.

use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::device_codes;
use guildhall_app::sign_in::step::Step;
use guildhall_app::sign_in::{self, Scene};

use super::answer::{self, Stop};
use super::page::{self, ACTIVATE, DEVICE};
use super::scene::{At, Form, at, parameter};
use super::visit::Visit;
use crate::pages::{DeviceCode, DeviceConfirm, Message, Text};

/// Asks for the code.
pub async fn show_code(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, code_shown(&request).await).await
}

async fn code_shown(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let user_code: String = parameter(request, "user_code").chars().take(32).collect();
    let shown = page::show(&asking(&visit, &user_code, None));
    Ok(answer::remember_browser(&visit, shown))
}

/// The person typed the code: they sign in next.
pub async fn act_code(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, code_typed(&request, &body).await).await
}

async fn code_typed(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let form = Form::read(&visit, body)?;
    let user_code = form.get("user_code");
    if user_code.trim().is_empty() {
        return Ok(page::show_again(&asking(&visit, user_code, Some(Text::UserCodeMissing))));
    }
    match sign_in::begin_for_device(&visit.app, &visit.tenant, user_code, &visit.visitor).await? {
        Some(next) => answer::next(&visit, next),
        None => Ok(page::show_again(&asking(&visit, user_code, Some(Text::UserCodeUnknown)))),
    }
}

fn asking(visit: &Visit, user_code: &str, error: Option<Text>) -> DeviceCode {
    let user_code = user_code.chars().take(32).collect();
    DeviceCode { common: page::common_alone(visit, ACTIVATE), user_code, error }
}

/// Asks whether the device is the person's.
pub async fn show(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, shown(&request).await).await
}

async fn shown(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    match at(&visit, &parameter(request, "state"), DEVICE).await? {
        At::Here(scene) => Ok(page::show(&confirming(&visit, &scene)?)),
        At::Elsewhere(answer) => Ok(answer),
    }
}

/// The person answers.
pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, decided(&request, &body).await).await
}

async fn decided(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let form = Form::read(&visit, body)?;
    let scene = match at(&visit, form.get("state"), DEVICE).await? {
        At::Here(scene) => scene,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let (Step::ConfirmDevice(user_code), Some((session, _))) = (&scene.step, &scene.person) else {
        return Err(Stop::Forged);
    };
    let allowed = form.get("decision") == "allow";
    let answered = device_codes::answer(&visit.app, &visit.tenant, user_code, allowed, session).await?;
    if !answered {
        return Ok(page::show_again(&asking(&visit, "", Some(Text::UserCodeUnknown))));
    }
    let (title, text) = match allowed {
        true => (Text::DeviceConnected, Text::DeviceIsConnected),
        false => (Text::DeviceRefused, Text::DeviceIsRefused),
    };
    let common = page::common_alone(&visit, "");
    Ok(page::show(&Message { common, title, text, link: None }))
}

fn confirming(visit: &Visit, scene: &Scene) -> Result<DeviceConfirm, Stop> {
    let Step::ConfirmDevice(user_code) = &scene.step else { return Err(Stop::Forged) };
    Ok(DeviceConfirm {
        common: page::common(visit, scene, DEVICE)?,
        client_name: scene.client.name.clone(),
        user_code: user_code.clone(),
    })
}

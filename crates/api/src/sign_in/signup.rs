//! The page on which a person makes an account.

use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::mail;
use guildhall_app::passwords::{self, SignUpRefusal};
use guildhall_app::sign_in::Scene;
use guildhall_domain::connection::{DatabaseOptions, PasswordPolicy};
use guildhall_domain::password::Weakness;
use guildhall_domain::user::NewUser;
use serde_json::json;
use validator::Validate;

use super::answer::{self, Stop};
use super::login::welcome;
use super::page::{self, LOGIN, SIGN_UP};
use super::scene::{At, Form, at, parameter};
use super::visit::Visit;
use crate::pages::{SignUp, Text};

/// The most characters of a password.
const MAX_PASSWORD: i64 = 128;

pub async fn show(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, shown(&request).await).await
}

async fn shown(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    match at(&visit, &parameter(request, "state"), SIGN_UP).await? {
        At::Here(scene) => {
            let known = page::invited(&scene).map(|invited| invited.email);
            let known = known.or_else(|| scene.transaction.request.login_hint.clone()).unwrap_or_default();
            Ok(page::show(&form(&visit, &scene, &known, None)?))
        }
        At::Elsewhere(answer) => Ok(answer),
    }
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, signed_up(&request, &body).await).await
}

async fn signed_up(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let sent = Form::read(&visit, body)?;
    let scene = match at(&visit, sent.get("state"), SIGN_UP).await? {
        At::Here(scene) => scene,
        At::Elsewhere(answer) => return Ok(answer),
    };
    // Who follows an invitation signs up with the address that was invited.
    let invited = page::invited(&scene).map(|invited| invited.email);
    let email = invited.as_deref().unwrap_or_else(|| sent.get("email").trim());
    let Some(connection) = scene.connection() else { return Err(Stop::Forged) };
    let result = match account(&connection.name, email, sent.get("password")) {
        Ok(new) => {
            let language = visit.language(&scene.transaction.request.ui_locales);
            let (language, http) = (mail::Language::of(language.tag()), visit.visitor.http());
            match passwords::sign_up(&visit.app, &visit.tenant, new, scene.behalf(), language, http).await {
                Ok(user) => Ok(user),
                Err(refusal) => Err(said(refusal)?),
            }
        }
        Err(error) => Err(error),
    };
    match result {
        Ok(user) => welcome(&visit, *scene, &user).await,
        Err(error) => Ok(page::show_again(&form(&visit, &scene, email, Some(error))?)),
    }
}

fn account(connection: &str, email: &str, password: &str) -> Result<NewUser, Text> {
    if email.is_empty() {
        return Err(Text::EmailMissing);
    }
    if password.is_empty() {
        return Err(Text::PasswordMissing);
    }
    let body = json!({"connection": connection, "email": email, "password": password});
    let new: NewUser = serde_json::from_value(body).map_err(|_| Text::EmailInvalid)?;
    match new.validate() {
        Ok(()) => Ok(new),
        Err(errors) if errors.errors().contains_key("email") => Err(Text::EmailInvalid),
        Err(_) => Err(Text::PasswordTooLong { most: MAX_PASSWORD }),
    }
}

fn said(refusal: SignUpRefusal) -> Result<Text, Stop> {
    Ok(match refusal {
        SignUpRefusal::Taken => Text::SignUpRefused,
        SignUpRefusal::WeakPassword(weakness) => weak(weakness),
        SignUpRefusal::Closed => Text::SignUpClosed,
        SignUpRefusal::Incomplete => Text::PasswordMissing,
        SignUpRefusal::Denied(denied) => denied.message.map_or(Text::SignUpRefused, Text::Said),
        SignUpRefusal::Busy => Text::TooManyAttempts { minutes: 1 },
        SignUpRefusal::Internal(problem) => return Err(problem.into()),
    })
}

fn options(scene: &Scene) -> DatabaseOptions {
    scene.connection().and_then(|connection| connection.database_options().ok()).unwrap_or_default()
}

/// What is said of a password that is too weak.
pub fn weak(weakness: Weakness) -> Text {
    match weakness {
        Weakness::Strength => Text::PasswordWeak,
        Weakness::Common => Text::PasswordCommon,
        Weakness::Personal => Text::PasswordLikeProfile,
        Weakness::Reused => Text::PasswordUsedBefore,
    }
}

/// What a password must be, as pages say it.
pub fn rules(options: &DatabaseOptions) -> Vec<Text> {
    let length = Text::RuleLength { least: i64::from(options.least_length()) };
    match options.password_policy {
        PasswordPolicy::None | PasswordPolicy::Low => vec![length],
        PasswordPolicy::Fair => vec![length, Text::RuleKinds],
        PasswordPolicy::Good => vec![length, Text::RuleThreeKinds],
        PasswordPolicy::Excellent => vec![length, Text::RuleThreeKinds, Text::RuleRepeats],
    }
}

fn form(visit: &Visit, scene: &Scene, email: &str, error: Option<Text>) -> Result<SignUp, Stop> {
    let common = page::common(visit, scene, SIGN_UP)?;
    let sign_in = Some(page::address(LOGIN, &common.state));
    let rules = rules(&options(scene));
    let invitation = page::invited(scene);
    Ok(SignUp { common, email: email.to_owned(), error, rules, sign_in, invitation })
}

//! The page on which a person signs in.

use actix_web::{HttpRequest, HttpResponse, web};
use guildhall_app::passwords::{self, SignInRefusal};
use guildhall_app::sign_in::{self, Scene};
use guildhall_domain::password::Password;
use guildhall_domain::session::Session;
use guildhall_domain::tenant_settings::CookieMode;
use guildhall_domain::user::User;

use super::answer::{self, Stop, with_cookie};
use super::cookies::Cookie;
use super::page::{self, FORGOT, LOGIN, SIGN_UP};
use super::scene::{At, Form, at, parameter};
use super::visit::Visit;
use crate::pages::{SignIn, Text};

pub async fn show(request: HttpRequest) -> HttpResponse {
    answer::finish(&request, shown(&request).await).await
}

async fn shown(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    match at(&visit, &parameter(request, "state"), LOGIN).await? {
        At::Here(scene) => {
            let known = page::invited(&scene).map(|invited| invited.email);
            let known = known.or_else(|| scene.transaction.request.login_hint.clone()).unwrap_or_default();
            Ok(page::show(&form(&visit, &scene, &known, None)?))
        }
        At::Elsewhere(answer) => Ok(answer),
    }
}

pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, signed_in(&request, &body).await).await
}

async fn signed_in(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let sent = Form::read(&visit, body)?;
    let scene = match at(&visit, sent.get("state"), LOGIN).await? {
        At::Here(scene) => scene,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let (identifier, password) = (sent.get("username"), sent.get("password"));
    let again = |error| Ok(page::show_again(&form(&visit, &scene, identifier, Some(error))?));
    if identifier.trim().is_empty() {
        return again(Text::IdentifierMissing);
    }
    if password.is_empty() {
        return again(Text::PasswordMissing);
    }
    let Some(connection) = scene.connection() else { return again(Text::NoConnections) };
    let (password, origin) = (Password::new(password), &visit.visitor.origin);
    let (app, tenant) = (&visit.app, &visit.tenant);
    match passwords::authenticate(app, tenant, &connection.name, identifier, &password, origin).await {
        Ok(user) => welcome(&visit, *scene, &user).await,
        Err(SignInRefusal::WrongCredentials) => again(Text::WrongCredentials),
        Err(SignInRefusal::Blocked) => again(Text::Blocked),
        Err(SignInRefusal::TooManyFailures { until }) => {
            let left = (until - visit.app.clock().now()).num_seconds();
            again(Text::TooManyAttempts { minutes: (left + 59).max(60) / 60 })
        }
        Err(SignInRefusal::Busy) => again(Text::TooManyAttempts { minutes: 1 }),
        Err(SignInRefusal::Internal(problem)) => Err(problem.into()),
    }
}

/// Begins the session of a person who proved who they are, and goes on.
pub async fn welcome(visit: &Visit, scene: Scene, user: &User) -> Result<HttpResponse, Stop> {
    let transaction = scene.transaction;
    let (session, cookie, next) =
        sign_in::signed_in(&visit.app, &visit.tenant, transaction, user, &visit.visitor).await?;
    let answer = answer::next(visit, next)?;
    Ok(with_cookie(answer, &session_cookie(visit, &session, &cookie)))
}

/// The cookie of a session: until it ends, or until the browser does.
pub fn session_cookie(visit: &Visit, session: &Session, value: &str) -> String {
    let left = (session.expires_at - visit.app.clock().now()).num_seconds();
    let lifetime = (session.cookie.mode == CookieMode::Persistent).then_some(left);
    Cookie::Session.set(&visit.tenant, value, lifetime)
}

fn form(visit: &Visit, scene: &Scene, identifier: &str, error: Option<Text>) -> Result<SignIn, Stop> {
    let common = page::common(visit, scene, LOGIN)?;
    let sign_up = page::is_signup_open(scene).then(|| page::address(SIGN_UP, &common.state));
    let forgot = page::is_password_forgettable(scene).then(|| page::address(FORGOT, &common.state));
    let invitation = page::invited(scene);
    Ok(SignIn { common, identifier: identifier.to_owned(), error, sign_up, forgot, invitation })
}

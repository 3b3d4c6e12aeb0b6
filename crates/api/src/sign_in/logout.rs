//! `/oidc/logout`, `/v2/logout`, and the page that asks. Contract section 13.4.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use guildhall_app::sign_out::{self, SignOut as Asked};
use guildhall_oauth::logout_request::{LogoutRequest, read_oidc, read_v2};
use guildhall_oauth::parameters::Parameters;

use super::answer::{self, Stop, with_cookie};
use super::cookies::Cookie;
use super::page::{self, LOGOUT};
use super::scene::Form;
use super::visit::Visit;
use crate::pages::{Message, SignOut, SignedOut, Text};

/// Signs a person out, by a client that names itself by an ID token. Anyone else's request is put to the person.
#[utoipa::path(
    tag = "sign-out",
    operation_id = "get_oidc_logout",
    params(
        ("id_token_hint" = Option<String>, Query, description = "An ID token that the client was given, also one that has expired."),
        ("logout_hint" = Option<String>, Query, description = "The session's id, `sid` in ID tokens."),
        ("post_logout_redirect_uri" = Option<String>, Query, description = "One of the client's logout URLs."),
        ("client_id" = Option<String>, Query, description = "The client."),
        ("state" = Option<String>, Query, description = "Given back to the client."),
        ("ui_locales" = Option<String>, Query, description = "Languages of the page, by preference."),
    ),
    responses(
        (status = 200, description = "A page that asks, or says that the person is signed out."),
        (status = 302, description = "To the address that was asked for."),
        (status = 400, description = "A page that says why not."),
    )
)]
#[get("/oidc/logout")]
pub async fn get_oidc_logout(request: HttpRequest) -> HttpResponse {
    let query = request.query_string().to_owned();
    answer::finish(&request, oidc(&request, query.as_bytes()).await).await
}

/// The same, with the parameters as a form.
#[utoipa::path(
    tag = "sign-out",
    operation_id = "post_oidc_logout",
    request_body(content((std::collections::HashMap<String, String> = "application/x-www-form-urlencoded"))),
    responses(
        (status = 200, description = "A page that asks, or says that the person is signed out."),
        (status = 303, description = "To the address that was asked for."),
        (status = 400, description = "A page that says why not."),
    )
)]
#[post("/oidc/logout")]
pub async fn post_oidc_logout(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, oidc(&request, &body).await).await
}

/// Signs a person out at once.
#[utoipa::path(
    tag = "sign-out",
    operation_id = "get_v2_logout",
    params(
        ("client_id" = Option<String>, Query, description = "The client."),
        ("returnTo" = Option<String>, Query, description = "One of the client's logout URLs, or of the tenant's without a client."),
        ("federated" = Option<String>, Query, description = "Accepted."),
    ),
    responses(
        (status = 200, description = "A page that says that the person is signed out."),
        (status = 302, description = "To the address that was asked for."),
        (status = 400, description = "A page that says why not."),
    )
)]
#[get("/v2/logout")]
pub async fn get_v2_logout(request: HttpRequest) -> HttpResponse {
    let query = request.query_string().to_owned();
    answer::finish(&request, v2(&request, query.as_bytes()).await).await
}

async fn v2(request: &HttpRequest, parameters: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let asked = read_v2(Parameters::from_form(parameters)?);
    let read = read(&visit, &asked).await?;
    goodbye(&visit, &asked, read.return_to.as_deref()).await
}

async fn oidc(request: &HttpRequest, parameters: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let asked = read_oidc(Parameters::from_form(parameters)?);
    let read = read(&visit, &asked).await?;
    match &read.person {
        Some((_, user)) if !read.is_proven => {
            let mut common = page::common_alone(&visit, LOGOUT);
            common.language = visit.language(&asked.ui_locales);
            common.returns_to = read.return_to.clone().into_iter().collect();
            common.state = sign_out::seal(&visit.app, &visit.tenant, read.return_to.as_deref())?;
            let signed_in_as = user.email.clone().or_else(|| user.name.clone());
            let shown = page::show(&SignOut { common, signed_in_as });
            Ok(answer::remember_browser(&visit, shown))
        }
        _ => goodbye(&visit, &asked, read.return_to.as_deref()).await,
    }
}

async fn read(visit: &Visit, asked: &LogoutRequest) -> Result<Asked, Stop> {
    Ok(sign_out::read(&visit.app, &visit.tenant, asked, &visit.visitor).await?)
}

/// The person answers.
pub async fn act(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, decided(&request, &body).await).await
}

async fn decided(request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let form = Form::read(&visit, body)?;
    let return_to = sign_out::open(&visit.app, &visit.tenant, form.get("state"))?;
    match (form.get("decision"), return_to) {
        ("stay", Some(to)) => Ok(answer::redirect(&visit, &to)),
        ("stay", None) => Ok(match visit.home() {
            Some(home) => answer::redirect(&visit, home),
            None => {
                let (title, text) = (Text::StillSignedIn, Text::IsStillSignedIn);
                page::show(&Message { common: page::common_alone(&visit, ""), title, text, link: None })
            }
        }),
        (_, to) => goodbye(&visit, &LogoutRequest::default(), to.as_deref()).await,
    }
}

/// Ends the session and leads away.
async fn goodbye(visit: &Visit, asked: &LogoutRequest, to: Option<&str>) -> Result<HttpResponse, Stop> {
    sign_out::end(&visit.app, &visit.tenant, &visit.visitor).await?;
    let answer = match to {
        Some(to) => answer::redirect(visit, to),
        None => {
            let mut common = page::common_alone(visit, "");
            common.language = visit.language(&asked.ui_locales);
            page::show(&SignedOut { common, link: None })
        }
    };
    Ok(with_cookie(answer, &Cookie::Session.clear(&visit.tenant)))
}

//! `/authorize`. Contract section 13.2, RFC 6749 section 4.1, OpenID Connect Core section 3.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use guildhall_app::sign_in;
use guildhall_oauth::parameters::Parameters;

use super::answer::{self, Stop};
use super::visit::Visit;

/// Begins a sign-in: leads to a page of ours, or back to the client.
#[utoipa::path(
    tag = "sign-in",
    operation_id = "get_authorize",
    params(
        ("client_id" = String, Query, description = "The client."),
        ("response_type" = String, Query, description = "`code`, `id_token`, `token` or several of them."),
        ("redirect_uri" = Option<String>, Query, description = "One of the client's callbacks; the first unless given."),
        ("response_mode" = Option<String>, Query, description = "`query`, `fragment`, `form_post` or `web_message`."),
        ("scope" = Option<String>, Query, description = "What is asked for, separated by spaces."),
        ("state" = Option<String>, Query, description = "Given back to the client."),
        ("nonce" = Option<String>, Query, description = "Given back in the ID token."),
        ("code_challenge" = Option<String>, Query, description = "RFC 7636; required for clients without a secret."),
        ("code_challenge_method" = Option<String>, Query, description = "`S256` or `plain`."),
        ("audience" = Option<String>, Query, description = "The API, or an organization's own audience of it."),
        ("resource" = Option<String>, Query, description = "The same, in the words of RFC 8707."),
        ("organization" = Option<String>, Query, description = "The organization, by id, or by name where the tenant allows names."),
        ("invitation" = Option<String>, Query, description = "The ticket of an invitation."),
        ("connection" = Option<String>, Query, description = "The connection to sign in with."),
        ("prompt" = Option<String>, Query, description = "`none`, or any of `login`, `consent` and `select_account`."),
        ("max_age" = Option<i64>, Query, description = "Seconds since the person last signed in."),
        ("login_hint" = Option<String>, Query, description = "Who will probably sign in."),
        ("acr_values" = Option<String>, Query, description = "The authentication that is asked for."),
        ("ui_locales" = Option<String>, Query, description = "Languages of the pages, by preference."),
        ("screen_hint" = Option<String>, Query, description = "`signup`, `login` or `reset_password`."),
        ("request_uri" = Option<String>, Query, description = "A pushed request (RFC 9126)."),
    ),
    responses(
        (status = 200, description = "The answer as a form or a message."),
        (status = 302, description = "To a page, or back to the client with the answer."),
        (status = 400, description = "A page that says why there is no answer to the client."),
    )
)]
#[get("/authorize")]
pub async fn get_authorize(request: HttpRequest) -> HttpResponse {
    let query = request.query_string().to_owned();
    answer::finish(&request, begin(&request, query.as_bytes()).await).await
}

/// The same, with the parameters as a form.
#[utoipa::path(
    tag = "sign-in",
    operation_id = "post_authorize",
    request_body(content((std::collections::HashMap<String, String> = "application/x-www-form-urlencoded"))),
    responses(
        (status = 200, description = "The answer as a form or a message."),
        (status = 303, description = "To a page, or back to the client with the answer."),
        (status = 400, description = "A page that says why there is no answer to the client."),
    )
)]
#[post("/authorize")]
pub async fn post_authorize(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    answer::finish(&request, begin(&request, &body).await).await
}

async fn begin(request: &HttpRequest, parameters: &[u8]) -> Result<HttpResponse, Stop> {
    let visit = Visit::of(request).await?;
    let parameters = Parameters::from_form(parameters)?;
    let next = sign_in::begin(&visit.app, &visit.tenant, parameters, &visit.visitor).await?;
    answer::next(&visit, next)
}

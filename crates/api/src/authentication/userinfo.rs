//! `/userinfo`. Contract section 13.4, OpenID Connect Core section 5.3.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use guildhall_app::{App, userinfo};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::{ErrorBody, Failure};
use crate::request;

/// The token, where it is not in the `Authorization` header.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct UserInfoForm {
    /// The access token.
    pub access_token: Option<String>,
}

/// Who the person is: the claims that the token's scope asks for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct UserInfo {
    /// The user.
    pub sub: String,
    /// Everything else.
    #[serde(flatten)]
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub claims: serde_json::Map<String, serde_json::Value>,
}

/// Returns who the person is, for an access token with `openid`.
#[utoipa::path(
    tag = "people",
    operation_id = "get_userinfo",
    responses(
        (status = 200, description = "The claims.", body = UserInfo),
        (status = 401, description = "No token that is good for this.", body = String),
        (status = 404, description = "No tenant answers to the host.", body = ErrorBody),
    )
)]
#[get("/userinfo")]
pub async fn get_userinfo(request: HttpRequest) -> Result<HttpResponse, Failure> {
    answer(&request, None).await
}

/// Returns who the person is. The token is in the header, or the form's `access_token` (RFC 6750 section 2.2).
#[utoipa::path(
    tag = "people",
    operation_id = "post_userinfo",
    request_body(content = UserInfoForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The claims.", body = UserInfo),
        (status = 401, description = "No token that is good for this.", body = String),
        (status = 404, description = "No tenant answers to the host.", body = ErrorBody),
    )
)]
#[post("/userinfo")]
pub async fn post_userinfo(request: HttpRequest, body: web::Bytes) -> Result<HttpResponse, Failure> {
    let form = serde_html_form::from_bytes::<UserInfoForm>(&body);
    answer(&request, form.ok().and_then(|form| form.access_token)).await
}

/// Tells browsers that pages of any origin may ask.
pub async fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, auth0-client"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400"))
        .finish()
}

async fn answer(request: &HttpRequest, in_form: Option<String>) -> Result<HttpResponse, Failure> {
    let app: App = request::app(request)?;
    let tenant = request::tenant(&app, request).await?;
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let in_header = header
        .and_then(|header| header.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim().to_owned());
    let (challenge, token) = match in_header.or(in_form) {
        Some(token) => (
            r#"Bearer realm="Users", error="invalid_token", error_description="The access token is invalid, has expired or lacks the scope openid""#,
            token,
        ),
        None => (r#"Bearer realm="Users""#, String::new()),
    };
    let claims = match token.is_empty() {
        true => None,
        false => userinfo::claims(&app, &tenant, &token).await?,
    };
    let mut response = HttpResponse::build(match claims {
        Some(_) => StatusCode::OK,
        None => StatusCode::UNAUTHORIZED,
    });
    response
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    Ok(match claims {
        Some(claims) => response.json(claims),
        None => response
            .insert_header((header::WWW_AUTHENTICATE, challenge))
            .insert_header((header::ACCESS_CONTROL_EXPOSE_HEADERS, "www-authenticate"))
            .content_type("text/plain; charset=utf-8")
            .body("Unauthorized"),
    })
}

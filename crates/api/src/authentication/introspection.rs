//! `POST /oauth/introspect` (an addition to the contract). RFC 7662.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, post, web};
use guildhall_app::Refusal;
use guildhall_app::introspection::{self, Introspection};
use guildhall_oauth::presented_token::read;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asking::{self, OAuthErrorBody};

/// The body, as a form or as JSON.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct IntrospectionForm {
    /// The token.
    pub token: String,
    /// What kind of token it is; not needed.
    pub token_type_hint: Option<String>,
    /// The client; also in the `Authorization` header or the assertion.
    pub client_id: Option<String>,
    /// Its secret; also in the `Authorization` header.
    pub client_secret: Option<String>,
    /// A signed assertion in place of the secret (RFC 7523).
    pub client_assertion: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, with an assertion.
    pub client_assertion_type: Option<String>,
}

/// What the token is worth now.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct IntrospectionBody {
    /// Whether the token counts; nothing else is told of one that does not. One that an access policy refuses now counts,
    /// and permits nothing on the API.
    pub active: bool,
    /// What it permits now, separated by spaces: what it says, but for permissions of the API that it would not be issued
    /// with now. Scopes of OpenID Connect stay.
    pub scope: Option<String>,
    /// What is held on the API now, whatever the token says, which is nothing while an access policy refuses tokens for
    /// it (an addition to the RFC).
    pub permissions: Option<Vec<String>>,
    /// The client that it was issued to.
    pub client_id: Option<String>,
    /// `Bearer`, of an access token.
    pub token_type: Option<String>,
    /// When it expires, in seconds since 1970.
    pub exp: Option<i64>,
    /// When it was issued, in seconds since 1970.
    pub iat: Option<i64>,
    /// Who it is about.
    pub sub: Option<String>,
    /// The APIs that it is for.
    pub aud: Option<Vec<String>>,
    /// The issuer.
    pub iss: Option<String>,
    /// Its id.
    pub jti: Option<String>,
    /// The organization.
    pub org_id: Option<String>,
    /// The organization's name, where tokens carry it.
    pub org_name: Option<String>,
}

/// Tells what a token is worth now. Clients with a secret or a key may ask.
#[utoipa::path(
    tag = "tokens",
    operation_id = "post_oauth_introspect",
    request_body(content(
        (IntrospectionForm = "application/x-www-form-urlencoded"),
        (IntrospectionForm = "application/json"),
    )),
    responses(
        (status = 200, description = "What it is worth.", body = IntrospectionBody),
        (status = 400, description = "The request cannot be.", body = OAuthErrorBody),
        (status = 401, description = "The client is not who it says.", body = OAuthErrorBody),
        (status = 404, description = "No tenant answers to the host.", body = OAuthErrorBody),
    )
)]
#[post("/oauth/introspect")]
pub async fn introspect(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match tell(&request, &body).await {
        Ok(told) => HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(told),
        Err(refusal) => asking::refuse(&refusal),
    }
}

async fn tell(request: &HttpRequest, body: &[u8]) -> Result<Introspection, Refusal> {
    let (app, tenant) = asking::tenant(request).await?;
    let asked = read(asking::parameters(request, body)?, asking::authorization(request))?;
    introspection::introspect(&app, &tenant, &asked).await
}

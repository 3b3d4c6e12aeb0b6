//! `POST /oauth/par`: pushed authorization requests (RFC 9126). Contract section 13.4.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, post, web};
use guildhall_app::{Refusal, pushed_requests};
use guildhall_oauth::client_authentication::presented;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asking::{self, OAuthErrorBody};

/// What a pushed request is called.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PushedBody {
    /// What stands for it at `/authorize`, once.
    pub request_uri: String,
    /// Seconds in which it can be used.
    pub expires_in: i64,
}

/// Takes the parameters of `/authorize` before the browser is sent there.
#[utoipa::path(
    tag = "sign-in",
    operation_id = "post_oauth_par",
    request_body(content((std::collections::HashMap<String, String> = "application/x-www-form-urlencoded"))),
    responses(
        (status = 201, description = "The request was taken.", body = PushedBody),
        (status = 400, description = "The request cannot be.", body = OAuthErrorBody),
        (status = 401, description = "The client is not who it says.", body = OAuthErrorBody),
        (status = 403, description = "The client may not ask for this.", body = OAuthErrorBody),
    )
)]
#[post("/oauth/par")]
pub async fn par(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match push(&request, &body).await {
        Ok(pushed) => HttpResponse::Created().insert_header((header::CACHE_CONTROL, "no-store")).json(pushed),
        Err(refusal) => asking::refuse(&refusal),
    }
}

async fn push(request: &HttpRequest, body: &[u8]) -> Result<PushedBody, Refusal> {
    let (app, tenant) = asking::tenant(request).await?;
    let mut parameters = asking::parameters(request, body)?;
    let client = presented(&mut parameters, asking::authorization(request))?;
    let pushed = pushed_requests::push(&app, &tenant, &client, parameters).await?;
    Ok(PushedBody { request_uri: pushed.request_uri, expires_in: pushed.expires_in })
}

//! `POST /oauth/device/code`: a device asks for codes (RFC 8628 section 3.1). Contract section 13.4.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, post, web};
use guildhall_app::{Refusal, device_codes};
use guildhall_oauth::token_request::read_device_authorization;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asking::{self, OAuthErrorBody};

/// What a device asks for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeviceCodeForm {
    /// The client.
    pub client_id: String,
    /// What is asked for, separated by spaces.
    pub scope: Option<String>,
    /// The API.
    pub audience: Option<String>,
}

/// What a device is given.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeviceCodeBody {
    /// What it asks the token endpoint with.
    pub device_code: String,
    /// What it shows.
    pub user_code: String,
    /// Where the person goes.
    pub verification_uri: String,
    /// The same, with the code in it.
    pub verification_uri_complete: String,
    /// Seconds in which the person must answer.
    pub expires_in: i64,
    /// Seconds that it waits between questions.
    pub interval: i64,
}

/// Gives a device its codes.
#[utoipa::path(
    tag = "sign-in",
    operation_id = "post_oauth_device_code",
    request_body(content((DeviceCodeForm = "application/x-www-form-urlencoded"))),
    responses(
        (status = 200, description = "The codes.", body = DeviceCodeBody),
        (status = 400, description = "The request cannot be.", body = OAuthErrorBody),
        (status = 401, description = "The client is not who it says.", body = OAuthErrorBody),
        (status = 403, description = "The client may not have this.", body = OAuthErrorBody),
    )
)]
#[post("/oauth/device/code")]
pub async fn device_code(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match issue(&request, &body).await {
        Ok(issued) => HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(issued),
        Err(refusal) => asking::refuse(&refusal),
    }
}

async fn issue(request: &HttpRequest, body: &[u8]) -> Result<DeviceCodeBody, Refusal> {
    let (app, tenant) = asking::tenant(request).await?;
    let parameters = asking::parameters(request, body)?;
    let asked = read_device_authorization(parameters, asking::authorization(request))?;
    let issued = device_codes::issue(&app, &tenant, &asked).await?;
    Ok(DeviceCodeBody {
        device_code: issued.device_code,
        user_code: issued.user_code,
        verification_uri: issued.verification_uri,
        verification_uri_complete: issued.verification_uri_complete,
        expires_in: issued.expires_in,
        interval: issued.interval,
    })
}

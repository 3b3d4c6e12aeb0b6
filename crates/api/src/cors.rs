//! Pages of other origins that call us (Fetch standard, section CORS protocol): those that a client registered read the
//! answers to its own requests. Cookies play no part in any of them.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue,
    ORIGIN, VARY,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use guildhall_app::{App, clients};

use crate::request;

/// Where a client's pages call, and name the client by what they send.
const BY_CLIENT: [&str; 2] = ["/oauth/token", "/oauth/revoke"];

/// The client that a request turned out to be from, which its handler leaves behind.
#[derive(Clone, Debug)]
pub struct AskingClient(pub String);

/// Answers preflights, and lets the pages of a client read what it is answered.
///
/// A preflight names no client, so what it says is only that the question may be asked: the answer can be read only by
/// pages of the client that the question turns out to be from.
pub async fn allow<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let origin = match (BY_CLIENT.contains(&request.path()), request.headers().get(ORIGIN)) {
        (true, Some(origin)) => origin.clone(),
        _ => return next.call(request).await.map(ServiceResponse::map_into_left_body),
    };
    if request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
        let answer = HttpResponse::NoContent()
            .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, origin))
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, auth0-client, dpop"))
            .insert_header((ACCESS_CONTROL_MAX_AGE, "600"))
            .insert_header((VARY, "Origin"))
            .finish();
        return Ok(request.into_response(answer).map_into_right_body());
    }
    let app = request.app_data::<web::Data<App>>().map(|app| App::clone(app));
    let mut answer = next.call(request).await?;
    let may_read = match app {
        Some(app) => is_a_page_of_the_client(&app, &answer, &origin).await,
        None => false,
    };
    let headers = answer.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if may_read {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("x-request-id, www-authenticate"),
        );
    }
    Ok(answer.map_into_left_body())
}

async fn is_a_page_of_the_client<B>(app: &App, answer: &ServiceResponse<B>, origin: &HeaderValue) -> bool {
    let client = answer.request().extensions().get::<AskingClient>().cloned();
    let (Some(AskingClient(client)), Ok(origin)) = (client, origin.to_str()) else { return false };
    let Ok(tenant) = request::tenant(app, answer.request()).await else { return false };
    clients::has_page_at(app, &tenant, &client, origin).await.unwrap_or_default()
}

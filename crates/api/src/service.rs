//! The whole HTTP service: every route, and what surrounds each answer.

use std::borrow::Cow;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{HttpServiceFactory, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::{App as Actix, Error, HttpMessage, HttpResponse, web};
use guildhall_app::App;
use guildhall_domain::id::RequestId;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::my_organization::{self, problem};
use crate::proxies::TrustedProxies;
use crate::{
    access, authentication, cors, documents, failure, management, operations, pages, portal, sign_in,
};

tokio::task_local! {
    static REQUEST_ID: RequestId;
}

/// The id of the request that is being answered here, for the lines of the log.
pub fn request_id() -> Option<String> {
    REQUEST_ID.try_with(RequestId::to_string).ok()
}

/// The path of token requests.
const TOKEN: &str = "/oauth/token";

/// The largest body that is read, in bytes.
const MAX_BODY: usize = 1 << 20;

/// The headers of every answer that does not say otherwise.
const SAFE: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// The service over an application.
pub fn service(
    app: App,
    metrics: operations::Metrics,
    proxies: TrustedProxies,
) -> Actix<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    Actix::new()
        .wrap(from_fn(cors::allow))
        .wrap(from_fn(surround))
        .app_data(web::Data::new(app))
        .app_data(web::Data::new(metrics))
        .app_data(web::Data::new(proxies))
        .app_data(web::PayloadConfig::new(MAX_BODY))
        .service(web::scope("/api/v2").configure(management::routes))
        .service(my_organization("/my-org/v1"))
        .service(my_organization("/my-org"))
        .configure(authentication::routes)
        .service(web::scope("/access/v1").wrap(from_fn(access::surround)).configure(access::routes))
        .configure(access::discovery)
        .route("/userinfo", web::method(Method::OPTIONS).to(authentication::userinfo::preflight))
        .configure(operations::routes)
        .route("/openapi/{name}.json", web::get().to(document))
        .configure(pages::assets::routes)
        .configure(sign_in::routes)
        .configure(portal::routes)
        .service(docs())
        .default_service(web::to(nowhere))
}

/// The My Organization API at one of its two bases.
fn my_organization(base: &str) -> impl HttpServiceFactory + use<> {
    web::scope(base).wrap(from_fn(problem::surround)).configure(my_organization::configure)
}

/// The documents as pages, with all that they need inside the binary.
fn docs() -> SwaggerUi {
    SwaggerUi::new("/docs/{_:.*}").config(Config::new(documents::NAMES.map(documents::url)))
}

/// A document as JSON.
async fn document(name: web::Path<String>) -> HttpResponse {
    match documents::json(&name) {
        Some(text) => HttpResponse::Ok().content_type("application/json").body(text),
        None => nowhere().await,
    }
}

async fn nowhere() -> HttpResponse {
    let status = actix_web::http::StatusCode::NOT_FOUND;
    HttpResponse::build(status).json(failure::ErrorBody {
        status_code: status.as_u16(),
        error: "Not Found".to_owned(),
        message: "Not Found".to_owned(),
        error_code: None,
    })
}

/// Gives each request an id, logs its end, counts it, and puts the headers on that every answer has.
async fn surround(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let begun = Instant::now();
    let id = match request.app_data::<web::Data<App>>() {
        Some(app) => RequestId::generate(app.clock()),
        None => RequestId::new("unknown"),
    };
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    let cacheable = request.path().starts_with("/api/v2") || request.path().starts_with("/my-org");
    let mut response = REQUEST_ID.scope(id.clone(), next.call(request)).await?;
    let framed = response.response().extensions().contains::<pages::MayBeFramed>();
    let headers = response.headers_mut();
    for (name, value) in SAFE {
        if !(headers.contains_key(&name) || framed && name == header::X_FRAME_OPTIONS) {
            headers.insert(name, value);
        }
    }
    let name = HeaderName::from_static("x-request-id");
    // Access evaluation answers with the caller's.
    if !headers.contains_key(&name)
        && let Ok(value) = HeaderValue::from_str(id.as_str())
    {
        headers.insert(name, value);
    }
    if cacheable && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    let status = response.status().as_u16();
    let elapsed = begun.elapsed();
    // Looking a pattern up walks all routes, which for the one hot path would cost as much as the rest of this.
    let route = match response.request().path() {
        TOKEN => Cow::Borrowed(TOKEN),
        _ => response.request().match_pattern().map_or(Cow::Borrowed("none"), Cow::Owned),
    };
    metrics::histogram!("guildhall_http_seconds", "route" => route.clone(), "status" => class(status))
        .record(elapsed.as_secs_f64());
    let milliseconds = elapsed.as_secs_f64() * 1e3;
    REQUEST_ID.sync_scope(id, || {
        tracing::info!(method = method.as_str(), route = &*route, status, milliseconds, "answered");
    });
    Ok(response)
}

/// The class of a status, so that a label has few values.
fn class(status: u16) -> &'static str {
    match status / 100 {
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

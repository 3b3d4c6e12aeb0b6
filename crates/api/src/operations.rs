//! What operators ask: health and metrics. Design section 12.

use std::sync::Arc;

use actix_web::{HttpResponse, get, web};
use guildhall_app::App;

/// Renders the metrics as Prometheus text.
#[derive(Clone)]
pub struct Metrics(pub Arc<dyn Fn() -> String + Send + Sync>);

/// The routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(live).service(ready).service(metrics);
}

/// 200 while the process answers.
#[get("/health/live")]
async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({"status": "alive"}))
}

/// 200 when the database answers too, otherwise 503.
#[get("/health/ready")]
async fn ready(app: web::Data<App>) -> HttpResponse {
    match app.store().ping().await {
        Ok(()) => HttpResponse::Ok().json(serde_json::json!({"status": "ready"})),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            HttpResponse::ServiceUnavailable()
                .json(serde_json::json!({"status": "the database does not answer"}))
        }
    }
}

/// Prometheus text.
#[get("/metrics")]
async fn metrics(metrics: web::Data<Metrics>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body((metrics.0)())
}

//! The Management API, under `/api/v2`.

pub mod organizations;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes under `/api/v2`.
pub fn routes(config: &mut ServiceConfig) {
    organizations::routes(config);
}

/// The schemas of lists in their three shapes.
pub fn lists() -> Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)> {
    vec![organizations::OrganizationList::shapes()]
}

/// Schemas of items whose fields can be left out by `fields`: none of their fields is required in an answer.
pub const SELECTABLE: &[&str] = &[];

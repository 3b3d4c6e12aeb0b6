//! The Management API, under `/api/v2`.

pub mod client_credentials;
pub mod client_grants;
pub mod clients;
pub mod organization_client_grants;
pub mod organizations;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes under `/api/v2`.
pub fn routes(config: &mut ServiceConfig) {
    client_credentials::routes(config);
    client_grants::routes(config);
    clients::routes(config);
    organization_client_grants::routes(config);
    organizations::routes(config);
}

/// The schemas of lists in their three shapes.
pub fn lists() -> Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)> {
    vec![organizations::OrganizationList::shapes(), organization_client_grants::OrganizationClientGrantList::shapes(), client_grants::ClientGrantList::shapes(), clients::ClientList::shapes()]
}

/// Schemas of items whose fields can be left out by `fields`: none of their fields is required in an answer.
pub const SELECTABLE: &[&str] = &["Client", "ClientAnswer"];

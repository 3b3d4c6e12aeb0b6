//! The Management API, under `/api/v2`.

pub mod client_credentials;
pub mod client_grants;
pub mod clients;
pub mod organization_client_grants;
pub mod logs;
pub mod organizations;
pub mod tenant_settings;
pub mod signing_keys;
pub mod resource_servers;
pub mod audiences;
pub mod users;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes under `/api/v2`.
pub fn routes(config: &mut ServiceConfig) {
    client_credentials::routes(config);
    client_grants::routes(config);
    clients::routes(config);
    organization_client_grants::routes(config);
    logs::routes(config);
    organizations::routes(config);
    tenant_settings::routes(config);
    signing_keys::routes(config);
    resource_servers::routes(config);
    audiences::routes(config);
    users::routes(config);
}

/// The schemas of lists in their three shapes.
pub fn lists() -> Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)> {
    vec![logs::LogList::shapes(), users::UserList::shapes(), organizations::OrganizationList::shapes(), resource_servers::ResourceServerList::shapes(), organization_client_grants::OrganizationClientGrantList::shapes(), client_grants::ClientGrantList::shapes(), clients::ClientList::shapes()]
}

/// Schemas of items whose fields can be left out by `fields`: none of their fields is required in an answer.
pub const SELECTABLE: &[&str] = &["ResourceServer", "Log", "User", "Client", "ClientAnswer"];

//! The My Organization API, under `/my-org/v1` and `/my-org`: contract section 16, and what goes beyond it. There is no id
//! of an organization in any path: the token names it.

pub mod call;
pub mod client_credentials;
pub mod client_grant_requests;
pub mod client_grants;
pub mod clients;
pub mod configuration;
pub mod details;
pub mod domains;
pub mod effective_permissions;
pub mod invitations;
pub mod logs;
pub mod me;
pub mod member_roles;
pub mod members;
pub mod paging;
pub mod permissions;
pub mod problem;
pub mod role_deletion;
pub mod role_permissions;
pub mod roles;

use actix_web::{HttpResponse, web};

use crate::failure::Failure;
use crate::routes::Routes;

/// Schemas of items whose fields can be left out by `fields`: none of their fields is required in an answer.
pub const SELECTABLE: &[&str] = &["MemberInvitation", "OrganizationMember"];

/// The routes under `/my-org/v1`.
pub fn routes(config: &mut impl Routes) {
    client_credentials::routes(config);
    clients::routes(config);
    client_grant_requests::routes(config);
    client_grants::routes(config);
    configuration::routes(config);
    details::routes(config);
    invitations::routes(config);
    domains::routes(config);
    effective_permissions::routes(config);
    logs::routes(config);
    me::routes(config);
    member_roles::routes(config);
    members::routes(config);
    permissions::routes(config);
    role_deletion::routes(config);
    role_permissions::routes(config);
    roles::routes(config);
}

/// The routes as they are served, with an answer for every other path.
pub fn configure(config: &mut web::ServiceConfig) {
    routes(config);
    config.default_service(web::to(|| async { Err::<HttpResponse, Failure>(Failure::NoSuchPath) }));
}

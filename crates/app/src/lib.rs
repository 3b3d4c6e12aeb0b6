#![doc = include_str!("../README.md")]

mod context;
mod problem;
mod searches;

pub mod audiences;
pub mod callers;
pub mod client_credentials;
pub mod client_grants;
pub mod clients;
pub mod connection_clients;
pub mod connections;
pub mod discovery_domains;
pub mod invitations;
pub mod keys;
pub mod logs;
pub mod machine;
pub mod member_roles;
pub mod members;
pub mod organization_client_grants;
pub mod organization_connections;
pub mod organizations;
pub mod passwords;
pub mod resource_servers;
pub mod role_permissions;
pub mod roles;
pub mod sign_in;
pub mod signing_keys;
pub mod tenant_settings;
pub mod tenants;
pub mod user_permissions;
pub mod user_roles;
pub mod users;

pub use context::App;
pub use problem::{Limit, Problem, Taken, Thing};

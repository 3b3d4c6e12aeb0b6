#![doc = include_str!("../README.md")]

mod context;
mod problem;

pub mod callers;
pub mod client_credentials;
pub mod client_grants;
pub mod clients;
pub mod organization_client_grants;
pub mod keys;
pub mod machine;
pub mod organizations;
pub mod resource_servers;
pub mod tenants;

pub use context::App;
pub use problem::{Limit, Problem, Taken, Thing};

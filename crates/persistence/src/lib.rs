#![doc = include_str!("../README.md")]

mod cache;
#[allow(missing_docs, reason = "columns are described where their noun is")]
mod entity;
mod epochs;
mod error;
mod events;
mod paging;
mod store;
mod unit;

pub mod client_credentials;
pub mod client_grants;
pub mod client_secrets;
pub mod clients;
pub mod organization_client_grants;
pub mod organizations;
pub mod resource_servers;
pub mod signing_keys;
pub mod tenants;

pub mod used_assertions;

pub use cache::Cache;
pub use error::Error;
pub use events::EventLog;
pub use store::{Db, Store};
pub use unit::UnitOfWork;

#![doc = include_str!("../README.md")]

mod applies_to;
mod cache;
mod dialect;
#[allow(missing_docs, reason = "columns are described where their noun is")]
mod entity;
mod epochs;
mod error;
mod events;
mod paging;
mod records;
mod search;
mod store;
mod unit;

pub mod access_policies;
pub mod audiences;
pub mod authorization_codes;
pub mod claim_mappings;
pub mod client_credentials;
pub mod client_grants;
pub mod client_secrets;
pub mod clients;
pub mod connection_clients;
pub mod connections;
pub mod consents;
pub mod device_codes;
pub mod discovery_domains;
pub mod invitations;
pub mod jobs;
pub mod logout_notices;
pub mod logs;
pub mod mails;
pub mod membership_roles;
pub mod memberships;
pub mod organization_client_grants;
pub mod organization_connections;
pub mod organizations;
pub mod passwords;
pub mod permissions;
pub mod profiles;
pub mod pushed_requests;
pub mod refresh_token_values;
pub mod refresh_tokens;
pub mod resource_servers;
pub mod role_permissions;
pub mod roles;
pub mod sessions;
pub mod sign_in_failures;
pub mod signing_keys;
pub mod tenants;
pub mod tickets;
pub mod user_permissions;
pub mod user_roles;

pub mod used_assertions;
pub mod users;

pub use cache::Cache;
pub use error::Error;
pub use events::{Event, EventLog};
pub use records::{Records, Writer};
pub use store::{Db, Store};
pub use unit::UnitOfWork;

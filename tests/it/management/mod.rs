//! The Management API, noun by noun: contract sections 2 to 12.

mod absent;
mod client_credentials;
mod client_grants;
mod clients;
mod connections;
mod conventions;
mod discovery_domains;
mod enabled_connections;
mod invitation_acceptance;
mod invitations;
mod limits;
mod lists;
mod logs;
mod members;
mod organization_client_grants;
mod organizations;
mod resource_servers;
mod roles;
mod signing_keys;
mod tenant_settings;
mod user_rights;
mod users;

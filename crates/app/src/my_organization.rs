//! What the people and machines of an organization can do there themselves: the My Organization API (contract section 16)
//! and what goes beyond it. Whatever an organization is not is absent: nothing here takes the id of one.

pub(crate) mod admins;
pub mod caller;
pub mod client_access;
pub mod client_credentials;
pub mod client_grant_requests;
pub mod client_grants;
pub mod clients;
mod conferring;
pub mod configuration;
pub mod details;
pub mod domains;
pub mod effective_permissions;
pub mod hand_over;
pub mod invitations;
pub mod logs;
pub mod me;
pub mod member_roles;
pub mod members;
pub mod permissions;
pub mod role_deletion;
pub mod role_permissions;
pub mod roles;

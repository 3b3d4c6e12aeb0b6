//! What the people and machines of an organization can do there themselves: the My Organization API (contract section 16)
//! and what goes beyond it. Whatever an organization is not is absent: nothing here takes the id of one.

pub(crate) mod admins;
pub mod caller;
mod conferring;
pub mod details;
pub mod me;
pub mod member_roles;
pub mod members;

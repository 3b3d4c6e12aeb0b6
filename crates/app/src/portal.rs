//! The portal: who visits it, how they come in, and what takes many calls. What is done there is done by
//! [`crate::my_organization`], with what the person holds through the portal's client at that moment, as everywhere.

pub mod apis;
pub mod bulk;
pub(crate) mod client;
pub mod entrance;
pub mod figures;
pub mod links;
pub mod roles;
pub mod visits;

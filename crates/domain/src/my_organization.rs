//! What the My Organization API takes and shows, where that differs from the Management API. Contract section 16.

mod details;
mod domain;
mod me;
mod member;

pub use details::{Details, DetailsPatch};
pub use domain::{NewOrganizationDomain, OrganizationDomain};
pub use me::Me;
pub use member::{MemberRoleIds, MembershipIds, OrganizationMember, ShownRole};

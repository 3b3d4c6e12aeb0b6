//! What the My Organization API takes and shows, where that differs from the Management API. Contract section 16.

mod client;
mod details;
mod me;
mod member;
mod role;

pub use client::{
    AccessOfClient, ClientAccess, LastUse, NewClientAccess, NewOrganizationClient, OrganizationClient,
    OrganizationClientPatch, ProofMethod, SecretRotation,
};
pub use details::{Details, DetailsPatch};
pub use me::Me;
pub use member::{MemberRoleIds, MembershipIds, OrganizationMember, ShownRole};
pub use role::{
    ConferrablePermission, CreatedOrganizationRole, NewOrganizationRole, OrganizationRole,
    OrganizationRoleDetails, OrganizationRolePermission, OrganizationRolePermissions, RoleTemplate,
};

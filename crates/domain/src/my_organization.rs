//! What the My Organization API takes and shows, where that differs from the Management API. Contract section 16.

mod client;
mod client_grant;
mod configuration;
mod details;
mod domain;
mod hand_over;
mod invitation;
mod me;
mod member;
mod role;

pub use client::{
    AccessOfClient, ClientAccess, LastUse, NewClientAccess, NewOrganizationClient, OrganizationClient,
    OrganizationClientPatch, ProofMethod, SecretRotation,
};
pub use client_grant::{
    Approval, AvailableClient, GrantedClient, LetInClient, NewLetInClient, RequestedClient,
};
pub use configuration::{
    Configuration, EffectiveEnvelope, IdentityProviderConfiguration, SettableOfConnections, Used,
};
pub use details::{Details, DetailsPatch};
pub use domain::{NewOrganizationDomain, OrganizationDomain};
pub use hand_over::{HandOver, NewHandOver};
pub use invitation::{InvitationIds, MemberInvitation, NewInvitee, NewMemberInvitations};
pub use me::Me;
pub use member::{MemberRoleIds, MembershipIds, OrganizationMember, ShownRole};
pub use role::{
    ConferrablePermission, CreatedOrganizationRole, NewOrganizationRole, OrganizationRole,
    OrganizationRoleDetails, OrganizationRolePermission, OrganizationRolePermissions, RoleTemplate,
};

//! The Management API, under `/api/v2`.

pub mod absent;
pub mod access_policies;
pub mod actions;
pub mod audiences;
pub mod claim_mappings;
pub mod client_credentials;
pub mod client_grant_requests;
pub mod client_grants;
pub mod clients;
pub mod connection_clients;
pub mod connections;
pub mod discovery_domains;
pub mod dry_runs;
pub mod effective_permissions;
pub mod enabled_connections;
pub mod envelopes;
pub mod grants;
pub mod invitations;
pub mod jobs;
pub mod logs;
pub mod member_roles;
pub mod members;
pub mod organization_client_grants;
pub mod organization_connections;
pub mod organizations;
pub mod portal_links;
pub mod refresh_tokens;
pub mod resource_servers;
pub mod resource_types;
pub mod role_permissions;
pub mod role_users;
pub mod roles;
pub mod sessions;
pub mod signing_keys;
pub mod tenant_settings;
pub mod tickets;
pub mod token_previews;
pub mod user_blocks;
pub mod user_permissions;
pub mod user_roles;
pub mod users;

use crate::routes::Routes;

/// The routes under `/api/v2`.
pub fn routes(config: &mut impl Routes) {
    access_policies::routes(config);
    actions::routes(config);
    absent::routes(config);
    audiences::routes(config);
    claim_mappings::routes(config);
    client_credentials::routes(config);
    client_grant_requests::routes(config);
    client_grants::routes(config);
    clients::routes(config);
    connection_clients::routes(config);
    connections::routes(config);
    discovery_domains::routes(config);
    dry_runs::routes(config);
    effective_permissions::routes(config);
    enabled_connections::routes(config);
    envelopes::routes(config);
    grants::routes(config);
    invitations::routes(config);
    jobs::routes(config);
    logs::routes(config);
    member_roles::routes(config);
    members::routes(config);
    organization_client_grants::routes(config);
    organization_connections::routes(config);
    organizations::routes(config);
    portal_links::routes(config);
    refresh_tokens::routes(config);
    resource_servers::routes(config);
    resource_types::routes(config);
    role_permissions::routes(config);
    role_users::routes(config);
    roles::routes(config);
    sessions::routes(config);
    signing_keys::routes(config);
    tenant_settings::routes(config);
    tickets::routes(config);
    token_previews::routes(config);
    user_blocks::routes(config);
    user_permissions::routes(config);
    user_roles::routes(config);
    users::routes(config);
}

/// The schemas of lists in their three shapes.
pub fn lists() -> Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)> {
    vec![
        access_policies::AccessPolicyList::shapes(),
        claim_mappings::ClaimMappingList::shapes(),
        client_grant_requests::ClientGrantRequestList::shapes(),
        client_grants::ClientGrantList::shapes(),
        clients::ClientList::shapes(),
        connection_clients::EnabledClientList::shapes(),
        connections::ConnectionList::shapes(),
        discovery_domains::DiscoveryDomainList::shapes(),
        enabled_connections::EnabledConnectionList::shapes(),
        invitations::InvitationList::shapes(),
        logs::LogList::shapes(),
        member_roles::MemberRoleList::shapes(),
        members::MemberList::shapes(),
        organization_client_grants::OrganizationClientGrantList::shapes(),
        organization_connections::OrganizationConnectionList::shapes(),
        organizations::OrganizationList::shapes(),
        grants::GrantList::shapes(),
        refresh_tokens::RefreshTokenList::shapes(),
        refresh_tokens::UserRefreshTokenList::shapes(),
        resource_servers::ResourceServerList::shapes(),
        resource_types::ResourceTypeList::shapes(),
        role_permissions::RolePermissionList::shapes(),
        role_users::RoleUserList::shapes(),
        roles::RoleList::shapes(),
        sessions::SessionList::shapes(),
        user_permissions::UserPermissionList::shapes(),
        user_roles::UserRoleList::shapes(),
        users::UserList::shapes(),
    ]
}

/// Schemas of items whose fields can be left out by `fields`: none of their fields is required in an answer.
pub const SELECTABLE: &[&str] =
    &["Client", "ClientAnswer", "Connection", "Log", "Member", "ResourceServer", "ShownConnection", "User"];

//! What each operation of the Management API demands (contract sections 3 to 12).

use super::Need;

macro_rules! needs {
    ($($name:ident = $([$($scope:literal)+])|+;)*) => {
        $(
            #[doc = concat!("Demands any of", $(" `", $($scope, " ",)+ "`"),+, ".")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl Need for $name {
                const ANY_OF: &'static [&'static [&'static str]] = &[$(&[$($scope),+]),+];
            }
        )*

        /// Every scope of the Management API, in alphabetical order.
        pub fn all_scopes() -> Vec<&'static str> {
            let mut all = vec![$($($($scope,)+)+)*];
            all.sort_unstable();
            all.dedup();
            all
        }
    };
}

needs! {
    ReadOrganizations = ["read:organizations"] | ["read:organizations_summary"];
    ReadOrganizationsWhole = ["read:organizations"];
    CreateOrganizations = ["create:organizations"];
    UpdateOrganizations = ["update:organizations"];
    DeleteOrganizations = ["delete:organizations"];
    ReadMembers = ["read:organization_members"];
    CreateMembers = ["create:organization_members"];
    DeleteMembers = ["delete:organization_members"];
    ReadMemberRoles = ["read:organization_member_roles"];
    CreateMemberRoles = ["create:organization_member_roles"];
    DeleteMemberRoles = ["delete:organization_member_roles"];
    ReadRoleMembers = ["read:roles" "read:organization_members"];
    ReadOrganizationClientGrants = ["read:organization_client_grants"];
    CreateOrganizationClientGrants = ["create:organization_client_grants"];
    DeleteOrganizationClientGrants = ["delete:organization_client_grants"];
    ReadConnections = ["read:connections"];
    CreateConnections = ["create:connections"];
    UpdateConnections = ["update:connections"];
    DeleteConnections = ["delete:connections"];
    ReadOrganizationConnections = ["read:organization_connections"];
    CreateOrganizationConnections = ["create:organization_connections"];
    UpdateOrganizationConnections = ["update:organization_connections"];
    DeleteOrganizationConnections = ["delete:organization_connections"];
    ReadInvitations = ["read:organization_invitations"];
    CreateInvitations = ["create:organization_invitations"];
    DeleteInvitations = ["delete:organization_invitations"];
    ReadDiscoveryDomains = ["read:organization_discovery_domains"];
    CreateDiscoveryDomains = ["create:organization_discovery_domains"];
    UpdateDiscoveryDomains = ["update:organization_discovery_domains"];
    DeleteDiscoveryDomains = ["delete:organization_discovery_domains"];
    ReadRoles = ["read:roles"];
    CreateRoles = ["create:roles"];
    UpdateRoles = ["update:roles"];
    DeleteRoles = ["delete:roles"];
    ReadRoleUsers = ["read:roles" "read:users"] | ["read:role_members"];
    AssignRoleUsers = ["update:roles"] | ["create:role_members"];
    ReadUserRoles = ["read:users" "read:roles"] | ["read:role_members"];
    AssignUserRoles = ["update:users"] | ["create:role_members"];
    RemoveUserRoles = ["update:users"] | ["delete:role_members"];
    PreviewTokens = ["create:token_previews"];
    EvaluateAccess = ["evaluate:access"];
    ReadUserEffectivePermissions = ["read:user_effective_permissions"];
    ReadMemberEffectivePermissions = ["read:organization_member_effective_permissions"];
    ReadUsers = ["read:users"];
    CreateUsers = ["create:users"];
    UpdateUsers = ["update:users"];
    UpdateUsersOrAppMetadata = ["update:users"] | ["update:users_app_metadata"];
    DeleteUsers = ["delete:users"];
    ReadResourceServers = ["read:resource_servers"];
    CreateResourceServers = ["create:resource_servers"];
    UpdateResourceServers = ["update:resource_servers"];
    DeleteResourceServers = ["delete:resource_servers"];
    ReadClients = ["read:clients"];
    CreateClients = ["create:clients"];
    UpdateClients = ["update:clients"];
    UpdateClientKeys = ["update:client_keys"];
    DeleteClients = ["delete:clients"];
    ReadClientCredentials = ["read:client_credentials"];
    CreateClientCredentials = ["create:client_credentials"];
    UpdateClientCredentials = ["update:client_credentials"];
    DeleteClientCredentials = ["delete:client_credentials"];
    ReadClientGrants = ["read:client_grants"];
    CreateClientGrants = ["create:client_grants"];
    UpdateClientGrants = ["update:client_grants"];
    DeleteClientGrants = ["delete:client_grants"];
    ReadActions = ["read:actions"];
    CreateActions = ["create:actions"];
    UpdateActions = ["update:actions"];
    DeleteActions = ["delete:actions"];
    ReadSigningKeys = ["read:signing_keys"];
    RotateSigningKeys = ["create:signing_keys" "update:signing_keys"];
    RevokeSigningKeys = ["update:signing_keys"];
    ReadTenantSettings = ["read:tenant_settings"];
    UpdateTenantSettings = ["update:tenant_settings"];
    ReadSessions = ["read:sessions"];
    UpdateSessions = ["update:sessions"];
    DeleteSessions = ["delete:sessions"];
    ReadRefreshTokens = ["read:refresh_tokens"];
    UpdateRefreshTokens = ["update:refresh_tokens"];
    DeleteRefreshTokens = ["delete:refresh_tokens"];
    RevokeAccess = ["delete:sessions" "delete:refresh_tokens"];
    ReadGrants = ["read:grants"];
    DeleteGrants = ["delete:grants"];
    ReadLogs = ["read:logs"];
    ReadUserLogs = ["read:logs_users"] | ["read:logs"];
    ReadAccessPolicies = ["read:access_policies"];
    CreateAccessPolicies = ["create:access_policies"];
    UpdateAccessPolicies = ["update:access_policies"];
    DeleteAccessPolicies = ["delete:access_policies"];
    ReadClaimMappings = ["read:claim_mappings"];
    CreateClaimMappings = ["create:claim_mappings"];
    UpdateClaimMappings = ["update:claim_mappings"];
    DeleteClaimMappings = ["delete:claim_mappings"];
    ReadResourceTypes = ["read:resource_types"];
    CreateResourceTypes = ["create:resource_types"];
    UpdateResourceTypes = ["update:resource_types"];
    DeleteResourceTypes = ["delete:resource_types"];
    DryRun = ["update:roles"] | ["create:organization_member_roles"] | ["delete:organization_member_roles"]
        | ["update:users"] | ["create:role_members"] | ["delete:role_members"] | ["create:client_grants"] | ["update:client_grants"]
        | ["delete:client_grants"] | ["create:organization_client_grants"] | ["delete:organization_client_grants"]
        | ["update:organizations"] | ["create:access_policies"] | ["update:access_policies"]
        | ["delete:access_policies"];
    CreateTickets = ["create:user_tickets"];
    ReadJobs = ["read:users"] | ["create:users"];
    ReadRules = ["read:rules"];
    ReadRulesConfigs = ["read:rules_configs"];
    ReadHooks = ["read:hooks"];
    ReadForms = ["read:forms"];
    ReadFlows = ["read:flows"];
    ReadFlowsVaultConnections = ["read:flows_vault_connections"];
    ReadLogStreams = ["read:log_streams"];
    ReadEventStreams = ["read:event_streams"];
    ReadTokenExchangeProfiles = ["read:token_exchange_profiles"];
    ReadBranding = ["read:branding"];
    ReadPhoneProviders = ["read:phone_providers"];
    ReadPhoneTemplates = ["read:phone_templates"];
    ReadCustomDomains = ["read:custom_domains"];
    ReadEmailProvider = ["read:email_provider"];
    ReadEmailTemplates = ["read:email_templates"];
    ReadPrompts = ["read:prompts"];
    ReadAttackProtection = ["read:attack_protection"];
    UpdateAttackProtection = ["update:attack_protection"];
    ReadNetworkAcls = ["read:network_acls"];
    ReadRateLimitPolicies = ["read:rate_limit_policies"];
    ReadMfaPolicies = ["read:mfa_policies"];
    UpdateMfaPolicies = ["update:mfa_policies"];
    ReadGuardianFactors = ["read:guardian_factors"];
    ReadOrganizationClients = ["read:organization_clients"];
    ReadScimConfig = ["read:scim_config"];
    ReadDirectoryProvisionings = ["read:directory_provisionings"];
    ReadConnectionProfiles = ["read:connection_profiles"];
    ReadUserAttributeProfiles = ["read:user_attribute_profiles"];
    ReadSelfServiceProfiles = ["read:self_service_profiles"];
}

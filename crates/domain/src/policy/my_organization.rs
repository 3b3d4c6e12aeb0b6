//! What each operation of the My Organization API demands (contract section 16; scopes of roles, clients, client grants, the
//! log and effective permissions are additions to the contract).

/// Demands nothing but to belong to the organization.
#[derive(Clone, Copy, Debug)]
pub struct Belong;

impl super::Need for Belong {
    const ANY_OF: &'static [&'static [&'static str]] = &[&[]];
}

needs! {
    ReadDetails = ["read:my_org:details"];
    UpdateDetails = ["update:my_org:details"];
    DeleteOrganization = ["delete:my_org:organizations"];
    ReadConfiguration = ["read:my_org:configuration"];
    ReadMembers = ["read:my_org:members"];
    DeleteMemberships = ["delete:my_org:memberships"];
    ReadMemberRoles = ["read:my_org:member_roles"];
    CreateMemberRoles = ["create:my_org:member_roles"];
    DeleteMemberRoles = ["delete:my_org:member_roles"];
    ReadMemberInvitations = ["read:my_org:member_invitations"];
    CreateMemberInvitations = ["create:my_org:member_invitations"];
    CreateMemberInvitationsWithRoles = ["create:my_org:member_invitations" "create:my_org:member_roles"];
    DeleteMemberInvitations = ["delete:my_org:member_invitations"];
    ReadDomains = ["read:my_org:domains"];
    CreateDomains = ["create:my_org:domains"];
    UpdateDomains = ["update:my_org:domains"];
    DeleteDomains = ["delete:my_org:domains"];
    ReadRoles = ["read:my_org:roles"];
    CreateRoles = ["create:my_org:roles"];
    UpdateRoles = ["update:my_org:roles"];
    DeleteRoles = ["delete:my_org:roles"];
    ReadClients = ["read:my_org:clients"];
    CreateClients = ["create:my_org:clients"];
    UpdateClients = ["update:my_org:clients"];
    DeleteClients = ["delete:my_org:clients"];
    ReadClientGrants = ["read:my_org:client_grants"];
    CreateClientGrants = ["create:my_org:client_grants"];
    DeleteClientGrants = ["delete:my_org:client_grants"];
    ReadLogs = ["read:my_org:logs"];
    ReadEffectivePermissions = ["read:my_org:effective_permissions"];
}

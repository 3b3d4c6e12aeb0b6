//! Changes to who may do what, and what they do to the model.

use super::model::{Association, Bound, Envelope, Grant, Model, Permission, Policy, Usage, User};

/// A change. Each is one request to the Management API, or stands for one of the organization's own admins'.
#[derive(Clone, Debug)]
pub enum Change {
    AddRolePermissions {
        role: usize,
        permissions: Vec<Permission>,
    },
    RemoveRolePermissions {
        role: usize,
        permissions: Vec<Permission>,
    },
    AddMember {
        organization: usize,
        user: usize,
    },
    RemoveMember {
        organization: usize,
        user: usize,
    },
    AddMemberRoles {
        organization: usize,
        user: usize,
        roles: Vec<usize>,
    },
    /// By the organization itself.
    ConferMemberRoles {
        organization: usize,
        user: usize,
        roles: Vec<usize>,
    },
    RemoveMemberRoles {
        organization: usize,
        user: usize,
        roles: Vec<usize>,
    },
    AddUserRoles {
        user: usize,
        roles: Vec<usize>,
    },
    RemoveUserRoles {
        user: usize,
        roles: Vec<usize>,
    },
    AddUserPermissions {
        user: usize,
        permissions: Vec<Permission>,
    },
    RemoveUserPermissions {
        user: usize,
        permissions: Vec<Permission>,
    },
    SetBlocked {
        user: usize,
        is_blocked: bool,
    },
    AddGrant {
        machine: usize,
        api: usize,
        grant: Grant,
    },
    SetGrantScope {
        machine: usize,
        api: usize,
        scope: Bound<&'static str>,
    },
    SetGrantUsage {
        machine: usize,
        api: usize,
        usage: Usage,
    },
    SetGrantPlaces {
        machine: usize,
        api: usize,
        is_for_any_organization: bool,
    },
    RemoveGrant {
        machine: usize,
        api: usize,
    },
    AddAssociation {
        organization: usize,
        machine: usize,
        api: usize,
        association: Association,
    },
    RemoveAssociation {
        organization: usize,
        machine: usize,
        api: usize,
    },
    /// Of an organization, or nothing to have it follow the tenant.
    SetEnvelope {
        organization: usize,
        envelope: Option<Envelope>,
    },
    SetTenantEnvelope {
        envelope: Envelope,
    },
    SetStrategy {
        organization: usize,
        has_audiences: bool,
    },
    AddPolicy {
        number: usize,
        policy: Policy,
    },
    UpdatePolicy {
        number: usize,
        policy: Policy,
    },
    RemovePolicy {
        number: usize,
    },
}

impl Change {
    /// Makes it in the model.
    pub fn apply(self, model: &mut Model) {
        match self {
            Self::AddRolePermissions { role, permissions } => {
                add(&mut model.roles[role].permissions, permissions)
            }
            Self::RemoveRolePermissions { role, permissions } => {
                remove(&mut model.roles[role].permissions, &permissions);
            }
            Self::AddMember { organization, user } => {
                model.users[user].memberships.insert(organization, Vec::new());
            }
            Self::RemoveMember { organization, user } => {
                model.users[user].memberships.remove(&organization);
                model.users[user].conferred.retain(|(of, _)| *of != organization);
            }
            Self::AddMemberRoles { organization, user, roles } => {
                for role in &roles {
                    model.users[user].conferred.remove(&(organization, *role));
                }
                add(model.users[user].memberships.get_mut(&organization).unwrap(), roles);
            }
            Self::ConferMemberRoles { organization, user, roles } => {
                let User { memberships, conferred, .. } = &mut model.users[user];
                let held = memberships.get_mut(&organization).unwrap();
                for role in roles {
                    if !held.contains(&role) {
                        held.push(role);
                        conferred.insert((organization, role));
                    }
                }
            }
            Self::RemoveMemberRoles { organization, user, roles } => {
                for role in &roles {
                    model.users[user].conferred.remove(&(organization, *role));
                }
                remove(model.users[user].memberships.get_mut(&organization).unwrap(), &roles);
            }
            Self::AddUserRoles { user, roles } => add(&mut model.users[user].roles, roles),
            Self::RemoveUserRoles { user, roles } => remove(&mut model.users[user].roles, &roles),
            Self::AddUserPermissions { user, permissions } => add(&mut model.users[user].direct, permissions),
            Self::RemoveUserPermissions { user, permissions } => {
                remove(&mut model.users[user].direct, &permissions);
            }
            Self::SetBlocked { user, is_blocked } => model.users[user].is_blocked = is_blocked,
            Self::AddGrant { machine, api, grant } => {
                model.grants.insert((machine, api), grant);
            }
            Self::SetGrantScope { machine, api, scope } => {
                model.grants.get_mut(&(machine, api)).unwrap().scope = scope;
            }
            Self::SetGrantUsage { machine, api, usage } => {
                model.grants.get_mut(&(machine, api)).unwrap().usage = usage;
            }
            Self::SetGrantPlaces { machine, api, is_for_any_organization } => {
                let grant = model.grants.get_mut(&(machine, api)).unwrap();
                grant.is_for_any_organization = is_for_any_organization;
            }
            Self::RemoveGrant { machine, api } => {
                model.grants.remove(&(machine, api));
            }
            Self::AddAssociation { organization, machine, api, association } => {
                let grant = model.grants.get_mut(&(machine, api)).unwrap();
                grant.associations.insert(organization, association);
            }
            Self::RemoveAssociation { organization, machine, api } => {
                model.grants.get_mut(&(machine, api)).unwrap().associations.remove(&organization);
            }
            Self::SetEnvelope { organization, envelope } => {
                model.organizations[organization].envelope = envelope;
            }
            Self::SetTenantEnvelope { envelope } => model.envelope = envelope,
            Self::SetStrategy { organization, has_audiences } => {
                model.organizations[organization].has_audiences = has_audiences;
            }
            Self::AddPolicy { number, policy } | Self::UpdatePolicy { number, policy } => {
                model.policies.insert(number, policy);
            }
            Self::RemovePolicy { number } => {
                model.policies.remove(&number);
            }
        }
    }
}

fn add<T: PartialEq>(to: &mut Vec<T>, items: Vec<T>) {
    for item in items {
        if !to.contains(&item) {
            to.push(item);
        }
    }
}

fn remove<T: PartialEq>(from: &mut Vec<T>, items: &[T]) {
    from.retain(|item| !items.contains(item));
}

//! Through what permissions are held, and what stands in the way.

use crate::one_truth::model::{Client, Model, People, Permission, Place, Subject};

/// Through what a permission is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    Direct,
    Role(usize),
    /// The machine's grant, with the roles in the organization that hold it where there are any.
    Grant(Vec<usize>),
}

/// What stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// Of what a role would confer, or of whatever the organization could give.
    Envelope(Option<usize>),
    /// Of the user.
    Blocked,
    /// The API is not for its kind.
    Closed,
    /// The machine's grant is not for organizations, or only for them.
    Usage,
    ClientGrant,
    OrganizationScope,
    /// None of the roles of a machine has it.
    Roles,
    /// A policy, by a rule.
    Policy(usize, &'static str),
}

impl Model {
    /// Through what the subject, who belongs there, holds a permission.
    pub fn ways(&self, subject: Subject, place: Place, name: &'static str) -> Vec<Way> {
        let mut ways = Vec::new();
        if !self.holds(subject, place, name) {
            return ways;
        }
        let permission = Permission { api: place.api, name };
        match (subject, place.organization) {
            (Subject::User(user), None) => {
                if self.users[user].direct.contains(&permission) {
                    ways.push(Way::Direct);
                }
                for role in &self.users[user].roles {
                    if self.roles[*role].permissions.contains(&permission) {
                        ways.push(Way::Role(*role));
                    }
                }
            }
            (Subject::User(user), Some(organization)) => {
                for (role, by_organization) in self.roles_of_member(user, organization) {
                    if self.confers(role, by_organization, organization, permission) {
                        ways.push(Way::Role(role));
                    }
                }
            }
            (Subject::Machine(_), None) => ways.push(Way::Grant(Vec::new())),
            (Subject::Machine(_), Some(organization)) => {
                let roles = self.roles_of_machine(subject, place).unwrap_or_default().into_iter();
                let conferring = roles.filter(|(role, by_organization)| {
                    self.confers(*role, *by_organization, organization, permission)
                });
                ways.push(Way::Grant(conferring.map(|(role, _)| role).collect()));
            }
        }
        ways
    }

    /// What stands between the subject, who belongs there, and a permission, through a client where one is known.
    pub fn hindrances(
        &self,
        subject: Subject,
        place: Place,
        client: Option<Client>,
        name: &'static str,
    ) -> Vec<Hindrance> {
        let mut found = Vec::new();
        let permission = Permission { api: place.api, name };
        let roles = match subject {
            Subject::User(user) => {
                place.organization.map(|organization| self.roles_of_member(user, organization))
            }
            Subject::Machine(_) => self.roles_of_machine(subject, place),
        };
        if let Some(organization) = place.organization {
            let confers = |(role, by_organization): &(usize, bool)| {
                self.confers(*role, *by_organization, organization, permission)
            };
            for held in roles.iter().flatten() {
                if self.roles[held.0].permissions.contains(&permission) && !confers(held) {
                    found.push(Hindrance::Envelope(Some(held.0)));
                }
            }
            let is_machine = matches!(subject, Subject::Machine(_));
            if is_machine && roles.is_some_and(|roles| !roles.iter().any(confers)) {
                found.push(Hindrance::Roles);
            }
        }
        if let Subject::Machine(machine) = subject {
            let grant = &self.grants[&(machine, place.api)];
            if !grant.is_for(place) {
                found.push(Hindrance::Usage);
            }
            if !grant.scope.admits(&name) {
                found.push(Hindrance::ClientGrant);
            }
            let association = place.organization.and_then(|it| grant.associations.get(&it));
            if association.is_some_and(|association| !association.scope.admits(&name)) {
                found.push(Hindrance::OrganizationScope);
            }
            if association.is_some_and(|association| grant.is_by_organization(association))
                && let Some(organization) = place.organization
                && !self.envelope_of(organization).permissions.admits(&permission)
            {
                found.push(Hindrance::Envelope(None));
            }
        }
        if self.is_blocked(subject) {
            found.push(Hindrance::Blocked);
        }
        if self.is_closed_to(subject, place.api) {
            found.push(Hindrance::Closed);
        }
        if client == Some(Client::Web) && !self.lets_people_have(place.api, name) {
            found.push(Hindrance::ClientGrant);
        }
        let refusing = self.refusing(subject, place, client);
        found.extend(refusing.into_iter().map(|(number, rule)| Hindrance::Policy(number, rule)));
        found
    }

    /// Whether the web application lets people have a permission of the API.
    pub fn lets_people_have(&self, api: usize, name: &'static str) -> bool {
        match &self.apis[api].people {
            People::Everyone | People::Nobody => true,
            People::Granted(None) => false,
            People::Granted(Some(scope)) => scope.admits(&name),
        }
    }

    /// The roles that a user holds in the organization, each with whether it is by the organization's word.
    fn roles_of_member(&self, user: usize, organization: usize) -> Vec<(usize, bool)> {
        let user = &self.users[user];
        let roles = user.memberships[&organization].iter();
        roles.map(|role| (*role, user.conferred.contains(&(organization, *role)))).collect()
    }

    /// The roles that a machine holds in the organization, where it was given any, by the same word each.
    fn roles_of_machine(&self, subject: Subject, place: Place) -> Option<Vec<(usize, bool)>> {
        let Subject::Machine(machine) = subject else { return None };
        let grant = self.grants.get(&(machine, place.api))?;
        let association = grant.associations.get(&place.organization?)?;
        let by_organization = grant.is_by_organization(association);
        Some(association.roles.as_ref()?.iter().map(|role| (*role, by_organization)).collect())
    }
}

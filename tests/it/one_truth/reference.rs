//! What is right, said slowly and obviously: loops over the model, from the words of the design's sections 5 and 7 and of
//! the README. It shares nothing with the server.

mod explained;
mod issued;
mod policies;

use super::model::{Association, Envelope, Grant, Model, People, Permission, Place, Subject, Usage};

pub use explained::{Hindrance, Way};
pub use issued::Rights;

impl Model {
    /// Whether the subject has a place there at all: a member of the organization, a machine with a grant that the
    /// organization lets in.
    pub fn belongs(&self, subject: Subject, place: Place) -> bool {
        match (subject, place.organization) {
            (Subject::User(_), None) => true,
            (Subject::User(user), Some(organization)) => {
                self.users[user].memberships.contains_key(&organization)
            }
            (Subject::Machine(machine), None) => self.grants.contains_key(&(machine, place.api)),
            (Subject::Machine(machine), Some(organization)) => match self.grants.get(&(machine, place.api)) {
                None => false,
                Some(grant) => {
                    grant.is_for_any_organization || grant.associations.contains_key(&organization)
                }
            },
        }
    }

    /// Whether the subject holds a permission there.
    pub fn holds(&self, subject: Subject, place: Place, name: &'static str) -> bool {
        let permission = Permission { api: place.api, name };
        if !self.apis[place.api].names.contains(&name) || !self.belongs(subject, place) {
            return false;
        }
        match subject {
            Subject::User(user) => {
                let user = &self.users[user];
                match place.organization {
                    None => {
                        user.direct.contains(&permission)
                            || user
                                .roles
                                .iter()
                                .any(|role| self.roles[*role].permissions.contains(&permission))
                    }
                    Some(organization) => user.memberships[&organization].iter().any(|role| {
                        let by_organization = user.conferred.contains(&(organization, *role));
                        self.confers(*role, by_organization, organization, permission)
                    }),
                }
            }
            Subject::Machine(machine) => {
                let grant = &self.grants[&(machine, place.api)];
                if !grant.scope.admits(&name) || !grant.is_for(place) {
                    return false;
                }
                let Some(organization) = place.organization else { return true };
                let Some(association) = grant.associations.get(&organization) else { return true };
                if !association.scope.admits(&name) {
                    return false;
                }
                let by_organization = grant.is_by_organization(association);
                if by_organization && !self.envelope_of(organization).permissions.admits(&permission) {
                    return false;
                }
                match &association.roles {
                    None => true,
                    Some(roles) => roles
                        .iter()
                        .any(|role| self.confers(*role, by_organization, organization, permission)),
                }
            }
        }
    }

    /// Whether a role that is held in an organization confers a permission: the organization's own within the envelope, the
    /// tenant's always, unless the organization conferred it and may not any more.
    fn confers(
        &self,
        role: usize,
        by_organization: bool,
        organization: usize,
        permission: Permission,
    ) -> bool {
        if !self.roles[role].permissions.contains(&permission) {
            return false;
        }
        let envelope = self.envelope_of(organization);
        match self.roles[role].owner {
            Some(_) => envelope.permissions.admits(&permission),
            None if by_organization => envelope.roles.admits(&role),
            None => true,
        }
    }

    fn envelope_of(&self, organization: usize) -> &Envelope {
        self.organizations[organization].envelope.as_ref().unwrap_or(&self.envelope)
    }

    /// All that the subject holds there, in the API's order.
    pub fn held(&self, subject: Subject, place: Place) -> Vec<&'static str> {
        let names = &self.apis[place.api].names;
        names.iter().copied().filter(|name| self.holds(subject, place, name)).collect()
    }

    /// Whether the subject may do something there now. Of people nobody knows through which client they ask.
    pub fn may(&self, subject: Subject, place: Place, name: &'static str) -> bool {
        !self.is_blocked(subject)
            && self.holds(subject, place, name)
            && !self.is_closed_to(subject, place.api)
            && self.refusing(subject, place, Self::known_client(subject)).is_empty()
    }

    /// What a token of the subject's is worth now; nothing where they may have it no longer.
    pub fn held_now(&self, subject: Subject, place: Place) -> Option<Vec<&'static str>> {
        if self.is_blocked(subject) || !self.belongs(subject, place) || self.is_closed_to(subject, place.api)
        {
            return None;
        }
        if let Subject::Machine(machine) = subject
            && !self.grants[&(machine, place.api)].is_for(place)
        {
            return None;
        }
        let is_refused = !self.refusing(subject, place, Some(subject.client())).is_empty();
        Some(if is_refused { Vec::new() } else { self.told(subject, place) })
    }

    /// Whether nobody of the subject's kind gets tokens of the API.
    pub fn is_closed_to(&self, subject: Subject, api: usize) -> bool {
        match subject {
            Subject::User(_) => matches!(self.apis[api].people, People::Nobody),
            Subject::Machine(_) => self.apis[api].is_closed_to_machines,
        }
    }

    /// What a token tells of all that is held there: of people, no more than the web application lets them have.
    fn told(&self, subject: Subject, place: Place) -> Vec<&'static str> {
        let mut held = self.held(subject, place);
        if matches!(subject, Subject::User(_)) {
            held.retain(|name| self.lets_people_have(place.api, name));
        }
        held
    }

    /// Whether it is a user who is blocked.
    pub fn is_blocked(&self, subject: Subject) -> bool {
        matches!(subject, Subject::User(user) if self.users[user].is_blocked)
    }
}

impl Grant {
    /// Whether it is the organization's word alone that the machine is there.
    fn is_by_organization(&self, association: &Association) -> bool {
        association.by_organization && !self.is_for_any_organization
    }

    /// Whether it is for an organization, or for none, as the place is.
    pub fn is_for(&self, place: Place) -> bool {
        match self.usage {
            Usage::Deny => place.organization.is_none(),
            Usage::Allow => true,
            Usage::Require => place.organization.is_some(),
        }
    }
}

//! What tokens say, and who is refused one.

use crate::one_truth::model::{Bound, Model, People, Place, Subject, Usage};

/// The scopes that ask for claims about a person, and for a refresh token: no API defines them.
const OPENID: [&str; 3] = ["openid", "profile", "offline_access"];

/// What a token says of rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    pub scope: Vec<&'static str>,
    /// All that is held, where the token tells it.
    pub permissions: Option<Vec<&'static str>>,
}

impl Model {
    /// What a machine gets for client credentials, or by what code it is refused. By an organization's own audience it
    /// must not learn whether there is such an organization.
    pub fn issued_to_machine(
        &self,
        machine: usize,
        place: Place,
        by_own_audience: bool,
        asked: &[&'static str],
    ) -> Result<Rights, &'static str> {
        let absent = if by_own_audience { "access_denied" } else { "invalid_request" };
        let Some(grant) = self.grants.get(&(machine, place.api)) else { return Err("access_denied") };
        if self.is_closed_to(Subject::Machine(machine), place.api) {
            return Err("access_denied");
        }
        match (grant.usage, place.organization) {
            (Usage::Deny, Some(_)) => return Err(absent),
            (Usage::Require, None) => return Err("invalid_request"),
            _ => {}
        }
        let subject = Subject::Machine(machine);
        if !self.belongs(subject, place) {
            return Err(absent);
        }
        if self.is_denied(subject, place) {
            return Err("access_denied");
        }
        let mut scope = self.held(subject, place);
        if !asked.is_empty() {
            scope.retain(|name| asked.contains(name));
            if scope.is_empty() {
                return Err("invalid_scope");
            }
        }
        Ok(self.rights(subject, place, scope))
    }

    /// What a person gets through the web application, or by what code it is refused.
    pub fn issued_to_person(
        &self,
        user: usize,
        place: Place,
        asked: &[&'static str],
    ) -> Result<Rights, &'static str> {
        let subject = Subject::User(user);
        if self.users[user].is_blocked || !self.belongs(subject, place) {
            return Err("access_denied");
        }
        if self.is_denied(subject, place) {
            return Err("access_denied");
        }
        let api = &self.apis[place.api];
        let allowed = match &api.people {
            People::Nobody | People::Granted(None) => return Err("unauthorized_client"),
            People::Granted(Some(scope)) => scope.clone(),
            People::Everyone => Bound::All,
        };
        let mut scope = Vec::new();
        for name in asked {
            let is_permitted = !api.enforces_policies || self.holds(subject, place, name);
            if OPENID.contains(name) || api.names.contains(name) && allowed.admits(name) && is_permitted {
                scope.push(*name);
            }
        }
        Ok(self.rights(subject, place, scope))
    }

    /// What a person gets for a refresh token of a sign-in to the same place, or by what code it is refused.
    pub fn refreshed(
        &self,
        user: usize,
        place: Place,
        asked: &[&'static str],
    ) -> Result<Rights, &'static str> {
        if self.users[user].is_blocked || !self.belongs(Subject::User(user), place) {
            return Err("invalid_grant");
        }
        self.issued_to_person(user, place, asked)
    }

    /// What is left now of a scope that a token has, or that a refresh token was asked for with: what a token would be
    /// issued with, and of a refused one no permission.
    pub fn left_of(&self, subject: Subject, place: Place, scope: &str) -> String {
        let is_refused = !self.refusing(subject, place, Some(subject.client())).is_empty();
        let api = &self.apis[place.api];
        let mut left = Vec::new();
        for name in scope.split_whitespace() {
            let is_left = match subject {
                Subject::Machine(_) => !is_refused && self.holds_named(subject, place, name),
                Subject::User(_) if OPENID.contains(&name) => true,
                Subject::User(_) => {
                    let is_let_through = match &api.people {
                        People::Granted(Some(Bound::Only(names))) => names.contains(&name),
                        _ => true,
                    };
                    let is_permitted = !api.enforces_policies || self.holds_named(subject, place, name);
                    !is_refused && api.names.contains(&name) && is_let_through && is_permitted
                }
            };
            if is_left {
                left.push(name);
            }
        }
        left.join(" ")
    }

    fn holds_named(&self, subject: Subject, place: Place, name: &str) -> bool {
        self.held(subject, place).contains(&name)
    }

    fn rights(&self, subject: Subject, place: Place, scope: Vec<&'static str>) -> Rights {
        let api = &self.apis[place.api];
        let tells = api.enforces_policies && api.dialect.ends_with("_authz");
        Rights { scope, permissions: tells.then(|| self.told(subject, place)) }
    }
}

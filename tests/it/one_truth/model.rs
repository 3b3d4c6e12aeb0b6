//! A tenant as plain data. Things refer to each other by their place in the lists.

use std::collections::{BTreeMap, BTreeSet};

use crate::harness::Dice;

/// What permissions are called. APIs share names, so that one cannot be taken for another's unnoticed.
pub const NAMES: [&str; 6] = ["read", "write", "delete", "audit", "export", "share"];

/// A permission of an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    pub api: usize,
    pub name: &'static str,
}

/// Everything, or only what is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound<T> {
    All,
    Only(Vec<T>),
}

impl<T: PartialEq> Bound<T> {
    pub fn admits(&self, item: &T) -> bool {
        match self {
            Self::All => true,
            Self::Only(listed) => listed.contains(item),
        }
    }
}

/// A tenant.
#[derive(Clone, Debug)]
pub struct Model {
    pub apis: Vec<Api>,
    pub organizations: Vec<Organization>,
    pub roles: Vec<Role>,
    pub users: Vec<User>,
    pub machines: usize,
    /// Of a machine on an API.
    pub grants: BTreeMap<(usize, usize), Grant>,
    /// Of organizations that have none of their own.
    pub envelope: Envelope,
    pub policies: BTreeMap<usize, Policy>,
}

#[derive(Clone, Debug)]
pub struct Api {
    pub names: Vec<&'static str>,
    pub enforces_policies: bool,
    pub dialect: &'static str,
    pub people: People,
    pub is_closed_to_machines: bool,
}

/// Which people get tokens of an API, through the web application.
#[derive(Clone, Debug)]
pub enum People {
    Everyone,
    Nobody,
    /// By a grant of the application, where it has one.
    Granted(Option<Bound<&'static str>>),
}

#[derive(Clone, Debug)]
pub struct Organization {
    /// Whether its tokens have audiences of its own.
    pub has_audiences: bool,
    pub envelope: Option<Envelope>,
}

/// What an organization may confer.
#[derive(Clone, Debug)]
pub struct Envelope {
    pub permissions: Bound<Permission>,
    /// Of the tenant's.
    pub roles: Bound<usize>,
}

#[derive(Clone, Debug)]
pub struct Role {
    /// The organization whose own it is; the tenant's when absent.
    pub owner: Option<usize>,
    pub permissions: Vec<Permission>,
}

#[derive(Clone, Debug)]
pub struct User {
    pub is_verified: bool,
    pub is_blocked: bool,
    /// Held in the tenant.
    pub roles: Vec<usize>,
    pub direct: Vec<Permission>,
    /// The roles held in each organization that the user is in.
    pub memberships: BTreeMap<usize, Vec<usize>>,
    /// Those of them, each with its organization, that the organization conferred itself.
    pub conferred: BTreeSet<(usize, usize)>,
}

/// Whether an organization must not, may or must be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    Deny,
    Allow,
    Require,
}

#[derive(Clone, Debug)]
pub struct Grant {
    pub scope: Bound<&'static str>,
    pub usage: Usage,
    pub is_for_any_organization: bool,
    /// In the organizations that let the machine in.
    pub associations: BTreeMap<usize, Association>,
}

#[derive(Clone, Debug)]
pub struct Association {
    pub scope: Bound<&'static str>,
    pub roles: Option<Vec<usize>>,
    /// Whether the organization let the machine in itself.
    pub by_organization: bool,
}

/// An application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    Web,
    Machine(usize),
}

/// Applies to tokens of which all that it names is so.
#[derive(Clone, Debug)]
pub struct Policy {
    pub client: Option<Client>,
    pub organization: Option<usize>,
    pub api: Option<usize>,
    /// In the order in which they are looked at.
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
pub enum Rule {
    Clients(Vec<Client>),
    Apis(Vec<usize>),
    AnyOrganization,
    Organizations(Vec<usize>),
    /// A network that is ours, or is not.
    DeniedNetwork(bool),
    AllowedNetwork(bool),
    /// The connection in which everybody has an account, or another.
    Connection(bool),
    VerifiedEmail,
    /// No older than sign-ins here ever are.
    SessionAge,
}

/// An API, in an organization or in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub api: usize,
    pub organization: Option<usize>,
}

/// Who is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    User(usize),
    Machine(usize),
}

impl Usage {
    /// What the Management API calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Allow => "allow",
            Self::Require => "require",
        }
    }
}

impl Rule {
    /// What the Management API calls it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Clients(_) => "allowed_clients",
            Self::Apis(_) => "allowed_audiences",
            Self::AnyOrganization => "require_organization",
            Self::Organizations(_) => "allowed_organizations",
            Self::DeniedNetwork(_) => "denied_networks",
            Self::AllowedNetwork(_) => "allowed_networks",
            Self::Connection(_) => "allowed_connections",
            Self::VerifiedEmail => "require_verified_email",
            Self::SessionAge => "max_session_age",
        }
    }
}

impl Subject {
    /// Through what the subject gets tokens.
    pub fn client(self) -> Client {
        match self {
            Self::User(_) => Client::Web,
            Self::Machine(machine) => Client::Machine(machine),
        }
    }
}

impl Model {
    /// A tenant in which nobody may do anything yet.
    pub fn roll(dice: &mut Dice) -> Self {
        let apis = (0..dice.between(1, 2)).map(|_| Api::roll(dice)).collect();
        let organizations: Vec<Organization> = (0..dice.between(2, 4))
            .map(|_| Organization { has_audiences: dice.yes(50), envelope: None })
            .collect();
        let mut owners = vec![None; dice.between(1, 3)];
        for organization in 0..organizations.len() {
            owners.extend(vec![Some(organization); dice.between(0, 2)]);
        }
        let users = (0..dice.between(2, 4)).map(|_| User::roll(dice)).collect();
        Self {
            apis,
            organizations,
            roles: owners.into_iter().map(|owner| Role { owner, permissions: Vec::new() }).collect(),
            users,
            machines: dice.between(1, 3),
            grants: BTreeMap::new(),
            envelope: Envelope { permissions: Bound::All, roles: Bound::All },
            policies: BTreeMap::new(),
        }
    }

    pub fn subjects(&self) -> Vec<Subject> {
        let users = (0..self.users.len()).map(Subject::User);
        users.chain((0..self.machines).map(Subject::Machine)).collect()
    }

    pub fn places(&self) -> Vec<Place> {
        let organizations = || std::iter::once(None).chain((0..self.organizations.len()).map(Some));
        let of = |api| organizations().map(move |organization| Place { api, organization });
        (0..self.apis.len()).flat_map(of).collect()
    }

    pub fn permissions(&self) -> Vec<Permission> {
        let of = |(api, it): (usize, &Api)| {
            it.names.iter().map(move |name| Permission { api, name }).collect::<Vec<_>>()
        };
        self.apis.iter().enumerate().flat_map(of).collect()
    }

    /// The roles that can be held in an organization, or in the tenant.
    pub fn assignable(&self, organization: Option<usize>) -> Vec<usize> {
        let fits = |role: &usize| {
            let owner = self.roles[*role].owner;
            owner.is_none() || owner == organization
        };
        (0..self.roles.len()).filter(fits).collect()
    }

    pub fn clients(&self) -> Vec<Client> {
        std::iter::once(Client::Web).chain((0..self.machines).map(Client::Machine)).collect()
    }
}

impl Api {
    fn roll(dice: &mut Dice) -> Self {
        let count = dice.between(2, NAMES.len());
        let names = dice.shuffled(&NAMES, count);
        let dialects = ["access_token", "access_token_authz", "rfc9068_profile", "rfc9068_profile_authz"];
        let people = match dice.below(8) {
            0 => People::Nobody,
            1 => People::Granted(None),
            2 => People::Granted(Some(Bound::All)),
            3 => People::Granted(Some(Bound::Only(dice.some(&names, 60)))),
            _ => People::Everyone,
        };
        Self {
            enforces_policies: dice.yes(75),
            dialect: dice.one(&dialects),
            people,
            is_closed_to_machines: dice.yes(15),
            names,
        }
    }
}

impl User {
    fn roll(dice: &mut Dice) -> Self {
        Self {
            is_verified: dice.yes(60),
            is_blocked: dice.yes(10),
            roles: Vec::new(),
            direct: Vec::new(),
            memberships: BTreeMap::new(),
            conferred: BTreeSet::new(),
        }
    }
}

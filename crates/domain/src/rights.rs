//! What a subject may do with an API, and through what: computed from what was read of it, by this module alone. Tokens,
//! introspection, explanations and evaluations are all its answers. Design section 7.

mod effective;
mod explained;

use std::collections::HashSet;
use std::sync::Arc;

use crate::access_policy::Denied;
use crate::client_grant::{ClientGrant, OrganizationUsage};
use crate::envelope::Envelope;
use crate::id::RoleId;
use crate::resource_server::{ResourceServer, SubjectPolicy};
use crate::role::{ConferredBy, RoleType};

pub use effective::{EffectivePermission, EffectiveSource};
pub use explained::{Obstacle, Path, Right, RoleName, Withheld};

/// A role that a subject holds, and what it permits on one API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRole {
    /// The identifier.
    pub id: RoleId,
    /// The name.
    pub name: String,
    /// Whose role it is.
    pub kind: RoleType,
    /// Its permissions on the API.
    pub permissions: HashSet<String>,
}

/// A role as one subject holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The role, shared by all who hold it.
    pub role: Arc<HeldRole>,
    /// By whose word it is held.
    pub by: ConferredBy,
}

/// What a person holds on an API: in an organization by the roles held there, outside by those held in the tenant and
/// directly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonHoldings {
    /// The roles.
    pub roles: Vec<Holding>,
    /// What was given directly.
    pub direct: HashSet<String>,
}

/// What an organization gives a machine client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InOrganization {
    /// The narrowing of the grant; the whole of it when absent.
    pub scope: Option<Vec<String>>,
    /// The roles that the client holds there; not narrowed by roles when absent.
    pub roles: Option<Vec<Arc<HeldRole>>>,
    /// By whose word it is there, with these roles.
    pub by: ConferredBy,
}

/// All that decides what one subject may do with one API.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The API.
    pub api: Arc<ResourceServer>,
    /// What the subject holds on it.
    pub holdings: Holdings,
    /// What the organization may confer, where it is about one.
    pub envelope: Envelope,
    /// The permissions that a person can have through the client they come through; all where absent.
    pub through_client: Option<HashSet<String>>,
    /// The access policies that refuse the subject tokens for it.
    pub denials: Vec<Denied>,
    /// What else keeps the subject from any token for it.
    pub bars: Vec<Obstacle<'static>>,
}

/// What a subject holds on an API.
#[derive(Clone, Debug)]
pub enum Holdings {
    /// A person.
    Person(PersonHoldings),
    /// A machine client, by its grant, in an organization or in none.
    Client(ClientGrant, Option<InOrganization>),
}

impl Snapshot {
    /// What a subject holds, as far as nothing beyond that is known of it.
    pub fn new(api: Arc<ResourceServer>, holdings: Holdings, envelope: Envelope) -> Self {
        Self { api, holdings, envelope, through_client: None, denials: Vec::new(), bars: Vec::new() }
    }

    /// Each permission of the API, in its order, with what it is held through and what stands in the way.
    pub fn rights(&self) -> Vec<Right<'_>> {
        let look = Look::at(self);
        self.api.scopes.iter().map(|scope| look.right(&scope.value)).collect()
    }

    /// One of these permissions; none where the API does not define it.
    pub fn right(&self, permission: &str) -> Option<Right<'_>> {
        let defined = self.api.scopes.iter().find(|scope| scope.value == permission)?;
        Some(Look::at(self).right(&defined.value))
    }

    /// Whether a permission is held.
    pub fn holds(&self, permission: &str) -> bool {
        self.right(permission).is_some_and(|right| right.held)
    }

    /// What is held, by name, in the API's order.
    pub fn held(&self) -> Vec<String> {
        let held = self.rights().into_iter().filter(|right| right.held);
        held.map(|right| right.permission.to_owned()).collect()
    }

    /// Whether the subject can have tokens for it at all, with rights or without: the API is not closed to its kind, and its
    /// grant is for organizations, or for none, as this is about one.
    pub fn is_let_in(&self) -> bool {
        let is_for_here = match &self.holdings {
            Holdings::Person(_) => true,
            Holdings::Client(grant, given) => is_for(grant, given.is_some()),
        };
        is_for_here && !self.is_closed()
    }

    /// Whether nobody of the subject's kind gets tokens for the API.
    fn is_closed(&self) -> bool {
        let authorization = &self.api.subject_type_authorization;
        let policy = match &self.holdings {
            Holdings::Person(_) => authorization.user.policy,
            Holdings::Client(..) => authorization.client.policy,
        };
        policy == SubjectPolicy::DenyAll
    }
}

/// A snapshot, ready to be asked about one permission after another.
struct Look<'a> {
    snapshot: &'a Snapshot,
    is_closed: bool,
    /// What the organization can confer by what is its own; anything where absent.
    grantable: Option<HashSet<&'a str>>,
    /// The roles held that count for nothing here.
    suspended: HashSet<&'a RoleId>,
    /// What the client's grant has; all where absent, as with people.
    granted: Option<HashSet<&'a str>>,
    /// What the organization narrows the grant to.
    narrowed: Option<HashSet<&'a str>>,
}

impl<'a> Look<'a> {
    fn at(snapshot: &'a Snapshot) -> Self {
        let (granted, narrowed) = match &snapshot.holdings {
            Holdings::Person(_) => (None, None),
            Holdings::Client(grant, given) => {
                let granted = (!grant.allow_all_scopes).then(|| grant.scope.as_deref().unwrap_or_default());
                (listed(granted), listed(given.as_ref().and_then(|given| given.scope.as_deref())))
            }
        };
        Self {
            snapshot,
            is_closed: snapshot.is_closed(),
            grantable: snapshot.envelope.grantable_on(&snapshot.api.identifier),
            suspended: suspended(snapshot),
            granted,
            narrowed,
        }
    }

    fn right(&self, permission: &'a str) -> Right<'a> {
        let mut right = match &self.snapshot.holdings {
            Holdings::Person(held) => self.of_person(held, permission),
            Holdings::Client(grant, given) => self.of_client(grant, given.as_ref(), permission),
        };
        for bar in &self.snapshot.bars {
            right.withhold(*bar);
        }
        if self.is_closed {
            right.withhold(Obstacle::SubjectTypeAuthorization);
        }
        if self.snapshot.through_client.as_ref().is_some_and(|allowed| !allowed.contains(permission)) {
            right.withhold(Obstacle::ClientGrant);
        }
        for denied in &self.snapshot.denials {
            right.withhold(Obstacle::from(denied));
        }
        right
    }

    /// The paths through which a person holds it, and what stands in the way of others.
    fn of_person(&self, held: &'a PersonHoldings, permission: &'a str) -> Right<'a> {
        let direct = held.direct.contains(permission).then_some(Path::Direct);
        let (mut paths, mut withheld) = (Vec::from_iter(direct), Vec::new());
        let roles = held.roles.iter().map(|holding| &holding.role);
        for role in roles.filter(|role| role.permissions.contains(permission)) {
            match self.admits(role, permission) {
                true => paths.push(Path::Role(role.as_ref().into())),
                false => withheld.push(Withheld { role: Some(role.as_ref().into()), by: Obstacle::Envelope }),
            }
        }
        Right::new(permission, paths, withheld)
    }

    /// What a machine client holds it through: its grant, within what the organization gave it.
    fn of_client(
        &self,
        grant: &'a ClientGrant,
        organization: Option<&'a InOrganization>,
        permission: &'a str,
    ) -> Right<'a> {
        let mut withheld = Vec::new();
        let mut withhold = |role: Option<&'a HeldRole>, by| {
            withheld.push(Withheld { role: role.map(RoleName::from), by });
        };
        if !is_for(grant, organization.is_some()) {
            withhold(None, Obstacle::OrganizationUsage);
        }
        if self.granted.as_ref().is_some_and(|granted| !granted.contains(permission)) {
            withhold(None, Obstacle::ClientGrant);
        }
        if self.narrowed.as_ref().is_some_and(|narrowed| !narrowed.contains(permission)) {
            withhold(None, Obstacle::OrganizationScope);
        }
        if organization.is_some_and(|given| given.by.is_organization()) && !self.is_grantable(permission) {
            withhold(None, Obstacle::Envelope);
        }
        let mut through = Vec::new();
        if let Some(roles) = organization.and_then(|given| given.roles.as_deref()) {
            for role in roles.iter().filter(|role| role.permissions.contains(permission)) {
                match self.admits(role, permission) {
                    true => through.push(RoleName::from(role.as_ref())),
                    false => withhold(Some(role.as_ref()), Obstacle::Envelope),
                }
            }
            if through.is_empty() {
                withhold(None, Obstacle::Roles);
            }
        }
        // Of several roles one suffices; of all else, nothing may be missing.
        let stopped = withheld.iter().any(|withheld| withheld.role.is_none());
        let path = Path::ClientGrant { client_grant_id: &grant.id, roles: through };
        Right::new(permission, if stopped { Vec::new() } else { vec![path] }, withheld)
    }

    /// Whether a role confers what it permits, as far as the envelope goes.
    fn admits(&self, role: &HeldRole, permission: &str) -> bool {
        match role.kind {
            RoleType::Tenant => !self.suspended.contains(&role.id),
            RoleType::Organization => self.is_grantable(permission),
        }
    }

    fn is_grantable(&self, permission: &str) -> bool {
        self.grantable.as_ref().is_none_or(|grantable| grantable.contains(permission))
    }
}

fn suspended(snapshot: &Snapshot) -> HashSet<&RoleId> {
    let is_suspended = |role: &HeldRole, by: ConferredBy| snapshot.envelope.suspends(&role.id, role.kind, by);
    match &snapshot.holdings {
        Holdings::Person(held) => {
            let held = held.roles.iter().filter(|it| is_suspended(&it.role, it.by));
            held.map(|it| &it.role.id).collect()
        }
        Holdings::Client(_, given) => {
            let held = given.iter().flat_map(|it| it.roles.iter().flatten().map(move |role| (role, it.by)));
            held.filter(|(role, by)| is_suspended(role, *by)).map(|(role, _)| &role.id).collect()
        }
    }
}

fn is_for(grant: &ClientGrant, an_organization: bool) -> bool {
    match grant.organization_usage.unwrap_or(OrganizationUsage::Deny) {
        OrganizationUsage::Deny => !an_organization,
        OrganizationUsage::Allow => true,
        OrganizationUsage::Require => an_organization,
    }
}

fn listed(scope: Option<&[String]>) -> Option<HashSet<&str>> {
    scope.map(|scope| scope.iter().map(String::as_str).collect())
}

/// What a person's token permits: of what was asked for, in that order, the scopes of OpenID Connect, and those that the
/// API defines, that the client's grant for people allows where it needs one, and that the person holds where the API
/// enforces policies.
pub fn granted_to_person(
    api: Option<&ResourceServer>,
    held: &[String],
    allowed: Option<&ClientGrant>,
    asked: &[String],
) -> Vec<String> {
    let held: HashSet<&str> = held.iter().map(String::as_str).collect();
    let defined: HashSet<&str> =
        api.iter().flat_map(|api| &api.scopes).map(|scope| scope.value.as_str()).collect();
    let allowed: Option<HashSet<&str>> = allowed
        .filter(|grant| !grant.allow_all_scopes)
        .map(|grant| grant.scope.iter().flatten().map(String::as_str).collect());
    let enforced = api.is_some_and(ResourceServer::enforces_policies);
    let of_api = |scope: &str| {
        defined.contains(scope)
            && allowed.as_ref().is_none_or(|allowed| allowed.contains(scope))
            && (!enforced || held.contains(scope))
    };
    let mut seen = HashSet::new();
    let granted = asked.iter().filter(|scope| is_openid(scope) || of_api(scope));
    granted.filter(|scope| seen.insert(scope.as_str())).cloned().collect()
}

/// Whether it is a scope of OpenID Connect or one for a single claim: no API defines it.
pub fn is_openid(scope: &str) -> bool {
    OPENID_SCOPES.contains(&scope)
}

/// The scopes that ask for claims about a person, and for a refresh token (contract section 13.1).
pub const OPENID_SCOPES: &[&str] = &[
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "email_verified",
    "picture",
    "created_at",
];

/// The part of what is held that was asked for; all of it when nothing was.
pub fn requested(held: &[String], requested: &[&str]) -> Vec<String> {
    held.iter().filter(|scope| requested.is_empty() || requested.contains(&scope.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests;

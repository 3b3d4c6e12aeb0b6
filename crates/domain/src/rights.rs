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
use crate::role::RoleType;

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

/// What a person holds on an API: in an organization by the roles held there, outside by those held in the tenant and
/// directly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonHoldings {
    /// The roles.
    pub roles: Vec<HeldRole>,
    /// What was given directly.
    pub direct: HashSet<String>,
}

/// What an organization gives a machine client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InOrganization {
    /// The narrowing of the grant; the whole of it when absent.
    pub scope: Option<Vec<String>>,
    /// The roles that the client holds there; not narrowed by roles when absent.
    pub roles: Option<Vec<HeldRole>>,
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
    /// Whether it is a user who is blocked.
    pub is_blocked: bool,
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
        Self { api, holdings, envelope, through_client: None, denials: Vec::new(), is_blocked: false }
    }

    /// Each permission of the API, in its order, with what it is held through and what stands in the way.
    pub fn rights(&self) -> Vec<Right<'_>> {
        let mut rights = match &self.holdings {
            Holdings::Person(held) => of_person(&self.api, held, &self.envelope),
            Holdings::Client(grant, given) => of_client(&self.api, grant, given.as_ref(), &self.envelope),
        };
        let is_closed = self.is_closed();
        for right in &mut rights {
            if self.is_blocked {
                right.withhold(Obstacle::Blocked);
            }
            if is_closed {
                right.withhold(Obstacle::SubjectTypeAuthorization);
            }
            if self.through_client.as_ref().is_some_and(|allowed| !allowed.contains(right.permission)) {
                right.withhold(Obstacle::ClientGrant);
            }
            for denied in &self.denials {
                right.withhold(Obstacle::from(denied));
            }
        }
        rights
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

    /// Whether a permission is held.
    pub fn holds(&self, permission: &str) -> bool {
        self.rights().iter().any(|right| right.permission == permission && right.held)
    }

    /// What is held, by name, in the API's order.
    pub fn held(&self) -> Vec<String> {
        held(&self.rights())
    }
}

/// Each permission of the API, in its order, with the paths through which a person holds it and what stands in the way of
/// others.
fn of_person<'a>(api: &'a ResourceServer, held: &'a PersonHoldings, envelope: &Envelope) -> Vec<Right<'a>> {
    let grantable = envelope.grantable_on(&api.identifier);
    let right = |permission: &'a str| {
        let direct = held.direct.contains(permission).then_some(Path::Direct);
        let (mut paths, mut withheld) = (Vec::from_iter(direct), Vec::new());
        for role in held.roles.iter().filter(|role| role.permissions.contains(permission)) {
            match is_admitted(role, permission, grantable.as_ref()) {
                true => paths.push(Path::Role(role.into())),
                false => withheld.push(Withheld { role: Some(role.into()), by: Obstacle::Envelope }),
            }
        }
        Right::new(permission, paths, withheld)
    };
    api.scopes.iter().map(|scope| right(&scope.value)).collect()
}

/// Each permission of the API, in its order, with what a machine client holds it through: its grant, within what the
/// organization gave it.
fn of_client<'a>(
    api: &'a ResourceServer,
    grant: &'a ClientGrant,
    organization: Option<&'a InOrganization>,
    envelope: &Envelope,
) -> Vec<Right<'a>> {
    let grantable = envelope.grantable_on(&api.identifier);
    let granted = listed((!grant.allow_all_scopes).then(|| grant.scope.as_deref().unwrap_or_default()));
    let narrowed = listed(organization.and_then(|given| given.scope.as_deref()));
    let roles = organization.and_then(|given| given.roles.as_deref());
    let is_for_here = is_for(grant, organization.is_some());
    let right = |permission: &'a str| {
        let mut withheld = Vec::new();
        let mut withhold = |role: Option<&'a HeldRole>, by| {
            withheld.push(Withheld { role: role.map(RoleName::from), by });
        };
        if !is_for_here {
            withhold(None, Obstacle::OrganizationUsage);
        }
        if granted.as_ref().is_some_and(|granted| !granted.contains(permission)) {
            withhold(None, Obstacle::ClientGrant);
        }
        if narrowed.as_ref().is_some_and(|narrowed| !narrowed.contains(permission)) {
            withhold(None, Obstacle::OrganizationScope);
        }
        let mut through = Vec::new();
        if let Some(roles) = roles {
            for role in roles.iter().filter(|role| role.permissions.contains(permission)) {
                match is_admitted(role, permission, grantable.as_ref()) {
                    true => through.push(RoleName::from(role)),
                    false => withhold(Some(role), Obstacle::Envelope),
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
    };
    api.scopes.iter().map(|scope| right(&scope.value)).collect()
}

fn is_for(grant: &ClientGrant, an_organization: bool) -> bool {
    match grant.organization_usage.unwrap_or(OrganizationUsage::Deny) {
        OrganizationUsage::Deny => !an_organization,
        OrganizationUsage::Allow => true,
        OrganizationUsage::Require => an_organization,
    }
}

fn held(rights: &[Right<'_>]) -> Vec<String> {
    rights.iter().filter(|right| right.held).map(|right| right.permission.to_owned()).collect()
}

fn is_admitted(role: &HeldRole, permission: &str, grantable: Option<&HashSet<&str>>) -> bool {
    role.kind == RoleType::Tenant || grantable.is_none_or(|grantable| grantable.contains(permission))
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

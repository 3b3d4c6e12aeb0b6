//! What a subject may do with an API, computed from what was read of it. Design section 7.

use std::collections::HashSet;

use crate::client_grant::ClientGrant;
use crate::resource_server::ResourceServer;

/// What an organization gives a machine client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InOrganization {
    /// The narrowing of the grant; the whole of it when absent.
    pub scope: Option<Vec<String>>,
    /// The permissions of the roles that the client holds there; not narrowed by roles when absent.
    pub role_permissions: Option<HashSet<String>>,
}

/// The permissions that a machine client holds on an API: its grant, within what the API defines, and within what the
/// organization gave it, in the API's order.
pub fn of_client(
    api: &ResourceServer,
    grant: &ClientGrant,
    organization: Option<&InOrganization>,
) -> Vec<String> {
    let granted: Option<HashSet<&str>> = match grant.allow_all_scopes {
        true => None,
        false => Some(grant.scope.iter().flatten().map(String::as_str).collect()),
    };
    let narrowed: Option<HashSet<&str>> = organization
        .and_then(|given| given.scope.as_ref())
        .map(|scope| scope.iter().map(String::as_str).collect());
    let by_role = organization.and_then(|given| given.role_permissions.as_ref());
    api.scopes
        .iter()
        .map(|scope| &scope.value)
        .filter(|scope| granted.as_ref().is_none_or(|granted| granted.contains(scope.as_str())))
        .filter(|scope| narrowed.as_ref().is_none_or(|narrowed| narrowed.contains(scope.as_str())))
        .filter(|scope| by_role.is_none_or(|permissions| permissions.contains(*scope)))
        .cloned()
        .collect()
}

/// The permissions of an API that a person holds, in the API's order.
pub fn of_person(api: &ResourceServer, held: &HashSet<String>) -> Vec<String> {
    api.scopes.iter().map(|scope| &scope.value).filter(|scope| held.contains(*scope)).cloned().collect()
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

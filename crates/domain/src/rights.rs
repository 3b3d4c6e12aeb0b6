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

/// The part of what is held that was asked for; all of it when nothing was.
pub fn requested(held: &[String], requested: &[&str]) -> Vec<String> {
    held.iter().filter(|scope| requested.is_empty() || requested.contains(&scope.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests;

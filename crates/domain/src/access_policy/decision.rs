//! Whether policies let a token be issued: a pure function of what is known.

use std::net::IpAddr;

use chrono::Duration;
use serde::Serialize;
use utoipa::ToSchema;

use super::{AccessPolicy, Rules};
use crate::id::{AccessPolicyId, ClientId, ConnectionId, OrganizationId};
use crate::network::Network;

/// A rule, by its name in [`Rules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is a field of Rules")]
pub enum Rule {
    RequireVerifiedEmail,
    AllowedNetworks,
    DeniedNetworks,
    AllowedAudiences,
    AllowedClients,
    AllowedOrganizations,
    RequireOrganization,
    AllowedConnections,
    MaxSessionAge,
}

/// In which order rules are looked at. The age of a session comes last: it alone can be mended by signing in again.
const ORDER: [Rule; 9] = [
    Rule::AllowedClients,
    Rule::AllowedAudiences,
    Rule::RequireOrganization,
    Rule::AllowedOrganizations,
    Rule::DeniedNetworks,
    Rule::AllowedNetworks,
    Rule::AllowedConnections,
    Rule::RequireVerifiedEmail,
    Rule::MaxSessionAge,
];

/// Those that hold or not whenever a token is asked for, and from wherever.
const STANDING: [Rule; 6] = [
    Rule::AllowedClients,
    Rule::AllowedAudiences,
    Rule::RequireOrganization,
    Rule::AllowedOrganizations,
    Rule::AllowedConnections,
    Rule::RequireVerifiedEmail,
];

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    /// From this address.
    Address(IpAddr),
    /// Nobody knows, so it is in no allowed network, and perhaps in a denied one.
    Unknown,
    /// From the server of an application, in whose place a person was asked before.
    AskedBefore,
}

/// What is known of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Whether their address is known to be theirs.
    pub email_verified: bool,
    /// How long ago they last proved who they are, where that is known.
    pub session_age: Option<Duration>,
    /// The connections that their accounts are in.
    pub connections: Vec<ConnectionId>,
}

/// What is known of a token that is asked for.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The client; none where nobody knows through which one, and no rule about clients is looked at.
    pub client: Option<&'a ClientId>,
    /// The organization.
    pub organization: Option<&'a OrganizationId>,
    /// The API's identifier; none for a token that is good for `/userinfo` alone.
    pub audience: Option<&'a str>,
    /// Where the request comes from.
    pub whence: Whence,
    /// Who it is about; nobody when a machine asks for itself.
    pub person: Option<&'a Person>,
}

/// Why a token is not issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Denied {
    /// The policy.
    pub id: AccessPolicyId,
    /// Its name.
    pub name: String,
    /// The rule that does not hold.
    pub rule: Rule,
    /// The same in words, for whoever was refused.
    #[serde(skip)]
    pub reason: String,
}

/// What one policy says of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PolicyVerdict {
    /// The policy.
    pub id: AccessPolicyId,
    /// Its name.
    pub name: String,
    /// Whether it allows the token.
    pub allows: bool,
    /// The rule that does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What each of the policies says of a token.
pub fn verdicts(policies: &[AccessPolicy], facts: &Facts<'_>) -> Vec<PolicyVerdict> {
    let verdict = |policy: &AccessPolicy| {
        let denied = ORDER.into_iter().find_map(|rule| denied(rule, policy, facts));
        let (rule, reason) = denied.map(|denied| (denied.rule, denied.reason)).unzip();
        let (id, name) = (policy.id.clone(), policy.name.clone());
        PolicyVerdict { id, name, allows: rule.is_none(), rule, reason }
    };
    policies.iter().map(verdict).collect()
}

/// Decides whether a token may be issued: every rule of every policy must hold.
///
/// # Errors
/// [`Denied`] with the first rule that does not.
pub fn decide(policies: &[AccessPolicy], facts: &Facts<'_>) -> Result<(), Denied> {
    for rule in ORDER {
        for policy in policies {
            if let Some(denied) = denied(rule, policy, facts) {
                return Err(denied);
            }
        }
    }
    Ok(())
}

/// The policies that refuse such tokens whenever they are asked for and from wherever, each with the first rule that does
/// not hold. Networks and the age of sessions are not looked at.
pub fn standing<'a>(policies: impl IntoIterator<Item = &'a AccessPolicy>, facts: &Facts<'_>) -> Vec<Denied> {
    let refuses = |policy| STANDING.into_iter().find_map(|rule| denied(rule, policy, facts));
    policies.into_iter().filter_map(refuses).collect()
}

fn denied(rule: Rule, policy: &AccessPolicy, facts: &Facts<'_>) -> Option<Denied> {
    let reason = broken(rule, &policy.rules, facts)?;
    Some(Denied { id: policy.id.clone(), name: policy.name.clone(), rule, reason })
}

/// Whether any of the policies asks for connections, which are not known without a look.
pub fn names_connections(policies: &[AccessPolicy]) -> bool {
    policies.iter().any(|policy| policy.rules.allowed_connections.is_some())
}

/// The reason, where a rule is set and does not hold.
fn broken(rule: Rule, rules: &Rules, facts: &Facts<'_>) -> Option<String> {
    match rule {
        Rule::AllowedClients => {
            let (allowed, client) = (rules.allowed_clients.as_ref()?, facts.client?);
            (!allowed.contains(client)).then(|| "the client is not among those allowed".to_owned())
        }
        Rule::AllowedAudiences => {
            let (allowed, audience) = (rules.allowed_audiences.as_ref()?, facts.audience?);
            let is_allowed = allowed.iter().any(|allowed| allowed == audience);
            (!is_allowed).then(|| format!("tokens for {audience} are not issued here"))
        }
        Rule::RequireOrganization => (rules.require_organization && facts.organization.is_none())
            .then(|| "tokens are issued for organizations alone".to_owned()),
        Rule::AllowedOrganizations => {
            let allowed = rules.allowed_organizations.as_ref()?;
            let is_allowed = facts.organization.is_some_and(|organization| allowed.contains(organization));
            (!is_allowed).then(|| "the organization is not among those allowed".to_owned())
        }
        Rule::DeniedNetworks => {
            let denied = rules.denied_networks.as_ref()?;
            match facts.whence {
                Whence::Address(address) => holds(denied, address)
                    .then(|| format!("requests from the network of {address} are denied")),
                Whence::Unknown => Some("the address of the request is not known".to_owned()),
                Whence::AskedBefore => None,
            }
        }
        Rule::AllowedNetworks => {
            let allowed = rules.allowed_networks.as_ref()?;
            match facts.whence {
                Whence::Address(address) => (!holds(allowed, address))
                    .then(|| format!("requests from the network of {address} are not allowed")),
                Whence::Unknown => Some("the address of the request is not known".to_owned()),
                Whence::AskedBefore => None,
            }
        }
        Rule::AllowedConnections => {
            let (allowed, person) = (rules.allowed_connections.as_ref()?, facts.person?);
            let is_allowed = person.connections.iter().any(|connection| allowed.contains(connection));
            (!is_allowed).then(|| "the account is in no connection that is allowed".to_owned())
        }
        Rule::RequireVerifiedEmail => (rules.require_verified_email && !facts.person?.email_verified)
            .then(|| "the e-mail address is not verified".to_owned()),
        Rule::MaxSessionAge => {
            let (most, person) = (rules.max_session_age?, facts.person?);
            let is_young = person.session_age.is_some_and(|age| age <= Duration::seconds(most));
            (!is_young).then(|| format!("the sign-in is older than {most} seconds"))
        }
    }
}

fn holds(networks: &[Network], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(address))
}

#[cfg(test)]
mod tests;

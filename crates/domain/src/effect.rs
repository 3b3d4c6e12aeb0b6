//! What a change does to rights: who gains and loses what (an addition to the contract).

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{ClientGrantId, ClientId, OrganizationId, UserId};

/// Someone who may hold rights, somewhere. Their order is that of lists: people before clients, those outside
/// organizations first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Holder {
    /// A user, outside organizations.
    User(UserId),
    /// A member of an organization.
    Member(OrganizationId, UserId),
    /// The client of a grant, outside organizations.
    Client(ClientGrantId),
    /// The client of a grant, in every organization that the grant is not associated with and no access policy names.
    ClientAnywhere(ClientGrantId),
    /// The client of a grant, in an organization that the grant is associated with or an access policy names.
    ClientIn(OrganizationId, ClientGrantId),
}

impl Holder {
    /// The organization, where it is about one.
    pub fn organization(&self) -> Option<&OrganizationId> {
        match self {
            Self::Member(organization, _) | Self::ClientIn(organization, _) => Some(organization),
            Self::User(_) | Self::Client(_) | Self::ClientAnywhere(_) => None,
        }
    }

    /// The person, where it is one.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::User(user) | Self::Member(_, user) => Some(user),
            Self::Client(_) | Self::ClientAnywhere(_) | Self::ClientIn(..) => None,
        }
    }

    /// The grant, where it is a client.
    pub fn grant(&self) -> Option<&ClientGrantId> {
        match self {
            Self::Client(grant) | Self::ClientAnywhere(grant) | Self::ClientIn(_, grant) => Some(grant),
            Self::User(_) | Self::Member(..) => None,
        }
    }
}

/// Whose rights change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// A user.
    User(UserId),
    /// A machine client.
    Client(ClientId),
}

/// What one subject gains and loses on one API, in an organization or outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Effect {
    /// Whose rights change.
    pub subject: Subject,
    /// The organization; absent outside organizations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// Whether it is about every organization that the client's grant is not associated with and no access policy names.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub any_organization: bool,
    /// The API's identifier.
    pub resource_server_identifier: String,
    /// The permissions that are held after the change and not before, in the API's order.
    pub gained: Vec<String>,
    /// The permissions that are held before the change and not after, in the API's order.
    pub lost: Vec<String>,
}

/// What is held of `after` and not of `before`, in its order.
pub fn beyond(after: &[String], before: &[String]) -> Vec<String> {
    let before: HashSet<&String> = before.iter().collect();
    after.iter().filter(|permission| !before.contains(permission)).cloned().collect()
}

/// What a change does to rights, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Extent {
    /// How many hold what is changed, whether or not it makes a difference to them: people once in each organization,
    /// clients once with each of their grants there.
    pub concerned: u64,
    /// The difference; absent where too many are concerned for it to be counted.
    #[serde(flatten)]
    pub difference: Option<Difference>,
}

/// The difference that a change makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    /// How many subjects gain or lose anything; one counts in each organization. Absent where too many are concerned.
    #[schema(required = false)]
    pub subjects: u64,
    /// How many permissions are gained, by all together. Absent where too many are concerned.
    #[schema(required = false)]
    pub gained: u64,
    /// How many permissions are lost, by all together. Absent where too many are concerned.
    #[schema(required = false)]
    pub lost: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holders_follow_each_other_in_the_order_of_lists() {
        let holders = [
            Holder::User("a".into()),
            Holder::Member("org_1".into(), "a".into()),
            Holder::Member("org_1".into(), "b".into()),
            Holder::Member("org_2".into(), "a".into()),
            Holder::Client("cgr_1".into()),
            Holder::ClientAnywhere("cgr_1".into()),
            Holder::ClientIn("org_1".into(), "cgr_1".into()),
        ];
        assert!(holders.is_sorted());
    }

    #[test]
    fn what_is_gained_is_held_after_and_not_before() {
        let names = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(beyond(&names("c a b"), &names("a")), names("c b"));
        assert_eq!(beyond(&names("a"), &names("a b")), names(""));
    }
}

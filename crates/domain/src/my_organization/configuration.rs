//! What an organization can do itself. Contract section 16; the envelope is an addition to it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::envelope::Envelope;
use crate::field::Object;

/// What the client that calls lets people do with connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Configuration {
    /// The kinds of connections that can be made.
    pub allowed_strategies: Vec<String>,
    /// Whether connections can be deleted: `allow`, or `allow_if_empty` as long as nobody is in them.
    pub connection_deletion_behavior: String,
}

impl Configuration {
    /// What `my_organization_configuration` of a client says; nothing but the defaults where it has none.
    pub fn of(configuration: Option<&Object>) -> Self {
        let strategies =
            configuration.and_then(|it| it.get("allowed_strategies")).and_then(|it| it.as_array());
        let texts = strategies.into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned));
        let behavior = configuration.and_then(|it| it.get("connection_deletion_behavior")?.as_str());
        Self {
            allowed_strategies: texts.collect(),
            connection_deletion_behavior: behavior.unwrap_or("allow").to_owned(),
        }
    }
}

/// What can be set of connections.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct IdentityProviderConfiguration {
    /// What can be set of every connection.
    pub organization: SettableOfConnections,
    /// What can be set of each kind. Connections are the vendor's here, so there is none.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    pub strategies: Object,
}

/// What can be set of every connection of the organization.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SettableOfConnections {
    /// Whether it has a button on the sign-in page.
    pub can_set_show_as_button: bool,
    /// Whether whoever signs in becomes a member.
    pub can_set_assign_membership_on_login: bool,
}

/// What the organization may confer, and how much of it there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EffectiveEnvelope {
    /// The organization's envelope, or else the tenant's.
    pub envelope: Envelope,
    /// How much of what it limits is used.
    pub used: Used,
}

/// How much of what an envelope limits is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Used {
    /// Roles of its own.
    pub own_roles: u64,
    /// Machine clients of its own.
    pub machine_clients: u64,
    /// Members, and invitations that wait.
    pub seats: u64,
    /// Invitations that it made in the last 24 hours.
    pub invitations_per_day: u64,
}

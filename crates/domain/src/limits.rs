//! How much a tenant may hold: the published limits (contract section 17.1), each of which a tenant may set otherwise.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

macro_rules! limits {
    ($($(#[$doc:meta])* $field:ident = $default:literal,)*) => {
        /// The limits of a tenant.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Limits {
            $($(#[$doc])* pub $field: u64,)*
        }

        /// Limits to be set; those that are absent stay as they are.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct LimitsPatch {
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                #[schema(minimum = 0, maximum = 2147483647)]
                #[validate(range(max = 2147483647))]
                pub $field: Option<u64>,
            )*
        }

        impl Limits {
            /// The limits after the patch.
            pub fn patched(self, patch: &LimitsPatch) -> Self {
                Self { $($field: patch.$field.unwrap_or(self.$field),)* }
            }
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    };
}

limits! {
    /// Organizations.
    organizations = 100_000,
    /// Members of an organization.
    members_per_organization = 100_000,
    /// Roles of a member in an organization.
    roles_per_member = 50,
    /// An organization's own roles.
    roles_per_organization = 350,
    /// Client grants of an organization.
    client_grants_per_organization = 100,
    /// Connections of an organization.
    connections_per_organization = 10,
    /// Discovery domains of an organization.
    discovery_domains_per_organization = 100,
    /// Roles of the tenant.
    roles = 1_000,
    /// Roles of a user.
    roles_per_user = 50,
    /// Direct permissions of a user.
    permissions_per_user = 1_000,
    /// Permissions of a role.
    permissions_per_role = 1_000,
    /// APIs.
    resource_servers = 100_000,
    /// Clients.
    clients = 100_000,
    /// Client grants.
    client_grants = 100_000,
    /// Public keys of a client.
    credentials_per_client = 2,
    /// Actions.
    actions = 100,
    /// Actions bound to a trigger.
    actions_per_trigger = 20,
    /// Versions of an action that are kept.
    versions_per_action = 50,
    /// Access policies that apply to exactly the same.
    access_policies_per_target = 50,
    /// Claim mappings that apply to exactly the same.
    claim_mappings_per_target = 50,
    /// Resource types.
    resource_types = 1_000,
}

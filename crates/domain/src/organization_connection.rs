//! Connections as organizations have them. Contract section 3.5.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::connection::Connection;
use crate::field;
use crate::id::ConnectionId;
use crate::patch::Patch;

/// What an organization's own admins may do with a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AccessLevel {
    /// They do not see it.
    #[default]
    None,
    /// They see it.
    Readonly,
    /// They may also show, hide, enable and disable it.
    Limited,
    /// They may change it.
    Full,
}

/// A connection by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectionName {
    /// The name.
    pub name: String,
    /// Of which kind it is.
    pub strategy: String,
}

/// A connection as an organization has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganizationConnection {
    /// The connection.
    pub connection_id: ConnectionId,
    /// Whether people who sign in with it become members.
    pub assign_membership_on_login: bool,
    /// Whether people can sign up with it; only of database connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_signup_enabled: Option<bool>,
    /// Whether it is offered by a button.
    pub show_as_button: bool,
    /// Whether people can sign in with it here.
    pub is_enabled: bool,
    /// What the organization's own admins may do with it.
    pub organization_access_level: AccessLevel,
    /// What the organization calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_connection_name: Option<String>,
    /// The connection by name.
    pub connection: ConnectionName,
}

/// The same in the older view, which shows enabled connections only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnabledConnection {
    /// The connection.
    pub connection_id: ConnectionId,
    /// Whether people who sign in with it become members.
    pub assign_membership_on_login: bool,
    /// Whether people can sign up with it; only of database connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_signup_enabled: Option<bool>,
    /// Whether it is offered by a button.
    pub show_as_button: bool,
    /// The connection by name.
    pub connection: ConnectionName,
}

impl From<OrganizationConnection> for EnabledConnection {
    fn from(connection: OrganizationConnection) -> Self {
        Self {
            connection_id: connection.connection_id,
            assign_membership_on_login: connection.assign_membership_on_login,
            is_signup_enabled: connection.is_signup_enabled,
            show_as_button: connection.show_as_button,
            connection: connection.connection,
        }
    }
}

/// The body of `POST /api/v2/organizations/{id}/enabled_connections`, and an item of `enabled_connections` of a new
/// organization.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEnabledConnection {
    /// The connection.
    #[schema(min_length = 1, max_length = 50)]
    #[validate(custom(function = "connection_id_length"))]
    pub connection_id: ConnectionId,
    /// Whether people who sign in with it become members; not unless given.
    pub assign_membership_on_login: Option<bool>,
    /// Whether people can sign up with it; only of database connections that assign membership.
    pub is_signup_enabled: Option<bool>,
    /// Whether it is offered by a button; so unless given.
    pub show_as_button: Option<bool>,
}

/// The body of `PATCH /api/v2/organizations/{id}/enabled_connections/{connection_id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EnabledConnectionPatch {
    /// Whether people who sign in with it become members.
    pub assign_membership_on_login: Option<bool>,
    /// Whether people can sign up with it; only of database connections that assign membership.
    pub is_signup_enabled: Option<bool>,
    /// Whether it is offered by a button.
    pub show_as_button: Option<bool>,
}

/// The body of `POST /api/v2/organizations/{id}/connections`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganizationConnection {
    /// The connection.
    #[schema(min_length = 1, max_length = 50)]
    #[validate(custom(function = "connection_id_length"))]
    pub connection_id: ConnectionId,
    /// What the organization calls it: 1 to 50 characters.
    #[schema(min_length = 1, max_length = 50)]
    #[validate(length(min = 1, max = 50), custom(function = "field::no_control"))]
    pub organization_connection_name: Option<String>,
    /// Whether people who sign in with it become members; not unless given.
    pub assign_membership_on_login: Option<bool>,
    /// Whether people can sign up with it; only of database connections that assign membership.
    pub is_signup_enabled: Option<bool>,
    /// Whether it is offered by a button; so unless given.
    pub show_as_button: Option<bool>,
    /// Whether people can sign in with it here; so unless given.
    pub is_enabled: Option<bool>,
    /// What the organization's own admins may do with it; nothing unless given.
    pub organization_access_level: Option<AccessLevel>,
}

/// The body of `PATCH /api/v2/organizations/{id}/connections/{connection_id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OrganizationConnectionPatch {
    /// What the organization calls it; `null` for nothing.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 50)]
    #[validate(custom(function = "given_name_length"))]
    pub organization_connection_name: Patch<String>,
    /// Whether people who sign in with it become members.
    pub assign_membership_on_login: Option<bool>,
    /// Whether people can sign up with it; only of database connections that assign membership.
    pub is_signup_enabled: Option<bool>,
    /// Whether it is offered by a button.
    pub show_as_button: Option<bool>,
    /// Whether people can sign in with it here.
    pub is_enabled: Option<bool>,
    /// What the organization's own admins may do with it; `null` for nothing.
    #[schema(value_type = Option<AccessLevel>)]
    pub organization_access_level: Patch<AccessLevel>,
}

fn connection_id_length(id: &ConnectionId) -> Result<(), ValidationError> {
    match (1..=50).contains(&id.as_str().len()) {
        true => Ok(()),
        false => Err(field::refuse("length", "length must be between 1 and 50")),
    }
}

fn given_name_length(name: &Patch<String>) -> Result<(), ValidationError> {
    match name.value() {
        Some(name) if !(1..=50).contains(&name.chars().count()) => {
            Err(field::refuse("length", "length must be between 1 and 50"))
        }
        Some(name) => field::no_control(name),
        None => Ok(()),
    }
}

impl From<NewEnabledConnection> for NewOrganizationConnection {
    fn from(new: NewEnabledConnection) -> Self {
        Self {
            connection_id: new.connection_id,
            organization_connection_name: None,
            assign_membership_on_login: new.assign_membership_on_login,
            is_signup_enabled: new.is_signup_enabled,
            show_as_button: new.show_as_button,
            is_enabled: None,
            organization_access_level: None,
        }
    }
}

impl From<EnabledConnectionPatch> for OrganizationConnectionPatch {
    fn from(patch: EnabledConnectionPatch) -> Self {
        Self {
            assign_membership_on_login: patch.assign_membership_on_login,
            is_signup_enabled: patch.is_signup_enabled,
            show_as_button: patch.show_as_button,
            ..Self::default()
        }
    }
}

/// Sign-up was asked for where it cannot be.
pub const SIGN_UP_REFUSED: &str =
    "Only database connections with assign_membership_on_login = true support is_signup_enabled = true.";

impl NewOrganizationConnection {
    /// The connection as the organization has it after the body.
    ///
    /// # Errors
    /// [`SIGN_UP_REFUSED`].
    pub fn create(self, connection: &Connection) -> Result<OrganizationConnection, &'static str> {
        OrganizationConnection {
            connection_id: self.connection_id,
            assign_membership_on_login: self.assign_membership_on_login.unwrap_or_default(),
            is_signup_enabled: self.is_signup_enabled,
            show_as_button: self.show_as_button.unwrap_or(true),
            is_enabled: self.is_enabled.unwrap_or(true),
            organization_access_level: self.organization_access_level.unwrap_or_default(),
            organization_connection_name: self.organization_connection_name,
            connection: ConnectionName {
                name: connection.name.clone(),
                strategy: connection.strategy.clone(),
            },
        }
        .settled()
    }
}

impl OrganizationConnection {
    /// The same after the patch.
    ///
    /// # Errors
    /// [`SIGN_UP_REFUSED`].
    pub fn patched(mut self, patch: OrganizationConnectionPatch) -> Result<Self, &'static str> {
        patch.organization_connection_name.apply(&mut self.organization_connection_name);
        self.assign_membership_on_login =
            patch.assign_membership_on_login.unwrap_or(self.assign_membership_on_login);
        self.is_signup_enabled = patch.is_signup_enabled.or(self.is_signup_enabled);
        self.show_as_button = patch.show_as_button.unwrap_or(self.show_as_button);
        self.is_enabled = patch.is_enabled.unwrap_or(self.is_enabled);
        self.organization_access_level = match patch.organization_access_level {
            Patch::Absent => self.organization_access_level,
            Patch::Null => AccessLevel::None,
            Patch::Value(level) => level,
        };
        self.settled()
    }

    /// Sign-up only of database connections that make members.
    fn settled(mut self) -> Result<Self, &'static str> {
        let database = self.connection.strategy == crate::connection::DATABASE;
        if self.is_signup_enabled == Some(true) && !(database && self.assign_membership_on_login) {
            return Err(SIGN_UP_REFUSED);
        }
        self.is_signup_enabled = database.then(|| self.is_signup_enabled.unwrap_or_default());
        Ok(self)
    }
}

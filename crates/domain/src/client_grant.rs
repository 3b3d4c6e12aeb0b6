//! Client grants: which permissions of which API a machine client may get, and in which organizations.
//! Contract sections 3.6 and 7.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::id::{ClientGrantId, ClientId, OrganizationId, ResourceServerId, RoleId};
use crate::patch::Patch;

/// Whether an organization may or must be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OrganizationUsage {
    /// It must not.
    Deny,
    /// It may.
    Allow,
    /// It must.
    Require,
}

/// For whom the grant is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubjectType {
    /// The client itself.
    #[default]
    Client,
    /// Users who sign in through the client.
    User,
}

/// Which permissions of an API a client may get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClientGrant {
    /// The identifier.
    pub id: ClientGrantId,
    /// The client.
    pub client_id: ClientId,
    /// The API's identifier.
    pub audience: String,
    /// The permissions; absent when all are granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<String>>,
    /// Whether every permission that the API defines is granted, now and later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_all_scopes: bool,
    /// For whom the grant is.
    pub subject_type: SubjectType,
    /// Whether an organization may or must be named; `deny` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_usage: Option<OrganizationUsage>,
    /// Whether the grant holds in every organization without being associated with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_any_organization: Option<bool>,
    /// Whether it is Guildhall's own, which cannot be changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_system: bool,
    /// The API.
    #[serde(skip, default = "no_resource_server")]
    pub resource_server_id: ResourceServerId,
    /// When it was created.
    #[serde(skip)]
    pub created_at: DateTime<Utc>,
}

fn no_resource_server() -> ResourceServerId {
    ResourceServerId::new("")
}

/// The body of `POST /api/v2/client-grants`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "scope_or_all"))]
pub struct NewClientGrant {
    /// The client.
    #[validate(custom(function = "client_id_length"))]
    pub client_id: ClientId,
    /// The API's identifier.
    #[schema(min_length = 1, max_length = 600)]
    #[validate(length(min = 1, max = 600))]
    pub audience: String,
    /// The permissions, each defined by the API; required unless all are granted.
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000))]
    pub scope: Option<Vec<String>>,
    /// Whether every permission of the API is granted.
    #[serde(default)]
    pub allow_all_scopes: bool,
    /// For whom the grant is; the client itself unless given.
    #[serde(default)]
    pub subject_type: SubjectType,
    /// Whether an organization may or must be named.
    pub organization_usage: Option<OrganizationUsage>,
    /// Whether the grant holds in every organization.
    pub allow_any_organization: Option<bool>,
}

fn client_id_length(id: &ClientId) -> Result<(), validator::ValidationError> {
    match id.as_str().is_empty() || id.as_str().len() > 128 {
        true => Err(crate::field::refuse("format", "Object didn't pass validation for format client-id")),
        false => Ok(()),
    }
}

fn scope_or_all(grant: &NewClientGrant) -> Result<(), validator::ValidationError> {
    match (&grant.scope, grant.allow_all_scopes) {
        (None, false) => Err(crate::field::refuse("required", "Missing required property: scope")),
        (Some(_), true) => Err(crate::field::refuse("scope", "scope is not allowed together with allow_all_scopes")),
        _ => Ok(()),
    }
}

/// The body of `PATCH /api/v2/client-grants/{id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClientGrantPatch {
    /// Replaces the list; `null` together with `allow_all_scopes`.
    #[schema(value_type = Option<Vec<String>>, max_items = 1000)]
    pub scope: Patch<Vec<String>>,
    /// Whether every permission of the API is granted.
    pub allow_all_scopes: Option<bool>,
    /// `null` puts it back to what it is when never set.
    #[schema(value_type = Option<OrganizationUsage>)]
    pub organization_usage: Patch<OrganizationUsage>,
    /// `null` puts it back to what it is when never set.
    #[schema(value_type = Option<bool>)]
    pub allow_any_organization: Patch<bool>,
}

/// A grant as an organization has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganizationClientGrant {
    /// The grant.
    pub id: ClientGrantId,
    /// The client.
    pub client_id: ClientId,
    /// The API's identifier.
    pub audience: String,
    /// The permissions of the grant; absent when all are granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<String>>,
    /// Whether an organization may or must be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_usage: Option<OrganizationUsage>,
    /// Whether the grant holds in every organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_any_organization: Option<bool>,
    /// For whom the grant is.
    pub subject_type: SubjectType,
    /// What this organization narrows the grant to (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_scope: Option<Vec<String>>,
    /// The roles that the client holds in this organization (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<RoleId>>,
}

/// The body of `POST /api/v2/organizations/{id}/client-grants`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganizationClientGrant {
    /// The grant.
    pub grant_id: ClientGrantId,
    /// What this organization narrows the grant to; the whole grant unless given (an addition to the contract).
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000))]
    pub scope: Option<Vec<String>>,
    /// The roles that the client holds in this organization; with them its rights are those of the roles, within the
    /// grant (an addition to the contract).
    #[schema(min_items = 1, max_items = 50)]
    #[validate(length(min = 1, max = 50))]
    pub roles: Option<Vec<RoleId>>,
}

/// What associates a grant with an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Association {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The grant.
    pub grant_id: ClientGrantId,
    /// What the organization narrows the grant to.
    pub scope: Option<Vec<String>>,
    /// The roles that the client holds there.
    pub roles: Option<Vec<RoleId>>,
}

impl Association {
    /// The grant as the organization has it.
    pub fn describe(self, grant: ClientGrant) -> OrganizationClientGrant {
        OrganizationClientGrant {
            id: grant.id,
            client_id: grant.client_id,
            audience: grant.audience,
            scope: grant.scope,
            organization_usage: grant.organization_usage,
            allow_any_organization: grant.allow_any_organization,
            subject_type: grant.subject_type,
            organization_scope: self.scope,
            roles: self.roles,
        }
    }
}

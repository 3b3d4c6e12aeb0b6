//! Client grants: which permissions of which API a machine client may get, and in which organizations.
//! Contract sections 3.6 and 7.

mod in_organization;
mod request;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::id::{ClientGrantId, ClientId, ResourceServerId};
use crate::patch::Patch;
use crate::resource_server::ResourceServer;

pub use in_organization::{
    AddedOrganizationClientGrant, Association, NewOrganizationClientGrant, OrganizationClientGrant,
};
pub use request::{ClientGrantRequest, NewClientGrantRequest};

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
    /// Whether organizations may let the client in themselves, with as much of the grant as they want (an addition to the
    /// contract).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_organization_approval: bool,
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
    /// Whether organizations may let the client in themselves (an addition to the contract).
    #[serde(default)]
    pub allow_organization_approval: bool,
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
        (Some(_), true) => {
            Err(crate::field::refuse("scope", "scope is not allowed together with allow_all_scopes"))
        }
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
    /// Whether organizations may let the client in themselves (an addition to the contract).
    pub allow_organization_approval: Option<bool>,
}

impl NewClientGrant {
    /// The grant on the API that the body describes.
    pub fn create(self, id: ClientGrantId, api: &ResourceServer, now: DateTime<Utc>) -> ClientGrant {
        ClientGrant {
            id,
            client_id: self.client_id,
            audience: api.identifier.clone(),
            scope: self.scope.map(distinct),
            allow_all_scopes: self.allow_all_scopes,
            subject_type: self.subject_type,
            organization_usage: self.organization_usage,
            allow_any_organization: self.allow_any_organization,
            allow_organization_approval: self.allow_organization_approval,
            is_system: false,
            resource_server_id: api.id.clone(),
            created_at: now,
        }
    }
}

impl ClientGrant {
    /// The grant after the patch.
    ///
    /// # Errors
    /// Why `scope` cannot be so.
    pub fn patched(mut self, patch: ClientGrantPatch) -> Result<Self, &'static str> {
        self.allow_all_scopes = patch.allow_all_scopes.unwrap_or(self.allow_all_scopes);
        if self.allow_all_scopes {
            if patch.scope.value().is_some() {
                return Err("scope is not allowed together with allow_all_scopes");
            }
            self.scope = None;
        } else {
            patch.scope.apply(&mut self.scope);
            self.scope = Some(distinct(self.scope.ok_or("Missing required property: scope")?));
        }
        patch.organization_usage.apply(&mut self.organization_usage);
        patch.allow_any_organization.apply(&mut self.allow_any_organization);
        self.allow_organization_approval =
            patch.allow_organization_approval.unwrap_or(self.allow_organization_approval);
        Ok(self)
    }

    /// What it grants of its API; all where absent.
    pub fn permissions(&self) -> Option<HashSet<String>> {
        (!self.allow_all_scopes).then(|| self.scope.iter().flatten().cloned().collect())
    }

    /// Whether it can hold in an organization, for the client itself.
    pub fn is_for_organizations(&self) -> bool {
        let usage = self.organization_usage;
        self.subject_type == SubjectType::Client
            && matches!(usage, Some(OrganizationUsage::Allow | OrganizationUsage::Require))
    }

    /// Whether an organization may let the client in without being asked.
    pub fn is_approvable(&self) -> bool {
        self.allow_organization_approval && self.is_for_organizations() && !self.is_system
    }

    /// What it grants of its API, in the order of the grant, or of the API where all is granted.
    pub fn granted(&self, api: &ResourceServer) -> Vec<String> {
        match &self.scope {
            Some(scope) if !self.allow_all_scopes => scope.clone(),
            _ => api.scopes.iter().map(|scope| scope.value.clone()).collect(),
        }
    }

    /// Whether it grants the permission.
    pub fn grants(&self, permission: &str) -> bool {
        self.allow_all_scopes || self.scope.iter().flatten().any(|granted| granted == permission)
    }

    /// Those of its permissions that the API does not define.
    pub fn undefined(&self, api: &ResourceServer) -> Vec<&str> {
        beyond(self.scope.iter().flatten(), api.scopes.iter().map(|scope| scope.value.as_str()))
    }

    /// Those of the permissions that it does not grant on its API.
    pub fn beyond<'a>(&self, api: &ResourceServer, scopes: &'a [String]) -> Vec<&'a str> {
        match &self.scope {
            Some(granted) => beyond(scopes, granted.iter().map(String::as_str)),
            None => beyond(scopes, api.scopes.iter().map(|scope| scope.value.as_str())),
        }
    }
}

fn beyond<'a, 'b>(
    asked: impl IntoIterator<Item = &'a String>,
    bounds: impl Iterator<Item = &'b str>,
) -> Vec<&'a str> {
    let bounds: HashSet<&str> = bounds.collect();
    asked.into_iter().map(String::as_str).filter(|scope| !bounds.contains(scope)).collect()
}

/// The items without repetitions, in their order.
fn distinct<T: Clone + Eq + std::hash::Hash>(mut items: Vec<T>) -> Vec<T> {
    let mut seen = HashSet::new();
    items.retain(|item| seen.insert(item.clone()));
    items
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resource_server::NewResourceServer;

    fn api() -> ResourceServer {
        let body = json!({"identifier": "https://api", "scopes": [{"value": "read"}, {"value": "write"}]});
        let new: NewResourceServer = serde_json::from_value(body).unwrap();
        new.create(ResourceServerId::new("api"), DateTime::UNIX_EPOCH)
    }

    fn grant(scope: serde_json::Value, all: bool) -> ClientGrant {
        let body =
            json!({"client_id": "c", "audience": "https://api", "scope": scope, "allow_all_scopes": all});
        let new: NewClientGrant = serde_json::from_value(body).unwrap();
        new.create(ClientGrantId::new("cgr_1"), &api(), DateTime::UNIX_EPOCH)
    }

    fn patched(
        grant: ClientGrant,
        body: serde_json::Value,
    ) -> Result<(Option<Vec<String>>, bool), &'static str> {
        let grant = grant.patched(serde_json::from_value(body).unwrap())?;
        Ok((grant.scope, grant.allow_all_scopes))
    }

    #[test]
    fn a_grant_has_a_list_of_scopes_or_all() {
        let read = || Some(vec!["read".to_owned()]);
        assert_eq!(grant(json!(["read", "read"]), false).scope, read());
        assert_eq!(patched(grant(json!(["read"]), false), json!({})), Ok((read(), false)));
        let all = json!({"scope": null, "allow_all_scopes": true});
        assert_eq!(patched(grant(json!(["read"]), false), all), Ok((None, true)));
        let back = json!({"scope": ["read"], "allow_all_scopes": false});
        assert_eq!(patched(grant(json!(null), true), back), Ok((read(), false)));
        for (grant, body) in [
            (grant(json!(["read"]), false), json!({"scope": null})),
            (grant(json!(null), true), json!({"allow_all_scopes": false})),
            (grant(json!(null), true), json!({"scope": ["read"]})),
        ] {
            assert!(patched(grant, body.clone()).is_err(), "{body}");
        }
    }

    #[test]
    fn scopes_stay_within_their_bounds() {
        let asked = ["read".to_owned(), "write".to_owned(), "delete".to_owned()];
        assert_eq!(grant(json!(["read", "delete"]), false).undefined(&api()), ["delete"]);
        assert_eq!(grant(json!(["read"]), false).beyond(&api(), &asked), ["write", "delete"]);
        assert_eq!(grant(json!(null), true).beyond(&api(), &asked), ["delete"]);
    }
}

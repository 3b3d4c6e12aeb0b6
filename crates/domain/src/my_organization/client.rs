//! Machine clients of an organization's own, as its people see and make them (an addition to the contract).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::client::{AppType, Client, ClientSettings, DefaultOrganization, DefaultOrganizationFlow, Maker};
use crate::credential::{Credential, NewCredential};
use crate::field;
use crate::id::{ClientId, OrganizationId, RoleId};
use crate::patch::Patch;

/// A machine client of the organization's own.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OrganizationClient {
    /// The identifier.
    pub client_id: ClientId,
    /// The secret, only in the answer to the request that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// The name.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How it proves itself at the token endpoint.
    pub token_endpoint_auth_method: ProofMethod,
    /// Whether it is turned off.
    pub disabled: bool,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<Maker>,
    /// When and from where it last got a token; absent when it never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_use: Option<LastUse>,
    /// What it has access to; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<Vec<ClientAccess>>,
    /// Its public keys; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Vec<Credential>>,
}

/// How a client proves itself at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProofMethod {
    /// By a secret.
    ClientSecret,
    /// By assertions that one of its keys has signed (RFC 7523).
    PrivateKeyJwt,
}

/// When and from where a client last got a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LastUse {
    /// When.
    pub at: DateTime<Utc>,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
}

/// What a client has access to on one API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClientAccess {
    /// The API's identifier.
    pub resource_server_identifier: String,
    /// The permissions that bound it; not bounded by them when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<String>>,
    /// The roles that it holds on the API; not bounded by roles when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<RoleId>>,
    /// Whether the organization gave it; what the vendor gave stays as it is.
    pub by_organization: bool,
}

impl From<Client> for OrganizationClient {
    fn from(client: Client) -> Self {
        let by_key = client.settings.client_authentication_methods.is_some();
        Self {
            client_id: client.client_id,
            client_secret: None,
            name: client.name,
            description: client.settings.description,
            token_endpoint_auth_method: if by_key {
                ProofMethod::PrivateKeyJwt
            } else {
                ProofMethod::ClientSecret
            },
            disabled: client.disabled,
            expires_at: client.expires_at,
            created_at: client.created_at,
            created_by: client.created_by,
            last_use: None,
            access: None,
            credentials: None,
        }
    }
}

/// The body of `POST /my-org/v1/clients`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganizationClient {
    /// 1 to 255 characters, without `<` and `>`.
    #[schema(min_length = 1, max_length = 255, pattern = "^[^<>]+$")]
    #[validate(
        length(min = 1, max = 255),
        custom(function = "field::no_angle_brackets"),
        custom(function = "field::no_control")
    )]
    pub name: String,
    /// At most 140 characters.
    #[schema(max_length = 140)]
    #[validate(length(max = 140), custom(function = "field::no_control"))]
    pub description: Option<String>,
    /// What it has access to: 1 to 20 APIs.
    #[schema(min_items = 1, max_items = 20)]
    #[validate(nested, length(min = 1, max = 20), custom(function = "each_once"))]
    pub access: Vec<NewClientAccess>,
    /// When it ends; never unless given, or with the machine client that makes it.
    pub expires_at: Option<DateTime<Utc>>,
    /// One or two public keys by which it proves itself instead of a secret.
    #[schema(min_items = 1, max_items = 2)]
    #[validate(nested, length(min = 1, max = 2))]
    pub credentials: Option<Vec<NewCredential>>,
}

/// What a client shall have access to on one API: these permissions, those of these roles, or what is in both.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "something_given"))]
pub struct NewClientAccess {
    /// The API's identifier.
    #[schema(min_length = 1, max_length = 600)]
    #[validate(length(min = 1, max = 600))]
    pub resource_server_identifier: String,
    /// The permissions.
    #[schema(min_items = 1, max_items = 1000)]
    #[validate(length(min = 1, max = 1000), custom(function = "permissions"))]
    pub scope: Option<Vec<String>>,
    /// The roles.
    #[schema(min_items = 1, max_items = 50)]
    #[validate(length(min = 1, max = 50))]
    pub roles: Option<Vec<RoleId>>,
}

/// The body of `PUT /my-org/v1/clients/{client_id}/access`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessOfClient {
    /// All that the organization gives it: at most 20 APIs.
    #[schema(max_items = 20)]
    #[validate(nested, length(max = 20), custom(function = "each_once"))]
    pub access: Vec<NewClientAccess>,
}

/// The body of `PATCH /my-org/v1/clients/{client_id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OrganizationClientPatch {
    /// A new name.
    #[schema(min_length = 1, max_length = 255, pattern = "^[^<>]+$")]
    #[validate(
        length(min = 1, max = 255),
        custom(function = "field::no_angle_brackets"),
        custom(function = "field::no_control")
    )]
    pub name: Option<String>,
    /// At most 140 characters; `null` removes it.
    #[schema(value_type = Option<String>, max_length = 140)]
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub description: Patch<String>,
    /// Whether it is turned off.
    pub disabled: Option<bool>,
    /// When it ends; `null` for never.
    #[schema(value_type = Option<DateTime<Utc>>)]
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub expires_at: Patch<DateTime<Utc>>,
}

/// The body of `POST /my-org/v1/clients/{client_id}/rotate-secret`, which may be absent.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SecretRotation {
    /// Whether the secret before is refused at once, instead of after 24 hours.
    pub revoke_now: bool,
}

impl NewOrganizationClient {
    /// The organization's own client that the body describes, but for what it has access to and its credentials, which are
    /// stored apart.
    pub fn create(&self, id: ClientId, of: &OrganizationId, by: Maker, now: DateTime<Utc>) -> Client {
        let default_organization = DefaultOrganization {
            organization_id: of.clone(),
            flows: vec![DefaultOrganizationFlow::ClientCredentials],
        };
        let settings = ClientSettings {
            app_type: Some(AppType::NonInteractive),
            description: self.description.clone(),
            is_first_party: Some(false),
            grant_types: Some(vec!["client_credentials".to_owned()]),
            default_organization: Some(default_organization),
            ..ClientSettings::initial(Some(AppType::NonInteractive))
        };
        Client {
            client_id: id,
            name: self.name.clone(),
            settings,
            owner_id: Some(of.clone()),
            disabled: false,
            expires_at: self.expires_at,
            created_by: Some(by),
            created_at: now,
        }
    }
}

impl OrganizationClientPatch {
    /// Why the description cannot be so.
    pub fn refused_description(&self) -> Option<&'static str> {
        let text = self.description.value()?;
        match text.chars().count() <= 140 && field::no_control(text).is_ok() {
            true => None,
            false => Some("At most 140 characters, none of them a control character"),
        }
    }

    /// The client after the patch.
    pub fn applied(self, mut client: Client) -> Client {
        client.name = self.name.unwrap_or(client.name);
        self.description.apply(&mut client.settings.description);
        client.disabled = self.disabled.unwrap_or(client.disabled);
        self.expires_at.apply(&mut client.expires_at);
        client
    }
}

fn something_given(access: &NewClientAccess) -> Result<(), ValidationError> {
    match access.scope.is_none() && access.roles.is_none() {
        true => Err(field::refuse("required", "Missing required property: scope or roles")),
        false => Ok(()),
    }
}

fn permissions(names: &[String]) -> Result<(), ValidationError> {
    match names.iter().any(|name| name.is_empty() || name.chars().count() > 280) {
        true => Err(field::refuse("length", "Permissions have 1 to 280 characters")),
        false => Ok(()),
    }
}

fn each_once(access: &[NewClientAccess]) -> Result<(), ValidationError> {
    let mut apis: Vec<&str> = access.iter().map(|it| it.resource_server_identifier.as_str()).collect();
    apis.sort_unstable();
    match apis.windows(2).any(|two| two[0] == two[1]) {
        true => Err(field::refuse("uniqueItems", "Each API can be named once")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn refused(body: Value) -> bool {
        serde_json::from_value::<NewOrganizationClient>(body).map_or(true, |new| new.validate().is_err())
    }

    fn body(access: Value) -> Value {
        json!({"name": "Sync", "access": access})
    }

    #[test]
    fn a_client_says_what_it_shall_have_access_to() {
        let api = |scope: Value| json!({"resource_server_identifier": "urn:api", "scope": scope});
        assert!(!refused(body(json!([api(json!(["read"]))]))));
        assert!(!refused(body(json!([{"resource_server_identifier": "urn:api", "roles": ["rol_1"]}]))));
        for access in [
            json!([]),
            json!([{"resource_server_identifier": "urn:api"}]),
            json!([{"resource_server_identifier": "urn:api", "roles": []}]),
            json!([{"resource_server_identifier": "urn:api", "scope": ["read"], "colour": 1}]),
            json!([api(json!([]))]),
            json!([api(json!([""]))]),
            json!([api(json!([1]))]),
            json!([api(json!(["read"])), api(json!(["write"]))]),
            json!("urn:api"),
            (0..21).map(|n| json!({"resource_server_identifier": format!("{n}"), "scope": ["a"]})).collect(),
        ] {
            assert!(refused(body(access.clone())), "{access}");
        }
    }

    #[test]
    fn an_own_client_belongs_to_its_organization_alone() {
        let new: NewOrganizationClient = serde_json::from_value(body(json!([]))).unwrap();
        let maker = Maker { user_id: None, client_id: None };
        let org = OrganizationId::new("org_1");
        let client = new.create(ClientId::new("c"), &org, maker, DateTime::UNIX_EPOCH);
        assert!(client.belongs_to(Some(&org)));
        assert!(!client.belongs_to(Some(&OrganizationId::new("org_2"))) && !client.belongs_to(None));
        assert!(client.asks_for_itself() && !client.is_first_party());
        let now = DateTime::UNIX_EPOCH;
        assert!(client.is_live(now));
        assert!(!Client { disabled: true, ..client.clone() }.is_live(now));
        assert!(!Client { expires_at: Some(now), ..client }.is_live(now));
    }
}

//! Previews of tokens: what a subject would be issued now, or why it would not (an addition to the contract).

use std::net::IpAddr;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use crate::access_policy::PolicyVerdict;
use crate::action::execution::ExecutionResult;
use crate::field::{self, Object};
use crate::id::{ClientId, UserId};

/// The way to a token that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PreviewedGrant {
    /// A machine client's own token.
    ClientCredentials,
    /// The exchange of a code, after a person signed in.
    AuthorizationCode,
    /// Tokens that go through the browser.
    Implicit,
    /// A refresh token, of a sign-in for the same API and organization.
    RefreshToken,
    /// A device that a person connected.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
}

/// The body of `POST /api/v2/token-previews`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "someone"))]
pub struct NewTokenPreview {
    /// The way to the token.
    pub grant_type: PreviewedGrant,
    /// The client that asks.
    #[schema(min_length = 1, max_length = 255)]
    #[validate(custom(function = "crate::applies_to::bounded"))]
    pub client_id: ClientId,
    /// The person whom it is about; nobody for `client_credentials`.
    #[serde(default)]
    #[validate(custom(function = "crate::applies_to::bounded"))]
    pub user_id: Option<UserId>,
    /// The audience, as the client would ask for it.
    #[serde(default, deserialize_with = "parameter")]
    #[schema(max_length = 600)]
    #[validate(length(max = 600), custom(function = "field::no_control"))]
    pub audience: Option<String>,
    /// The organization, by id or name, as the client would ask for it.
    #[serde(default, deserialize_with = "parameter")]
    #[schema(max_length = 255)]
    #[validate(length(max = 255), custom(function = "field::no_control"))]
    pub organization: Option<String>,
    /// The scopes, separated by spaces, as the client would ask for them.
    #[serde(default, deserialize_with = "parameter")]
    #[schema(max_length = 10000)]
    #[validate(length(max = 10000), custom(function = "field::no_control"))]
    pub scope: Option<String>,
    /// The address that the request would come from. Without it, access policies are not asked about networks.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub ip: Option<IpAddr>,
}

/// A parameter without a value counts as left out (RFC 6749 section 3.1).
fn parameter<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Ok(Option::deserialize(value)?.filter(|text: &String| !text.is_empty()))
}

fn someone(new: &NewTokenPreview) -> Result<(), validator::ValidationError> {
    match (new.grant_type, &new.user_id) {
        (PreviewedGrant::ClientCredentials, Some(_)) => {
            Err(field::refuse("user_id", "client_credentials is about nobody: leave user_id out"))
        }
        (PreviewedGrant::ClientCredentials, None) | (_, Some(_)) => Ok(()),
        (_, None) => Err(field::refuse("user_id", "Give the user_id of the person whom it is about")),
    }
}

/// What would be issued now, or why nothing would.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct TokenPreview {
    /// The access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<PreviewedToken>,
    /// The ID token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<PreviewedToken>,
    /// Whether a refresh token would come with them.
    pub refresh_token: bool,
    /// What the access token would permit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Why nothing would be issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<PreviewedRefusal>,
    /// The access policies that apply, and what each says.
    pub access_policies: Vec<PolicyVerdict>,
    /// The Actions that ran, in their order, and what became of each.
    pub actions: Vec<ExecutionResult>,
    /// What Actions would write to the user's `user_metadata`; `null` removes.
    #[serde(skip_serializing_if = "Object::is_empty")]
    #[schema(value_type = std::collections::HashMap<String, Value>, required = false)]
    pub user_metadata: Object,
    /// What Actions would write to the user's `app_metadata`; `null` removes.
    #[serde(skip_serializing_if = "Object::is_empty")]
    #[schema(value_type = std::collections::HashMap<String, Value>, required = false)]
    pub app_metadata: Object,
}

/// A token as it would be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewedToken {
    /// Its header; none where it is opaque, good for `/userinfo` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Value>,
    /// Its claims, in their order; none where it is opaque.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<Value>,
    /// Seconds that it would be valid.
    pub expires_in: i64,
    /// How long its text is, in bytes.
    pub size: usize,
}

/// Why nothing would be issued, as the client would be told (RFC 6749 section 5.2).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewedRefusal {
    /// The error code.
    pub error: String,
    /// The reason in words.
    pub error_description: String,
}

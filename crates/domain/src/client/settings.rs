//! What a client can be set to. Contract section 6.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::client_grant::OrganizationUsage;
use crate::field::{Metadata, Object};
use crate::id::{CredentialId, OrganizationId};
use crate::organization::TokenQuota;

/// What kind of application it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppType {
    /// On a device.
    Native,
    /// In a browser.
    Spa,
    /// On a server, with pages.
    RegularWeb,
    /// A machine.
    NonInteractive,
    /// An API that calls other APIs.
    ResourceServer,
}

/// How the client authenticates at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenEndpointAuthMethod {
    /// Not at all: a public client.
    None,
    /// By a secret in the body.
    ClientSecretPost,
    /// By a secret in the `Authorization` header.
    ClientSecretBasic,
}

/// When an organization is asked for in a sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationRequireBehavior {
    /// Never: the application names it.
    #[default]
    NoPrompt,
    /// Before the person signs in.
    PreLoginPrompt,
    /// After.
    PostLoginPrompt,
}

/// A reference to a credential of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialRef {
    /// The credential.
    pub id: CredentialId,
}

/// A list of references to credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialRefs {
    /// The credentials.
    #[schema(min_items = 1, max_items = 2)]
    #[validate(length(min = 1, max = 2))]
    pub credentials: Vec<CredentialRef>,
}

/// How the client authenticates without a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientAuthenticationMethods {
    /// By a signed assertion (RFC 7523).
    #[validate(nested)]
    pub private_key_jwt: CredentialRefs,
}

/// A flow in which the default organization counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DefaultOrganizationFlow {
    /// The client credentials grant.
    ClientCredentials,
}

/// The organization of a request that names none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DefaultOrganization {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The flows in which it counts.
    #[schema(min_items = 1, max_items = 1)]
    #[validate(length(min = 1, max = 1))]
    pub flows: Vec<DefaultOrganizationFlow>,
}

/// The ID tokens of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JwtConfiguration {
    /// Seconds that an ID token is valid.
    #[serde(default = "ten_hours")]
    #[schema(minimum = 1, maximum = 2592000)]
    #[validate(range(min = 1, max = 2592000))]
    pub lifetime_in_seconds: i64,
    /// Whether the secret is base64 encoded.
    #[serde(default)]
    pub secret_encoded: bool,
    /// How ID tokens are signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<crate::resource_server::Algorithm>,
    /// Kept as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    pub scopes: Option<Object>,
}

fn ten_hours() -> i64 {
    36_000
}

impl Default for JwtConfiguration {
    fn default() -> Self {
        Self { lifetime_in_seconds: ten_hours(), secret_encoded: false, alg: None, scopes: None }
    }
}

/// Whether refresh tokens are replaced at each use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RotationType {
    /// Replaced at each use.
    Rotating,
    /// Kept.
    #[default]
    NonRotating,
}

/// Whether refresh tokens expire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExpirationType {
    /// They do.
    Expiring,
    /// They do not.
    #[default]
    NonExpiring,
}

/// The refresh tokens of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RefreshTokenSettings {
    /// Whether they are replaced at each use.
    pub rotation_type: RotationType,
    /// Whether they expire.
    pub expiration_type: ExpirationType,
    /// Seconds in which a replaced one may be used again.
    #[schema(minimum = 0, maximum = 157788000)]
    #[validate(range(min = 0, max = 157788000))]
    pub leeway: i64,
    /// Seconds from the sign-in.
    #[schema(minimum = 1, maximum = 157788000)]
    #[validate(range(min = 1, max = 157788000))]
    pub token_lifetime: i64,
    /// Whether the lifetime has no end.
    pub infinite_token_lifetime: bool,
    /// Whether the lifetime without use has no end.
    pub infinite_idle_token_lifetime: bool,
    /// Seconds without use.
    #[schema(minimum = 1, maximum = 157788000)]
    #[validate(range(min = 1, max = 157788000))]
    pub idle_token_lifetime: i64,
    /// Whether a refresh may name another organization of the person than that of the sign-in (an addition to the
    /// contract); only where the client's `organization_usage` is `allow` or `require`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allow_any_organization: bool,
}

impl Default for RefreshTokenSettings {
    fn default() -> Self {
        Self {
            rotation_type: RotationType::default(),
            expiration_type: ExpirationType::default(),
            leeway: 0,
            token_lifetime: 2_592_000,
            infinite_token_lifetime: true,
            infinite_idle_token_lifetime: true,
            idle_token_lifetime: 1_296_000,
            allow_any_organization: false,
        }
    }
}

macro_rules! settings {
    ($($(#[$attr:meta])* $field:ident: $ty:ty,)*) => {
        /// What of a client can be set at creation and later.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
        pub struct ClientSettings {
            $($(#[$attr])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<$ty>,)*
        }

        impl ClientSettings {
            /// These settings with those of `over` in place of their own.
            pub fn overlaid(self, over: ClientSettings) -> Self {
                Self { $($field: over.$field.or(self.$field),)* }
            }
        }
    };
}

settings! {
    /// What it is for.
    description: String,
    /// What kind of application it is.
    app_type: AppType,
    /// The address of its logo.
    logo_uri: String,
    /// Whether the vendor owns it.
    is_first_party: bool,
    /// Whether it follows OpenID Connect strictly.
    oidc_conformant: bool,
    /// How it asks for tokens.
    grant_types: Vec<String>,
    /// How it authenticates at the token endpoint.
    token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// Where a sign-in may return to.
    callbacks: Vec<String>,
    /// Where a sign-out may return to.
    allowed_logout_urls: Vec<String>,
    /// The origins of its pages that receive tokens.
    web_origins: Vec<String>,
    /// The origins of its pages that call.
    allowed_origins: Vec<String>,
    /// Kept as it is.
    allowed_clients: Vec<String>,
    /// Kept as it is.
    client_aliases: Vec<String>,
    /// Where a sign-in starts.
    initiate_login_uri: String,
    /// Whether users sign in to an organization.
    organization_usage: OrganizationUsage,
    /// When an organization is asked for.
    organization_require_behavior: OrganizationRequireBehavior,
    /// ID tokens.
    jwt_configuration: JwtConfiguration,
    /// Refresh tokens.
    refresh_token: RefreshTokenSettings,
    /// The vendor's own data about it.
    client_metadata: Metadata,
    /// Whether authorization requests must be pushed.
    require_pushed_authorization_requests: bool,
    /// Whether tokens must be bound to a key.
    require_proof_of_possession: bool,
    /// Whether another origin may sign in.
    cross_origin_authentication: bool,
    /// Whether single sign-on is off.
    sso_disabled: bool,
    /// Whether its own sign-in page is used.
    custom_login_page_on: bool,
    /// Whether the address that it forwards is believed.
    is_token_endpoint_ip_header_trusted: bool,
    /// The API that it is, when its type is `resource_server`.
    resource_server_identifier: String,
    /// How it signs people out.
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    oidc_logout: Object,
    /// The My Organization API through this client.
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    my_organization_configuration: Object,
    /// How it authenticates without a secret.
    client_authentication_methods: ClientAuthenticationMethods,
    /// The organization of a request that names none.
    default_organization: DefaultOrganization,
    /// Quotas of token requests.
    token_quota: TokenQuota,
}

impl ClientSettings {
    /// What holds where nothing is given (contract section 6).
    pub fn initial(app_type: Option<AppType>) -> Self {
        let grant_types: &[&str] = match app_type {
            Some(AppType::NonInteractive) => &["client_credentials"],
            _ => &["authorization_code", "implicit", "refresh_token", "client_credentials"],
        };
        let auth = match app_type {
            Some(AppType::Native | AppType::Spa) => TokenEndpointAuthMethod::None,
            _ => TokenEndpointAuthMethod::ClientSecretPost,
        };
        Self {
            is_first_party: Some(true),
            oidc_conformant: Some(false),
            grant_types: Some(grant_types.iter().map(|&name| name.to_owned()).collect()),
            token_endpoint_auth_method: Some(auth),
            jwt_configuration: Some(JwtConfiguration::default()),
            refresh_token: Some(RefreshTokenSettings::default()),
            cross_origin_authentication: Some(false),
            sso_disabled: Some(false),
            custom_login_page_on: Some(true),
            is_token_endpoint_ip_header_trusted: Some(false),
            ..Self::default()
        }
    }
}

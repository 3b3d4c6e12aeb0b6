//! Clients: the applications that ask for tokens. Contract section 6.

mod settings;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::client_grant::OrganizationUsage;
use crate::field::{self, Metadata, Object};
use crate::id::{ClientId, CredentialId, OrganizationId, UserId};
use crate::organization::TokenQuota;
use crate::patch::Patch;
use crate::portal;
use crate::tenant::Tenant;

pub use settings::{
    AppType, ClientAuthenticationMethods, ClientSettings, CredentialRef, CredentialRefs, DefaultOrganization,
    DefaultOrganizationFlow, ExpirationType, JwtConfiguration, OrganizationRequireBehavior,
    RefreshTokenSettings, RotationType, TokenEndpointAuthMethod,
};

/// The grant types that a client may be registered for.
pub const GRANT_TYPES: &[&str] = &[
    "authorization_code",
    "implicit",
    "refresh_token",
    "client_credentials",
    "password",
    "http://auth0.com/oauth/grant-type/password-realm",
    "http://auth0.com/oauth/grant-type/mfa-oob",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "http://auth0.com/oauth/grant-type/mfa-recovery-code",
    "http://auth0.com/oauth/grant-type/passwordless/otp",
    "urn:openid:params:grant-type:ciba",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];

/// An application that asks for tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Client {
    /// The identifier.
    pub client_id: ClientId,
    /// The name that people see.
    pub name: String,
    /// What can be set.
    #[serde(flatten)]
    pub settings: ClientSettings,
    /// The organization whose own client it is; absent when it is the vendor's (an addition to the contract).
    #[serde(rename = "organization_id", default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<OrganizationId>,
    /// Whether its organization has turned it off (an addition to the contract).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// When it ends (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Who made it, where its organization did (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<Maker>,
    /// When it was created.
    #[serde(skip)]
    pub created_at: DateTime<Utc>,
}

/// Who made a client in its organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Maker {
    /// The person; absent where a machine client did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The client that did, or by which the person came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
}

impl Client {
    /// What stands for all clients of a tenant. Tools look here for pages that a tenant may have of its own, and refuse to
    /// go on where it is missing; it has none, is stored nowhere, and nobody can ask for tokens with it.
    pub fn of_all(tenant: &Tenant) -> Self {
        Self {
            client_id: ClientId::new(tenant.id.as_str()),
            name: "All Applications".to_owned(),
            settings: ClientSettings::default(),
            owner_id: None,
            disabled: false,
            expires_at: None,
            created_by: None,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    /// Whether it is Guildhall's own, which cannot be changed.
    pub fn is_system(&self) -> bool {
        self.client_id.as_str() == portal::CLIENT
    }

    /// Whether it is neither turned off nor at its end.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        !self.disabled && self.expires_at.is_none_or(|end| end > now)
    }

    /// Whether it can have anything there: an organization's own client in that organization alone.
    pub fn belongs_to(&self, organization: Option<&OrganizationId>) -> bool {
        self.owner_id.is_none() || self.owner_id.as_ref() == organization
    }

    /// Whether it may use the grant type.
    pub fn allows_grant(&self, grant_type: &str) -> bool {
        self.settings.grant_types.iter().flatten().any(|known| known == grant_type)
    }

    /// Whether it has no secret.
    pub fn is_public(&self) -> bool {
        self.settings.token_endpoint_auth_method == Some(TokenEndpointAuthMethod::None)
    }

    /// Whether it may ask for tokens of its own.
    pub fn asks_for_itself(&self) -> bool {
        !self.is_public() && self.allows_grant("client_credentials")
    }

    /// Whether the vendor owns it.
    pub fn is_first_party(&self) -> bool {
        self.settings.is_first_party.unwrap_or(true)
    }

    /// Whether it says something of organizations that only a first-party client may say.
    pub fn claims_organizations(&self) -> bool {
        let settings = &self.settings;
        !self.is_first_party()
            && (settings.organization_usage.is_some() || settings.organization_require_behavior.is_some())
    }

    /// Whether its metadata is within the limits, also after a patch was merged into it.
    ///
    /// # Errors
    /// Why it is not.
    pub fn metadata_fits(&self) -> Result<(), String> {
        let fits = self.settings.client_metadata.as_ref().map_or(Ok(()), field::client_metadata);
        fits.map_err(|refusal| refusal.message.unwrap_or_default().into_owned())
    }

    /// The client authenticating by these credentials instead of a secret.
    pub fn with_credentials(mut self, credentials: Vec<CredentialRef>) -> Self {
        let methods = ClientAuthenticationMethods { private_key_jwt: CredentialRefs { credentials } };
        self.settings.client_authentication_methods = Some(methods);
        self.settled()
    }

    /// The client authenticating by a secret.
    pub fn with_secret(mut self) -> Self {
        self.settings.client_authentication_methods = None;
        self.settled()
    }

    /// The credentials that it authenticates by.
    pub fn credentials(&self) -> impl Iterator<Item = &CredentialId> {
        let methods = self.settings.client_authentication_methods.iter();
        methods.flat_map(|methods| &methods.private_key_jwt.credentials).map(|reference| &reference.id)
    }

    /// One way to authenticate: by credentials, or else as the endpoint's method says.
    fn settled(mut self) -> Self {
        let method = &mut self.settings.token_endpoint_auth_method;
        match (&self.settings.client_authentication_methods, &method) {
            (Some(_), _) => *method = None,
            (None, None) => {
                *method = ClientSettings::initial(self.settings.app_type).token_endpoint_auth_method
            }
            (None, Some(_)) => {}
        }
        self
    }
}

macro_rules! bodies {
    ($($(#[$attr:meta])* $field:ident: $ty:ty,)*) => {
        /// The body of `POST /api/v2/clients`.
        #[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct NewClient {
            /// At least one character, without `<` and `>`.
            #[schema(min_length = 1, max_length = 255, pattern = "^[^<>]+$")]
            #[validate(length(min = 1, max = 255), custom(function = "field::no_angle_brackets"), custom(function = "field::no_control"))]
            pub name: String,
            $($(#[$attr])* pub $field: Option<$ty>,)*
            /// Whether users sign in to an organization; `deny` when never set.
            pub organization_usage: Option<OrganizationUsage>,
            /// When an organization is asked for.
            pub organization_require_behavior: Option<OrganizationRequireBehavior>,
            /// How it authenticates without a secret.
            #[validate(nested)]
            pub client_authentication_methods: Option<NewAuthenticationMethods>,
            /// The organization of a request that names none.
            #[validate(nested)]
            pub default_organization: Option<DefaultOrganization>,
            /// The My Organization API through this client.
            #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
            pub my_organization_configuration: Option<Object>,
            /// Quotas of token requests.
            #[validate(nested)]
            pub token_quota: Option<TokenQuota>,
            /// The vendor's own data: at most 10 pairs of at most 255 characters.
            #[validate(custom(function = "field::client_metadata"))]
            pub client_metadata: Option<Metadata>,
        }

        /// The body of `PATCH /api/v2/clients/{id}`.
        #[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct ClientPatch {
            /// A new name.
            #[schema(min_length = 1, max_length = 255, pattern = "^[^<>]+$")]
            #[validate(length(min = 1, max = 255), custom(function = "field::no_angle_brackets"), custom(function = "field::no_control"))]
            pub name: Option<String>,
            $($(#[$attr])* pub $field: Option<$ty>,)*
            /// Whether users sign in to an organization; `null` puts it back to what it is when never set.
            #[schema(value_type = Option<OrganizationUsage>)]
            pub organization_usage: Patch<OrganizationUsage>,
            /// When an organization is asked for; `null` puts it back to what it is when never set.
            #[schema(value_type = Option<OrganizationRequireBehavior>)]
            pub organization_require_behavior: Patch<OrganizationRequireBehavior>,
            /// How it authenticates without a secret; `null` goes back to the secret.
            #[schema(value_type = Option<ClientAuthenticationMethods>)]
            #[validate(nested)]
            pub client_authentication_methods: Patch<ClientAuthenticationMethods>,
            /// The organization of a request that names none; `null` removes it.
            #[schema(value_type = Option<DefaultOrganization>)]
            #[validate(nested)]
            pub default_organization: Patch<DefaultOrganization>,
            /// The My Organization API through this client; `null` closes it to people who come by this client.
            #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
            pub my_organization_configuration: Patch<Object>,
            /// Quotas of token requests; `null` removes them.
            #[schema(value_type = Option<TokenQuota>)]
            #[validate(nested)]
            pub token_quota: Patch<TokenQuota>,
            /// Merged into what is there; `null` removes a key.
            #[schema(value_type = Option<std::collections::HashMap<String, Option<String>>>)]
            pub client_metadata: Option<std::collections::BTreeMap<String, Option<String>>>,
        }

        impl NewClient {
            /// The client that the body describes, but for credentials, which are stored apart.
            pub fn create(self, client_id: ClientId, now: DateTime<Utc>) -> Client {
                let given = ClientSettings {
                    $($field: self.$field,)*
                    organization_usage: self.organization_usage,
                    organization_require_behavior: self.organization_require_behavior,
                    client_metadata: self.client_metadata,
                    default_organization: self.default_organization,
                    my_organization_configuration: self.my_organization_configuration,
                    token_quota: self.token_quota,
                    ..ClientSettings::default()
                };
                let settings = ClientSettings::initial(given.app_type).overlaid(given);
                Client {
                    client_id,
                    name: self.name,
                    settings,
                    owner_id: None,
                    disabled: false,
                    expires_at: None,
                    created_by: None,
                    created_at: now,
                }
            }
        }

        impl Client {
            /// The client after the patch.
            pub fn patched(mut self, patch: ClientPatch) -> Self {
                self.name = patch.name.unwrap_or(self.name);
                self.settings = self.settings.overlaid(ClientSettings { $($field: patch.$field,)* ..ClientSettings::default() });
                patch.organization_usage.apply(&mut self.settings.organization_usage);
                patch.organization_require_behavior.apply(&mut self.settings.organization_require_behavior);
                patch.client_authentication_methods.apply(&mut self.settings.client_authentication_methods);
                patch.default_organization.apply(&mut self.settings.default_organization);
                patch.my_organization_configuration.apply(&mut self.settings.my_organization_configuration);
                patch.token_quota.apply(&mut self.settings.token_quota);
                for (key, value) in patch.client_metadata.into_iter().flatten() {
                    let metadata = self.settings.client_metadata.get_or_insert_default();
                    match value {
                        Some(value) => metadata.insert(key, value),
                        None => metadata.remove(&key),
                    };
                }
                self.settled()
            }
        }
    };
}

bodies! {
    /// At most 140 characters.
    #[schema(max_length = 140)]
    #[validate(length(max = 140), custom(function = "field::no_control"))]
    description: String,
    /// What kind of application it is.
    app_type: AppType,
    /// The address of its logo.
    #[schema(max_length = 2048)]
    #[validate(length(max = 2048), custom(function = "field::no_control"))]
    logo_uri: String,
    /// Whether the vendor owns it; true unless given.
    is_first_party: bool,
    /// Whether it follows OpenID Connect strictly.
    oidc_conformant: bool,
    /// How it asks for tokens.
    #[schema(max_items = 20)]
    #[validate(custom(function = "known_grant_types"))]
    grant_types: Vec<String>,
    /// How it authenticates at the token endpoint.
    token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// Where a sign-in may return to.
    #[validate(custom(function = "addresses"))]
    callbacks: Vec<String>,
    /// Where a sign-out may return to.
    #[validate(custom(function = "addresses"))]
    allowed_logout_urls: Vec<String>,
    /// The origins of its pages that receive tokens.
    #[validate(custom(function = "addresses"))]
    web_origins: Vec<String>,
    /// The origins of its pages that call.
    #[validate(custom(function = "addresses"))]
    allowed_origins: Vec<String>,
    /// Kept as it is.
    #[validate(custom(function = "addresses"))]
    allowed_clients: Vec<String>,
    /// Kept as it is.
    #[validate(custom(function = "addresses"))]
    client_aliases: Vec<String>,
    /// Where a sign-in starts.
    #[schema(max_length = 2048)]
    #[validate(length(max = 2048), custom(function = "field::no_control"))]
    initiate_login_uri: String,
    /// ID tokens.
    #[validate(nested)]
    jwt_configuration: JwtConfiguration,
    /// Refresh tokens.
    #[validate(nested)]
    refresh_token: RefreshTokenSettings,
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
    #[schema(min_length = 1, max_length = 600)]
    #[validate(length(min = 1, max = 600))]
    resource_server_identifier: String,
    /// How it signs people out.
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    oidc_logout: Object,
}

/// How a new client authenticates without a secret: its credentials are made with it.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuthenticationMethods {
    /// By a signed assertion (RFC 7523).
    #[validate(nested)]
    pub private_key_jwt: NewCredentials,
}

/// The credentials that are made with a client.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCredentials {
    /// One or two public keys.
    #[schema(min_items = 1, max_items = 2)]
    #[validate(nested, length(min = 1, max = 2))]
    pub credentials: Vec<crate::credential::NewCredential>,
}

fn known_grant_types(types: &[String]) -> Result<(), ValidationError> {
    match types.iter().find(|name| !GRANT_TYPES.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(field::refuse("enum", format!("No enum match for: {name}"))),
    }
}

fn addresses(list: &[String]) -> Result<(), ValidationError> {
    if list.len() > 100 || list.iter().any(|address| address.len() > 2048) {
        return Err(field::refuse("maxLength", "At most 100 items of at most 2048 characters each"));
    }
    list.iter().try_for_each(|address| field::no_control(address))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_client_has_one_way_to_authenticate() {
        let new: NewClient =
            serde_json::from_value(json!({"name": "worker", "app_type": "non_interactive"})).unwrap();
        let client = new.create(ClientId::new("c"), DateTime::UNIX_EPOCH);
        assert_eq!(
            client.settings.token_endpoint_auth_method,
            Some(TokenEndpointAuthMethod::ClientSecretPost)
        );
        let client = client.with_credentials(vec![CredentialRef { id: CredentialId::new("cred_1") }]);
        assert_eq!(client.settings.token_endpoint_auth_method, None);
        let patch = serde_json::from_value(json!({"client_authentication_methods": null})).unwrap();
        let client = client.patched(patch);
        assert_eq!(
            client.settings.token_endpoint_auth_method,
            Some(TokenEndpointAuthMethod::ClientSecretPost)
        );
        assert_eq!(client.credentials().count(), 0);
    }

    #[test]
    fn the_api_of_organizations_is_closed_to_a_client_by_null_alone() {
        let body = json!({"name": "app", "my_organization_configuration": {"allowed_strategies": []}});
        let new: NewClient = serde_json::from_value(body).unwrap();
        let client = new.create(ClientId::new("c"), DateTime::UNIX_EPOCH);
        let patched = |body| client.clone().patched(serde_json::from_value(body).unwrap());
        assert!(patched(json!({"name": "other"})).settings.my_organization_configuration.is_some());
        let closed = patched(json!({"my_organization_configuration": null}));
        assert_eq!(closed.settings.my_organization_configuration, None);
    }
}

//! APIs (resource servers): what accepts access tokens. Contract section 5.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::field;
use crate::id::ResourceServerId;
use crate::patch::Patch;
use crate::token_budget::TokenBudget;

/// How an API's tokens are signed. `ES256` and `EdDSA` are additions to the contract.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
pub enum Algorithm {
    /// HMAC with SHA-256, by the API's own secret.
    HS256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[default]
    RS256,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RS512,
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// Ed25519.
    EdDSA,
}

/// What the claims of an API's tokens look like (contract section 14.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Dialect {
    /// Auth0's own.
    #[default]
    #[serde(rename = "access_token")]
    AccessToken,
    /// Auth0's own with `permissions`.
    #[serde(rename = "access_token_authz")]
    AccessTokenAuthz,
    /// RFC 9068.
    #[serde(rename = "rfc9068_profile")]
    Rfc9068,
    /// RFC 9068 with `permissions`.
    #[serde(rename = "rfc9068_profile_authz")]
    Rfc9068Authz,
}

/// A permission that an API defines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The name, such as `read:invoices`, without spaces.
    #[schema(min_length = 1, max_length = 280, pattern = "^[!#-\\[\\]-~]+$")]
    #[validate(length(min = 1, max = 280), custom(function = "scope_token"))]
    pub value: String,
    /// What it permits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    #[validate(length(max = 500), custom(function = "field::no_control"))]
    pub description: Option<String>,
}

/// RFC 6749 section 3.3: printable characters but space, `"` and `\`.
fn scope_token(value: &str) -> Result<(), validator::ValidationError> {
    match value.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
        true => Ok(()),
        false => Err(field::refuse(
            "pattern",
            "A scope has printable ASCII characters without space, quote and backslash",
        )),
    }
}

/// Who may ask for tokens of an API without further ado.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectPolicy {
    /// Everyone (users only).
    AllowAll,
    /// No one.
    DenyAll,
    /// Those whose client has a grant.
    RequireClientGrant,
}

/// The policy for one kind of subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectRule {
    /// The policy.
    pub policy: SubjectPolicy,
}

/// The policies for users and for machine clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "client_policy"))]
pub struct SubjectTypeAuthorization {
    /// For users.
    #[serde(default = "allow_all")]
    pub user: SubjectRule,
    /// For machine clients: `deny_all` or `require_client_grant`.
    #[serde(default = "require_client_grant")]
    pub client: SubjectRule,
}

fn client_policy(rule: &SubjectTypeAuthorization) -> Result<(), validator::ValidationError> {
    match rule.client.policy {
        SubjectPolicy::AllowAll => Err(field::refuse(
            "enum",
            "No enum match for: allow_all (client.policy is deny_all or require_client_grant)",
        )),
        _ => Ok(()),
    }
}

fn allow_all() -> SubjectRule {
    SubjectRule { policy: SubjectPolicy::AllowAll }
}

fn require_client_grant() -> SubjectRule {
    SubjectRule { policy: SubjectPolicy::RequireClientGrant }
}

impl Default for SubjectTypeAuthorization {
    fn default() -> Self {
        Self { user: allow_all(), client: require_client_grant() }
    }
}

/// Something that accepts access tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResourceServer {
    /// The identifier of the entry.
    pub id: ResourceServerId,
    /// The name that people see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The audience of its tokens.
    pub identifier: String,
    /// The permissions it defines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<Scope>,
    /// How its tokens are signed.
    #[serde(default)]
    pub signing_alg: Algorithm,
    /// The secret of `HS256`, shown to those who may read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_secret: Option<String>,
    /// Whether refresh tokens are issued for it.
    pub allow_offline_access: bool,
    /// Whether first-party clients on a verifiable address skip consent.
    pub skip_consent_for_verifiable_first_party_clients: bool,
    /// Seconds that its tokens are valid.
    pub token_lifetime: i64,
    /// Seconds that its tokens are valid when issued to a browser.
    pub token_lifetime_for_web: i64,
    /// What its claims look like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_dialect: Option<Dialect>,
    /// Whether RBAC narrows the scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforce_policies: Option<bool>,
    /// Who may ask for its tokens.
    pub subject_type_authorization: SubjectTypeAuthorization,
    /// How long its tokens may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_budget: Option<TokenBudget>,
    /// Whether it is Guildhall's own, which cannot be changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_system: bool,
    /// When it was created.
    #[serde(skip)]
    pub created_at: DateTime<Utc>,
}

/// The longest that any token may live, in seconds: 30 days.
pub const LONGEST_LIFETIME: i64 = 2_592_000;

impl ResourceServer {
    /// Whether tokens for browsers live no longer than others.
    pub fn lifetimes_agree(&self) -> bool {
        self.token_lifetime_for_web <= self.token_lifetime
    }

    /// The same without its secret, as lists and the log show it.
    pub fn without_secret(&self) -> Self {
        Self { signing_secret: None, ..self.clone() }
    }

    /// The dialect of its tokens.
    pub fn dialect(&self) -> Dialect {
        self.token_dialect.unwrap_or_default()
    }

    /// Whether RBAC narrows the scope.
    pub fn enforces_policies(&self) -> bool {
        self.enforce_policies.unwrap_or_default()
    }

    /// Whether it defines the scope.
    pub fn defines(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known.value == scope)
    }
}

/// The body of `POST /api/v2/resource-servers`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResourceServer {
    /// 1 to 200 characters, without `<` and `>`.
    #[schema(min_length = 1, max_length = 200, pattern = "^[^<>]+$")]
    #[validate(
        length(min = 1, max = 200),
        custom(function = "field::no_angle_brackets"),
        custom(function = "field::no_control")
    )]
    pub name: Option<String>,
    /// The audience of its tokens; it cannot be changed later.
    #[schema(min_length = 1, max_length = 600)]
    #[validate(length(min = 1, max = 600), custom(function = "field::no_control"))]
    pub identifier: String,
    /// At most 1,000 permissions.
    #[schema(max_items = 1000)]
    #[validate(nested, length(max = 1000), custom(function = "distinct"))]
    #[serde(default)]
    pub scopes: Vec<Scope>,
    /// The settings that can be changed later too.
    pub signing_alg: Option<Algorithm>,
    /// The secret of `HS256`, at least 16 characters; made when absent.
    #[schema(min_length = 16, max_length = 1024)]
    #[validate(length(min = 16, max = 1024))]
    pub signing_secret: Option<String>,
    /// Whether refresh tokens are issued for it.
    pub allow_offline_access: Option<bool>,
    /// Whether first-party clients on a verifiable address skip consent.
    pub skip_consent_for_verifiable_first_party_clients: Option<bool>,
    /// Seconds, at most 30 days; 86,400 unless given.
    #[schema(minimum = 0, maximum = 2592000)]
    #[validate(range(min = 0, max = 2592000))]
    pub token_lifetime: Option<i64>,
    /// Seconds, at most `token_lifetime`; 7,200 unless given.
    #[schema(minimum = 0, maximum = 2592000)]
    #[validate(range(min = 0, max = 2592000))]
    pub token_lifetime_for_web: Option<i64>,
    /// What its claims look like.
    pub token_dialect: Option<Dialect>,
    /// Whether RBAC narrows the scope.
    pub enforce_policies: Option<bool>,
    /// Who may ask for its tokens.
    #[validate(nested)]
    pub subject_type_authorization: Option<SubjectTypeAuthorization>,
    /// How long its tokens may be; any length when absent.
    #[validate(nested)]
    pub token_budget: Option<TokenBudget>,
}

/// The body of `PATCH /api/v2/resource-servers/{id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ResourceServerPatch {
    /// A new name.
    #[schema(min_length = 1, max_length = 200, pattern = "^[^<>]+$")]
    #[validate(
        length(min = 1, max = 200),
        custom(function = "field::no_angle_brackets"),
        custom(function = "field::no_control")
    )]
    pub name: Option<String>,
    /// Replaces the list; roles lose the permissions that are left out.
    #[schema(max_items = 1000)]
    #[validate(nested, length(max = 1000), custom(function = "distinct"))]
    pub scopes: Option<Vec<Scope>>,
    /// How its tokens are signed.
    pub signing_alg: Option<Algorithm>,
    /// The secret of `HS256`, at least 16 characters.
    #[schema(min_length = 16, max_length = 1024)]
    #[validate(length(min = 16, max = 1024))]
    pub signing_secret: Option<String>,
    /// Whether refresh tokens are issued for it.
    pub allow_offline_access: Option<bool>,
    /// Whether first-party clients on a verifiable address skip consent.
    pub skip_consent_for_verifiable_first_party_clients: Option<bool>,
    /// Seconds, at most 30 days.
    #[schema(minimum = 0, maximum = 2592000)]
    #[validate(range(min = 0, max = 2592000))]
    pub token_lifetime: Option<i64>,
    /// Seconds, at most `token_lifetime`.
    #[schema(minimum = 0, maximum = 2592000)]
    #[validate(range(min = 0, max = 2592000))]
    pub token_lifetime_for_web: Option<i64>,
    /// What its claims look like.
    pub token_dialect: Option<Dialect>,
    /// Whether RBAC narrows the scope.
    pub enforce_policies: Option<bool>,
    /// Who may ask for its tokens.
    #[validate(nested)]
    pub subject_type_authorization: Option<SubjectTypeAuthorization>,
    /// How long its tokens may be; `null` lifts the limit.
    #[schema(value_type = Option<TokenBudget>)]
    #[validate(nested)]
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub token_budget: Patch<TokenBudget>,
}

fn distinct(scopes: &[Scope]) -> Result<(), validator::ValidationError> {
    let mut seen = std::collections::HashSet::new();
    match scopes.iter().find(|scope| !seen.insert(&scope.value)) {
        None => Ok(()),
        Some(twice) => {
            Err(field::refuse("uniqueItems", format!("Array items are not unique: {}", twice.value)))
        }
    }
}

impl NewResourceServer {
    /// The API that the body describes.
    pub fn create(self, id: ResourceServerId, now: DateTime<Utc>) -> ResourceServer {
        let token_lifetime = self.token_lifetime.unwrap_or(86_400);
        ResourceServer {
            id,
            name: self.name,
            identifier: self.identifier,
            scopes: self.scopes,
            signing_alg: self.signing_alg.unwrap_or_default(),
            signing_secret: self.signing_secret,
            allow_offline_access: self.allow_offline_access.unwrap_or_default(),
            skip_consent_for_verifiable_first_party_clients: self
                .skip_consent_for_verifiable_first_party_clients
                .unwrap_or_default(),
            token_lifetime,
            token_lifetime_for_web: self.token_lifetime_for_web.unwrap_or(token_lifetime.min(7_200)),
            token_dialect: self.token_dialect,
            enforce_policies: self.enforce_policies,
            subject_type_authorization: self.subject_type_authorization.unwrap_or_default(),
            token_budget: self.token_budget,
            is_system: false,
            created_at: now,
        }
    }
}

impl ResourceServer {
    /// The API after the patch.
    pub fn patched(mut self, patch: ResourceServerPatch) -> Self {
        self.name = patch.name.or(self.name);
        self.scopes = patch.scopes.unwrap_or(self.scopes);
        self.signing_alg = patch.signing_alg.unwrap_or(self.signing_alg);
        self.signing_secret = patch.signing_secret.or(self.signing_secret);
        self.allow_offline_access = patch.allow_offline_access.unwrap_or(self.allow_offline_access);
        self.skip_consent_for_verifiable_first_party_clients = patch
            .skip_consent_for_verifiable_first_party_clients
            .unwrap_or(self.skip_consent_for_verifiable_first_party_clients);
        self.token_lifetime = patch.token_lifetime.unwrap_or(self.token_lifetime);
        // A lifetime for browsers that the patch does not name follows a shorter one.
        let for_web = self.token_lifetime_for_web.min(self.token_lifetime);
        self.token_lifetime_for_web = patch.token_lifetime_for_web.unwrap_or(for_web);
        self.token_dialect = patch.token_dialect.or(self.token_dialect);
        self.enforce_policies = patch.enforce_policies.or(self.enforce_policies);
        self.subject_type_authorization =
            patch.subject_type_authorization.unwrap_or(self.subject_type_authorization);
        patch.token_budget.apply(&mut self.token_budget);
        self
    }
}

//! Credentials of clients: public keys for `private_key_jwt` (RFC 7523). Contract section 6.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::field;
use crate::id::{ClientId, CredentialId};

/// What kind of credential it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialType {
    /// A public key, bare or in a certificate.
    PublicKey,
}

/// How the client signs its assertions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum CredentialAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[default]
    RS256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RS384,
    /// RSASSA-PSS with SHA-256.
    PS256,
}

/// A public key of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Credential {
    /// The identifier.
    pub id: CredentialId,
    /// What kind it is.
    pub credential_type: CredentialType,
    /// The key's id in the header of assertions.
    pub kid: String,
    /// How assertions are signed.
    pub alg: CredentialAlgorithm,
    /// The name that people see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// When it stops being accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// SHA-256 of the certificate, in base64url (`x5t#S256`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbprint_sha256: Option<String>,
    /// The client.
    #[serde(skip, default = "no_client")]
    pub client_id: ClientId,
    /// The public key as PEM.
    #[serde(skip)]
    pub pem: String,
}

fn no_client() -> ClientId {
    ClientId::new("")
}

/// The body of `POST /api/v2/clients/{id}/credentials`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCredential {
    /// What kind it is.
    pub credential_type: CredentialType,
    /// At most 128 characters.
    #[schema(max_length = 128)]
    #[validate(length(max = 128), custom(function = "field::no_control"))]
    pub name: Option<String>,
    /// The public key or certificate as PEM.
    #[schema(min_length = 1, max_length = 8192)]
    #[validate(length(min = 1, max = 8192))]
    pub pem: String,
    /// How assertions are signed; `RS256` unless given.
    #[serde(default)]
    pub alg: CredentialAlgorithm,
    /// 10 to 64 letters, digits, `-` and `_`; the key's RFC 7638 thumbprint unless given.
    #[schema(min_length = 10, max_length = 64, pattern = "^[0-9a-zA-Z_-]{10,64}$")]
    #[validate(length(min = 10, max = 64), custom(function = "kid_pattern"))]
    pub kid: Option<String>,
    /// Whether it expires when the certificate does.
    #[serde(default)]
    pub parse_expiry_from_cert: bool,
    /// When it stops being accepted.
    pub expires_at: Option<DateTime<Utc>>,
}

fn kid_pattern(text: &str) -> Result<(), validator::ValidationError> {
    match text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        true => Ok(()),
        false => Err(field::refuse("pattern", "String does not match pattern ^([0-9a-zA-Z-_]{10,64})$")),
    }
}

/// The body of `PATCH /api/v2/clients/{id}/credentials/{credential_id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CredentialPatch {
    /// When it stops being accepted; `null` for never.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub expires_at: crate::patch::Patch<DateTime<Utc>>,
}

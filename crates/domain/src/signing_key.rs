//! Signing keys of a tenant. Contract section 11.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::id::KeyId;
use crate::resource_server::Algorithm;

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Published, and signs after the next rotation.
    Next,
    /// Signs.
    Current,
    /// Signed before the last rotation; what it signed is still accepted.
    Previous,
    /// What it signed is no longer accepted.
    Revoked,
}

/// A signing key as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredKey {
    /// The `kid`.
    pub kid: KeyId,
    /// How it signs.
    pub algorithm: Algorithm,
    /// Where it is in its life.
    pub state: KeyState,
    /// The private key, sealed with the encryption key.
    pub sealed: String,
    /// The self-signed certificate, as PEM.
    pub certificate: String,
    /// The public JWK.
    pub jwk: serde_json::Value,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it became current.
    pub current_since: Option<DateTime<Utc>>,
    /// When it stopped being current.
    pub current_until: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A signing key as the Management API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SigningKeyInfo {
    /// The `kid`.
    pub kid: KeyId,
    /// How it signs (an addition to the contract).
    pub alg: Algorithm,
    /// The certificate, as PEM.
    pub cert: String,
    /// The certificate in a PKCS #7 envelope, as PEM.
    pub pkcs7: String,
    /// Whether it signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<bool>,
    /// Whether it signs after the next rotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<bool>,
    /// Whether it signed before the last rotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<bool>,
    /// When it became current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_since: Option<DateTime<Utc>>,
    /// When it stopped being current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_until: Option<DateTime<Utc>>,
    /// SHA-1 of the certificate, with colons.
    pub fingerprint: String,
    /// SHA-1 of the certificate.
    pub thumbprint: String,
    /// Whether what it signed is no longer accepted.
    pub revoked: bool,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A signing key as rotation and revocation answer it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyReference {
    /// The certificate, as PEM.
    pub cert: String,
    /// The `kid`.
    pub kid: KeyId,
}

/// The body of `POST /api/v2/keys/signing/rotate` (an addition to the contract).
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KeyRotation {
    /// Which keys are rotated; `RS256` unless given.
    pub alg: Algorithm,
}

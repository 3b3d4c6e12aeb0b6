//! Authorization codes: what a sign-in hands to the application, for one exchange (RFC 6749 section 4.1).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{ClientId, OrganizationId, RefreshTokenId, SessionId, UserId};
use crate::token_changes::TokenChanges;

/// Seconds in which a code can be exchanged (RFC 6749 section 4.1.2 recommends at most ten minutes).
pub const LIFETIME: i64 = 600;

/// How the verifier leads to the challenge (RFC 7636 section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChallengeMethod {
    /// By SHA-256.
    S256,
    /// It is the challenge.
    #[serde(rename = "plain")]
    Plain,
}

/// What only the application that began the sign-in can answer (RFC 7636).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The challenge.
    pub value: String,
    /// How the verifier leads to it.
    pub method: ChallengeMethod,
}

/// How and when the person signed in, as ID tokens tell of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// `auth_time`, where the application asked for it.
    pub auth_time: Option<DateTime<Utc>>,
    /// `amr`: only what the contract tells of, such as `mfa`.
    #[serde(default)]
    pub amr: Vec<String>,
    /// `acr`.
    pub acr: Option<String>,
    /// When the person proved who they are, whether or not the application asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticated_at: Option<DateTime<Utc>>,
}

/// What a code is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeGrant {
    /// The client that it was issued to.
    pub client_id: ClientId,
    /// The person who signed in.
    pub user_id: UserId,
    /// The session.
    pub session_id: Option<SessionId>,
    /// The address that the request named, which the exchange must repeat.
    pub redirect_uri: Option<String>,
    /// The scope asked for and consented to; what is granted is decided at the exchange.
    pub scope: Vec<String>,
    /// The identifier of the API; none for a token that is good for `/userinfo` alone.
    pub audience: Option<String>,
    /// The organization that the person signed in to.
    pub organization_id: Option<OrganizationId>,
    /// The nonce, for the ID token.
    pub nonce: Option<String>,
    /// The challenge, where the application sent one.
    pub challenge: Option<Challenge>,
    /// How and when the person signed in.
    pub signed_in: SignedIn,
    /// What the vendor's Actions changed in the sign-in.
    #[serde(default, skip_serializing_if = "TokenChanges::is_empty")]
    pub changes: TokenChanges,
}

/// Whether a code can still be exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeState {
    /// It can.
    Issued,
    /// It was.
    Used,
}

/// A code as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredCode {
    /// What it is worth.
    pub grant: CodeGrant,
    /// Whether it can still be exchanged.
    pub state: CodeState,
    /// The refresh token that its exchange led to, to be revoked when it is replayed.
    pub refresh_token_id: Option<RefreshTokenId>,
    /// Until when it can be exchanged.
    pub expires_at: DateTime<Utc>,
}

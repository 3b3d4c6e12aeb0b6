//! Error answers of the token endpoint: RFC 6749 section 5.2, with the statuses of contract section 13.3.

use serde::{Deserialize, Serialize};

/// The code of an error answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request is malformed.
    InvalidRequest,
    /// The client's assertion is not accepted.
    InvalidClient,
    /// The code or refresh token is not accepted.
    InvalidGrant,
    /// The scope is unknown or exceeds what is granted.
    InvalidScope,
    /// The client may not use the grant type.
    UnauthorizedClient,
    /// The grant type is unknown.
    UnsupportedGrantType,
    /// The client is not who it says, or may not have this.
    AccessDenied,
    /// Enough for now.
    TooManyRequests,
    /// The server failed.
    ServerError,
    /// The client may not ask for this kind of answer.
    UnsupportedResponseType,
    /// Nobody is signed in, and nobody may be asked (OpenID Connect Core section 3.1.2.6).
    LoginRequired,
    /// The person would have to consent, and may not be asked.
    ConsentRequired,
    /// The person would have to be asked something, and may not be.
    InteractionRequired,
    /// Requests by value are not read.
    RequestNotSupported,
    /// Requests by reference are read only when they were pushed here.
    RequestUriNotSupported,
    /// The person has not answered the device's question yet (RFC 8628 section 3.5).
    AuthorizationPending,
    /// The device asks too often.
    SlowDown,
    /// The person took too long.
    ExpiredToken,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{description}")]
pub struct OAuthError {
    /// The HTTP status.
    pub status: u16,
    /// The code.
    pub code: ErrorCode,
    /// The reason, for the developer of the client.
    pub description: String,
    /// Headers that go with it, by name.
    pub headers: Vec<(&'static str, String)>,
}

impl ErrorCode {
    /// The code as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidScope => "invalid_scope",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::AccessDenied => "access_denied",
            Self::TooManyRequests => "too_many_requests",
            Self::ServerError => "server_error",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InteractionRequired => "interaction_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
        }
    }
}

impl OAuthError {
    /// A refusal with the status that the contract gives its code.
    pub fn new(code: ErrorCode, description: impl Into<String>) -> Self {
        let status = match code {
            ErrorCode::InvalidRequest
            | ErrorCode::InvalidScope
            | ErrorCode::UnsupportedGrantType
            | ErrorCode::UnsupportedResponseType
            | ErrorCode::LoginRequired
            | ErrorCode::ConsentRequired
            | ErrorCode::InteractionRequired
            | ErrorCode::RequestNotSupported
            | ErrorCode::RequestUriNotSupported
            | ErrorCode::AuthorizationPending
            | ErrorCode::SlowDown
            | ErrorCode::ExpiredToken => 400,
            ErrorCode::InvalidClient => 401,
            ErrorCode::UnauthorizedClient | ErrorCode::AccessDenied | ErrorCode::InvalidGrant => 403,
            ErrorCode::TooManyRequests => 429,
            ErrorCode::ServerError => 500,
        };
        Self { status, code, description: description.into(), headers: Vec::new() }
    }

    /// A malformed request.
    pub fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// The client is unknown, or its secret is wrong: the same answer for both.
    pub fn unauthorized() -> Self {
        Self { status: 401, ..Self::new(ErrorCode::AccessDenied, "Unauthorized") }
    }
}

//! What a script may ask for through `api`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One call of the script's `api`, recorded. The worker checked shapes and sizes and nothing else: whether a claim's
/// name is reserved, a scope granted or a URL allowed is for the caller to decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// `api.access.deny(reason)` of post-login.
    Deny {
        /// `error_description` for the application.
        reason: String,
    },
    /// `api.access.deny(code, reason)` of credentials-exchange.
    DenyExchange {
        /// The OAuth error.
        code: DenyCode,
        /// `error_description`.
        reason: String,
    },
    /// `api.access.deny(reason, userMessage)` of pre-user-registration.
    DenyRegistration {
        /// For the log.
        reason: String,
        /// For the person.
        message: String,
    },
    /// `api.validation.error(code, message)` of post-login and pre-user-registration.
    ValidationError {
        /// A short code.
        code: String,
        /// For the person.
        message: String,
    },
    /// `api.accessToken.setCustomClaim` or `api.idToken.setCustomClaim`. `null` removes one that an earlier Action
    /// set.
    SetClaim {
        /// In which token.
        token: Token,
        /// The claim's name.
        name: String,
        /// Its value, at most 100 kB of JSON.
        value: Value,
    },
    /// `api.accessToken.addScope(scope)`.
    AddScope {
        /// One scope.
        scope: String,
    },
    /// `api.accessToken.removeScope(scope)`.
    RemoveScope {
        /// One scope.
        scope: String,
    },
    /// `api.user.setUserMetadata(name, value)`. `null` removes.
    SetUserMetadata {
        /// The name within `user_metadata`.
        name: String,
        /// Its value.
        value: Value,
    },
    /// `api.user.setAppMetadata(name, value)`. `null` removes.
    SetAppMetadata {
        /// The name within `app_metadata`.
        name: String,
        /// Its value.
        value: Value,
    },
    /// `api.redirect.sendUserTo(url, {query})`: once this Action has come to its end, the person's browser goes there.
    Redirect {
        /// An absolute `https` or `http` URL, with the query added. `state` is for the caller to add.
        url: String,
    },
    /// `api.refreshToken.revoke(reason)`.
    RevokeRefreshToken {
        /// For the log.
        reason: Option<String>,
    },
    /// `api.refreshToken.setExpiresAt(time)`, milliseconds since 1970.
    SetRefreshTokenExpiresAt {
        /// Milliseconds since 1970.
        at: i64,
    },
    /// `api.refreshToken.setIdleExpiresAt(time)`.
    SetRefreshTokenIdleExpiresAt {
        /// Milliseconds since 1970.
        at: i64,
    },
    /// `api.refreshToken.setMetadata(name, value)`, `deleteMetadata(name)` (then `null`).
    SetRefreshTokenMetadata {
        /// The name within the token's metadata.
        name: String,
        /// Its value; `null` removes.
        value: Option<String>,
    },
    /// `api.refreshToken.evictMetadata()`: all of it goes.
    EvictRefreshTokenMetadata {},
    /// `api.session.revoke(reason, {preserveRefreshTokens})`.
    RevokeSession {
        /// For the log.
        reason: Option<String>,
        /// Whether the session's refresh tokens stay.
        preserve_refresh_tokens: bool,
    },
    /// `api.session.setExpiresAt(time)`.
    SetSessionExpiresAt {
        /// Milliseconds since 1970.
        at: i64,
    },
    /// `api.session.setIdleExpiresAt(time)`.
    SetSessionIdleExpiresAt {
        /// Milliseconds since 1970.
        at: i64,
    },
    /// `api.session.setMetadata(name, value)`, `deleteMetadata(name)` (then `null`).
    SetSessionMetadata {
        /// The name within the session's metadata.
        name: String,
        /// Its value; `null` removes.
        value: Option<String>,
    },
    /// `api.session.evictMetadata()`: all of it goes.
    EvictSessionMetadata {},
    /// `api.transaction.setMetadata(name, value)` of post-login: `event.transaction.metadata` of later Actions and
    /// of the continuation.
    SetTransactionMetadata {
        /// At most 64 characters.
        name: String,
        /// A string, number or boolean of at most 8 kB; `null` removes.
        value: Value,
    },
    /// `api.transaction.addTargetScope(scope)` of credentials-exchange.
    AddTargetScope {
        /// One scope.
        scope: String,
    },
    /// `api.transaction.removeTargetScope(scope)`.
    RemoveTargetScope {
        /// One scope.
        scope: String,
    },
    /// `api.transaction.setTargetScopes(scopes)`; `clearTargetScopes()` sets none.
    SetTargetScopes {
        /// What is left of the scopes, at most.
        scopes: Vec<String>,
    },
}

/// Which token a claim goes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Token {
    /// The access token.
    Access,
    /// The ID token.
    Id,
}

/// With which OAuth error a credentials exchange is denied (contract section 15.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DenyCode {
    /// `invalid_scope`, 400.
    InvalidScope,
    /// `invalid_request`, 400.
    InvalidRequest,
    /// `server_error`, 500.
    ServerError,
}

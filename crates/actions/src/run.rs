//! What goes into a run of an Action.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The function that an Action exports for its trigger (contract section 15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Function {
    /// `post-login`: a person signs in, or a token is refreshed.
    #[serde(rename = "onExecutePostLogin")]
    PostLogin,
    /// `post-login`, after the person came back from `api.redirect.sendUserTo`.
    #[serde(rename = "onContinuePostLogin")]
    ContinuePostLogin,
    /// `credentials-exchange`: a machine client asks for a token.
    #[serde(rename = "onExecuteCredentialsExchange")]
    CredentialsExchange,
    /// `pre-user-registration`.
    #[serde(rename = "onExecutePreUserRegistration")]
    PreUserRegistration,
    /// `post-user-registration`.
    #[serde(rename = "onExecutePostUserRegistration")]
    PostUserRegistration,
    /// `post-change-password`.
    #[serde(rename = "onExecutePostChangePassword")]
    PostChangePassword,
}

impl Function {
    /// The name under which the script exports it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PostLogin => "onExecutePostLogin",
            Self::ContinuePostLogin => "onContinuePostLogin",
            Self::CredentialsExchange => "onExecuteCredentialsExchange",
            Self::PreUserRegistration => "onExecutePreUserRegistration",
            Self::PostUserRegistration => "onExecutePostUserRegistration",
            Self::PostChangePassword => "onExecutePostChangePassword",
        }
    }

    /// The trigger's id in the Management API, such as `post-login`.
    pub fn trigger(self) -> &'static str {
        match self {
            Self::PostLogin | Self::ContinuePostLogin => "post-login",
            Self::CredentialsExchange => "credentials-exchange",
            Self::PreUserRegistration => "pre-user-registration",
            Self::PostUserRegistration => "post-user-registration",
            Self::PostChangePassword => "post-change-password",
        }
    }
}

/// One run of one Action.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// Whose Action it is, in any form that is the same for the same tenant: no tenant gets all the workers.
    pub tenant: &'a str,
    /// The source, a CommonJS module.
    pub code: &'a str,
    /// The export that is called.
    pub function: Function,
    /// `event`, with `event.secrets` (contract sections 15.1 and 15.3). An object.
    pub event: &'a Value,
    /// What `api.cache.get` finds; expired entries are as good as absent.
    pub cache: &'a [CacheEntry],
    /// What the script's clock says at the start; it moves on from there.
    pub now: DateTime<Utc>,
    /// What `api.redirect.canRedirect()` says. Where it is false, `sendUserTo` throws.
    pub can_redirect: bool,
}

/// A value that Actions of one trigger share for a while (`api.cache`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheEntry {
    /// At most 64 bytes.
    pub key: String,
    /// At most 4,000 bytes.
    pub value: String,
    /// From when on it is absent.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub expires_at: DateTime<Utc>,
}

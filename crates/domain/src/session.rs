//! Sessions: people who are signed in, in one browser. Contract section 11.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::field::{self, Object};
use crate::id::{ClientId, SessionId, UserId};
use crate::log::Origin;
use crate::patch::Patch;
use crate::tenant::TenantSettings;
use crate::tenant_settings::{CookieMode, SessionCookie};

/// From where a session or refresh token was first and last used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Device {
    /// The address at first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_ip: Option<String>,
    /// The program at first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_user_agent: Option<String>,
    /// The address at last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_ip: Option<String>,
    /// The program at last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_user_agent: Option<String>,
}

impl Device {
    /// The device of a first request.
    pub fn first(origin: &Origin) -> Self {
        let (ip, agent) = (origin.ip.clone(), origin.user_agent.clone());
        Self {
            initial_ip: ip.clone(),
            initial_user_agent: agent.clone(),
            last_ip: ip,
            last_user_agent: agent,
        }
    }

    /// The same device at another request.
    pub fn again(self, origin: &Origin) -> Self {
        Self { last_ip: origin.ip.clone(), last_user_agent: origin.user_agent.clone(), ..self }
    }
}

/// How a person proved who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Method {
    /// `pwd`, `federated`, `mfa` and others.
    pub name: String,
    /// When.
    pub timestamp: DateTime<Utc>,
    /// The kind of second factor.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "type")]
    pub kind: Option<String>,
}

/// How a person proved who they are, once or more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Authentication {
    /// Each way.
    pub methods: Vec<Method>,
}

/// A client that a session was used for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionClient {
    /// The client.
    pub client_id: ClientId,
}

/// A person who is signed in, in one browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// The identifier, the `sid` of ID tokens.
    pub id: SessionId,
    /// The person.
    pub user_id: UserId,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// When the person last proved who they are.
    pub authenticated_at: DateTime<Utc>,
    /// When it ends unless it is used.
    pub idle_expires_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was last used.
    pub last_interacted_at: DateTime<Utc>,
    /// From where.
    pub device: Device,
    /// For which clients.
    pub clients: Vec<SessionClient>,
    /// How the person proved who they are.
    pub authentication: Authentication,
    /// Whether the cookie outlives the browser.
    pub cookie: SessionCookie,
    /// The vendor's own data about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    pub session_metadata: Option<Object>,
}

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// In all.
    pub whole: Duration,
    /// Without being used.
    pub idle: Duration,
}

impl Lifetimes {
    /// As the tenant decided for cookies of this mode.
    pub fn of(settings: &TenantSettings, mode: CookieMode) -> Self {
        let (whole, idle) = match mode {
            CookieMode::Persistent => (("session_lifetime", 168.0), ("idle_session_lifetime", 72.0)),
            CookieMode::NonPersistent => {
                (("ephemeral_session_lifetime", 72.0), ("idle_ephemeral_session_lifetime", 24.0))
            }
        };
        let hours = |(name, default): (&str, f64)| {
            let hours = settings.other(name).and_then(serde_json::Value::as_f64).unwrap_or(default);
            Duration::milliseconds((hours * 3_600_000.0) as i64)
        };
        Self { whole: hours(whole), idle: hours(idle) }
    }
}

impl Session {
    /// A session that begins.
    pub fn begin(
        id: SessionId,
        user_id: UserId,
        methods: Vec<Method>,
        origin: &Origin,
        (mode, lifetimes): (CookieMode, Lifetimes),
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            user_id,
            created_at: now,
            updated_at: now,
            authenticated_at: now,
            idle_expires_at: now + lifetimes.idle.min(lifetimes.whole),
            expires_at: now + lifetimes.whole,
            last_interacted_at: now,
            device: Device::first(origin),
            clients: Vec::new(),
            authentication: Authentication { methods },
            cookie: SessionCookie { mode },
            session_metadata: None,
        }
    }

    /// Whether it still counts.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.idle_expires_at > now && self.expires_at > now
    }

    /// The session after it was used.
    pub fn touched(mut self, origin: &Origin, lifetimes: Lifetimes, now: DateTime<Utc>) -> Self {
        self.last_interacted_at = now;
        self.updated_at = now;
        self.idle_expires_at = (now + lifetimes.idle).min(self.expires_at);
        self.device = self.device.again(origin);
        self
    }

    /// The session after the person proved again who they are.
    pub fn authenticated(mut self, methods: Vec<Method>, now: DateTime<Utc>) -> Self {
        self.authenticated_at = now;
        self.updated_at = now;
        self.authentication = Authentication { methods };
        self
    }
}

/// The body of `PATCH /api/v2/sessions/{id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SessionPatch {
    /// At most 25 values in place of those that are there; `null` removes them.
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    #[validate(custom(function = "metadata"))]
    pub session_metadata: Patch<Object>,
}

/// The body of `POST /api/v2/users/{id}/revoke-access`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AccessRevocation {
    /// This session alone, and the refresh tokens that began in it; everything of the user when absent.
    pub session_id: Option<SessionId>,
    /// Whether refresh tokens live on.
    pub preserve_refresh_tokens: bool,
}

/// At most 25 values of at most 255 characters, of sessions and refresh tokens.
pub(crate) fn metadata(patch: &Patch<Object>) -> Result<(), validator::ValidationError> {
    let Some(metadata) = patch.value() else { return Ok(()) };
    let too_long = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.chars().count() > 255,
        other => other.to_string().len() > 255,
    };
    match metadata.len() > 25 || metadata.iter().any(|(key, value)| key.len() > 255 || too_long(value)) {
        true => Err(field::refuse("maxProperties", "At most 25 values of at most 255 characters")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenant_decides_how_long_sessions_last() {
        let mut settings = TenantSettings::default();
        assert_eq!(Lifetimes::of(&settings, CookieMode::Persistent).whole, Duration::hours(168));
        assert_eq!(Lifetimes::of(&settings, CookieMode::NonPersistent).idle, Duration::hours(24));
        settings.other.insert("session_lifetime".to_owned(), 0.5.into());
        assert_eq!(Lifetimes::of(&settings, CookieMode::Persistent).whole, Duration::minutes(30));
    }

    #[test]
    fn a_session_that_is_used_lives_on_but_not_beyond_its_end() {
        let (start, lifetimes) =
            (DateTime::UNIX_EPOCH, Lifetimes { whole: Duration::hours(3), idle: Duration::hours(2) });
        let mode = (CookieMode::Persistent, lifetimes);
        let user = UserId::new("auth0|1");
        let session = Session::begin(SessionId::new("s"), user, Vec::new(), &Origin::default(), mode, start);
        assert!(!session.is_live(start + Duration::hours(2)));
        let session = session.touched(&Origin::default(), lifetimes, start + Duration::minutes(90));
        assert!(session.is_live(start + Duration::minutes(179)));
        assert!(!session.is_live(start + Duration::hours(3)));
    }
}

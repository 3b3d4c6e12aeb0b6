//! Refresh tokens: what an application gets new access tokens with, while the person is away. Contract section 11.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::authorization_code::SignedIn;
use crate::client::{ExpirationType, RefreshTokenSettings, RotationType};
use crate::field::Object;
use crate::id::{ClientId, OrganizationId, RefreshTokenId, SessionId, UserId};
use crate::patch::Patch;
use crate::session::Device;
use crate::token_changes::RecordChanges;

/// How many a user has for a client; the oldest is dropped (contract section 14.4).
pub const MOST_PER_USER_AND_CLIENT: u64 = 200;

/// An API that a refresh token is good for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GrantedApi {
    /// The API's identifier.
    pub audience: String,
    /// The scope asked for, separated by spaces.
    pub scopes: String,
}

/// A refresh token, with all the values that it has had where it rotates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RefreshToken {
    /// The identifier.
    pub id: RefreshTokenId,
    /// The person.
    pub user_id: UserId,
    /// When the person signed in.
    pub created_at: DateTime<Utc>,
    /// When it ends unless it is used.
    pub idle_expires_at: Option<DateTime<Utc>>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// From where it was first and last used.
    pub device: Device,
    /// The client.
    pub client_id: ClientId,
    /// The session that it began in.
    pub session_id: Option<SessionId>,
    /// Whether it has a new value after each use.
    pub rotating: bool,
    /// What it is good for.
    pub resource_servers: Vec<GrantedApi>,
    /// The vendor's own data about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    pub refresh_token_metadata: Option<Object>,
    /// When it was last used.
    pub last_exchanged_at: Option<DateTime<Utc>>,
    /// The organization that the person signed in to.
    #[serde(skip)]
    pub organization_id: Option<OrganizationId>,
    /// The scope asked for and consented to.
    #[serde(skip)]
    pub scope: Vec<String>,
    /// How and when the person signed in.
    #[serde(skip)]
    pub signed_in: SignedIn,
}

impl RefreshToken {
    /// The refresh token as Actions want it: it ends earlier, never later, and has their data.
    pub fn changed(mut self, changes: &RecordChanges) -> Self {
        let earlier = |end: Option<DateTime<Utc>>, wished: Option<DateTime<Utc>>| match (end, wished) {
            (Some(end), Some(wished)) => Some(end.min(wished)),
            (end, wished) => end.or(wished),
        };
        self.expires_at = earlier(self.expires_at, changes.expires_at);
        self.idle_expires_at = earlier(self.idle_expires_at, changes.idle_expires_at);
        if let Some(metadata) = changes.metadata(self.refresh_token_metadata.as_ref()) {
            self.refresh_token_metadata = Some(metadata).filter(|metadata| !metadata.is_empty());
        }
        self
    }

    /// Whether it still counts.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        let ends = [self.idle_expires_at, self.expires_at];
        ends.into_iter().flatten().all(|end| end > now)
    }
}

/// One of the values of a refresh token, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshTokenValue {
    /// It can be used.
    Current,
    /// It was, and another took its place.
    Used(DateTime<Utc>),
}

impl RefreshTokenSettings {
    /// Whether values are replaced at each use.
    pub fn rotates(&self) -> bool {
        self.rotation_type == RotationType::Rotating
    }

    /// When a token that begins now ends.
    pub fn ends(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let ends = self.expiration_type == ExpirationType::Expiring && !self.infinite_token_lifetime;
        ends.then(|| now + Duration::seconds(self.token_lifetime))
    }

    /// When a token that is used now ends unless it is used again.
    pub fn ends_idle(&self, now: DateTime<Utc>, ends: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        let idles = self.expiration_type == ExpirationType::Expiring && !self.infinite_idle_token_lifetime;
        let idle = idles.then(|| now + Duration::seconds(self.idle_token_lifetime))?;
        Some(ends.map_or(idle, |end| end.min(idle)))
    }
}

/// The body of `PATCH /api/v2/refresh-tokens/{id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RefreshTokenPatch {
    /// At most 25 values in place of those that are there; `null` removes them.
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    #[validate(custom(function = "crate::session::metadata"))]
    pub refresh_token_metadata: Patch<Object>,
}

/// The body of `POST /api/v2/refresh-tokens/revoke`: `ids`, or `user_id`, or `user_id` and `client_id`.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "one_selection"))]
pub struct Revocation {
    /// These.
    #[schema(min_items = 1, max_items = 100)]
    #[validate(length(min = 1, max = 100))]
    pub ids: Option<Vec<RefreshTokenId>>,
    /// Those of this user.
    pub user_id: Option<UserId>,
    /// Of those of the user, those of this client.
    pub client_id: Option<ClientId>,
    /// Of those of the user and the client, those that are good for this API.
    pub audience: Option<String>,
}

fn one_selection(body: &Revocation) -> Result<(), validator::ValidationError> {
    let narrowed = body.client_id.is_some() || body.audience.is_some();
    match (&body.ids, &body.user_id) {
        (Some(_), None) if !narrowed => Ok(()),
        (None, Some(_)) if body.audience.is_none() || body.client_id.is_some() => Ok(()),
        _ => Err(crate::field::refuse(
            "oneOf",
            "Give ids, or user_id, or user_id with client_id, or these two with audience",
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(more: serde_json::Value) -> RefreshTokenSettings {
        serde_json::from_value(more).unwrap()
    }

    #[test]
    fn lifetimes_count_only_for_tokens_that_expire() {
        let now = DateTime::UNIX_EPOCH;
        let seconds = |seconds| Some(now + Duration::seconds(seconds));
        let ends = |settings: &RefreshTokenSettings| {
            let end = settings.ends(now);
            (end, settings.ends_idle(now, end))
        };
        assert_eq!(ends(&settings(json!({"infinite_token_lifetime": false}))), (None, None));
        let both = json!({"expiration_type": "expiring", "token_lifetime": 10, "idle_token_lifetime": 20,
            "infinite_token_lifetime": false, "infinite_idle_token_lifetime": false});
        assert_eq!(ends(&settings(both)), (seconds(10), seconds(10)));
        let idle = json!({"expiration_type": "expiring", "idle_token_lifetime": 20,
            "infinite_idle_token_lifetime": false});
        assert_eq!(ends(&settings(idle)), (None, seconds(20)));
    }

    #[test]
    fn a_revocation_selects_in_one_way() {
        for (body, right) in [
            (json!({"ids": ["a"]}), true),
            (json!({"user_id": "u"}), true),
            (json!({"user_id": "u", "client_id": "c"}), true),
            (json!({"user_id": "u", "client_id": "c", "audience": "a"}), true),
            (json!({}), false),
            (json!({"client_id": "c"}), false),
            (json!({"ids": ["a"], "user_id": "u"}), false),
            (json!({"user_id": "u", "audience": "a"}), false),
        ] {
            let revocation: Revocation = serde_json::from_value(body.clone()).unwrap();
            assert_eq!(revocation.validate().is_ok(), right, "{body}");
        }
    }
}

//! Users of a tenant. Contract section 8.

mod body;
mod claims;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::Object;
use crate::id::UserId;

pub(crate) use body::email_format;
pub use body::{NewUser, UserPatch, metadata};

/// The connection that users are created in where no other exists.
pub const DATABASE_CONNECTION: &str = "Username-Password-Authentication";

/// An account that a user signs in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Identity {
    /// The connection's name.
    pub connection: String,
    /// The provider's own id of the user.
    pub user_id: String,
    /// The provider, such as `auth0`.
    pub provider: String,
    /// Whether it is a social network.
    #[serde(rename = "isSocial")]
    pub is_social: bool,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// The identifier.
    pub user_id: UserId,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the address is known to be theirs.
    pub email_verified: bool,
    /// The name they sign in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Whether the number is known to be theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_verified: Option<bool>,
    /// The full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What they are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// The address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// The given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// When the user was created.
    pub created_at: DateTime<Utc>,
    /// When the user was changed.
    pub updated_at: DateTime<Utc>,
    /// The accounts they sign in with.
    pub identities: Vec<Identity>,
    /// What the user may change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    pub user_metadata: Option<Object>,
    /// What only the vendor may change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    pub app_metadata: Option<Object>,
    /// Whether the user may not sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
    /// When the password was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_password_reset: Option<DateTime<Utc>>,
    /// When the user last signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_login: Option<DateTime<Utc>>,
    /// The address that the user last signed in from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_ip: Option<String>,
    /// How often the user signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logins_count: Option<i64>,
}

impl NewUser {
    /// The user that the body describes. `id` is the part after `auth0|` where the body names none; `picture` is
    /// where the default picture of the address is found.
    pub fn create(self, id: UserId, picture: Option<String>, now: DateTime<Utc>) -> User {
        let user_id = match self.user_id.as_deref() {
            Some(given) if !given.is_empty() => UserId::new(format!("auth0|{given}")),
            _ => id,
        };
        let own = user_id.as_str().split_once('|').map_or(user_id.as_str(), |(_, own)| own).to_owned();
        let email = self.email.map(|email| email.to_lowercase());
        let shown = email.clone().or(self.username.clone()).or(self.phone_number.clone());
        let local = email.as_deref().and_then(|email| email.split('@').next()).map(str::to_owned);
        User {
            user_id,
            email_verified: self.email_verified.unwrap_or_default(),
            phone_verified: self.phone_number.as_ref().map(|_| self.phone_verified.unwrap_or_default()),
            name: self.name.or(shown),
            nickname: self.nickname.or(local).or(self.username.clone()),
            picture: self.picture.or(picture),
            email,
            username: self.username,
            phone_number: self.phone_number,
            given_name: self.given_name,
            family_name: self.family_name,
            created_at: now,
            updated_at: now,
            identities: vec![Identity {
                connection: self.connection,
                user_id: own,
                provider: "auth0".to_owned(),
                is_social: false,
            }],
            user_metadata: self.user_metadata,
            app_metadata: self.app_metadata,
            blocked: self.blocked,
            last_password_reset: None,
            last_login: None,
            last_ip: None,
            logins_count: None,
        }
    }
}

impl User {
    /// Whether the user may not sign in.
    pub fn is_blocked(&self) -> bool {
        self.blocked == Some(true)
    }

    /// The user after the patch. A new address or number is not verified unless the patch says so.
    pub fn patched(mut self, patch: UserPatch, now: DateTime<Utc>) -> Self {
        let email = patch.email.map(|email| email.to_lowercase()).or(self.email.clone());
        let same_email = email == self.email;
        self.email = email;
        self.email_verified = patch.email_verified.unwrap_or(self.email_verified && same_email);
        self.username = patch.username.or(self.username);
        let phone_number = patch.phone_number.or(self.phone_number.clone());
        let same_number = phone_number == self.phone_number;
        self.phone_number = phone_number;
        let was_verified = self.phone_verified.unwrap_or_default() && same_number;
        self.phone_verified = patch.phone_verified.or(self.phone_number.as_ref().map(|_| was_verified));
        self.given_name = patch.given_name.or(self.given_name);
        self.family_name = patch.family_name.or(self.family_name);
        self.name = patch.name.or(self.name);
        self.nickname = patch.nickname.or(self.nickname);
        self.picture = patch.picture.or(self.picture);
        self.blocked = patch.blocked.or(self.blocked);
        merge(&mut self.user_metadata, patch.user_metadata);
        merge(&mut self.app_metadata, patch.app_metadata);
        self.updated_at = now;
        self
    }
}

/// First-level merge: `null` deletes a key, an empty object clears everything (contract section 8).
pub(crate) fn merge(target: &mut Option<Object>, patch: Option<Object>) {
    let Some(patch) = patch else { return };
    if patch.is_empty() {
        *target = Some(Object::new());
        return;
    }
    let merged = target.get_or_insert_default();
    for (key, value) in patch {
        match value.is_null() {
            true => merged.shift_remove(&key),
            false => merged.insert(key, value),
        };
    }
}

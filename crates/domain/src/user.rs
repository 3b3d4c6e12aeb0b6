//! Users of a tenant. Contract section 8.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::field::{self, Object};
use crate::id::UserId;

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
}

/// A password on its way in. It is checked and dropped: nothing keeps passwords as long as nobody signs in with them.
/// It shows itself to neither logs nor answers.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("(hidden)")
    }
}

macro_rules! bodies {
    ($($(#[$attr:meta])* $field:ident: $ty:ty,)*) => {
        /// The body of `POST /api/v2/users`.
        #[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
        #[serde(deny_unknown_fields)]
        #[validate(schema(function = "has_identifier"))]
        pub struct NewUser {
            /// The connection's name.
            #[schema(min_length = 1, max_length = 128)]
            #[validate(length(min = 1, max = 128))]
            pub connection: String,
            /// What follows `auth0|` in the id; at most 255 characters without white space.
            #[schema(max_length = 255, pattern = "^\\S*$")]
            #[validate(length(max = 255), custom(function = "no_space"))]
            pub user_id: Option<String>,
            $($(#[$attr])* pub $field: Option<$ty>,)*
        }

        /// The body of `PATCH /api/v2/users/{id}`.
        #[derive(Clone, Debug, Default, Serialize, Deserialize, Validate, ToSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct UserPatch {
            /// The connection's name, where a user has several.
            #[schema(min_length = 1, max_length = 128)]
            #[validate(length(min = 1, max = 128))]
            pub connection: Option<String>,
            /// Accepted for the client that asks.
            pub client_id: Option<String>,
            $($(#[$attr])* pub $field: Option<$ty>,)*
        }
    };
}

bodies! {
    /// The e-mail address.
    #[schema(min_length = 3, max_length = 320)]
    #[validate(length(max = 320), custom(function = "email_format"))]
    email: String,
    /// Whether the address is known to be theirs.
    email_verified: bool,
    /// Whether to ask the person to verify the address.
    verify_email: bool,
    /// The name they sign in with.
    #[schema(min_length = 1, max_length = 128)]
    #[validate(length(min = 1, max = 128), custom(function = "field::no_control"))]
    username: String,
    /// `+` and at most 15 digits.
    #[schema(pattern = "^\\+[0-9]{1,15}$")]
    #[validate(custom(function = "phone_format"))]
    phone_number: String,
    /// Whether the number is known to be theirs.
    phone_verified: bool,
    /// Whether to ask the person to verify the number.
    verify_phone_number: bool,
    /// 1 to 150 characters.
    #[schema(min_length = 1, max_length = 150)]
    #[validate(length(min = 1, max = 150), custom(function = "field::no_control"))]
    given_name: String,
    /// 1 to 150 characters.
    #[schema(min_length = 1, max_length = 150)]
    #[validate(length(min = 1, max = 150), custom(function = "field::no_control"))]
    family_name: String,
    /// 1 to 300 characters.
    #[schema(min_length = 1, max_length = 300)]
    #[validate(length(min = 1, max = 300), custom(function = "field::no_control"))]
    name: String,
    /// 1 to 300 characters.
    #[schema(min_length = 1, max_length = 300)]
    #[validate(length(min = 1, max = 300), custom(function = "field::no_control"))]
    nickname: String,
    /// The address of a picture.
    #[schema(max_length = 2048)]
    #[validate(length(max = 2048), custom(function = "field::no_control"))]
    picture: String,
    /// Whether the user may not sign in.
    blocked: bool,
    /// 1 to 128 characters. Accepted for the callers that send it; not stored, since users cannot sign in here yet.
    #[schema(value_type = Option<String>, format = Password, min_length = 1, max_length = 128, write_only)]
    #[validate(custom(function = "password_length"))]
    password: Password,
    /// What the user may change. In a PATCH merged at the first level: `null` removes a key, `{}` everything.
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    #[validate(custom(function = "metadata"))]
    user_metadata: Object,
    /// What only the vendor may change. In a PATCH merged at the first level: `null` removes a key, `{}` everything.
    #[schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>)]
    #[validate(custom(function = "metadata"))]
    app_metadata: Object,
}

fn has_identifier(user: &NewUser) -> Result<(), ValidationError> {
    match user.email.is_none() && user.username.is_none() && user.phone_number.is_none() {
        true => Err(field::refuse("required", "Missing required property: email")),
        false => Ok(()),
    }
}

fn email_format(text: &str) -> Result<(), ValidationError> {
    use validator::ValidateEmail;
    match text.validate_email() {
        true => Ok(()),
        false => Err(field::refuse("email", "Object didn't pass validation for format email")),
    }
}

fn phone_format(text: &str) -> Result<(), ValidationError> {
    let digits = text.strip_prefix('+').unwrap_or_default();
    match (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(()),
        false => Err(field::refuse("pattern", "String does not match pattern ^\\+[0-9]{1,15}$")),
    }
}

fn no_space(text: &str) -> Result<(), ValidationError> {
    match text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        true => Err(field::refuse("pattern", "String does not match pattern ^\\S*$")),
        false => Ok(()),
    }
}

fn password_length(password: &Password) -> Result<(), ValidationError> {
    match (1..=128).contains(&password.0.chars().count()) {
        true => Ok(()),
        false => Err(field::refuse("length", "length must be between 1 and 128")),
    }
}

/// At most 16 KiB as JSON, without NUL, which PostgreSQL's JSON does not hold.
fn metadata(object: &Object) -> Result<(), ValidationError> {
    let text = serde_json::to_string(object).unwrap_or_default();
    if text.len() > 16_384 {
        return Err(field::refuse("maxLength", "Metadata must not be longer than 16384 bytes"));
    }
    match text.contains("\\u0000") {
        true => Err(field::refuse("pattern", "Metadata must not contain NUL characters")),
        false => Ok(()),
    }
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
        }
    }
}

impl UserPatch {
    /// Whether it changes nothing but the vendor's own metadata, for which a narrower scope does.
    pub fn is_app_metadata_only(&self) -> bool {
        self.user_metadata.is_none() && !self.changes_account() && !self.changes_profile()
    }

    /// Whether it changes the password together with what the user signs in with, which the contract refuses.
    pub fn mixes_password(&self) -> bool {
        let verified = self.email_verified.is_some() || self.phone_verified.is_some();
        let named = self.email.is_some() || self.username.is_some() || self.phone_number.is_some();
        self.password.is_some() && (named || verified)
    }

    fn changes_account(&self) -> bool {
        let asked = self.verify_email.is_some() || self.verify_phone_number.is_some();
        let verified = self.email_verified.is_some() || self.phone_verified.is_some();
        let named = self.email.is_some() || self.username.is_some() || self.phone_number.is_some();
        asked || verified || named || self.password.is_some() || self.blocked.is_some()
    }

    fn changes_profile(&self) -> bool {
        let names = [&self.name, &self.nickname, &self.given_name, &self.family_name, &self.picture];
        names.iter().any(|name| name.is_some())
    }
}

impl User {
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
fn merge(target: &mut Option<Object>, patch: Option<Object>) {
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

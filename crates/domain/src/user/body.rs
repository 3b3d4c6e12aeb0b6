//! What callers send to create and change users.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::field::{self, Object};
use crate::password::Password;

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
    /// 1 to 128 characters, as strong as the connection demands. Only a hash of it is kept.
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

pub(crate) fn email_format(text: &str) -> Result<(), ValidationError> {
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
    match password.has_sound_length() {
        true => Ok(()),
        false => Err(field::refuse("length", "length must be between 1 and 128")),
    }
}

/// At most 16 KiB as JSON, without NUL, which PostgreSQL's JSON does not hold.
///
/// # Errors
/// The refusal in words.
pub fn metadata(object: &Object) -> Result<(), ValidationError> {
    let text = serde_json::to_string(object).unwrap_or_default();
    if text.len() > 16_384 {
        return Err(field::refuse("maxLength", "Metadata must not be longer than 16384 bytes"));
    }
    match text.contains("\\u0000") {
        true => Err(field::refuse("pattern", "Metadata must not contain NUL characters")),
        false => Ok(()),
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

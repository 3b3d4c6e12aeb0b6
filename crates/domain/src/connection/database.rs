//! What a database connection decides: its passwords, names and sign-up.

use serde::Deserialize;
use serde_json::Value;

use crate::field::Object;

/// How strong passwords must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PasswordPolicy {
    /// At least one character.
    None,
    /// At least 6 characters.
    Low,
    /// At least 8, with a small letter, a capital and a digit.
    Fair,
    /// At least 8, with three of small letters, capitals, digits and other characters.
    #[default]
    Good,
    /// At least 10, with the same, and no more than two equal characters in a row.
    Excellent,
}

impl PasswordPolicy {
    /// The least length unless the connection sets another.
    pub fn least_length(self) -> u32 {
        match self {
            Self::None => 1,
            Self::Low => 6,
            Self::Fair | Self::Good => 8,
            Self::Excellent => 10,
        }
    }
}

/// How long passwords must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PasswordComplexity {
    /// The least length, 1 to 128.
    pub min_length: Option<u32>,
}

/// Passwords that cannot be used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PasswordHistory {
    /// Whether there are any.
    pub enable: bool,
    /// How many, 0 to 24.
    pub size: Option<u32>,
}

/// Words that cannot be passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PasswordDictionary {
    /// Whether common ones and these are refused.
    pub enable: bool,
    /// At most 200 words of at most 50 characters.
    pub dictionary: Vec<String>,
}

/// Something that is on or off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Switch {
    /// Whether it is on.
    pub enable: bool,
}

/// How long user names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct UsernameLength {
    /// The least length, 1 to 128.
    pub min: u32,
    /// The greatest length, 1 to 128.
    pub max: u32,
}

impl Default for UsernameLength {
    fn default() -> Self {
        Self { min: 1, max: 15 }
    }
}

/// What names must be like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Validation {
    /// User names.
    pub username: Option<UsernameLength>,
}

/// What a database connection decides. Options that are not among these are kept as they are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DatabaseOptions {
    /// How strong passwords must be.
    #[serde(rename = "passwordPolicy")]
    pub password_policy: PasswordPolicy,
    /// How long passwords must be.
    pub password_complexity_options: PasswordComplexity,
    /// Passwords that cannot be used again.
    pub password_history: PasswordHistory,
    /// Whether passwords may not contain what is known of the person.
    pub password_no_personal_info: Switch,
    /// Words that cannot be passwords.
    pub password_dictionary: PasswordDictionary,
    /// Whether nobody can sign up by themselves.
    pub disable_signup: bool,
    /// Whether nobody can change a forgotten password by themselves.
    pub disable_self_service_change_password: bool,
    /// Whether users have a name beside the address.
    pub requires_username: bool,
    /// Whether guessing is slowed down.
    pub brute_force_protection: bool,
    /// Whether users are brought over from elsewhere when they first sign in.
    pub import_mode: bool,
    /// What names must be like.
    pub validation: Validation,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self {
            password_policy: PasswordPolicy::default(),
            password_complexity_options: PasswordComplexity::default(),
            password_history: PasswordHistory::default(),
            password_no_personal_info: Switch::default(),
            password_dictionary: PasswordDictionary::default(),
            disable_signup: false,
            disable_self_service_change_password: false,
            requires_username: false,
            brute_force_protection: true,
            import_mode: false,
            validation: Validation::default(),
        }
    }
}

impl DatabaseOptions {
    /// The least length of a password.
    pub fn least_length(&self) -> u32 {
        self.password_complexity_options.min_length.unwrap_or(self.password_policy.least_length())
    }

    /// How many former passwords cannot be used again.
    pub fn remembered_passwords(&self) -> u32 {
        match self.password_history.enable {
            true => self.password_history.size.unwrap_or(5),
            false => 0,
        }
    }

    /// The options of a new connection, with the defaults that callers see written out.
    pub(super) fn initial(mut given: Object) -> Object {
        given.entry("passwordPolicy").or_insert_with(|| "good".into());
        given.entry("brute_force_protection").or_insert(Value::Bool(true));
        given
    }

    /// The options as they are stored; `null` is the same as absent.
    pub(super) fn read(options: &Object) -> Result<Self, String> {
        let set: Object = options
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_null(value)))
            .collect();
        let read: Self = serde_json::from_value(set.into()).map_err(|error| error.to_string())?;
        read.within_limits()?;
        Ok(read)
    }

    fn within_limits(&self) -> Result<(), String> {
        let between = |name: &str, value: u32, least: u32, most: u32| match (least..=most).contains(&value) {
            true => Ok(()),
            false => Err(format!("{name} must be between {least} and {most}")),
        };
        if let Some(length) = self.password_complexity_options.min_length {
            between("password_complexity_options.min_length", length, 1, 128)?;
        }
        if let Some(size) = self.password_history.size {
            between("password_history.size", size, 0, 24)?;
        }
        if let Some(length) = self.validation.username {
            between("validation.username.min", length.min, 1, 128)?;
            between("validation.username.max", length.max, length.min, 128)?;
        }
        let words = &self.password_dictionary.dictionary;
        if words.len() > 200 || words.iter().any(|word| word.chars().count() > 50) {
            return Err(
                "password_dictionary.dictionary has at most 200 words of at most 50 characters".to_owned()
            );
        }
        Ok(())
    }
}

/// An object without its fields that are `null`.
fn without_null(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let set = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(set.map(|(name, value)| (name.clone(), value.clone())).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(options: Value) -> Result<DatabaseOptions, String> {
        DatabaseOptions::read(options.as_object().expect("an object"))
    }

    #[test]
    fn what_is_not_set_has_its_default_and_what_is_unknown_is_passed_over() {
        let options = read(
            json!({"passwordPolicy": null, "customScripts": {"login": "x"}, "validation": {"username": null}}),
        );
        assert_eq!(options, Ok(DatabaseOptions::default()));
        let options =
            read(json!({"passwordPolicy": "excellent", "password_history": {"enable": true}})).unwrap();
        assert_eq!((options.least_length(), options.remembered_passwords()), (10, 5));
    }

    #[test]
    fn options_that_cannot_be_are_refused() {
        for options in [
            json!({"passwordPolicy": "superb"}),
            json!({"disable_signup": "yes"}),
            json!({"password_complexity_options": {"min_length": 0}}),
            json!({"password_complexity_options": {"min_length": 129}}),
            json!({"password_history": {"enable": true, "size": 25}}),
            json!({"password_dictionary": {"dictionary": ["x".repeat(51)]}}),
            json!({"validation": {"username": {"min": 9, "max": 3}}}),
        ] {
            assert!(read(options.clone()).is_err(), "{options}");
        }
    }
}

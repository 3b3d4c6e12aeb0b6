//! Users as an import brings them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use super::{JobError, JobErrorReason};
use crate::field::Object;
use crate::id::ConnectionId;
use crate::user::NewUser;

/// What the import of users is asked to do: the parts of the form, or the fields of a JSON object.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsersImport {
    /// The database connection they belong to.
    pub connection_id: ConnectionId,
    /// The users.
    #[schema(value_type = Vec<std::collections::HashMap<String, serde_json::Value>>)]
    pub users: Vec<Value>,
    /// Whether users who exist are changed; they are errors otherwise.
    #[serde(default)]
    pub upsert: bool,
    /// The caller's own name for the job.
    #[validate(custom(function = "super::refuse_long"))]
    pub external_id: Option<String>,
    /// Accepted for the callers that send it.
    pub send_completion_email: Option<bool>,
}

/// A hash as it was exported elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportedHash {
    /// The text of bcrypt, Argon2 or PBKDF2.
    Text(String),
    /// The parts of scrypt.
    Scrypt {
        /// The cost.
        n: u64,
        /// The size of a block.
        r: u32,
        /// How many run side by side.
        p: u32,
        /// The salt, and how it is written.
        salt: (String, Encoding),
        /// The hash, and how it is written.
        hash: (String, Encoding),
    },
}

/// How bytes are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// As base64.
    Base64,
    /// As hexadecimal digits.
    Hex,
    /// As text.
    #[default]
    Utf8,
}

/// A user of an import, with the hash of the password.
#[derive(Clone, Debug)]
pub struct ImportedUser {
    /// The user.
    pub user: NewUser,
    /// The hash.
    pub hash: Option<ImportedHash>,
}

/// A user who cannot be brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotImported {
    /// A code for programs.
    pub code: &'static str,
    /// The reason.
    pub message: String,
    /// The field.
    pub path: Option<String>,
}

impl NotImported {
    /// Why a user cannot be brought in.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), path: None }
    }

    /// The same, naming the field.
    pub fn at(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// The entry of the job's errors.
    pub fn of(self, user: &Value) -> JobError {
        let mut shown = user.clone();
        if let Some(fields) = shown.as_object_mut() {
            fields.retain(|name, _| !SECRET.contains(&name.as_str()));
        }
        let reason = JobErrorReason { code: self.code.to_owned(), message: self.message, path: self.path };
        JobError { user: shown, errors: vec![reason] }
    }
}

/// What a user is authenticated by: never shown again.
const SECRET: [&str; 4] = ["password", "password_hash", "custom_password_hash", "mfa_factors"];

/// What is accepted from exports made elsewhere and has no place here.
const PASSED_OVER: [&str; 3] = ["mfa_factors", "password_set_date", "id"];

#[derive(Deserialize)]
struct Part {
    value: String,
    #[serde(default)]
    encoding: Encoding,
}

#[derive(Deserialize)]
struct Custom {
    algorithm: String,
    hash: Part,
    salt: Option<Part>,
    keylen: Option<u32>,
    cost: Option<u64>,
    #[serde(rename = "blockSize")]
    block_size: Option<u32>,
    parallelization: Option<u32>,
}

impl ImportedUser {
    /// Reads one user of an import into a connection.
    ///
    /// # Errors
    /// [`NotImported`].
    pub fn read(item: &Value, connection: &str) -> Result<Self, NotImported> {
        let mut fields: Object = item
            .as_object()
            .cloned()
            .ok_or_else(|| NotImported::new("INVALID_FORMAT", "A user is an object"))?;
        let bcrypt = fields.shift_remove("password_hash");
        let custom = fields.shift_remove("custom_password_hash");
        fields.retain(|name, _| !PASSED_OVER.contains(&name.as_str()));
        if fields.contains_key("password") {
            return Err(NotImported::new("INVALID_FORMAT", "Passwords are imported as hashes").at("password"));
        }
        if fields.contains_key("connection") || fields.contains_key("verify_email") {
            return Err(NotImported::new(
                "INVALID_FORMAT",
                "Additional properties not allowed: connection, verify_email",
            ));
        }
        fields.insert("connection".to_owned(), connection.into());
        let user: NewUser = serde_json::from_value(fields.into())
            .map_err(|error| NotImported::new("INVALID_FORMAT", error.to_string()))?;
        user.validate().map_err(|errors| {
            let named = errors.errors().keys().next().map(ToString::to_string).unwrap_or_default();
            NotImported::new("INVALID_FORMAT", format!("{named} cannot be")).at(&named)
        })?;
        Ok(Self { user, hash: hash(bcrypt, custom)? })
    }
}

fn hash(bcrypt: Option<Value>, custom: Option<Value>) -> Result<Option<ImportedHash>, NotImported> {
    let refused = |reason: &str| NotImported::new("INVALID_HASH", reason).at("custom_password_hash");
    match (bcrypt, custom) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(refused("Either password_hash or custom_password_hash")),
        (Some(Value::String(text)), None) if text.starts_with("$2") => Ok(Some(ImportedHash::Text(text))),
        (Some(_), None) => Err(refused("password_hash is a bcrypt hash").at("password_hash")),
        (None, Some(value)) => {
            let custom: Custom =
                serde_json::from_value(value).map_err(|error| refused(&error.to_string()))?;
            custom.read().map(Some).map_err(|reason| refused(&reason))
        }
    }
}

impl Custom {
    fn read(self) -> Result<ImportedHash, String> {
        match self.algorithm.as_str() {
            "argon2" | "bcrypt" | "pbkdf2" => match self.hash.encoding {
                Encoding::Utf8 => Ok(ImportedHash::Text(self.hash.value)),
                _ => Err("the hash's encoding is utf8".to_owned()),
            },
            "scrypt" => {
                let (Some(salt), Some(n), Some(r), Some(p)) =
                    (self.salt, self.cost, self.block_size, self.parallelization)
                else {
                    return Err("scrypt needs salt, cost, blockSize and parallelization".to_owned());
                };
                let _ = self.keylen;
                let (salt, hash) = ((salt.value, salt.encoding), (self.hash.value, self.hash.encoding));
                Ok(ImportedHash::Scrypt { n, r, p, salt, hash })
            }
            other => Err(format!("{other} is not imported; argon2, bcrypt, pbkdf2 and scrypt are")),
        }
    }
}

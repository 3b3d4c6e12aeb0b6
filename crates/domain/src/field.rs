//! Limits that fields of several nouns share, as functions for `validator`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};
use validator::ValidationError;

/// Metadata of an organization or client: text by text.
pub type Metadata = BTreeMap<String, String>;

/// A JSON object that is kept as it is.
pub type Object = Map<String, Value>;

static ORGANIZATION_NAME: LazyLock<Regex> = LazyLock::new(|| pattern("^[a-z0-9][a-z0-9_-]{0,49}$"));
static COLOR: LazyLock<Regex> = LazyLock::new(|| pattern("^#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})$"));

pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a pattern of ours: {error}"))
}

/// A refusal in words, for `validator`.
pub fn refuse(code: &'static str, message: impl Into<Cow<'static, str>>) -> ValidationError {
    ValidationError::new(code).with_message(message.into())
}

/// An organization's name: lower-case letters, digits, `_` and `-`, starting with a letter or digit; never with `org_`,
/// which every SDK takes for an id.
pub fn organization_name(name: &str) -> Result<(), ValidationError> {
    if !ORGANIZATION_NAME.is_match(name) || name.starts_with("org_") {
        return Err(refuse(
            "organization-name",
            format!("Object didn't pass validation for format organization-name: {name}"),
        ));
    }
    Ok(())
}

/// A colour as pages write it: `#` and three or six hexadecimal digits.
pub fn color(text: &str) -> Result<(), ValidationError> {
    match COLOR.is_match(text) {
        true => Ok(()),
        false => Err(refuse("color", format!("String does not match pattern {}: {text}", COLOR.as_str()))),
    }
}

/// An `https` address.
pub fn https_url(text: &str) -> Result<(), ValidationError> {
    match url::Url::parse(text) {
        Ok(url) if url.scheme() == "https" && text.len() <= 2048 => Ok(()),
        _ => Err(refuse("uri", "Object didn't pass validation for format absolute-https-uri")),
    }
}

/// No angle brackets, as names that appear on pages demand.
pub fn no_angle_brackets(text: &str) -> Result<(), ValidationError> {
    match text.contains(['<', '>']) {
        true => Err(refuse("pattern", "String does not match pattern ^[^<>]+$")),
        false => Ok(()),
    }
}

/// No control characters, which neither database nor log should hold.
pub fn no_control(text: &str) -> Result<(), ValidationError> {
    match text.chars().any(char::is_control) {
        true => Err(refuse("pattern", "String must not contain control characters")),
        false => Ok(()),
    }
}

/// At most 25 pairs, keys 1 to 255 and values up to 255 characters (contract section 17.1).
pub fn organization_metadata(metadata: &Metadata) -> Result<(), ValidationError> {
    pairs(metadata, 25)
}

/// At most 10 pairs, keys 1 to 255 and values up to 255 characters (contract sections 6 and 9).
pub fn client_metadata(metadata: &Metadata) -> Result<(), ValidationError> {
    pairs(metadata, 10)
}

/// At most 64 KiB as JSON: an object that is kept as it is.
pub fn object(object: &Object) -> Result<(), ValidationError> {
    match serde_json::to_string(object).map_or(0, |text| text.len()) > 65_536 {
        true => Err(refuse("maxLength", "Object is too large, maximum 65536 characters")),
        false => Ok(()),
    }
}

fn pairs(metadata: &Metadata, most: usize) -> Result<(), ValidationError> {
    if metadata.len() > most {
        return Err(refuse(
            "maxProperties",
            format!("Too many properties defined ({}), maximum {most}", metadata.len()),
        ));
    }
    for (key, value) in metadata {
        if key.is_empty() || key.chars().count() > 255 || value.chars().count() > 255 {
            return Err(refuse("maxLength", "Keys must have 1 to 255 characters and values at most 255"));
        }
        no_control(key)?;
        no_control(value)?;
    }
    Ok(())
}

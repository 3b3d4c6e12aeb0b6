//! JSON bodies. They are read only when the handler asks, after the caller was authorized.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use crate::failure::Failure;

/// A body that was received but not read.
pub struct Body(Bytes);

impl FromRequest for Body {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move { bytes.await.map(Self).map_err(|error| Failure::body(error.to_string())) })
    }
}

impl Body {
    /// A body that was put together from parts.
    pub fn of(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }

    /// The bytes, for what is no JSON.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The body as a `T` whose fields are within their limits.
    ///
    /// # Errors
    /// [`Failure::InvalidField`], naming the field and the reason and never repeating a value that may be secret.
    pub fn read<T: DeserializeOwned + Validate>(&self) -> Result<T, Failure> {
        let value: T = parse(&self.0, b'{', "object")?;
        value.validate().map_err(|errors| first(&errors, ""))?;
        Ok(value)
    }

    /// The body as a list of `least` to `most` items, each within its limits.
    ///
    /// # Errors
    /// [`Failure::InvalidField`], as [`Body::read`].
    pub fn read_list<T: DeserializeOwned + Validate>(
        &self,
        least: usize,
        most: usize,
    ) -> Result<Vec<T>, Failure> {
        let items: Vec<T> = parse(&self.0, b'[', "array")?;
        if !(least..=most).contains(&items.len()) {
            return Err(of_whole(format!("length must be between {least} and {most}")));
        }
        for (index, item) in items.iter().enumerate() {
            item.validate().map_err(|errors| first(&errors, &format!("[{index}]")))?;
        }
        Ok(items)
    }

    /// As [`Body::read`], where an absent body, or the `null` that some clients send for it, is an empty object.
    ///
    /// # Errors
    /// [`Failure::InvalidField`].
    pub fn read_or_default<T: DeserializeOwned + Validate + Default>(&self) -> Result<T, Failure> {
        match self.0.trim_ascii() {
            b"" | b"null" => Ok(T::default()),
            _ => self.read(),
        }
    }
}

/// `start` is what JSON of this `kind` begins with.
fn parse<T: DeserializeOwned>(bytes: &[u8], start: u8, kind: &str) -> Result<T, Failure> {
    let starts = bytes.trim_ascii_start().first() == Some(&start);
    if !starts || serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_err() {
        return Err(of_whole(format!("Expected type {kind}")));
    }
    if contains_nul(bytes) {
        return Err(of_whole("Text must not contain NUL"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        let (reason, property) = reason(&error.inner().to_string(), &path);
        Failure::InvalidField { property, reason }
    })
}

fn of_whole(reason: impl Into<String>) -> Failure {
    Failure::InvalidField { property: "(the body)".to_owned(), reason: reason.into() }
}

/// PostgreSQL holds no NUL in text, so no database does. A script may well speak of NUL: behind a backslash that is
/// itself escaped, `u0000` is text.
fn contains_nul(mut bytes: &[u8]) -> bool {
    while let Some(at) = bytes.iter().position(|byte| *byte == b'\\') {
        let escape = &bytes[at..];
        if escape.starts_with(b"\\u0000") {
            return true;
        }
        bytes = escape.get(2..).unwrap_or_default();
    }
    false
}

/// The contract's words for what serde says, and the property they are about.
fn reason(message: &str, path: &str) -> (String, String) {
    let message = message.split(" at line ").next().unwrap_or(message);
    let named = |prefix: &str| message.strip_prefix(prefix).and_then(|rest| rest.split('`').next());
    if let Some(field) = named("unknown field `") {
        let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
        return (format!("Additional properties not allowed: {field}"), property(parent, field));
    }
    if let Some(field) = named("missing field `") {
        return (format!("Missing required property: {field}"), property(path, field));
    }
    if let Some(variant) = named("unknown variant `") {
        return (format!("No enum match for: {variant}"), property("", path));
    }
    // What serde quotes of a value of the wrong type may be a secret: only the expectation is repeated.
    let expected = message.rsplit_once("expected ").map_or("another type", |(_, expected)| expected);
    (format!("Expected {expected}"), property("", path))
}

fn property(parent: &str, field: &str) -> String {
    match (parent, field) {
        ("", "") => "(the body)".to_owned(),
        ("", name) | (name, "") => name.to_owned(),
        (parent, field) => format!("{parent}.{field}"),
    }
}

/// The first refusal, in words; never the value that was refused.
fn first(errors: &ValidationErrors, path: &str) -> Failure {
    let mut kinds: Vec<_> = errors.errors().iter().collect();
    kinds.sort_by(|one, other| one.0.cmp(other.0));
    let Some((field, kind)) = kinds.first() else {
        return of_whole("invalid");
    };
    let path = property(path, if *field == "__all__" { "" } else { field });
    match kind {
        ValidationErrorsKind::Struct(inner) => first(inner, &path),
        ValidationErrorsKind::List(items) => match items.iter().next() {
            Some((index, inner)) => first(inner, &format!("{path}[{index}]")),
            None => of_whole("invalid"),
        },
        ValidationErrorsKind::Field(refusals) => {
            let problem = refusals.first().map_or_else(String::new, |refusal| {
                let bound = |name: &str| refusal.params.get(name).map(ToString::to_string);
                match (&refusal.message, bound("min"), bound("max")) {
                    (Some(message), _, _) => message.to_string(),
                    (None, Some(min), Some(max)) => {
                        format!("{} must be between {min} and {max}", refusal.code)
                    }
                    (None, Some(min), None) => format!("{} must be at least {min}", refusal.code),
                    (None, None, Some(max)) => format!("{} must be at most {max}", refusal.code),
                    _ => format!("Object didn't pass validation for format {}", refusal.code),
                }
            });
            Failure::InvalidField { property: path, reason: problem }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_told_from_text_about_nul() {
        for text in [r#"{"a": "\\u0000"}"#, r#"{"a": "\n\\\\u0000"}"#, r#"{"a": "u0000"}"#, r"\"] {
            assert!(!contains_nul(text.as_bytes()), "{text}");
        }
        for text in [r#"{"a": "\u0000"}"#, r#"{"a": "\\\u0000"}"#, r#"{"a": "x\n\u0000"}"#] {
            assert!(contains_nul(text.as_bytes()), "{text}");
        }
    }
}

//! Members of an object, by name and type. `null` counts as absent.

use serde_json::Value;

use super::malformed::{Malformed, Reason};
use super::{MAX_TEXT, Object};

/// A member of any type.
pub fn any<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

/// A member that is an object.
pub fn object<'a>(object: &'a Object, name: &str) -> Result<Option<&'a Object>, Malformed> {
    typed(object, name, Value::as_object, Reason::NotAnObject)
}

/// A copy of a member that is an object; an empty one where it is absent.
pub fn object_or_empty(within: &Object, name: &str) -> Result<Object, Malformed> {
    Ok(object(within, name)?.cloned().unwrap_or_default())
}

/// A member that is an array.
pub fn array<'a>(object: &'a Object, name: &str) -> Result<Option<&'a Vec<Value>>, Malformed> {
    typed(object, name, Value::as_array, Reason::NotAnArray)
}

/// A member that is a string.
pub fn string<'a>(object: &'a Object, name: &str) -> Result<Option<&'a str>, Malformed> {
    typed(object, name, Value::as_str, Reason::NotAString)
}

/// A member that is a non-negative integer.
pub fn integer(object: &Object, name: &str) -> Result<Option<u64>, Malformed> {
    typed(object, name, Value::as_u64, Reason::NotANonNegativeInteger)
}

/// A member that is a `type`, `id` or `name`.
pub fn text<'a>(object: &'a Object, name: &str) -> Result<Option<&'a str>, Malformed> {
    let refused = |reason| Err(Malformed::member(name, reason));
    match string(object, name)? {
        Some("") => refused(Reason::Empty),
        Some(text) if text.len() > MAX_TEXT => refused(Reason::TooLong(MAX_TEXT)),
        Some(text) if text.contains('\0') => refused(Reason::Nul),
        text => Ok(text),
    }
}

/// What was found, which it must have been.
pub fn required<T>(found: Option<T>, name: &str) -> Result<T, Malformed> {
    found.ok_or_else(|| Malformed::member(name, Reason::Missing))
}

fn typed<'a, T>(
    object: &'a Object,
    name: &str,
    read: impl FnOnce(&'a Value) -> Option<T>,
    otherwise: Reason,
) -> Result<Option<T>, Malformed> {
    match any(object, name) {
        None => Ok(None),
        Some(value) => read(value).map(Some).ok_or_else(|| Malformed::member(name, otherwise)),
    }
}

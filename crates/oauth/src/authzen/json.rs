//! From the bytes of a body to an object (sections 10.1.1 and 11.5).

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

use super::malformed::{Malformed, Reason};
use super::{MAX_DEPTH, Object};

/// Reads a body. A name that comes twice in one object is refused, since whoever checked the request before may have
/// read the other value.
///
/// # Errors
/// For a body that is no JSON object, or has one of the faults of section 11.5.
pub fn object(body: &[u8]) -> Result<Object, Malformed> {
    let fault = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let read = Element { depth: 0, fault: &fault }.deserialize(&mut deserializer);
    let value = read.and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Malformed::body(Reason::NotAnObject)),
        Err(_) => Err(fault.take().unwrap_or(Malformed::body(Reason::NotJson))),
    }
}

/// Any value, inside so many objects and arrays. What serde's errors cannot say is left in `fault`.
#[derive(Clone, Copy)]
struct Element<'a> {
    depth: usize,
    fault: &'a RefCell<Option<Malformed>>,
}

impl Element<'_> {
    /// What is inside this object or array.
    fn inside<E: Error>(self) -> Result<Self, E> {
        match self.depth < MAX_DEPTH {
            true => Ok(Self { depth: self.depth + 1, ..self }),
            // The path would be of no use to anybody.
            false => Err(self.refuse(Malformed::body(Reason::TooDeep))),
        }
    }

    fn refuse<E: Error>(self, refused: Malformed) -> E {
        let error = E::custom(&refused);
        self.fault.replace(Some(refused));
        error
    }

    /// Says of a fault that was found inside a member or element where it is.
    fn found_in(self, name: &str) {
        let mut fault = self.fault.borrow_mut();
        *fault = fault
            .take()
            .map(|found| if found.reason == Reason::Repeated { found.inside(name) } else { found });
    }
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut array = Vec::new();
        loop {
            match elements
                .next_element_seed(inside)
                .inspect_err(|_| self.found_in(&array.len().to_string()))?
            {
                Some(element) => array.push(element),
                None => return Ok(Value::Array(array)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut object = Object::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(self.refuse(Malformed::member(&name, Reason::Repeated)));
            }
            let value = members.next_value_seed(inside).inspect_err(|_| self.found_in(&name))?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn a_body_is_read_as_it_is() {
        let body = br#"{"a": [null, true, -1, 1, 0.5, "\u00e9", {}], "b": {"a": 18446744073709551615}}"#;
        let expected: Object = serde_json::from_slice(body).expect("JSON");
        assert_eq!(object(body), Ok(expected));
    }

    #[rstest]
    #[case::nothing("", "The body is not valid JSON")]
    #[case::no_json("{", "The body is not valid JSON")]
    #[case::more_than_one("{} {}", "The body is not valid JSON")]
    #[case::not_utf_8_section_11_5("{\"a\": \"\u{fffd}", "The body is not valid JSON")]
    #[case::an_unpaired_surrogate_section_11_5(r#"{"a": "\ud800"}"#, "The body is not valid JSON")]
    #[case::more_than_a_double_section_11_5(r#"{"a": 1e400}"#, "The body is not valid JSON")]
    #[case::no_object_section_10_1_1("[]", "The body must be an object")]
    #[case::null_section_10_1_1("null", "The body must be an object")]
    #[case::twice_section_11_5(r#"{"subject": 1, "subject": 2}"#, "/subject is included more than once")]
    #[case::twice_by_an_escape_section_11_5(r#"{"id": 1, "\u0069d": 2}"#, "/id is included more than once")]
    #[case::twice_inside_section_11_5(
        r#"{"evaluations": [{}, {"resource": {"id": 1, "id": 2}}]}"#,
        "/evaluations/1/resource/id is included more than once"
    )]
    fn a_body_that_two_could_read_differently_is_refused(#[case] body: &str, #[case] expected: &str) {
        assert_eq!(object(body.as_bytes()).expect_err("a refusal").to_string(), expected);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(object(b"{\"a\": \"\xff\"}"), Err(Malformed::body(Reason::NotJson)));
    }

    #[rstest]
    #[case::arrays("[", "]")]
    #[case::objects("{\"a\":", "}")]
    fn nesting_ends_somewhere_section_11_7(#[case] open: &str, #[case] close: &str) {
        let nested = |depth: usize| format!("{{\"a\":{}1{}}}", open.repeat(depth), close.repeat(depth));
        assert!(object(nested(MAX_DEPTH - 1).as_bytes()).is_ok());
        let refused = Err(Malformed::body(Reason::TooDeep));
        assert_eq!(object(nested(MAX_DEPTH).as_bytes()), refused);
        // Before the end is even looked for.
        assert_eq!(object(format!("{{\"a\":{}", open.repeat(100_000)).as_bytes()), refused);
    }
}

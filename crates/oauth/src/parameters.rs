//! The parameters of a request, from a form or from JSON.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::OAuthError;

/// The longest value of a parameter, in bytes.
const MAX_VALUE: usize = 16_384;

/// The parameters of a request, each at most once (RFC 6749 section 3.2) and none empty.
#[derive(Clone, Debug, Default)]
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// From `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// `invalid_request` for a form that is none, or a parameter that comes twice.
    pub fn from_form(body: &[u8]) -> Result<Self, OAuthError> {
        let pairs: Vec<(String, String)> = serde_html_form::from_bytes(body)
            .map_err(|_| OAuthError::invalid_request("The body is not application/x-www-form-urlencoded."))?;
        let mut parameters = Self::default();
        for (name, value) in pairs {
            parameters.add(name, value)?;
        }
        Ok(parameters)
    }

    /// From a JSON object of texts.
    ///
    /// # Errors
    /// `invalid_request` for JSON that is none, or a value that is no text.
    pub fn from_json(body: &[u8]) -> Result<Self, OAuthError> {
        let object: serde_json::Map<String, Value> = serde_json::from_slice(body)
            .map_err(|_| OAuthError::invalid_request("The body is not a JSON object."))?;
        let mut parameters = Self::default();
        for (name, value) in object {
            match value {
                Value::String(value) => parameters.add(name, value)?,
                Value::Null => {}
                _ => {
                    return Err(OAuthError::invalid_request(format!(
                        "parameter {} must be a string",
                        shown(&name)
                    )));
                }
            }
        }
        Ok(parameters)
    }

    fn add(&mut self, name: String, value: String) -> Result<(), OAuthError> {
        if value.is_empty() {
            return Ok(());
        }
        if value.len() > MAX_VALUE || value.contains('\0') {
            return Err(OAuthError::invalid_request(format!(
                "parameter {} is too long or contains NUL",
                shown(&name)
            )));
        }
        let repeated = format!("parameter {} is included more than once", shown(&name));
        match self.0.insert(name, value) {
            None => Ok(()),
            Some(_) => Err(OAuthError::invalid_request(repeated)),
        }
    }

    /// Parameters that were read before.
    pub fn from_map(read: BTreeMap<String, String>) -> Self {
        Self(read)
    }

    /// The parameters, to be read again.
    pub fn into_map(self) -> BTreeMap<String, String> {
        self.0
    }

    /// The parameters with this one in place of any other of its name.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Takes a parameter out.
    pub fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }
}

/// A name as it may be repeated in an answer.
pub(crate) fn shown(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_graphic()).take(40).collect()
}

/// The words of a parameter that is a list separated by spaces (RFC 6749 section 3.3), each once.
pub fn words(text: Option<&str>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.unwrap_or_default().split_ascii_whitespace() {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_of_another_type_is_refused_by_name() {
        let refused = Parameters::from_json(br#"{"organization":["a"]}"#).expect_err("a refusal");
        assert_eq!(refused.description, "parameter organization must be a string");
    }
}

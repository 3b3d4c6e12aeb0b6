//! `POST /oauth/token`: from the form or JSON to a typed request.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::error::{ErrorCode, OAuthError};

/// The assertion type of RFC 7523 section 2.2.
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The longest value of a parameter, in bytes.
const MAX_VALUE: usize = 16_384;

/// How the client says who it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Presented {
    /// By a secret, in the `Authorization` header or the body (RFC 6749 section 2.3.1).
    Secret {
        /// The client.
        client_id: String,
        /// Its secret.
        secret: String,
    },
    /// By a signed assertion (RFC 7523).
    Assertion {
        /// The client, where the body names it.
        client_id: Option<String>,
        /// The assertion.
        jwt: String,
    },
    /// By name alone.
    Nothing {
        /// The client.
        client_id: String,
    },
}

impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Secret { .. } => "a secret",
            Self::Assertion { .. } => "an assertion",
            Self::Nothing { .. } => "nothing",
        })
    }
}

/// A token for the client itself (RFC 6749 section 4.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCredentials {
    /// How the client says who it is.
    pub client: Presented,
    /// The API, by `audience` or `resource` (RFC 8707).
    pub audience: Option<String>,
    /// The organization, by id or name.
    pub organization: Option<String>,
    /// The permissions asked for; all that are held when empty.
    pub scope: Vec<String>,
}

/// A request by grant type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenRequest {
    /// `client_credentials`.
    ClientCredentials(ClientCredentials),
}

/// The parameters of a request, each at most once (RFC 6749 section 3.2) and none empty.
#[derive(Debug, Default)]
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

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }
}

/// A name as it may be repeated in an answer.
fn shown(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_graphic()).take(40).collect()
}

/// Reads a token request. `authorization` is the header of that name, where the request has one.
///
/// # Errors
/// The refusals of RFC 6749 section 5.2 that need no storage.
pub fn read(mut parameters: Parameters, authorization: Option<&str>) -> Result<TokenRequest, OAuthError> {
    let Some(grant_type) = parameters.take("grant_type") else {
        return Err(OAuthError::invalid_request("Missing required parameter: grant_type"));
    };
    if grant_type != "client_credentials" {
        let description = format!("Unsupported grant type: {}", shown(&grant_type));
        return Err(OAuthError::new(ErrorCode::UnsupportedGrantType, description));
    }
    let client = presented(&mut parameters, authorization)?;
    let audience = crate::authorize_request::audience(&mut parameters)?;
    let scope = parameters.take("scope").unwrap_or_default();
    Ok(TokenRequest::ClientCredentials(ClientCredentials {
        client,
        audience,
        organization: parameters.take("organization"),
        scope: scope.split_ascii_whitespace().map(str::to_owned).collect(),
    }))
}

/// RFC 6749 section 2.3: one way to authenticate, never two.
fn presented(parameters: &mut Parameters, authorization: Option<&str>) -> Result<Presented, OAuthError> {
    let client_id = parameters.take("client_id");
    let secret = parameters.take("client_secret");
    let assertion = parameters.take("client_assertion");
    let assertion_type = parameters.take("client_assertion_type");
    let basic = authorization
        .and_then(|header| header.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    if usize::from(secret.is_some()) + usize::from(assertion.is_some()) + usize::from(basic.is_some()) > 1 {
        return Err(OAuthError::invalid_request("The client must authenticate in one way only."));
    }
    if let Some((_, credentials)) = basic {
        let (id, secret) = read_basic(credentials).ok_or_else(OAuthError::unauthorized)?;
        if client_id.is_some_and(|named| named != id) {
            return Err(OAuthError::invalid_request(
                "parameter client_id and the Authorization header contradict each other",
            ));
        }
        return Ok(Presented::Secret { client_id: id, secret });
    }
    if let Some(jwt) = assertion {
        return match assertion_type.as_deref() {
            Some(JWT_BEARER) => Ok(Presented::Assertion { client_id, jwt }),
            _ => Err(OAuthError::invalid_request(format!(
                "parameter client_assertion_type must be {JWT_BEARER}"
            ))),
        };
    }
    let Some(client_id) = client_id else {
        return Err(OAuthError::invalid_request("Missing required parameter: client_id"));
    };
    Ok(match secret {
        Some(secret) => Presented::Secret { client_id, secret },
        None => Presented::Nothing { client_id },
    })
}

/// RFC 6749 section 2.3.1: both parts are form-encoded inside the Basic credentials.
fn read_basic(credentials: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode =
        |part: &str| Some(percent_decode_str(&part.replace('+', " ")).decode_utf8().ok()?.into_owned());
    Some((decode(id)?, decode(secret)?)).filter(|(id, secret)| !id.contains('\0') && !secret.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &str) -> Result<TokenRequest, OAuthError> {
        read(Parameters::from_form(body.as_bytes())?, None)
    }

    fn description(result: Result<TokenRequest, OAuthError>) -> String {
        result.expect_err("a refusal").description
    }

    #[test]
    fn a_form_and_json_say_the_same() {
        let by_form = form(
            "grant_type=client_credentials&client_id=c&client_secret=s&audience=https%3A%2F%2Fa&organization=o",
        );
        let json = br#"{"grant_type":"client_credentials","client_id":"c","client_secret":"s","audience":"https://a","organization":"o"}"#;
        let by_json = read(Parameters::from_json(json).expect("parameters"), None);
        assert_eq!(by_form, by_json);
        assert!(by_form.is_ok());
    }

    #[test]
    fn basic_credentials_are_form_encoded_inside() {
        let header = format!("Basic {}", STANDARD.encode("a%3Ab:s%2Bc"));
        let parameters = Parameters::from_form(b"grant_type=client_credentials").expect("parameters");
        let TokenRequest::ClientCredentials(request) = read(parameters, Some(&header)).expect("a request");
        assert_eq!(request.client, Presented::Secret { client_id: "a:b".into(), secret: "s+c".into() });
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let cases = [
            ("", "Missing required parameter: grant_type"),
            ("grant_type=magic", "Unsupported grant type: magic"),
            ("grant_type=client_credentials", "Missing required parameter: client_id"),
            ("grant_type=client_credentials&grant_type=x", "parameter grant_type is included more than once"),
            (
                "grant_type=client_credentials&client_id=c&audience=a&resource=b",
                "parameters audience and resource contradict each other",
            ),
            (
                "grant_type=client_credentials&client_id=c&client_secret=s&client_assertion=j",
                "The client must authenticate in one way only.",
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(description(form(body)), expected, "{body}");
        }
    }

    #[test]
    fn json_of_another_type_is_refused_by_name() {
        let refused = Parameters::from_json(br#"{"organization":["a"]}"#).expect_err("a refusal");
        assert_eq!(refused.description, "parameter organization must be a string");
    }
}

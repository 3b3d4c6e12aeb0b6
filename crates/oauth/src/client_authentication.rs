//! How a client says who it is: RFC 6749 section 2.3, RFC 7523 section 2.2.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use crate::error::OAuthError;
use crate::parameters::Parameters;

/// The assertion type of RFC 7523 section 2.2.
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

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

impl Presented {
    /// The secret, if that is what the client presents.
    pub fn secret(&self) -> Option<&str> {
        match self {
            Self::Secret { secret, .. } => Some(secret),
            Self::Assertion { .. } | Self::Nothing { .. } => None,
        }
    }
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

/// What the client presents, in the parameters or in the `Authorization` header: one way, never two (RFC 6749
/// section 2.3).
///
/// # Errors
/// `invalid_request`, and `access_denied` for a header that cannot be read.
pub fn presented(parameters: &mut Parameters, authorization: Option<&str>) -> Result<Presented, OAuthError> {
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

    #[test]
    fn basic_credentials_are_form_encoded_inside() {
        let header = format!("Basic {}", STANDARD.encode("a%3Ab:s%2Bc"));
        let said = presented(&mut Parameters::default(), Some(&header)).expect("credentials");
        assert_eq!(said, Presented::Secret { client_id: "a:b".into(), secret: "s+c".into() });
    }
}

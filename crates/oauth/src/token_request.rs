//! `POST /oauth/token`: from parameters to a typed request.

use crate::authorize_request::audience;
use crate::client_authentication::{Presented, presented};
use crate::error::{ErrorCode, OAuthError};
use crate::parameters::{Parameters, shown, words};

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

/// Tokens for the code of a sign-in (RFC 6749 section 4.1.3).
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// How the client says who it is.
    pub client: Presented,
    /// The code.
    pub code: String,
    /// The address that the code was sent to, if the authorization request named it.
    pub redirect_uri: Option<String>,
    /// The verifier of RFC 7636.
    pub code_verifier: Option<String>,
}

/// New tokens (RFC 6749 section 6).
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// How the client says who it is.
    pub client: Presented,
    /// The refresh token.
    pub refresh_token: String,
    /// Less scope than the refresh token is good for; all of it when empty.
    pub scope: Vec<String>,
    /// One of the APIs that the refresh token is good for, or an organization's own audience of it.
    pub audience: Option<String>,
    /// Another organization than that of the sign-in.
    pub organization: Option<String>,
}

impl std::fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationCode").field("client", &self.client).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RefreshToken").field("client", &self.client).finish_non_exhaustive()
    }
}

/// What a device asks for (RFC 8628 section 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAuthorization {
    /// How the client says who it is.
    pub client: Presented,
    /// The scope.
    pub scope: Vec<String>,
    /// The API.
    pub audience: Option<String>,
}

/// Tokens for what a person allowed a device (RFC 8628 section 3.4).
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceCode {
    /// How the client says who it is.
    pub client: Presented,
    /// The device code.
    pub device_code: String,
}

impl std::fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceCode").field("client", &self.client).finish_non_exhaustive()
    }
}

/// Reads what a device asks for.
///
/// # Errors
/// The refusals of RFC 8628 section 3.2 that need no storage.
pub fn read_device_authorization(
    mut parameters: Parameters,
    authorization: Option<&str>,
) -> Result<DeviceAuthorization, OAuthError> {
    Ok(DeviceAuthorization {
        client: presented(&mut parameters, authorization)?,
        scope: scope(&mut parameters),
        audience: audience(&mut parameters)?,
    })
}

/// A request by grant type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenRequest {
    /// `client_credentials`.
    ClientCredentials(ClientCredentials),
    /// `authorization_code`.
    AuthorizationCode(AuthorizationCode),
    /// `refresh_token`.
    RefreshToken(RefreshToken),
    /// `urn:ietf:params:oauth:grant-type:device_code`.
    DeviceCode(DeviceCode),
}

/// Reads a token request. `authorization` is the header of that name, where the request has one.
///
/// # Errors
/// The refusals of RFC 6749 section 5.2 that need no storage.
pub fn read(mut parameters: Parameters, authorization: Option<&str>) -> Result<TokenRequest, OAuthError> {
    let grant_type = required(&mut parameters, "grant_type")?;
    match grant_type.as_str() {
        "client_credentials" => Ok(TokenRequest::ClientCredentials(ClientCredentials {
            client: presented(&mut parameters, authorization)?,
            audience: audience(&mut parameters)?,
            organization: parameters.take("organization"),
            scope: scope(&mut parameters),
        })),
        "authorization_code" => Ok(TokenRequest::AuthorizationCode(AuthorizationCode {
            client: presented(&mut parameters, authorization)?,
            code: required(&mut parameters, "code")?,
            redirect_uri: parameters.take("redirect_uri"),
            code_verifier: parameters.take("code_verifier"),
        })),
        "refresh_token" => Ok(TokenRequest::RefreshToken(RefreshToken {
            client: presented(&mut parameters, authorization)?,
            refresh_token: required(&mut parameters, "refresh_token")?,
            audience: audience(&mut parameters)?,
            organization: parameters.take("organization"),
            scope: scope(&mut parameters),
        })),
        "urn:ietf:params:oauth:grant-type:device_code" => Ok(TokenRequest::DeviceCode(DeviceCode {
            client: presented(&mut parameters, authorization)?,
            device_code: required(&mut parameters, "device_code")?,
        })),
        other => {
            let description = format!("Unsupported grant type: {}", shown(other));
            Err(OAuthError::new(ErrorCode::UnsupportedGrantType, description))
        }
    }
}

/// A parameter that the request must have.
pub(crate) fn required(parameters: &mut Parameters, name: &str) -> Result<String, OAuthError> {
    let missing = || OAuthError::invalid_request(format!("Missing required parameter: {name}"));
    parameters.take(name).ok_or_else(missing)
}

fn scope(parameters: &mut Parameters) -> Vec<String> {
    words(parameters.take("scope").as_deref())
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
    fn what_cannot_be_is_refused_by_name() {
        let cases = [
            ("", "Missing required parameter: grant_type"),
            ("grant_type=magic", "Unsupported grant type: magic"),
            ("grant_type=client_credentials", "Missing required parameter: client_id"),
            ("grant_type=authorization_code&client_id=c", "Missing required parameter: code"),
            ("grant_type=refresh_token&client_id=c", "Missing required parameter: refresh_token"),
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
    fn no_secret_shows_in_debug_text() {
        let code = "grant_type=authorization_code&client_id=c&code=s3cret&code_verifier=s3cret";
        let refresh = "grant_type=refresh_token&client_id=c&client_secret=s3cret&refresh_token=s3cret";
        for body in [code, refresh] {
            let text = format!("{:?}", form(body).expect("a request"));
            assert!(!text.contains("s3cret"), "{text}");
        }
    }
}

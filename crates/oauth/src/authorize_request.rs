//! `/authorize`: from parameters to a typed request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1,
//! RFC 7636, contract section 13.2).
//!
//! In two steps, since a refusal may be sent to the client only once the address is known to be its own: [`address`]
//! reads what that takes, [`read`] everything else.

use std::collections::BTreeMap;

pub use guildhall_domain::authorization_code::{Challenge, ChallengeMethod};
use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, OAuthError};
use crate::parameters::{Parameters, words};
use crate::response_type::{ResponseMode, ResponseType};

/// The most bytes of unknown parameters that are kept.
const MAX_OTHERS: usize = 2048;

/// What a pushed request is called (RFC 9126 section 2.2).
pub const PUSHED: &str = "urn:ietf:params:oauth:request_uri:";

/// Who asks, and where an answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The client.
    pub client_id: String,
    /// The address, where the request names one.
    pub redirect_uri: Option<String>,
    /// How a refusal travels.
    pub mode_of_refusal: ResponseMode,
    /// Given back to the client.
    pub state: Option<String>,
    /// The pushed request that stands for this one.
    pub pushed: Option<String>,
}

/// What the person may, or must, be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Nothing.
    pub none: bool,
    /// To sign in, also where they are signed in.
    pub login: bool,
    /// To consent, also where they have.
    pub consent: bool,
    /// Who they are.
    pub select_account: bool,
}

/// The page that a sign-in begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScreenHint {
    /// Signing up.
    Signup,
    /// A forgotten password.
    ResetPassword,
}

/// An authorization request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizeRequest {
    /// The client.
    pub client_id: String,
    /// What it is answered with.
    pub response_type: ResponseType,
    /// How the answer travels.
    pub response_mode: ResponseMode,
    /// Whether the request named the address, so that the exchange of the code must name it again.
    pub names_redirect_uri: bool,
    /// What is asked for.
    pub scope: Vec<String>,
    /// Given back to the client.
    pub state: Option<String>,
    /// The API, by `audience` or `resource` (RFC 8707).
    pub audience: Option<String>,
    /// Given back in the ID token.
    pub nonce: Option<String>,
    /// How the code is bound.
    pub challenge: Option<Challenge>,
    /// The connection to sign in with.
    pub connection: Option<String>,
    /// What the person may be asked.
    pub prompt: Prompt,
    /// Seconds since the person last signed in.
    pub max_age: Option<i64>,
    /// Who will probably sign in.
    pub login_hint: Option<String>,
    /// The authentication that is asked for.
    pub acr_values: Vec<String>,
    /// Languages, by preference.
    pub ui_locales: Vec<String>,
    /// The page to begin with.
    pub screen_hint: Option<ScreenHint>,
    /// The organization, by id or name.
    pub organization: Option<String>,
    /// The ticket of an invitation.
    pub invitation: Option<String>,
    /// What else the client sent, for the vendor's Actions.
    #[serde(default)]
    pub others: BTreeMap<String, String>,
}

impl AuthorizeRequest {
    /// What a person is asked to allow a device, which is answered at the token endpoint.
    pub fn of_device(client_id: &str, scope: Vec<String>, audience: Option<String>) -> Self {
        Self {
            client_id: client_id.to_owned(),
            response_type: ResponseType::default(),
            response_mode: ResponseMode::Query,
            names_redirect_uri: false,
            scope,
            state: None,
            audience,
            nonce: None,
            challenge: None,
            connection: None,
            prompt: Prompt::default(),
            max_age: None,
            login_hint: None,
            acr_values: Vec::new(),
            ui_locales: Vec::new(),
            screen_hint: None,
            organization: None,
            invitation: None,
            others: BTreeMap::new(),
        }
    }

    /// The parameters that are worth telling the vendor's Actions, as the client sent them.
    pub fn parameters(&self) -> BTreeMap<String, String> {
        let kind = self.response_type;
        let types = [("code", kind.code), ("id_token", kind.id_token), ("token", kind.token)];
        let prompts = [
            ("none", self.prompt.none),
            ("login", self.prompt.login),
            ("consent", self.prompt.consent),
            ("select_account", self.prompt.select_account),
        ];
        let joined = |words: &[(&str, bool)]| {
            words.iter().filter(|(_, said)| *said).map(|(word, _)| *word).collect::<Vec<_>>().join(" ")
        };
        let named = [
            ("client_id", Some(self.client_id.clone())),
            ("response_type", Some(joined(&types))),
            ("scope", Some(self.scope.join(" "))),
            ("prompt", Some(joined(&prompts))),
            ("acr_values", Some(self.acr_values.join(" "))),
            ("ui_locales", Some(self.ui_locales.join(" "))),
            ("state", self.state.clone()),
            ("audience", self.audience.clone()),
            ("connection", self.connection.clone()),
            ("max_age", self.max_age.map(|age| age.to_string())),
            ("login_hint", self.login_hint.clone()),
            ("organization", self.organization.clone()),
            ("invitation", self.invitation.clone()),
        ];
        let mut parameters = self.others.clone();
        for (name, value) in named {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                parameters.insert(name.to_owned(), value);
            }
        }
        parameters
    }

    /// Whether the scope is asked for.
    pub fn asks_for(&self, scope: &str) -> bool {
        self.scope.iter().any(|asked| asked == scope)
    }
}

/// Reads who asks and where an answer goes.
///
/// # Errors
/// `invalid_request`, which is shown to the person: there is no address to send it to.
pub fn address(parameters: &Parameters) -> Result<Address, OAuthError> {
    let read = |name: &str| parameters.get(name).map(str::to_owned);
    let client_id = read("client_id")
        .ok_or_else(|| OAuthError::invalid_request("Missing required parameter: client_id"))?;
    let mode_of_refusal =
        ResponseMode::of_refusal(parameters.get("response_mode"), parameters.get("response_type"));
    let pushed = parameters.get("request_uri").and_then(|uri| uri.strip_prefix(PUSHED)).map(str::to_owned);
    Ok(Address {
        client_id,
        redirect_uri: read("redirect_uri"),
        mode_of_refusal,
        state: read("state"),
        pushed,
    })
}

/// Reads everything else. `is_public` says whether the client has no secret, so that a code must be bound by PKCE.
///
/// # Errors
/// The refusals that need no storage, which are sent to the client.
pub fn read(mut parameters: Parameters, is_public: bool) -> Result<AuthorizeRequest, OAuthError> {
    let unsupported =
        |code, name: &str| Err(OAuthError::new(code, format!("parameter {name} is not supported")));
    if parameters.get("request").is_some() {
        return unsupported(ErrorCode::RequestNotSupported, "request");
    }
    if parameters.get("request_uri").is_some() {
        return unsupported(ErrorCode::RequestUriNotSupported, "request_uri");
    }
    let missing = |name: &str| OAuthError::invalid_request(format!("Missing required parameter: {name}"));
    let client_id = parameters.take("client_id").ok_or_else(|| missing("client_id"))?;
    let response_type =
        ResponseType::read(&parameters.take("response_type").ok_or_else(|| missing("response_type"))?)?;
    let response_mode = ResponseMode::read(parameters.take("response_mode").as_deref(), response_type)?;
    let scope = words(parameters.take("scope").as_deref());
    let nonce = parameters.take("nonce");
    if response_type.id_token && nonce.is_none() {
        return Err(missing("nonce"));
    }
    if response_type.id_token && !scope.iter().any(|scope| scope == "openid") {
        return Err(OAuthError::invalid_request("scope must contain openid for this response_type"));
    }
    Ok(AuthorizeRequest {
        client_id,
        response_type,
        response_mode,
        names_redirect_uri: parameters.take("redirect_uri").is_some(),
        scope,
        state: parameters.take("state"),
        audience: audience(&mut parameters)?,
        nonce,
        challenge: challenge(&mut parameters, is_public && response_type.code)?,
        connection: parameters.take("connection"),
        prompt: prompt(&words(parameters.take("prompt").as_deref()))?,
        max_age: max_age(parameters.take("max_age"))?,
        login_hint: parameters.take("login_hint"),
        acr_values: words(parameters.take("acr_values").as_deref()),
        ui_locales: words(parameters.take("ui_locales").as_deref()),
        screen_hint: match parameters.take("screen_hint").as_deref() {
            Some("signup") => Some(ScreenHint::Signup),
            Some("reset_password") => Some(ScreenHint::ResetPassword),
            _ => None,
        },
        organization: parameters.take("organization"),
        invitation: parameters.take("invitation"),
        others: others(parameters),
    })
}

/// Parameters that mean nothing here, as far as they can travel with the sign-in from page to page.
fn others(parameters: Parameters) -> BTreeMap<String, String> {
    let mut room = MAX_OTHERS;
    let fits = |(name, value): &(String, String)| {
        let size = name.len() + value.len();
        let fits = size <= room;
        room -= if fits { size } else { 0 };
        fits
    };
    parameters.into_map().into_iter().filter(fits).collect()
}

/// RFC 8707 section 2.1; one API to a request.
pub(crate) fn audience(parameters: &mut Parameters) -> Result<Option<String>, OAuthError> {
    match (parameters.take("audience"), parameters.take("resource")) {
        (Some(audience), Some(resource)) if audience != resource => {
            Err(OAuthError::invalid_request("parameters audience and resource contradict each other"))
        }
        (audience, resource) => Ok(audience.or(resource)),
    }
}

/// RFC 7636 section 4.3. A client without a secret has nothing else to bind its code by (RFC 9700 section 2.1.1).
fn challenge(parameters: &mut Parameters, required: bool) -> Result<Option<Challenge>, OAuthError> {
    let method = match parameters.take("code_challenge_method").as_deref() {
        Some("S256") => ChallengeMethod::S256,
        None | Some("plain") => ChallengeMethod::Plain,
        Some(_) => return Err(OAuthError::invalid_request("Unsupported code_challenge_method")),
    };
    let Some(value) = parameters.take("code_challenge") else {
        return match required {
            true => Err(OAuthError::invalid_request("Missing required parameter: code_challenge")),
            false => Ok(None),
        };
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    match (43..=128).contains(&value.len()) && value.bytes().all(allowed) {
        true => Ok(Some(Challenge { value, method })),
        false => Err(OAuthError::invalid_request("parameter code_challenge is malformed")),
    }
}

fn prompt(words: &[String]) -> Result<Prompt, OAuthError> {
    let mut prompt = Prompt::default();
    for word in words {
        match word.as_str() {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "consent" => prompt.consent = true,
            "select_account" => prompt.select_account = true,
            _ => return Err(OAuthError::invalid_request("Unsupported prompt")),
        }
    }
    match prompt.none && words.len() > 1 {
        true => Err(OAuthError::invalid_request("prompt none must come alone")),
        false => Ok(prompt),
    }
}

fn max_age(text: Option<String>) -> Result<Option<i64>, OAuthError> {
    let Some(text) = text else { return Ok(None) };
    match text.parse::<i64>() {
        Ok(seconds) if seconds >= 0 => Ok(Some(seconds)),
        _ => Err(OAuthError::invalid_request("parameter max_age must be a number of seconds")),
    }
}

#[cfg(test)]
mod tests;

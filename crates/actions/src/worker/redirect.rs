//! `api.redirect`: where the person is sent, and the signed tokens that go along and come back.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::Command;

/// How long a token is good for when the script does not say, in seconds.
const LIFETIME: i64 = 900;
/// Where the token stands when the script does not say.
const PARAMETER: &str = "session_token";

/// What the tokens are about, from the event as the host gave it.
#[derive(Default, Deserialize)]
pub(super) struct Transaction {
    #[serde(default)]
    request: Request,
    #[serde(default)]
    user: User,
}

#[derive(Default, Deserialize)]
struct Request {
    hostname: Option<String>,
    ip: Option<String>,
    #[serde(default)]
    query: Value,
    #[serde(default)]
    body: Value,
}

#[derive(Default, Deserialize)]
struct User {
    user_id: Option<String>,
}

/// `sendUserTo(url, {query})`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Send {
    url: String,
    query: Map<String, Value>,
}

/// `encodeToken({secret, payload, expiresInSeconds})`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Encode {
    secret: String,
    payload: Map<String, Value>,
    expires_in: Option<i64>,
}

/// `validateToken({secret, tokenParameterName})`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Validate {
    secret: String,
    parameter: Option<String>,
}

/// Chooses what signs tokens. A second call does nothing.
pub(super) fn install() {
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}

/// The URL with its query, as a command.
pub(super) fn send(Send { url, query }: Send) -> Result<Command, String> {
    let what = "the url of api.redirect.sendUserTo";
    let mut url = Url::parse(&url).map_err(|error| format!("{what}: {error}"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(format!("{what} must begin with https:// or http://"));
    }
    if !query.is_empty() {
        let mut pairs = url.query_pairs_mut();
        for (name, value) in &query {
            match value {
                Value::String(value) => pairs.append_pair(name, value),
                Value::Number(_) | Value::Bool(_) => pairs.append_pair(name, &value.to_string()),
                Value::Null => &mut pairs,
                Value::Array(_) | Value::Object(_) => {
                    return Err(format!("query.{name} of api.redirect.sendUserTo must be a string"));
                }
            };
        }
    }
    Ok(Command::Redirect { url: url.into() })
}

/// A token with the script's payload and `iss`, `sub`, `ip`, `iat` and `exp`. The payload may say another issuer or
/// subject; not another time.
pub(super) fn encode(encode: Encode, about: &Transaction, now: DateTime<Utc>) -> Result<Value, String> {
    let Encode { secret, payload, expires_in } = encode;
    if secret.is_empty() {
        return Err("the secret of api.redirect.encodeToken must not be empty".to_owned());
    }
    let mut claims = Map::new();
    for (name, value) in
        [("iss", &about.request.hostname), ("sub", &about.user.user_id), ("ip", &about.request.ip)]
    {
        if let Some(value) = value {
            claims.insert(name.to_owned(), json!(value));
        }
    }
    claims.extend(payload);
    let (issued, lifetime) = (now.timestamp(), expires_in.unwrap_or(LIFETIME));
    claims.insert("iat".to_owned(), json!(issued));
    claims.insert("exp".to_owned(), json!(issued.saturating_add(lifetime)));
    let key = EncodingKey::from_secret(secret.as_bytes());
    let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key);
    token.map(Value::String).map_err(|_| "api.redirect.encodeToken: the token could not be signed".to_owned())
}

/// The payload of the token that came back, if it is signed with the secret, has not expired, and is about this
/// person and this redirect: `state` keeps a token of one sign-in from being used in another.
pub(super) fn validate(
    validate: &Validate,
    about: &Transaction,
    now: DateTime<Utc>,
) -> Result<Value, String> {
    let invalid = |why: &str| format!("The session token is invalid: {why}");
    let request = &about.request;
    let given = |name: &str| [&request.body, &request.query].into_iter().find_map(|from| from[name].as_str());
    let parameter = validate.parameter.as_deref().unwrap_or(PARAMETER);
    let token =
        given(parameter).ok_or_else(|| invalid(&format!("there is no {parameter} in the request.")))?;

    let mut validation = Validation::new(Algorithm::HS256);
    // Checked below, by the clock of the run.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_secret(validate.secret.as_bytes());
    let claims = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &validation)
        .map_err(|_| invalid("its signature does not match."))?
        .claims;

    let expires = claims.get("exp").and_then(Value::as_f64).ok_or_else(|| invalid("exp is missing."))?;
    if expires <= now.timestamp() as f64 {
        return Err(invalid("it has expired."));
    }
    if let Some(user) = &about.user.user_id
        && claims.get("sub").and_then(Value::as_str) != Some(user)
    {
        return Err(invalid("sub in the token does not match the user."));
    }
    if let Some(state) = given("state")
        && claims.get("state").and_then(Value::as_str) != Some(state)
    {
        return Err(invalid("State in the token does not match the /continue state."));
    }
    Ok(Value::Object(claims))
}

//! `event.request`: the HTTP request that a token is issued for, without the secrets in it.

use std::collections::BTreeMap;

use guildhall_domain::field::Object;
use guildhall_domain::log::Origin;
use guildhall_oauth::parameters::Parameters;
use serde_json::{Value, json};

/// Parameters that no script is told.
const SECRET: &[&str] = &[
    "client_secret",
    "client_assertion",
    "code",
    "code_verifier",
    "device_code",
    "password",
    "refresh_token",
];

/// The HTTP request that a token is issued for. Borrowed: where no Action is bound, nobody reads it.
#[derive(Clone, Copy, Debug)]
pub struct HttpRequest<'a> {
    /// Such as `POST`.
    pub method: &'a str,
    /// The header `Accept-Language`.
    pub language: Option<&'a str>,
    /// The parameters.
    pub sent: Sent<'a>,
    /// Where it came from.
    pub origin: &'a Origin,
}

/// The parameters of a request, as they came.
#[derive(Clone, Copy, Debug)]
pub enum Sent<'a> {
    /// In the body, as a form.
    Form(&'a [u8]),
    /// In the body, as JSON.
    Json(&'a [u8]),
    /// In the query, read before.
    Query(&'a BTreeMap<String, String>),
}

impl<'a> HttpRequest<'a> {
    /// A request of which scripts are told no more than where it came from.
    pub fn silent(origin: &'a Origin) -> Self {
        const NOTHING: &BTreeMap<String, String> = &BTreeMap::new();
        Self { method: "POST", language: None, sent: Sent::Query(NOTHING), origin }
    }

    /// What scripts are told.
    pub(super) fn told(&self, hostname: &str) -> Value {
        let (mut query, mut body) = (Object::new(), Object::new());
        match self.sent {
            Sent::Form(bytes) => body = texts(Parameters::from_form(bytes).unwrap_or_default().into_map()),
            Sent::Json(bytes) => body = serde_json::from_slice(bytes).unwrap_or_default(),
            Sent::Query(parameters) => query = texts(parameters.clone()),
        }
        body.retain(|name, _| !SECRET.contains(&name.as_str()));
        query.retain(|name, _| !SECRET.contains(&name.as_str()));
        json!({
            "method": self.method,
            "hostname": hostname,
            "ip": self.origin.ip,
            "language": self.language,
            "user_agent": self.origin.user_agent,
            "geoip": {},
            "query": query,
            "body": body,
        })
    }
}

fn texts(parameters: BTreeMap<String, String>) -> Object {
    parameters.into_iter().map(|(name, value)| (name, value.into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sent: Sent<'_>) -> Value {
        let origin = Origin { ip: Some("203.0.113.7".to_owned()), ..Origin::default() };
        HttpRequest { method: "POST", language: None, sent, origin: &origin }.told("a.test")
    }

    #[test]
    fn scripts_are_told_everything_but_secrets() {
        let form = told(Sent::Form(b"grant_type=client_credentials&client_secret=s3cret&x-region=eu"));
        assert_eq!(form["body"], json!({"grant_type": "client_credentials", "x-region": "eu"}));
        let body = told(Sent::Json(br#"{"refresh_token":"s3cret","deep":{"a":[1]}}"#));
        assert_eq!(body["body"], json!({"deep": {"a": [1]}}));
        assert_eq!((&body["ip"], &body["method"]), (&json!("203.0.113.7"), &json!("POST")));
    }
}

//! The answer to an authorization request (RFC 6749 section 4.1.2, OpenID Connect Core section 3.1.2.5): from its
//! parameters to what the browser is given.

use serde_json::{Map, Value, json};
use url::form_urlencoded::Serializer;

use crate::error::OAuthError;
use crate::redirect_uri::origin_of;
use crate::response_type::ResponseMode;

/// What the browser is given.
#[derive(Clone, PartialEq, Eq)]
pub enum Delivery {
    /// An address to go to.
    Redirect(String),
    /// A form to post.
    FormPost {
        /// Where to.
        action: String,
        /// Its fields.
        fields: Vec<(String, String)>,
    },
    /// A message to the page that opened this one.
    WebMessage {
        /// The only origin that may read it.
        origin: String,
        /// The message, as JSON.
        message: String,
    },
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Redirect(_) => "a redirect",
            Self::FormPost { .. } => "a form",
            Self::WebMessage { .. } => "a message",
        })
    }
}

/// The parameters of an answer, in order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Response(Vec<(&'static str, String)>);

impl Response {
    /// Adds a parameter.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Adds a parameter where there is a value.
    pub fn with_some(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The answer that refuses a request.
    pub fn refusal(error: &OAuthError) -> Self {
        Self::default().with("error", error.code.as_str()).with("error_description", &error.description)
    }

    /// Delivers the answer to an address that was found to be the client's own. Nothing where a message is asked for
    /// and the address has no origin.
    pub fn deliver(self, mode: ResponseMode, redirect_uri: &str) -> Option<Delivery> {
        Some(match mode {
            ResponseMode::Query => {
                let mark = if redirect_uri.contains('?') { '&' } else { '?' };
                Delivery::Redirect(format!("{redirect_uri}{mark}{}", self.encoded()))
            }
            ResponseMode::Fragment => Delivery::Redirect(format!("{redirect_uri}#{}", self.encoded())),
            ResponseMode::FormPost => Delivery::FormPost {
                action: redirect_uri.to_owned(),
                fields: self.0.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            },
            ResponseMode::WebMessage => Delivery::WebMessage {
                origin: origin_of(redirect_uri)?,
                message: json!({"type": "authorization_response", "response": self.object()}).to_string(),
            },
        })
    }

    fn encoded(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    fn object(self) -> Map<String, Value> {
        let numeric = |name: &str, value: String| match (name, value.parse::<i64>()) {
            ("expires_in", Ok(seconds)) => seconds.into(),
            _ => Value::String(value),
        };
        self.0.into_iter().map(|(name, value)| (name.to_owned(), numeric(name, value))).collect()
    }
}

/// An address with parameters added to its query, before its fragment.
pub fn with_query(address: &str, parameters: &[(&str, &str)]) -> String {
    if parameters.is_empty() {
        return address.to_owned();
    }
    let (address, fragment) = match address.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (address, String::new()),
    };
    let mark = if address.contains('?') { '&' } else { '?' };
    let query = Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{address}{mark}{query}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response() -> Response {
        Response::default()
            .with("code", "c+1")
            .with_some("state", Some("a b&c"))
            .with_some("iss", None::<&str>)
    }

    fn redirect(mode: ResponseMode, to: &str) -> String {
        match response().deliver(mode, to) {
            Some(Delivery::Redirect(address)) => address,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_query_keeps_what_was_in_it() {
        assert_eq!(redirect(ResponseMode::Query, "https://a/cb"), "https://a/cb?code=c%2B1&state=a+b%26c");
        assert_eq!(
            redirect(ResponseMode::Query, "https://a/cb?x=1"),
            "https://a/cb?x=1&code=c%2B1&state=a+b%26c"
        );
        assert_eq!(redirect(ResponseMode::Fragment, "app://cb"), "app://cb#code=c%2B1&state=a+b%26c");
    }

    #[test]
    fn a_form_has_the_values_as_they_are() {
        let fields = vec![("code".to_owned(), "c+1".to_owned()), ("state".to_owned(), "a b&c".to_owned())];
        let expected = Delivery::FormPost { action: "https://a/cb".to_owned(), fields };
        assert_eq!(response().deliver(ResponseMode::FormPost, "https://a/cb"), Some(expected));
    }

    #[test]
    fn a_message_goes_to_one_origin() {
        let refusal = Response::refusal(&OAuthError::invalid_request("why")).with("expires_in", "60");
        let Some(Delivery::WebMessage { origin, message }) =
            refusal.deliver(ResponseMode::WebMessage, "http://127.0.0.1:3000/cb")
        else {
            panic!("no message");
        };
        assert_eq!(origin, "http://127.0.0.1:3000");
        assert_eq!(
            message,
            r#"{"type":"authorization_response","response":{"error":"invalid_request","error_description":"why","expires_in":60}}"#
        );
        assert_eq!(response().deliver(ResponseMode::WebMessage, "app://cb"), None);
    }

    #[test]
    fn parameters_come_before_the_fragment() {
        assert_eq!(with_query("https://a/b#c", &[("state", "s 1")]), "https://a/b?state=s+1#c");
        assert_eq!(with_query("https://a/b?x", &[("state", "s")]), "https://a/b?x&state=s");
        assert_eq!(with_query("https://a/b", &[]), "https://a/b");
    }
}

//! Answers, and what tests expect of them.

use reqwest::header::HeaderMap;
use serde_json::{Value, json};

/// An answer that was read to its end.
#[derive(Debug)]
pub struct Answer {
    /// What was asked, for messages.
    pub asked: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn read(asked: String, response: reqwest::Response) -> reqwest::Result<Self> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Self { asked, status, headers, text: response.text().await? })
    }

    /// The body; `null` when there is none.
    pub fn body(&self) -> Value {
        match self.text.is_empty() {
            true => Value::Null,
            false => serde_json::from_str(&self.text).unwrap_or_else(|_| self.text.clone().into()),
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Whether it is a success.
    pub fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body, after checking the status.
    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text);
        self.body()
    }

    /// Checks an error of the Management API, whole (contract section 2.8). No code is `""`.
    #[track_caller]
    pub fn refuses(self, status: u16, code: &str, message: &str) {
        let phrase = reqwest::StatusCode::from_u16(status).unwrap().canonical_reason().unwrap();
        let mut expected = json!({"statusCode": status, "error": phrase, "message": message});
        if !code.is_empty() {
            expected["errorCode"] = code.into();
        }
        assert_eq!((self.status, self.body()), (status, expected), "{}", self.asked);
    }

    /// Checks an error of the token endpoint, whole (RFC 6749 section 5.2).
    #[track_caller]
    pub fn denies(self, status: u16, error: &str, description: &str) {
        let expected = json!({"error": error, "error_description": description});
        assert_eq!((self.status, self.body()), (status, expected), "{}", self.asked);
    }

    /// The access token of a token answer.
    #[track_caller]
    pub fn token(self) -> String {
        self.is(200)["access_token"].as_str().unwrap().to_owned()
    }
}

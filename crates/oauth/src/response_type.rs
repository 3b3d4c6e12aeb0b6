//! What an authorization request is answered with, and how the answer travels (OAuth 2.0 Multiple Response Types).

use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, OAuthError};

/// `code`, `id_token`, `token` and their combinations, in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseType {
    /// An authorization code.
    pub code: bool,
    /// An ID token.
    pub id_token: bool,
    /// An access token.
    pub token: bool,
}

impl ResponseType {
    /// Reads the parameter `response_type`.
    ///
    /// # Errors
    /// `unsupported_response_type`.
    pub fn read(text: &str) -> Result<Self, OAuthError> {
        let mut read = Self::default();
        for word in text.split_ascii_whitespace() {
            let asked = match word {
                "code" => &mut read.code,
                "id_token" => &mut read.id_token,
                "token" => &mut read.token,
                _ => return Err(Self::unsupported(text)),
            };
            if std::mem::replace(asked, true) {
                return Err(Self::unsupported(text));
            }
        }
        match read == Self::default() {
            true => Err(Self::unsupported(text)),
            false => Ok(read),
        }
    }

    fn unsupported(text: &str) -> OAuthError {
        let shown: String = text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(40).collect();
        OAuthError::new(ErrorCode::UnsupportedResponseType, format!("Unsupported response type: {shown}"))
    }

    /// Whether a token is in the answer itself, which must then not be in a query, where servers and logs see it.
    pub fn shows_tokens(self) -> bool {
        self.id_token || self.token
    }

    /// The grant types that a client must be registered for.
    pub fn grant_types(self) -> impl Iterator<Item = &'static str> {
        let code = self.code.then_some("authorization_code");
        code.into_iter().chain(self.shows_tokens().then_some("implicit"))
    }
}

/// How the answer travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect.
    Query,
    /// In its fragment.
    Fragment,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
    /// In a message to the page that opened this one.
    WebMessage,
}

impl ResponseMode {
    /// Reads the parameter `response_mode`; the default of the response type where it is absent.
    ///
    /// # Errors
    /// `invalid_request` for an unknown mode, or one that would show tokens.
    pub fn read(text: Option<&str>, asked: ResponseType) -> Result<Self, OAuthError> {
        match text {
            None if asked.shows_tokens() => Ok(Self::Fragment),
            None => Ok(Self::Query),
            Some("query") if asked.shows_tokens() => {
                Err(OAuthError::invalid_request("response_mode query is not allowed for this response_type"))
            }
            Some("query") => Ok(Self::Query),
            Some("fragment") => Ok(Self::Fragment),
            Some("form_post") => Ok(Self::FormPost),
            Some("web_message") => Ok(Self::WebMessage),
            Some(_) => Err(OAuthError::invalid_request("Unsupported response_mode")),
        }
    }

    /// The mode in which a refusal of the request travels, as far as the request can be read.
    pub fn of_refusal(mode: Option<&str>, response_type: Option<&str>) -> Self {
        let asked = response_type.and_then(|text| ResponseType::read(text).ok()).unwrap_or_default();
        Self::read(mode, asked).unwrap_or(if asked.shows_tokens() { Self::Fragment } else { Self::Query })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("code", true, false, false)]
    #[case("id_token", false, true, false)]
    #[case("token id_token", false, true, true)]
    #[case("id_token code token", true, true, true)]
    fn words_come_in_any_order(
        #[case] text: &str,
        #[case] code: bool,
        #[case] id_token: bool,
        #[case] token: bool,
    ) {
        assert_eq!(ResponseType::read(text), Ok(ResponseType { code, id_token, token }));
    }

    #[rstest]
    fn what_is_no_response_type_is_refused(#[values("", " ", "none", "code code", "code,token")] text: &str) {
        let refused = ResponseType::read(text).expect_err("a refusal");
        assert_eq!(refused.code, ErrorCode::UnsupportedResponseType);
    }

    #[rstest]
    #[case(None, "code", Ok(ResponseMode::Query))]
    #[case(None, "code id_token", Ok(ResponseMode::Fragment))]
    #[case(Some("form_post"), "id_token", Ok(ResponseMode::FormPost))]
    #[case(Some("web_message"), "code", Ok(ResponseMode::WebMessage))]
    #[case(Some("query"), "token", Err(()))]
    #[case(Some("smoke"), "code", Err(()))]
    fn tokens_are_never_in_a_query(
        #[case] mode: Option<&str>,
        #[case] asked: &str,
        #[case] expected: Result<ResponseMode, ()>,
    ) {
        let asked = ResponseType::read(asked).expect("a response type");
        assert_eq!(ResponseMode::read(mode, asked).map_err(|_| ()), expected);
    }

    #[rstest]
    #[case(None, None, ResponseMode::Query)]
    #[case(Some("query"), Some("id_token"), ResponseMode::Fragment)]
    #[case(Some("smoke"), Some("code"), ResponseMode::Query)]
    #[case(Some("form_post"), Some("nonsense"), ResponseMode::FormPost)]
    fn a_refusal_travels_as_the_answer_would(
        #[case] mode: Option<&str>,
        #[case] asked: Option<&str>,
        #[case] expected: ResponseMode,
    ) {
        assert_eq!(ResponseMode::of_refusal(mode, asked), expected);
    }
}

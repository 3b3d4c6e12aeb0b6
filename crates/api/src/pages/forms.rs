//! Answers to a client that go through the browser: OAuth 2.0 Form Post Response Mode, and `web_message`.

use askama::Template;

use super::{Language, Page, Policy, assets, catalogue};

/// Posts an answer to the client by script, or by a button where there is none.
#[derive(Debug, Template)]
#[template(path = "form_post.html")]
pub struct FormPost {
    /// The language of the button.
    pub language: Language,
    /// The client's redirect address.
    pub action: String,
    /// The parameters of the answer.
    pub fields: Vec<(String, String)>,
}

impl FormPost {
    fn t(&self, key: &str) -> String {
        catalogue::say(self.language, key, &[])
    }
}

impl Page for FormPost {
    fn policy(&self) -> Policy {
        Policy::form_to(&self.action)
    }
}

/// Gives an answer to the window that opened or frames this page, as a message.
#[derive(Debug, Template)]
#[template(path = "web_message.html")]
pub struct WebMessage {
    /// The origin of the client's page; no other receives the message.
    pub target_origin: String,
    /// The message as JSON: `{"type": "authorization_response", "response": ...}`.
    pub response_json: String,
}

impl Page for WebMessage {
    fn policy(&self) -> Policy {
        Policy::framed_by(&self.target_origin)
    }
}

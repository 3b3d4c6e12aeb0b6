//! A person with a browser, and the ways to tokens through the web application. What comes is the body of the token
//! endpoint's answer, or what stands in its place.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Machine, Vendor};
use crate::one_truth::furnish::{DEVICE, email};
use crate::sign_in::browser::{Browser, returned};
use crate::sign_in::{CALLBACK, PASSWORD};

pub struct Person<'a> {
    vendor: &'a Vendor,
    web: &'a Machine,
    browser: Browser<'a>,
    user: usize,
}

impl<'a> Person<'a> {
    pub fn new(vendor: &'a Vendor, web: &'a Machine, user: usize) -> Self {
        Self { vendor, web, browser: Browser::new(vendor), user }
    }

    /// Whether the person comes back to the application by the password.
    pub async fn sign_in(&self) -> bool {
        let page = self.browser.authorize(&self.request("code", &[("scope", "openid")])).await;
        let fields = [("username", email(self.user)), ("password", PASSWORD.to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.browser.submit(&page, &fields).await.header("location").starts_with(CALLBACK)
    }

    /// By a code that is exchanged.
    pub async fn by_code(&self, parameters: &[(&str, &str)]) -> Value {
        let answer = self.browser.authorize(&self.request("code", parameters)).await;
        let brought = returned(&answer, CALLBACK);
        let Some(code) = brought.get("code") else { return refusal(&brought) };
        let form = [("grant_type", "authorization_code"), ("redirect_uri", CALLBACK), ("code", code)];
        self.grant(&form).await
    }

    /// Through the browser.
    pub async fn by_browser(&self, parameters: &[(&str, &str)]) -> Value {
        let parameters = [parameters, &[("nonce", "nonce")]].concat();
        let answer = self.browser.authorize(&self.request("id_token token", &parameters)).await;
        let brought = returned(&answer, CALLBACK);
        if brought.contains_key("access_token") { json!(brought) } else { refusal(&brought) }
    }

    /// By a device that the person connects, in no organization.
    pub async fn by_device(&self, parameters: &[(&str, &str)]) -> Value {
        let own = [("client_id", self.web.id.as_str()), ("client_secret", self.web.secret.as_str())];
        let request = self.vendor.request(Method::POST, "/oauth/device/code");
        let codes = self.vendor.send(request.form(&[&own, parameters].concat())).await.is(200);
        let page = self.browser.go("/activate").await;
        let page = self.browser.submit(&page, &[("user_code", codes["user_code"].as_str().unwrap())]).await;
        if page.status == 403 {
            return json!({"error": "access_denied"});
        }
        self.browser.submit(&page, &[("decision", "allow")]).await;
        let code = codes["device_code"].as_str().unwrap();
        self.grant(&[("grant_type", DEVICE), ("device_code", code)]).await
    }

    /// By a refresh token.
    pub async fn by_refresh(&self, token: &str, parameters: &[(&str, &str)]) -> Value {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.grant(&[&form, parameters].concat()).await
    }

    async fn grant(&self, form: &[(&str, &str)]) -> Value {
        let own = [("client_id", self.web.id.as_str()), ("client_secret", self.web.secret.as_str())];
        let request = self.vendor.request(Method::POST, "/oauth/token").form(&[&own, form].concat());
        self.vendor.send(request).await.body()
    }

    fn request<'b>(&'b self, response_type: &'b str, more: &[(&'b str, &'b str)]) -> Vec<(&'b str, &'b str)> {
        let own = [
            ("client_id", self.web.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", response_type),
        ];
        [&own, more].concat()
    }
}

fn refusal(brought: &BTreeMap<String, String>) -> Value {
    json!({"error": brought.get("error"), "error_description": brought.get("error_description")})
}

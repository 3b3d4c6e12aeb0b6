//! Signing in through a browser: from the client's redirect over our pages and back, and signing out. Contract sections
//! 3.4, 13.2 and 13.4.

mod answers;
pub mod browser;
mod consent;
mod devices;
mod invitations;
mod letters;
mod login;
mod logout;
mod organizations;
mod pushed;
mod requests;

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use browser::{Browser, returned};

use crate::harness::{Answer, Machine, Vendor};

/// The vendor's API.
pub const API: &str = "https://api.example";
/// Where the client wants people back.
pub const CALLBACK: &str = "https://app.example/callback";
pub const CONNECTION: &str = "Username-Password-Authentication";
pub const EMAIL: &str = "ada@example.com";
pub const PASSWORD: &str = "correct Horse 1";

/// The verifier and challenge of RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A vendor with an API, two customers, a web application, and Ada, who reads in Aurora and writes in Borealis.
pub struct Lobby {
    pub vendor: Vendor,
    pub web: Machine,
    pub ada: String,
    pub aurora: String,
    pub borealis: String,
    pub connection: String,
    pub reader: String,
}

impl Lobby {
    /// With an application for which an organization can be named.
    pub async fn open() -> Self {
        Self::open_with(json!({"organization_usage": "allow"})).await
    }

    /// With more settings of the application.
    pub async fn open_with(more: Value) -> Self {
        let vendor = Vendor::new().await;
        let authz = json!({"enforce_policies": true, "token_dialect": "access_token_authz",
            "allow_offline_access": true});
        vendor.api_with(API, &["read", "write"], authz).await;
        let mut web = json!({
            "name": "Web", "app_type": "regular_web", "callbacks": [CALLBACK],
            "allowed_logout_urls": ["https://app.example/bye"], "web_origins": ["https://app.example"],
            "initiate_login_uri": "https://app.example/login",
        });
        web.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let web = vendor.application(web).await;
        let aurora = vendor.organization_with("aurora", json!({"display_name": "Aurora Shipping"})).await;
        let borealis = vendor.organization("borealis").await;
        let connection = connection(&vendor).await;
        vendor.enable(&aurora, &connection, json!({})).await;
        vendor.enable(&borealis, &connection, json!({})).await;
        let reader = vendor.role("Reader", API, &["read"]).await;
        let writer = vendor.role("Writer", API, &["write"]).await;
        let ada = vendor.user_in(CONNECTION, EMAIL, json!({"password": PASSWORD})).await;
        vendor.member_with(&aurora, &ada, &[&reader]).await;
        vendor.member_with(&borealis, &ada, &[&writer]).await;
        Self { vendor, web, ada, aurora, borealis, connection, reader }
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser::new(&self.vendor)
    }

    /// Parameters of a request for a code, and more.
    pub fn asking<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let own = [
            ("client_id", self.web.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid email"),
            ("state", "the client's own"),
        ];
        let given = |name: &str| more.iter().any(|(known, _)| *known == name);
        own.into_iter().filter(|(name, _)| !given(name)).chain(more.iter().copied()).collect()
    }

    /// Goes to `/authorize`.
    pub async fn begin(&self, browser: &Browser<'_>, more: &[(&str, &str)]) -> Answer {
        browser.authorize(&self.asking(more)).await
    }

    /// Begins, and signs Ada in on the page that this leads to.
    pub async fn sign_in(&self, browser: &Browser<'_>, more: &[(&str, &str)]) -> Answer {
        let page = self.begin(browser, more).await;
        self.log_in(browser, &page).await
    }

    /// Signs Ada in on a page.
    pub async fn log_in(&self, browser: &Browser<'_>, page: &Answer) -> Answer {
        browser.submit(page, &[("username", EMAIL), ("password", PASSWORD)]).await
    }

    /// What came back to the client.
    #[track_caller]
    pub fn returned(&self, answer: &Answer) -> BTreeMap<String, String> {
        returned(answer, CALLBACK)
    }

    /// The refusal that came back to the client: code and description.
    #[track_caller]
    pub fn refused(&self, answer: &Answer) -> (String, String) {
        let mut parameters = self.returned(answer);
        assert_eq!(parameters.get("state").map(String::as_str), Some("the client's own"));
        let mut take = |name: &str| parameters.remove(name).unwrap_or_default();
        (take("error"), take("error_description"))
    }

    /// Exchanges a code.
    pub async fn exchange(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let own = [
            ("grant_type", "authorization_code"),
            ("client_id", self.web.id.as_str()),
            ("client_secret", self.web.secret.as_str()),
            ("redirect_uri", CALLBACK),
            ("code", code),
        ];
        let form = [&own, more].concat();
        self.vendor.send(self.vendor.request(Method::POST, "/oauth/token").form(&form)).await
    }

    /// The tokens for the code that came back to the client.
    pub async fn tokens(&self, answer: &Answer) -> Value {
        let code = self.returned(answer).remove("code").expect("a code");
        self.exchange(&code, &[]).await.is(200)
    }

    /// Changes the application.
    pub async fn set_web(&self, settings: Value) {
        self.vendor.patch(&format!("/clients/{}", self.web.id), settings).await.is(200);
    }
}

/// The id of the connection that every tenant starts with.
async fn connection(vendor: &Vendor) -> String {
    let all = vendor.get("/connections").await.is(200);
    let named = |item: &&Value| item["name"] == CONNECTION;
    all.as_array().unwrap().iter().find(named).unwrap()["id"].as_str().unwrap().to_owned()
}

/// Checks that an answer is a page that says why there is no answer to the client.
#[track_caller]
pub fn is_error_page(answer: &Answer, words: &str) {
    assert_eq!(answer.status, 400, "{}: {}", answer.asked, answer.text);
    assert!(answer.header("content-type").starts_with("text/html"), "{}", answer.asked);
    assert_eq!(answer.header("location"), "");
    assert!(answer.text.contains(words), "{words} is not in {}", answer.text);
}

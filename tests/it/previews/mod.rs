//! `POST /api/v2/token-previews` (an addition to the contract): what would be issued now, or why nothing would.

mod actions;
mod budgets;
mod devices;
mod machines;
mod people;
mod refreshes;
mod sign_ins;

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Vendor, claims, header};
use crate::sign_in::Lobby;

impl Vendor {
    /// Asks for a preview.
    pub async fn preview(&self, of: Value) -> Answer {
        self.post("/token-previews", of).await
    }

    /// Changes an API.
    pub async fn patch_api(&self, id: &str, patch: Value) {
        self.patch(&format!("/resource-servers/{id}"), patch).await.is(200);
    }
}

/// The device grant.
pub const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A lobby whose application runs on devices.
pub async fn device_lobby(usage: &str) -> Lobby {
    let grants = json!([DEVICE, "refresh_token"]);
    Lobby::open_with(json!({"app_type": "native", "grant_types": grants, "organization_usage": usage})).await
}

/// Asks for the codes of a device.
pub async fn device_codes(lobby: &Lobby, more: &[(&str, &str)]) -> Answer {
    let own = [("client_id", lobby.web.id.as_str()), ("scope", "openid email read write offline_access")];
    let form = [&own, more].concat();
    lobby.vendor.send(lobby.vendor.request(Method::POST, "/oauth/device/code").form(&form)).await
}

/// The device code of a device that Ada allowed.
pub async fn connected(lobby: &Lobby, more: &[(&str, &str)]) -> String {
    let codes = device_codes(lobby, more).await.is(200);
    let browser = lobby.browser();
    let complete = codes["verification_uri_complete"].as_str().unwrap();
    let page = browser.go(complete.strip_prefix("http://vendor.test").unwrap()).await;
    let page = browser.submit(&page, &[("user_code", codes["user_code"].as_str().unwrap())]).await;
    let page = lobby.log_in(&browser, &page).await;
    browser.submit(&page, &[("decision", "allow")]).await;
    codes["device_code"].as_str().unwrap().to_owned()
}

/// Exchanges a device code, five seconds after the last time.
pub async fn poll(lobby: &Lobby, code: &str) -> Answer {
    lobby.vendor.later(Duration::seconds(6));
    let form = [("grant_type", DEVICE), ("client_id", &lobby.web.id), ("device_code", code)];
    lobby.vendor.send(lobby.vendor.request(Method::POST, "/oauth/token").form(&form)).await
}

/// Checks that a token was issued as it was previewed: all but times and ids is the same, and it is as long.
#[track_caller]
pub fn is_as_previewed(issued: &str, previewed: &Value) {
    assert_eq!(header(issued), previewed["header"]);
    let (issued_claims, previewed_claims) = (claims(issued), &previewed["claims"]);
    let names = |claims: &Value| claims.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&issued_claims), names(previewed_claims));
    for (name, value) in issued_claims.as_object().unwrap() {
        if !["iat", "exp", "jti", "sid", "nonce", "at_hash", "auth_time"].contains(&name.as_str()) {
            assert_eq!(value, &previewed_claims[name], "{name}");
        }
    }
    let lifetime = issued_claims["exp"].as_i64().unwrap() - issued_claims["iat"].as_i64().unwrap();
    assert_eq!(
        (previewed["expires_in"].as_i64(), previewed["size"].as_u64()),
        (Some(lifetime), Some(issued.len() as u64))
    );
}

/// What was refused, of a preview and of an issuance.
#[track_caller]
pub fn is_refused_as_previewed(issued: Answer, preview: &Value) {
    assert!(issued.status >= 400, "{}", issued.text);
    assert_eq!(issued.body(), preview["refusal"]);
    for name in ["access_token", "id_token", "scope"] {
        assert_eq!(preview[name], json!(null));
    }
}

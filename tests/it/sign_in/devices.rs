//! The device flow (RFC 8628).

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

use super::browser::action;
use super::{Lobby, is_error_page};
use crate::harness::{Answer, claims};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn lobby() -> Lobby {
    let native = json!({"app_type": "native", "grant_types": [GRANT, "refresh_token"]});
    Lobby::open_with(native).await
}

async fn codes(lobby: &Lobby) -> Value {
    let form = [("client_id", lobby.web.id.as_str()), ("scope", "openid email offline_access")];
    let request = lobby.vendor.request(Method::POST, "/oauth/device/code").form(&form);
    lobby.vendor.send(request).await.is(200)
}

async fn poll(lobby: &Lobby, codes: &Value) -> Answer {
    let code = codes["device_code"].as_str().unwrap();
    let form = [("grant_type", GRANT), ("client_id", &lobby.web.id), ("device_code", code)];
    lobby.vendor.send(lobby.vendor.request(Method::POST, "/oauth/token").form(&form)).await
}

#[tokio::test]
async fn a_person_connects_a_device() {
    let lobby = lobby().await;
    let codes = codes(&lobby).await;
    assert_eq!((&codes["expires_in"], &codes["interval"]), (&json!(900), &json!(5)));
    assert_eq!(codes["verification_uri"], "http://vendor.test/activate");
    assert_eq!(poll(&lobby, &codes).await.is(400)["error"], "authorization_pending");
    assert_eq!(poll(&lobby, &codes).await.is(400)["error"], "slow_down");
    let browser = lobby.browser();
    let complete = codes["verification_uri_complete"].as_str().unwrap();
    let page = browser.go(complete.strip_prefix("http://vendor.test").unwrap()).await;
    let typed = codes["user_code"].as_str().unwrap().to_lowercase().replace('-', " ");
    let page = browser.submit(&page, &[("user_code", &typed)]).await;
    assert_eq!(action(&page), "/u/login");
    let page = lobby.log_in(&browser, &page).await;
    assert_eq!(action(&page), "/u/device");
    assert_eq!(browser.submit(&page, &[("decision", "allow")]).await.status, 200);
    let tokens = poll(&lobby, &codes).await.is(200);
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["sub"], json!(lobby.ada));
    assert!(tokens["refresh_token"].is_string());
    assert_eq!(poll(&lobby, &codes).await.is(400)["error"], "expired_token");
}

#[tokio::test]
async fn a_person_refuses_a_device() {
    let lobby = lobby().await;
    let codes = codes(&lobby).await;
    let browser = lobby.browser();
    let page = browser.go("/activate").await;
    let page = browser.submit(&page, &[("user_code", codes["user_code"].as_str().unwrap())]).await;
    let page = lobby.log_in(&browser, &page).await;
    browser.submit(&page, &[("decision", "deny")]).await;
    assert_eq!(poll(&lobby, &codes).await.is(403)["error"], "access_denied");
    let again = browser.submit(&page, &[("decision", "allow")]).await;
    assert_eq!(again.status, 400);
    assert_eq!(poll(&lobby, &codes).await.is(403)["error"], "access_denied");
}

#[tokio::test]
async fn a_code_that_no_device_shows_is_refused() {
    let lobby = lobby().await;
    let codes = codes(&lobby).await;
    let browser = lobby.browser();
    let page = browser.go("/activate").await;
    for wrong in ["", "BCDF-GHJK"] {
        assert_eq!(browser.submit(&page, &[("user_code", wrong)]).await.status, 400);
    }
    is_error_page(&browser.send_form("/activate", &[("user_code", "BCDF-GHJK")]).await, "");
    lobby.vendor.later(Duration::seconds(900));
    assert_eq!(poll(&lobby, &codes).await.is(400)["error"], "expired_token");
    let late = browser.submit(&page, &[("user_code", codes["user_code"].as_str().unwrap())]).await;
    assert_eq!(late.status, 400);
}

#[tokio::test]
async fn a_client_that_requires_an_organization_has_no_devices() {
    let lobby = lobby().await;
    lobby.set_web(json!({"organization_usage": "require"})).await;
    let form = [("client_id", lobby.web.id.as_str())];
    let request = lobby.vendor.request(Method::POST, "/oauth/device/code").form(&form);
    assert_eq!(lobby.vendor.send(request).await.is(403)["error"], "unauthorized_client");
}

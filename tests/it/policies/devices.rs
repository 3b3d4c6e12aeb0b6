//! Policies and the device flow: asked when the person answers.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Answer;
use crate::sign_in::{API, Lobby};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn lobby() -> Lobby {
    Lobby::open_with(json!({"app_type": "native", "grant_types": [GRANT, "refresh_token"]})).await
}

async fn codes(lobby: &Lobby) -> Value {
    let form = [("client_id", lobby.web.id.as_str()), ("scope", "openid"), ("audience", API)];
    lobby.vendor.send(lobby.vendor.request(Method::POST, "/oauth/device/code").form(&form)).await.is(200)
}

async fn poll(lobby: &Lobby, codes: &Value) -> Answer {
    let code = codes["device_code"].as_str().unwrap();
    let form = [("grant_type", GRANT), ("client_id", &lobby.web.id), ("device_code", code)];
    lobby.vendor.send(lobby.vendor.request(Method::POST, "/oauth/token").form(&form)).await
}

#[tokio::test]
async fn a_device_is_not_connected_where_a_policy_refuses_the_person() {
    let lobby = lobby().await;
    let of = json!({"audience": API});
    let policy = lobby.vendor.policy(of, json!({"require_verified_email": true})).await;
    let codes = codes(&lobby).await;
    let browser = lobby.browser();
    let page = browser.go("/activate").await;
    let page = browser.submit(&page, &[("user_code", codes["user_code"].as_str().unwrap())]).await;
    let page = lobby.log_in(&browser, &page).await;
    assert_eq!(page.status, 403);
    assert!(page.text.contains("the e-mail address is not verified"), "{}", page.text);
    let reason = "the e-mail address is not verified";
    lobby.vendor.logged("f", &policy, "require_verified_email", reason).await;
    assert_eq!(poll(&lobby, &codes).await.is(400)["error"], "authorization_pending");
}

#[tokio::test]
async fn a_policy_that_came_meanwhile_refuses_the_answer_and_what_was_answered() {
    let lobby = lobby().await;
    let codes = codes(&lobby).await;
    let browser = lobby.browser();
    let page = browser.go("/activate").await;
    let page = browser.submit(&page, &[("user_code", codes["user_code"].as_str().unwrap())]).await;
    let page = lobby.log_in(&browser, &page).await;
    let nowhere = json!({"denied_networks": ["127.0.0.1"]});
    let policy = lobby.vendor.policy(json!({}), nowhere).await;
    assert_eq!(browser.submit(&page, &[("decision", "allow")]).await.status, 403);
    assert_eq!(poll(&lobby, &codes).await.is(400)["error"], "authorization_pending");
    lobby.vendor.delete(&format!("/access-policies/{policy}")).await.is(204);
    assert_eq!(browser.submit(&page, &[("decision", "allow")]).await.status, 200);
    lobby.vendor.later(chrono::Duration::seconds(6));
    let policy = lobby.vendor.policy(json!({}), json!({"require_verified_email": true})).await;
    let reason = "the e-mail address is not verified";
    poll(&lobby, &codes).await.denies(403, "access_denied", reason);
    lobby.vendor.logged("fede", &policy, "require_verified_email", reason).await;
}

#[tokio::test]
async fn a_device_may_be_elsewhere_than_the_person() {
    let lobby = lobby().await;
    let codes = codes(&lobby).await;
    let browser = lobby.browser();
    let page = browser.go("/activate").await;
    let page = browser.submit(&page, &[("user_code", codes["user_code"].as_str().unwrap())]).await;
    let page = lobby.log_in(&browser, &page).await;
    browser.submit(&page, &[("decision", "allow")]).await;
    lobby.vendor.policy(json!({}), json!({"denied_networks": ["0.0.0.0/0"]})).await;
    poll(&lobby, &codes).await.is(200);
}

//! Pushed authorization requests (RFC 9126).

use reqwest::Method;
use serde_json::json;

use super::{CALLBACK, Lobby, is_error_page};
use crate::harness::Answer;

async fn push(lobby: &Lobby, more: &[(&str, &str)]) -> Answer {
    let mut form = lobby.asking(more);
    form.push(("client_secret", &lobby.web.secret));
    lobby.vendor.send(lobby.vendor.request(Method::POST, "/oauth/par").form(&form)).await
}

#[tokio::test]
async fn a_pushed_request_is_used_once() {
    let lobby = Lobby::open().await;
    let pushed = push(&lobby, &[("organization", &lobby.aurora)]).await.is(201);
    assert_eq!(pushed["expires_in"], 90);
    let uri = pushed["request_uri"].as_str().unwrap();
    assert!(uri.starts_with("urn:ietf:params:oauth:request_uri:"));
    let browser = lobby.browser();
    let parameters = [("client_id", lobby.web.id.as_str()), ("request_uri", uri)];
    let page = browser.authorize(&parameters).await;
    let answer = lobby.log_in(&browser, &page).await;
    assert_eq!(lobby.returned(&answer)["state"], "the client's own");
    is_error_page(&browser.authorize(&parameters).await, "request_uri");
}

#[tokio::test]
async fn a_pushed_request_belongs_to_its_client_and_expires() {
    let lobby = Lobby::open().await;
    let other = lobby.vendor.application(json!({"name": "Other", "callbacks": [CALLBACK]})).await;
    let uri = push(&lobby, &[]).await.is(201)["request_uri"].as_str().unwrap().to_owned();
    let foreign = [("client_id", other.id.as_str()), ("request_uri", uri.as_str())];
    is_error_page(&lobby.browser().authorize(&foreign).await, "request_uri");
    lobby.vendor.later(chrono::Duration::seconds(90));
    let late = [("client_id", lobby.web.id.as_str()), ("request_uri", uri.as_str())];
    is_error_page(&lobby.browser().authorize(&late).await, "request_uri");
}

#[tokio::test]
async fn what_cannot_be_is_refused_when_it_is_pushed() {
    let lobby = Lobby::open().await;
    assert_eq!(
        push(&lobby, &[("redirect_uri", "https://evil.example")]).await.is(400)["error"],
        "invalid_request"
    );
    assert_eq!(
        push(&lobby, &[("response_type", "magic")]).await.is(400)["error"],
        "unsupported_response_type"
    );
    assert_eq!(push(&lobby, &[("request_uri", "urn:x")]).await.is(400)["error"], "invalid_request");
    let form = lobby.asking(&[("client_secret", "wrong")]);
    let answer = lobby.vendor.send(lobby.vendor.request(Method::POST, "/oauth/par").form(&form)).await;
    answer.denies(401, "access_denied", "Unauthorized");
}

#[tokio::test]
async fn a_client_may_be_bound_to_push() {
    let lobby = Lobby::open_with(json!({"require_pushed_authorization_requests": true})).await;
    let answer = lobby.begin(&lobby.browser(), &[]).await;
    assert_eq!(lobby.refused(&answer).0, "invalid_request");
    let uri = push(&lobby, &[]).await.is(201)["request_uri"].as_str().unwrap().to_owned();
    let browser = lobby.browser();
    let page = browser.authorize(&[("client_id", &lobby.web.id), ("request_uri", &uri)]).await;
    assert!(lobby.returned(&lobby.log_in(&browser, &page).await).contains_key("code"));
}

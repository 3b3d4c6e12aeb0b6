//! Consent: asked for by clients of others, remembered, and refused.

use serde_json::json;

use super::browser::action;
use super::{API, Lobby};
use crate::harness::claims;

async fn with_another_client() -> (Lobby, String) {
    let lobby = Lobby::open_with(json!({})).await;
    lobby.set_web(json!({"is_first_party": false})).await;
    let id = lobby.web.id.clone();
    (lobby, id)
}

#[tokio::test]
async fn a_client_of_others_needs_consent_once() {
    let (lobby, _) = with_another_client().await;
    let browser = lobby.browser();
    let more = [("audience", API), ("scope", "openid read")];
    let page = lobby.sign_in(&browser, &more).await;
    assert_eq!(action(&page), "/u/consent");
    let silent = lobby.begin(&browser, &[&more[..], &[("prompt", "none")]].concat()).await;
    assert_eq!(lobby.refused(&silent).0, "consent_required");
    let answer = browser.submit(&page, &[("decision", "allow")]).await;
    lobby.tokens(&answer).await;
    assert!(lobby.returned(&lobby.begin(&browser, &more).await).contains_key("code"));
    let wider = lobby.begin(&browser, &[("audience", API), ("scope", "openid read write")]).await;
    assert_eq!(action(&wider), "/u/consent");
    let asked_again = lobby.begin(&browser, &[&more[..], &[("prompt", "consent")]].concat()).await;
    assert_eq!(action(&asked_again), "/u/consent");
}

#[tokio::test]
async fn a_person_may_refuse() {
    let (lobby, _) = with_another_client().await;
    let browser = lobby.browser();
    let page = lobby.sign_in(&browser, &[]).await;
    let answer = browser.submit(&page, &[("decision", "deny")]).await;
    let expected = ("access_denied".to_owned(), "User did not authorize the request".to_owned());
    assert_eq!(lobby.refused(&answer), expected);
    assert_eq!(action(&lobby.begin(&browser, &[]).await), "/u/consent");
}

#[tokio::test]
async fn the_vendors_own_client_needs_none() {
    let lobby = Lobby::open().await;
    let answer = lobby.sign_in(&lobby.browser(), &[("scope", "openid offline_access")]).await;
    let tokens = lobby.tokens(&answer).await;
    assert!(tokens["refresh_token"].is_string());
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["sub"], json!(lobby.ada));
}

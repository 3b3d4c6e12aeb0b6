//! `api.redirect`: a person is sent away in the middle of a sign-in, and comes back with a signed answer.

use std::collections::HashMap;

use jsonwebtoken::{EncodingKey, Header, encode};
use reqwest::Url;
use serde_json::{Value, json};

use super::post_login;
use crate::harness::{Answer, claims, segment};
use crate::sign_in::{API, Lobby, is_error_page};

const SECRET: &str = "a secret that the other site knows";

/// Sends people to a page with the terms once; what was decided before they went is kept.
const TERMS: &str = r"
exports.onExecutePostLogin = async (event, api) => {
  if (event.user.app_metadata.terms || !api.redirect.canRedirect()) return;
  const secret = event.secrets.SECRET;
  api.transaction.setMetadata('step', 7);
  api.accessToken.setCustomClaim('https://acme.example/x', 'before');
  api.redirect.sendUserTo('https://acme.example/terms?a=b', {query: {
    session_token: api.redirect.encodeToken({secret, payload: {email: event.user.email}, expiresInSeconds: 60}),
  }});
};
exports.onContinuePostLogin = async (event, api) => {
  const answer = api.redirect.validateToken({secret: event.secrets.SECRET});
  if (!answer.accepted) { api.access.deny('The terms must be accepted.'); return; }
  api.user.setAppMetadata('terms', true);
  api.idToken.setCustomClaim('https://acme.example/x', ['after', event.transaction.metadata.step]);
};";

/// A lobby where people are sent away, and a later Action that notes that it ran.
async fn open() -> Lobby {
    let lobby = Lobby::open().await;
    let later = post_login("api.accessToken.setCustomClaim('https://acme.example/later', true);");
    let secrets = json!({"secrets": [{"name": "SECRET", "value": SECRET}]});
    lobby.vendor.run("post-login", &[(TERMS, secrets), (&later, json!({}))]).await;
    lobby
}

/// Where the person is sent to, with the parameters.
#[track_caller]
fn away(answer: &Answer) -> HashMap<String, String> {
    let address = answer.header("location");
    assert!(address.starts_with("https://acme.example/terms?a=b&"), "{} {address}", answer.status);
    Url::parse(address).unwrap().query_pairs().into_owned().collect()
}

/// The other site's answer.
fn signed(lobby: &Lobby, state: &str, more: Value, secret: &str) -> String {
    let now = lobby.vendor.node.clock.now().timestamp();
    let mut claims = json!({"sub": lobby.ada, "state": state, "iat": now, "exp": now + 60});
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    encode(&Header::default(), &claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

fn back(state: &str, token: &str) -> String {
    format!("/continue?state={}&session_token={}", segment(state), segment(token))
}

#[tokio::test]
async fn a_person_is_sent_away_and_comes_back_to_where_they_were() {
    let lobby = open().await;
    let browser = lobby.browser();
    let asked = [("organization", lobby.aurora.as_str()), ("audience", API)];
    let left = away(&lobby.sign_in(&browser, &asked).await);
    let sent = claims(&left["session_token"]);
    assert_eq!((&sent["email"], &sent["sub"]), (&json!("ada@example.com"), &json!(lobby.ada)));
    assert_eq!(lobby.vendor.last_execution().await["status"], "suspended");

    let token = signed(&lobby, &left["state"], json!({"accepted": true}), SECRET);
    let returned = browser.go(&back(&left["state"], &token)).await;
    let tokens = lobby.tokens(&returned).await;
    let access = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(
        (&access[super::CLAIM], &access["https://acme.example/later"]),
        (&json!("before"), &json!(true))
    );
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())[super::CLAIM], json!(["after", 7]));
    // Who has accepted is not sent away again.
    let again = lobby.begin(&browser, &asked).await;
    assert!(lobby.returned(&again).contains_key("code"));
}

#[tokio::test]
async fn another_site_may_bring_its_answer_by_a_form() {
    let lobby = open().await;
    let browser = lobby.browser();
    let left = away(&lobby.sign_in(&browser, &[]).await);
    let token = signed(&lobby, &left["state"], json!({"accepted": true}), SECRET);
    let path = format!("/continue?state={}", segment(&left["state"]));
    let returned = browser.send_form(&path, &[("session_token", &token)]).await;
    assert!(lobby.returned(&returned).contains_key("code"));
}

#[tokio::test]
async fn whoever_does_not_accept_is_refused() {
    let lobby = open().await;
    let browser = lobby.browser();
    let left = away(&lobby.sign_in(&browser, &[]).await);
    let token = signed(&lobby, &left["state"], json!({"accepted": false}), SECRET);
    let returned = browser.go(&back(&left["state"], &token)).await;
    assert_eq!(
        lobby.refused(&returned),
        ("access_denied".to_owned(), "The terms must be accepted.".to_owned())
    );
}

#[tokio::test]
async fn an_answer_that_is_forged_altered_old_or_of_another_sign_in_is_worth_nothing() {
    let lobby = open().await;
    let browser = lobby.browser();
    let left = away(&lobby.sign_in(&browser, &[]).await);
    let state = &left["state"];
    let yes = |more: Value| {
        let mut claims = json!({"accepted": true});
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        claims
    };
    let worthless = [
        signed(&lobby, state, yes(json!({})), "another secret"),
        signed(&lobby, state, yes(json!({"exp": 1})), SECRET),
        signed(&lobby, state, yes(json!({"sub": "auth0|other"})), SECRET),
        signed(&lobby, "another sign-in", yes(json!({})), SECRET),
        left["session_token"].clone(),
        "none".to_owned(),
    ];
    for token in worthless {
        let returned = browser.go(&back(state, &token)).await;
        assert_eq!(lobby.refused(&returned).0, "server_error", "{token}");
    }
    let nothing = browser.go(&format!("/continue?state={}", segment(state))).await;
    assert_eq!(lobby.refused(&nothing).0, "server_error");
}

#[tokio::test]
async fn nobody_else_comes_back_in_their_place() {
    let lobby = open().await;
    let left = away(&lobby.sign_in(&lobby.browser(), &[]).await);
    let token = signed(&lobby, &left["state"], json!({"accepted": true}), SECRET);
    is_error_page(&lobby.browser().go(&back(&left["state"], &token)).await, "");
    is_error_page(&lobby.browser().go("/continue").await, "");
}

#[tokio::test]
async fn a_sign_in_that_may_ask_nothing_sends_nobody_away() {
    let lobby = open().await;
    let browser = lobby.browser();
    away(&lobby.sign_in(&browser, &[]).await);
    let silently = lobby.begin(&browser, &[("prompt", "none")]).await;
    assert!(lobby.returned(&silently).contains_key("code"));
}

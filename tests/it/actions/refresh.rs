//! `post-login` when a token is refreshed, and for devices.

use serde_json::{Value, json};

use super::{CLAIM, post_login};
use crate::harness::{Answer, claims};
use crate::sign_in::{API, Lobby};

/// A person who signed in for good before this script was bound; their refresh token.
async fn signed_in_before(script: &str) -> (Lobby, String) {
    let lobby = Lobby::open().await;
    let asked =
        [("organization", lobby.aurora.as_str()), ("audience", API), ("scope", "openid offline_access read")];
    let back = lobby.sign_in(&lobby.browser(), &asked).await;
    let tokens = lobby.tokens(&back).await;
    lobby.vendor.run("post-login", &[(&post_login(script), json!({}))]).await;
    (lobby, tokens["refresh_token"].as_str().unwrap().to_owned())
}

async fn refresh(lobby: &Lobby, token: &str) -> Answer {
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", lobby.web.id.as_str()),
        ("client_secret", lobby.web.secret.as_str()),
        ("refresh_token", token),
    ];
    lobby.vendor.send(lobby.vendor.request(reqwest::Method::POST, "/oauth/token").form(&form)).await
}

#[tokio::test]
async fn scripts_run_at_each_refresh() {
    let script = "api.accessToken.setCustomClaim('https://acme.example/x',
        [event.transaction.protocol, event.refresh_token.client_id, event.request.body.refresh_token ?? null]);";
    let (lobby, token) = signed_in_before(script).await;
    let answer = refresh(&lobby, &token).await.is(200);
    let access = claims(answer["access_token"].as_str().unwrap());
    assert_eq!(access[CLAIM], json!(["oauth2-refresh-token", lobby.web.id, null]));
}

#[tokio::test]
async fn a_denial_is_told_at_the_token_endpoint() {
    let (lobby, token) = signed_in_before("api.access.deny('Not today.');").await;
    refresh(&lobby, &token).await.denies(403, "access_denied", "Not today.");
    let entry = lobby.vendor.last_logged("fertft").await;
    assert_eq!((&entry["description"], &entry["user_id"]), (&json!("Not today."), &json!(lobby.ada)));
    assert_eq!(entry["details"]["action"]["name"], "Action 0");
    lobby.vendor.patch("/actions/triggers/post-login/bindings", json!({"bindings": []})).await.is(200);
    refresh(&lobby, &token).await.is(200);
}

#[tokio::test]
async fn a_script_revokes_the_refresh_token_for_good() {
    let (lobby, token) = signed_in_before("api.refreshToken.revoke('lost');").await;
    refresh(&lobby, &token).await.denies(403, "invalid_grant", "Unknown or invalid refresh token.");
    lobby.vendor.patch("/actions/triggers/post-login/bindings", json!({"bindings": []})).await.is(200);
    refresh(&lobby, &token).await.denies(403, "invalid_grant", "Unknown or invalid refresh token.");
}

#[tokio::test]
async fn a_script_ends_the_refresh_token_sooner_and_writes_data_about_it() {
    let script =
        "api.refreshToken.setExpiresAt(Date.now() + 60000); api.refreshToken.setMetadata('device', 'kiosk');";
    let (lobby, token) = signed_in_before(script).await;
    refresh(&lobby, &token).await.is(200);
    let path = format!("/users/{}/refresh-tokens", crate::harness::segment(&lobby.ada));
    let stored = lobby.vendor.get(&path).await.is(200)["tokens"][0].clone();
    assert_eq!(stored["refresh_token_metadata"], json!({"device": "kiosk"}));
    lobby.vendor.later(chrono::Duration::seconds(61));
    refresh(&lobby, &token).await.denies(403, "invalid_grant", "Unknown or invalid refresh token.");
}

#[tokio::test]
async fn nobody_can_be_sent_away_from_a_refresh() {
    let script = "api.accessToken.setCustomClaim('https://acme.example/x', api.redirect.canRedirect());";
    let (lobby, token) = signed_in_before(script).await;
    let answer = refresh(&lobby, &token).await.is(200);
    assert_eq!(claims(answer["access_token"].as_str().unwrap())[CLAIM], Value::Bool(false));
}

//! Actions run in a preview, and nothing of it remains.

use rstest::rstest;
use serde_json::{Value, json};

use super::is_as_previewed;
use super::people::of;
use crate::actions::{CLAIM, exchange, post_login};
use crate::harness::segment;
use crate::sign_in::browser::returned;
use crate::sign_in::{API, CALLBACK, Lobby};
use crate::tokens::Shop;

/// The preview of Ada's sign-in to Aurora where an Action runs.
async fn previewed(lobby: &Lobby, script: &str) -> Value {
    lobby.vendor.run("post-login", &[(&post_login(script), json!({}))]).await;
    again(lobby).await
}

async fn again(lobby: &Lobby) -> Value {
    let body = json!({"grant_type": "authorization_code", "client_id": lobby.web.id, "user_id": lobby.ada,
        "audience": API, "organization": lobby.aurora, "scope": "openid read"});
    lobby.vendor.preview(body).await.is(200)
}

#[tokio::test]
async fn what_an_action_changes_is_in_the_preview_and_in_the_tokens() {
    let lobby = Lobby::open().await;
    let preview = previewed(
        &lobby,
        "console.log('for', event.user.email);
         api.accessToken.setCustomClaim('https://acme.example/x', [event.organization.name, event.transaction.protocol,
             event.request.query.scope, event.authorization.roles]);
         api.idToken.setCustomClaim('https://acme.example/x', event.stats.logins_count > 5);
         api.accessToken.addScope('write');",
    )
    .await;
    assert_eq!(preview["actions"][0]["status"], "success");
    assert_eq!(preview["actions"][0]["logs"], "for ada@example.com");
    let more = [("audience", API), ("organization", lobby.aurora.as_str()), ("scope", "openid read")];
    let tokens = lobby.tokens(&lobby.sign_in(&lobby.browser(), &more).await).await;
    is_as_previewed(tokens["access_token"].as_str().unwrap(), &preview["access_token"]);
    is_as_previewed(tokens["id_token"].as_str().unwrap(), &preview["id_token"]);
    assert_eq!(preview["access_token"]["claims"]["scope"], "openid read write");
}

#[tokio::test]
async fn what_an_action_would_keep_is_shown_and_not_kept() {
    let lobby = Lobby::open().await;
    let script = "api.user.setUserMetadata('colour', 'red'); api.user.setAppMetadata('plan', 'gold');
         const seen = api.cache.get('seen'); console.log(seen ? 'again' : 'first'); api.cache.set('seen', 'yes');";
    for preview in [previewed(&lobby, script).await, again(&lobby).await] {
        assert_eq!(preview["user_metadata"], json!({"colour": "red"}));
        assert_eq!(preview["app_metadata"], json!({"plan": "gold"}));
        assert_eq!(preview["actions"][0]["logs"], "first");
    }
    let user = lobby.vendor.get(&format!("/users/{}", segment(&lobby.ada))).await.is(200);
    assert_eq!((user.get("user_metadata"), user.get("app_metadata")), (None, None));
    assert_eq!(lobby.vendor.last_execution().await, json!(null));
    let sessions = lobby.vendor.get(&format!("/users/{}/sessions", segment(&lobby.ada))).await.is(200);
    assert_eq!(sessions["sessions"], json!([]));
}

#[rstest]
#[tokio::test]
async fn actions_are_told_what_they_are_told_after_a_sign_in(
    #[values("persistent", "non-persistent")] mode: &str,
) {
    let lobby = Lobby::open().await;
    lobby.vendor.set(json!({"session_cookie": {"mode": mode}})).await;
    let preview = previewed(
        &lobby,
        "const lasts = new Date(event.session.expires_at) - new Date(event.session.created_at);
         api.idToken.setCustomClaim('https://acme.example/x', [event.stats.logins_count, event.session.cookie, lasts]);",
    )
    .await;
    let more = [("audience", API), ("organization", lobby.aurora.as_str()), ("scope", "openid read")];
    let tokens = lobby.tokens(&lobby.sign_in(&lobby.browser(), &more).await).await;
    is_as_previewed(tokens["id_token"].as_str().unwrap(), &preview["id_token"]);
    assert_eq!(preview["id_token"]["claims"][CLAIM][0], 1);
}

#[tokio::test]
async fn what_an_action_remembers_the_next_one_finds() {
    let lobby = Lobby::open().await;
    let (first, second) = (
        post_login("api.cache.set('seen', 'yes'); console.log(api.cache.get('seen')?.value);"),
        post_login("console.log(api.cache.get('seen')?.value);"),
    );
    lobby.vendor.run("post-login", &[(&second, json!({})), (&first, json!({})), (&second, json!({}))]).await;
    for _ in 0..2 {
        let preview = again(&lobby).await;
        let logs = |index: usize| preview["actions"][index]["logs"].as_str().unwrap().to_owned();
        assert_eq!((logs(0).as_str(), logs(2).as_str()), ("undefined", "yes"));
    }
}

#[rstest]
#[case::taken_away("openid read", "api.accessToken.removeScope('openid');")]
#[case::added("read", "api.accessToken.addScope('openid');")]
#[tokio::test]
async fn through_the_browser_comes_what_was_asked_for(#[case] scope: &str, #[case] script: &str) {
    let lobby = Lobby::open().await;
    lobby.vendor.run("post-login", &[(&post_login(script), json!({}))]).await;
    let kind = if scope.contains("openid") { "id_token token" } else { "token" };
    let asked = json!({"audience": API, "organization": lobby.aurora, "scope": scope});
    let preview = lobby.vendor.preview(of(&lobby, "implicit", asked)).await.is(200);
    let more = [
        ("response_type", kind),
        ("nonce", "nonce"),
        ("audience", API),
        ("organization", lobby.aurora.as_str()),
        ("scope", scope),
    ];
    let tokens = returned(&lobby.sign_in(&lobby.browser(), &more).await, &format!("{CALLBACK}#"));
    is_as_previewed(&tokens["access_token"], &preview["access_token"]);
    assert_eq!(tokens.contains_key("id_token"), preview["id_token"].is_object());
}

#[tokio::test]
async fn a_denial_is_the_refusal_and_names_the_action() {
    let lobby = Lobby::open().await;
    let preview = previewed(&lobby, "api.access.deny('not on Sundays');").await;
    let refusal = json!({"error": "access_denied", "error_description": "not on Sundays"});
    assert_eq!((&preview["refusal"], &preview["actions"][0]["status"]), (&refusal, &json!("denied")));
    assert_eq!(preview["actions"][0]["action_name"], "Action 0");
}

#[tokio::test]
async fn a_failure_says_where() {
    let lobby = Lobby::open().await;
    let preview = previewed(&lobby, "event.nothing.at.all;").await;
    assert_eq!(preview["refusal"]["error"], "server_error");
    assert_eq!(preview["actions"][0]["error"]["line"], 2);
}

#[tokio::test]
async fn who_is_sent_away_would_have_to_come_back() {
    let lobby = Lobby::open().await;
    let preview = previewed(&lobby, "api.redirect.sendUserTo('https://app.example/terms');").await;
    let reason = "An Action sends the person to https://app.example/terms first.";
    let refusal = json!({"error": "interaction_required", "error_description": reason});
    assert_eq!(preview["refusal"], refusal);
}

#[tokio::test]
async fn nothing_is_fetched() {
    let lobby = Lobby::open().await;
    let preview = previewed(&lobby, "await fetch('https://example.com/');").await;
    let error = preview["actions"][0]["error"]["msg"].as_str().unwrap();
    assert!(error.contains("fetch is not available in a preview"), "{error}");
}

#[tokio::test]
async fn a_machines_actions_run_as_well() {
    let shop = Shop::open().await;
    let script = "api.accessToken.setCustomClaim('https://acme.example/x', [event.request.body.audience,
         event.request.body.organization, event.transaction.requested_scopes]);
         console.log(Object.keys(event.request.body).sort().join());";
    shop.vendor.run("credentials-exchange", &[(&exchange(script), json!({}))]).await;
    let parameters = [("audience", API), ("organization", shop.aurora.as_str()), ("scope", "read")];
    let body = json!({"grant_type": "client_credentials", "client_id": shop.machine.id, "audience": API,
        "organization": shop.aurora, "scope": "read"});
    let preview = shop.vendor.preview(body).await.is(200);
    assert_eq!(preview["access_token"]["claims"][CLAIM], json!([API, shop.aurora, ["read"]]));
    assert_eq!(shop.vendor.last_execution().await, json!(null));
    is_as_previewed(&shop.ask(&parameters).await.token(), &preview["access_token"]);
    let bare = json!({"grant_type": "client_credentials", "client_id": shop.machine.id, "audience": API});
    let preview = shop.vendor.preview(bare).await.is(200);
    assert_eq!(preview["actions"][0]["logs"], "audience,client_id,grant_type");
}

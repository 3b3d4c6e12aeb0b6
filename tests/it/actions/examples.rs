//! The examples of the actions crate, at work in the server. Those about access exist as settings as well; both ways
//! are tested side by side.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{claims, segment};
use crate::sign_in::{API, EMAIL, Lobby};
use crate::tokens::Shop;

macro_rules! example {
    ($name:literal) => {
        include_str!(concat!("../../../crates/actions/examples/", $name, ".js"))
    };
}

async fn in_aurora(lobby: &Lobby) -> Result<Value, (String, String)> {
    let asked = [("organization", lobby.aurora.as_str()), ("audience", API), ("scope", "openid read write")];
    let back = lobby.sign_in(&lobby.browser(), &asked).await;
    match lobby.returned(&back).contains_key("code") {
        true => Ok(lobby.tokens(&back).await),
        false => Err(lobby.refused(&back)),
    }
}

async fn metadata(lobby: &Lobby, metadata: Value) {
    lobby
        .vendor
        .patch(&format!("/organizations/{}", lobby.aurora), json!({"metadata": metadata}))
        .await
        .is(200);
}

async fn set_ada(lobby: &Lobby, settings: Value) {
    lobby.vendor.patch(&format!("/users/{}", segment(&lobby.ada)), settings).await.is(200);
}

fn access(tokens: &Value) -> Value {
    claims(tokens["access_token"].as_str().unwrap())
}

/// A rule of the vendor's, as an Action or as a setting.
async fn rule(lobby: &Lobby, by_action: bool, script: &str, applies_to: Value, rules: Value) {
    match by_action {
        true => drop(lobby.vendor.run("post-login", &[(script, json!({}))]).await),
        false => drop(lobby.vendor.policy(applies_to, rules).await),
    }
}

#[rstest]
#[tokio::test]
async fn an_address_that_is_not_verified_keeps_people_out(#[values(true, false)] by_action: bool) {
    let lobby = Lobby::open().await;
    let rules = json!({"require_verified_email": true});
    rule(&lobby, by_action, example!("deny-unverified-email"), json!({}), rules).await;
    assert_eq!(in_aurora(&lobby).await.unwrap_err().0, "access_denied");
    set_ada(&lobby, json!({"email_verified": true})).await;
    in_aurora(&lobby).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn the_network_of_an_organization_is_the_only_way_in(#[values(true, false)] by_action: bool) {
    let lobby = Lobby::open().await;
    metadata(&lobby, json!({"allowed_networks": "198.51.100."})).await;
    let (of, rules) =
        (json!({"organization_id": lobby.aurora}), json!({"allowed_networks": ["198.51.100.0/24"]}));
    rule(&lobby, by_action, example!("deny-outside-network"), of, rules).await;
    assert_eq!(in_aurora(&lobby).await.unwrap_err().0, "access_denied");
    let elsewhere = lobby.sign_in(&lobby.browser(), &[("organization", &lobby.borealis)]).await;
    assert!(lobby.returned(&elsewhere).contains_key("code"));
}

#[tokio::test]
async fn a_second_factor_is_demanded_where_the_organization_says_so() {
    let lobby = Lobby::open().await;
    lobby.vendor.run("post-login", &[(example!("require-second-factor"), json!({}))]).await;
    in_aurora(&lobby).await.unwrap();
    metadata(&lobby, json!({"require_mfa": "true"})).await;
    assert_eq!(in_aurora(&lobby).await.unwrap_err().0, "access_denied");
}

#[rstest]
#[tokio::test]
async fn an_api_is_closed_to_those_who_may_not_have_it(#[values(true, false)] by_action: bool) {
    let lobby = Lobby::open().await;
    let preview = "https://preview.acme.example";
    lobby.vendor.api(preview, &["read"]).await;
    let (of, rules) = (json!({"audience": preview}), json!({"allowed_clients": [lobby.vendor.manager.id]}));
    rule(&lobby, by_action, example!("restrict-audience"), of, rules).await;
    let back = lobby.sign_in(&lobby.browser(), &[("audience", preview)]).await;
    assert_eq!(lobby.refused(&back).0, "access_denied");
    in_aurora(&lobby).await.unwrap();
}

#[tokio::test]
async fn the_metadata_of_the_organization_are_in_the_access_token() {
    let lobby = Lobby::open().await;
    metadata(&lobby, json!({"plan": "gold", "region": "eu"})).await;
    lobby.vendor.run("post-login", &[(example!("organization-metadata"), json!({}))]).await;
    let access = access(&in_aurora(&lobby).await.unwrap());
    assert_eq!(
        (&access["https://acme.example/plan"], &access["https://acme.example/region"]),
        (&json!("gold"), &json!("eu"))
    );
}

#[tokio::test]
async fn the_roles_are_in_the_id_token() {
    let lobby = Lobby::open().await;
    lobby.vendor.run("post-login", &[(example!("roles-in-id-token"), json!({}))]).await;
    let tokens = in_aurora(&lobby).await.unwrap();
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["https://acme.example/roles"], json!(["Reader"]));
}

#[tokio::test]
async fn a_client_is_for_some_roles_alone() {
    let lobby = Lobby::open().await;
    let secret = json!({"secrets": [{"name": "ADMIN_CLIENT_ID", "value": lobby.web.id}]});
    lobby.vendor.run("post-login", &[(example!("deny-client"), secret)]).await;
    assert_eq!(in_aurora(&lobby).await.unwrap_err().1, "Only administrators may use this application.");
}

#[tokio::test]
async fn an_application_is_closed_at_weekends() {
    let lobby = Lobby::open().await;
    lobby.set_web(json!({"name": "Back office"})).await;
    lobby.vendor.run("post-login", &[(example!("deny-at-weekends"), json!({}))]).await;
    let mut open = 0;
    for _ in 0..7 {
        open += u8::from(in_aurora(&lobby).await.is_ok());
        lobby.vendor.later(chrono::Duration::days(1));
    }
    assert_eq!(open, 5);
}

#[tokio::test]
async fn who_has_not_accepted_the_terms_may_not_write() {
    let lobby = Lobby::open().await;
    lobby.vendor.api_with("https://docs.example", &["read:docs", "write:docs"], json!({})).await;
    lobby.vendor.run("post-login", &[(example!("remove-scope"), json!({}))]).await;
    let asked = [("audience", "https://docs.example"), ("scope", "openid read:docs write:docs")];
    let before = lobby.tokens(&lobby.sign_in(&lobby.browser(), &asked).await).await;
    assert_eq!(access(&before)["scope"], "openid read:docs");
    set_ada(&lobby, json!({"app_metadata": {"terms_accepted": "2026-11-21"}})).await;
    let after = lobby.tokens(&lobby.sign_in(&lobby.browser(), &asked).await).await;
    assert_eq!(access(&after)["scope"], "openid read:docs write:docs");
}

#[tokio::test]
async fn logins_are_counted_in_the_metadata() {
    let lobby = Lobby::open().await;
    lobby.vendor.run("post-login", &[(example!("first-login"), json!({}))]).await;
    in_aurora(&lobby).await.unwrap();
    in_aurora(&lobby).await.unwrap();
    let ada = lobby.vendor.get(&format!("/users/{}", segment(&lobby.ada))).await.is(200);
    assert_eq!((&ada["app_metadata"]["logins"], &ada["email"]), (&json!(2), &json!(EMAIL)));
    assert!(ada["app_metadata"]["first_login"].is_string());
}

#[tokio::test]
async fn machines_have_claims_per_organization() {
    let shop = Shop::open().await;
    let path = format!("/organizations/{}", shop.aurora);
    shop.vendor.patch(&path, json!({"metadata": {"tier": "gold"}})).await.is(200);
    shop.vendor.run("credentials-exchange", &[(example!("machine-claims"), json!({}))]).await;
    let tier = |token: &str| claims(token)["https://acme.example/tier"].clone();
    assert_eq!(tier(&shop.ask_in(&shop.aurora).await.token()), "gold");
    assert_eq!(tier(&shop.ask_in(&shop.borealis).await.token()), "standard");
    shop.ask(&[("audience", API)]).await.denies(
        400,
        "invalid_request",
        "Ask for the token of an organization.",
    );
}

#[tokio::test]
async fn a_failing_example_fails() {
    let lobby = Lobby::open().await;
    lobby.vendor.run("post-login", &[(example!("failing"), json!({}))]).await;
    in_aurora(&lobby).await.unwrap();
    let back = lobby.sign_in(&lobby.browser(), &[]).await;
    assert_eq!(lobby.refused(&back).0, "server_error");
}

#[tokio::test]
async fn sessions_end_as_the_organization_says() {
    let lobby = Lobby::open().await;
    metadata(&lobby, json!({"session_hours": "1"})).await;
    lobby.vendor.run("post-login", &[(example!("session-lifetime"), json!({}))]).await;
    let browser = lobby.browser();
    let organization = [("organization", lobby.aurora.as_str())];
    lobby.sign_in(&browser, &organization).await;
    lobby.vendor.later(chrono::Duration::minutes(61));
    let silently = lobby.begin(&browser, &[("prompt", "none"), organization[0]]).await;
    assert_eq!(lobby.refused(&silently).0, "login_required");
}

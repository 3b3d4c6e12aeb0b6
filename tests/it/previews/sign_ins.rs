//! Sign-ins through the browser that end otherwise than with tokens for what was asked for.

use rstest::rstest;
use serde_json::{Value, json};

use super::is_as_previewed;
use super::people::of;
use crate::harness::segment;
use crate::sign_in::{API, Lobby};

async fn previewed(lobby: &Lobby, organization: Option<&str>) -> Value {
    let asked = json!({"audience": API, "organization": organization, "scope": "openid read"});
    lobby.vendor.preview(of(lobby, "authorization_code", asked)).await.is(200)
}

fn refusal(preview: &Value) -> (String, String) {
    let text = |name: &str| preview["refusal"][name].as_str().unwrap_or_default().to_owned();
    (text("error"), text("error_description"))
}

fn parameters(organization: Option<&str>) -> Vec<(&str, &str)> {
    let own = [("audience", API), ("scope", "openid read")];
    own.into_iter().chain(organization.map(|id| ("organization", id))).collect()
}

/// What a sign-in of Ada's leads to, and its preview: error and description.
async fn refusals(lobby: &Lobby, organization: Option<&str>) -> [(String, String); 2] {
    let answer = lobby.begin(&lobby.browser(), &parameters(organization)).await;
    let answer = match answer.status {
        302 => answer,
        _ => lobby.sign_in(&lobby.browser(), &parameters(organization)).await,
    };
    [lobby.refused(&answer), refusal(&previewed(lobby, organization).await)]
}

fn requiring(behavior: &str) -> Value {
    json!({"organization_usage": "require", "organization_require_behavior": behavior})
}

async fn put_out(lobby: &Lobby, organization: &str) {
    let members = json!({"members": [lobby.ada]});
    lobby.vendor.delete_with(&format!("/organizations/{organization}/members"), members).await.is(204);
}

#[tokio::test]
async fn who_is_no_member_is_refused_as_in_a_sign_in() {
    let lobby = Lobby::open().await;
    let cumulus = lobby.vendor.organization("cumulus").await;
    lobby.vendor.enable(&cumulus, &lobby.connection, json!({})).await;
    let [issued, previewed] = refusals(&lobby, Some(&cumulus)).await;
    assert_eq!(issued, previewed);
}

#[tokio::test]
async fn who_is_refused_by_a_policy_is_refused_as_in_a_sign_in() {
    let lobby = Lobby::open().await;
    let policy = json!({"name": "Verified", "rules": {"require_verified_email": true}});
    lobby.vendor.post("/access-policies", policy).await.is(201);
    let [issued, previewed] = refusals(&lobby, Some(&lobby.aurora)).await;
    assert_eq!(issued, previewed);
}

#[rstest]
#[tokio::test]
async fn who_names_no_organization_is_refused_before_anything_is_asked(#[values(false, true)] blocked: bool) {
    let lobby = Lobby::open_with(requiring("no_prompt")).await;
    let patch = json!({"blocked": blocked});
    lobby.vendor.patch(&format!("/users/{}", segment(&lobby.ada)), patch).await.is(200);
    let [issued, previewed] = refusals(&lobby, None).await;
    assert_eq!((issued.0.as_str(), &issued), ("invalid_request", &previewed));
}

#[tokio::test]
async fn the_only_organization_is_taken() {
    let lobby = Lobby::open_with(requiring("post_login_prompt")).await;
    put_out(&lobby, &lobby.borealis).await;
    let preview = previewed(&lobby, None).await;
    let tokens = lobby.tokens(&lobby.sign_in(&lobby.browser(), &parameters(None)).await).await;
    is_as_previewed(tokens["access_token"].as_str().unwrap(), &preview["access_token"]);
    is_as_previewed(tokens["id_token"].as_str().unwrap(), &preview["id_token"]);
    assert_eq!(preview["access_token"]["claims"]["org_id"], json!(lobby.aurora));
}

#[tokio::test]
async fn who_has_no_organization_is_refused_where_one_is_required() {
    let lobby = Lobby::open_with(requiring("post_login_prompt")).await;
    for organization in [&lobby.aurora, &lobby.borealis] {
        put_out(&lobby, organization).await;
    }
    let [issued, previewed] = refusals(&lobby, None).await;
    assert_eq!((issued.0.as_str(), &issued), ("access_denied", &previewed));
}

#[rstest]
#[case::before(requiring("pre_login_prompt"))]
#[case::after(requiring("post_login_prompt"))]
#[case::or_none(json!({"organization_usage": "allow", "organization_require_behavior": "post_login_prompt"}))]
#[tokio::test]
async fn where_the_person_would_choose_the_preview_wants_to_know_what(#[case] settings: Value) {
    let lobby = Lobby::open_with(settings).await;
    assert_eq!(refusal(&previewed(&lobby, None).await).0, "interaction_required");
}

#[tokio::test]
async fn what_the_request_cannot_be_comes_before_the_organization() {
    let lobby = Lobby::open().await;
    lobby.set_web(json!({"grant_types": ["refresh_token"]})).await;
    let [issued, previewed] = refusals(&lobby, Some("org_nothing")).await;
    assert_eq!((issued.0.as_str(), &issued), ("unauthorized_client", &previewed));
}

#[tokio::test]
async fn an_organization_without_connections_lets_nobody_in() {
    let lobby = Lobby::open().await;
    let empty = lobby.vendor.organization("empty").await;
    lobby.vendor.member(&empty, &lobby.ada).await;
    let [issued, previewed] = refusals(&lobby, Some(&empty)).await;
    assert_eq!(issued, previewed);
}

#[tokio::test]
async fn who_comes_by_another_connection_is_told_what_a_stranger_is_told() {
    let lobby = Lobby::open().await;
    let other = lobby.vendor.connection("other", "auth0", json!({})).await;
    let cumulus = lobby.vendor.organization("cumulus").await;
    lobby.vendor.enable(&cumulus, &other, json!({})).await;
    lobby.vendor.member(&cumulus, &lobby.ada).await;
    let expected = format!("user {} is not part of the {cumulus} organization", lobby.ada);
    let preview = previewed(&lobby, Some(&cumulus)).await;
    assert_eq!(refusal(&preview), ("access_denied".to_owned(), expected));
}

#[tokio::test]
async fn who_becomes_a_member_on_the_way_is_previewed_once_they_are() {
    let lobby = Lobby::open().await;
    let cumulus = lobby.vendor.organization("cumulus").await;
    lobby.vendor.enable(&cumulus, &lobby.connection, json!({"assign_membership_on_login": true})).await;
    let preview = previewed(&lobby, Some(&cumulus)).await;
    let reason = "Signing in makes the person a member first.".to_owned();
    assert_eq!(refusal(&preview), ("interaction_required".to_owned(), reason));
    let members = lobby.vendor.get(&format!("/organizations/{cumulus}/members")).await.is(200);
    assert_eq!(members, json!([]));
    let tokens = lobby.tokens(&lobby.sign_in(&lobby.browser(), &parameters(Some(&cumulus))).await).await;
    let preview = previewed(&lobby, Some(&cumulus)).await;
    is_as_previewed(tokens["access_token"].as_str().unwrap(), &preview["access_token"]);
}

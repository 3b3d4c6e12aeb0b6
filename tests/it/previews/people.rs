//! Tokens of people, by each way that leads to them.

use rstest::rstest;
use serde_json::{Value, json};

use super::{DEVICE, is_as_previewed};
use crate::harness::segment;
use crate::sign_in::browser::returned;
use crate::sign_in::{API, CALLBACK, Lobby};

const SCOPE: &str = "openid email read write offline_access";

/// The body of a preview for Ada through the application.
pub fn of(lobby: &Lobby, grant_type: &str, more: Value) -> Value {
    let mut body = json!({"grant_type": grant_type, "client_id": lobby.web.id, "user_id": lobby.ada});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[rstest]
#[case::in_an_organization(true, Some(API), SCOPE)]
#[case::in_none(false, Some(API), SCOPE)]
#[case::without_an_id_token(true, Some(API), "read")]
#[tokio::test]
async fn a_code_is_exchanged_for_what_is_previewed(
    #[case] inside: bool,
    #[case] audience: Option<&str>,
    #[case] scope: &str,
) {
    let lobby = Lobby::open().await;
    let organization = inside.then_some(lobby.aurora.as_str());
    let asked = json!({"audience": audience, "organization": organization, "scope": scope});
    let preview = lobby.vendor.preview(of(&lobby, "authorization_code", asked)).await.is(200);
    let mut parameters = vec![("scope", scope)];
    parameters.extend(audience.map(|audience| ("audience", audience)));
    parameters.extend(organization.map(|organization| ("organization", organization)));
    let tokens = lobby.tokens(&lobby.sign_in(&lobby.browser(), &parameters).await).await;
    is_as_previewed(tokens["access_token"].as_str().unwrap(), &preview["access_token"]);
    assert_eq!(tokens["scope"], preview["scope"]);
    assert_eq!(tokens.get("refresh_token").is_some(), preview["refresh_token"] == true);
    match tokens.get("id_token") {
        Some(id_token) => is_as_previewed(id_token.as_str().unwrap(), &preview["id_token"]),
        None => assert_eq!(preview["id_token"], json!(null)),
    }
}

#[tokio::test]
async fn a_token_for_userinfo_alone_is_opaque() {
    let lobby = Lobby::open().await;
    let asked = json!({"organization": lobby.aurora, "scope": "openid"});
    let preview = lobby.vendor.preview(of(&lobby, "authorization_code", asked)).await.is(200);
    assert_eq!(preview["access_token"]["claims"], json!(null));
    assert_eq!(preview["access_token"]["expires_in"], 86_400);
    assert_eq!(preview["id_token"]["claims"]["org_id"], json!(lobby.aurora));
}

#[rstest]
#[case("HS256")]
#[case("RS256")]
#[tokio::test]
async fn an_id_token_is_signed_as_the_client_wants_it(#[case] alg: &str) {
    let lobby = Lobby::open().await;
    lobby.set_web(json!({"jwt_configuration": {"alg": alg, "lifetime_in_seconds": 321}})).await;
    let asked = json!({"scope": "openid email"});
    let preview = lobby.vendor.preview(of(&lobby, "authorization_code", asked)).await.is(200);
    let tokens = lobby.tokens(&lobby.sign_in(&lobby.browser(), &[]).await).await;
    is_as_previewed(tokens["id_token"].as_str().unwrap(), &preview["id_token"]);
}

#[tokio::test]
async fn tokens_through_the_browser_are_as_previewed() {
    let lobby = Lobby::open().await;
    let (aurora, scope) = (lobby.aurora.as_str(), "openid email read");
    let asked = json!({"audience": API, "organization": aurora, "scope": scope});
    let preview = lobby.vendor.preview(of(&lobby, "implicit", asked)).await.is(200);
    let more = [
        ("response_type", "id_token token"),
        ("nonce", "nonce"),
        ("audience", API),
        ("organization", aurora),
        ("scope", scope),
    ];
    let answer = lobby.sign_in(&lobby.browser(), &more).await;
    let tokens = returned(&answer, &format!("{CALLBACK}#"));
    is_as_previewed(&tokens["access_token"], &preview["access_token"]);
    is_as_previewed(&tokens["id_token"], &preview["id_token"]);
}

#[tokio::test]
async fn a_blocked_person_gets_nothing() {
    let lobby = Lobby::open().await;
    lobby.vendor.patch(&format!("/users/{}", segment(&lobby.ada)), json!({"blocked": true})).await.is(200);
    let asked = json!({"audience": API, "organization": lobby.aurora, "scope": "openid"});
    let preview = lobby.vendor.preview(of(&lobby, "authorization_code", asked)).await.is(200);
    let refusal = json!({"error": "access_denied", "error_description": "user is blocked"});
    assert_eq!(preview["refusal"], refusal);
}

#[tokio::test]
async fn a_grant_that_the_client_may_not_use_is_refused() {
    let lobby = Lobby::open().await;
    let preview = lobby.vendor.preview(of(&lobby, DEVICE, json!({"scope": "openid"}))).await.is(200);
    assert_eq!(preview["refusal"]["error"], "unauthorized_client");
}

#[tokio::test]
async fn a_person_is_named_and_exists() {
    let lobby = Lobby::open().await;
    lobby.vendor.preview(of(&lobby, "refresh_token", json!({"user_id": null}))).await.is(400);
    lobby.vendor.preview(of(&lobby, "refresh_token", json!({"user_id": "auth0|nobody"}))).await.is(404);
}

#[tokio::test]
async fn what_is_empty_is_left_out() {
    let lobby = Lobby::open().await;
    let preview = async |more| lobby.vendor.preview(of(&lobby, "authorization_code", more)).await.is(200);
    let empty = preview(json!({"audience": "", "organization": "", "scope": ""})).await;
    assert_eq!(empty["refusal"], json!(null), "{empty}");
    assert_eq!(empty["scope"], preview(json!({})).await["scope"]);
}

#[rstest]
#[case::a_name(json!(["https://{organization_name}.app.example/cb"]))]
#[case::a_label(json!(["https://*.app.example/cb"]))]
#[case::an_address_after_them(json!(["https://{organization_name}.app.example/cb", "https://app.example/cb"]))]
#[tokio::test]
async fn callbacks_may_be_patterns(#[case] callbacks: Value) {
    let lobby = Lobby::open_with(json!({"organization_usage": "allow", "callbacks": callbacks})).await;
    let asked = json!({"audience": API, "organization": lobby.aurora, "scope": "openid read"});
    for grant_type in ["authorization_code", "implicit"] {
        let preview = lobby.vendor.preview(of(&lobby, grant_type, asked.clone())).await.is(200);
        assert_eq!(preview["refusal"], json!(null));
        assert_eq!(preview["access_token"]["claims"]["org_id"], json!(lobby.aurora));
    }
}

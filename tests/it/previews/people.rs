//! Tokens of people, by each way that leads to them.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{is_as_previewed, is_refused_as_previewed};
use crate::grants::House;
use crate::harness::segment;
use crate::sign_in::browser::returned;
use crate::sign_in::{API, CALLBACK, Lobby};

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const SCOPE: &str = "openid email read write offline_access";

fn of(lobby: &Lobby, grant_type: &str, more: Value) -> Value {
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

#[rstest]
#[case::not_rotating(json!({}), false)]
#[case::rotating(json!({"rotation_type": "rotating", "expiration_type": "expiring"}), true)]
#[tokio::test]
async fn a_refresh_leads_to_what_is_previewed(#[case] settings: Value, #[case] rotates: bool) {
    let house = House::open_with(settings).await;
    house.enable_connection().await;
    for organization in [Some(&house.aurora), Some(&house.borealis), None] {
        let refresh_token = house.refresh_token(organization.map(String::as_str)).await;
        let body = json!({"grant_type": "refresh_token", "client_id": house.web.id, "user_id": house.ada,
            "audience": API, "organization": organization, "scope": "openid read write offline_access"});
        let preview = house.vendor.preview(body).await.is(200);
        let tokens = house.refresh(&refresh_token, &[]).await.is(200);
        is_as_previewed(tokens["access_token"].as_str().unwrap(), &preview["access_token"]);
        // A sign-in without a session, as this one was, has no `sid`.
        let (mut id_token, claims) =
            (preview["id_token"].clone(), crate::harness::claims(tokens["id_token"].as_str().unwrap()));
        id_token["claims"].as_object_mut().unwrap().shift_remove("sid");
        for name in ["sub", "aud", "org_id"] {
            assert_eq!(claims[name], id_token["claims"][name]);
        }
        assert_eq!((&tokens["scope"], preview["refresh_token"] == rotates), (&preview["scope"], true));
    }
}

#[tokio::test]
async fn a_device_gets_what_is_previewed() {
    let lobby =
        Lobby::open_with(json!({"app_type": "native", "grant_types": [DEVICE, "refresh_token"]})).await;
    let asked = json!({"audience": API, "scope": SCOPE});
    let preview = lobby.vendor.preview(of(&lobby, DEVICE, asked)).await.is(200);
    let form = [("client_id", lobby.web.id.as_str()), ("scope", SCOPE), ("audience", API)];
    let codes = lobby.vendor.request(Method::POST, "/oauth/device/code").form(&form);
    let codes = lobby.vendor.send(codes).await.is(200);
    let browser = lobby.browser();
    let complete = codes["verification_uri_complete"].as_str().unwrap();
    let page = browser.go(complete.strip_prefix("http://vendor.test").unwrap()).await;
    let page = browser.submit(&page, &[("user_code", codes["user_code"].as_str().unwrap())]).await;
    let page = lobby.log_in(&browser, &page).await;
    browser.submit(&page, &[("decision", "allow")]).await;
    let code = codes["device_code"].as_str().unwrap();
    let form = [("grant_type", DEVICE), ("client_id", &lobby.web.id), ("device_code", code)];
    let tokens =
        lobby.vendor.send(lobby.vendor.request(Method::POST, "/oauth/token").form(&form)).await.is(200);
    is_as_previewed(tokens["access_token"].as_str().unwrap(), &preview["access_token"]);
    is_as_previewed(tokens["id_token"].as_str().unwrap(), &preview["id_token"]);
}

/// What a sign-in of Ada's leads to, and its preview: error and description.
async fn refusals(lobby: &Lobby, organization: &str) -> [(String, String); 2] {
    let asked = json!({"audience": API, "organization": organization, "scope": "openid read"});
    let preview = lobby.vendor.preview(of(lobby, "authorization_code", asked)).await.is(200);
    let text = |name: &str| preview["refusal"][name].as_str().unwrap_or_default().to_owned();
    let more = [("audience", API), ("organization", organization), ("scope", "openid read")];
    let issued = lobby.refused(&lobby.sign_in(&lobby.browser(), &more).await);
    [issued, (text("error"), text("error_description"))]
}

#[tokio::test]
async fn who_is_no_member_is_refused_as_in_a_sign_in() {
    let lobby = Lobby::open().await;
    let cumulus = lobby.vendor.organization("cumulus").await;
    lobby.vendor.enable(&cumulus, &lobby.connection, json!({})).await;
    let [issued, previewed] = refusals(&lobby, &cumulus).await;
    assert_eq!(issued, previewed);
}

#[tokio::test]
async fn who_is_refused_by_a_policy_is_refused_as_in_a_sign_in() {
    let lobby = Lobby::open().await;
    let policy = json!({"name": "Verified", "rules": {"require_verified_email": true}});
    lobby.vendor.post("/access-policies", policy).await.is(201);
    let [issued, previewed] = refusals(&lobby, &lobby.aurora).await;
    assert_eq!(issued, previewed);
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
async fn a_refresh_of_who_was_put_out_is_refused_as_it_would_be() {
    let house = House::open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    house.put_out(&house.aurora).await;
    let body = json!({"grant_type": "refresh_token", "client_id": house.web.id, "user_id": house.ada,
        "audience": API, "organization": house.aurora, "scope": "openid read"});
    let preview = house.vendor.preview(body).await.is(200);
    is_refused_as_previewed(house.refresh(&refresh_token, &[]).await, &preview);
}

#[tokio::test]
async fn where_the_person_would_choose_the_preview_wants_to_know_what() {
    let lobby = Lobby::open_with(json!({"organization_usage": "require",
        "organization_require_behavior": "post_login_prompt"}))
    .await;
    let asked = json!({"audience": API, "scope": "openid"});
    let preview = lobby.vendor.preview(of(&lobby, "authorization_code", asked)).await.is(200);
    assert_eq!(preview["refusal"]["error"], "interaction_required");
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

//! What is wrong with a request: told to the client where the address is its own, and to the person otherwise.

use rstest::rstest;
use serde_json::json;

use super::{CALLBACK, Lobby, is_error_page};

#[rstest]
#[case::not_registered("https://evil.example/callback")]
#[case::longer("https://app.example/callback/")]
#[case::with_a_query("https://app.example/callback?x=1")]
#[case::by_another_scheme("http://app.example/callback")]
#[case::a_script("javascript:alert(1)")]
#[tokio::test]
async fn an_address_that_is_not_registered_is_never_gone_to(#[case] address: &str) {
    let lobby = Lobby::open().await;
    for more in [&[][..], &[("prompt", "none")], &[("response_mode", "form_post")]] {
        let parameters = [&[("redirect_uri", address)], more].concat();
        is_error_page(&lobby.begin(&lobby.browser(), &parameters).await, "Callback URL mismatch");
    }
}

#[tokio::test]
async fn an_unknown_client_is_told_to_the_person() {
    let lobby = Lobby::open().await;
    is_error_page(&lobby.begin(&lobby.browser(), &[("client_id", "nobody")]).await, "Unknown client");
    is_error_page(&lobby.browser().go("/authorize").await, "client_id");
}

#[tokio::test]
async fn a_client_of_another_tenant_is_unknown() {
    let lobby = Lobby::open().await;
    let rival = lobby.vendor.rival().await;
    let browser = super::Browser::new(&rival);
    is_error_page(&browser.authorize(&lobby.asking(&[])).await, "Unknown client");
}

#[rstest]
#[case(&[("response_type", "magic")], "unsupported_response_type")]
#[case(&[("response_type", "")], "invalid_request")]
#[case(&[("prompt", "none login")], "invalid_request")]
#[case(&[("max_age", "x")], "invalid_request")]
#[case(&[("request", "e30")], "request_not_supported")]
#[case(&[("request_uri", "https://app.example/request")], "request_uri_not_supported")]
#[case(&[("audience", "https://nowhere.example")], "access_denied")]
#[case(&[("code_challenge", "short")], "invalid_request")]
#[tokio::test]
async fn anything_else_is_told_to_the_client(#[case] more: &[(&str, &str)], #[case] code: &str) {
    let lobby = Lobby::open().await;
    let answer = lobby.begin(&lobby.browser(), more).await;
    assert_eq!(lobby.refused(&answer).0, code);
}

#[tokio::test]
async fn a_client_asks_only_for_what_it_is_registered_for() {
    let lobby = Lobby::open_with(json!({"grant_types": ["authorization_code"]})).await;
    let more = [("response_type", "id_token"), ("nonce", "n")];
    let answer = lobby.begin(&lobby.browser(), &more).await;
    let refused = lobby.refused(&answer);
    assert_eq!(refused.0, "unauthorized_client");
    assert!(answer.header("location").starts_with(&format!("{CALLBACK}#")));
}

#[tokio::test]
async fn a_client_without_a_secret_binds_its_code() {
    let lobby = Lobby::open_with(json!({"app_type": "spa", "token_endpoint_auth_method": "none"})).await;
    let answer = lobby.begin(&lobby.browser(), &[]).await;
    let expected = "Missing required parameter: code_challenge".to_owned();
    assert_eq!(lobby.refused(&answer), ("invalid_request".to_owned(), expected));
    let bound = [("code_challenge", super::CHALLENGE), ("code_challenge_method", "S256")];
    let answer = lobby.sign_in(&lobby.browser(), &bound).await;
    let code = lobby.returned(&answer)["code"].clone();
    let form = |verifier: &'static str| {
        [
            ("grant_type", "authorization_code"),
            ("client_id", lobby.web.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", verifier),
        ]
    };
    let ask = |form: Vec<(&str, &str)>| {
        lobby.vendor.send(lobby.vendor.request(reqwest::Method::POST, "/oauth/token").form(&form))
    };
    let wrong = "A".repeat(43);
    let wrong: &'static str = wrong.leak();
    let refused = ask([&form(wrong)[..], &[("code", &code)]].concat()).await;
    refused.denies(403, "invalid_grant", "Failed to verify code verifier");
    ask([&form(super::VERIFIER)[..], &[("code", &code)]].concat()).await.is(200);
}

#[tokio::test]
async fn the_first_callback_is_meant_where_none_is_named() {
    let lobby = Lobby::open().await;
    let answer = lobby.sign_in(&lobby.browser(), &[("redirect_uri", "")]).await;
    assert!(answer.header("location").starts_with(CALLBACK));
}

#[tokio::test]
async fn a_callback_may_hold_the_organizations_name() {
    let callbacks = json!(["https://{organization_name}.app.example/cb"]);
    let lobby = Lobby::open_with(json!({"organization_usage": "allow", "callbacks": callbacks})).await;
    let own = [("redirect_uri", "https://aurora.app.example/cb"), ("organization", lobby.aurora.as_str())];
    let answer = lobby.sign_in(&lobby.browser(), &own).await;
    assert!(answer.header("location").starts_with("https://aurora.app.example/cb?code="));
    let others =
        [("redirect_uri", "https://aurora.app.example/cb"), ("organization", lobby.borealis.as_str())];
    is_error_page(&lobby.begin(&lobby.browser(), &others).await, "Callback URL mismatch");
}

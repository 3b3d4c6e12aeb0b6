//! How answers reach the client: response types and modes.

use rstest::rstest;
use serde_json::json;

use super::browser::{hidden, returned};
use super::{API, CALLBACK, Lobby, is_error_page};
use crate::harness::{claims, header};

#[tokio::test]
async fn an_id_token_is_posted_as_a_form() {
    let lobby = Lobby::open().await;
    let more = [("response_type", "id_token"), ("response_mode", "form_post"), ("nonce", "n")];
    let answer = lobby.sign_in(&lobby.browser(), &more).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text.contains(&format!("action=\"{CALLBACK}\"")), "{}", answer.text);
    assert!(answer.header("content-security-policy").contains("form-action https://app.example"));
    let id_token = claims(&hidden(&answer, "id_token"));
    assert_eq!((&id_token["nonce"], &id_token["sub"]), (&json!("n"), &json!(lobby.ada)));
    assert!(answer.text.contains("name=\"state\""));
}

#[rstest]
#[case("token", &["access_token", "expires_in", "scope", "state", "token_type"])]
#[case("id_token", &["id_token", "state"])]
#[case("id_token token", &["access_token", "expires_in", "id_token", "scope", "state", "token_type"])]
#[case("code id_token", &["code", "id_token", "state"])]
#[case("code token", &["access_token", "code", "expires_in", "scope", "state", "token_type"])]
#[case("code id_token token", &["access_token", "code", "expires_in", "id_token", "scope", "state", "token_type"])]
#[tokio::test]
async fn tokens_are_in_the_fragment(#[case] response_type: &str, #[case] names: &[&str]) {
    let lobby = Lobby::open().await;
    let more =
        [("response_type", response_type), ("nonce", "n"), ("audience", API), ("scope", "openid read")];
    let answer = lobby.sign_in(&lobby.browser(), &more).await;
    let parameters = returned(&answer, &format!("{CALLBACK}#"));
    assert_eq!(parameters.keys().map(String::as_str).collect::<Vec<_>>(), names);
    if let Some(id_token) = parameters.get("id_token") {
        assert_eq!(header(id_token)["alg"], "RS256");
        let claims = claims(id_token);
        assert_eq!(claims.get("at_hash").is_some(), parameters.contains_key("access_token"));
        assert_eq!(claims.get("c_hash").is_some(), parameters.contains_key("code"));
    }
    if let Some(code) = parameters.get("code") {
        lobby.exchange(code, &[]).await.is(200);
    }
}

#[tokio::test]
async fn a_message_goes_to_the_clients_page_alone() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    let silent = [("response_mode", "web_message"), ("prompt", "none")];
    let refused = lobby.begin(&browser, &silent).await;
    assert_eq!(refused.status, 200);
    assert!(refused.text.contains("login_required"), "{}", refused.text);
    assert!(refused.header("content-security-policy").contains("frame-ancestors https://app.example"));
    lobby.sign_in(&browser, &[]).await;
    let answer = lobby.begin(&browser, &silent).await;
    assert!(
        answer.text.contains("authorization_response") && answer.text.contains("code"),
        "{}",
        answer.text
    );
    lobby.set_web(json!({"web_origins": []})).await;
    is_error_page(&lobby.begin(&browser, &silent).await, "allowed web origins");
}

#[tokio::test]
async fn answers_name_the_issuer_where_the_tenant_says_so() {
    let lobby = Lobby::open().await;
    lobby.vendor.set(json!({"authorization_response_iss_parameter_supported": true})).await;
    let browser = lobby.browser();
    let refused = lobby.begin(&browser, &[("prompt", "none")]).await;
    assert_eq!(lobby.returned(&refused)["iss"], "http://vendor.test/");
    let answer = lobby.sign_in(&browser, &[]).await;
    assert_eq!(lobby.returned(&answer)["iss"], "http://vendor.test/");
}

#[tokio::test]
async fn a_page_of_the_client_reads_what_it_is_answered() {
    let lobby = Lobby::open().await;
    let vendor = &lobby.vendor;
    let preflight = vendor
        .request(reqwest::Method::OPTIONS, "/oauth/token")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "auth0-client");
    let answer = vendor.send(preflight).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), "https://app.example");
    assert!(answer.header("access-control-allow-headers").contains("auth0-client"));
    for (origin, allowed) in [("https://app.example", "https://app.example"), ("https://evil.example", "")] {
        let form = [("grant_type", "authorization_code"), ("client_id", &lobby.web.id), ("code", "none")];
        let request = vendor.request(reqwest::Method::POST, "/oauth/token").header("origin", origin);
        let answer = vendor.send(request.form(&form)).await;
        assert_eq!(answer.header("access-control-allow-origin"), allowed, "{origin}");
    }
}

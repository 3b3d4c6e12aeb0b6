//! How a token is asked for, and what is wrong with a request before any organization is looked at.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;

use super::{API, Shop};
use crate::harness::{Machine, claims, names};

#[tokio::test]
async fn a_form_with_the_secret_in_it_is_answered_with_a_token() {
    let shop = Shop::open().await;
    let answer = shop.ask(&[("audience", API)]).await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
    let body = answer.is(200);
    assert_eq!(names(&body), ["access_token", "scope", "expires_in", "token_type"]);
    assert_eq!(
        (&body["scope"], &body["expires_in"], &body["token_type"]),
        (&json!("read write"), &json!(86400), &json!("Bearer"))
    );
}

#[tokio::test]
async fn json_is_answered_as_a_form_is() {
    let shop = Shop::open().await;
    let body = json!({
        "grant_type": "client_credentials", "audience": API, "organization": shop.aurora,
        "client_id": shop.machine.id, "client_secret": shop.machine.secret,
    });
    let token = shop.vendor.send(shop.vendor.request(Method::POST, "/oauth/token").json(&body)).await.token();
    assert_eq!(claims(&token)["org_id"], shop.aurora.as_str());
}

#[tokio::test]
async fn the_secret_may_come_by_basic() {
    let shop = Shop::open().await;
    let request = shop.vendor.request(Method::POST, "/oauth/token");
    let form = [("grant_type", "client_credentials"), ("audience", API)];
    let request = request.basic_auth(&shop.machine.id, Some(&shop.machine.secret)).form(&form);
    let token = shop.vendor.send(request).await.token();
    assert_eq!(claims(&token)["azp"], shop.machine.id.as_str());
}

#[tokio::test]
async fn a_wrong_secret_by_basic_is_answered_with_a_challenge() {
    let shop = Shop::open().await;
    let request =
        shop.vendor.request(Method::POST, "/oauth/token").basic_auth(&shop.machine.id, Some("wrong"));
    let answer =
        shop.vendor.send(request.form(&[("grant_type", "client_credentials"), ("audience", API)])).await;
    assert!(answer.header("www-authenticate").starts_with("Basic"));
    answer.denies(401, "access_denied", "Unauthorized");
}

#[tokio::test]
async fn a_secret_by_basic_and_in_the_body_is_refused() {
    let shop = Shop::open().await;
    let request = shop.vendor.request(Method::POST, "/oauth/token");
    let form =
        [("grant_type", "client_credentials"), ("audience", API), ("client_secret", &shop.machine.secret)];
    let answer = shop.vendor.send(request.basic_auth(&shop.machine.id, Some("x")).form(&form)).await;
    answer.denies(400, "invalid_request", "The client must authenticate in one way only.");
}

#[tokio::test]
async fn an_unknown_client_is_answered_as_a_wrong_secret_is() {
    let shop = Shop::open().await;
    let wrong = Machine { id: shop.machine.id.clone(), secret: "wrong".to_owned() };
    let unknown = Machine { id: "nobody".to_owned(), secret: "wrong".to_owned() };
    let of_wrong = shop.vendor.ask(&wrong, &[("audience", API)]).await;
    let of_unknown = shop.vendor.ask(&unknown, &[("audience", API)]).await;
    assert_eq!(of_wrong.text, of_unknown.text);
    of_wrong.denies(401, "access_denied", "Unauthorized");
    of_unknown.denies(401, "access_denied", "Unauthorized");
}

#[rstest]
#[case::no_grant_type(&[], 400, "invalid_request", "Missing required parameter: grant_type")]
#[case::an_unknown_one(&[("grant_type", "password")], 400, "unsupported_grant_type", "Unsupported grant type: password")]
#[case::no_client(&[("grant_type", "client_credentials")], 400, "invalid_request", "Missing required parameter: client_id")]
#[case::twice(&[("grant_type", "client_credentials"), ("audience", "a"), ("audience", "b")], 400, "invalid_request", "parameter audience is included more than once")]
#[case::no_secret(&[("grant_type", "client_credentials"), ("client_id", "c")], 401, "access_denied", "Unauthorized")]
#[tokio::test]
async fn a_request_that_cannot_be_is_refused(
    #[case] form: &[(&str, &str)],
    #[case] status: u16,
    #[case] error: &str,
    #[case] description: &str,
) {
    let shop = Shop::open().await;
    let request = shop.vendor.request(Method::POST, "/oauth/token").form(form);
    shop.vendor.send(request).await.denies(status, error, description);
}

#[tokio::test]
async fn a_grant_type_that_the_client_may_not_use_is_refused() {
    let shop = Shop::open().await;
    let only = json!({"grant_types": ["authorization_code"]});
    shop.vendor.patch(&format!("/clients/{}", shop.machine.id), only).await.is(200);
    let answer = shop.ask(&[("audience", API)]).await;
    answer.denies(403, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client.");
}

#[tokio::test]
async fn no_audience_is_refused_where_the_tenant_has_no_default() {
    let shop = Shop::open().await;
    let description = "No audience parameter was provided, and no default audience has been configured";
    shop.ask(&[]).await.denies(403, "access_denied", description);
}

#[tokio::test]
async fn no_audience_means_the_tenants_default() {
    let shop = Shop::open().await;
    shop.vendor.set(json!({"default_audience": API})).await;
    assert_eq!(claims(&shop.ask(&[]).await.token())["aud"], API);
}

#[tokio::test]
async fn an_unknown_audience_is_refused() {
    let shop = Shop::open().await;
    let answer = shop.ask(&[("audience", "https://nowhere.example")]).await;
    answer.denies(403, "access_denied", "Service not enabled within domain: https://nowhere.example");
}

#[tokio::test]
async fn an_audience_without_a_grant_is_refused() {
    let shop = Shop::open().await;
    let stranger = shop.vendor.client("Stranger").await;
    let description = format!(
        "Client is not authorized to access \"{API}\". You need to create a \"client-grant\" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants"
    );
    shop.vendor.ask(&stranger, &[("audience", API)]).await.denies(403, "access_denied", &description);
}

#[tokio::test]
async fn an_api_that_denies_machines_is_refused() {
    let shop = Shop::open().await;
    let denied = json!({"subject_type_authorization": {"client": {"policy": "deny_all"}}});
    shop.vendor.patch(&format!("/resource-servers/{}", shop.api), denied).await.is(200);
    assert_eq!(shop.ask(&[("audience", API)]).await.is(403)["error"], "access_denied");
}

#[rstest]
#[case::a_part("write", "write")]
#[case::what_is_not_granted_is_left_out("read delete", "read")]
#[case::openid_means_nothing("openid read", "read")]
#[tokio::test]
async fn the_scope_asked_for_narrows_the_token(#[case] asked: &str, #[case] granted: &str) {
    let shop = Shop::open().await;
    let answer = shop.ask(&[("audience", API), ("scope", asked)]).await.is(200);
    assert_eq!(answer["scope"], granted);
}

#[tokio::test]
async fn a_scope_of_which_nothing_is_granted_is_refused() {
    let shop = Shop::open().await;
    let answer = shop.ask(&[("audience", API), ("scope", "delete")]).await;
    answer.denies(400, "invalid_scope", "None of the requested scopes is granted to the client.");
}

#[tokio::test]
async fn a_host_that_another_tenant_registered_does_not_know_the_client() {
    let shop = Shop::open().await;
    let rival = shop.vendor.rival().await;
    rival.ask(&shop.machine, &[("audience", API)]).await.denies(401, "access_denied", "Unauthorized");
}

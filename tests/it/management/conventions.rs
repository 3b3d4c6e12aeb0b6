//! What holds for every operation: bodies, ids in paths, error bodies, headers (contract sections 2.1, 2.7, 2.8).

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::Vendor;

#[rstest]
#[case::unknown_field(json!({"name": "a", "colour": "red"}), "Additional properties not allowed: colour", "colour")]
#[case::missing_field(json!({"display_name": "A"}), "Missing required property: name", "name")]
#[case::wrong_type(json!({"name": 7}), "Expected a string", "name")]
#[case::unknown_value(json!({"name": "a", "token_strategy": "both"}), "No enum match for: both", "token_strategy")]
#[case::too_long(json!({"name": "a", "display_name": "x".repeat(256)}), "length must be between 1 and 255", "display_name")]
#[tokio::test]
async fn a_body_that_does_not_fit_is_refused_by_field(
    #[case] body: Value,
    #[case] problem: &str,
    #[case] field: &str,
) {
    let vendor = Vendor::new().await;
    let message = format!("Payload validation error: '{problem}' on property {field}.");
    vendor.post("/organizations", body).await.refuses(400, "invalid_body", &message);
    assert_eq!(vendor.get("/organizations").await.is(200), json!([]), "something was stored");
}

#[rstest]
#[case::not_json("{")]
#[case::no_object("[]")]
#[case::nothing("")]
#[case::nul(r#"{"name": "a", "display_name": "\u0000"}"#)]
#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused(#[case] body: &'static str) {
    let vendor = Vendor::new().await;
    let request = vendor.request(Method::POST, "/api/v2/organizations").bearer_auth(&vendor.token);
    let answer = vendor.send(request.header("content-type", "application/json").body(body)).await;
    assert_eq!(answer.is(400)["errorCode"], "invalid_body");
}

#[rstest]
#[tokio::test]
async fn a_body_where_none_is_expected_is_passed_over(
    #[values("null", "{}", "anything")] body: &'static str,
) {
    let vendor = Vendor::new().await;
    let request = vendor.request(Method::GET, "/api/v2/organizations").bearer_auth(&vendor.token);
    vendor.send(request.header("content-type", "application/json").body(body)).await.is(200);
}

#[tokio::test]
async fn delete_of_a_role_with_an_empty_object_is_a_delete() {
    let vendor = Vendor::new().await;
    let role = vendor.role("Reader", "", &[]).await;
    vendor.delete_with(&format!("/roles/{role}"), json!({})).await.is(200);
}

#[tokio::test]
async fn a_header_that_sdks_send_about_themselves_is_passed_over() {
    let vendor = Vendor::new().await;
    let request = vendor.request(Method::GET, "/api/v2/organizations").bearer_auth(&vendor.token);
    vendor.send(request.header("auth0-client", "eyJuYW1lIjoiYXV0aDAuanMifQ")).await.is(200);
}

#[rstest]
#[case::no_scheme("token")]
#[case::basic("Basic dG9rZW4=")]
#[case::empty("Bearer ")]
#[tokio::test]
async fn an_authorization_that_is_no_bearer_token_is_none(#[case] header: &str) {
    let vendor = Vendor::new().await;
    let request = vendor.request(Method::GET, "/api/v2/organizations").header("authorization", header);
    vendor.send(request).await.refuses(401, "", "Missing authentication");
}

#[rstest]
#[tokio::test]
async fn a_bearer_token_that_is_none_is_refused(
    #[values("token", "a.b.c", "eyJhbGciOiJub25lIn0.e30.")] token: &str,
) {
    let vendor = Vendor::new().await;
    let request = vendor.request(Method::GET, "/api/v2/organizations").bearer_auth(token);
    vendor.send(request).await.refuses(401, "", "Invalid token.");
}

#[tokio::test]
async fn who_calls_is_decided_before_the_body_is_read() {
    let mut vendor = Vendor::new().await;
    vendor.token = vendor.management_token("read:logs").await;
    let message = "Insufficient scope, expected any of: create:organizations";
    vendor.post("/organizations", json!("no body")).await.refuses(403, "insufficient_scope", message);
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_is_not_cached() {
    let vendor = Vendor::new().await;
    for answer in [vendor.get("/organizations").await, vendor.get("/organizations/x").await] {
        assert_eq!(answer.header("x-request-id").len(), 32);
        assert_eq!(
            (answer.header("cache-control"), answer.header("x-content-type-options")),
            ("no-cache", "nosniff")
        );
    }
}

#[tokio::test]
async fn the_request_id_leads_to_the_change_in_the_log() {
    let vendor = Vendor::new().await;
    let answer = vendor.post("/organizations", json!({"name": "aurora"})).await;
    let id = answer.header("x-request-id").to_owned();
    let changes = vendor.changes_in_the_log().await;
    let made: Vec<&Value> =
        changes.iter().filter(|entry| entry["details"]["request_id"] == id.as_str()).collect();
    assert_eq!(made.len(), 1);
    assert_eq!(made[0]["details"]["action"], "organization.created");
}

#[tokio::test]
async fn a_path_that_leads_nowhere_is_answered_in_the_same_style() {
    let vendor = Vendor::new().await;
    vendor.get("/no-such-thing").await.refuses(404, "", "Not Found");
}

#[tokio::test]
async fn a_host_that_no_tenant_registered_is_the_default_tenant() {
    let vendor = Vendor::new().await;
    let request = vendor.request_to("elsewhere.test", Method::GET, "/.well-known/openid-configuration");
    assert_eq!(vendor.send(request).await.is(200)["issuer"], vendor.issuer.as_str());
}

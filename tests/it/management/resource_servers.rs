//! `/resource-servers`: contract section 5.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, names, segment};

const API: &str = "https://api.example/v1";

#[tokio::test]
async fn a_new_api_has_the_defaults_and_nothing_that_was_not_given() {
    let vendor = Vendor::new().await;
    let made = vendor.post("/resource-servers", json!({"identifier": API})).await.is(201);
    let expected = json!({
        "id": made["id"], "identifier": API, "signing_alg": "RS256", "allow_offline_access": false,
        "skip_consent_for_verifiable_first_party_clients": false, "token_lifetime": 86400,
        "token_lifetime_for_web": 7200,
        "subject_type_authorization": {"user": {"policy": "allow_all"}, "client": {"policy": "require_client_grant"}},
    });
    assert_eq!(made, expected);
}

#[rstest]
#[case::encoded_once(segment(API))]
#[case::encoded_twice(segment(&segment(API)))]
#[tokio::test]
async fn an_api_is_found_by_its_identifier(#[case] reference: String) {
    let vendor = Vendor::new().await;
    let id = vendor.api(API, &[]).await;
    assert_eq!(vendor.get(&format!("/resource-servers/{reference}")).await.is(200)["id"], id.as_str());
}

#[rstest]
#[case::the_same(API)]
#[case::but_for_a_slash("https://api.example/v1/")]
#[tokio::test]
async fn an_identifier_that_is_taken_is_refused(#[case] identifier: &str) {
    let vendor = Vendor::new().await;
    vendor.api(API, &[]).await;
    let answer = vendor.post("/resource-servers", json!({"identifier": identifier})).await;
    assert_eq!(answer.is(409)["errorCode"], "resource_server_conflict");
}

#[rstest]
#[case(json!({"identifier": API, "token_lifetime": 2592001}))]
#[case(json!({"identifier": API, "token_lifetime": 60, "token_lifetime_for_web": 61}))]
#[case(json!({"identifier": API, "signing_alg": "none"}))]
#[case(json!({"identifier": API, "signing_alg": "HS256", "signing_secret": "short"}))]
#[case(json!({"identifier": API, "scopes": [{"value": "a"}, {"value": "a"}]}))]
#[case(json!({"identifier": API, "scopes": [{"value": "a b"}]}))]
#[case(json!({"identifier": ""}))]
#[tokio::test]
async fn an_api_that_cannot_be_is_refused(#[case] body: Value) {
    assert_eq!(
        Vendor::new().await.post("/resource-servers", body).await.is(400)["errorCode"],
        "invalid_body"
    );
}

#[tokio::test]
async fn the_identifier_cannot_be_changed() {
    let vendor = Vendor::new().await;
    let id = vendor.api(API, &[]).await;
    let message =
        "Payload validation error: 'Additional properties not allowed: identifier' on property identifier.";
    let answer = vendor.patch(&format!("/resource-servers/{id}"), json!({"identifier": "https://b"})).await;
    answer.refuses(400, "invalid_body", message);
}

#[tokio::test]
async fn a_patch_replaces_the_scopes_and_keeps_the_rest() {
    let vendor = Vendor::new().await;
    let id = vendor.api_with(API, &["read", "write"], json!({"name": "The API"})).await;
    let patch = json!({"scopes": [{"value": "delete", "description": "Deletes"}], "enforce_policies": true});
    let after = vendor.patch(&format!("/resource-servers/{id}"), patch).await.is(200);
    assert_eq!(after["scopes"], json!([{"value": "delete", "description": "Deletes"}]));
    assert_eq!((&after["name"], &after["enforce_policies"]), (&json!("The API"), &json!(true)));
}

#[tokio::test]
async fn the_secret_of_hs256_is_shown_to_those_who_read_the_api_and_not_in_lists_or_logs() {
    let vendor = Vendor::new().await;
    let made =
        vendor.post("/resource-servers", json!({"identifier": API, "signing_alg": "HS256"})).await.is(201);
    let secret = made["signing_secret"].as_str().expect("a secret that was made");
    let path = format!("/resource-servers/{}", made["id"].as_str().unwrap());
    assert_eq!(vendor.get(&path).await.is(200)["signing_secret"], secret);
    assert!(!vendor.get("/resource-servers").await.text.contains(secret));
    assert!(!vendor.get("/logs").await.text.contains(secret));
}

#[tokio::test]
async fn the_management_api_cannot_be_changed_or_deleted() {
    let vendor = Vendor::new().await;
    let path = format!("/resource-servers/{}", segment(&format!("{}api/v2/", vendor.issuer)));
    assert_eq!(vendor.get(&path).await.is(200)["is_system"], true);
    let message = "System entities cannot be changed or deleted.";
    vendor.patch(&path, json!({"name": "Mine"})).await.refuses(403, "operation_not_supported", message);
    vendor.delete(&path).await.refuses(403, "operation_not_supported", message);
}

#[tokio::test]
async fn the_identifier_of_the_management_api_is_reserved() {
    let vendor = Vendor::new().await;
    let identifier = format!("{}api/v2/", vendor.issuer);
    assert!(
        [400, 409]
            .contains(&vendor.post("/resource-servers", json!({"identifier": identifier})).await.status)
    );
}

#[tokio::test]
async fn apis_are_listed_by_identifier() {
    let vendor = Vendor::new().await;
    vendor.api(API, &[]).await;
    vendor.api("https://other.example", &[]).await;
    let path =
        format!("/resource-servers?identifiers={}&identifiers=https%3A%2F%2Fnowhere.example", segment(API));
    let list = vendor.get(&path).await.is(200);
    assert_eq!((list.as_array().unwrap().len(), &list[0]["identifier"]), (1, &json!(API)));
}

#[tokio::test]
async fn a_deleted_api_is_gone_with_its_grants() {
    let vendor = Vendor::new().await;
    let id = vendor.api(API, &["read"]).await;
    let machine = vendor.client("Export").await;
    let grant = vendor.grant(&machine, API, &["read"], "deny").await;
    vendor.delete(&format!("/resource-servers/{id}")).await.is(204);
    let message = "The resource server does not exist";
    vendor.get(&format!("/resource-servers/{id}")).await.refuses(404, "inexistent_resource_server", message);
    assert_eq!(vendor.get(&format!("/client-grants/{grant}")).await.status, 404);
}

#[tokio::test]
async fn fields_choose_what_is_shown() {
    let vendor = Vendor::new().await;
    let id = vendor.api(API, &[]).await;
    let shown = vendor.get(&format!("/resource-servers/{id}?fields=identifier")).await.is(200);
    assert_eq!(names(&shown), ["identifier"]);
}

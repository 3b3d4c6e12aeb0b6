//! `/claim-mappings`.

use rstest::rstest;
use serde_json::{Value, json};

use super::constant;
use crate::harness::Vendor;

const API: &str = "https://api.example";

#[tokio::test]
async fn a_mapping_is_made_shown_changed_and_deleted() {
    let vendor = Vendor::new().await;
    vendor.api(API, &["read"]).await;
    let organization = vendor.organization("aurora").await;
    let client = vendor.client("Export").await.id;
    let applies_to = json!({"client_id": client, "organization_id": organization, "audience": API});
    let source = json!({"type": "organization_metadata", "key": "plan"});
    let new = json!({"name": "Plan", "applies_to": applies_to, "claim": "plan",
        "in": ["access_token", "id_token", "userinfo"], "source": source});
    let made = vendor.post("/claim-mappings", new.clone()).await.is(201);
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("clm_") && id.len() == 20, "{id}");
    let mut expected = new;
    expected["id"] = json!(id);
    assert_eq!(made, expected);
    let path = format!("/claim-mappings/{id}");
    assert_eq!(vendor.get(&path).await.is(200), made);
    let list = vendor.get("/claim-mappings?include_totals=true").await.is(200);
    assert_eq!((&list["total"], &list["claim_mappings"]), (&json!(1), &json!([made])));
    for source in [
        json!({"type": "user_metadata", "key": "k"}),
        json!({"type": "app_metadata", "key": "k"}),
        json!({"type": "roles"}),
        constant(json!({"a": [1]})),
    ] {
        let after = vendor.patch(&path, json!({ "source": source })).await.is(200);
        assert_eq!((&after["source"], &after["claim"]), (&source, &json!("plan")));
    }
    let patch = json!({"applies_to": {}, "in": ["id_token"], "claim": "urn:vendor:plan"});
    let after = vendor.patch(&path, patch).await.is(200);
    assert_eq!((&after["applies_to"], &after["in"]), (&json!({}), &json!(["id_token"])));
    vendor.delete(&path).await.is(204);
    vendor.get(&path).await.refuses(404, "", "The claim mapping does not exist.");
}

/// A body that is right but for these fields.
fn body(but: Value) -> Value {
    let mut body = json!({"name": "M", "claim": "plan", "in": ["id_token"], "source": {"type": "roles"}});
    body.as_object_mut().unwrap().extend(but.as_object().unwrap().clone());
    body
}

#[rstest]
#[case::empty_name(json!({"name": ""}), "name")]
#[case::name_of_a_wrong_type(json!({"name": 1}), "name")]
#[case::empty_claim(json!({"claim": ""}), "claim")]
#[case::long_claim(json!({"claim": "x".repeat(256)}), "claim")]
#[case::subject(json!({"claim": "sub"}), "claim")]
#[case::organization(json!({"claim": "org_id"}), "claim")]
#[case::epoch(json!({"claim": "org_epoch"}), "claim")]
#[case::scope(json!({"claim": "scope"}), "claim")]
#[case::permissions(json!({"claim": "permissions"}), "claim")]
#[case::roles(json!({"claim": "roles"}), "claim")]
#[case::reserved_host(json!({"claim": "https://x.auth0.com/plan"}), "claim")]
#[case::reserved_urn(json!({"claim": "urn:auth0:plan"}), "claim")]
#[case::nowhere(json!({"in": []}), "in")]
#[case::twice(json!({"in": ["id_token", "id_token"]}), "in")]
#[case::elsewhere(json!({"in": ["saml"]}), "in")]
#[case::in_of_a_wrong_type(json!({"in": "id_token"}), "in")]
#[case::unknown_source(json!({"source": {"type": "script"}}), "source")]
#[case::untyped_source(json!({"source": {"key": "plan"}}), "source")]
#[case::no_key(json!({"source": {"type": "user_metadata"}}), "source")]
#[case::empty_key(json!({"source": {"type": "user_metadata", "key": ""}}), "source")]
#[case::long_key(json!({"source": {"type": "user_metadata", "key": "x".repeat(256)}}), "source")]
#[case::a_key_too_many(json!({"source": {"type": "roles", "key": "x"}}), "key")]
#[case::no_value(json!({"source": {"type": "constant", "value": null}}), "source")]
#[case::long_value(json!({"source": {"type": "constant", "value": "x".repeat(8192)}}), "source")]
#[case::unknown_client(json!({"applies_to": {"client_id": "no"}}), "applies_to.client_id")]
#[case::unknown_organization(json!({"applies_to": {"organization_id": "no"}}), "applies_to.organization_id")]
#[case::unknown_api(json!({"applies_to": {"audience": "no"}}), "applies_to.audience")]
#[case::another_field(json!({"priority": 1}), "priority")]
#[tokio::test]
async fn what_cannot_be_is_refused_by_the_name_of_the_field(#[case] but: Value, #[case] field: &str) {
    let vendor = Vendor::new().await;
    let before = vendor.epoch().await;
    let refused = vendor.post("/claim-mappings", body(but)).await.is(400);
    assert_eq!(refused["errorCode"], "invalid_body");
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains(field), "{field} is not in {message}");
    assert_eq!(vendor.epoch().await, before);
}

#[tokio::test]
async fn the_management_api_takes_names_in_a_namespace_only() {
    let vendor = Vendor::new().await;
    let applies_to = json!({"audience": format!("{}api/v2/", vendor.issuer)});
    let bare = body(json!({"in": ["access_token"], "applies_to": applies_to}));
    let refused = vendor.post("/claim-mappings", bare.clone()).await;
    let reason = "The name must be in a namespace: an http(s) URL or a URN.";
    let message = format!("Payload validation error: '{reason}' on property claim.");
    refused.refuses(400, "invalid_body", &message);
    let mut namespaced = bare;
    namespaced["claim"] = json!("https://vendor.example/plan");
    let id = vendor.post("/claim-mappings", namespaced).await.is(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/claim-mappings/{id}");
    vendor.patch(&path, json!({"claim": "plan"})).await.refuses(400, "invalid_body", &message);
}

#[tokio::test]
async fn a_mapping_goes_with_what_it_applies_to() {
    let vendor = Vendor::new().await;
    let api = vendor.api(API, &[]).await;
    let organization = vendor.organization("aurora").await;
    let client = vendor.client("Export").await.id;
    for (applies_to, path) in [
        (json!({"organization_id": organization}), format!("/organizations/{organization}")),
        (json!({"client_id": client}), format!("/clients/{client}")),
        (json!({"audience": API}), format!("/resource-servers/{api}")),
    ] {
        let id = vendor.mapping(applies_to, "plan", constant(json!(1))).await;
        vendor.delete(&path).await.is(204);
        vendor.get(&format!("/claim-mappings/{id}")).await.is(404);
    }
}

#[tokio::test]
async fn a_mapping_names_nothing_of_another_tenant() {
    let vendor = Vendor::new().await;
    let rival = vendor.rival().await;
    let organization = vendor.organization("aurora").await;
    let theirs = body(json!({"applies_to": {"organization_id": organization}}));
    rival.post("/claim-mappings", theirs).await.is(400);
}

#[tokio::test]
async fn only_so_many_mappings_apply_to_the_same() {
    let vendor = Vendor::new().await;
    vendor.set(json!({"limits": {"claim_mappings_per_target": 1}})).await;
    vendor.mapping(json!({}), "plan", constant(json!(1))).await;
    let full = "Quota exceeded; no more than 1 claim mappings can apply to the same";
    vendor.post("/claim-mappings", body(json!({}))).await.refuses(409, "", full);
}

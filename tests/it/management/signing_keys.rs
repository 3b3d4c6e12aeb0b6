//! `/keys/signing`: contract section 11. What rotation means for tokens is in `tokens/keys.rs`.

use serde_json::{Value, json};

use crate::harness::Vendor;

fn states(keys: &Value) -> Vec<&'static str> {
    let state =
        |key: &Value| ["current", "next", "previous", "revoked"].into_iter().find(|state| key[state] == true);
    keys.as_array().unwrap().iter().map(|key| state(key).expect("a state")).collect()
}

#[tokio::test]
async fn a_tenant_begins_with_a_current_and_a_next_key() {
    let vendor = Vendor::new().await;
    let keys = vendor.get("/keys/signing").await.is(200);
    assert_eq!(states(&keys), ["current", "next"]);
    assert!(keys[0]["cert"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    let (fingerprint, thumbprint) =
        (keys[0]["fingerprint"].as_str().unwrap(), keys[0]["thumbprint"].as_str().unwrap());
    assert_eq!((fingerprint.len(), thumbprint.len()), (59, 40));
    assert_eq!(fingerprint.replace(':', "").to_lowercase(), thumbprint.to_lowercase());
}

#[tokio::test]
async fn a_rotation_answers_the_new_next_key() {
    let vendor = Vendor::new().await;
    let rotated = vendor.post("/keys/signing/rotate", json!({})).await.is(201);
    let keys = vendor.get("/keys/signing").await.is(200);
    assert_eq!(states(&keys), ["current", "next", "previous"]);
    assert_eq!((&rotated["kid"], &rotated["cert"]), (&keys[1]["kid"], &keys[1]["cert"]));
}

#[tokio::test]
async fn a_key_is_found_by_its_kid() {
    let vendor = Vendor::new().await;
    let keys = vendor.get("/keys/signing").await.is(200);
    let path = format!("/keys/signing/{}", keys[0]["kid"].as_str().unwrap());
    assert_eq!(vendor.get(&path).await.is(200), keys[0]);
    vendor.get("/keys/signing/unknown").await.refuses(404, "", "The signing key does not exist.");
}

#[tokio::test]
async fn a_rotation_needs_both_scopes() {
    let mut vendor = Vendor::new().await;
    vendor.token = vendor.management_token("update:signing_keys").await;
    assert_eq!(
        vendor.post("/keys/signing/rotate", json!({})).await.is(403)["errorCode"],
        "insufficient_scope"
    );
}

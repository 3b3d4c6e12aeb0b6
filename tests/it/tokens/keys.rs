//! Signing keys: rotated, revoked, published.

use rstest::rstest;
use serde_json::{Value, json};

use super::{API, Shop};
use crate::harness::{Vendor, header, verified};

impl Vendor {
    /// The published keys.
    pub async fn keys(&self) -> Value {
        self.send(self.request(reqwest::Method::GET, "/.well-known/jwks.json")).await.is(200)
    }

    async fn kid(&self, state: &str) -> Value {
        let keys = self.get("/keys/signing").await.is(200);
        let found = keys.as_array().unwrap().iter().find(|key| key[state] == true && key["alg"] == "RS256");
        found.map_or(Value::Null, |key| key["kid"].clone())
    }
}

#[tokio::test]
async fn the_current_key_signs() {
    let shop = Shop::open().await;
    let token = shop.ask(&[("audience", API)]).await.token();
    assert_eq!(header(&token)["kid"], shop.vendor.kid("current").await);
}

#[tokio::test]
async fn the_next_key_is_published_before_it_signs() {
    let shop = Shop::open().await;
    let published = shop.vendor.keys().await;
    let next = shop.vendor.kid("next").await;
    assert!(published["keys"].as_array().unwrap().iter().any(|key| key["kid"] == next), "{published}");
}

#[rstest]
#[tokio::test]
async fn the_next_key_signs_after_a_rotation(#[values(true, false)] caching: bool) {
    let shop = Shop::open_with(caching, "allow").await;
    shop.ask(&[("audience", API)]).await.is(200);
    let next = shop.vendor.kid("next").await;
    shop.vendor.post("/keys/signing/rotate", json!({})).await.is(201);
    let token = shop.ask(&[("audience", API)]).await.token();
    assert_eq!(header(&token)["kid"], next);
}

#[tokio::test]
async fn a_token_from_before_a_rotation_still_verifies() {
    let shop = Shop::open().await;
    let token = shop.ask(&[("audience", API)]).await.token();
    shop.vendor.post("/keys/signing/rotate", json!({})).await.is(201);
    assert!(verified(&token, &shop.vendor.keys().await).is_some());
}

#[tokio::test]
async fn a_management_token_from_before_a_rotation_is_still_accepted() {
    let vendor = Vendor::new().await;
    vendor.post("/keys/signing/rotate", json!({})).await.is(201);
    vendor.get("/organizations").await.is(200);
}

#[rstest]
#[tokio::test]
async fn a_revoked_key_is_no_longer_published_nor_accepted(#[values(true, false)] caching: bool) {
    let mut shop = Shop::open_with(caching, "allow").await;
    let token = shop.ask(&[("audience", API)]).await.token();
    let old = shop.vendor.token.clone();
    shop.vendor.post("/keys/signing/rotate", json!({})).await.is(201);
    shop.vendor.sign_in().await;
    let previous = shop.vendor.kid("previous").await;
    let path = format!("/keys/signing/{}/revoke", previous.as_str().unwrap());
    assert_eq!(shop.vendor.put(&path, json!({})).await.is(200)["kid"], previous);
    assert_eq!(verified(&token, &shop.vendor.keys().await), None);
    shop.vendor.token = old;
    shop.vendor.get("/organizations").await.refuses(401, "", "Invalid token.");
}

#[rstest]
#[tokio::test]
async fn only_a_previous_key_can_be_revoked(#[values("current", "next")] state: &str) {
    let vendor = Vendor::new().await;
    let kid = vendor.kid(state).await;
    let path = format!("/keys/signing/{}/revoke", kid.as_str().unwrap());
    vendor.put(&path, json!({})).await.refuses(
        400,
        "invalid_body",
        "Only a previous signing key can be revoked.",
    );
}

#[tokio::test]
async fn keys_of_another_algorithm_are_rotated_by_name() {
    let shop = Shop::open().await;
    shop.vendor
        .patch(&format!("/resource-servers/{}", shop.api), json!({"signing_alg": "ES256"}))
        .await
        .is(200);
    let before = header(&shop.ask(&[("audience", API)]).await.token())["kid"].clone();
    let current = shop.vendor.kid("current").await;
    shop.vendor.post("/keys/signing/rotate", json!({"alg": "ES256"})).await.is(201);
    assert_ne!(header(&shop.ask(&[("audience", API)]).await.token())["kid"], before);
    assert_eq!(shop.vendor.kid("current").await, current, "RS256 was not meant");
}

#[tokio::test]
async fn no_private_key_is_ever_shown() {
    let vendor = Vendor::new().await;
    vendor.post("/keys/signing/rotate", json!({})).await.is(201);
    for text in [
        vendor.get("/keys/signing").await.text,
        vendor.get("/logs").await.text,
        vendor.keys().await.to_string(),
    ] {
        assert!(!text.contains("PRIVATE") && !text.contains("\"d\"") && !text.contains("sealed"), "{text}");
    }
}

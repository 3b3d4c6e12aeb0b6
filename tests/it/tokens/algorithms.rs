//! Each signing algorithm, verified by nothing but the published keys.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use rstest::rstest;
use serde_json::{Value, json};

use super::{API, Shop};
use crate::harness::{header, verified};

async fn open(algorithm: &str) -> Shop {
    let shop = Shop::open().await;
    shop.vendor
        .patch(&format!("/resource-servers/{}", shop.api), json!({"signing_alg": algorithm}))
        .await
        .is(200);
    shop
}

#[rstest]
#[tokio::test]
async fn the_published_keys_verify_a_token(
    #[values("RS256", "RS512", "PS256", "ES256", "EdDSA")] algorithm: &str,
) {
    let shop = open(algorithm).await;
    let token = shop.ask_in(&shop.borealis).await.token();
    assert_eq!(header(&token)["alg"], algorithm);
    let claims = verified(&token, &shop.vendor.keys().await).expect("a good signature");
    assert_eq!(claims["org_id"], shop.borealis.as_str());
}

#[rstest]
#[tokio::test]
async fn a_changed_byte_is_noticed(#[values("RS256", "RS512", "PS256", "ES256", "EdDSA")] algorithm: &str) {
    let shop = open(algorithm).await;
    let token = shop.ask_in(&shop.aurora).await.token();
    let place = token.len() - 20;
    let other = if token.as_bytes()[place] == b'A' { "B" } else { "A" };
    let changed = format!("{}{other}{}", &token[..place], &token[place + 1..]);
    assert_eq!(verified(&changed, &shop.vendor.keys().await), None);
}

#[tokio::test]
async fn the_apis_secret_verifies_an_hs256_token_and_no_published_key_does() {
    let shop = Shop::open().await;
    let secret = "a secret of thirty-two characters";
    let symmetric = json!({"signing_alg": "HS256", "signing_secret": secret});
    shop.vendor.patch(&format!("/resource-servers/{}", shop.api), symmetric).await.is(200);
    let token = shop.ask(&[("audience", API)]).await.token();
    let mut rules = Validation::new(Algorithm::HS256);
    (rules.validate_exp, rules.validate_aud) = (false, false);
    let key = DecodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::decode::<Value>(&token, &key, &rules).unwrap();
    assert_eq!(verified(&token, &shop.vendor.keys().await), None);
}

#[tokio::test]
async fn a_token_signed_with_the_public_key_as_a_secret_is_no_management_token() {
    let mut vendor = Shop::open().await.vendor;
    let keys = vendor.keys().await;
    let claims = crate::harness::claims(&vendor.token);
    let head = jsonwebtoken::Header {
        kid: keys["keys"][0]["kid"].as_str().map(str::to_owned),
        ..Default::default()
    };
    let secret =
        jsonwebtoken::EncodingKey::from_secret(keys["keys"][0]["x5c"][0].as_str().unwrap().as_bytes());
    vendor.token = jsonwebtoken::encode(&head, &claims, &secret).unwrap();
    vendor.get("/organizations").await.refuses(401, "", "Invalid token.");
}

#[tokio::test]
async fn an_expired_management_token_is_refused() {
    let vendor = Shop::open().await.vendor;
    vendor.later(chrono::Duration::seconds(86_401));
    vendor.get("/organizations").await.refuses(401, "", "Invalid token.");
}

#[tokio::test]
async fn a_token_for_another_api_is_no_management_token() {
    let mut shop = Shop::open().await;
    shop.vendor.token = shop.ask(&[("audience", API)]).await.token();
    shop.vendor.get("/organizations").await.refuses(401, "", "Invalid token.");
}

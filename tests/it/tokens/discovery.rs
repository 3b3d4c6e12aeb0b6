//! Discovery and the key set: what clients read before they ask for anything (contract section 13.1).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Method;
use rstest::rstest;

use super::Shop;
use crate::harness::{Answer, Vendor, names};

async fn well_known(vendor: &Vendor, name: &str) -> Answer {
    vendor.send(vendor.request(Method::GET, &format!("/.well-known/{name}"))).await
}

#[rstest]
#[tokio::test]
async fn discovery_leads_to_the_endpoints_of_the_tenant(
    #[values("openid-configuration", "oauth-authorization-server")] name: &str,
) {
    let vendor = Vendor::new().await;
    for (vendor, issuer) in [(&vendor, "http://vendor.test/"), (&vendor.rival().await, "http://rival.test/")]
    {
        let body = well_known(vendor, name).await.is(200);
        assert_eq!(body["issuer"], issuer);
        assert_eq!(body["token_endpoint"], format!("{issuer}oauth/token"));
        assert_eq!(body["jwks_uri"], format!("{issuer}.well-known/jwks.json"));
    }
}

#[rstest]
#[tokio::test]
async fn what_all_may_read_may_be_cached_and_read_from_any_page(
    #[values("openid-configuration", "oauth-authorization-server", "jwks.json")] name: &str,
) {
    let vendor = Vendor::new().await;
    let answer = well_known(&vendor, name).await;
    assert!(
        answer.header("cache-control").starts_with("public, max-age="),
        "{}",
        answer.header("cache-control")
    );
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("content-type").starts_with("application/json"));
}

#[tokio::test]
async fn discovery_names_every_algorithm_that_the_keys_are_for() {
    let shop = Shop::open().await;
    let body = well_known(&shop.vendor, "openid-configuration").await.is(200);
    let supported = body["id_token_signing_alg_values_supported"].as_array().unwrap();
    for key in shop.vendor.keys().await["keys"].as_array().unwrap() {
        assert!(supported.contains(&key["alg"]), "{} is not in {supported:?}", key["alg"]);
    }
}

#[tokio::test]
async fn an_rsa_key_is_published_with_its_certificate_and_the_certificates_hash() {
    let vendor = Vendor::new().await;
    let keys = vendor.keys().await;
    let key = &keys["keys"][0];
    assert_eq!(names(key), ["kty", "use", "n", "e", "kid", "x5t", "x5c", "alg"]);
    let der = STANDARD.decode(key["x5c"][0].as_str().unwrap()).unwrap();
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, &der);
    assert_eq!(key["x5t"], URL_SAFE_NO_PAD.encode(hash));
}

#[tokio::test]
async fn each_tenant_has_keys_of_its_own() {
    let vendor = Vendor::new().await;
    let rival = vendor.rival().await;
    assert_ne!(vendor.keys().await, rival.keys().await);
}

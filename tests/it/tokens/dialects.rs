//! The claims of each dialect, exactly and in order (contract section 14.1), and how long tokens are valid.

use rstest::rstest;
use serde_json::{Value, json};

use super::{API, Shop};
use crate::harness::{claims, header, names};

const AUTH0: &[&str] = &["iss", "sub", "aud", "iat", "exp", "azp"];
const RFC9068: &[&str] = &["iss", "sub", "aud", "iat", "exp", "client_id", "jti"];
const ORGANIZATION: &[&str] = &["scope", "org_id", "org_name", "org_epoch"];

async fn open(dialect: &str) -> Shop {
    let shop = Shop::open().await;
    shop.vendor.set(json!({"allow_organization_name_in_authentication_api": true})).await;
    let settings = json!({"token_dialect": dialect, "enforce_policies": true});
    shop.vendor.patch(&format!("/resource-servers/{}", shop.api), settings).await.is(200);
    shop
}

#[rstest]
#[case("access_token", "JWT", &[AUTH0, ORGANIZATION, &["gty"]].concat())]
#[case("access_token_authz", "JWT", &[AUTH0, ORGANIZATION, &["permissions", "gty"]].concat())]
#[case("rfc9068_profile", "at+jwt", &[RFC9068, ORGANIZATION].concat())]
#[case("rfc9068_profile_authz", "at+jwt", &[RFC9068, ORGANIZATION, &["permissions"]].concat())]
#[tokio::test]
async fn each_dialect_has_its_claims(
    #[case] dialect: &str,
    #[case] typ: &str,
    #[case] expected: &[&str],
    #[values("aurora", "borealis")] customer: &str,
) {
    let shop = open(dialect).await;
    let token = shop.ask_in(customer).await.token();
    assert_eq!(names(&claims(&token)), expected);
    assert_eq!((header(&token)["typ"].as_str(), header(&token)["alg"].as_str()), (Some(typ), Some("RS256")));
}

#[tokio::test]
async fn each_claim_has_its_value() {
    let shop = open("access_token_authz").await;
    let now = shop.vendor.node.clock.now().timestamp();
    let mut found = claims(&shop.ask_in("aurora").await.token());
    found["org_epoch"] = Value::Null;
    let id = &shop.machine.id;
    let expected = json!({
        "iss": "http://vendor.test/", "sub": format!("{id}@clients"), "aud": API, "iat": now, "exp": now + 86_400,
        "azp": id, "scope": "read write", "org_id": shop.aurora, "org_name": "aurora", "org_epoch": null,
        "permissions": ["read", "write"], "gty": "client-credentials",
    });
    assert_eq!(found, expected);
}

#[tokio::test]
async fn two_tokens_of_rfc9068_have_different_ids() {
    let shop = open("rfc9068_profile").await;
    let one = claims(&shop.ask_in("aurora").await.token());
    let other = claims(&shop.ask_in("aurora").await.token());
    assert_ne!(one["jti"], other["jti"]);
}

#[tokio::test]
async fn org_name_is_left_out_where_the_tenant_does_not_allow_names() {
    let shop = Shop::open().await;
    let claims = claims(&shop.ask_in(&shop.aurora).await.token());
    assert!(!names(&claims).contains(&"org_name"), "{claims}");
}

#[tokio::test]
async fn permissions_are_left_out_where_the_api_does_not_enforce_policies() {
    let shop = open("access_token_authz").await;
    let off = json!({"enforce_policies": false});
    shop.vendor.patch(&format!("/resource-servers/{}", shop.api), off).await.is(200);
    let claims = claims(&shop.ask_in("aurora").await.token());
    assert!(!names(&claims).contains(&"permissions"), "{claims}");
}

#[tokio::test]
async fn permissions_are_all_that_is_held_whatever_scope_was_asked_for() {
    let shop = open("access_token_authz").await;
    let asked = [("audience", API), ("organization", shop.aurora.as_str()), ("scope", "read")];
    let claims = claims(&shop.ask(&asked).await.token());
    assert_eq!((&claims["scope"], &claims["permissions"]), (&json!("read"), &json!(["read", "write"])));
}

#[tokio::test]
async fn scope_is_left_out_of_token_and_answer_when_it_is_empty() {
    let shop = open("access_token_authz").await;
    shop.vendor.patch(&format!("/client-grants/{}", shop.grant), json!({"scope": []})).await.is(200);
    let answer = shop.ask_in("aurora").await.is(200);
    let claims = claims(answer["access_token"].as_str().unwrap());
    assert!(!names(&claims).contains(&"scope") && !names(&answer).contains(&"scope"), "{claims} {answer}");
    assert_eq!(claims["permissions"], json!([]));
}

#[tokio::test]
async fn the_apis_lifetime_is_the_tokens() {
    let shop = Shop::open().await;
    let minute = json!({"token_lifetime": 60, "token_lifetime_for_web": 60});
    shop.vendor.patch(&format!("/resource-servers/{}", shop.api), minute).await.is(200);
    let answer = shop.ask_in(&shop.aurora).await.is(200);
    let claims = claims(answer["access_token"].as_str().unwrap());
    let lifetime = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!((lifetime, &answer["expires_in"]), (60, &json!(60)));
}

//! Claims in people's tokens, and at `/userinfo`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

use super::constant;
use crate::grants::{API, House, token};
use crate::harness::claims;

async fn userinfo(house: &House, token: &str) -> Value {
    house.vendor.send(house.vendor.request(Method::GET, "/userinfo").bearer_auth(token)).await.is(200)
}

#[tokio::test]
async fn a_claim_stands_where_it_is_mapped_to() {
    let house = House::open().await;
    for place in ["access_token", "id_token", "userinfo"] {
        house.vendor.mapping_in(json!([place]), json!({}), place, constant(json!(1))).await;
    }
    let tokens = house.tokens(house.grant("openid read offline_access")).await;
    let refreshed = house.refresh(token(&tokens, "refresh_token"), &[]).await.is(200);
    for tokens in [&tokens, &refreshed] {
        let access = token(tokens, "access_token");
        let answers = [claims(access), claims(token(tokens, "id_token")), userinfo(&house, access).await];
        for (number, answer) in answers.iter().enumerate() {
            for (index, place) in ["access_token", "id_token", "userinfo"].into_iter().enumerate() {
                assert_eq!(answer.get(place).is_some(), number == index, "{place} in {answer}");
            }
        }
    }
}

#[tokio::test]
async fn claims_come_from_metadata_of_user_and_organization_as_they_are_now() {
    let house = House::open().await;
    let all = || json!(["access_token", "id_token", "userinfo"]);
    for (claim, kind) in
        [("shoe", "user_metadata"), ("tier", "app_metadata"), ("plan", "organization_metadata")]
    {
        let source = json!({"type": kind, "key": claim});
        house.vendor.mapping_in(all(), json!({}), claim, source).await;
    }
    house.set_ada(json!({"user_metadata": {"shoe": 42}, "app_metadata": {"tier": {"a": [1]}}})).await;
    let path = format!("/organizations/{}", house.aurora);
    house.vendor.patch(&path, json!({"metadata": {"plan": "gold"}})).await.is(200);
    let tokens = house.tokens(house.grant_in(&house.aurora, "openid offline_access read")).await;
    let access = token(&tokens, "access_token");
    for answer in [claims(access), claims(token(&tokens, "id_token")), userinfo(&house, access).await] {
        let found = (&answer["shoe"], &answer["tier"], &answer["plan"]);
        assert_eq!(found, (&json!(42), &json!({"a": [1]}), &json!("gold")), "{answer}");
    }
    house.vendor.patch(&path, json!({"metadata": {"plan": "silver"}})).await.is(200);
    house.set_ada(json!({"user_metadata": {"shoe": null}})).await;
    let refreshed = house.refresh(token(&tokens, "refresh_token"), &[]).await.is(200);
    let refreshed = claims(token(&refreshed, "access_token"));
    assert_eq!((refreshed.get("shoe"), &refreshed["plan"]), (None, &json!("silver")));
    assert_eq!(userinfo(&house, access).await["plan"], "silver");
}

#[tokio::test]
async fn a_claim_lists_the_roles_of_the_member_or_of_the_user() {
    let house = House::open().await;
    house.vendor.mapping(json!({}), "held", json!({"type": "roles"})).await;
    let held = async |grant| claims(token(&house.tokens(grant).await, "access_token"))["held"].clone();
    assert_eq!(held(house.grant_in(&house.aurora, "read")).await, json!(["Reader"]));
    assert_eq!(held(house.grant_in(&house.borealis, "read")).await, json!(["Writer"]));
    assert_eq!(held(house.grant("read")).await, json!([]));
    let path = format!("/users/{}/roles", crate::harness::segment(&house.ada));
    house.vendor.post(&path, json!({"roles": [house.writer]})).await.is(204);
    assert_eq!(held(house.grant("read")).await, json!(["Writer"]));
}

#[tokio::test]
async fn a_claim_about_the_person_stands_once_and_as_the_tenant_wants_it() {
    let house = House::open().await;
    let places = json!(["id_token", "userinfo"]);
    house.vendor.mapping_in(places, json!({}), "nickname", constant(json!("Countess"))).await;
    let tokens = house.tokens(house.grant("openid profile")).await;
    assert_eq!(claims(token(&tokens, "id_token"))["nickname"], "Countess");
    let text = token(&tokens, "id_token").split('.').nth(1).unwrap();
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    assert_eq!(text.matches("\"nickname\"").count(), 1, "{text}");
    assert_eq!(userinfo(&house, token(&tokens, "access_token")).await["nickname"], "Countess");
}

#[tokio::test]
async fn a_token_that_no_api_was_named_for_has_its_claims_at_userinfo() {
    let house = House::open().await;
    house.vendor.mapping_in(json!(["userinfo"]), json!({"audience": API}), "api", constant(json!(1))).await;
    house.vendor.mapping_in(json!(["userinfo"]), json!({}), "any", constant(json!(1))).await;
    let mut grant = house.grant("openid");
    grant.audience = None;
    let tokens = house.tokens(grant).await;
    let answer = userinfo(&house, token(&tokens, "access_token")).await;
    assert_eq!((answer.get("api"), &answer["any"]), (None, &json!(1)));
}

#[tokio::test]
async fn claims_that_are_too_large_use_nothing_up() {
    let house = House::open_with(json!({"rotation_type": "rotating", "expiration_type": "expiring"})).await;
    let refresh = house.refresh_token(None).await;
    let mut made = Vec::new();
    for number in 0..13 {
        let large = constant(json!("x".repeat(8000)));
        made.push(house.vendor.mapping(json!({}), &format!("k{number}"), large).await);
    }
    let error = "custom claims exceed 100 KB";
    house.refresh(&refresh, &[]).await.denies(400, "invalid_request", error);
    house.vendor.delete(&format!("/claim-mappings/{}", made[0])).await.is(204);
    house.refresh(&refresh, &[]).await.is(200);
}

//! The tenant's own claim for the organization, and tokens whose audience alone says which it is (design section 5).

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::constant;
use crate::grants::{House, token};
use crate::harness::claims;
use crate::tokens::{API, Shop};

const CLAIM: &str = "https://vendor.example/claims/organization";

#[tokio::test]
async fn tokens_of_either_strategy_hold_the_tenants_own_claim() {
    let shop = Shop::open().await;
    shop.vendor.set(json!({"organization_claim": {"name": CLAIM}})).await;
    for organization in [&shop.aurora, &shop.borealis] {
        let token = claims(&shop.ask_in(organization).await.token());
        assert_eq!((&token[CLAIM], &token["org_id"]), (&json!(organization), &json!(organization)));
    }
    assert!(claims(&shop.ask(&[("audience", API)]).await.token()).get(CLAIM).is_none());
    shop.vendor.set(json!({"organization_claim": {"name": CLAIM, "value": "name"}})).await;
    assert_eq!(claims(&shop.ask_in(&shop.aurora).await.token())[CLAIM], "aurora");
    shop.vendor.mapping(json!({}), CLAIM, constant(json!("mapped"))).await;
    assert_eq!(claims(&shop.ask_in(&shop.aurora).await.token())[CLAIM], "mapped");
    shop.vendor.set(json!({"organization_claim": null})).await;
    let shown = shop.vendor.get("/tenants/settings").await.is(200);
    assert!(shown.get("organization_claim").is_none());
}

#[tokio::test]
async fn people_find_it_in_all_that_they_get() {
    let house = House::open().await;
    house.vendor.set(json!({"organization_claim": {"name": CLAIM, "value": "id"}})).await;
    let tokens = house.tokens(house.grant_in(&house.aurora, "openid read")).await;
    let access = token(&tokens, "access_token");
    let asked = house.vendor.request(Method::GET, "/userinfo").bearer_auth(access);
    let userinfo = house.vendor.send(asked).await.is(200);
    for answer in [claims(access), claims(token(&tokens, "id_token")), userinfo] {
        assert_eq!(answer[CLAIM], json!(house.aurora));
    }
}

#[rstest]
#[case::bare(json!({"name": "organization"}))]
#[case::restricted(json!({"name": "org_id"}))]
#[case::reserved(json!({"name": "https://auth0.com/organization"}))]
#[case::empty(json!({"name": ""}))]
#[case::long(json!({"name": format!("https://vendor.example/{}", "x".repeat(255))}))]
#[case::no_name(json!({"value": "id"}))]
#[case::another_value(json!({"name": "https://vendor.example/o", "value": "metadata"}))]
#[case::another_field(json!({"name": "https://vendor.example/o", "in": []}))]
#[tokio::test]
async fn a_claim_that_cannot_be_is_refused(#[case] claim: Value) {
    let vendor = crate::harness::Vendor::new().await;
    let refused = vendor.patch("/tenants/settings", json!({"organization_claim": claim})).await.is(400);
    assert_eq!(refused["errorCode"], "invalid_body");
    assert!(refused["message"].as_str().unwrap().contains("organization_claim"), "{refused}");
}

#[tokio::test]
async fn the_audience_alone_says_which_organization_where_the_tenant_wants_it_so() {
    let shop = Shop::open().await;
    let settings = shop.vendor.get("/tenants/settings").await.is(200);
    assert_eq!(settings["org_id_in_audience_tokens"], true);
    let allow_names = json!({"allow_organization_name_in_authentication_api": true});
    shop.vendor.set(allow_names).await;
    shop.vendor.set(json!({"org_id_in_audience_tokens": false})).await;
    let borealis = claims(&shop.ask_in(&shop.borealis).await.token());
    assert_eq!(borealis["aud"], json!(shop.audience_of(&shop.borealis)));
    assert_eq!((borealis.get("org_id"), borealis.get("org_name")), (None, None));
    assert!(borealis["org_epoch"].is_i64());
    let aurora = claims(&shop.ask_in(&shop.aurora).await.token());
    assert_eq!((&aurora["org_id"], &aurora["org_name"]), (&json!(shop.aurora), &json!("aurora")));
}

#[tokio::test]
async fn a_token_without_org_id_still_ends_with_the_membership() {
    let house = House::open().await;
    house.vendor.set(json!({"org_id_in_audience_tokens": false})).await;
    let tokens = house.tokens(house.grant_in(&house.borealis, "openid write")).await;
    let access = token(&tokens, "access_token");
    assert!(claims(access).get("org_id").is_none());
    assert_eq!(claims(token(&tokens, "id_token"))["org_id"], json!(house.borealis));
    let introspect = async || {
        let form = [("token", access), ("client_id", &house.web.id), ("client_secret", &house.web.secret)];
        let request = house.vendor.request(Method::POST, "/oauth/introspect").form(&form);
        house.vendor.send(request).await.is(200)
    };
    let answer = introspect().await;
    assert_eq!((&answer["active"], &answer["org_id"]), (&json!(true), &json!(house.borealis)));
    house.put_out(&house.borealis).await;
    assert_eq!(introspect().await, json!({"active": false}));
    let asked = house.vendor.request(Method::GET, "/userinfo").bearer_auth(access);
    assert_eq!(house.vendor.send(asked).await.status, 401);
}

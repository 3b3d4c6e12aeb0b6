//! Tokens for an organization that is named by `organization`, and every way to be refused one.

use rstest::rstest;
use serde_json::json;

use super::{API, Shop};
use crate::harness::claims;

const NOT_ALLOWED: &str = "parameter organization is not allowed for this client";
const REQUIRED: &str = "parameter organization is required for this client";
const NOT_AN_ID: &str = "authorization request parameter organization must be an organization id";

#[tokio::test]
async fn an_organization_by_id_is_named_in_the_token() {
    let shop = Shop::open().await;
    let claims = claims(&shop.ask_in(&shop.aurora).await.token());
    assert_eq!((&claims["aud"], &claims["org_id"]), (&json!(API), &json!(shop.aurora)));
}

#[tokio::test]
async fn the_token_carries_the_epoch_of_the_organization() {
    let shop = Shop::open().await;
    let epoch = |token: String| claims(&token)["org_epoch"].as_i64().unwrap();
    let before = epoch(shop.ask_in(&shop.aurora).await.token());
    shop.vendor.organization("elsewhere").await;
    assert_eq!(
        epoch(shop.ask_in(&shop.aurora).await.token()),
        before,
        "a change elsewhere is none of its own"
    );
    let user = shop.vendor.user("a@example.com").await;
    shop.vendor.member(&shop.aurora, &user).await;
    let after = epoch(shop.ask_in(&shop.aurora).await.token());
    assert_eq!(after, shop.vendor.epoch().await);
}

#[tokio::test]
async fn no_organization_is_needed_where_the_grant_allows_one() {
    let shop = Shop::open().await;
    let claims = claims(&shop.ask(&[("audience", API)]).await.token());
    assert_eq!((&claims["org_id"], &claims["org_epoch"]), (&json!(null), &json!(null)));
}

#[rstest]
#[case::by_the_grant("deny")]
#[case::by_default("")]
#[tokio::test]
async fn an_organization_is_refused_where_the_grant_denies_it(#[case] usage: &str) {
    let shop = Shop::open().await;
    let usage = if usage.is_empty() { json!(null) } else { json!(usage) };
    let path = format!("/client-grants/{}", shop.grant);
    shop.vendor.patch(&path, json!({"organization_usage": usage})).await.is(200);
    shop.ask_in(&shop.aurora).await.denies(400, "invalid_request", NOT_ALLOWED);
}

#[tokio::test]
async fn an_organization_is_required_where_the_grant_requires_it() {
    let shop = Shop::open_with(true, "require").await;
    shop.ask(&[("audience", API)]).await.denies(400, "invalid_request", REQUIRED);
}

#[tokio::test]
async fn the_clients_default_organization_is_one_where_it_is_required() {
    let shop = Shop::open_with(true, "require").await;
    let default = json!({"organization_id": shop.aurora, "flows": ["client_credentials"]});
    let path = format!("/clients/{}", shop.machine.id);
    shop.vendor.patch(&path, json!({"default_organization": default})).await.is(200);
    assert_eq!(claims(&shop.ask(&[("audience", API)]).await.token())["org_id"], shop.aurora.as_str());
}

#[tokio::test]
async fn a_name_is_refused_where_the_tenant_does_not_allow_names() {
    let shop = Shop::open().await;
    shop.ask_in("aurora").await.denies(400, "invalid_request", NOT_AN_ID);
}

#[rstest]
#[case::as_it_is("aurora")]
#[case::in_capitals("Aurora")]
#[tokio::test]
async fn a_name_is_accepted_where_the_tenant_allows_names(#[case] name: &str) {
    let shop = Shop::open().await;
    shop.vendor.set(json!({"allow_organization_name_in_authentication_api": true})).await;
    let claims = claims(&shop.ask_in(name).await.token());
    assert_eq!((&claims["org_id"], &claims["org_name"]), (&json!(shop.aurora), &json!("aurora")));
}

#[tokio::test]
async fn the_name_stands_in_the_token_as_it_is_now() {
    let shop = Shop::open().await;
    shop.vendor.set(json!({"allow_organization_name_in_authentication_api": true})).await;
    let path = format!("/organizations/{}", shop.aurora);
    shop.vendor.patch(&path, json!({"name": "dawn"})).await.is(200);
    assert_eq!(claims(&shop.ask_in(&shop.aurora).await.token())["org_name"], "dawn");
}

#[tokio::test]
async fn a_grant_for_any_organization_needs_no_association() {
    let shop = Shop::open().await;
    let other = shop.vendor.organization("other").await;
    let path = format!("/client-grants/{}", shop.grant);
    shop.vendor.patch(&path, json!({"allow_any_organization": true})).await.is(200);
    assert_eq!(claims(&shop.ask_in(&other).await.token())["org_id"], other.as_str());
}

#[tokio::test]
async fn an_association_that_ended_is_none() {
    let shop = Shop::open().await;
    let path = format!("/organizations/{}/client-grants/{}", shop.aurora, shop.grant);
    shop.vendor.delete(&path).await.is(204);
    let description = format!("parameter organization is invalid: {}", shop.aurora);
    shop.ask_in(&shop.aurora).await.denies(400, "invalid_request", &description);
}

#[tokio::test]
async fn a_deleted_organization_is_unknown() {
    let shop = Shop::open().await;
    shop.vendor.delete(&format!("/organizations/{}", shop.aurora)).await.is(204);
    let description = format!("parameter organization is invalid: {}", shop.aurora);
    shop.ask_in(&shop.aurora).await.denies(400, "invalid_request", &description);
}

#[tokio::test]
async fn the_organization_of_another_tenant_is_unknown() {
    let shop = Shop::open().await;
    let foreign = shop.vendor.rival().await.organization("aurora").await;
    let description = format!("parameter organization is invalid: {foreign}");
    shop.ask_in(&foreign).await.denies(400, "invalid_request", &description);
}

#[rstest]
#[tokio::test]
async fn no_word_stands_for_no_organization(#[values("held", "none", "null")] word: &str) {
    let vendor = Shop::open().await.vendor;
    // The management client has just called, so what it holds is in memory.
    vendor.get("/logs").await.is(200);
    let audience = format!("{}api/v2/", vendor.issuer);
    let answer = vendor.ask(&vendor.manager, &[("audience", &audience), ("organization", word)]).await;
    answer.denies(400, "invalid_request", NOT_ALLOWED);
}

//! Organizations whose strategy is `audience`: their own audiences of an API, derived or set, and how they end.

use chrono::Duration;
use rstest::rstest;
use serde_json::{Value, json};

use super::{API, Shop};
use crate::harness::claims;

impl Shop {
    async fn published(&self) -> Vec<(String, String)> {
        let list = self.vendor.get(&format!("/resource-servers/{}/audiences", self.api)).await.is(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        list["audiences"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (text(&item["audience"]), text(&item["status"])))
            .collect()
    }

    async fn set_audience(&self, organization: &str, audience: &str) {
        let path = format!("/organizations/{organization}/audiences/{}", self.api);
        self.vendor.put(&path, json!({"audience": audience})).await.is(200);
    }
}

#[rstest]
#[case::audience("audience")]
#[case::resource("resource")]
#[tokio::test]
async fn the_organizations_own_audience_implies_the_organization(#[case] parameter: &str) {
    let shop = Shop::open().await;
    let own = shop.audience_of(&shop.borealis);
    let claims = claims(&shop.ask(&[(parameter, &own)]).await.token());
    assert_eq!((&claims["aud"], &claims["org_id"]), (&json!(own), &json!(shop.borealis)));
}

#[tokio::test]
async fn the_api_with_the_organization_leads_to_the_same_audience() {
    let shop = Shop::open().await;
    let claims = claims(&shop.ask_in(&shop.borealis).await.token());
    assert_eq!(claims["aud"], shop.audience_of(&shop.borealis));
}

#[tokio::test]
async fn the_api_by_resource_is_the_api() {
    let shop = Shop::open().await;
    assert_eq!(claims(&shop.ask(&[("resource", API)]).await.token())["aud"], API);
}

#[tokio::test]
async fn the_own_audience_and_the_same_organization_agree() {
    let shop = Shop::open().await;
    let own = shop.audience_of(&shop.borealis);
    shop.ask(&[("audience", &own), ("organization", &shop.borealis)]).await.is(200);
}

#[tokio::test]
async fn the_own_audience_and_another_organization_contradict_each_other() {
    let shop = Shop::open().await;
    let own = shop.audience_of(&shop.borealis);
    let description = format!(
        "parameters audience and organization contradict each other: the audience is that of {}, not of {}",
        shop.borealis, shop.aurora
    );
    let answer = shop.ask(&[("audience", &own), ("organization", &shop.aurora)]).await;
    answer.denies(400, "invalid_request", &description);
}

#[tokio::test]
async fn an_audience_and_another_resource_contradict_each_other() {
    let shop = Shop::open().await;
    let own = shop.audience_of(&shop.borealis);
    let description = "parameters audience and resource contradict each other";
    shop.ask(&[("audience", API), ("resource", &own)]).await.denies(400, "invalid_request", description);
}

#[tokio::test]
async fn an_identifier_that_ends_in_a_slash_derives_audiences_too() {
    let shop = Shop::open().await;
    let api = "https://slash.example/";
    shop.vendor.api(api, &["read"]).await;
    let grant = shop.vendor.grant(&shop.machine, api, &["read"], "allow").await;
    shop.vendor.associate(&shop.borealis, &grant).await;
    let own = format!("{api}organizations/{}", shop.borealis);
    assert_eq!(claims(&shop.ask(&[("audience", &own)]).await.token())["aud"], own.as_str());
}

#[tokio::test]
async fn an_audience_that_was_set_takes_the_place_of_the_derived_one() {
    let shop = Shop::open().await;
    shop.set_audience(&shop.borealis, "https://borealis.example").await;
    let by_organization = claims(&shop.ask_in(&shop.borealis).await.token());
    let by_itself = claims(&shop.ask(&[("audience", "https://borealis.example")]).await.token());
    assert_eq!(
        (&by_organization["aud"], &by_itself["org_id"]),
        (&json!("https://borealis.example"), &json!(shop.borealis))
    );
}

#[tokio::test]
async fn an_audience_that_another_organization_has_cannot_be_set() {
    let shop = Shop::open().await;
    let path = format!("/organizations/{}/audiences/{}", shop.borealis, shop.api);
    let other = shop.audience_of(&shop.aurora);
    assert_eq!(shop.vendor.put(&path, json!({"audience": other})).await.is(409)["statusCode"], 409);
}

#[tokio::test]
async fn the_published_list_has_every_current_audience() {
    let shop = Shop::open().await;
    assert_eq!(shop.published().await, [(shop.audience_of(&shop.borealis), "current".to_owned())]);
}

#[tokio::test]
async fn the_published_list_has_a_tag_that_changes_with_it() {
    let shop = Shop::open().await;
    let path = format!("/resource-servers/{}/audiences", shop.api);
    let tag = shop.vendor.get(&path).await.header("etag").to_owned();
    assert_eq!(shop.vendor.get(&path).await.header("etag"), tag);
    let request = shop.vendor.request(reqwest::Method::GET, &format!("/api/v2{path}"));
    let request = request.bearer_auth(&shop.vendor.token).header("if-none-match", &tag);
    assert_eq!(shop.vendor.send(request).await.status, 304);
    shop.vendor.organization_with("corona", json!({"token_strategy": "audience"})).await;
    assert_ne!(shop.vendor.get(&path).await.header("etag"), tag);
}

#[tokio::test]
async fn an_audience_that_was_replaced_retires_until_its_last_token_has_expired() {
    let mut shop = Shop::open().await;
    let derived = shop.audience_of(&shop.borealis);
    shop.set_audience(&shop.borealis, "https://borealis.example").await;
    let mut listed = shop.published().await;
    listed.sort();
    assert_eq!(
        listed,
        [(derived, "retiring".to_owned()), ("https://borealis.example".to_owned(), "current".to_owned())]
    );
    shop.vendor.later(Duration::days(31));
    shop.vendor.sign_in().await;
    assert_eq!(shop.published().await, [("https://borealis.example".to_owned(), "current".to_owned())]);
}

#[tokio::test]
async fn a_change_of_strategy_is_in_effect_for_the_next_token() {
    let shop = Shop::open().await;
    let path = format!("/organizations/{}", shop.aurora);
    shop.vendor.patch(&path, json!({"token_strategy": "audience"})).await.is(200);
    let token = shop.ask_in(&shop.aurora).await.token();
    assert_eq!(claims(&token)["aud"], shop.audience_of(&shop.aurora));
}

#[tokio::test]
async fn the_audience_of_a_strategy_that_was_left_still_leads_to_the_organization_while_it_retires() {
    let mut shop = Shop::open().await;
    let (own, path) = (shop.audience_of(&shop.borealis), format!("/organizations/{}", shop.borealis));
    shop.vendor.patch(&path, json!({"token_strategy": "claim"})).await.is(200);
    assert_eq!(shop.published().await, [(own.clone(), "retiring".to_owned())]);
    let claims = claims(&shop.ask(&[("audience", &own)]).await.token());
    assert_eq!((&claims["aud"], &claims["org_id"]), (&json!(API), &json!(shop.borealis)));
    shop.vendor.later(Duration::days(31));
    shop.vendor.sign_in().await;
    let description = format!("Service not enabled within domain: {own}");
    shop.ask(&[("audience", &own)]).await.denies(403, "access_denied", &description);
}

//! An organization that the client has no access to answers as one that does not exist: the same bytes, but for what
//! the request itself said.

use rstest::rstest;
use serde_json::json;

use super::{API, Shop};
use crate::harness::Answer;

const NOBODY: &str = "org_0000000000000000";

/// What the caller can tell two answers apart by, with the value that each echoes taken out.
fn seen(answer: &Answer, echoed: &str) -> (u16, Vec<(String, String)>, String) {
    let own = ["x-request-id", "date", "content-length"];
    let headers = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (answer.status, headers.collect(), answer.text.replace(echoed, "…"))
}

/// An organization whose grant is not the client's.
async fn closed(shop: &Shop, strategy: &str) -> String {
    shop.vendor.organization_with("closed", json!({"token_strategy": strategy})).await
}

#[rstest]
#[tokio::test]
async fn by_id(#[values("claim", "audience")] strategy: &str, #[values("allow", "require")] usage: &str) {
    let shop = Shop::open_with(true, usage).await;
    let closed = closed(&shop, strategy).await;
    let inaccessible = shop.ask_in(&closed).await;
    let absent = shop.ask_in(NOBODY).await;
    assert_eq!(seen(&inaccessible, &closed), seen(&absent, NOBODY));
    inaccessible.denies(400, "invalid_request", &format!("parameter organization is invalid: {closed}"));
}

#[rstest]
#[tokio::test]
async fn by_name(#[values("claim", "audience")] strategy: &str) {
    let shop = Shop::open().await;
    shop.vendor.set(json!({"allow_organization_name_in_authentication_api": true})).await;
    closed(&shop, strategy).await;
    let inaccessible = shop.ask_in("closed").await;
    let absent = shop.ask_in("absent").await;
    assert_eq!(seen(&inaccessible, "closed"), seen(&absent, "absent"));
}

#[rstest]
#[tokio::test]
async fn by_its_own_audience(#[values("", "org_something")] named_as_well: &str) {
    let shop = Shop::open().await;
    let closed = closed(&shop, "audience").await;
    let (known, unknown) = (shop.audience_of(&closed), shop.audience_of(NOBODY));
    let inaccessible = shop.ask(&[("audience", &known), ("organization", named_as_well)]).await;
    let absent = shop.ask(&[("audience", &unknown), ("organization", named_as_well)]).await;
    assert_eq!(seen(&inaccessible, &known), seen(&absent, &unknown));
    inaccessible.denies(403, "access_denied", &format!("Service not enabled within domain: {known}"));
}

#[tokio::test]
async fn by_an_audience_that_was_set_for_it() {
    let shop = Shop::open().await;
    let closed = closed(&shop, "audience").await;
    let path = format!("/organizations/{closed}/audiences/{}", shop.api);
    shop.vendor.put(&path, json!({"audience": "https://closed.example"})).await.is(200);
    let inaccessible = shop.ask(&[("audience", "https://closed.example")]).await;
    let absent = shop.ask(&[("audience", "https://absent.example")]).await;
    assert_eq!(seen(&inaccessible, "https://closed.example"), seen(&absent, "https://absent.example"));
}

#[tokio::test]
async fn by_the_audience_of_one_whose_strategy_is_claim() {
    let shop = Shop::open().await;
    let (known, unknown) = (shop.audience_of(&shop.aurora), shop.audience_of(NOBODY));
    let without_audiences = shop.ask(&[("audience", &known)]).await;
    let absent = shop.ask(&[("audience", &unknown)]).await;
    assert_eq!(seen(&without_audiences, &known), seen(&absent, &unknown));
}

#[tokio::test]
async fn to_a_client_without_any_grant() {
    let shop = Shop::open().await;
    let stranger = shop.vendor.client("Stranger").await;
    let (known, unknown) = (shop.audience_of(&shop.borealis), shop.audience_of(NOBODY));
    let of_known = shop.vendor.ask(&stranger, &[("audience", &known)]).await;
    let of_unknown = shop.vendor.ask(&stranger, &[("audience", &unknown)]).await;
    assert_eq!(seen(&of_known, &known), seen(&of_unknown, &unknown));
    for (known, unknown) in [(shop.aurora.as_str(), NOBODY), (shop.borealis.as_str(), NOBODY)] {
        let of_known = shop.vendor.ask(&stranger, &[("audience", API), ("organization", known)]).await;
        let of_unknown = shop.vendor.ask(&stranger, &[("audience", API), ("organization", unknown)]).await;
        assert_eq!(seen(&of_known, known), seen(&of_unknown, unknown));
    }
}

//! Quotas of tokens by client credentials, of a client and of an organization (contract section 13.3).

use chrono::Duration;
use serde_json::json;

use super::{API, Shop};

#[tokio::test]
async fn an_organizations_quota_is_counted_down_and_then_enforced_there_alone() {
    let shop = Shop::open().await;
    let quota = json!({"token_quota": {"client_credentials": {"per_hour": 2, "enforce": true}}});
    shop.vendor.patch(&format!("/organizations/{}", shop.aurora), quota).await.is(200);
    for remaining in [1, 0] {
        let answer = shop.ask_in(&shop.aurora).await;
        let header = answer.header("auth0-organization-quota-limit");
        assert!(header.starts_with(&format!("b=per_hour;q=2;r={remaining};t=")), "{header}");
        answer.is(200);
    }
    let refused = shop.ask_in(&shop.aurora).await;
    assert!(refused.header("retry-after").parse::<i64>().is_ok_and(|seconds| (1..=3_600).contains(&seconds)));
    assert_eq!(refused.is(429)["error"], "too_many_requests");
    shop.ask_in(&shop.borealis).await.is(200);
}

#[tokio::test]
async fn a_clients_quota_comes_back_with_the_next_hour() {
    let shop = Shop::open().await;
    let quota = json!({"token_quota": {"client_credentials": {"per_hour": 1, "enforce": true}}});
    shop.vendor.patch(&format!("/clients/{}", shop.machine.id), quota).await.is(200);
    shop.ask(&[("audience", API)]).await.is(200);
    shop.ask(&[("audience", API)]).await.denies(429, "too_many_requests", "Client quota exceeded");
    shop.vendor.later(Duration::hours(1));
    shop.ask(&[("audience", API)]).await.is(200);
}

#[tokio::test]
async fn a_quota_that_is_not_enforced_refuses_nothing() {
    let shop = Shop::open().await;
    let quota = json!({"token_quota": {"client_credentials": {"per_day": 1, "enforce": false}}});
    shop.vendor.patch(&format!("/clients/{}", shop.machine.id), quota).await.is(200);
    for _ in 0..3 {
        shop.ask(&[("audience", API)]).await.is(200);
    }
}

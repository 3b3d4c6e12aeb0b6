//! An organization's audience is issued to its members alone, without any policy.

use serde_json::json;

use crate::sign_in::{API, CONNECTION, Lobby, PASSWORD};

#[tokio::test]
async fn an_organizations_audience_is_issued_to_its_members_alone() {
    let lobby = Lobby::open().await;
    lobby.vendor.user_in(CONNECTION, "grace@example.com", json!({"password": PASSWORD})).await;
    let path = format!("/organizations/{}", lobby.aurora);
    lobby.vendor.patch(&path, json!({"token_strategy": "audience"})).await.is(200);
    let audience = format!("{API}/organizations/{}", lobby.aurora);
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[("audience", &audience)]).await;
    let answer = browser.submit(&page, &[("username", "grace@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(lobby.refused(&answer).0, "access_denied");
    lobby.tokens(&lobby.sign_in(&lobby.browser(), &[("audience", &audience)]).await).await;
    let stranger = lobby.vendor.client("Stranger").await;
    lobby.vendor.grant(&stranger, API, &["read"], "allow").await;
    let expected = format!("Service not enabled within domain: {audience}");
    let refused = lobby.vendor.ask(&stranger, &[("audience", &audience)]).await;
    refused.denies(403, "access_denied", &expected);
}

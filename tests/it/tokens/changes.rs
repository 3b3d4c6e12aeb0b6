//! A change is in effect for the next token on the same node, whether the node caches or not.

use rstest::rstest;
use serde_json::json;

use super::{API, Shop};

/// A shop that has just issued a token, so that its caches are warm where it has some.
async fn warm(caching: bool) -> Shop {
    let shop = Shop::open_with(caching, "allow").await;
    shop.ask_in(&shop.aurora).await.is(200);
    shop
}

#[rstest]
#[tokio::test]
async fn a_deleted_grant_ends_tokens_at_once(#[values(true, false)] caching: bool) {
    let shop = warm(caching).await;
    shop.vendor.delete(&format!("/client-grants/{}", shop.grant)).await.is(204);
    assert_eq!(shop.ask_in(&shop.aurora).await.is(403)["error"], "access_denied");
}

#[rstest]
#[tokio::test]
async fn a_narrowed_grant_narrows_tokens_at_once(#[values(true, false)] caching: bool) {
    let shop = warm(caching).await;
    shop.vendor.patch(&format!("/client-grants/{}", shop.grant), json!({"scope": ["write"]})).await.is(200);
    assert_eq!(shop.scope_in(&shop.aurora).await, "write");
}

#[rstest]
#[tokio::test]
async fn an_ended_association_ends_tokens_there_at_once(#[values(true, false)] caching: bool) {
    let shop = warm(caching).await;
    let path = format!("/organizations/{}/client-grants/{}", shop.aurora, shop.grant);
    shop.vendor.delete(&path).await.is(204);
    assert_eq!(shop.ask_in(&shop.aurora).await.status, 400);
    assert_eq!(shop.ask_in(&shop.borealis).await.status, 200, "the other organization is not concerned");
}

#[rstest]
#[tokio::test]
async fn a_new_association_is_in_effect_although_it_was_missed_a_moment_before(
    #[values(true, false)] caching: bool,
) {
    let shop = warm(caching).await;
    let late = shop.vendor.organization("late").await;
    assert_eq!(shop.ask_in(&late).await.status, 400);
    shop.vendor.associate(&late, &shop.grant).await;
    assert_eq!(shop.scope_in(&late).await, "read write");
}

#[rstest]
#[tokio::test]
async fn a_deleted_client_is_unknown_at_once(#[values(true, false)] caching: bool) {
    let shop = warm(caching).await;
    shop.vendor.delete(&format!("/clients/{}", shop.machine.id)).await.is(204);
    shop.ask(&[("audience", API)]).await.denies(401, "access_denied", "Unauthorized");
}

#[rstest]
#[tokio::test]
async fn a_management_token_for_an_organization_is_worth_what_the_client_holds_there(
    #[values(true, false)] caching: bool,
) {
    let shop = warm(caching).await;
    let vendor = &shop.vendor;
    let audience = format!("{}api/v2/", vendor.issuer);
    let robot = vendor.client("Robot").await;
    let grant = vendor.grant(&robot, &audience, &["read:users"], "require").await;
    vendor.associate(&shop.aurora, &grant).await;
    let asked = [("audience", audience.as_str()), ("organization", shop.aurora.as_str())];
    let token = vendor.ask(&robot, &asked).await.token();
    let read = || async {
        let request = vendor.request(reqwest::Method::GET, "/api/v2/users").bearer_auth(&token);
        vendor.send(request).await.status
    };
    assert_eq!(read().await, 200);
    vendor.delete(&format!("/organizations/{}/client-grants/{grant}", shop.aurora)).await.is(204);
    assert_eq!(read().await, 401);
}

#[rstest]
#[tokio::test]
async fn a_management_token_is_worth_no_more_than_its_grant_is_now(#[values(true, false)] caching: bool) {
    let mut vendor = warm(caching).await.vendor;
    let helper = vendor.client("Helper").await;
    let audience = format!("{}api/v2/", vendor.issuer);
    let grant = vendor.grant(&helper, &audience, &["read:organizations"], "deny").await;
    let token = vendor.ask(&helper, &[("audience", &audience)]).await.token();
    let own = std::mem::replace(&mut vendor.token, token.clone());
    vendor.get("/organizations").await.is(200);
    vendor.token = own;
    vendor.delete(&format!("/client-grants/{grant}")).await.is(204);
    vendor.token = token;
    assert!(!vendor.get("/organizations").await.succeeded());
}

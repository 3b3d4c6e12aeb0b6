//! `/userinfo`: contract section 13.4.

use guildhall_domain::authorization_code::CodeGrant;
use reqwest::Method;
use rstest::rstest;
use serde_json::json;

use super::{House, token};
use crate::harness::{Answer, segment};

async fn ask(house: &House, access_token: &str) -> Answer {
    house.vendor.send(house.vendor.request(Method::GET, "/userinfo").bearer_auth(access_token)).await
}

/// An access token with `openid profile email` in Aurora, of the API or of none.
async fn access_token(house: &House, of_api: bool) -> String {
    let grant = house.grant_in(&house.aurora, "openid email");
    let audience = grant.audience.clone().filter(|_| of_api);
    token(&house.tokens(CodeGrant { audience, ..grant }).await, "access_token").to_owned()
}

#[track_caller]
fn refuses(answer: &Answer) {
    assert_eq!((answer.status, answer.text.as_str()), (401, "Unauthorized"));
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with(r#"Bearer realm="Users", error="invalid_token", error_description=""#));
}

#[rstest]
#[tokio::test]
async fn says_who_the_person_is_now(#[values(true, false)] of_api: bool) {
    let house = House::open().await;
    let access_token = access_token(&house, of_api).await;
    house.set_ada(json!({"email_verified": true})).await;
    let answer = ask(&house, &access_token).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let expected = json!({"sub": house.ada, "email": "ada@example.com", "email_verified": true,
        "org_id": house.aurora});
    assert_eq!(answer.is(200), expected);
}

#[tokio::test]
async fn answers_a_form_too() {
    let house = House::open().await;
    let access_token = access_token(&house, false).await;
    let post = house.vendor.request(Method::POST, "/userinfo").form(&[("access_token", &access_token)]);
    assert_eq!(house.vendor.send(post).await.is(200)["sub"], json!(house.ada));
    let post = house.vendor.request(Method::POST, "/userinfo").bearer_auth(&access_token);
    assert_eq!(house.vendor.send(post).await.is(200)["sub"], json!(house.ada));
}

#[tokio::test]
async fn a_page_of_any_origin_may_ask() {
    let house = House::open().await;
    let asks = house.vendor.request(Method::OPTIONS, "/userinfo").header("origin", "https://spa.example");
    let answer = house.vendor.send(asks.header("access-control-request-method", "GET")).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, "*"));
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
}

#[tokio::test]
async fn refuses_what_is_not_meant_for_it() {
    let house = House::open().await;
    let bare = house.vendor.send(house.vendor.request(Method::GET, "/userinfo")).await;
    assert_eq!((bare.status, bare.header("www-authenticate")), (401, r#"Bearer realm="Users""#));
    refuses(&ask(&house, "nonsense").await);
    let without_openid = house.tokens(house.grant_in(&house.aurora, "read")).await;
    refuses(&ask(&house, token(&without_openid, "access_token")).await);
    refuses(&ask(&house, &house.vendor.token).await);
}

#[rstest]
#[tokio::test]
async fn refuses_when_things_have_changed(
    #[values("time", "blocked", "deleted", "put out", "client deleted")] what: &str,
    #[values(true, false)] of_api: bool,
) {
    let house = House::open().await;
    let access_token = access_token(&house, of_api).await;
    match what {
        "time" => house.later(86400),
        "blocked" => house.set_ada(json!({"blocked": true})).await,
        "deleted" => {
            house.vendor.delete(&format!("/users/{}", segment(&house.ada))).await.is(204);
        }
        "put out" => house.put_out(&house.aurora).await,
        _ => {
            house.vendor.delete(&format!("/clients/{}", house.web.id)).await.is(204);
        }
    }
    refuses(&ask(&house, &access_token).await);
}

//! `POST /oauth/revoke`: contract section 13.4, RFC 7009.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::House;
use super::refresh::INVALID;
use crate::harness::Answer;

fn body(house: &House, token: &str) -> Value {
    json!({"client_id": house.web.id, "client_secret": house.web.secret, "token": token})
}

async fn revoke(house: &House, token: &str, as_json: bool) -> Answer {
    let (request, body) = (house.vendor.request(Method::POST, "/oauth/revoke"), body(house, token));
    house.vendor.send(if as_json { request.json(&body) } else { request.form(&body) }).await
}

#[rstest]
#[tokio::test]
async fn a_refresh_token_that_was_given_back_is_good_for_nothing(#[values(true, false)] as_json: bool) {
    let house = House::open().await;
    let (given_back, kept) = (house.refresh_token(None).await, house.refresh_token(None).await);
    let answer = revoke(&house, &given_back, as_json).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    house.refresh(&given_back, &[]).await.denies(403, "invalid_grant", INVALID);
    house.refresh(&kept, &[]).await.is(200);
}

#[tokio::test]
async fn a_used_value_of_a_rotating_token_gives_it_back_too() {
    let house = House::open_with(json!({"rotation_type": "rotating"})).await;
    let first = house.refresh_token(None).await;
    let answer = house.refresh(&first, &[]).await.is(200);
    revoke(&house, &first, false).await.is(200);
    let second = answer["refresh_token"].as_str().unwrap();
    house.refresh(second, &[]).await.denies(403, "invalid_grant", INVALID);
}

#[tokio::test]
async fn the_whole_grant_goes_where_the_tenant_wants_so() {
    let house = House::open().await;
    house.vendor.set(json!({"flags": {"revoke_refresh_token_grant": true}})).await;
    let (given_back, other) = (house.refresh_token(None).await, house.refresh_token(None).await);
    revoke(&house, &given_back, false).await.is(200);
    house.refresh(&other, &[]).await.denies(403, "invalid_grant", INVALID);
}

#[tokio::test]
async fn what_is_unknown_is_no_error_and_what_is_anothers_stays() {
    let house = House::open().await;
    revoke(&house, "nonsense", true).await.is(200);
    let refresh_token = house.refresh_token(None).await;
    let other = house.vendor.application(json!({"name": "Other", "app_type": "regular_web"})).await;
    let theirs = json!({"client_id": other.id, "client_secret": other.secret, "token": refresh_token});
    house.vendor.send(house.vendor.request(Method::POST, "/oauth/revoke").json(&theirs)).await.is(200);
    house.refresh(&refresh_token, &[]).await.is(200);
}

#[tokio::test]
async fn the_client_must_be_who_it_says() {
    let house = House::open().await;
    let wrong = json!({"client_id": house.web.id, "client_secret": "wrong", "token": "t"});
    let answer = house.vendor.send(house.vendor.request(Method::POST, "/oauth/revoke").json(&wrong)).await;
    answer.denies(401, "access_denied", "Unauthorized");
    let bare = json!({"client_id": house.web.id, "client_secret": house.web.secret});
    let answer = house.vendor.send(house.vendor.request(Method::POST, "/oauth/revoke").json(&bare)).await;
    answer.denies(400, "invalid_request", "Missing required parameter: token");
}

#[tokio::test]
async fn a_client_without_a_secret_gives_back_by_its_name() {
    let house = House::open().await;
    let refresh_token = house.refresh_token(None).await;
    house.set_web(json!({"token_endpoint_auth_method": "none"})).await;
    let body = json!({"client_id": house.web.id, "token": refresh_token});
    house.vendor.send(house.vendor.request(Method::POST, "/oauth/revoke").json(&body)).await.is(200);
    let own = [
        ("grant_type", "refresh_token"),
        ("client_id", house.web.id.as_str()),
        ("refresh_token", refresh_token.as_str()),
    ];
    house.ask(&own).await.denies(403, "invalid_grant", INVALID);
}

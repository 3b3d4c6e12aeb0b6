//! Refresh tokens that rotate: each value is good once, and one that comes back ends them all.

use serde_json::json;

use super::refresh::INVALID;
use super::{House, token};
use crate::harness::concurrently;

async fn rotating(leeway: i64) -> House {
    House::open_with(json!({"rotation_type": "rotating", "leeway": leeway})).await
}

/// Uses a value; the one that takes its place.
async fn next(house: &House, value: &str) -> String {
    token(&house.refresh(value, &[]).await.is(200), "refresh_token").to_owned()
}

#[tokio::test]
async fn each_use_gives_another_value() {
    let house = rotating(0).await;
    let first = house.refresh_token(None).await;
    let second = next(&house, &first).await;
    let third = next(&house, &second).await;
    assert!(first != second && second != third);
}

#[tokio::test]
async fn a_value_that_comes_back_ends_the_whole_family_and_is_in_the_log() {
    let house = rotating(0).await;
    let first = house.refresh_token(None).await;
    let second = next(&house, &first).await;
    house.refresh(&first, &[]).await.denies(403, "invalid_grant", INVALID);
    house.refresh(&second, &[]).await.denies(403, "invalid_grant", INVALID);
    let app = house.app();
    concurrently(async move { app.flush_events().await }).await.unwrap();
    let reused = house.vendor.get("/logs?search=type:ferrt").await.is(200);
    assert_eq!((reused.as_array().unwrap().len(), &reused[0]["user_id"]), (1, &json!(house.ada)));
    let refreshed = house.vendor.get("/logs?search=type:sertft").await.is(200);
    assert_eq!(refreshed.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_family_that_ended_leaves_others_alone() {
    let house = rotating(0).await;
    let (one, other) = (house.refresh_token(None).await, house.refresh_token(None).await);
    next(&house, &one).await;
    house.refresh(&one, &[]).await.denies(403, "invalid_grant", INVALID);
    next(&house, &other).await;
}

#[tokio::test]
async fn within_the_leeway_the_last_value_may_come_back() {
    let house = rotating(10).await;
    let first = house.refresh_token(None).await;
    let second = next(&house, &first).await;
    house.later(9);
    let again = next(&house, &first).await;
    house.later(1);
    let third = next(&house, &second).await;
    next(&house, &again).await;
    next(&house, &third).await;
}

#[tokio::test]
async fn after_the_leeway_it_ends_the_family() {
    let house = rotating(10).await;
    let first = house.refresh_token(None).await;
    let second = next(&house, &first).await;
    house.later(10);
    house.refresh(&first, &[]).await.denies(403, "invalid_grant", INVALID);
    house.refresh(&second, &[]).await.denies(403, "invalid_grant", INVALID);
}

#[tokio::test]
async fn a_value_before_the_last_ends_the_family_even_within_the_leeway() {
    let house = rotating(10).await;
    let first = house.refresh_token(None).await;
    let second = next(&house, &first).await;
    house.later(1);
    let third = next(&house, &second).await;
    house.refresh(&first, &[]).await.denies(403, "invalid_grant", INVALID);
    house.refresh(&third, &[]).await.denies(403, "invalid_grant", INVALID);
}

#[tokio::test]
async fn a_refused_use_does_not_use_the_value_up() {
    let house = rotating(0).await;
    let first = house.refresh_token(Some(&house.aurora)).await;
    house.put_out(&house.aurora).await;
    assert_eq!(house.refresh(&first, &[]).await.status, 403);
    house.vendor.member(&house.aurora, &house.ada).await;
    next(&house, &first).await;
}

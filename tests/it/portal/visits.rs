//! When a visit is over.

use chrono::Duration;
use serde_json::json;

use super::House;
use crate::harness::segment;
use crate::sign_in::browser::Browser;

async fn is_over(browser: &Browser<'_>) -> bool {
    let page = browser.go("/portal/leave").await;
    assert_eq!(page.status, 200, "{}", page.text);
    !page.text.contains("Max Muster")
}

#[tokio::test]
async fn a_visit_ends_with_its_session() {
    let house = House::open().await;
    let browser = house.max().await;
    assert!(!is_over(&browser).await);
    house.vendor.delete(&format!("/users/{}/sessions", segment(&house.max))).await;
    assert!(is_over(&browser).await);
}

#[tokio::test]
async fn a_visit_ends_with_a_new_password() {
    let house = House::open().await;
    let browser = house.max().await;
    let path = format!("/users/{}", segment(&house.max));
    house.vendor.patch(&path, json!({"password": "another Horse 2"})).await.is(200);
    assert!(is_over(&browser).await);
}

#[tokio::test]
async fn a_visit_ends_with_the_membership() {
    let house = House::open().await;
    let browser = house.max().await;
    let path = format!("/organizations/{}/members", house.aurora);
    house.vendor.delete_with(&path, json!({"members": [house.max]})).await.is(204);
    house.vendor.member(&house.aurora, &house.max).await;
    let page = browser.go("/portal/x").await;
    assert!(page.status != 404, "the visit went on: {}", page.text);
}

#[tokio::test]
async fn whoever_is_blocked_visits_no_more() {
    let house = House::open().await;
    let browser = house.max().await;
    let path = format!("/users/{}", segment(&house.max));
    house.vendor.patch(&path, json!({"blocked": true})).await.is(200);
    let page = browser.go("/portal/leave").await;
    assert!(!page.text.contains("act\" value=\"leave"), "{}", page.text);
}

#[tokio::test]
async fn a_visit_ends_when_it_is_not_used_and_in_the_end_in_any_case() {
    let house = House::open().await;
    let browser = house.max().await;
    for _ in 0..14 {
        house.vendor.later(Duration::minutes(50));
        let page = browser.go("/portal/x").await;
        assert_eq!(page.status, 404, "{}", page.text);
    }
    house.vendor.later(Duration::minutes(21));
    // The session lives on: the sign-in asks nothing and leads back.
    let answer = browser.go("/portal/x").await;
    assert!(answer.header("location").contains("/portal/callback"), "{}", answer.text);
    let browser = house.max().await;
    house.vendor.later(Duration::minutes(61));
    let answer = browser.go("/portal/x").await;
    assert!(answer.header("location").contains("/portal/callback"), "{}", answer.text);
}

#[tokio::test]
async fn signing_out_ends_the_visit_and_the_session() {
    let house = House::open().await;
    let browser = house.max().await;
    let answer = house.act_at(&browser, "/portal/leave", "/portal/sign-out", &[("act", "sign_out")]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(!browser.cookies().contains_key("guildhall_portal"));
    let page = browser.go(&format!("/portal?organization={}", house.aurora)).await;
    assert!(page.text.contains("name=\"username\""), "{}", page.text);
}

#[tokio::test]
async fn rights_are_those_of_each_moment() {
    let house = House::open().await;
    let browser = house.max().await;
    assert_eq!(browser.go("/portal/members").await.status, 403);
    let path = format!("/organizations/{}/members/{}/roles", house.aurora, segment(&house.max));
    house.vendor.post(&path, json!({"roles": [house.admin_role]})).await.is(204);
    assert_eq!(browser.go("/portal/members").await.status, 200);
    house.vendor.delete_with(&path, json!({"roles": [house.admin_role]})).await.is(204);
    assert_eq!(browser.go("/portal/members").await.status, 403);
}

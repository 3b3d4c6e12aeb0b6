//! Forms that are not carried out.

use serde_json::json;

use super::{House, member};
use crate::harness::segment;
use crate::sign_in::browser::hidden;

/// Every form of the portal, as someone would send it about this member: its address and fields.
fn forms(house: &House, user: &str) -> Vec<(String, Vec<(&'static str, String)>)> {
    let role = || ("role", house.reader.clone());
    let act = |act: &str| ("act", act.to_owned());
    vec![
        (member(user), vec![act("give"), role()]),
        (member(user), vec![act("take"), role()]),
        (member(user), vec![act("remove")]),
        ("/portal/members/bulk".to_owned(), vec![act("give"), role(), ("member", user.to_owned())]),
        (
            "/portal/members/bulk".to_owned(),
            vec![act("remove"), ("all", "1".to_owned()), ("stage", "go".to_owned())],
        ),
        ("/portal/details".to_owned(), vec![act("save"), ("name", "other".to_owned())]),
    ]
}

fn with<'a>(csrf: &'a str, fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    let all = fields.iter().map(|(name, value)| (*name, value.as_str()));
    std::iter::once(("csrf", csrf)).chain(all).collect()
}

#[tokio::test]
async fn whoever_holds_nothing_does_nothing() {
    let house = House::open().await;
    let browser = house.max().await;
    let csrf = hidden(&browser.go("/portal").await, "csrf");
    let epoch = house.vendor.epoch().await;
    for (at, fields) in forms(&house, &house.max) {
        let answer = browser.send_form(&at, &with(&csrf, &fields)).await;
        assert_eq!(answer.status, 403, "{at} {fields:?}: {}", answer.text);
    }
    for page in ["/portal/members", "/portal/details", &member(&house.ada)] {
        assert_eq!(browser.go(page).await.status, 403, "{page}");
    }
    assert_eq!(house.vendor.epoch().await, epoch);
}

#[tokio::test]
async fn a_form_from_elsewhere_is_not_carried_out() {
    let house = House::open().await;
    let (browser, other) = (house.ada().await, house.ada().await);
    let csrf = hidden(&browser.go("/portal").await, "csrf");
    let of_another = hidden(&other.go("/portal").await, "csrf");
    assert_ne!(csrf, of_another);
    let epoch = house.vendor.epoch().await;
    let own = house.vendor.issuer.trim_end_matches('/').to_owned();
    let leave = ("/portal/leave".to_owned(), vec![("act", "leave".to_owned())]);
    let out = ("/portal/sign-out".to_owned(), vec![("act", "sign_out".to_owned())]);
    for (at, fields) in forms(&house, &house.max).into_iter().chain([leave, out]) {
        for (origin, csrf) in [
            (Some(own.as_str()), ""),
            (Some(own.as_str()), "x"),
            (Some(own.as_str()), of_another.as_str()),
            (Some("https://evil.example"), csrf.as_str()),
            (Some("null"), csrf.as_str()),
            (None, csrf.as_str()),
        ] {
            let answer = browser.send_form_from(origin, &at, &with(csrf, &fields)).await;
            assert_eq!(answer.status, 403, "{at} {origin:?}: {}", answer.text);
        }
    }
    assert_eq!(house.vendor.epoch().await, epoch);
    assert_eq!(browser.go("/portal").await.status, 200);
}

#[tokio::test]
async fn what_no_page_sends_is_not_understood() {
    let house = House::open().await;
    let browser = house.ada().await;
    let csrf = hidden(&browser.go("/portal").await, "csrf");
    let epoch = house.vendor.epoch().await;
    for (at, fields) in forms(&house, &house.max) {
        let mut fields = fields;
        for act in ["", "destroy", "Give", "remove "] {
            fields[0] = ("act", act.to_owned());
            let answer = browser.send_form(&at, &with(&csrf, &fields)).await;
            assert_eq!(answer.status, 400, "{at} {act}: {}", answer.text);
        }
    }
    let long = "x".repeat(3000);
    for page in [
        format!("/portal/members?q={long}"),
        format!("/portal/members?from={long}"),
        "/portal/members?from=!".to_owned(),
        "/portal/members?q=%00".to_owned(),
    ] {
        assert_eq!(browser.go(&page).await.status, 400, "{page}");
    }
    assert_eq!(house.vendor.epoch().await, epoch);
}

#[tokio::test]
async fn people_of_another_organization_are_nobody_here() {
    let house = House::open().await;
    let browser = house.ada().await;
    let csrf = hidden(&browser.go("/portal").await, "csrf");
    let unknown = browser.go(&member("auth0|nobody")).await;
    assert_eq!(unknown.status, 404);
    let foreign = browser.go(&member(&house.bea)).await;
    assert_eq!((foreign.status, &foreign.text), (404, &unknown.text));
    for act in ["give", "take", "remove"] {
        let mut seen = Vec::new();
        for user in [house.bea.as_str(), "auth0|nobody"] {
            let fields = [("csrf", csrf.as_str()), ("act", act), ("role", &house.reader)];
            let answer = browser.send_form(&member(user), &fields).await;
            assert_eq!(answer.status, 404, "{act}: {}", answer.text);
            seen.push(answer.text);
        }
        assert_eq!(seen[0], seen[1]);
    }
}

#[tokio::test]
async fn what_the_vendor_does_not_show_is_not_there() {
    let house = House::open().await;
    let path = format!("/organizations/{}/envelope", house.aurora);
    house.vendor.put(&path, json!({"portal": ["logs"]})).await;
    let browser = house.ada().await;
    let csrf = hidden(&browser.go("/portal").await, "csrf");
    for page in ["/portal/members", "/portal/details", &member(&house.max)] {
        assert_eq!(browser.go(page).await.status, 404, "{page}");
    }
    for (at, fields) in forms(&house, &house.max) {
        let answer = browser.send_form(&at, &with(&csrf, &fields)).await;
        assert_eq!(answer.status, 404, "{at}: {}", answer.text);
    }
    let roles = format!("/organizations/{}/members/{}/roles", house.aurora, segment(&house.max));
    assert_eq!(house.vendor.get(&roles).await.is(200), json!([]));
}

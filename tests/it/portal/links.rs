//! Links into the portal that the vendor's backend asks for, also into a frame.

use chrono::Duration;
use serde_json::json;

use super::{API, House, PASSWORD};
use crate::harness::segment;
use crate::sign_in::browser::Browser;

#[tokio::test]
async fn a_link_lets_its_member_in_once() {
    let house = House::open().await;
    let link = house.link(&house.ada, json!({"page": "members"})).await.is(201);
    let path = house.path(&link);
    let browser = house.browser();
    // A program that looks at the link does not use it up.
    for _ in 0..2 {
        let page = browser.go(&path).await;
        assert!(page.text.contains("You go on as Ada Lovelace."), "{}", page.text);
        assert!(!browser.cookies().contains_key("guildhall_portal"));
    }
    let page = house.follow(&browser, &path, &[]).await;
    assert!(page.text.contains("max@aurora.example"), "{}", page.text);
    assert!(!browser.cookies().contains_key("guildhall_session"), "signed in elsewhere");
    let again = house.browser();
    assert_eq!(again.go(&path).await.status, 404);
    let ticket = path.split("ticket=").nth(1).unwrap();
    assert_eq!(again.send_form("/portal/link", &[("ticket", ticket)]).await.status, 404);
    let session = house.vendor.get(&format!("/users/{}/sessions", segment(&house.ada))).await.is(200);
    assert_eq!(session["sessions"][0]["authentication"]["methods"][0]["name"], "portal_link");
    house.vendor.delete(&format!("/users/{}/sessions", segment(&house.ada))).await;
    assert!(!browser.go("/portal/members").await.text.contains("max@aurora.example"));
}

#[tokio::test]
async fn a_link_is_used_once_by_many_at_once() {
    let house = House::open().await;
    let link = house.link(&house.ada, json!({})).await.is(201);
    let path = house.path(&link);
    let ticket = path.split("ticket=").nth(1).unwrap();
    let browsers: Vec<Browser<'_>> = (0..5).map(|_| house.browser()).collect();
    let tries = browsers.iter().map(|browser| async {
        browser.send_form("/portal/link", &[("ticket", ticket)]).await;
        browser.cookies().contains_key("guildhall_portal")
    });
    let mut entered = 0;
    for done in tries {
        entered += usize::from(done.await);
    }
    assert_eq!(entered, 1);
}

#[tokio::test]
async fn a_link_is_worth_nothing_later_or_elsewhere() {
    let house = House::open().await;
    let link = house.link(&house.ada, json!({"ttl_sec": 10})).await.is(201);
    let path = house.path(&link);
    let rival = house.vendor.rival().await;
    assert_eq!(Browser::new(&rival).go(&path).await.status, 404);
    assert_eq!(house.browser().go(&path.replace("/portal/link", "/portal/framed/link")).await.status, 404);
    assert_eq!(house.browser().go("/portal/link").await.status, 404);
    assert_eq!(house.browser().go("/portal/link?ticket=x").await.status, 404);
    let from_elsewhere = house.browser();
    let ticket = path.split("ticket=").nth(1).unwrap();
    let answer = from_elsewhere
        .send_form_from(Some("https://evil.example"), "/portal/link", &[("ticket", ticket)])
        .await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    house.vendor.later(Duration::seconds(10));
    assert_eq!(house.browser().go(&path).await.status, 404);
}

#[tokio::test]
async fn links_are_for_members_and_within_bounds() {
    let house = House::open().await;
    house.link(&house.bea, json!({})).await.is(404);
    house.link("auth0|nobody", json!({})).await.is(404);
    for wrong in [
        json!({"ttl_sec": 9}),
        json!({"ttl_sec": 301}),
        json!({"ttl_sec": "60"}),
        json!({"page": "secrets"}),
        json!({"framed": "yes"}),
        json!({"colour": 1}),
        json!({"framed": true}),
    ] {
        assert_eq!(house.link(&house.ada, wrong.clone()).await.status, 400, "{wrong}");
    }
    let path = format!("/organizations/{}x/portal-links", house.aurora);
    house.vendor.post(&path, json!({"user_id": house.ada})).await.is(404);
    let link = house.link(&house.max, json!({})).await.is(201);
    let members = format!("/organizations/{}/members", house.aurora);
    house.vendor.delete_with(&members, json!({"members": [house.max]})).await.is(204);
    assert_eq!(house.browser().go(&house.path(&link)).await.status, 404);
}

#[tokio::test]
async fn nobodys_visit_is_replaced_in_silence() {
    let house = House::open().await;
    let browser = house.max().await;
    let before = browser.cookies()["guildhall_portal"].clone();
    let path = house.path(&house.link(&house.ada, json!({})).await.is(201));
    let page = browser.go(&path).await;
    assert!(page.text.contains("Max Muster is here in this browser now."), "{}", page.text);
    let asked = house.follow(&browser, &path, &[]).await;
    assert!(asked.text.contains("Max Muster is here in this browser now."), "{}", asked.text);
    assert_eq!(browser.cookies()["guildhall_portal"], before);
    let page = house.follow(&browser, &path, &[("replace", "1")]).await;
    assert!(page.text.contains("Ada Lovelace"), "{}", page.text);
    let stale = house.browser();
    stale.take_on([("guildhall_portal".to_owned(), before)].into());
    assert!(!stale.go("/portal/leave").await.text.contains("Max Muster"));
}

#[tokio::test]
async fn policies_are_asked_with_the_visitors_address() {
    let house = House::open().await;
    let here = json!({"denied_networks": ["127.0.0.0/8", "::1"]});
    let policy = house.vendor.policy(json!({"organization_id": house.aurora}), here).await;
    let path = house.path(&house.link(&house.ada, json!({})).await.is(201));
    let browser = house.browser();
    let answer = house.follow(&browser, &path, &[]).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    let page = browser.go(&format!("/portal?organization={}", house.aurora)).await;
    let answer = browser.submit(&page, &[("username", "ada@aurora.example"), ("password", PASSWORD)]).await;
    assert_eq!(house.arrive(&browser, answer).await.status, 403);
    assert!(!browser.cookies().contains_key("guildhall_portal"));
    house.vendor.delete(&format!("/access-policies/{policy}")).await.is(204);
    let path = house.path(&house.link(&house.ada, json!({})).await.is(201));
    assert_eq!(house.follow(&house.browser(), &path, &[]).await.status, 200);
}

#[tokio::test]
async fn a_frame_is_held_by_those_origins_alone_that_are_named() {
    let house = House::open().await;
    for wrong in ["https://*.example", "https:", "http://app.example", "https://app.example/", "*"] {
        let body = json!({"portal": {"allowed_origins": [wrong]}});
        assert_eq!(house.vendor.patch("/tenants/settings", body).await.status, 400, "{wrong}");
    }
    let origins = json!(["https://app.example", "https://app.example:8443"]);
    house.vendor.set(json!({"portal": {"allowed_origins": origins}})).await;
    let link = house.link(&house.ada, json!({"framed": true, "page": "members"})).await.is(201);
    let path = house.path(&link);
    assert!(path.starts_with("/portal/framed/link?"), "{path}");
    let browser = house.browser();
    let shown = browser.go(&path).await;
    let page = house.follow(&browser, &path, &[]).await;
    assert!(page.text.contains("max@aurora.example"), "{}", page.text);
    assert!(page.text.contains("href=\"/portal/framed/members\""), "{}", page.text);
    let ended = house.browser().go("/portal/framed").await;
    for page in [&shown, &page, &ended] {
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors https://app.example https://app.example:8443;"), "{policy}");
        assert_eq!(page.header("x-frame-options"), "");
    }
    let window = house.ada().await.go("/portal/members").await;
    assert!(window.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(window.header("x-frame-options"), "DENY");
    // A visit in a frame is none in a window.
    let cookies = browser.cookies();
    assert!(!cookies.contains_key("guildhall_portal"));
    let stolen = house.browser();
    stolen.take_on([("guildhall_portal".to_owned(), cookies["guildhall_portal_framed"].clone())].into());
    assert!(!stolen.go("/portal/members").await.text.contains("max@aurora.example"));
    house.vendor.later(Duration::minutes(61));
    assert_eq!(browser.go("/portal/framed/members").await.status, 401);
}

#[tokio::test]
async fn only_who_may_make_links_makes_them() {
    let house = House::open().await;
    let token = house.vendor.management_token("read:organizations").await;
    let path = format!("/api/v2/organizations/{}/portal-links", house.aurora);
    let request = house.vendor.request(reqwest::Method::POST, &path).bearer_auth(token);
    let answer = house.vendor.send(request.json(&json!({"user_id": house.ada}))).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    let log = house.vendor.changes_in_the_log().await;
    assert!(
        log.iter().all(|entry| entry["details"]["action"] != "organization.portal_link_created"),
        "{API}"
    );
}

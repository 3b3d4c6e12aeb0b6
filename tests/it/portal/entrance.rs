//! The ways in: through the sign-in of the vendor's own applications.

use reqwest::Method;

use super::{House, PASSWORD};
use crate::sign_in::browser::Browser;

#[tokio::test]
async fn a_member_signs_in_and_sees_what_they_may_do() {
    let house = House::open().await;
    let browser = house.ada().await;
    let page = browser.go("/portal").await;
    assert_eq!(page.status, 200);
    for words in ["Aurora Shipping", "Ada Lovelace", "Give members roles", "members"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("cache-control"), "no-store");
    let page = house.max().await.go("/portal").await;
    assert!(page.text.contains("You have no permissions"), "{}", page.text);
    assert!(!page.text.contains("href=\"/portal/members\""), "{}", page.text);
}

#[tokio::test]
async fn nobody_sees_a_page_without_a_visit() {
    let house = House::open().await;
    for page in
        ["/portal", "/portal/members", "/portal/members/x", "/portal/details", "/portal/leave", "/portal/x"]
    {
        let answer = house.browser().go(page).await;
        assert!(
            answer.text.contains("name=\"username\"") || answer.text.contains("name=\"organization\""),
            "{page}: {}",
            answer.text
        );
    }
    for page in ["/portal/framed", "/portal/framed/members", "/portal/framed/leave"] {
        let answer = house.browser().go(page).await;
        assert_eq!(answer.status, 401, "{page}: {}", answer.text);
        assert!(!answer.text.contains("<form"), "{page}");
    }
}

#[tokio::test]
async fn a_form_that_comes_too_late_is_not_lost_in_silence() {
    let house = House::open().await;
    for page in
        ["/portal/members/x", "/portal/members/bulk", "/portal/details", "/portal/leave", "/portal/sign-out"]
    {
        let answer = house.browser().send_form(page, &[("act", "remove")]).await;
        assert_eq!(answer.status, 401, "{page}: {}", answer.text);
        assert!(answer.text.contains("/portal/enter?to="), "{page}: {}", answer.text);
    }
    let browser = house.browser();
    let page = browser.go("/portal/enter?to=%2Fportal%2Fdetails").await;
    // Who belongs to one organization alone is not asked for it.
    let answer = browser.submit(&page, &[("username", "ada@aurora.example"), ("password", PASSWORD)]).await;
    let page = house.arrive(&browser, answer).await;
    assert!(page.text.contains("You are signed in again"), "{}", page.text);
    assert!(page.text.contains("name=\"display_name\""), "{}", page.text);
    let page = house.browser().go("/portal/enter?to=https%3A%2F%2Fevil.example").await;
    assert!(!page.text.contains("evil.example"), "{}", page.text);
}

#[tokio::test]
async fn whoever_does_not_belong_to_the_organization_is_not_let_in() {
    let house = House::open().await;
    let browser = house.browser();
    let page = house.enter(&browser, "bea@borealis.example", &house.aurora).await;
    assert_eq!(page.status, 403, "{}", page.text);
    assert!(!browser.cookies().contains_key("guildhall_portal"));
    house
        .vendor
        .patch(
            &format!("/users/{}", crate::harness::segment(&house.max)),
            serde_json::json!({"blocked": true}),
        )
        .await
        .is(200);
    let page = browser.go(&format!("/portal?organization={}", house.aurora)).await;
    assert_ne!(page.status, 200);
}

#[tokio::test]
async fn what_comes_back_from_the_sign_in_counts_once_and_in_its_own_browser() {
    let house = House::open().await;
    let browser = house.browser();
    let page = browser.go(&format!("/portal?organization={}", house.aurora)).await;
    let answer = browser.submit(&page, &[("username", "ada@aurora.example"), ("password", PASSWORD)]).await;
    let back = answer.header("location").strip_prefix(&house.vendor.issuer).unwrap().to_owned();
    let stranger = house.browser();
    stranger.go("/portal").await;
    assert_eq!(stranger.go(&format!("/{back}")).await.status, 400);
    assert!(!stranger.cookies().contains_key("guildhall_portal"));
    for altered in
        ["portal/callback", "portal/callback?code=a&state=b", "portal/callback?error=access_denied"]
    {
        assert_eq!(browser.go(&format!("/{altered}")).await.status, 400, "{altered}");
    }
    assert_eq!(browser.go(&format!("/{back}")).await.status, 200);
    assert!(browser.go(&format!("/{back}")).await.status >= 400);
}

#[tokio::test]
async fn a_code_of_the_portal_is_worth_nothing_to_anybody_else() {
    let house = House::open().await;
    let browser = house.browser();
    let page = browser.go(&format!("/portal?organization={}", house.aurora)).await;
    let answer = browser.submit(&page, &[("username", "ada@aurora.example"), ("password", PASSWORD)]).await;
    let back = reqwest::Url::parse(answer.header("location")).unwrap();
    let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    for secret in ["", "x"] {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", "guildhall_portal"),
            ("client_secret", secret),
            ("code", &code),
            ("redirect_uri", "https://elsewhere.example"),
        ];
        let request = house.vendor.request(Method::POST, "/oauth/token").form(&form);
        assert_eq!(house.vendor.send(request).await.status, 401);
    }
}

#[tokio::test]
async fn the_client_of_the_portal_is_shown_and_cannot_be_changed() {
    let house = House::open().await;
    let vendor = &house.vendor;
    let client = vendor.get("/clients/guildhall_portal").await.is(200);
    assert_eq!(client["callbacks"][0], format!("{}portal/callback", vendor.issuer));
    let system = "System entities cannot be changed or deleted.";
    let code = "operation_not_supported";
    vendor
        .patch("/clients/guildhall_portal", serde_json::json!({"name": "X"}))
        .await
        .refuses(403, code, system);
    vendor.delete("/clients/guildhall_portal").await.refuses(403, code, system);
    let rotate = vendor.post("/clients/guildhall_portal/rotate-secret", serde_json::json!({})).await;
    rotate.refuses(403, code, system);
    let grants = vendor.get("/client-grants?client_id=guildhall_portal").await.is(200);
    let grant = grants[0]["id"].as_str().unwrap();
    vendor.delete(&format!("/client-grants/{grant}")).await.refuses(403, code, system);
    vendor
        .patch(&format!("/client-grants/{grant}"), serde_json::json!({"scope": []}))
        .await
        .refuses(403, code, system);
    let more =
        serde_json::json!({"client_id": "guildhall_portal", "audience": super::API, "scope": ["read"]});
    vendor.post("/client-grants", more).await.refuses(403, code, system);
}

#[tokio::test]
async fn another_tenants_visit_is_none_here() {
    let house = House::open().await;
    let browser = house.ada().await;
    let rival = house.vendor.rival().await;
    let there = Browser::new(&rival);
    there.take_on(browser.cookies());
    let page = there.go("/portal/members").await;
    assert!(!page.text.contains("Ada Lovelace"), "{}", page.text);
}

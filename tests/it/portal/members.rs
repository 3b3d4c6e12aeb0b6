//! Members, and what is done to them one by one and many at once.

use serde_json::json;

use super::{CONNECTION, House, member};
use crate::harness::segment;
use crate::sign_in::browser::hidden;

#[tokio::test]
async fn roles_are_given_and_taken() {
    let house = House::open().await;
    let browser = house.ada().await;
    let page = member(&house.max);
    let given = house.act(&browser, &page, &[("act", "give"), ("role", &house.reader)]).await;
    assert!(given.text.contains("The role was given."), "{}", given.text);
    assert_eq!(house.roles(&house.max).await, std::slice::from_ref(&house.reader));
    let taken = house.act(&browser, &page, &[("act", "take"), ("role", &house.reader)]).await;
    assert!(taken.text.contains("The role was taken away."), "{}", taken.text);
    assert!(house.roles(&house.max).await.is_empty());
    let changes = house.vendor.changes_in_the_log().await;
    let last = &changes[changes.len() - 2]["details"];
    let actor = json!({"user": [house.ada, "guildhall_portal"]});
    assert_eq!((&last["action"], &last["actor"]), (&json!("organization.member_roles_added"), &actor));
}

#[tokio::test]
async fn what_one_does_not_hold_is_explained_and_not_given() {
    let house = House::open().await;
    let browser = house.ada().await;
    let page = browser.go(&member(&house.max)).await;
    assert!(page.text.contains(&format!("value=\"{}\"", house.reader)), "{}", page.text);
    assert!(!page.text.contains(&format!("value=\"{}\"", house.writer)), "{}", page.text);
    assert!(page.text.contains("<code>write</code>"), "{}", page.text);
    let answer = house.act(&browser, &member(&house.max), &[("act", "give"), ("role", &house.writer)]).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    assert!(answer.text.contains("You cannot give what you do not hold yourself: write"), "{}", answer.text);
    assert!(house.roles(&house.max).await.is_empty());
}

#[tokio::test]
async fn members_are_found_by_name_and_by_role() {
    let house = House::open().await;
    let browser = house.ada().await;
    let found = browser.go("/portal/members?q=muster").await;
    assert!(
        found.text.contains("Max Muster") && !found.text.contains("ada@aurora.example"),
        "{}",
        found.text
    );
    let found = browser.go(&format!("/portal/members?role={}", house.admin_role)).await;
    assert!(
        found.text.contains("ada@aurora.example") && !found.text.contains("Max Muster"),
        "{}",
        found.text
    );
    let none = browser.go("/portal/members?q=nobody").await;
    assert!(none.text.contains("Nobody is found by that."), "{}", none.text);
}

#[tokio::test]
async fn a_membership_is_ended_after_being_asked() {
    let house = House::open().await;
    let browser = house.ada().await;
    let asked = house.act(&browser, &member(&house.max), &[("act", "ask_remove")]).await;
    assert!(asked.text.contains("Remove Max Muster from the organization?"), "{}", asked.text);
    let done = house.act(&browser, &member(&house.max), &[("act", "remove")]).await;
    assert!(done.text.contains("The membership was ended."), "{}", done.text);
    assert_eq!(browser.go(&member(&house.max)).await.status, 404);
}

#[tokio::test]
async fn the_last_admin_stays() {
    let house = House::open().await;
    let browser = house.ada().await;
    let page = browser.go("/portal/leave").await;
    assert!(page.text.contains("You are the last person here who can give roles"), "{}", page.text);
    assert!(!page.text.contains("value=\"leave\""), "{}", page.text);
    for (at, fields) in [
        ("/portal/leave".to_owned(), vec![("act", "leave")]),
        (member(&house.ada), vec![("act", "take"), ("role", house.admin_role.as_str())]),
        (member(&house.ada), vec![("act", "remove")]),
    ] {
        let answer = house.act(&browser, &at, &fields).await;
        assert_eq!(answer.status, 409, "{at}: {}", answer.text);
    }
    assert_eq!(house.roles(&house.ada).await, std::slice::from_ref(&house.admin_role));
}

#[tokio::test]
async fn a_member_leaves() {
    let house = House::open().await;
    let browser = house.max().await;
    let answer = house.act(&browser, "/portal/leave", &[("act", "leave")]).await;
    assert!(answer.text.contains("You are not a member of the organization any more."), "{}", answer.text);
    let path = format!("/organizations/{}/members/{}/roles", house.aurora, segment(&house.max));
    assert_eq!(house.vendor.get(&path).await.status, 404);
    assert!(!browser.cookies().contains_key("guildhall_portal"));
}

/// The fields that the form of a step posts again.
fn again(page: &crate::harness::Answer) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let (_, form) = page.text.split_once("action=\"/portal/members/bulk\"").expect("a form");
    for part in form.split("<input type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = part.split_once('"').unwrap();
        let value = rest.split_once("value=\"").unwrap().1.split('"').next().unwrap();
        fields.push((name.to_owned(), value.to_owned()));
    }
    fields
}

#[tokio::test]
async fn many_are_given_a_role_step_by_step() {
    let house = House::open().await;
    for number in 0..120 {
        let email = format!("crew{number}@aurora.example");
        let user = house.vendor.user_in(CONNECTION, &email, json!({})).await;
        house.vendor.member(&house.aurora, &user).await;
    }
    let browser = house.ada().await;
    let fields = [("act", "give"), ("role", house.reader.as_str()), ("all", "1")];
    let mut page = house.act_at(&browser, "/portal/members", "/portal/members/bulk", &fields).await;
    assert!(page.text.contains("This concerns 122 members."), "{}", page.text);
    let mut steps = 0;
    while page.text.contains("action=\"/portal/members/bulk\"") {
        let fields = again(&page);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        page = browser.send_form("/portal/members/bulk", &fields).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("<progress"), "{}", page.text);
        steps += 1;
    }
    assert_eq!(steps, 2);
    assert!(page.text.contains("Done for 122 members."), "{}", page.text);
    let path = format!("/organizations/{}/roles/{}/members?take=100", house.aurora, house.reader);
    assert!(house.vendor.get(&path).await.status < 500);
    assert_eq!(house.roles(&house.max).await, std::slice::from_ref(&house.reader));
}

#[tokio::test]
async fn of_many_each_is_decided_by_itself() {
    let house = House::open().await;
    let browser = house.ada().await;
    let nobody =
        house.act_at(&browser, "/portal/members", "/portal/members/bulk", &[("act", "remove")]).await;
    assert_eq!(nobody.status, 400);
    assert!(nobody.text.contains("Nobody is selected."), "{}", nobody.text);
    let fields = [("act", "give"), ("member", house.max.as_str())];
    let no_role = house.act_at(&browser, "/portal/members", "/portal/members/bulk", &fields).await;
    assert!(no_role.text.contains("Choose a role first."), "{}", no_role.text);
    let csrf = hidden(&browser.go("/portal").await, "csrf");
    let fields = [("csrf", csrf.as_str()), ("act", "remove"), ("all", "1"), ("stage", "go")];
    let done = browser.send_form("/portal/members/bulk", &fields).await;
    assert!(
        done.text.contains("Done for 1 member.") && done.text.contains("Not done for 1 member."),
        "{}",
        done.text
    );
    assert!(done.text.contains("This is you"), "{}", done.text);
    assert_eq!(browser.go(&member(&house.max)).await.status, 404);
    assert_eq!(browser.go(&member(&house.ada)).await.status, 200);
}

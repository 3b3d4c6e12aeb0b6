//! Invitations, roles, machine clients, access, the log: what an admin does on the other pages.

use serde_json::json;

use super::{API, House, PASSWORD, member};
use crate::harness::{Machine, segment};
use crate::sign_in::browser::hidden;

#[tokio::test]
async fn someone_is_invited_and_comes_into_the_portal() {
    let house = House::open().await;
    let browser = house.ada().await;
    let fields = [("act", "invite"), ("emails", "zoe@aurora.example"), ("role", house.reader.as_str())];
    let page = house.act(&browser, "/portal/invitations", &fields).await;
    assert!(page.text.contains("Invited.") && page.text.contains("zoe@aurora.example"), "{}", page.text);
    let path = format!("/organizations/{}/invitations", house.aurora);
    let invitation = house.vendor.get(&path).await.is(200)[0].clone();
    assert_eq!(invitation["client_id"], "guildhall_portal");
    let url = invitation["invitation_url"].as_str().unwrap();
    let zoe = house.browser();
    let page = zoe.go(&format!("/{}", url.strip_prefix(&house.vendor.issuer).unwrap())).await;
    let page = zoe.submit(&page, &[("choice", "sign_up")]).await;
    let answer = zoe.submit(&page, &[("email", "zoe@aurora.example"), ("password", PASSWORD)]).await;
    let page = house.arrive(&zoe, answer).await;
    assert!(page.text.contains("Aurora Shipping"), "{} {}", page.status, page.text);
    let page = browser.go("/portal/members?q=zoe").await;
    assert!(page.text.contains("Reader"), "{}", page.text);
}

#[tokio::test]
async fn an_invitation_that_cannot_be_is_explained_and_one_that_is_can_be_taken_back() {
    let house = House::open().await;
    let browser = house.ada().await;
    for emails in ["", "nobody", "a@b.example ".repeat(11).as_str()] {
        let fields = [("act", "invite"), ("emails", emails)];
        let page = house.act(&browser, "/portal/invitations", &fields).await;
        assert_eq!(page.status, 400, "{emails}: {}", page.text);
        assert!(page.text.contains("Give 1 to 10 e-mail addresses."), "{}", page.text);
    }
    let fields = [("act", "invite"), ("emails", "zoe@aurora.example"), ("role", house.writer.as_str())];
    let page = house.act(&browser, "/portal/invitations", &fields).await;
    assert_eq!(page.status, 403, "{}", page.text);
    house
        .act(&browser, "/portal/invitations", &[("act", "invite"), ("emails", "a@b.example;c@d.example")])
        .await;
    let path = format!("/organizations/{}/invitations", house.aurora);
    let all = house.vendor.get(&path).await.is(200);
    assert_eq!(all.as_array().unwrap().len(), 2);
    let id = all[0]["id"].as_str().unwrap();
    let page = house.act(&browser, "/portal/invitations", &[("act", "revoke"), ("id", id)]).await;
    assert!(page.text.contains("Taken back."), "{}", page.text);
    assert_eq!(house.vendor.get(&path).await.is(200).as_array().unwrap().len(), 1);
}

/// What a form of the matrix posts for a permission.
fn key(page: &str, permission: &str) -> String {
    let (before, _) = page.split_once(&format!("<code>{permission}</code>")).expect("the permission");
    let (_, value) = before.rsplit_once("name=\"permission\" value=\"").expect("a box");
    value.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_role_is_made_changed_and_deleted() {
    let house = House::open().await;
    let browser = house.ada().await;
    let page = browser.go("/portal/roles/new").await;
    assert!(!page.text.contains(&format!("<option value=\"{}\">", "x")), "{}", page.text);
    let (read, members) = (key(&page.text, "read"), key(&page.text, "read:my_org:members"));
    let fields = [
        ("act", "create"),
        ("name", "Clerk"),
        ("permission", read.as_str()),
        ("permission", members.as_str()),
    ];
    let page = house.act(&browser, "/portal/roles/new", &fields).await;
    assert!(page.text.contains("Made.") && page.text.contains("Clerk"), "{}", page.text);
    let role =
        page.text.split("action=\"/portal/roles/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let at = format!("/portal/roles/{role}");
    let given = house.act(&browser, &member(&house.max), &[("act", "give"), ("role", &role)]).await;
    assert!(given.text.contains("The role was given."), "{}", given.text);
    let fields = [
        ("act", "permit"),
        ("permission", read.as_str()),
        ("shown", read.as_str()),
        ("shown", members.as_str()),
    ];
    let page = house.act(&browser, &at, &fields).await;
    assert!(page.text.contains("Saved."), "{}", page.text);
    let permissions = house.vendor.get(&format!("/roles/{role}/permissions")).await.is(200);
    assert_eq!(permissions.as_array().unwrap().len(), 1, "{permissions}");
    let asked = house.act(&browser, &at, &[("act", "ask_delete")]).await;
    assert!(asked.text.contains("Held by: 1") && asked.text.contains(&house.max), "{}", asked.text);
    let gone = house.act(&browser, &at, &[("act", "delete")]).await;
    assert!(gone.text.contains("Deleted."), "{}", gone.text);
    assert_eq!(browser.go(&at).await.status, 404);
    assert!(house.roles(&house.max).await.is_empty());
}

#[tokio::test]
async fn a_machine_client_is_made_and_its_secret_shown_once() {
    let house = House::open().await;
    let browser = house.ada().await;
    let page = browser.go("/portal/clients/new").await;
    let read = key(&page.text, "read");
    let csrf = hidden(&page, "csrf");
    let fields =
        [("csrf", csrf.as_str()), ("act", "create"), ("name", "Sync"), ("permission", read.as_str())];
    let page = browser.send_form("/portal/clients/new", &fields).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let mut shown = page
        .text
        .split("<div class=\"secret\"")
        .skip(1)
        .map(|part| part.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().to_owned());
    let machine = Machine { id: shown.next().unwrap(), secret: shown.next().unwrap() };
    let token = house.vendor.ask(&machine, &[("audience", API)]).await;
    assert_eq!(token.status, 200, "{}", token.text);
    let at = format!("/portal/clients/{}", machine.id);
    let page = browser.go(&at).await;
    assert!(!page.text.contains(&machine.secret), "shown again");
    let off = house.act(&browser, &at, &[("act", "disable")]).await;
    assert!(off.text.contains("Turned off"), "{}", off.text);
    assert_eq!(house.vendor.ask(&machine, &[("audience", API)]).await.status, 401);
    let rotated = house.act(&browser, &at, &[("act", "rotate_now")]).await;
    assert!(rotated.text.contains("The secret is shown this once."), "{}", rotated.text);
    let gone = house.act(&browser, &at, &[("act", "delete")]).await;
    assert!(gone.text.contains("Deleted."), "{}", gone.text);
    assert_eq!(browser.go(&at).await.status, 404);
}

#[tokio::test]
async fn an_application_that_asks_is_let_in_and_turned_out() {
    let house = House::open().await;
    let partner = house.vendor.client("Partner").await;
    let more = json!({"organization_usage": "require", "allow_organization_approval": true});
    let grant = house.vendor.grant_with(&partner, API, &["read"], more).await;
    let asks = format!("/organizations/{}/client-grant-requests", house.aurora);
    let request =
        house.vendor.post(&asks, json!({"grant_id": grant, "message": "For invoices"})).await.is(201);
    let browser = house.ada().await;
    let page = browser.go("/portal/requests").await;
    assert!(page.text.contains("For invoices") && page.text.contains("Partner"), "{}", page.text);
    let id = request["id"].as_str().unwrap();
    let fields = [("act", "approve"), ("id", id), ("scope", "read")];
    let page = house.act(&browser, "/portal/requests", &fields).await;
    assert!(page.text.contains("Access was given."), "{}", page.text);
    let asked = [("audience", API), ("organization", house.aurora.as_str())];
    assert_eq!(house.vendor.ask(&partner, &asked).await.status, 200);
    let page = house.act(&browser, "/portal/requests", &[("act", "revoke"), ("id", &grant)]).await;
    assert!(page.text.contains("Taken back."), "{}", page.text);
    assert_ne!(house.vendor.ask(&partner, &asked).await.status, 200);
}

#[tokio::test]
async fn the_log_tells_of_what_was_done_and_is_exported() {
    let house = House::open().await;
    let browser = house.ada().await;
    house.act(&browser, &member(&house.max), &[("act", "give"), ("role", &house.reader)]).await;
    let page = browser.go("/portal/logs?action=organization.member_roles_added").await;
    for told in ["A member was given roles", "organization.member_roles_added"] {
        assert!(page.text.contains(told), "{}", page.text);
    }
    let entry = page.text.split("href=\"/portal/logs/").find(|part| part.starts_with("900")).unwrap();
    let entry = browser.go(&format!("/portal/logs/{}", entry.split('"').next().unwrap())).await;
    assert!(entry.text.contains(&house.reader) && entry.text.contains("Ada Lovelace"), "{}", entry.text);
    let none = browser.go("/portal/logs?action=nothing.like_it").await;
    assert!(none.text.contains("Nothing is found by that."), "{}", none.text);
    assert_eq!(browser.go("/portal/logs?q=((").await.status, 400);
    assert_eq!(browser.go("/portal/logs?since=yesterday").await.status, 400);
    let csv = browser.go("/portal/logs/export?format=csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"), "{}", csv.text);
    assert!(csv.text.contains("organization.member_roles_added"), "{}", csv.text);
    assert_eq!(browser.go("/portal/logs/export?format=xml").await.status, 400);
    assert_eq!(house.max().await.go("/portal/logs/export?format=csv").await.status, 403);
}

#[tokio::test]
async fn why_someone_may_do_something_is_told() {
    let house = House::open().await;
    let browser = house.ada().await;
    house.act(&browser, &member(&house.max), &[("act", "give"), ("role", &house.reader)]).await;
    let page = browser.go(&format!("{}/rights?api={}", member(&house.max), segment(API))).await;
    assert!(page.text.contains("Through the role Reader."), "{}", page.text);
    let own = house.max().await.go(&format!("{}/rights", member(&house.max))).await;
    assert_eq!(own.status, 403, "members cannot be seen: {}", own.text);
    let foreign = browser.go(&format!("{}/rights", member(&house.bea))).await;
    assert_eq!(foreign.status, 404);
}

#[tokio::test]
async fn whoever_holds_nothing_does_nothing_on_the_other_pages() {
    let house = House::open().await;
    let browser = house.max().await;
    let csrf = hidden(&browser.go("/portal").await, "csrf");
    let epoch = house.vendor.epoch().await;
    for page in [
        "invitations",
        "roles",
        "roles/new",
        "clients",
        "clients/new",
        "requests",
        "domains",
        "logs",
        "roles/x",
        "clients/x",
    ] {
        let page = format!("/portal/{page}");
        assert_eq!(browser.go(&page).await.status, 403, "{page}");
    }
    for (page, acts) in [
        ("invitations", &["invite", "revoke"][..]),
        ("roles/new", &["create"]),
        ("roles/x", &["rename", "permit", "delete"]),
        ("clients/new", &["create"]),
        ("clients/x", &["save", "rotate", "disable", "access", "add_key", "delete_key", "delete"]),
        ("requests", &["approve", "refuse", "let_in", "revoke"]),
        ("domains", &["add", "verify", "remove"]),
    ] {
        for act in acts {
            let fields = [("csrf", csrf.as_str()), ("act", act), ("id", "x"), ("name", "x")];
            let answer = browser.send_form(&format!("/portal/{page}"), &fields).await;
            assert_eq!(answer.status, 403, "{page} {act}: {}", answer.text);
        }
    }
    assert_eq!(house.vendor.epoch().await, epoch);
    let all = house.ada().await;
    let csrf = hidden(&all.go("/portal").await, "csrf");
    for page in ["invitations", "requests", "domains"] {
        let fields = [("csrf", csrf.as_str()), ("act", "destroy")];
        assert_eq!(all.send_form(&format!("/portal/{page}"), &fields).await.status, 400, "{page}");
    }
}

#[tokio::test]
async fn a_domain_is_added_and_removed() {
    let house = House::open().await;
    let browser = house.ada().await;
    let page = house.act(&browser, "/portal/domains", &[("act", "add"), ("domain", "Aurora.example")]).await;
    assert!(page.text.contains("aurora.example") && page.text.contains("TXT"), "{}", page.text);
    let wrong = house.act(&browser, "/portal/domains", &[("act", "add"), ("domain", "not a domain")]).await;
    assert_eq!(wrong.status, 400, "{}", wrong.text);
    let path = format!("/organizations/{}/discovery-domains", house.aurora);
    let all = house.vendor.get(&path).await.is(200);
    let listed = all["domains"].as_array().or(all.as_array()).expect("domains");
    let id = listed[0]["id"].as_str().unwrap();
    let page = house.act(&browser, "/portal/domains", &[("act", "remove"), ("id", id)]).await;
    assert!(page.text.contains("There are no domains."), "{}", page.text);
}

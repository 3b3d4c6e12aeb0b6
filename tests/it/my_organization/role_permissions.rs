//! What roles of the organization's own permit, changed by its people.

use serde_json::{Value, json};

use super::roles::named;
use super::{API, Customers, ids, scopes};
use crate::harness::{permissions, segment};

fn body(held: &[&str]) -> Value {
    json!({"permissions": named(held)})
}

#[tokio::test]
async fn permissions_are_added_listed_and_removed_and_count_at_once() {
    let all = Customers::open().await;
    let (admin, aurora) = (all.by(&all.aurora.admin), &all.aurora);
    let role = all.own_role("Reviewer", &[]).await;
    let path = format!("/roles/{role}/permissions");
    all.vendor.member_roles(&aurora.id, &aurora.member.id, &[&role]).await;
    admin.post(&path, body(&["read"])).await.is(204);
    admin.post(&path, body(&["read", "write", "write"])).await.is(204);
    assert_eq!(all.held(&aurora.id, &aurora.member.id).await, ["read", "write"]);
    let first = admin.get(&format!("{path}?take=1")).await.is(200);
    let expected = json!({"permission_name": "read", "description": "", "resource_server_name": "", "resource_server_identifier": API});
    assert_eq!(first["permissions"], json!([expected]));
    let next = first["next"].as_str().unwrap();
    let second = admin.get(&format!("{path}?take=1&from={next}")).await.is(200);
    assert_eq!(ids(&second, "permissions", "permission_name"), ["write"]);
    assert!(second.get("next").is_none());
    let foreign = json!({"permissions": [
        {"resource_server_identifier": "https://unknown.example", "permission_name": "read"},
        {"resource_server_identifier": API, "permission_name": "write"},
        {"resource_server_identifier": API, "permission_name": "delete"},
    ]});
    admin.delete_with(&path, foreign).await.is(204);
    assert_eq!(all.held(&aurora.id, &aurora.member.id).await, ["read"]);
}

#[tokio::test]
async fn the_log_says_what_a_change_did_to_whom() {
    let all = Customers::open().await;
    let (admin, aurora) = (all.by(&all.aurora.admin), &all.aurora);
    let role = all.own_role("Reviewer", &["read"]).await;
    all.vendor.member_roles(&aurora.id, &aurora.member.id, &[&role]).await;
    admin.post(&format!("/roles/{role}/permissions"), body(&["write"])).await.is(204);
    let entry = all.vendor.changes_in_the_log().await.pop().unwrap();
    let effect = json!({"concerned": 1, "subjects": 1, "gained": 1, "lost": 0});
    assert_eq!(entry["details"]["effect"], effect);
}

#[tokio::test]
async fn nobody_adds_what_they_do_not_hold() {
    let all = Customers::open().await;
    let role = all.own_role("Reviewer", &["read"]).await;
    let path = format!("/roles/{role}/permissions");
    let before = all.vendor.epoch().await;
    for permission in ["delete", "unknown"] {
        let answer = all.by(&all.aurora.admin).post(&path, body(&["write", permission])).await;
        let detail = answer.problem(403, "0003");
        assert_eq!(detail, format!("You cannot confer what you do not hold: {permission}"));
    }
    assert_eq!(all.vendor.epoch().await, before);
    let editor = all.someone(&["update:my_org:roles"], &["read"]).await;
    all.by(&editor).post(&path, body(&["write"])).await.problem(403, "0003");
    // What the role has already is no exception.
    all.by(&all.aurora.admin).post(&path, body(&["write"])).await.is(204);
    all.by(&editor).post(&path, body(&["write"])).await.problem(403, "0003");
    all.by(&editor).post(&path, body(&["read"])).await.is(204);
    all.by(&editor).delete_with(&path, body(&["write"])).await.is(204);
}

#[tokio::test]
async fn nobody_raises_themselves_by_a_role_that_they_hold() {
    let all = Customers::open().await;
    let aurora = &all.aurora.id;
    let role = all.own_role("Reviewer", &["read"]).await;
    let path = format!("/roles/{role}/permissions");
    let mut editors = vec![all.aurora.admin.clone()];
    editors.push(all.someone(&["update:my_org:roles"], &["read"]).await);
    for editor in &editors {
        all.vendor.member_roles(aurora, &editor.id, &[&role]).await;
        let before = all.held(aurora, &editor.id).await;
        for permission in ["read", "write", "delete"] {
            let answer = all.by(editor).post(&path, body(&[permission])).await;
            assert_eq!(answer.succeeded(), before.contains(&permission.to_owned()), "{permission}");
            assert_eq!(all.held(aurora, &editor.id).await, before);
        }
        all.by(editor).delete_with(&path, body(&["read", "write"])).await.is(204);
        all.by(editor).post(&path, body(&["delete"])).await.problem(403, "0003");
    }
}

#[tokio::test]
async fn what_was_conferred_by_an_own_role_alone_is_lost_with_it() {
    let all = Customers::open().await;
    let role = all.own_role("Editor", &["read", "write"]).await;
    let editor = all.someone(&["update:my_org:roles"], &[]).await;
    all.vendor.member_roles(&all.aurora.id, &editor.id, &[&role]).await;
    let path = format!("/roles/{role}/permissions");
    all.by(&editor).delete_with(&path, body(&["write"])).await.is(204);
    all.by(&editor).post(&path, body(&["write"])).await.problem(403, "0003");
}

#[tokio::test]
async fn what_the_envelope_excludes_is_suspended_and_there_again_once_it_is_let_in() {
    let all = Customers::open().await;
    let (admin, aurora) = (all.by(&all.aurora.admin), &all.aurora);
    let role = all.own_role("Editor", &["read", "write"]).await;
    let path = format!("/roles/{role}/permissions");
    all.vendor.member_roles(&aurora.id, &aurora.member.id, &[&role]).await;
    all.envelope(json!({"grantable_permissions": named(&["read"])})).await;
    let suspended = |listed: &Value| -> Vec<bool> {
        let items = listed["permissions"].as_array().unwrap().iter();
        items.map(|it| it.get("suspended") == Some(&json!(true))).collect()
    };
    assert_eq!(suspended(&admin.get(&path).await.is(200)), [false, true]);
    assert_eq!(admin.get(&format!("/roles/{role}")).await.is(200)["permissions_count"], 2);
    assert_eq!(all.held(&aurora.id, &aurora.member.id).await, ["read"]);
    admin.post(&path, body(&["write"])).await.problem(403, "0003");
    // The vendor's roles are beyond it.
    let of_vendor = admin.get(&format!("/roles/{}/permissions", all.deleter)).await.is(200);
    assert_eq!(suspended(&of_vendor), [false]);
    all.envelope(json!({})).await;
    assert_eq!(suspended(&admin.get(&path).await.is(200)), [false, false]);
    assert_eq!(all.held(&aurora.id, &aurora.member.id).await, ["read", "write"]);
}

#[tokio::test]
async fn the_last_admin_keeps_what_makes_one() {
    let all = Customers::open().await;
    let my_org = format!("{}my-org/", all.vendor.issuer);
    let name = |scope: &&str| json!({"resource_server_identifier": my_org, "permission_name": scope});
    let whole: Vec<Value> = scopes().iter().map(name).collect();
    let new = json!({"name": "Boss", "permissions": whole});
    let made = all.by(&all.aurora.admin).post("/roles", new).await.is(201);
    let boss = made["id"].as_str().unwrap();
    let path = format!("/roles/{boss}");
    let person = all.person(&all.aurora.id, "boss@aurora.example", &[boss]).await;
    let of_admin =
        format!("/organizations/{}/members/{}/roles", all.aurora.id, segment(&all.aurora.admin.id));
    all.vendor.delete_with(&of_admin, json!({"roles": [all.admin]})).await.is(204);
    let hand = all.by(&person);
    let gives = json!({"permissions": [name(&"create:my_org:member_roles")]});
    hand.delete_with(&format!("{path}/permissions"), gives.clone()).await.problem(409, "0001");
    hand.get(&format!("{path}/deletion")).await.problem(409, "0001");
    hand.delete(&format!("{path}?confirm=true")).await.problem(409, "0001");
    let harmless = json!({"permissions": [name(&"read:my_org:logs")]});
    hand.delete_with(&format!("{path}/permissions"), harmless).await.is(204);
    all.vendor.member_roles(&all.aurora.id, &all.aurora.admin.id, &[&all.admin]).await;
    hand.delete_with(&format!("{path}/permissions"), gives).await.is(204);
    all.by(&all.aurora.admin).delete(&format!("{path}?confirm=true")).await.is(204);
}

#[tokio::test]
async fn an_organization_that_had_no_admin_need_not_keep_one() {
    let all = Customers::open().await;
    let my_org = format!("{}my-org/", all.vendor.issuer);
    let new = json!({"name": "Boss", "type": "organization", "owner_id": all.aurora.id});
    let role = all.vendor.post("/roles", new).await.is(200);
    let path = format!("/roles/{}", role["id"].as_str().unwrap());
    let gives = permissions(&my_org, &["create:my_org:member_roles"]);
    all.vendor.post(&format!("{path}/permissions"), gives.clone()).await.is(201);
    let of_admin =
        format!("/organizations/{}/members/{}/roles", all.aurora.id, segment(&all.aurora.admin.id));
    all.vendor.delete_with(&of_admin, json!({"roles": [all.admin]})).await.is(204);
    let (_, token) = all.machine(&all.aurora.id, &["update:my_org:roles", "delete:my_org:roles"]).await;
    all.with(&token).delete_with(&format!("{path}/permissions"), gives).await.is(204);
    all.with(&token).delete(&path).await.is(204);
}

#[tokio::test]
async fn bodies_that_cannot_be_are_refused_by_field() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let path = format!("/roles/{}/permissions", all.own_role("Reviewer", &[]).await);
    let many: Vec<Value> = (0..101).map(|_| named(&["read"])[0].clone()).collect();
    let long = "x".repeat(281);
    for bad in [
        json!({}),
        json!({"permissions": []}),
        json!({"permissions": many}),
        json!({"permissions": null}),
        json!({"permissions": ["read"]}),
        json!({"permissions": {"read": true}}),
        json!({"permissions": named(&[&long])}),
        json!({"permissions": named(&["read"]), "role": "x"}),
        json!([]),
    ] {
        admin.post(&path, bad.clone()).await.problem(400, "0003");
        admin.delete_with(&path, bad).await.problem(400, "0003");
    }
    admin.delete(&path).await.problem(400, "0003");
}

#[tokio::test]
async fn a_role_has_no_more_permissions_than_the_tenant_lets_it() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    all.vendor.set(json!({"limits": {"permissions_per_role": 1}})).await;
    let new = json!({"name": "Two", "permissions": named(&["read", "write"])});
    admin.post("/roles", new).await.problem(403, "0003");
    let path = format!("/roles/{}/permissions", all.own_role("One", &["read"]).await);
    admin.post(&path, body(&["write"])).await.problem(403, "0003");
    admin.post(&path, body(&["read"])).await.is(204);
}

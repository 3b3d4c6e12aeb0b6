//! Roles given and taken by people of the organization.

use serde_json::json;

use super::{API, Customers, ids};
use crate::harness::segment;

#[tokio::test]
async fn an_admin_gives_and_takes_what_they_hold() {
    let all = Customers::open().await;
    let (admin, member) = (all.by(&all.aurora.admin), &all.aurora.member.id);
    let path = format!("/members/{}/roles", segment(member));
    admin.post(&path, json!({"role_ids": [all.reader]})).await.is(204);
    admin.post(&path, json!({"role_ids": [all.reader]})).await.is(204);
    assert_eq!(ids(&admin.get(&path).await.is(200), "roles", "id"), std::slice::from_ref(&all.reader));
    assert_eq!(all.held(&all.aurora.id, member).await, ["read"]);
    admin.delete_with(&path, json!({"role_ids": [all.reader]})).await.is(204);
    admin.post(&path, json!({"role_ids": [all.reader]})).await.is(204);
    let unassign = format!("/members/{}/unassign-roles", segment(member));
    admin.post(&unassign, json!({"role_ids": [all.reader]})).await.is(204);
    assert!(all.held(&all.aurora.id, member).await.is_empty());
}

#[tokio::test]
async fn nobody_gives_what_they_do_not_hold() {
    let all = Customers::open().await;
    let path = format!("/members/{}/roles", segment(&all.aurora.member.id));
    let roles = json!({"role_ids": [all.reader, all.deleter]});
    let detail = all.by(&all.aurora.admin).post(&path, roles).await.problem(403, "0003");
    assert_eq!(detail, "You cannot confer what you do not hold: delete");
    assert!(all.held(&all.aurora.id, &all.aurora.member.id).await.is_empty());
    // Nor to themselves.
    let own = format!("/members/{}/roles", segment(&all.aurora.admin.id));
    all.by(&all.aurora.admin).post(&own, json!({"role_ids": [all.deleter]})).await.problem(403, "0003");
}

#[tokio::test]
async fn a_machine_gives_no_more_than_its_own_rights() {
    let all = Customers::open().await;
    let path = format!("/members/{}/roles", segment(&all.aurora.member.id));
    let (machine, token) = all.machine(&all.aurora.id, &["create:my_org:member_roles"]).await;
    all.with(&token).post(&path, json!({"role_ids": [all.reader]})).await.problem(403, "0003");
    let grant = all.vendor.grant(&machine, API, &["read"], "require").await;
    all.vendor.associate(&all.aurora.id, &grant).await;
    all.with(&token).post(&path, json!({"role_ids": [all.reader]})).await.is(204);
}

#[tokio::test]
async fn roles_of_another_organization_are_as_unknown_as_those_that_do_not_exist() {
    let all = Customers::open().await;
    let new = json!({"name": "Theirs", "type": "organization", "owner_id": all.borealis.id});
    let foreign = all.vendor.post("/roles", new).await.is(200);
    let path = format!("/members/{}/roles", segment(&all.aurora.member.id));
    for role in [foreign["id"].as_str().unwrap(), "rol_0000000000000000"] {
        let answer = all.by(&all.aurora.admin).post(&path, json!({"role_ids": [role]})).await;
        let detail = answer.problem(400, "0001");
        assert_eq!(detail, format!("One or more of the specified roles do not exist: {role}"));
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_are_refused_by_field() {
    let all = Customers::open().await;
    let path = format!("/members/{}/roles", segment(&all.aurora.member.id));
    let many: Vec<&str> = std::iter::repeat_n("rol_1", 11).collect();
    for body in
        [json!({}), json!({"role_ids": []}), json!({"role_ids": many}), json!({"role_ids": "x"}), json!([])]
    {
        all.by(&all.aurora.admin).post(&path, body).await.problem(400, "0003");
    }
}

#[tokio::test]
async fn the_last_admin_keeps_what_makes_one() {
    let all = Customers::open().await;
    let path = format!("/members/{}/roles", segment(&all.aurora.admin.id));
    let admin = json!({"role_ids": [all.admin]});
    all.by(&all.aurora.admin).delete_with(&path, admin.clone()).await.problem(409, "0001");
    let second = all.person(&all.aurora.id, "second@aurora.example", &[&all.admin]).await;
    all.by(&second).delete_with(&path, admin).await.is(204);
    all.by(&all.aurora.admin).get("/members").await.problem(403, "0002");
}

#[tokio::test]
async fn what_is_done_stands_in_the_log_of_the_organization() {
    let all = Customers::open().await;
    let before = all.vendor.epoch().await;
    let path = format!("/members/{}/roles", segment(&all.aurora.member.id));
    all.by(&all.aurora.admin).post(&path, json!({"role_ids": [all.reader]})).await.is(204);
    assert!(all.vendor.epoch().await > before);
    let entry = all.vendor.changes_in_the_log().await.pop().unwrap();
    assert_eq!(entry["organization_id"], all.aurora.id);
    assert_eq!(entry["details"]["actor"], json!({"user": [all.aurora.admin.id, all.app.id]}));
    assert_eq!(entry["details"]["action"], "organization.member_roles_added");
}

//! Roles that an organization makes from a template, and how they drift from it.

use serde_json::json;

use super::roles::named;
use super::{API, Customers};
use crate::harness::permissions;

#[tokio::test]
async fn a_role_from_a_template_begins_with_what_can_be_conferred_and_tells_how_it_drifts() {
    let all = Customers::open().await;
    let (admin, vendor) = (all.by(&all.aurora.admin), &all.vendor);
    let template = vendor.role("Operator", API, &["read", "delete"]).await;
    let made = admin.post("/roles", json!({"name": "Ours", "template_id": template})).await.is(201);
    assert_eq!(made["omitted"], named(&["delete"]));
    assert_eq!(made["permissions_count"], 1);
    let role = made["id"].as_str().unwrap();
    let path = format!("/roles/{role}");
    let drift = |added: &[&str], removed: &[&str]| json!({"id": template, "name": "Operator", "added": named(added), "removed": named(removed)});
    let shown = admin.get(&path).await.is(200);
    assert_eq!(shown["template"], drift(&["delete"], &[]));
    assert!(shown.get("omitted").is_none());
    let of_template = format!("/roles/{template}/permissions");
    vendor.delete_with(&of_template, permissions(API, &["delete", "read"])).await.is(204);
    vendor.post(&of_template, permissions(API, &["write"])).await.is(201);
    assert_eq!(admin.get(&path).await.is(200)["template"], drift(&["write"], &["read"]));
    assert_eq!(vendor.get(&path).await.is(200)["template_id"], template);
    // What cannot be given any more is not shown; what is gone is forgotten.
    all.envelope(json!({"assignable_roles": []})).await;
    assert!(admin.get(&path).await.is(200).get("template").is_none());
    all.envelope(json!({})).await;
    assert_eq!(admin.get(&path).await.is(200)["template"]["id"], template);
    vendor.delete(&format!("/roles/{template}")).await.is(200);
    assert!(admin.get(&path).await.is(200).get("template").is_none());
    let seen = vendor.get(&path).await.is(200);
    assert!(seen.get("template_id").is_none(), "{seen}");
}

#[tokio::test]
async fn permissions_that_are_named_stand_instead_of_the_templates() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let new = json!({"name": "Ours", "template_id": all.reader, "permissions": named(&["write"])});
    let made = admin.post("/roles", new).await.is(201);
    assert!(made.get("omitted").is_none());
    assert_eq!(made["template"]["added"], named(&["read"]));
    assert_eq!(made["template"]["removed"], named(&["write"]));
    let new = json!({"name": "Empty", "template_id": all.reader, "permissions": []});
    assert_eq!(admin.post("/roles", new).await.is(201)["permissions_count"], 0);
}

#[tokio::test]
async fn a_template_is_a_role_of_the_vendors_that_can_be_given() {
    let all = Customers::open().await;
    let own = all.own_role("Own", &["read"]).await;
    let theirs = all.by(&all.borealis.admin).post("/roles", json!({"name": "Theirs"})).await.is(201);
    let rival = all.vendor.rival().await;
    let rivals = rival.post("/roles", json!({"name": "Rival"})).await.is(200);
    all.envelope(json!({"assignable_roles": [all.reader]})).await;
    let mut told = Vec::new();
    for id in [
        own.as_str(),
        theirs["id"].as_str().unwrap(),
        rivals["id"].as_str().unwrap(),
        &all.deleter,
        "rol_0000000000000000",
        "",
    ] {
        let answer =
            all.by(&all.aurora.admin).post("/roles", json!({"name": "New", "template_id": id})).await;
        told.push(answer.problem(400, "0003"));
    }
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    assert!(told[0].contains("template_id"), "{told:?}");
}

//! What an organization's own clients have access to: nothing that its giver does not hold, nor the envelope excludes.

use serde_json::{Value, json};

use super::clients::{machine, on};
use super::{API, Customers};
use crate::harness::{claims, permissions};

fn held_by(role: &str) -> Value {
    json!({"resource_server_identifier": API, "roles": [role]})
}

#[tokio::test]
async fn nobody_confers_what_they_do_not_hold() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    for access in [on(API, &["delete"]), on(API, &["read", "delete"]), held_by(&all.deleter)] {
        let refused = admin.post("/clients", json!({"name": "Sync", "access": [access]})).await;
        assert_eq!(refused.problem(403, "0003"), "You cannot confer what you do not hold: delete");
    }
    let unknown = json!({"name": "Sync", "access": [on(API, &["fly"])]});
    let refused = admin.post("/clients", unknown).await.problem(403, "0003");
    assert_eq!(refused, "You cannot confer what you do not hold: fly");
    let mixed = json!({"resource_server_identifier": API, "roles": [all.deleter], "scope": ["read"]});
    admin.post("/clients", json!({"name": "Sync", "access": [mixed]})).await.problem(403, "0003");
    assert_eq!(admin.get("/clients").await.is(200)["clients"], json!([]));
}

#[tokio::test]
async fn an_api_on_which_the_maker_holds_nothing_is_one_that_does_not_exist() {
    let all = Customers::open().await;
    all.vendor.api("urn:there", &["read"]).await;
    let admin = all.by(&all.aurora.admin);
    let asked = async |api: &str| {
        let access = json!([on(API, &["read"]), on(api, &["read"])]);
        admin.post("/clients", json!({"name": "Sync", "access": access})).await
    };
    let (there, nowhere) = (asked("urn:there").await, asked("urn:none").await);
    assert_eq!((there.status, &there.text), (400, &nowhere.text));
    assert_eq!(there.body()["validation_errors"][0]["field"], "access[1].resource_server_identifier");
    let management = asked(&format!("{}api/v2/", all.vendor.issuer)).await;
    assert_eq!(management.text, nowhere.text);
}

#[tokio::test]
async fn the_envelope_bounds_what_clients_are_given_and_suspends_what_they_have() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let own = all.own_client(&all.aurora.admin.token, json!([on(API, &["read", "write"])])).await;
    let envelope = format!("/organizations/{}/envelope", all.aurora.id);
    let read = json!([{"resource_server_identifier": API, "permission_name": "read"}]);
    let narrow = json!({"grantable_permissions": read, "assignable_roles": [all.admin]});
    all.vendor.put(&envelope, narrow).await.is(200);
    assert_eq!(claims(&all.ask(&own, API).await.token())["scope"], "read");
    let new = |access: Value| json!({"name": "Sync", "access": [access]});
    admin.post("/clients", new(on(API, &["write"]))).await.problem(403, "0003");
    let outside = admin.post("/clients", new(held_by(&all.reader))).await;
    let unknown = admin.post("/clients", new(held_by("rol_none"))).await;
    assert_eq!((outside.status, unknown.status), (400, 400));
    assert_eq!(outside.text.replace(&all.reader, "rol_none"), unknown.text);
    all.vendor.put(&envelope, json!({})).await.is(200);
    assert_eq!(claims(&all.ask(&own, API).await.token())["scope"], "read write");
}

#[tokio::test]
async fn access_is_replaced_as_a_whole() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let own = all.own_client(&all.aurora.admin.token, json!([on(API, &["read"])])).await;
    let path = format!("/clients/{}/access", own.id);
    let my_org = all.my_org();
    let both = json!({"access": [on(&my_org, &["read:my_org:members"]), on(API, &["read", "write"])]});
    let shown = admin.put(&path, both).await.is(200);
    assert_eq!(shown["access"].as_array().unwrap().len(), 2);
    assert_eq!(claims(&all.ask(&own, API).await.token())["scope"], "read write");
    let token = all.ask(&own, &my_org).await.token();
    all.with(&token).get("/members").await.is(200);
    admin.put(&path, json!({"access": [held_by(&all.reader)]})).await.is(200);
    assert_eq!(claims(&all.ask(&own, API).await.token())["scope"], "read");
    assert_eq!(all.ask(&own, &my_org).await.status, 403);
    all.with(&token).get("/members").await.problem(401, "0001");
    admin.put(&path, json!({"access": []})).await.is(200);
    assert_eq!(all.ask(&own, API).await.status, 403);
    for body in
        [json!({}), json!({"access": [on(API, &["read"]), on(API, &["write"])]}), json!({"access": 1})]
    {
        admin.put(&path, body).await.problem(400, "0003");
    }
}

#[tokio::test]
async fn what_stays_needs_nobodys_right_and_what_is_new_does() {
    let all = Customers::open().await;
    let operator = all.operator().await;
    let operator = all.by(&operator);
    let own = all.own_client(&all.aurora.admin.token, json!([on(API, &["read", "write"])])).await;
    let path = format!("/clients/{}/access", own.id);
    operator.put(&path, json!({"access": [on(API, &["write"])]})).await.is(200);
    assert_eq!(claims(&all.ask(&own, API).await.token())["scope"], "write");
    operator.put(&path, json!({"access": [on(API, &["write", "read"])]})).await.is(200);
    operator.put(&path, json!({"access": [on(API, &["read"])]})).await.is(200);
    operator.put(&path, json!({"access": [on(API, &["write", "read"])]})).await.problem(403, "0003");
    assert_eq!(claims(&all.ask(&own, API).await.token())["scope"], "read");
}

#[tokio::test]
async fn what_a_role_or_a_scope_masked_counts_as_new() {
    let all = Customers::open().await;
    let operator = all.operator().await;
    let operator = all.by(&operator);
    let writer = all.vendor.role("Writer", API, &["read", "write"]).await;
    let masked = |role: &str| json!({"resource_server_identifier": API, "roles": [role], "scope": ["read"]});
    let own = all.own_client(&all.aurora.admin.token, json!([masked(&writer)])).await;
    let path = format!("/clients/{}/access", own.id);
    let refused = operator.put(&path, json!({"access": [held_by(&writer)]})).await.problem(403, "0003");
    assert_eq!(refused, "You cannot confer what you do not hold: write");
    let wide = json!({"resource_server_identifier": API, "scope": ["read", "write"], "roles": [all.reader]});
    all.by(&all.aurora.admin).put(&path, json!({"access": [wide]})).await.is(200);
    let unmasked = json!({"access": [on(API, &["read", "write"])]});
    operator.put(&path, unmasked).await.problem(403, "0003");
    assert_eq!(claims(&all.ask(&own, API).await.token())["scope"], "read");
}

#[tokio::test]
async fn a_client_never_widens_its_own_access() {
    let all = Customers::open().await;
    let my_org = all.my_org();
    let access =
        json!([on(&my_org, &["update:my_org:clients", "create:my_org:clients"]), on(API, &["read"])]);
    let own = all.own_client(&all.aurora.admin.token, access).await;
    let token = all.ask(&own, &my_org).await.token();
    let path = format!("/clients/{}/access", own.id);
    let ours = on(&my_org, &["update:my_org:clients", "create:my_org:clients"]);
    for more in [on(API, &["read", "write"]), held_by(&all.admin), held_by(&all.deleter)] {
        let refused = all.with(&token).put(&path, json!({"access": [ours, more]})).await;
        refused.problem(403, "0003");
    }
    let wider = json!({"access": [on(&my_org, &["update:my_org:clients", "read:my_org:clients"])]});
    all.with(&token).put(&path, wider).await.problem(403, "0003");
    let other = json!({"name": "Wider", "access": [on(API, &["write"])]});
    all.with(&token).post("/clients", other).await.problem(403, "0003");
    let same = json!({"name": "As wide", "access": [on(API, &["read"])]});
    let made = all.with(&token).post("/clients", same).await.is(201);
    assert_eq!(made["created_by"], json!({"client_id": own.id}));
    assert_eq!(claims(&all.ask(&machine(&made), API).await.token())["scope"], "read");
    all.with(&token).put(&path, json!({"access": [ours]})).await.is(200);
    assert_eq!(all.ask(&own, API).await.status, 403);
    // What it gave away it does not get back by itself.
    let again = json!({"access": [ours, on(API, &["read"])]});
    all.with(&token).put(&path, again).await.problem(400, "0003");
}

#[tokio::test]
async fn what_the_vendor_gave_stays_as_it_is() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let own = all.own_client(&all.aurora.admin.token, json!([on(API, &["read"])])).await;
    all.vendor.api("urn:other", &["read"]).await;
    let grant = all.vendor.grant(&own, "urn:other", &["read"], "require").await;
    all.vendor.associate(&all.aurora.id, &grant).await;
    let path = format!("/clients/{}/access", own.id);
    let shown = admin.put(&path, json!({"access": [on("urn:other", &["read"])]})).await.is(200);
    let vendors =
        json!([{"resource_server_identifier": "urn:other", "scope": ["read"], "by_organization": false}]);
    assert_eq!(shown["access"], vendors);
    assert_eq!(claims(&all.ask(&own, "urn:other").await.token())["scope"], "read");
    // What the vendor gave is part of what whoever gives it a secret holds.
    let refused = admin.post(&format!("/clients/{}/rotate-secret", own.id), json!({})).await;
    refused.problem(403, "0003");
    let held = permissions("urn:other", &["read"]);
    all.vendor.post(&format!("/roles/{}/permissions", all.admin), held).await.is(201);
    admin.post(&format!("/clients/{}/rotate-secret", own.id), json!({})).await.is(200);
}

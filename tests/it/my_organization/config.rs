//! What can be done at all: by the client, and by the envelope.

use serde_json::json;

use super::{API, Customers};

#[tokio::test]
async fn the_configuration_is_that_of_the_client() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let bare = json!({"allowed_strategies": [], "connection_deletion_behavior": "allow"});
    assert_eq!(admin.get("/config").await.is(200), bare);
    let configuration = json!({"allowed_strategies": ["okta", "samlp"],
        "connection_deletion_behavior": "allow_if_empty", "connection_profile_id": "cop_1"});
    let patch = json!({"my_organization_configuration": configuration});
    all.vendor.patch(&format!("/clients/{}", all.app.id), patch).await.is(200);
    let shown =
        json!({"allowed_strategies": ["okta", "samlp"], "connection_deletion_behavior": "allow_if_empty"});
    assert_eq!(admin.get("/config").await.is(200), shown);
    let (_, token) = all.machine(&all.aurora.id, &["read:my_org:configuration"]).await;
    assert_eq!(all.with(&token).get("/config").await.is(200), bare);
}

#[tokio::test]
async fn connections_are_the_vendors_to_set() {
    let all = Customers::open().await;
    let shown = all.by(&all.aurora.admin).get("/config/identity-providers").await.is(200);
    let nothing = json!({"can_set_show_as_button": false, "can_set_assign_membership_on_login": false});
    assert_eq!(shown, json!({"organization": nothing, "strategies": {}}));
}

#[tokio::test]
async fn the_envelope_is_shown_with_how_much_of_it_is_used() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let used = json!({"own_roles": 0, "machine_clients": 0, "seats": 2, "invitations_per_day": 0});
    assert_eq!(admin.get("/config/envelope").await.is(200)["used"], used);
    let landing = all.vendor.web_client("Landing").await;
    all.vendor.set(json!({"invitation_landing_client_id": landing})).await;
    let read = json!([{"resource_server_identifier": API, "permission_name": "read"}]);
    let of_tenant = json!({"grantable_permissions": read, "seats": 5});
    all.vendor.set(json!({"organization_envelope": of_tenant})).await;
    let new = json!({"name": "Own", "type": "organization", "owner_id": all.aurora.id});
    all.vendor.post("/roles", new).await.is(200);
    let invitees = json!({"invitees": [{"email": "bo@new.example"}]});
    admin.post("/member-invitations", invitees).await.is(201);
    all.vendor.invite(&all.aurora.id, &landing, "cy@new.example", json!({})).await;
    let shown = admin.get("/config/envelope").await.is(200);
    let envelope = &shown["envelope"];
    assert_eq!((&envelope["grantable_permissions"], &envelope["seats"]), (&read, &json!(5)));
    let used = &shown["used"];
    let parts = (&used["own_roles"], &used["seats"], &used["invitations_per_day"]);
    assert_eq!(parts, (&json!(1), &json!(4), &json!(1)));
    let of_other = all.by(&all.borealis.admin).get("/config/envelope").await.is(200);
    assert_eq!(of_other["used"]["seats"], 2);
    let envelope = format!("/organizations/{}/envelope", all.aurora.id);
    all.vendor
        .put(&envelope, json!({"invitations_per_day": 3, "assignable_roles": [all.reader]}))
        .await
        .is(200);
    let shown = admin.get("/config/envelope").await.is(200);
    let envelope = &shown["envelope"];
    assert_eq!((&envelope["invitations_per_day"], envelope.get("seats")), (&json!(3), None));
    assert_eq!(envelope["assignable_roles"], json!([all.reader]));
}

#[tokio::test]
async fn the_configuration_is_for_those_who_may_read_it() {
    let all = Customers::open().await;
    for path in ["/config", "/config/identity-providers", "/config/envelope"] {
        all.by(&all.aurora.member).get(path).await.problem(403, "0002");
    }
}

//! `/resource-types`, and evaluation by them.

use rstest::rstest;
use serde_json::{Value, json};

use super::{Hall, ask};
use crate::harness::Vendor;
use crate::tokens::API;

fn document() -> Value {
    json!({"type": "document", "resource_server_identifier": API, "actions": [
        {"name": "view", "permission_name": "read"}, {"name": "edit", "permission_name": "write"},
    ]})
}

/// A body that is right but for these fields.
fn body(but: Value) -> Value {
    let mut body = document();
    body.as_object_mut().unwrap().extend(but.as_object().unwrap().clone());
    body
}

async fn vendor() -> Vendor {
    let vendor = Vendor::new().await;
    vendor.api(API, &["read", "write"]).await;
    vendor
}

#[tokio::test]
async fn a_type_is_made_shown_changed_and_deleted() {
    let vendor = vendor().await;
    let made = vendor.post("/resource-types", document()).await.is(201);
    assert_eq!(made, document());
    assert_eq!(vendor.get("/resource-types/document").await.is(200), made);
    assert_eq!(vendor.get("/resource-types").await.is(200), json!([made]));
    let patch = json!({"actions": [{"name": "view", "permission_name": "write"}]});
    let after = vendor.patch("/resource-types/document", patch.clone()).await.is(200);
    assert_eq!(after, body(patch));
    let change = vendor.changes_in_the_log().await.pop().unwrap();
    assert_eq!((&change["details"]["before"], &change["details"]["after"]), (&made, &after));
    vendor.delete("/resource-types/document").await.is(204);
    vendor.get("/resource-types/document").await.refuses(404, "", "The resource type does not exist.");
    vendor.delete("/resource-types/document").await.refuses(404, "", "The resource type does not exist.");
}

#[tokio::test]
async fn types_are_listed_by_page_in_the_order_of_their_names() {
    let vendor = vendor().await;
    for name in ["report", "document", "urn:vendor:folder"] {
        vendor.post("/resource-types", body(json!({"type": name}))).await.is(201);
    }
    let first = vendor.get("/resource-types?take=2").await.is(200);
    let names = |page: &Value| -> Vec<Value> {
        page["resource_types"].as_array().unwrap().iter().map(|of| of["type"].clone()).collect()
    };
    assert_eq!(names(&first), ["document", "report"]);
    let next = first["next"].as_str().unwrap();
    let rest = vendor.get(&format!("/resource-types?take=2&from={next}")).await.is(200);
    assert_eq!(names(&rest), ["urn:vendor:folder"]);
}

#[rstest]
#[case::no_type(json!({"type": ""}), "type")]
#[case::a_type_of_ours(json!({"type": "user"}), "type")]
#[case::a_type_of_ours(json!({"type": "client"}), "type")]
#[case::a_type_of_ours(json!({"type": "organization"}), "type")]
#[case::a_type_of_ours(json!({"type": "resource_server"}), "type")]
#[case::a_type_that_is_no_name(json!({"type": "a/b"}), "type")]
#[case::a_long_type(json!({"type": "x".repeat(101)}), "type")]
#[case::a_type_of_a_wrong_type(json!({"type": 1}), "type")]
#[case::an_unknown_api(json!({"resource_server_identifier": "https://no.example"}), "resource_server_identifier")]
#[case::no_actions(json!({"actions": []}), "actions")]
#[case::too_many_actions(json!({"actions": vec![json!({"name": "a", "permission_name": "read"}); 101]}), "actions")]
#[case::an_action_twice(json!({"actions": vec![json!({"name": "a", "permission_name": "read"}); 2]}), "actions")]
#[case::an_action_without_a_name(json!({"actions": [{"name": "", "permission_name": "read"}]}), "actions[0].name")]
#[case::a_long_name(json!({"actions": [{"name": "x".repeat(256), "permission_name": "read"}]}), "actions[0].name")]
#[case::an_unknown_permission(json!({"actions": [{"name": "a", "permission_name": "fly"}]}), "actions[0].permission_name")]
#[case::another_field(json!({"description": "x"}), "description")]
#[tokio::test]
async fn what_cannot_be_is_refused_by_the_name_of_the_field(#[case] but: Value, #[case] field: &str) {
    let vendor = vendor().await;
    let before = vendor.epoch().await;
    let refused = vendor.post("/resource-types", body(but)).await.is(400);
    assert_eq!(refused["errorCode"], "invalid_body");
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains(field), "{field} is not in {message}");
    assert_eq!(vendor.epoch().await, before);
}

#[tokio::test]
async fn another_api_must_define_the_permissions_of_all_actions() {
    let vendor = vendor().await;
    vendor.api("https://other.example", &["read"]).await;
    vendor.post("/resource-types", document()).await.is(201);
    let moved = json!({"resource_server_identifier": "https://other.example"});
    let refused = vendor.patch("/resource-types/document", moved.clone()).await.is(400);
    assert!(refused["message"].as_str().unwrap().contains("actions[1].permission_name"), "{refused}");
    let actions = json!([{"name": "view", "permission_name": "read"}]);
    vendor.patch("/resource-types/document", json!({"actions": actions})).await.is(200);
    vendor.patch("/resource-types/document", moved).await.is(200);
}

#[tokio::test]
async fn a_name_is_taken_in_its_own_tenant_only() {
    let vendor = vendor().await;
    vendor.post("/resource-types", document()).await.is(201);
    let taken = "A resource type with this name already exists.";
    vendor.post("/resource-types", document()).await.refuses(409, "resource_type_conflict", taken);
    let rival = vendor.rival().await;
    rival.api(API, &["read", "write"]).await;
    rival.post("/resource-types", document()).await.is(201);
}

#[tokio::test]
async fn a_type_goes_with_its_api() {
    let vendor = Vendor::new().await;
    let api = vendor.api(API, &["read", "write"]).await;
    vendor.post("/resource-types", document()).await.is(201);
    vendor.delete(&format!("/resource-servers/{api}")).await.is(204);
    vendor.get("/resource-types/document").await.is(404);
}

#[tokio::test]
async fn a_type_more_than_the_limit_is_refused() {
    let vendor = vendor().await;
    vendor.set(json!({"limits": {"resource_types": 1}})).await;
    vendor.post("/resource-types", document()).await.is(201);
    let limit = "You reached the limit of entities of this type for this tenant.";
    let second = body(json!({"type": "folder"}));
    vendor.post("/resource-types", second).await.refuses(403, "too_many_entities", limit);
}

/// A hall whose API serves documents, which can also be printed.
async fn hall() -> Hall {
    let hall = Hall::open().await;
    let actions = json!([
        {"name": "view", "permission_name": "read"}, {"name": "print", "permission_name": "read"},
        {"name": "edit", "permission_name": "write"},
    ]);
    hall.shop.vendor.post("/resource-types", body(json!({"actions": actions}))).await.is(201);
    hall
}

/// What Ada is asked about: a document, of the organization where there is one.
fn of_document(hall: &Hall, action: &str, organization: Option<&str>) -> Value {
    let mut resource = json!({"type": "document", "id": "17"});
    if let Some(organization) = organization {
        resource["properties"] = json!({"organization_id": organization});
    }
    json!({"subject": hall.user(), "action": {"name": action}, "resource": resource})
}

#[tokio::test]
async fn an_action_needs_the_permission_that_it_stands_for() {
    let hall = hall().await;
    let (aurora, borealis) = (Some(hall.shop.aurora.as_str()), Some(hall.shop.borealis.as_str()));
    for (action, organization, expected) in [
        ("view", aurora, true),
        ("print", aurora, true),
        ("edit", aurora, false),
        ("view", borealis, false),
        ("view", None, false),
        ("view", Some("org_no"), false),
    ] {
        let decision = hall.decision(of_document(&hall, action, organization)).await;
        assert_eq!(decision, expected, "{action} {organization:?}");
    }
    let mut of_client = of_document(&hall, "edit", None);
    of_client["subject"] = json!({"type": "client", "id": hall.shop.machine.id});
    assert_eq!(hall.decision(of_client).await, true);
}

#[tokio::test]
async fn an_action_that_the_type_does_not_have_is_denied() {
    let hall = hall().await;
    for action in ["read", "delete"] {
        assert_eq!(hall.decision(of_document(&hall, action, Some(&hall.shop.aurora))).await, false);
    }
}

#[tokio::test]
async fn an_action_is_denied_when_the_api_no_longer_defines_its_permission() {
    let hall = hall().await;
    let vendor = &hall.shop.vendor;
    let scopes = json!({"scopes": [{"value": "write"}]});
    vendor.patch(&format!("/resource-servers/{}", hall.shop.api), scopes).await.is(200);
    assert_eq!(hall.decision(of_document(&hall, "view", Some(&hall.shop.aurora))).await, false);
}

#[tokio::test]
async fn a_change_of_a_type_is_seen_by_the_next_evaluation() {
    let hall = hall().await;
    let vendor = &hall.shop.vendor;
    let asked = of_document(&hall, "edit", Some(&hall.shop.aurora));
    let patch = json!({"actions": [{"name": "edit", "permission_name": "read"}]});
    vendor.patch("/resource-types/document", patch).await.is(200);
    assert_eq!(hall.decision(asked.clone()).await, true);
    vendor.delete("/resource-types/document").await.is(204);
    assert_eq!(hall.decision(asked).await, false);
}

#[tokio::test]
async fn searches_speak_of_the_vendors_actions() {
    let hall = hall().await;
    let vendor = &hall.shop.vendor;
    let asked = of_document(&hall, "print", Some(&hall.shop.aurora));
    let results =
        async |what: &str| ask(vendor, &format!("search/{what}"), &asked).await.is(200)["results"].clone();
    assert_eq!(results("action").await, json!([{"name": "print"}, {"name": "view"}]));
    assert_eq!(results("subject").await, json!([hall.user()]));
    assert_eq!(results("resource").await, json!([]), "nobody told us of the documents themselves");
}

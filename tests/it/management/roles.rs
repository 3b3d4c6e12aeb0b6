//! `/roles`, their permissions and their users: contract section 4.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, permissions};

const API: &str = "https://api.example";

async fn with_role() -> (Vendor, String) {
    let vendor = Vendor::new().await;
    vendor.api_with(API, &["read", "write"], json!({"name": "The API"})).await;
    let role = vendor.role("Reader", API, &[]).await;
    (vendor, role)
}

#[tokio::test]
async fn a_new_role_is_answered_with_200_and_is_the_tenants() {
    let vendor = Vendor::new().await;
    let made = vendor.post("/roles", json!({"name": "Reader"})).await.is(200);
    let expected = json!({"id": made["id"], "name": "Reader", "description": "", "type": "tenant"});
    assert_eq!(made, expected);
    assert_eq!(vendor.get(&format!("/roles/{}", made["id"].as_str().unwrap())).await.is(200), expected);
}

#[tokio::test]
async fn an_organizations_own_role_names_its_owner() {
    let vendor = Vendor::new().await;
    let owner = vendor.organization("aurora").await;
    let new = json!({"name": "Own", "type": "organization", "owner_id": owner});
    let made = vendor.post("/roles", new).await.is(200);
    assert_eq!((&made["type"], &made["owner_id"]), (&json!("organization"), &json!(owner)));
}

#[rstest]
#[case::without_owner(json!({"name": "Own", "type": "organization"}))]
#[case::of_nobody(json!({"name": "Own", "type": "organization", "owner_id": "org_nothing"}))]
#[case::owner_of_a_tenants_role(json!({"name": "Own", "owner_id": "org_nothing"}))]
#[tokio::test]
async fn an_owner_that_does_not_fit_is_refused(#[case] body: Value) {
    assert_eq!(Vendor::new().await.post("/roles", body).await.is(400)["errorCode"], "invalid_body");
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused() {
    let (vendor, _) = with_role().await;
    vendor.post("/roles", json!({"name": "Reader"})).await.refuses(
        409,
        "role_conflict",
        "The role already exists.",
    );
}

#[tokio::test]
async fn an_organizations_own_role_may_be_named_like_the_tenants() {
    let (vendor, _) = with_role().await;
    let owner = vendor.organization("aurora").await;
    vendor.post("/roles", json!({"name": "Reader", "type": "organization", "owner_id": owner})).await.is(200);
}

#[tokio::test]
async fn name_and_description_can_be_changed_and_the_owner_cannot() {
    let (vendor, role) = with_role().await;
    let path = format!("/roles/{role}");
    let after = vendor.patch(&path, json!({"name": "Viewer", "description": "Looks"})).await.is(200);
    assert_eq!((&after["name"], &after["description"]), (&json!("Viewer"), &json!("Looks")));
    let message =
        "Payload validation error: 'Additional properties not allowed: owner_id' on property owner_id.";
    vendor.patch(&path, json!({"owner_id": "org_x"})).await.refuses(400, "invalid_body", message);
}

#[tokio::test]
async fn a_deleted_role_is_answered_with_an_empty_object_and_is_gone() {
    let (vendor, role) = with_role().await;
    assert_eq!(vendor.delete(&format!("/roles/{role}")).await.is(200), json!({}));
    for answer in
        [vendor.get(&format!("/roles/{role}")).await, vendor.delete(&format!("/roles/{role}")).await]
    {
        answer.refuses(404, "", "The role does not exist.");
    }
}

#[rstest]
#[case::by_name("name_filter=READ", 1)]
#[case::by_no_name("name_filter=nothing", 0)]
#[case::the_tenants("type=tenant", 1)]
#[tokio::test]
async fn roles_are_found(#[case] query: &str, #[case] count: usize) {
    let (vendor, _) = with_role().await;
    assert_eq!(vendor.get(&format!("/roles?{query}")).await.is(200).as_array().unwrap().len(), count);
}

#[tokio::test]
async fn an_organizations_own_roles_are_listed_by_owner() {
    let (vendor, _) = with_role().await;
    let owner = vendor.organization("aurora").await;
    vendor.post("/roles", json!({"name": "Own", "type": "organization", "owner_id": owner})).await.is(200);
    let list = vendor.get(&format!("/roles?type=organization&owner_id={owner}")).await.is(200);
    assert_eq!((list.as_array().unwrap().len(), &list[0]["name"]), (1, &json!("Own")));
    assert_eq!(vendor.get("/roles?type=organization").await.is(400)["errorCode"], "invalid_query_string");
}

#[tokio::test]
async fn permissions_are_added_with_201_and_removed_with_204() {
    let (vendor, role) = with_role().await;
    let path = format!("/roles/{role}/permissions");
    assert_eq!(vendor.post(&path, permissions(API, &["write", "read"])).await.is(201), json!({}));
    assert_eq!(vendor.delete_with(&path, permissions(API, &["write"])).await.is(204), Value::Null);
    let expected = json!([{
        "permission_name": "read", "description": "", "resource_server_name": "The API",
        "resource_server_identifier": API,
    }]);
    assert_eq!(vendor.get(&path).await.is(200), expected);
}

#[rstest]
#[case::unknown_scope(API, "delete")]
#[case::unknown_api("https://nowhere.example", "read")]
#[tokio::test]
async fn a_permission_that_no_api_defines_is_refused(#[case] api: &str, #[case] name: &str) {
    let (vendor, role) = with_role().await;
    let message = format!("This permission does not exist: '{api} - {name}'");
    let answer = vendor.post(&format!("/roles/{role}/permissions"), permissions(api, &["read", name])).await;
    let message =
        if api == API { message } else { format!("This permission does not exist: '{api} - read'") };
    answer.refuses(404, "inexistent_resource_server_permission", &message);
}

#[tokio::test]
async fn another_tenants_permission_does_not_exist() {
    let (vendor, _) = with_role().await;
    let rival = vendor.rival().await;
    let role = rival.role("Reader", API, &[]).await;
    let message = format!("This permission does not exist: '{API} - read'");
    let answer = rival.post(&format!("/roles/{role}/permissions"), permissions(API, &["read"])).await;
    answer.refuses(404, "inexistent_resource_server_permission", &message);
}

#[tokio::test]
async fn a_scope_that_an_api_drops_is_dropped_by_roles() {
    let (vendor, role) = with_role().await;
    let path = format!("/roles/{role}/permissions");
    vendor.post(&path, permissions(API, &["read", "write"])).await.is(201);
    let fewer = json!({"scopes": [{"value": "read"}]});
    vendor.patch(&format!("/resource-servers/{}", crate::harness::segment(API)), fewer).await.is(200);
    assert_eq!(vendor.get(&path).await.is(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn users_are_given_a_role_with_200_and_listed() {
    let (vendor, role) = with_role().await;
    let user = vendor.user("ada@example.com").await;
    let path = format!("/roles/{role}/users");
    assert_eq!(vendor.post(&path, json!({"users": [user]})).await.is(200), json!({}));
    let list = vendor.get(&path).await.is(200);
    assert_eq!(crate::harness::names(&list[0]), ["user_id", "email", "picture", "name"]);
    assert_eq!(list[0]["user_id"], user.as_str());
}

#[rstest]
#[case("read:roles", 403)]
#[case("read:roles read:users", 200)]
#[case("read:role_members", 200)]
#[tokio::test]
async fn who_holds_a_role_needs_both_scopes_or_the_one_for_it(#[case] scope: &str, #[case] status: u16) {
    let (mut vendor, role) = with_role().await;
    vendor.token = vendor.management_token(scope).await;
    vendor.get(&format!("/roles/{role}/users")).await.is(status);
}

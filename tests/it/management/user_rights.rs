//! Roles and permissions of users outside organizations: contract section 4.

use serde_json::{Value, json};

use crate::harness::{Vendor, permissions, segment};

const API: &str = "https://api.example";

async fn with_user() -> (Vendor, String, String) {
    let vendor = Vendor::new().await;
    vendor.api(API, &["read", "write"]).await;
    let role = vendor.role("Reader", API, &["read"]).await;
    let user = segment(&vendor.user("ada@example.com").await);
    (vendor, role, format!("/users/{user}"))
}

#[tokio::test]
async fn roles_are_given_and_taken_with_204() {
    let (vendor, role, user) = with_user().await;
    let path = format!("{user}/roles");
    assert_eq!(vendor.post(&path, json!({"roles": [role]})).await.is(204), Value::Null);
    assert_eq!(vendor.get(&path).await.is(200)[0]["id"], role.as_str());
    vendor.delete_with(&path, json!({"roles": [role]})).await.is(204);
    assert_eq!(vendor.get(&path).await.is(200), json!([]));
}

#[tokio::test]
async fn an_organizations_own_role_is_for_members_only() {
    let (vendor, _, user) = with_user().await;
    let owner = vendor.organization("aurora").await;
    let new = json!({"name": "Own", "type": "organization", "owner_id": owner});
    let role = vendor.post("/roles", new).await.is(200)["id"].clone();
    assert_eq!(
        vendor.post(&format!("{user}/roles"), json!({"roles": [role]})).await.is(400)["errorCode"],
        "invalid_body"
    );
}

#[tokio::test]
async fn permissions_are_given_with_201_and_taken_with_204() {
    let (vendor, _, user) = with_user().await;
    let path = format!("{user}/permissions");
    assert_eq!(vendor.post(&path, permissions(API, &["write"])).await.is(201), json!({}));
    vendor.delete_with(&path, permissions(API, &["write"])).await.is(204);
    assert_eq!(vendor.get(&path).await.is(200), json!([]));
}

#[tokio::test]
async fn permissions_are_listed_in_order_with_all_through_which_they_are_held() {
    let (vendor, role, user) = with_user().await;
    vendor.post(&format!("{user}/permissions"), permissions(API, &["write", "read"])).await.is(201);
    vendor.post(&format!("{user}/roles"), json!({"roles": [role]})).await.is(204);
    let list = vendor.get(&format!("{user}/permissions")).await.is(200);
    let direct = json!({"source_id": "", "source_name": "", "source_type": "DIRECT"});
    let by_role = json!({"source_id": role, "source_name": "Reader", "source_type": "ROLE"});
    assert_eq!((&list[0]["permission_name"], &list[1]["permission_name"]), (&json!("read"), &json!("write")));
    let sources = list[0]["sources"].as_array().unwrap();
    assert!(sources.len() == 2 && sources.contains(&direct) && sources.contains(&by_role), "{sources:?}");
    assert_eq!(list[1]["sources"], json!([direct]));
}

#[tokio::test]
async fn an_unknown_user_has_none() {
    let (vendor, role, _) = with_user().await;
    let nobody = "/users/auth0%7Cnobody";
    for answer in [
        vendor.get(&format!("{nobody}/roles")).await,
        vendor.get(&format!("{nobody}/permissions")).await,
        vendor.post(&format!("{nobody}/roles"), json!({"roles": [role]})).await,
        vendor.post(&format!("{nobody}/permissions"), permissions(API, &["read"])).await,
    ] {
        answer.refuses(404, "inexistent_user", "The user does not exist.");
    }
}

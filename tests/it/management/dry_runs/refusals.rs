//! What may not be tried.

use rstest::rstest;
use serde_json::{Value, json};

use super::Hall;
use crate::harness::permissions;
use crate::tokens::API;

#[rstest]
#[case("add_role_permissions", "update:roles")]
#[case("remove_role_permissions", "update:roles")]
#[case("add_member_roles", "create:organization_member_roles")]
#[case("remove_member_roles", "delete:organization_member_roles")]
#[case("add_user_roles", "create:role_members")]
#[case("remove_user_roles", "delete:role_members")]
#[case("add_role_users", "update:roles")]
#[case("add_user_permissions", "update:users")]
#[case("remove_user_permissions", "update:users")]
#[case("create_client_grant", "create:client_grants")]
#[case("update_client_grant", "update:client_grants")]
#[case("delete_client_grant", "delete:client_grants")]
#[case("add_organization_client_grant", "create:organization_client_grants")]
#[case("remove_organization_client_grant", "delete:organization_client_grants")]
#[case("set_envelope", "update:organizations")]
#[case("delete_envelope", "update:organizations")]
#[case("create_access_policy", "create:access_policies")]
#[case("update_access_policy", "update:access_policies")]
#[case("delete_access_policy", "delete:access_policies")]
#[tokio::test]
async fn a_change_is_tried_by_whoever_may_make_it_and_by_nobody_else(
    #[case] kind: &str,
    #[case] scope: &str,
) {
    let mut hall = Hall::open().await;
    let tried = hall.change(kind).await.tried;
    let another = if scope == "update:roles" { "update:client_grants" } else { "update:roles" };
    let another = hall.shop.vendor.management_token(another).await;
    hall.shop.vendor.token = hall.shop.vendor.management_token(scope).await;
    let told = hall.shop.vendor.post("/dry-runs?take=1", tried.clone()).await.is(200);
    assert!(told["subjects"].is_u64(), "{told}");
    assert!(told.get("effects").is_none() && told.get("next").is_none(), "rights of others: {told}");
    hall.shop.vendor.token = another;
    let refused = hall.shop.vendor.post("/dry-runs", tried).await.is(403);
    assert_eq!(refused["errorCode"], "insufficient_scope", "{refused}");
    assert!(refused["message"].as_str().unwrap().contains(scope), "{refused}");
}

#[rstest]
#[case("")]
#[case("read:user_effective_permissions")]
#[case("read:organization_member_effective_permissions")]
#[case("read:organization_client_grants")]
#[tokio::test]
async fn who_gains_and_loses_is_told_to_whoever_may_read_what_everybody_holds(#[case] but: &str) {
    let mut hall = Hall::open().await;
    let tried = hall.change("remove_role_permissions").await.tried;
    let mut scopes = vec![
        "update:roles",
        "read:user_effective_permissions",
        "read:organization_member_effective_permissions",
        "read:organization_client_grants",
    ];
    scopes.retain(|scope| *scope != but);
    hall.shop.vendor.token = hall.shop.vendor.management_token(&scopes.join(" ")).await;
    let told = hall.try_out(&tried).await;
    assert_eq!(told.get("effects").is_some(), but.is_empty(), "{told}");
    assert_eq!(told["subjects"], 3);
}

#[rstest]
#[case("add_role_permissions")]
#[case("add_member_roles")]
#[case("add_user_roles")]
#[case("add_role_users")]
#[case("add_user_permissions")]
#[case("create_client_grant")]
#[case("update_client_grant")]
#[case("add_organization_client_grant")]
#[case("set_envelope")]
#[case("update_access_policy")]
#[tokio::test]
async fn nothing_of_another_tenant_is_tried(#[case] kind: &str) {
    let hall = Hall::open().await;
    let change = hall.change(kind).await;
    let rival = hall.shop.vendor.rival().await;
    let made = rival.call(change.method.clone(), &change.path, change.tried.get("body")).await;
    let tried = rival.post("/dry-runs", change.tried).await;
    assert_eq!((tried.status, tried.body()), (made.status, made.body()), "{kind}");
    assert!(tried.status == 404 || tried.status == 400, "{kind}: {}", tried.status);
}

#[tokio::test]
async fn a_change_is_refused_as_making_it_would_be() {
    let hall = Hall::open().await;
    let (vendor, aurora, grant) = (&hall.shop.vendor, &hall.shop.aurora, &hall.shop.grant);
    let unknown = "The role does not exist.";
    let body = permissions(API, &["read"]);
    let tried = json!({"type": "add_role_permissions", "role_id": "rol_no", "body": body});
    vendor.post("/dry-runs", tried).await.refuses(404, "", unknown);
    let body = permissions(API, &["unknown"]);
    let tried = json!({"type": "add_role_permissions", "role_id": hall.reader, "body": body});
    vendor.post("/dry-runs", tried).await.is(404);
    let tried = json!({
        "type": "add_organization_client_grant", "organization_id": aurora, "body": {"grant_id": grant},
    });
    vendor.post("/dry-runs", tried).await.is(409);
    let tried = json!({"type": "delete_access_policy", "access_policy_id": "pol_no"});
    vendor.post("/dry-runs", tried).await.refuses(404, "", "The access policy does not exist.");
}

#[rstest]
#[case::no_type(json!({}), "type")]
#[case::unknown_type(json!({"type": "delete_everything"}), "delete_everything")]
#[case::without_an_id(json!({"type": "delete_client_grant"}), "client_grant_id")]
#[case::without_a_body(json!({"type": "set_envelope", "organization_id": "org_1"}), "body")]
#[case::another_field(json!({"type": "delete_client_grant", "client_grant_id": "cgr_1", "colour": 1}), "colour")]
#[case::another_field_inside(json!({"type": "set_envelope", "organization_id": "o", "body": {"colour": 1}}), "colour")]
#[case::nothing_added(json!({"type": "add_user_roles", "user_id": "u", "body": {"roles": []}}), "body.roles")]
#[case::too_much(json!({"type": "add_user_roles", "user_id": "u", "body": {"roles": vec!["r"; 51]}}), "body.roles")]
#[case::unknown_strategy(json!({"type": "set_token_strategy", "organization_id": "o", "token_strategy": "x"}), "x")]
#[tokio::test]
async fn what_cannot_be_is_refused_by_the_name_of_the_field(#[case] body: Value, #[case] field: &str) {
    let shop = crate::tokens::Shop::open().await;
    let refused = shop.vendor.post("/dry-runs", body).await.is(400);
    assert_eq!(refused["errorCode"], "invalid_body");
    assert!(refused["message"].as_str().unwrap().contains(field), "{refused}");
}

#[rstest]
#[case("from=x")]
#[case("from=e30")]
#[case("take=0")]
#[case("take=1001")]
#[case("page=1")]
#[tokio::test]
async fn a_page_that_cannot_be_is_refused(#[case] query: &str) {
    let hall = Hall::open().await;
    let tried = hall.change("add_role_permissions").await.tried;
    let refused = hall.shop.vendor.post(&format!("/dry-runs?{query}"), tried).await.is(400);
    assert_eq!(refused["errorCode"], "invalid_query_string", "{query}");
}

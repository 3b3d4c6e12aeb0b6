//! Published limits, made small by the tenant's settings (contract section 17.1).

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Fixture, Vendor, permissions, segment};

const ENTITIES: &str = "You reached the limit of entities of this type for this tenant.";

#[rstest]
#[case("organizations", "/organizations", json!({"name": "one-more"}))]
#[case("roles", "/roles", json!({"name": "One more"}))]
#[case("resource_servers", "/resource-servers", json!({"identifier": "https://one-more.example"}))]
#[case("clients", "/clients", json!({"name": "One more"}))]
#[tokio::test]
async fn one_entity_more_than_the_limit_is_refused(
    #[case] limit: &str,
    #[case] path: &str,
    #[case] body: Value,
) {
    let vendor = Vendor::new().await;
    Fixture::make(&vendor).await;
    let list = vendor.get(path).await.is(200);
    let held = list.as_array().unwrap().iter().filter(|item| item["is_system"] != true).count();
    vendor.set(json!({"limits": {limit: held}})).await;
    vendor.post(path, body.clone()).await.refuses(403, "too_many_entities", ENTITIES);
    vendor.set(json!({"limits": {limit: held + 1}})).await;
    assert!(vendor.post(path, body).await.succeeded());
}

#[tokio::test]
async fn an_action_more_than_the_limit_is_refused() {
    let vendor = Vendor::new().await;
    vendor.action("First", json!({})).await;
    vendor.set(json!({"limits": {"actions": 1}})).await;
    let body = json!({"name": "Second", "supported_triggers": [{"id": "post-login"}]});
    vendor.post("/actions/actions", body).await.refuses(403, "too_many_entities", ENTITIES);
}

#[tokio::test]
async fn a_client_grant_more_than_the_limit_is_refused() {
    let vendor = Vendor::new().await;
    let of = Fixture::make(&vendor).await;
    vendor.set(json!({"limits": {"client_grants": 1}})).await;
    let body = json!({"client_id": of.spare_client.id, "audience": of.api, "scope": []});
    vendor.post("/client-grants", body).await.refuses(403, "too_many_entities", ENTITIES);
}

#[tokio::test]
async fn a_member_more_than_the_limit_is_refused() {
    let vendor = Vendor::new().await;
    let of = Fixture::make(&vendor).await;
    vendor.set(json!({"limits": {"members_per_organization": 1}})).await;
    let path = format!("/organizations/{}/members", of.organization);
    vendor.post(&path, json!({"members": [of.user]})).await.is(204);
    assert_eq!(
        vendor.post(&path, json!({"members": [of.spare_user]})).await.is(403)["errorCode"],
        "too_many_entities"
    );
}

#[tokio::test]
async fn a_role_of_a_member_more_than_the_limit_is_refused() {
    let vendor = Vendor::new().await;
    let of = Fixture::make(&vendor).await;
    vendor.set(json!({"limits": {"roles_per_member": 1}})).await;
    let path = format!("/organizations/{}/members/{}/roles", of.organization, segment(&of.user));
    vendor.post(&path, json!({"roles": [of.role]})).await.is(204);
    let message = "No more roles can be assigned to this organization member.";
    vendor.post(&path, json!({"roles": [of.spare_role]})).await.refuses(409, "", message);
}

#[tokio::test]
async fn a_member_holds_fifty_roles_and_no_more() {
    let vendor = Vendor::new().await;
    let organization = vendor.organization("aurora").await;
    let user = vendor.user("ada@example.com").await;
    vendor.member(&organization, &user).await;
    let mut roles = Vec::new();
    for number in 0..51 {
        roles.push(vendor.role(&format!("Role {number}"), "", &[]).await);
    }
    let path = format!("/organizations/{organization}/members/{}/roles", segment(&user));
    vendor.post(&path, json!({"roles": roles[..50]})).await.is(204);
    let message = "No more roles can be assigned to this organization member.";
    vendor.post(&path, json!({"roles": roles[50..]})).await.refuses(409, "", message);
}

#[tokio::test]
async fn a_client_grant_of_an_organization_more_than_the_limit_is_refused() {
    let vendor = Vendor::new().await;
    let of = Fixture::make(&vendor).await;
    vendor.set(json!({"limits": {"client_grants_per_organization": 1}})).await;
    let path = format!("/organizations/{}/client-grants", of.organization);
    let message = "Quota exceeded; cannot add more than 1 client grants to a single organization";
    vendor.post(&path, json!({"grant_id": of.spare_grant})).await.refuses(409, "", message);
}

#[rstest]
#[case("enabled_connections")]
#[case("connections")]
#[tokio::test]
async fn a_connection_of_an_organization_more_than_the_limit_is_refused(#[case] view: &str) {
    let vendor = Vendor::new().await;
    let of = Fixture::make(&vendor).await;
    vendor.set(json!({"limits": {"connections_per_organization": 1}})).await;
    let path = format!("/organizations/{}/{view}", of.organization);
    let message = "Quota exceeded; cannot add more than 1 connections to a single organization";
    vendor.post(&path, json!({"connection_id": of.spare_connection})).await.refuses(409, "", message);
}

#[tokio::test]
async fn an_organization_has_ten_connections_and_no_more() {
    let vendor = Vendor::new().await;
    let organization = vendor.organization("aurora").await;
    for number in 0..10 {
        let connection = vendor.connection(&format!("c{number}"), "oidc", json!({})).await;
        vendor.enable(&organization, &connection, json!({})).await;
    }
    let eleventh = vendor.connection("c10", "oidc", json!({})).await;
    let path = format!("/organizations/{organization}/enabled_connections");
    let message = "Quota exceeded; cannot add more than 10 connections to a single organization";
    vendor.post(&path, json!({"connection_id": eleventh})).await.refuses(409, "", message);
}

#[tokio::test]
async fn a_discovery_domain_of_an_organization_more_than_the_limit_is_refused() {
    let vendor = Vendor::new().await;
    let of = Fixture::make(&vendor).await;
    vendor.set(json!({"limits": {"discovery_domains_per_organization": 1}})).await;
    let path = format!("/organizations/{}/discovery-domains", of.organization);
    let message = "Quota exceeded; cannot add more than 1 discovery domains to a single organization";
    vendor.post(&path, json!({"domain": "one-more.example"})).await.refuses(409, "", message);
}

#[tokio::test]
async fn an_organization_has_a_hundred_discovery_domains_and_no_more() {
    let vendor = Vendor::new().await;
    let path = format!("/organizations/{}/discovery-domains", vendor.organization("aurora").await);
    for number in 0..100 {
        vendor.post(&path, json!({"domain": format!("d{number}.example")})).await.is(201);
    }
    let message = "Quota exceeded; cannot add more than 100 discovery domains to a single organization";
    vendor.post(&path, json!({"domain": "d100.example"})).await.refuses(409, "", message);
}

#[tokio::test]
async fn an_organizations_own_role_more_than_the_limit_is_refused() {
    let vendor = Vendor::new().await;
    let owner = vendor.organization("aurora").await;
    vendor.set(json!({"limits": {"roles_per_organization": 0}})).await;
    let body = json!({"name": "Own", "type": "organization", "owner_id": owner});
    vendor.post("/roles", body).await.refuses(403, "too_many_entities", ENTITIES);
}

#[rstest]
#[case("permissions_per_role", "/roles/{role}/permissions")]
#[case("permissions_per_user", "/users/{user}/permissions")]
#[tokio::test]
async fn a_permission_more_than_the_limit_is_refused(#[case] limit: &str, #[case] path: &str) {
    let vendor = Vendor::new().await;
    let of = Fixture::make(&vendor).await;
    vendor.set(json!({"limits": {limit: 1}})).await;
    let path = path.replace("{role}", &of.role).replace("{user}", &segment(&of.user));
    vendor.post(&path, permissions(&of.api, &["read"])).await.is(201);
    let refused = vendor.post(&path, permissions(&of.api, &["write"])).await.is(403);
    assert_eq!(refused["errorCode"], "too_many_entities");
}

#[rstest]
#[case("/users/{user}/roles", "roles")]
#[case("/roles/{spare_role}/users", "users")]
#[tokio::test]
async fn a_role_of_a_user_more_than_the_limit_is_refused(#[case] path: &str, #[case] field: &str) {
    let vendor = Vendor::new().await;
    let of = Fixture::make(&vendor).await;
    vendor.set(json!({"limits": {"roles_per_user": 1}})).await;
    let path = path.replace("{spare_role}", &of.spare_role).replace("{user}", &segment(&of.user));
    let added = if field == "roles" { &of.spare_role } else { &of.user };
    assert_eq!(vendor.post(&path, json!({field: [added]})).await.is(403)["errorCode"], "too_many_entities");
}

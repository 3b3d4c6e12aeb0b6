//! Long lists of who gains and loses.

use serde_json::{Value, json};

use super::Hall;
use crate::harness::permissions;
use crate::tokens::API;

#[tokio::test]
async fn lists_go_on_where_they_ended_and_the_numbers_are_of_all() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    vendor.api("https://other.example", &["read"]).await;
    for number in 0..3 {
        let user = vendor.user(&format!("user{number}@example.com")).await;
        vendor.member_with(&hall.cirrus, &user, &[&hall.reader]).await;
    }
    let mut body = permissions(API, &["write"]);
    let other = permissions("https://other.example", &["read"])["permissions"][0].clone();
    body["permissions"].as_array_mut().unwrap().push(other);
    let tried = json!({"type": "add_role_permissions", "role_id": hall.reader, "body": body});
    let whole = hall.try_out(&tried).await;
    // Six people and the robot, which has no grant for the other API; Eve writes already.
    assert_eq!(
        (&whole["concerned"], &whole["subjects"], &whole["gained"]),
        (&json!(7), &json!(7), &json!(12))
    );
    let (mut listed, mut from) = (Vec::new(), String::new());
    loop {
        let page = vendor.post(&format!("/dry-runs?take=3{from}"), tried.clone()).await.is(200);
        assert_eq!((&page["subjects"], &page["gained"]), (&whole["subjects"], &whole["gained"]));
        let effects = page["effects"].as_array().unwrap();
        assert!(effects.len() <= 3);
        listed.extend(effects.iter().cloned());
        let Some(next) = page["next"].as_str() else { break };
        from = format!("&from={next}");
    }
    assert_eq!(Value::from(listed), whole["effects"]);
}

#[tokio::test]
async fn people_come_before_clients_and_each_by_organization_and_api() {
    let hall = Hall::open().await;
    let tried = hall.change("remove_role_permissions").await.tried;
    let told = hall.try_out(&tried).await;
    let ids: Vec<&Value> =
        told["effects"].as_array().unwrap().iter().map(|effect| &effect["subject"]["id"]).collect();
    // Ada reads by her other role.
    assert_eq!(ids, [&hall.eve, &hall.bob, &hall.robot.id].map(|id| json!(id)).iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn what_concerns_more_than_ten_thousand_is_listed_and_not_counted() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let writer = vendor.role("Writer", API, &["read"]).await;
    let numbers =
        "WITH RECURSIVE numbers(n) AS (SELECT 100000 UNION ALL SELECT n + 1 FROM numbers WHERE n < 110000)";
    let tenant = format!("FROM numbers, tenants WHERE issuer = '{}'", vendor.issuer);
    let users = "INSERT INTO users (tenant_id, id, connection, body, created_at, updated_at)";
    let rows = "SELECT tenant_id, 'auth0|' || n, connection, body, created_at, updated_at";
    let like = format!("FROM numbers, users WHERE id = '{}'", hall.ada);
    vendor.node.database.execute(format!("{users} {numbers} {rows} {like}")).await;
    let held = "INSERT INTO user_roles (tenant_id, user_id, role_id)";
    let rows = format!("SELECT id, 'auth0|' || n, '{writer}'");
    vendor.node.database.execute(format!("{held} {numbers} {rows} {tenant}")).await;
    let body = permissions(API, &["write"]);
    let tried = json!({"type": "add_role_permissions", "role_id": writer, "body": body});
    let told = vendor.post("/dry-runs?take=2", tried.clone()).await.is(200);
    assert_eq!(told["concerned"], 10_001);
    for number in ["subjects", "gained", "lost"] {
        assert!(told.get(number).is_none(), "{number} is counted");
    }
    let ids = |told: &Value| -> Vec<Value> {
        told["effects"].as_array().unwrap().iter().map(|effect| effect["subject"]["id"].clone()).collect()
    };
    assert_eq!(ids(&told), ["auth0|100000", "auth0|100001"]);
    let path = format!("/dry-runs?take=2&from={}", told["next"].as_str().unwrap());
    assert_eq!(ids(&vendor.post(&path, tried).await.is(200)), ["auth0|100002", "auth0|100003"]);
    vendor.post(&format!("/roles/{writer}/permissions"), body).await.is(201);
    let log = vendor.changes_in_the_log().await.pop().unwrap();
    assert_eq!(log["details"]["effect"], json!({"concerned": 10_001}));
}

#[tokio::test]
async fn every_page_has_the_numbers_of_the_first() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let tried = hall.change("remove_role_permissions").await.tried;
    let first = vendor.post("/dry-runs?take=1", tried.clone()).await.is(200);
    assert_eq!(first["concerned"], 4);
    vendor.member_with(&hall.cirrus, &hall.eve, &[&hall.reader]).await;
    let path = format!("/dry-runs?take=1&from={}", first["next"].as_str().unwrap());
    let second = vendor.post(&path, tried).await.is(200);
    for number in ["concerned", "subjects", "gained", "lost"] {
        assert_eq!(second[number], first[number], "{number}");
    }
}

#[tokio::test]
async fn a_grant_that_is_tried_is_listed_page_by_page() {
    let hall = Hall::open().await;
    let tried = json!({"type": "create_client_grant", "body": {
        "client_id": hall.idle.id, "audience": API, "scope": ["read"], "organization_usage": "allow",
        "allow_any_organization": true,
    }});
    let first = hall.shop.vendor.post("/dry-runs?take=1", tried.clone()).await.is(200);
    let path = format!("/dry-runs?take=1&from={}", first["next"].as_str().unwrap());
    let second = hall.shop.vendor.post(&path, tried.clone()).await.is(200);
    assert!(second.get("next").is_none(), "{second}");
    let pages = json!([first["effects"][0], second["effects"][0]]);
    assert_eq!(pages, hall.try_out(&tried).await["effects"]);
}

#[tokio::test]
async fn a_client_is_looked_at_on_the_apis_of_its_grants_and_counts_once() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    // On each of the APIs each of the grants would be more than is looked at.
    let numbers =
        "WITH RECURSIVE numbers(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1100)";
    let apis = "INSERT INTO resource_servers (tenant_id, id, identifier, name, is_system, body, created_at)";
    let rows =
        "SELECT tenant_id, 'api_' || n, 'https://api.example/' || n, name, is_system, body, created_at";
    let like = format!("FROM numbers, resource_servers WHERE id = '{}'", hall.shop.api);
    vendor.node.database.execute(format!("{apis} {numbers} {rows} {like}")).await;
    let defined = "INSERT INTO permissions (tenant_id, resource_server_id, value, position)";
    let rows = "SELECT tenant_id, 'api_' || n, value, position FROM numbers, permissions";
    let like = format!("WHERE resource_server_id = '{}'", hall.shop.api);
    vendor.node.database.execute(format!("{defined} {numbers} {rows} {like}")).await;
    let columns =
        "scope, allow_all_scopes, organization_usage, allow_any_organization, is_system, created_at";
    let grants = "INSERT INTO client_grants (tenant_id, id, client_id, resource_server_id, subject_type,";
    let idle = &hall.idle.id;
    let rows = format!("SELECT tenant_id, 'cgr_' || n, '{idle}', 'api_' || n, subject_type, {columns}");
    let like = format!("FROM numbers, client_grants WHERE id = '{}'", hall.shop.grant);
    vendor.node.database.execute(format!("{grants} {columns}) {numbers} {rows} {like}")).await;
    let rules = json!({"allowed_clients": [hall.robot.id]});
    let body = json!({"name": "P", "applies_to": {"client_id": idle}, "rules": rules});
    let told = hall.try_out(&json!({"type": "create_access_policy", "body": body})).await;
    let numbers = ["concerned", "subjects", "lost"].map(|number| told[number].as_u64());
    assert_eq!(numbers, [Some(101), Some(1), Some(202)]);
}

//! Connections of organizations, in both views: contract section 3.5.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::Vendor;

/// A vendor with an organization, a database connection and another one.
struct House {
    vendor: Vendor,
    organization: String,
    database: String,
    other: String,
}

impl House {
    async fn new() -> Self {
        let vendor = Vendor::new().await;
        let organization = vendor.organization("aurora").await;
        let database = vendor.connection("people", "auth0", json!({})).await;
        let other = vendor.connection("corp", "oidc", json!({})).await;
        Self { vendor, organization, database, other }
    }

    fn enabled(&self) -> String {
        format!("/organizations/{}/enabled_connections", self.organization)
    }

    fn all(&self) -> String {
        format!("/organizations/{}/connections", self.organization)
    }
}

#[tokio::test]
async fn the_older_view_answers_what_the_contract_records() {
    let house = House::new().await;
    let made = house.vendor.post(&house.enabled(), json!({"connection_id": house.database})).await.is(201);
    let expected = json!({
        "connection_id": house.database, "assign_membership_on_login": false, "is_signup_enabled": false,
        "show_as_button": true, "connection": {"name": "people", "strategy": "auth0"},
    });
    assert_eq!(made, expected);
    let path = format!("{}/{}", house.enabled(), house.database);
    assert_eq!(house.vendor.get(&path).await.is(200), expected);
    let made = house.vendor.post(&house.enabled(), json!({"connection_id": house.other})).await.is(201);
    assert!(made.get("is_signup_enabled").is_none(), "only of database connections: {made}");
}

#[tokio::test]
async fn the_newer_view_answers_more_of_the_same() {
    let house = House::new().await;
    house.vendor.enable(&house.organization, &house.database, json!({})).await;
    let path = format!("{}/{}", house.all(), house.database);
    let expected = json!({
        "connection_id": house.database, "assign_membership_on_login": false, "is_signup_enabled": false,
        "show_as_button": true, "is_enabled": true, "organization_access_level": "none",
        "connection": {"name": "people", "strategy": "auth0"},
    });
    assert_eq!(house.vendor.get(&path).await.is(200), expected);
    let patch = json!({"organization_connection_name": "Staff", "organization_access_level": "full"});
    let named = house.vendor.patch(&path, patch).await.is(200);
    assert_eq!(
        (&named["organization_connection_name"], &named["organization_access_level"]),
        (&json!("Staff"), &json!("full"))
    );
    let patch = json!({"organization_connection_name": null, "organization_access_level": null});
    assert_eq!(house.vendor.patch(&path, patch).await.is(200), expected);
}

#[tokio::test]
async fn what_is_not_enabled_is_seen_in_the_newer_view_alone() {
    let house = House::new().await;
    let new =
        json!({"connection_id": house.other, "is_enabled": false, "organization_access_level": "limited"});
    house.vendor.post(&house.all(), new).await.is(201);
    house.vendor.enable(&house.organization, &house.database, json!({})).await;
    let ids = |list: Value| -> Vec<Value> {
        list.as_array().unwrap().iter().map(|item| item["connection_id"].clone()).collect()
    };
    assert_eq!(ids(house.vendor.get(&house.enabled()).await.is(200)), [json!(house.database)]);
    assert_eq!(ids(house.vendor.get(&house.all()).await.is(200)).len(), 2);
    let disabled = house.vendor.get(&format!("{}?is_enabled=false", house.all())).await.is(200);
    assert_eq!(ids(disabled), [json!(house.other)]);
    let hidden = format!("{}/{}", house.enabled(), house.other);
    house.vendor.get(&hidden).await.refuses(404, "", "No connection found by that id");
    house.vendor.delete(&hidden).await.refuses(404, "", "No connection found by that id");
    house.vendor.enable(&house.organization, &house.other, json!({})).await;
    assert_eq!(ids(house.vendor.get(&house.enabled()).await.is(200)).len(), 2);
}

#[rstest]
#[case::without_membership("people", json!({"is_signup_enabled": true}))]
#[case::of_another_kind("corp", json!({"is_signup_enabled": true, "assign_membership_on_login": true}))]
#[tokio::test]
async fn sign_up_needs_a_database_connection_that_makes_members(#[case] name: &str, #[case] more: Value) {
    let house = House::new().await;
    let id = if name == "people" { &house.database } else { &house.other };
    let mut body = more.clone();
    body["connection_id"] = json!(id);
    let message =
        "Only database connections with assign_membership_on_login = true support is_signup_enabled = true.";
    for view in [house.enabled(), house.all()] {
        house.vendor.post(&view, body.clone()).await.refuses(400, "invalid_body", message);
    }
    house.vendor.enable(&house.organization, id, json!({})).await;
    for view in [house.enabled(), house.all()] {
        house.vendor.patch(&format!("{view}/{id}"), more.clone()).await.refuses(400, "invalid_body", message);
    }
}

#[tokio::test]
async fn sign_up_ends_with_membership() {
    let house = House::new().await;
    let both = json!({"is_signup_enabled": true, "assign_membership_on_login": true});
    house.vendor.enable(&house.organization, &house.database, both).await;
    let path = format!("{}/{}", house.enabled(), house.database);
    assert_eq!(house.vendor.get(&path).await.is(200)["is_signup_enabled"], true);
    house.vendor.patch(&path, json!({"assign_membership_on_login": false})).await.is(400);
    let neither = json!({"is_signup_enabled": false, "assign_membership_on_login": false});
    assert_eq!(house.vendor.patch(&path, neither).await.is(200)["is_signup_enabled"], false);
}

#[tokio::test]
async fn a_connection_is_added_once() {
    let house = House::new().await;
    house.vendor.enable(&house.organization, &house.database, json!({})).await;
    for view in [house.enabled(), house.all()] {
        let answer = house.vendor.post(&view, json!({"connection_id": house.database})).await;
        answer.refuses(
            409,
            "organization_connection_conflict",
            "The organization connection already exists.",
        );
    }
}

#[tokio::test]
async fn an_unknown_connection_is_refused() {
    let house = House::new().await;
    let message = "The specified connection does not exist.";
    let body = json!({"connection_id": "con_nothing"});
    house.vendor.post(&house.enabled(), body).await.refuses(400, "invalid_body", message);
}

#[tokio::test]
async fn a_removed_connection_is_gone_from_both_views() {
    let house = House::new().await;
    house.vendor.enable(&house.organization, &house.database, json!({})).await;
    house.vendor.delete(&format!("{}/{}", house.all(), house.database)).await.is(204);
    for view in [house.enabled(), house.all()] {
        assert_eq!(house.vendor.get(&view).await.is(200), json!([]));
    }
}

#[tokio::test]
async fn an_organization_can_start_with_connections() {
    let mut house = House::new().await;
    let enabled = json!([{"connection_id": house.database, "assign_membership_on_login": true}]);
    let body = json!({"name": "borealis", "enabled_connections": enabled});
    let made = house.vendor.post("/organizations", body.clone()).await.is(201);
    assert_eq!(made["enabled_connections"][0]["connection"]["name"], "people");
    let id = made["id"].as_str().unwrap();
    let list = house.vendor.get(&format!("/organizations/{id}/enabled_connections")).await.is(200);
    assert_eq!(list, made["enabled_connections"]);
    assert!(
        house.vendor.get(&format!("/organizations/{id}")).await.is(200).get("enabled_connections").is_none()
    );

    let unknown = json!({"name": "cirrus", "enabled_connections": [{"connection_id": "con_nothing"}]});
    house.vendor.post("/organizations", unknown).await.is(400);
    house.vendor.get("/organizations/name/cirrus").await.is(404);
    house.vendor.token = house.vendor.management_token("create:organizations").await;
    let message = "Insufficient scope, expected any of: create:organization_connections";
    house.vendor.post("/organizations", body).await.refuses(403, "insufficient_scope", message);
}

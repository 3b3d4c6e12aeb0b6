//! `/logs`: changes and token events, read and searched (contract section 11, design section 6).

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, concurrently, segment};

const API: &str = "https://api.example";

impl Vendor {
    /// Waits until every token event so far is in the log.
    async fn flush(&self) {
        let app = self.node.app();
        concurrently(async move { app.flush_events().await }).await.unwrap();
    }

    async fn found(&self, search: &str) -> Vec<Value> {
        let list = self.get(&format!("/logs?per_page=100&search={}", segment(search))).await.is(200);
        list.as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_change_says_who_did_what_before_and_after() {
    let vendor = Vendor::new().await;
    let organization = vendor.organization("aurora").await;
    vendor.patch(&format!("/organizations/{organization}"), json!({"display_name": "Aurora"})).await.is(200);
    let found = vendor.found("type:sapi AND details.action:organization.updated").await;
    assert_eq!(found.len(), 1);
    let entry = &found[0];
    assert_eq!(
        (&entry["client_id"], &entry["organization_id"]),
        (&json!(vendor.manager.id), &json!(organization))
    );
    let details = &entry["details"];
    assert_eq!(
        (&details["before"]["display_name"], &details["after"]["display_name"]),
        (&Value::Null, &json!("Aurora"))
    );
    assert_eq!(details["epoch"], vendor.epoch().await);
    assert_eq!(entry["log_id"], entry["_id"]);
}

#[tokio::test]
async fn a_token_is_noted_with_its_organization() {
    let vendor = Vendor::new().await;
    vendor.api(API, &["read"]).await;
    let machine = vendor.client("Export").await;
    let grant = vendor.grant(&machine, API, &["read"], "allow").await;
    let organization = vendor.organization("aurora").await;
    vendor.associate(&organization, &grant).await;
    vendor.ask(&machine, &[("audience", API), ("organization", &organization)]).await.is(200);
    vendor.flush().await;
    let found = vendor.found(&format!("type:seccft AND client_id:{}", machine.id)).await;
    assert_eq!(found.len(), 1);
    let entry = &found[0];
    assert_eq!(
        (&entry["organization_id"], &entry["organization_name"]),
        (&json!(organization), &json!("aurora"))
    );
    assert_eq!(
        (&entry["client_name"], &entry["audience"], &entry["scope"]),
        (&json!("Export"), &json!(API), &json!("read"))
    );
}

#[tokio::test]
async fn a_refused_token_is_noted_with_the_reason() {
    let vendor = Vendor::new().await;
    let machine = vendor.client("Export").await;
    vendor.ask(&machine, &[("audience", "https://nowhere.example")]).await.is(403);
    vendor.flush().await;
    let found = vendor.found("type:feccft").await;
    assert_eq!(found[0]["description"], "Service not enabled within domain: https://nowhere.example");
}

#[rstest]
#[case("type:sapi", true)]
#[case("type:seccft", false)]
#[case("description:organization*", true)]
#[case("details.subject:{organization}", true)]
#[case("organization_id:{organization} AND NOT type:sapi", false)]
#[case("date:[2000-01-01 TO 2001-01-01]", false)]
#[tokio::test]
async fn the_log_is_searched(#[case] search: &str, #[case] holds: bool) {
    let vendor = Vendor::new().await;
    let organization = vendor.organization("aurora").await;
    let found = vendor.found(&search.replace("{organization}", &organization)).await;
    let is_there = found.iter().any(|entry| entry["details"]["action"] == "organization.created");
    assert_eq!(is_there, holds, "{search}");
}

#[tokio::test]
async fn an_entry_is_found_by_its_id() {
    let vendor = Vendor::new().await;
    let entry = vendor.get("/logs?per_page=1").await.is(200)[0].clone();
    let path = format!("/logs/{}", entry["log_id"].as_str().unwrap());
    assert_eq!(vendor.get(&path).await.is(200), entry);
    vendor.get("/logs/1").await.refuses(404, "", "The log event does not exist.");
}

#[tokio::test]
async fn the_entries_of_a_user_are_listed_with_the_user() {
    let vendor = Vendor::new().await;
    let user = vendor.user("ada@example.com").await;
    vendor.user("bo@example.com").await;
    let list = vendor.get(&format!("/users/{}/logs", segment(&user))).await.is(200);
    assert_eq!((list.as_array().unwrap().len(), &list[0]["user_id"]), (1, &json!(user)));
}

#[tokio::test]
async fn each_tenant_has_a_log_of_its_own() {
    let vendor = Vendor::new().await;
    let rival = vendor.rival().await;
    vendor.organization("aurora").await;
    assert!(rival.found("details.action:organization.created").await.is_empty());
}

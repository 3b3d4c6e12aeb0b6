//! `/access-policies`.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::Vendor;

const API: &str = "https://api.example";

#[tokio::test]
async fn a_policy_is_made_shown_changed_and_deleted() {
    let vendor = Vendor::new().await;
    vendor.api(API, &["read"]).await;
    let organization = vendor.organization("aurora").await;
    let client = vendor.client("Export").await.id;
    let connection = vendor.connection("corporate", "samlp", json!({})).await;
    let rules = json!({
        "require_verified_email": true, "allowed_networks": ["192.0.2.0/24", "2001:db8::/32"],
        "denied_networks": ["192.0.2.7/32"], "allowed_audiences": [API], "allowed_clients": [client],
        "allowed_organizations": [organization], "require_organization": true, "max_session_age": 3600,
        "allowed_connections": [connection],
    });
    let applies_to = json!({"client_id": client, "organization_id": organization, "audience": API});
    let new = json!({"name": "Office", "applies_to": applies_to, "rules": rules});
    let made = vendor.post("/access-policies", new).await.is(201);
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("pol_") && id.len() == 20, "{id}");
    assert_eq!(made, json!({"id": id, "name": "Office", "applies_to": applies_to, "rules": rules}));
    let path = format!("/access-policies/{id}");
    assert_eq!(vendor.get(&path).await.is(200), made);
    assert_eq!(vendor.get("/access-policies").await.is(200), json!([made]));
    let patch = json!({"applies_to": {}, "rules": {"denied_networks": ["198.51.100.9"]}});
    let after = vendor.patch(&path, patch).await.is(200);
    let rules = json!({"denied_networks": ["198.51.100.9/32"]});
    assert_eq!(after, json!({"id": id, "name": "Office", "applies_to": {}, "rules": rules}));
    let change = vendor.changes_in_the_log().await.pop().unwrap();
    assert_eq!((&change["details"]["before"], &change["details"]["after"]), (&made, &after));
    vendor.delete(&path).await.is(204);
    vendor.get(&path).await.refuses(404, "", "The access policy does not exist.");
    vendor.delete(&path).await.refuses(404, "", "The access policy does not exist.");
}

#[tokio::test]
async fn policies_are_listed_by_page() {
    let vendor = Vendor::new().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(vendor.policy(json!({}), json!({"max_session_age": 60})).await);
    }
    let page = vendor.get("/access-policies?per_page=2&page=1&include_totals=true").await.is(200);
    assert_eq!((&page["total"], &page["access_policies"][0]["id"]), (&json!(3), &json!(made[2])));
    let first = vendor.get("/access-policies?take=2").await.is(200);
    let next = first["next"].as_str().unwrap();
    let rest = vendor.get(&format!("/access-policies?take=2&from={next}")).await.is(200);
    assert_eq!(rest["access_policies"][0]["id"], json!(made[2]));
    assert!(rest.get("next").is_none());
}

#[rstest]
#[case::no_name(json!({"rules": {"max_session_age": 1}}), "name")]
#[case::empty_name(json!({"name": "", "rules": {"max_session_age": 1}}), "name")]
#[case::name_of_a_wrong_type(json!({"name": 7, "rules": {"max_session_age": 1}}), "name")]
#[case::long_name(json!({"name": "x".repeat(256), "rules": {"max_session_age": 1}}), "name")]
#[case::no_rules(json!({"name": "P"}), "rules")]
#[case::no_rule(json!({"name": "P", "rules": {}}), "rules")]
#[case::nothing_demanded(json!({"name": "P", "rules": {"require_verified_email": false}}), "rules")]
#[case::unknown_rule(json!({"name": "P", "rules": {"max_age": 1}}), "rules.max_age")]
#[case::rule_of_a_wrong_type(json!({"name": "P", "rules": {"max_session_age": "1"}}), "rules.max_session_age")]
#[case::no_time(json!({"name": "P", "rules": {"max_session_age": 0}}), "rules.max_session_age")]
#[case::too_much_time(json!({"name": "P", "rules": {"max_session_age": 31557601}}), "rules.max_session_age")]
#[case::no_network(json!({"name": "P", "rules": {"allowed_networks": ["example.com"]}}), "rules.allowed_networks[0]")]
#[case::network_of_a_wrong_type(json!({"name": "P", "rules": {"denied_networks": [7]}}), "rules.denied_networks[0]")]
#[case::bits_beyond(json!({"name": "P", "rules": {"denied_networks": ["10.1.2.3/8"]}}), "rules.denied_networks[0]")]
#[case::no_networks(json!({"name": "P", "rules": {"allowed_networks": []}}), "rules.allowed_networks")]
#[case::too_many(json!({"name": "P", "rules": {"allowed_networks": vec!["10.0.0.0/8"; 101]}}), "rules.allowed_networks")]
#[case::unknown_audience(json!({"name": "P", "rules": {"allowed_audiences": ["https://no.example"]}}), "rules.allowed_audiences")]
#[case::unknown_client(json!({"name": "P", "rules": {"allowed_clients": ["nobody"]}}), "rules.allowed_clients")]
#[case::long_client(json!({"name": "P", "rules": {"allowed_clients": ["x".repeat(1025)]}}), "rules.allowed_clients")]
#[case::unknown_organization(json!({"name": "P", "rules": {"allowed_organizations": ["org_no"]}}), "rules.allowed_organizations")]
#[case::unknown_connection(json!({"name": "P", "rules": {"allowed_connections": ["con_no"]}}), "rules.allowed_connections")]
#[case::for_an_unknown_client(json!({"name": "P", "applies_to": {"client_id": "no"}, "rules": {"max_session_age": 1}}), "applies_to.client_id")]
#[case::for_an_unknown_organization(json!({"name": "P", "applies_to": {"organization_id": "no"}, "rules": {"max_session_age": 1}}), "applies_to.organization_id")]
#[case::for_an_unknown_api(json!({"name": "P", "applies_to": {"audience": "no"}, "rules": {"max_session_age": 1}}), "applies_to.audience")]
#[case::for_something_else(json!({"name": "P", "applies_to": {"user_id": "no"}, "rules": {"max_session_age": 1}}), "applies_to.user_id")]
#[case::another_field(json!({"name": "P", "rules": {"max_session_age": 1}, "order": 1}), "order")]
#[tokio::test]
async fn what_cannot_be_is_refused_by_the_name_of_the_field(#[case] body: Value, #[case] field: &str) {
    let vendor = Vendor::new().await;
    let before = vendor.epoch().await;
    let refused = vendor.post("/access-policies", body).await.is(400);
    assert_eq!(refused["errorCode"], "invalid_body");
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains(field), "{field} is not in {message}");
    assert_eq!(vendor.epoch().await, before);
}

#[tokio::test]
async fn a_network_is_refused_in_words_that_help() {
    let vendor = Vendor::new().await;
    let body = json!({"name": "P", "rules": {"denied_networks": ["10.1.2.3/8"]}});
    let message = vendor.post("/access-policies", body).await.is(400)["message"].clone();
    assert!(message.as_str().unwrap().contains("the network 10.0.0.0/8"), "{message}");
}

#[tokio::test]
async fn a_policy_names_nothing_of_another_tenant() {
    let vendor = Vendor::new().await;
    let rival = vendor.rival().await;
    vendor.api(API, &[]).await;
    let organization = vendor.organization("aurora").await;
    let client = vendor.client("Export").await.id;
    let rules = json!({"max_session_age": 60});
    for applies_to in
        [json!({"organization_id": organization}), json!({"client_id": client}), json!({"audience": API})]
    {
        let new = json!({"name": "P", "applies_to": applies_to, "rules": rules});
        rival.post("/access-policies", new).await.is(400);
    }
    for rules in [json!({"allowed_organizations": [organization]}), json!({"allowed_clients": [client]})] {
        rival.post("/access-policies", json!({"name": "P", "rules": rules})).await.is(400);
    }
}

#[tokio::test]
async fn a_policy_goes_with_what_it_applies_to() {
    let vendor = Vendor::new().await;
    let api = vendor.api(API, &[]).await;
    let organization = vendor.organization("aurora").await;
    let client = vendor.client("Export").await.id;
    let rules = json!({"max_session_age": 60});
    for (applies_to, path) in [
        (json!({"organization_id": organization}), format!("/organizations/{organization}")),
        (json!({"client_id": client}), format!("/clients/{client}")),
        (json!({"audience": API}), format!("/resource-servers/{api}")),
    ] {
        let id = vendor.policy(applies_to, rules.clone()).await;
        vendor.delete(&path).await.is(204);
        vendor.get(&format!("/access-policies/{id}")).await.is(404);
    }
}

#[tokio::test]
async fn only_so_many_policies_apply_to_the_same() {
    let vendor = Vendor::new().await;
    vendor.set(json!({"limits": {"access_policies_per_target": 2}})).await;
    let organization = vendor.organization("aurora").await;
    let rules = json!({"max_session_age": 60});
    vendor.policy(json!({}), rules.clone()).await;
    let second = vendor.policy(json!({}), rules.clone()).await;
    let full = "Quota exceeded; no more than 2 access policies can apply to the same";
    let third = json!({"name": "P", "rules": rules});
    vendor.post("/access-policies", third).await.refuses(409, "", full);
    let other = vendor.policy(json!({"organization_id": organization}), rules.clone()).await;
    let moved = vendor.patch(&format!("/access-policies/{other}"), json!({"applies_to": {}})).await;
    moved.refuses(409, "", full);
    let renamed = json!({"name": "Renamed", "applies_to": {}});
    vendor.patch(&format!("/access-policies/{second}"), renamed).await.is(200);
}

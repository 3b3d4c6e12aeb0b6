//! `/client-grants`: contract section 7.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Machine, Vendor};

const API: &str = "https://api.example";

async fn with_client() -> (Vendor, Machine) {
    let vendor = Vendor::new().await;
    vendor.api(API, &["read", "write"]).await;
    let machine = vendor.client("Export").await;
    (vendor, machine)
}

#[tokio::test]
async fn a_new_grant_is_for_the_client_itself() {
    let (vendor, machine) = with_client().await;
    let new = json!({"client_id": machine.id, "audience": API, "scope": ["read"]});
    let made = vendor.post("/client-grants", new).await.is(201);
    let expected = json!({
        "id": made["id"], "client_id": machine.id, "audience": API, "scope": ["read"], "subject_type": "client",
    });
    assert_eq!(made, expected);
    assert!(made["id"].as_str().unwrap().starts_with("cgr_"));
}

#[tokio::test]
async fn a_grant_of_all_scopes_shows_none() {
    let (vendor, machine) = with_client().await;
    let new = json!({"client_id": machine.id, "audience": API, "allow_all_scopes": true});
    let made = vendor.post("/client-grants", new).await.is(201);
    assert_eq!((made.get("scope"), &made["allow_all_scopes"]), (None, &json!(true)));
}

#[tokio::test]
async fn a_second_grant_of_the_same_api_is_refused() {
    let (vendor, machine) = with_client().await;
    vendor.grant(&machine, API, &["read"], "deny").await;
    let again = json!({"client_id": machine.id, "audience": API, "scope": ["write"]});
    let message = "A resource server with the same identifier already exists";
    vendor.post("/client-grants", again).await.refuses(409, "resource_server_conflict", message);
}

#[rstest]
#[case::client(json!({"client_id": "nobody", "audience": API, "scope": []}), "inexistent_client", "Client not found")]
#[case::api(json!({"audience": "https://nowhere.example", "scope": []}), "inexistent_resource_server", "Resource server not found")]
#[tokio::test]
async fn what_is_unknown_is_named(#[case] mut body: Value, #[case] code: &str, #[case] message: &str) {
    let (vendor, machine) = with_client().await;
    if body.get("client_id").is_none() {
        body["client_id"] = machine.id.into();
    }
    vendor.post("/client-grants", body).await.refuses(404, code, message);
}

#[tokio::test]
async fn another_tenants_client_and_api_are_unknown() {
    let (vendor, machine) = with_client().await;
    let rival = vendor.rival().await;
    let own = rival.client("Own").await;
    let body = json!({"client_id": own.id, "audience": API, "scope": []});
    rival.post("/client-grants", body).await.refuses(
        404,
        "inexistent_resource_server",
        "Resource server not found",
    );
    rival.api(API, &[]).await;
    let body = json!({"client_id": machine.id, "audience": API, "scope": []});
    rival.post("/client-grants", body).await.refuses(404, "inexistent_client", "Client not found");
}

#[rstest]
#[case::undefined_scope(json!({"scope": ["delete"]}))]
#[case::no_scope(json!({}))]
#[case::both(json!({"scope": ["read"], "allow_all_scopes": true}))]
#[tokio::test]
async fn a_scope_that_cannot_be_is_refused(#[case] mut body: Value) {
    let (vendor, machine) = with_client().await;
    body["client_id"] = machine.id.into();
    body["audience"] = API.into();
    assert_eq!(vendor.post("/client-grants", body).await.is(400)["errorCode"], "invalid_body");
}

#[tokio::test]
async fn a_grant_is_changed_and_deleted() {
    let (vendor, machine) = with_client().await;
    let path = format!("/client-grants/{}", vendor.grant(&machine, API, &["read"], "allow").await);
    let patch = json!({"scope": [], "organization_usage": null, "allow_any_organization": true});
    let after = vendor.patch(&path, patch).await.is(200);
    assert_eq!((&after["scope"], after.get("organization_usage")), (&json!([]), None));
    assert_eq!(after["allow_any_organization"], true);
    vendor.delete(&path).await.is(204);
    vendor.get(&path).await.refuses(404, "inexistent_client_grant", "The client grant does not exist");
}

#[rstest]
#[case("client_id={client}", 1)]
#[case("audience=https%3A%2F%2Fapi.example", 1)]
#[case("audience=https%3A%2F%2Fnowhere.example", 0)]
#[case("allow_any_organization=true", 0)]
#[case("subject_type=user", 0)]
#[tokio::test]
async fn grants_are_filtered(#[case] query: &str, #[case] count: usize) {
    let (vendor, machine) = with_client().await;
    vendor.grant(&machine, API, &["read"], "allow").await;
    let query = query.replace("{client}", &machine.id);
    assert_eq!(vendor.get(&format!("/client-grants?{query}")).await.is(200).as_array().unwrap().len(), count);
}

#[tokio::test]
async fn the_organizations_of_a_grant_are_listed() {
    let (vendor, machine) = with_client().await;
    let grant = vendor.grant(&machine, API, &["read"], "allow").await;
    let organization = vendor.organization("aurora").await;
    vendor.organization("borealis").await;
    vendor.associate(&organization, &grant).await;
    let list = vendor.get(&format!("/client-grants/{grant}/organizations")).await.is(200);
    assert_eq!((list.as_array().unwrap().len(), &list[0]["id"]), (1, &json!(organization)));
}

//! `/clients`: contract section 6.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::Vendor;

const ABSENT: &str = "The client does not exist";

async fn made(vendor: &Vendor, body: Value) -> (Value, String) {
    let client = vendor.post("/clients", body).await.is(201);
    let path = format!("/clients/{}", client["client_id"].as_str().unwrap());
    (client, path)
}

#[tokio::test]
async fn a_new_client_has_the_defaults_an_id_and_a_secret() {
    let vendor = Vendor::new().await;
    let (client, _) = made(&vendor, json!({"name": "App"})).await;
    assert_eq!(
        (client["client_id"].as_str().unwrap().len(), client["client_secret"].as_str().unwrap().len()),
        (32, 64)
    );
    assert_eq!(
        client["grant_types"],
        json!(["authorization_code", "implicit", "refresh_token", "client_credentials"])
    );
    let expected = json!({"secret_encoded": false, "lifetime_in_seconds": 36000});
    assert_eq!((&client["jwt_configuration"], &client["is_first_party"]), (&expected, &json!(true)));
    assert_eq!(
        (&client["oidc_conformant"], &client["tenant"], &client["global"]),
        (&json!(false), &json!("default"), &json!(false))
    );
}

#[rstest]
#[case("non_interactive", "client_secret_post", json!(["client_credentials"]))]
#[case("spa", "none", json!(["authorization_code", "implicit", "refresh_token", "client_credentials"]))]
#[tokio::test]
async fn the_kind_of_application_sets_how_it_asks(
    #[case] kind: &str,
    #[case] method: &str,
    #[case] grants: Value,
) {
    let vendor = Vendor::new().await;
    let (client, _) = made(&vendor, json!({"name": "App", "app_type": kind})).await;
    assert_eq!((&client["token_endpoint_auth_method"], &client["grant_types"]), (&json!(method), &grants));
}

#[rstest]
#[case(json!({}))]
#[case(json!({"name": ""}))]
#[case(json!({"name": "<b>"}))]
#[case(json!({"name": "App", "grant_types": ["magic"]}))]
#[case(json!({"name": "App", "app_type": "toaster"}))]
#[case(json!({"name": "App", "description": "x".repeat(141)}))]
#[case(json!({"name": "App", "default_organization": {"organization_id": "org_nothing", "flows": ["client_credentials"]}}))]
#[tokio::test]
async fn a_client_that_cannot_be_is_refused(#[case] body: Value) {
    assert_eq!(Vendor::new().await.post("/clients", body).await.is(400)["errorCode"], "invalid_body");
}

#[tokio::test]
async fn metadata_is_merged_and_null_deletes_a_key() {
    let vendor = Vendor::new().await;
    let (_, path) = made(&vendor, json!({"name": "App", "client_metadata": {"a": "1", "b": "2"}})).await;
    let after = vendor.patch(&path, json!({"client_metadata": {"a": null, "c": "3"}})).await.is(200);
    assert_eq!(after["client_metadata"], json!({"b": "2", "c": "3"}));
}

#[tokio::test]
async fn metadata_has_at_most_ten_properties() {
    let vendor = Vendor::new().await;
    let nine: serde_json::Map<String, Value> =
        (0..9).map(|number| (number.to_string(), json!("x"))).collect();
    let (_, path) = made(&vendor, json!({"name": "App", "client_metadata": nine})).await;
    vendor.patch(&path, json!({"client_metadata": {"ten": "x"}})).await.is(200);
    assert_eq!(
        vendor.patch(&path, json!({"client_metadata": {"eleven": "x"}})).await.is(400)["errorCode"],
        "invalid_body"
    );
}

#[tokio::test]
async fn null_removes_the_default_organization() {
    let vendor = Vendor::new().await;
    let organization = vendor.organization("aurora").await;
    let default = json!({"organization_id": organization, "flows": ["client_credentials"]});
    let (client, path) = made(&vendor, json!({"name": "App", "default_organization": default})).await;
    assert_eq!(client["default_organization"], default);
    let after = vendor.patch(&path, json!({"default_organization": null})).await.is(200);
    assert!(after.get("default_organization").is_none(), "{after}");
}

#[tokio::test]
async fn a_third_party_client_cannot_have_organizations() {
    let vendor = Vendor::new().await;
    let body = json!({"name": "App", "is_first_party": false, "organization_usage": "allow"});
    let refused = vendor.post("/clients", body).await.is(403);
    let message = refused["message"].as_str().unwrap();
    assert!(message.starts_with("Organizations are only available to first party clients"), "{message}");
}

#[tokio::test]
async fn an_organization_usage_that_was_never_set_is_left_out() {
    let vendor = Vendor::new().await;
    let (client, path) = made(&vendor, json!({"name": "App"})).await;
    assert!(client.get("organization_usage").is_none(), "{client}");
    let after = vendor.patch(&path, json!({"organization_usage": "require"})).await.is(200);
    assert_eq!(after["organization_usage"], "require");
}

#[tokio::test]
async fn a_rotation_answers_the_whole_client_with_a_new_secret() {
    let vendor = Vendor::new().await;
    let (client, path) = made(&vendor, json!({"name": "App"})).await;
    let rotated = vendor.post(&format!("{path}/rotate-secret"), json!({})).await.is(200);
    assert_eq!((&rotated["name"], &rotated["client_id"]), (&client["name"], &client["client_id"]));
    assert_ne!(rotated["client_secret"], client["client_secret"]);
}

#[tokio::test]
async fn a_deleted_client_is_gone() {
    let vendor = Vendor::new().await;
    let (_, path) = made(&vendor, json!({"name": "App"})).await;
    vendor.delete(&path).await.is(204);
    for answer in [vendor.get(&path).await, vendor.patch(&path, json!({})).await, vendor.delete(&path).await]
    {
        answer.refuses(404, "inexistent_client", ABSENT);
    }
}

#[rstest]
#[case("app_type=spa", 1)]
#[case("app_type=spa,native", 1)]
#[case("app_type=native", 0)]
#[case("is_first_party=false", 0)]
#[tokio::test]
async fn clients_are_filtered(#[case] query: &str, #[case] count: usize) {
    let vendor = Vendor::new().await;
    made(&vendor, json!({"name": "App", "app_type": "spa"})).await;
    assert_eq!(vendor.get(&format!("/clients?{query}")).await.is(200).as_array().unwrap().len(), count);
}

#[tokio::test]
async fn the_client_that_stands_for_all_is_listed_alone() {
    let vendor = Vendor::new().await;
    made(&vendor, json!({"name": "App"})).await;
    let listed = vendor.get("/clients?is_global=true&include_totals=true&fields=name,global").await.is(200);
    assert_eq!(listed["total"], 1);
    assert_eq!(
        (&listed["clients"][0]["name"], &listed["clients"][0]["global"]),
        (&json!("All Applications"), &json!(true))
    );
    assert_eq!(vendor.get("/clients?is_global=true&page=1").await.is(200), json!([]));
    let others = vendor.get("/clients").await.is(200);
    assert!(others.as_array().unwrap().iter().all(|client| client["global"] == false));
}

#[tokio::test]
async fn the_client_that_stands_for_all_is_no_client() {
    let vendor = Vendor::new().await;
    let listed = vendor.get("/clients?is_global=true").await.is(200);
    let id = listed[0]["client_id"].as_str().unwrap();
    vendor.get(&format!("/clients/{id}")).await.refuses(
        404,
        "inexistent_client",
        "The client does not exist",
    );
    let update = vendor.patch(&format!("/clients/{id}"), json!({"custom_login_page_on": false})).await;
    update.refuses(404, "inexistent_client", "The client does not exist");
}

#[tokio::test]
async fn clients_are_searched_by_the_organizations_of_their_grants() {
    let vendor = Vendor::new().await;
    vendor.api("https://api.example", &["read"]).await;
    let machine = vendor.client("Export").await;
    let grant = vendor.grant(&machine, "https://api.example", &["read"], "allow").await;
    let organization = vendor.organization("aurora").await;
    vendor.associate(&organization, &grant).await;
    let found =
        vendor.get(&format!("/clients?take=10&q=client_grant.organization_id:{organization}")).await.is(200);
    assert_eq!(found["clients"][0]["client_id"], machine.id.as_str());
    let any = vendor.get("/clients?take=10&q=client_grant.allow_any_organization:true").await.is(200);
    assert_eq!(any["clients"], json!([]));
}

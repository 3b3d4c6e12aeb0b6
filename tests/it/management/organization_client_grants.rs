//! Client grants of organizations, and what narrows them there: contract section 3.6 and beyond.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::Vendor;

const API: &str = "https://api.example";

/// A vendor, the path of an organization's grants, and a grant.
async fn open() -> (Vendor, String, String) {
    let vendor = Vendor::new().await;
    vendor.api(API, &["read", "write"]).await;
    let machine = vendor.client("Export").await;
    let grant = vendor.grant(&machine, API, &["read"], "allow").await;
    let organization = vendor.organization("aurora").await;
    (vendor, format!("/organizations/{organization}/client-grants"), grant)
}

#[tokio::test]
async fn the_answer_says_grant_id_and_the_list_says_id() {
    let (vendor, path, grant) = open().await;
    let made = vendor.post(&path, json!({"grant_id": grant})).await.is(201);
    assert_eq!((&made["grant_id"], made.get("id")), (&json!(grant), None));
    let listed = vendor.get(&path).await.is(200)[0].clone();
    assert_eq!((&listed["id"], listed.get("grant_id")), (&json!(grant), None));
    for shown in [made, listed] {
        assert_eq!(
            (&shown["audience"], &shown["scope"], &shown["organization_usage"]),
            (&json!(API), &json!(["read"]), &json!("allow"))
        );
    }
}

#[tokio::test]
async fn a_narrowing_is_shown() {
    let (vendor, path, grant) = open().await;
    let role = vendor.role("Reader", API, &["read"]).await;
    vendor.post(&path, json!({"grant_id": grant, "scope": [], "roles": [role]})).await.is(201);
    let listed = vendor.get(&path).await.is(200)[0].clone();
    assert_eq!((&listed["organization_scope"], &listed["roles"]), (&json!([]), &json!([role])));
}

#[tokio::test]
async fn a_grant_is_added_once() {
    let (vendor, path, grant) = open().await;
    vendor.post(&path, json!({"grant_id": grant})).await.is(201);
    let again = vendor.post(&path, json!({"grant_id": grant})).await.is(409);
    assert_eq!(again["message"], "The client grant has already been added to this organization.");
}

#[rstest]
#[case::beyond_the_grant(json!({"scope": ["write"]}))]
#[case::unknown_role(json!({"roles": ["rol_nothing"]}))]
#[tokio::test]
async fn what_the_organization_cannot_give_is_refused(#[case] mut body: Value) {
    let (vendor, path, grant) = open().await;
    body["grant_id"] = grant.into();
    assert_eq!(vendor.post(&path, body).await.is(400)["errorCode"], "invalid_body");
    assert_eq!(vendor.get(&path).await.is(200), json!([]));
}

#[tokio::test]
async fn another_organizations_own_role_is_unknown_here() {
    let (vendor, path, grant) = open().await;
    let other = vendor.organization("other").await;
    let new = json!({"name": "Own", "type": "organization", "owner_id": other});
    let role = vendor.post("/roles", new).await.is(200)["id"].clone();
    let message = format!("One or more of the specified roles do not exist: {}", role.as_str().unwrap());
    let answer = vendor.post(&path, json!({"grant_id": grant, "roles": [role]})).await;
    answer.refuses(400, "invalid_body", &message);
}

#[tokio::test]
async fn another_tenants_grant_is_unknown() {
    let (vendor, _, grant) = open().await;
    let rival = vendor.rival().await;
    let organization = rival.organization("aurora").await;
    let answer =
        rival.post(&format!("/organizations/{organization}/client-grants"), json!({"grant_id": grant})).await;
    answer.refuses(404, "inexistent_client_grant", "The client grant does not exist");
}

#[tokio::test]
async fn a_removed_association_is_gone_and_the_grant_stays() {
    let (vendor, path, grant) = open().await;
    vendor.post(&path, json!({"grant_id": grant})).await.is(201);
    vendor.delete(&format!("{path}/{grant}")).await.is(204);
    assert_eq!(vendor.get(&path).await.is(200), json!([]));
    vendor.get(&format!("/client-grants/{grant}")).await.is(200);
}

#[rstest]
#[case("audience=https%3A%2F%2Fapi.example", 1)]
#[case("audience=https%3A%2F%2Fnowhere.example", 0)]
#[case("grant_ids={grant}&grant_ids=cgr_other", 1)]
#[case("client_id=nobody", 0)]
#[tokio::test]
async fn they_are_filtered(#[case] query: &str, #[case] count: usize) {
    let (vendor, path, grant) = open().await;
    vendor.post(&path, json!({"grant_id": grant})).await.is(201);
    let query = query.replace("{grant}", &grant);
    assert_eq!(vendor.get(&format!("{path}?{query}")).await.is(200).as_array().unwrap().len(), count);
}

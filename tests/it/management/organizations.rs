//! `/organizations`: contract sections 3.1 and 3.2.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, names};

const ABSENT: &str = "No organization found by that id or name";

#[tokio::test]
async fn a_new_organization_has_the_defaults_and_nothing_that_was_not_given() {
    let vendor = Vendor::new().await;
    let made = vendor.post("/organizations", json!({"name": "aurora"})).await.is(201);
    let id = made["id"].as_str().unwrap();
    assert!(
        id.starts_with("org_") && id.len() == 20 && id[4..].bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "{id}"
    );
    let expected = json!({
        "id": id, "name": "aurora", "third_party_client_access": "block", "is_app_entitlement_active": false,
        "token_strategy": "claim",
    });
    assert_eq!(made, expected);
}

#[tokio::test]
async fn what_was_given_is_answered_and_found_by_id_and_by_name() {
    let vendor = Vendor::new().await;
    let new = json!({
        "name": "aurora", "display_name": "Aurora", "metadata": {"plan": "gold"},
        "branding": {"logo_url": "https://a.example/logo.png", "colors": {"primary": "#123456", "page_background": "#FFF"}},
        "token_quota": {"client_credentials": {"per_day": 10, "enforce": true}},
        "third_party_client_access": "allow", "is_app_entitlement_active": true, "token_strategy": "audience",
    });
    let mut made = vendor.post("/organizations", new.clone()).await.is(201);
    let id = made["id"].as_str().unwrap().to_owned();
    for path in [format!("/organizations/{id}"), "/organizations/name/aurora".to_owned()] {
        assert_eq!(vendor.get(&path).await.is(200), made);
    }
    made.as_object_mut().unwrap().remove("id");
    assert_eq!(made, new);
}

#[rstest]
#[case::capitals("Aurora")]
#[case::space("au rora")]
#[case::starts_with_a_dash("-aurora")]
#[case::like_an_id("org_aurora")]
#[case::nothing("")]
#[case::too_long("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
#[tokio::test]
async fn a_name_that_cannot_be_is_refused(#[case] name: &str) {
    let vendor = Vendor::new().await;
    assert_eq!(
        vendor.post("/organizations", json!({"name": name})).await.is(400)["errorCode"],
        "invalid_body"
    );
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused() {
    let vendor = Vendor::new().await;
    vendor.organization("aurora").await;
    let other = vendor.organization("borealis").await;
    let message = "An organization with this name already exists.";
    let create = vendor.post("/organizations", json!({"name": "aurora"})).await;
    create.refuses(409, "organization_conflict", message);
    let rename = vendor.patch(&format!("/organizations/{other}"), json!({"name": "aurora"})).await;
    rename.refuses(409, "organization_conflict", message);
}

#[tokio::test]
async fn a_name_that_was_given_up_can_be_taken() {
    let vendor = Vendor::new().await;
    let first = vendor.organization("aurora").await;
    vendor.patch(&format!("/organizations/{first}"), json!({"name": "dawn"})).await.is(200);
    vendor.organization("aurora").await;
}

#[tokio::test]
async fn another_tenant_may_have_the_same_name() {
    let vendor = Vendor::new().await;
    vendor.organization("aurora").await;
    vendor.rival().await.organization("aurora").await;
}

async fn patched(patch: Value) -> Value {
    let vendor = Vendor::new().await;
    let given = json!({
        "display_name": "Aurora", "metadata": {"plan": "gold", "seats": "5"},
        "branding": {"logo_url": "https://a.example/logo.png"},
        "token_quota": {"client_credentials": {"per_hour": 5, "enforce": false}},
    });
    let id = vendor.organization_with("aurora", given).await;
    let answered = vendor.patch(&format!("/organizations/{id}"), patch).await.is(200);
    assert_eq!(vendor.get(&format!("/organizations/{id}")).await.is(200), answered);
    answered
}

#[tokio::test]
async fn metadata_replaces_the_whole_map() {
    assert_eq!(patched(json!({"metadata": {"plan": "silver"}})).await["metadata"], json!({"plan": "silver"}));
}

#[tokio::test]
async fn empty_metadata_makes_the_field_disappear() {
    assert!(!names(&patched(json!({"metadata": {}})).await).contains(&"metadata"));
}

#[tokio::test]
async fn what_a_patch_leaves_out_stays() {
    let after = patched(json!({"name": "aurora"})).await;
    let expected = json!({"logo_url": "https://a.example/logo.png"});
    assert_eq!((&after["branding"], &after["display_name"]), (&expected, &json!("Aurora")));
    assert_eq!(after["metadata"], json!({"plan": "gold", "seats": "5"}));
}

#[tokio::test]
async fn null_removes_the_quota() {
    assert!(!names(&patched(json!({"token_quota": null})).await).contains(&"token_quota"));
}

#[rstest]
#[case::too_many_pairs(Value::Object((0..26).map(|number| (number.to_string(), json!(""))).collect()))]
#[case::too_long_a_value(json!({"a": "x".repeat(256)}))]
#[case::no_text(json!({"a": 1}))]
#[tokio::test]
async fn metadata_beyond_its_limits_is_refused(#[case] metadata: Value) {
    let vendor = Vendor::new().await;
    let answer = vendor.post("/organizations", json!({"name": "aurora", "metadata": metadata})).await;
    assert_eq!(answer.is(400)["errorCode"], "invalid_body");
}

#[tokio::test]
async fn a_deleted_organization_is_gone_and_its_members_stay_users() {
    let vendor = Vendor::new().await;
    let id = vendor.organization("aurora").await;
    let user = vendor.user("a@example.com").await;
    vendor.member(&id, &user).await;
    assert_eq!(vendor.delete(&format!("/organizations/{id}")).await.is(204), Value::Null);
    vendor.get(&format!("/organizations/{id}")).await.refuses(404, "", ABSENT);
    vendor.delete(&format!("/organizations/{id}")).await.refuses(404, "", ABSENT);
    assert_eq!(vendor.get("/users").await.is(200).as_array().unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn an_unknown_one_is_not_found(#[values("/organizations/org_x", "/organizations/name/x")] path: &str) {
    Vendor::new().await.get(path).await.refuses(404, "", ABSENT);
}

#[tokio::test]
async fn the_summary_scope_reads_organizations_by_id_but_not_by_name() {
    let mut vendor = Vendor::new().await;
    let id = vendor.organization("aurora").await;
    vendor.token = vendor.management_token("read:organizations_summary").await;
    vendor.get(&format!("/organizations/{id}")).await.is(200);
    vendor.get("/organizations/name/aurora").await.is(403);
}

#[rstest]
#[case::by_name("q=name:auro*", &["aurora"])]
#[case::by_metadata("q=metadata.plan:gold", &["aurora"])]
#[case::all("", &["aurora", "borealis"])]
#[tokio::test]
async fn search_finds_them(#[case] query: &str, #[case] expected: &[&str]) {
    let vendor = Vendor::new().await;
    vendor.organization_with("aurora", json!({"metadata": {"plan": "gold"}})).await;
    vendor.organization_with("borealis", json!({"metadata": {"plan": "silver"}})).await;
    let found = vendor.get(&format!("/organizations/search?{query}")).await.is(200);
    let mut found: Vec<&str> = found["organizations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect();
    found.sort_unstable();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn the_tenants_strategy_is_that_of_new_organizations() {
    let vendor = Vendor::new().await;
    vendor.set(json!({"token_strategy": "audience"})).await;
    assert_eq!(
        vendor.post("/organizations", json!({"name": "aurora"})).await.is(201)["token_strategy"],
        "audience"
    );
}

//! `/users`: contract sections 2.5 and 8.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, names, segment};

const CONNECTION: &str = "Username-Password-Authentication";

async fn made(vendor: &Vendor, more: Value) -> Value {
    let mut new = json!({"connection": CONNECTION, "email": "ada@example.com"});
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    vendor.post("/users", new).await.is(201)
}

fn path(user: &Value) -> String {
    format!("/users/{}", segment(user["user_id"].as_str().unwrap()))
}

#[tokio::test]
async fn a_new_user_is_named_after_the_address() {
    let vendor = Vendor::new().await;
    let user = made(&vendor, json!({})).await;
    assert_eq!((&user["name"], &user["nickname"]), (&json!("ada@example.com"), &json!("ada")));
    assert_eq!(
        (&user["email_verified"], &user["identities"][0]["connection"]),
        (&json!(false), &json!(CONNECTION))
    );
    assert!(user["picture"].as_str().unwrap().contains("gravatar.com/avatar/"), "{user}");
    assert_eq!(vendor.get(&path(&user)).await.is(200), user);
}

#[tokio::test]
async fn a_new_users_id_is_auth0_and_24_hexadecimal_digits() {
    let vendor = Vendor::new().await;
    let user = made(&vendor, json!({})).await;
    let own = user["user_id"].as_str().unwrap().strip_prefix("auth0|").expect("auth0|");
    assert!(own.len() == 24 && own.bytes().all(|byte| byte.is_ascii_hexdigit()), "{own}");
}

#[tokio::test]
async fn an_id_that_is_given_is_kept_after_its_provider() {
    let vendor = Vendor::new().await;
    assert_eq!(made(&vendor, json!({"user_id": "from-elsewhere"})).await["user_id"], "auth0|from-elsewhere");
}

#[rstest]
#[case::address(json!({"email": "ada@example.com"}))]
#[case::id(json!({"email": "other@example.com", "user_id": "1"}))]
#[tokio::test]
async fn a_user_who_exists_is_refused(#[case] other: Value) {
    let vendor = Vendor::new().await;
    made(&vendor, json!({"user_id": "1"})).await;
    let mut body = other;
    body["connection"] = CONNECTION.into();
    vendor.post("/users", body).await.refuses(409, "user_exists", "The user already exists.");
}

#[rstest]
#[case::no_connection(json!({"email": "a@example.com"}))]
#[case::unknown_connection(json!({"email": "a@example.com", "connection": "nowhere"}))]
#[case::nobody(json!({"connection": CONNECTION}))]
#[case::no_address(json!({"connection": CONNECTION, "email": "ada"}))]
#[tokio::test]
async fn a_user_that_cannot_be_is_refused(#[case] body: Value) {
    assert_eq!(Vendor::new().await.post("/users", body).await.is(400)["errorCode"], "invalid_body");
}

#[rstest]
#[case::merges(json!({"b": 2}), Some(json!({"a": {"x": 1}, "b": 2})))]
#[case::replaces_at_the_first_level(json!({"a": {"y": 2}}), Some(json!({"a": {"y": 2}})))]
#[case::null_deletes_a_key(json!({"a": null, "b": 2}), Some(json!({"b": 2})))]
#[case::an_empty_object_clears(json!({}), None)]
#[tokio::test]
async fn metadata_is_merged_at_the_first_level(
    #[case] patch: Value,
    #[case] expected: Option<Value>,
    #[values("user_metadata", "app_metadata")] field: &str,
) {
    let vendor = Vendor::new().await;
    let user = made(&vendor, json!({field: {"a": {"x": 1}}})).await;
    let after = vendor.patch(&path(&user), json!({field: patch})).await.is(200);
    let shown = after.get(field).filter(|value| **value != json!({})).cloned();
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn a_patch_keeps_what_it_leaves_out() {
    let vendor = Vendor::new().await;
    let user = made(&vendor, json!({"given_name": "Ada", "app_metadata": {"plan": "gold"}})).await;
    let after = vendor.patch(&path(&user), json!({"blocked": true})).await.is(200);
    assert_eq!((&after["given_name"], &after["app_metadata"]), (&json!("Ada"), &json!({"plan": "gold"})));
    assert_eq!(after["blocked"], true);
}

#[tokio::test]
async fn app_metadata_alone_can_be_changed_with_the_scope_for_it() {
    let mut vendor = Vendor::new().await;
    let user = made(&vendor, json!({})).await;
    vendor.token = vendor.management_token("update:users_app_metadata").await;
    vendor.patch(&path(&user), json!({"app_metadata": {"a": 1}})).await.is(200);
    vendor.patch(&path(&user), json!({"nickname": "a"})).await.is(403);
}

#[tokio::test]
async fn deleting_a_user_succeeds_twice() {
    let vendor = Vendor::new().await;
    let user = made(&vendor, json!({})).await;
    vendor.delete(&path(&user)).await.is(204);
    vendor.get(&path(&user)).await.refuses(404, "inexistent_user", "The user does not exist.");
    vendor.delete(&path(&user)).await.is(204);
}

#[tokio::test]
async fn a_deleted_user_is_a_member_no_more() {
    let vendor = Vendor::new().await;
    let organization = vendor.organization("aurora").await;
    let user = made(&vendor, json!({})).await;
    vendor.member(&organization, user["user_id"].as_str().unwrap()).await;
    vendor.delete(&path(&user)).await.is(204);
    assert_eq!(vendor.get(&format!("/organizations/{organization}/members")).await.is(200), json!([]));
}

#[rstest]
#[case("ada@example.com", 1)]
#[case("nobody@example.com", 0)]
#[tokio::test]
async fn users_are_found_by_address(#[case] email: &str, #[case] count: usize) {
    let vendor = Vendor::new().await;
    made(&vendor, json!({})).await;
    let found = vendor.get(&format!("/users-by-email?email={email}")).await.is(200);
    assert_eq!(found.as_array().expect("a bare array").len(), count);
}

#[rstest]
#[case("email:\"ada@example.com\"", &["Ada"])]
#[case("name:A*", &["Ada"])]
#[case("app_metadata.plan:gold", &["Ada"])]
#[case("app_metadata.plan:(gold OR silver)", &["Ada", "Bo"])]
#[case("NOT app_metadata.plan:gold", &["Bo"])]
#[case("_exists_:given_name", &["Ada"])]
#[case("email.domain:\"example.org\"", &["Bo"])]
#[case("created_at:[2000-01-01 TO 2001-01-01]", &[])]
#[case("identities.connection:\"Username-Password-Authentication\"", &["Ada", "Bo"])]
#[tokio::test]
async fn users_are_found_by_search(#[case] q: &str, #[case] expected: &[&str]) {
    let vendor = Vendor::new().await;
    made(&vendor, json!({"name": "Ada", "given_name": "Ada", "app_metadata": {"plan": "gold"}})).await;
    made(&vendor, json!({"name": "Bo", "email": "bo@example.org", "app_metadata": {"plan": "silver"}})).await;
    let list = vendor.get(&format!("/users?search_engine=v3&sort=name:1&q={}", segment(q))).await.is(200);
    let found: Vec<&str> =
        list.as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap()).collect();
    assert_eq!(found, expected, "{q}");
}

#[tokio::test]
async fn the_members_of_an_organization_are_found_by_search() {
    let vendor = Vendor::new().await;
    let organization = vendor.organization("aurora").await;
    let member = made(&vendor, json!({})).await;
    made(&vendor, json!({"email": "bo@example.com"})).await;
    vendor.member(&organization, member["user_id"].as_str().unwrap()).await;
    let list = vendor.get(&format!("/users?q=organization_id:{organization}")).await.is(200);
    assert_eq!((list.as_array().unwrap().len(), &list[0]["email"]), (1, &json!("ada@example.com")));
}

#[tokio::test]
async fn a_search_that_cannot_be_read_is_refused() {
    let vendor = Vendor::new().await;
    assert_eq!(vendor.get("/users?q=name:(").await.is(400)["errorCode"], "invalid_query_string");
}

#[tokio::test]
async fn totals_of_users_say_how_many_are_on_the_page() {
    let vendor = Vendor::new().await;
    made(&vendor, json!({})).await;
    let list = vendor.get("/users?include_totals=true").await.is(200);
    let mut found = names(&list);
    found.sort_unstable();
    assert_eq!(found, ["length", "limit", "start", "total", "users"]);
    assert_eq!((&list["length"], &list["total"]), (&json!(1), &json!(1)));
}

//! Connections and the clients they are enabled for: contract section 9.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, names, segment};

const FIRST: &str = "Username-Password-Authentication";

/// The connection that every tenant starts with.
async fn first(vendor: &Vendor) -> Value {
    vendor.get(&format!("/connections?name={FIRST}")).await.is(200)[0].clone()
}

#[tokio::test]
async fn every_tenant_starts_with_a_database_connection_for_its_clients() {
    let vendor = Vendor::new().await;
    for vendor in [&vendor, &vendor.rival().await] {
        let first = first(vendor).await;
        assert_eq!((&first["strategy"], &first["realms"]), (&json!("auth0"), &json!([FIRST])));
        assert_eq!(first["enabled_clients"], json!([vendor.manager.id]));
    }
}

#[tokio::test]
async fn a_new_connection_is_answered_whole() {
    let vendor = Vendor::new().await;
    let made = vendor.post("/connections", json!({"name": "people", "strategy": "auth0"})).await.is(201);
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("con_") && id.len() == 20, "{id}");
    let expected = json!({
        "id": id, "name": "people", "strategy": "auth0",
        "options": {"passwordPolicy": "good", "brute_force_protection": true},
        "is_domain_connection": false, "realms": ["people"],
        "authentication": {"active": true}, "connected_accounts": {"active": false}, "enabled_clients": [],
    });
    assert_eq!(made, expected);
    assert_eq!(vendor.get(&format!("/connections/{id}")).await.is(200), expected);
}

#[rstest]
#[case::two_hyphens(json!({"name": "a--b", "strategy": "auth0"}))]
#[case::no_strategy(json!({"name": "a"}))]
#[case::strategy(json!({"name": "a", "strategy": "A B"}))]
#[case::password_policy(json!({"name": "a", "strategy": "auth0", "options": {"passwordPolicy": "superb"}}))]
#[case::password_length(json!({"name": "a", "strategy": "auth0", "options": {"password_complexity_options": {"min_length": 129}}}))]
#[case::metadata(json!({"name": "a", "strategy": "auth0", "metadata": {"k": "x".repeat(256)}}))]
#[case::client(json!({"name": "a", "strategy": "auth0", "enabled_clients": ["nobody"]}))]
#[tokio::test]
async fn a_connection_that_cannot_be_is_refused(#[case] body: Value) {
    let vendor = Vendor::new().await;
    assert_eq!(vendor.post("/connections", body).await.is(400)["errorCode"], "invalid_body");
    assert_eq!(vendor.get("/connections").await.is(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let vendor = Vendor::new().await;
    let answer = vendor.post("/connections", json!({"name": FIRST, "strategy": "auth0"})).await;
    answer.refuses(409, "connection_conflict", "A connection with the same name already exists");
}

#[tokio::test]
async fn options_of_any_strategy_are_kept_and_a_patch_replaces_them() {
    let vendor = Vendor::new().await;
    let options =
        json!({"client_id": "x", "client_secret": "s3cret-of-the-other-side", "scopes": ["a", {"b": null}]});
    let id = vendor.connection("corp", "oidc", json!({"options": options})).await;
    let path = format!("/connections/{id}");
    assert_eq!(vendor.get(&path).await.is(200)["options"], options);
    vendor.patch(&path, json!({"display_name": "Corp"})).await.is(200);
    assert_eq!(vendor.get(&path).await.is(200)["options"], options);
    let patched = vendor.patch(&path, json!({"options": {"client_id": "y"}})).await.is(200);
    assert_eq!(patched["options"], json!({"client_id": "y"}));
    assert_eq!(patched["display_name"], "Corp");
}

#[tokio::test]
async fn secrets_of_the_other_side_are_neither_in_the_database_nor_in_the_log() {
    let vendor = Vendor::new().await;
    let secret = "s3cret-of-the-other-side";
    let id = vendor.connection("corp", "oidc", json!({"options": {"client_secret": secret}})).await;
    vendor.patch(&format!("/connections/{id}"), json!({"display_name": "Corp"})).await.is(200);
    let body = "CAST(body AS text) || coalesce(sealed, '')";
    let sql = format!("SELECT count(*) FROM connections WHERE {body} LIKE '%{secret}%'");
    assert_eq!(vendor.node.database.number(sql).await, 0);
    assert!(!json!(vendor.changes_in_the_log().await).to_string().contains(secret));
}

#[tokio::test]
async fn name_and_strategy_stay_for_ever() {
    let vendor = Vendor::new().await;
    let id = vendor.connection("people", "auth0", json!({})).await;
    for body in [json!({"name": "other"}), json!({"strategy": "oidc"})] {
        assert_eq!(
            vendor.patch(&format!("/connections/{id}"), body).await.is(400)["errorCode"],
            "invalid_body"
        );
    }
}

#[tokio::test]
async fn connections_are_found_by_name_and_strategy() {
    let vendor = Vendor::new().await;
    vendor.connection("corp", "oidc", json!({})).await;
    vendor.connection("acme", "samlp", json!({})).await;
    for (query, expected) in [
        ("name=corp", vec!["corp"]),
        ("strategy=samlp", vec!["acme"]),
        ("strategy=oidc&strategy=samlp", vec!["corp", "acme"]),
        ("name=corp&strategy=samlp", vec![]),
    ] {
        let list = vendor.get(&format!("/connections?{query}&fields=name")).await.is(200);
        let found: Vec<&str> =
            list.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
        assert_eq!(found, expected, "{query}");
        assert!(list.as_array().unwrap().iter().all(|item| names(item) == ["name"]));
    }
}

#[tokio::test]
async fn a_connection_is_enabled_and_disabled_for_clients() {
    let vendor = Vendor::new().await;
    let id = vendor.connection("people", "auth0", json!({})).await;
    let (one, other) = (vendor.client("One").await.id, vendor.client("Other").await.id);
    let path = format!("/connections/{id}/clients");
    let enabled = async || vendor.get(&path).await.is(200)["clients"].clone();
    assert_eq!(
        enabled().await,
        json!([{"client_id": one}, {"client_id": other}]),
        "new clients have them all"
    );
    vendor.patch(&path, json!([{"client_id": one, "status": false}])).await.is(204);
    assert_eq!(enabled().await, json!([{"client_id": other}]));
    let both = json!([{"client_id": one, "status": true}, {"client_id": other, "status": false}]);
    vendor.patch(&path, both).await.is(204);
    assert_eq!(enabled().await, json!([{"client_id": one}]));
    let of_client = |client: &str| format!("/clients/{client}/connections?fields=name");
    assert_eq!(vendor.get(&of_client(&other)).await.is(200), json!([{"name": FIRST}]));
    let replaced =
        vendor.patch(&format!("/connections/{id}"), json!({"enabled_clients": [other]})).await.is(200);
    assert_eq!(replaced["enabled_clients"], json!([other]));
}

#[tokio::test]
async fn new_clients_have_no_connections_where_the_tenant_says_so() {
    let vendor = Vendor::new().await;
    vendor.set(json!({"flags": {"enable_client_connections": false}})).await;
    let client = vendor.client("Alone").await.id;
    assert_eq!(vendor.get(&format!("/clients/{client}/connections")).await.is(200), json!([]));
}

#[rstest]
#[case::nobody(json!([{"client_id": "nobody", "status": true}]))]
#[case::none(json!([]))]
#[case::too_many(json!(vec![json!({"client_id": "x", "status": false}); 51]))]
#[case::an_object(json!({"client_id": "x", "status": true}))]
#[case::no_status(json!([{"client_id": "x"}]))]
#[tokio::test]
async fn clients_that_cannot_be_are_refused_and_nothing_is_changed(#[case] body: Value) {
    let vendor = Vendor::new().await;
    let id = first(&vendor).await["id"].as_str().unwrap().to_owned();
    let path = format!("/connections/{id}/clients");
    assert_eq!(vendor.patch(&path, body).await.is(400)["errorCode"], "invalid_body");
    assert_eq!(vendor.get(&path).await.is(200)["clients"], json!([{"client_id": vendor.manager.id}]));
}

#[tokio::test]
async fn a_deleted_connection_takes_its_users_and_their_memberships_along() {
    let vendor = Vendor::new().await;
    let id = vendor.connection("people", "auth0", json!({})).await;
    let (gone, stays) =
        (vendor.user_in("people", "ada@example.com", json!({})).await, vendor.user("ada@example.com").await);
    let organization = vendor.organization("aurora").await;
    vendor.enable(&organization, &id, json!({})).await;
    vendor.member(&organization, &gone).await;
    vendor.member(&organization, &stays).await;
    let answer = vendor.delete(&format!("/connections/{id}")).await.is(202);
    assert_eq!(names(&answer), ["deleted_at"]);
    vendor.get(&format!("/users/{}", segment(&gone))).await.is(404);
    let members = vendor.get(&format!("/organizations/{organization}/members?fields=user_id")).await.is(200);
    assert_eq!(members, json!([{"user_id": stays}]));
    assert_eq!(vendor.get(&format!("/organizations/{organization}/connections")).await.is(200), json!([]));
    let message = "The connection does not exist";
    vendor.get(&format!("/connections/{id}")).await.refuses(404, "inexistent_connection", message);
}

#[tokio::test]
async fn a_user_is_deleted_by_address_in_one_connection_alone() {
    let vendor = Vendor::new().await;
    let id = vendor.connection("people", "auth0", json!({})).await;
    let gone = vendor.user_in("people", "ada@example.com", json!({})).await;
    let stays = vendor.user("ada@example.com").await;
    let path = format!("/connections/{id}/users?email=Ada%40example.com");
    vendor.delete(&path).await.is(204);
    vendor.get(&format!("/users/{}", segment(&gone))).await.is(404);
    vendor.get(&format!("/users/{}", segment(&stays))).await.is(200);
    let before = vendor.epoch().await;
    vendor.delete(&path).await.is(204);
    assert_eq!(vendor.epoch().await, before, "nothing was there to be deleted");
}

#[tokio::test]
async fn only_database_connections_delete_and_create_users_here() {
    let vendor = Vendor::new().await;
    let id = vendor.connection("corp", "oidc", json!({})).await;
    let message = "The connection must be a database connection";
    vendor.delete(&format!("/connections/{id}/users?email=a")).await.refuses(400, "invalid_body", message);
    let new = json!({"connection": "corp", "email": "ada@example.com"});
    vendor.post("/users", new).await.refuses(400, "invalid_body", message);
    let new = json!({"connection": "nothing", "email": "ada@example.com"});
    vendor.post("/users", new).await.refuses(400, "invalid_body", "The connection does not exist");
}

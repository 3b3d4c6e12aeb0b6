//! Lists in their three shapes, by offset and by checkpoint (contract section 2.3).

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Fixture, Vendor, names, segment};

/// A vendor with this many organizations.
async fn with_organizations(count: usize) -> Vendor {
    let vendor = Vendor::new().await;
    for number in 0..count {
        vendor.organization(&format!("org{number}")).await;
    }
    vendor
}

fn ids(items: &Value) -> Vec<String> {
    items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[rstest]
#[case::nothing("", 3)]
#[case::per_page("?per_page=2", 2)]
#[case::page("?page=1&per_page=2", 1)]
#[tokio::test]
async fn by_default_a_list_is_an_array(#[case] query: &str, #[case] length: usize) {
    let vendor = with_organizations(3).await;
    let list = vendor.get(&format!("/organizations{query}")).await.is(200);
    assert_eq!(list.as_array().unwrap().len(), length);
}

#[rstest]
#[case("include_totals=true", 0, 50, 3)]
#[case("include_totals=true&per_page=2", 0, 2, 2)]
#[case("include_totals=true&per_page=2&page=1", 2, 2, 1)]
#[case::out_of_range("include_totals=true&per_page=2&page=9", 18, 2, 0)]
#[tokio::test]
async fn with_totals_a_list_is_an_object(
    #[case] query: &str,
    #[case] start: u64,
    #[case] limit: u64,
    #[case] length: usize,
) {
    let vendor = with_organizations(3).await;
    let list = vendor.get(&format!("/organizations?{query}")).await.is(200);
    assert_eq!(names(&list), ["start", "limit", "total", "organizations"]);
    assert_eq!((&list["start"], &list["limit"], &list["total"]), (&json!(start), &json!(limit), &json!(3)));
    assert_eq!(list["organizations"].as_array().unwrap().len(), length);
}

#[tokio::test]
async fn checkpoints_lead_through_the_whole_list_once() {
    let vendor = with_organizations(5).await;
    let (mut found, mut from) = (Vec::new(), String::new());
    loop {
        // As the SDKs send it: `take` decides, whatever the rest says.
        let page = vendor.get(&format!("/organizations?take=2&include_totals=true{from}")).await.is(200);
        found.extend(ids(&page["organizations"]));
        let Some(next) = page["next"].as_str() else {
            assert_eq!(names(&page), ["organizations"]);
            break;
        };
        from = format!("&from={next}");
    }
    let mut all = ids(&vendor.get("/organizations").await.is(200));
    all.sort();
    found.sort();
    assert_eq!(found, all);
}

#[rstest]
#[case::per_page("per_page=101")]
#[case::no_page("per_page=0")]
#[case::negative("page=-1")]
#[case::take("take=101")]
#[case::from("from=!")]
#[case::sort("sort=metadata:1")]
#[tokio::test]
async fn a_part_that_cannot_be_is_refused(#[case] query: &str) {
    let vendor = Vendor::new().await;
    let body = vendor.get(&format!("/organizations?{query}")).await.is(400);
    assert_eq!(body["errorCode"], "invalid_query_string");
}

#[tokio::test]
async fn offsets_reach_no_further_than_a_thousand_records() {
    let vendor = Vendor::new().await;
    vendor.get("/organizations?per_page=100&page=9").await.is(200);
    let message = "Requesting page exceeds the allowed maximum of 1000 records.";
    vendor.get("/organizations?per_page=100&page=10").await.refuses(400, "invalid_paging", message);
}

#[rstest]
#[case("name:1", &["org0", "org1", "org2"])]
#[case("name:-1", &["org2", "org1", "org0"])]
#[tokio::test]
async fn sort_orders_the_list(#[case] sort: &str, #[case] expected: &[&str]) {
    let vendor = with_organizations(3).await;
    let list = vendor.get(&format!("/organizations?sort={sort}")).await.is(200);
    let found: Vec<&str> =
        list.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(found, expected);
}

#[rstest]
#[case("/organizations", "organizations")]
#[case("/organizations/{organization}/members", "members")]
#[case("/organizations/{organization}/client-grants", "client_grants")]
#[case("/organizations/{organization}/members/{user}/roles", "roles")]
#[case("/roles", "roles")]
#[case("/roles/{role}/permissions", "permissions")]
#[case("/roles/{role}/users", "users")]
#[case("/users/{user}/roles", "roles")]
#[case("/users/{user}/permissions", "permissions")]
#[case("/users/{user}/organizations", "organizations")]
#[case("/resource-servers", "resource_servers")]
#[case("/clients", "clients")]
#[case("/client-grants", "client_grants")]
#[case("/client-grants/{grant}/organizations", "organizations")]
#[case("/users", "users")]
#[case("/connections", "connections")]
#[case("/clients/{client}/connections", "connections")]
#[case("/organizations/{organization}/enabled_connections", "enabled_connections")]
#[case("/organizations/{organization}/connections", "connections")]
#[case("/organizations/{organization}/invitations", "invitations")]
#[tokio::test]
async fn every_list_goes_by_its_plural_noun_and_knows_its_total(#[case] path: &str, #[case] noun: &str) {
    let vendor = Vendor::new().await;
    let of = Fixture::make(&vendor).await;
    let path = path.replace("{organization}", &of.organization).replace("{user}", &segment(&of.user));
    let path =
        path.replace("{role}", &of.role).replace("{grant}", &of.grant).replace("{client}", &of.client.id);
    let with_totals = vendor.get(&format!("{path}?include_totals=true")).await.is(200);
    let bare = vendor.get(&path).await.is(200);
    assert_eq!(with_totals[noun], bare);
    assert_eq!(with_totals["total"], bare.as_array().unwrap().len());
    assert!(!bare.as_array().unwrap().is_empty(), "nothing was listed");
}

#[rstest]
#[case::chosen("fields=user_id,email", &["user_id", "email"])]
#[case::left_out("fields=picture&include_fields=false", &["user_id", "email", "name"])]
#[tokio::test]
async fn fields_choose_what_each_item_holds(#[case] query: &str, #[case] expected: &[&str]) {
    let vendor = Vendor::new().await;
    let of = Fixture::make(&vendor).await;
    let list = vendor.get(&format!("/organizations/{}/members?{query}", of.organization)).await.is(200);
    assert_eq!(names(&list[0]), expected);
}

#[tokio::test]
async fn the_tenant_is_shown_with_whatever_fields_of_a_client() {
    let vendor = Vendor::new().await;
    let list = vendor.get("/clients?fields=client_id").await.is(200);
    assert_eq!(names(&list[0]), ["client_id", "tenant"]);
}

//! Pages of searches (section 8.2).

use rstest::rstest;
use serde_json::{Value, json};

use super::{Hall, api_in, ask};
use crate::harness::{Vendor, segment};
use crate::tokens::API;

/// Seven readers in Aurora, Ada among them, in the order of their ids.
async fn readers() -> (Hall, Vec<String>) {
    let hall = Hall::open().await;
    let mut readers = vec![hall.ada.clone()];
    readers.extend(more_readers(&hall, 6, json!({})).await);
    (hall, readers)
}

async fn more_readers(hall: &Hall, number: usize, of: Value) -> Vec<String> {
    let vendor = &hall.shop.vendor;
    let reader = reader(vendor).await;
    let mut users = Vec::new();
    for each in 0..number {
        let email = format!("reader{each}@example.com");
        let user = vendor.user_in("Username-Password-Authentication", &email, of.clone()).await;
        vendor.member_with(&hall.shop.aurora, &user, &[&reader]).await;
        users.push(user);
    }
    users
}

async fn reader(vendor: &Vendor) -> String {
    vendor.get("/roles?name_filter=Reader").await.is(200)[0]["id"].as_str().unwrap().to_owned()
}

/// The search for readers of Aurora.
fn search(hall: &Hall, page: Value) -> Value {
    json!({"subject": {"type": "user"}, "action": {"name": "read"}, "resource": api_in(&hall.shop.aurora),
        "page": page})
}

async fn found(vendor: &Vendor, asked: &Value) -> (Vec<String>, String) {
    let answer = ask(vendor, "search/subject", asked).await.is(200);
    let ids = answer["results"].as_array().unwrap().iter();
    let ids: Vec<String> = ids.map(|of| of["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(answer["page"]["count"], ids.len());
    (ids, answer["page"]["next_token"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn pages_have_every_result_once_section_8_2() {
    let (hall, readers) = readers().await;
    let (mut ids, mut token) = found(&hall.shop.vendor, &search(&hall, json!({"limit": 3}))).await;
    for size in [3, 1] {
        assert!(!token.is_empty());
        // Section 8.2.3: the limit may be left out.
        let (more, next) = found(&hall.shop.vendor, &search(&hall, json!({"token": token}))).await;
        assert_eq!(more.len(), size);
        ids.extend(more);
        token = next;
    }
    assert_eq!((ids, token.as_str()), (readers, ""));
}

#[rstest]
#[case::none_given(json!({}), 7, true)]
#[case::as_many_as_there_are(json!({"limit": 7}), 7, true)]
#[case::more_than_there_can_be(json!({"limit": 1_000_000}), 7, true)]
#[case::one_less(json!({"limit": 6}), 6, false)]
#[case::zero_section_8_2_1(json!({"limit": 0}), 0, false)]
#[tokio::test]
async fn a_page_has_no_more_than_asked_for_section_8_2_1(
    #[case] page: Value,
    #[case] results: usize,
    #[case] is_last: bool,
) {
    let (hall, _) = readers().await;
    let (ids, token) = found(&hall.shop.vendor, &search(&hall, page)).await;
    assert_eq!((ids.len(), token.is_empty()), (results, is_last));
}

#[tokio::test]
async fn actions_come_in_pages_too_section_8_6() {
    let hall = Hall::open().await;
    let mut asked = hall.asked("");
    asked["subject"] = json!({"type": "client", "id": hall.shop.machine.id});
    asked["action"] = Value::Null;
    asked["page"] = json!({"limit": 1});
    let first = ask(&hall.shop.vendor, "search/action", &asked).await.is(200);
    assert_eq!(first["results"], json!([{"name": "read"}]));
    asked["page"] = json!({"token": first["page"]["next_token"]});
    let second = ask(&hall.shop.vendor, "search/action", &asked).await.is(200);
    assert_eq!(
        (&second["results"], &second["page"]["next_token"]),
        (&json!([{"name": "write"}]), &json!(""))
    );
    asked["page"] = json!({"limit": 0});
    let none = ask(&hall.shop.vendor, "search/action", &asked).await.is(200);
    assert_eq!(none["results"], json!([]));
    asked["page"] = json!({"token": none["page"]["next_token"], "limit": 5});
    let all = ask(&hall.shop.vendor, "search/action", &asked).await.is(200);
    assert_eq!(all["results"], json!([{"name": "read"}, {"name": "write"}]));
}

#[tokio::test]
async fn resources_come_in_pages_too_section_8_5() {
    let hall = Hall::open().await;
    let properties = json!({"resource_server_identifier": API});
    let mut asked = json!({"subject": {"type": "client", "id": hall.shop.machine.id}, "action": {"name": "read"},
        "resource": {"type": "organization", "properties": properties}, "page": {"limit": 1}});
    let first = ask(&hall.shop.vendor, "search/resource", &asked).await.is(200);
    assert_eq!(first["results"][0]["id"], hall.shop.aurora);
    asked["page"] = json!({"token": first["page"]["next_token"], "limit": 1});
    let second = ask(&hall.shop.vendor, "search/resource", &asked).await.is(200);
    assert_eq!(second["results"][0]["id"], hall.shop.borealis);
    assert_eq!(second["page"]["next_token"], "");
}

#[rstest]
#[case::another_action_section_8_2("action", json!({"name": "write"}))]
#[case::another_type_section_8_2("subject", json!({"type": "client"}))]
#[case::another_resource_section_8_2("resource", json!({"type": "resource_server", "id": API}))]
#[case::a_context_section_8_2("context", json!({"time": "now"}))]
#[tokio::test]
async fn a_token_is_good_for_its_own_search_alone(#[case] member: &str, #[case] value: Value) {
    let (hall, _) = readers().await;
    let (_, token) = found(&hall.shop.vendor, &search(&hall, json!({"limit": 2}))).await;
    let mut asked = search(&hall, json!({"token": token}));
    asked[member] = value;
    let refused = ask(&hall.shop.vendor, "search/subject", &asked).await.is(400);
    assert!(refused["message"].as_str().unwrap().contains("page.token"), "{refused}");
}

#[tokio::test]
async fn a_token_is_good_for_its_own_kind_of_search_and_tenant_alone() {
    let (hall, _) = readers().await;
    let (_, token) = found(&hall.shop.vendor, &search(&hall, json!({"limit": 2}))).await;
    let mut asked = search(&hall, json!({"token": token}));
    let rival = hall.shop.vendor.rival().await;
    ask(&rival, "search/subject", &asked).await.is(400);
    asked["subject"]["id"] = json!("auth0|someone");
    ask(&hall.shop.vendor, "search/resource", &asked).await.is(400);
    ask(&hall.shop.vendor, "search/action", &asked).await.is(400);
}

#[rstest]
#[case::no_token("garbled")]
#[case::no_seal("v1.AAAAAAAA.AAAA")]
#[case::an_identifier("auth0|1")]
#[tokio::test]
async fn a_token_that_was_never_given_is_refused(#[case] token: &str) {
    let (hall, _) = readers().await;
    let refused = ask(&hall.shop.vendor, "search/subject", &search(&hall, json!({"token": token}))).await;
    let reason = "The token is not one of this search";
    refused.refuses(
        400,
        "invalid_body",
        &format!("Payload validation error: '{reason}' on property page.token."),
    );
}

#[tokio::test]
async fn a_token_that_was_changed_is_refused() {
    let (hall, _) = readers().await;
    let (_, token) = found(&hall.shop.vendor, &search(&hall, json!({"limit": 2}))).await;
    let last = if token.ends_with('A') { "B" } else { "A" };
    let changed = format!("{}{last}", &token[..token.len() - 1]);
    ask(&hall.shop.vendor, "search/subject", &search(&hall, json!({"token": changed}))).await.is(400);
}

#[tokio::test]
async fn another_limit_than_that_of_the_page_before_is_refused_section_8_2() {
    let (hall, _) = readers().await;
    let (_, token) = found(&hall.shop.vendor, &search(&hall, json!({"limit": 2}))).await;
    let other = search(&hall, json!({"token": token, "limit": 3}));
    let refused = ask(&hall.shop.vendor, "search/subject", &other).await.is(400);
    assert!(refused["message"].as_str().unwrap().contains("page.limit"), "{refused}");
    let (same, _) = found(&hall.shop.vendor, &search(&hall, json!({"token": token, "limit": 2}))).await;
    assert_eq!(same.len(), 2);
}

#[tokio::test]
async fn a_page_looks_at_a_bounded_number_of_candidates() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    vendor.patch(&format!("/users/{}", segment(&hall.ada)), json!({"blocked": true})).await.is(200);
    more_readers(&hall, 20, json!({"blocked": true})).await;
    let last = vendor.user("last@example.com").await;
    vendor.member_with(&hall.shop.aurora, &last, &[&reader(vendor).await]).await;
    let (none, token) = found(vendor, &search(&hall, json!({"limit": 1}))).await;
    assert!(none.is_empty() && !token.is_empty(), "twenty of those who hold the role were looked at");
    let (one, token) = found(vendor, &search(&hall, json!({"token": token}))).await;
    assert_eq!((one, token.as_str()), (vec![last], ""));
}

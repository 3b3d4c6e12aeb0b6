//! Searches for subjects, resources and actions (sections 8.4 to 8.6).

use rstest::rstest;
use serde_json::{Value, json};

use super::{Hall, api_in, ask};
use crate::harness::{Vendor, permissions, segment};
use crate::tokens::API;

async fn results(vendor: &Vendor, what: &str, asked: Value) -> Value {
    ask(vendor, &format!("search/{what}"), &asked).await.is(200)["results"].clone()
}

fn with(mut asked: Value, member: &str, value: Value) -> Value {
    asked[member] = value;
    asked
}

#[tokio::test]
async fn the_members_who_may_are_found_section_8_4() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let idle = vendor.user("idle@example.com").await;
    vendor.member(&hall.shop.aurora, &idle).await;
    let asked = with(hall.asked("read"), "subject", json!({"type": "user"}));
    assert_eq!(results(vendor, "subject", asked.clone()).await, json!([hall.user()]));
    let properties = json!({"resource_server_identifier": API});
    let aurora = json!({"type": "organization", "id": hall.shop.aurora, "properties": properties});
    assert_eq!(
        results(vendor, "subject", with(asked.clone(), "resource", aurora)).await,
        json!([hall.user()])
    );
    let elsewhere = with(asked.clone(), "resource", api_in(&hall.shop.borealis));
    assert_eq!(results(vendor, "subject", elsewhere).await, json!([]));
    vendor.patch(&format!("/users/{}", segment(&hall.ada)), json!({"blocked": true})).await.is(200);
    assert_eq!(results(vendor, "subject", asked).await, json!([]));
}

#[tokio::test]
async fn users_who_may_outside_organizations_are_found_by_role_and_directly() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let (by_role, direct) = (vendor.user("role@example.com").await, vendor.user("direct@example.com").await);
    let role = vendor.role("Writer", API, &["write"]).await;
    vendor.post(&format!("/users/{}/roles", segment(&by_role)), json!({"roles": [role]})).await.is(204);
    let path = format!("/users/{}/permissions", segment(&direct));
    vendor.post(&path, permissions(API, &["write"])).await.is(201);
    let asked = json!({"subject": {"type": "user"}, "action": {"name": "write"},
        "resource": {"type": "resource_server", "id": API}});
    let expected = json!([{"type": "user", "id": by_role}, {"type": "user", "id": direct}]);
    assert_eq!(results(vendor, "subject", asked).await, expected);
}

#[tokio::test]
async fn the_clients_who_may_are_found_section_8_4() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let anywhere = vendor.client("Anywhere").await;
    let usage = json!({"organization_usage": "allow", "allow_any_organization": true});
    vendor.grant_with(&anywhere, API, &["write"], usage).await;
    let asked = |action: &str, resource: Value| json!({"subject": {"type": "client"}, "action": {"name": action}, "resource": resource});
    let client = |id: &str| json!({"type": "client", "id": id});
    let (machine, anywhere) = (client(&hall.shop.machine.id), client(&anywhere.id));
    let aurora = api_in(&hall.shop.aurora);
    assert_eq!(results(vendor, "subject", asked("read", aurora.clone())).await, json!([machine]));
    assert_eq!(results(vendor, "subject", asked("write", aurora)).await, json!([machine, anywhere]));
    let nowhere = json!({"type": "resource_server", "id": API});
    assert_eq!(results(vendor, "subject", asked("write", nowhere)).await, json!([machine, anywhere]));
}

#[tokio::test]
async fn the_organizations_where_the_subject_may_are_found_section_8_5() {
    let hall = Hall::open().await;
    let properties = json!({"resource_server_identifier": API});
    let resource = json!({"type": "organization", "properties": properties});
    let asked = with(hall.asked("read"), "resource", resource);
    let found = |id: &str| json!({"type": "organization", "id": id, "properties": properties});
    let (aurora, borealis) = (found(&hall.shop.aurora), found(&hall.shop.borealis));
    assert_eq!(results(&hall.shop.vendor, "resource", asked.clone()).await, json!([aurora]));
    let machine = json!({"type": "client", "id": hall.shop.machine.id});
    let of_machine = with(asked.clone(), "subject", machine);
    assert_eq!(results(&hall.shop.vendor, "resource", of_machine).await, json!([aurora, borealis]));
    let evaluated = with(asked.clone(), "resource", aurora);
    assert_eq!(hall.decision(evaluated).await, true, "a result can be evaluated as it is");
    let of_no_api = with(asked, "resource", json!({"type": "organization"}));
    assert_eq!(results(&hall.shop.vendor, "resource", of_no_api).await, json!([]));
}

#[tokio::test]
async fn the_apis_where_the_subject_may_are_found_section_8_5() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let other = "https://another.example";
    vendor.api(other, &["read"]).await;
    let role = vendor.role("Other reader", other, &["read"]).await;
    vendor.member_with(&hall.shop.aurora, &hall.ada, &[&role]).await;
    let resource = json!({"type": "resource_server", "properties": {"organization_id": hall.shop.aurora}});
    let asked = with(hall.asked("read"), "resource", resource);
    let found = |id: &str| json!({"type": "resource_server", "id": id, "properties": {"organization_id": hall.shop.aurora}});
    assert_eq!(results(vendor, "resource", asked.clone()).await, json!([found(other), found(API)]));
    let machine = json!({"type": "client", "id": hall.shop.machine.id});
    let of_machine = with(asked.clone(), "subject", machine.clone());
    assert_eq!(results(vendor, "resource", of_machine).await, json!([found(API)]));
    let outside = with(asked, "resource", json!({"type": "resource_server"}));
    assert_eq!(results(vendor, "resource", outside.clone()).await, json!([]));
    let of_machine = with(outside, "subject", machine);
    let expected = json!([{"type": "resource_server", "id": API}]);
    assert_eq!(results(vendor, "resource", of_machine).await, expected);
}

#[tokio::test]
async fn what_the_subject_may_do_is_found_section_8_6() {
    let hall = Hall::open().await;
    let asked = hall.asked("not looked at");
    assert_eq!(results(&hall.shop.vendor, "action", asked.clone()).await, json!([{"name": "read"}]));
    let of_machine = with(asked, "subject", json!({"type": "client", "id": hall.shop.machine.id}));
    let expected = json!([{"name": "read"}, {"name": "write"}]);
    assert_eq!(results(&hall.shop.vendor, "action", of_machine).await, expected);
}

#[rstest]
#[case::type_of_subject("subject", "subject", json!({"type": "spaceship"}))]
#[case::action("subject", "action", json!({"name": "fly"}))]
#[case::type_of_resource("subject", "resource", json!({"type": "account", "id": "123"}))]
#[case::resource("subject", "resource", json!({"type": "resource_server", "id": "https://no.example"}))]
#[case::organization("subject", "resource", api_in("org_no"))]
#[case::property_of_a_wrong_type("subject", "resource", json!({"type": "resource_server", "id": API, "properties": {"organization_id": 7}}))]
#[case::subject("resource", "subject", json!({"type": "user", "id": "nonexistent-user"}))]
#[case::client("resource", "subject", json!({"type": "client", "id": "nobody"}))]
#[case::type_of_subject("resource", "subject", json!({"type": "spaceship", "id": "1"}))]
#[case::action("resource", "action", json!({"name": "fly"}))]
#[case::type_of_resource("resource", "resource", json!({"type": "account"}))]
#[case::people_are_no_resources("resource", "resource", json!({"type": "user"}))]
#[case::organization("resource", "resource", json!({"type": "resource_server", "properties": {"organization_id": "org_no"}}))]
#[case::api("resource", "resource", json!({"type": "organization", "properties": {"resource_server_identifier": "https://no.example"}}))]
#[case::subject("action", "subject", json!({"type": "user", "id": "nonexistent-user"}))]
#[case::type_of_subject("action", "subject", json!({"type": "spaceship", "id": "1"}))]
#[case::type_of_resource("action", "resource", json!({"type": "account", "id": "123"}))]
#[tokio::test]
async fn of_what_does_not_exist_there_are_no_results_section_8_3(
    #[case] what: &str,
    #[case] member: &str,
    #[case] value: Value,
) {
    let hall = Hall::open().await;
    let asked = with(hall.asked("read"), member, value);
    let answer = ask(&hall.shop.vendor, &format!("search/{what}"), &asked).await.is(200);
    assert_eq!((&answer["results"], &answer["page"]["next_token"]), (&json!([]), &json!("")));
}

#[rstest]
#[case::subject_section_8_4_1("subject", "subject", json!(null), "/subject is missing")]
#[case::type_section_8_4_1("subject", "subject", json!({"id": "1"}), "/subject/type is missing")]
#[case::action_section_8_4_1("subject", "action", json!(null), "/action is missing")]
#[case::resource_section_8_4_1("subject", "resource", json!({"type": "account"}), "/resource/id is missing")]
#[case::subject_section_8_5_1("resource", "subject", json!({"type": "user"}), "/subject/id is missing")]
#[case::action_section_8_5_1("resource", "action", json!({"name": 1}), "/action/name must be a string")]
#[case::resource_section_8_5_1("resource", "resource", json!("account"), "/resource must be an object")]
#[case::subject_section_8_6_1("action", "subject", json!({"id": "1"}), "/subject/type is missing")]
#[case::resource_section_8_6_1("action", "resource", json!(null), "/resource is missing")]
#[case::context_section_5_4("action", "context", json!([]), "/context must be an object")]
#[case::page_section_8_2_1("action", "page", json!({"limit": -1}), "/page/limit must be a non-negative integer")]
#[tokio::test]
async fn a_search_that_cannot_be_is_refused_by_member(
    #[case] what: &str,
    #[case] member: &str,
    #[case] value: Value,
    #[case] message: &str,
) {
    let hall = Hall::open().await;
    let asked = with(hall.asked("read"), member, value);
    let refused = ask(&hall.shop.vendor, &format!("search/{what}"), &asked).await;
    refused.refuses(400, "invalid_body", &format!("Payload validation error: {message}."));
}

#[rstest]
#[case::an_identifier_section_8_4_1("subject", "subject", json!({"type": "user", "id": "someone else"}))]
#[case::an_action_section_8_6_1("action", "action", json!(7))]
#[case::whatever_is_unknown_section_10_1_1("subject", "future_field", json!({"nested": true}))]
#[case::a_context_section_8_4_1("subject", "context", json!({"time": "2024-10-26T01:22-07:00"}))]
#[tokio::test]
async fn what_is_to_be_ignored_is_ignored(#[case] what: &str, #[case] member: &str, #[case] value: Value) {
    let hall = Hall::open().await;
    let plain = results(&hall.shop.vendor, what, hall.asked("read")).await;
    assert_eq!(plain.as_array().unwrap().len(), 1);
    assert_eq!(results(&hall.shop.vendor, what, with(hall.asked("read"), member, value)).await, plain);
}

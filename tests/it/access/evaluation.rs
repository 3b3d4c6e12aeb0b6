//! One evaluation, and several (sections 6 and 7).

use rstest::rstest;
use serde_json::{Value, json};

use super::{Hall, api_in, ask, ask_with};
use crate::harness::Vendor;
use crate::tokens::API;

/// The decisions of several evaluations of what Ada may do in Aurora.
async fn decisions(hall: &Hall, semantic: &str, actions: &[&str]) -> Vec<bool> {
    let evaluations: Vec<Value> = actions.iter().map(|name| json!({"action": {"name": name}})).collect();
    let asked = json!({"subject": hall.user(), "resource": api_in(&hall.shop.aurora),
        "options": {"evaluations_semantic": semantic}, "evaluations": evaluations});
    let answer = ask(&hall.shop.vendor, "evaluations", &asked).await.is(200);
    let decisions = answer["evaluations"].as_array().unwrap().iter();
    decisions.map(|decision| decision["decision"].as_bool().unwrap()).collect()
}

#[tokio::test]
async fn a_member_may_do_in_the_organization_what_its_roles_permit_section_6() {
    let hall = Hall::open().await;
    assert_eq!(hall.decision(hall.asked("read")).await, true);
    assert_eq!(hall.decision(hall.asked("write")).await, false);
    let mut elsewhere = hall.asked("read");
    elsewhere["resource"] = api_in(&hall.shop.borealis);
    assert_eq!(hall.decision(elsewhere).await, false);
    let mut nowhere = hall.asked("read");
    nowhere["resource"] = json!({"type": "resource_server", "id": API});
    assert_eq!(hall.decision(nowhere).await, false);
}

#[tokio::test]
async fn an_organization_is_a_resource_too() {
    let hall = Hall::open().await;
    let mut asked = hall.asked("read");
    let properties = json!({"resource_server_identifier": API});
    asked["resource"] = json!({"type": "organization", "id": hall.shop.aurora, "properties": properties});
    assert_eq!(hall.decision(asked.clone()).await, true);
    asked["resource"]["properties"] = json!({});
    assert_eq!(hall.decision(asked).await, false);
}

#[tokio::test]
async fn a_client_may_do_what_its_tokens_permit() {
    let hall = Hall::open().await;
    let mut asked = hall.asked("write");
    asked["subject"] = json!({"type": "client", "id": hall.shop.machine.id});
    assert_eq!(hall.decision(asked.clone()).await, true);
    let (aurora, grant) = (&hall.shop.aurora, &hall.shop.grant);
    hall.shop.vendor.delete(&format!("/organizations/{aurora}/client-grants/{grant}")).await.is(204);
    assert_eq!(hall.decision(asked.clone()).await, false);
    asked["resource"] = json!({"type": "resource_server", "id": API});
    assert_eq!(hall.decision(asked).await, true);
}

#[tokio::test]
async fn a_change_is_seen_by_the_next_evaluation() {
    let hall = Hall::open().await;
    let path = format!("/users/{}", crate::harness::segment(&hall.ada));
    hall.shop.vendor.patch(&path, json!({"blocked": true})).await.is(200);
    assert_eq!(hall.decision(hall.asked("read")).await, false);
    hall.shop.vendor.patch(&path, json!({"blocked": false})).await.is(200);
    assert_eq!(hall.decision(hall.asked("read")).await, true);
    hall.shop.vendor.delete(&path).await.is(204);
    assert_eq!(hall.decision(hall.asked("read")).await, false);
}

#[rstest]
#[case::subject("subject", json!({"type": "user", "id": "auth0|nobody"}))]
#[case::client("subject", json!({"type": "client", "id": "nobody"}))]
#[case::type_of_subject("subject", json!({"type": "robot", "id": "r2"}))]
#[case::action("action", json!({"name": "fly"}))]
#[case::resource("resource", json!({"type": "resource_server", "id": "https://unknown.example"}))]
#[case::organization("resource", json!({"type": "resource_server", "id": API, "properties": {"organization_id": "org_x"}}))]
#[case::type_of_resource("resource", json!({"type": "document", "id": "1"}))]
#[case::api_of_an_organization("resource", json!({"type": "organization", "id": "org_x", "properties": {"resource_server_identifier": 7}}))]
#[case::organization_of_a_wrong_type("resource", json!({"type": "resource_server", "id": API, "properties": {"organization_id": 7}}))]
#[tokio::test]
async fn what_does_not_exist_is_denied(#[case] member: &str, #[case] value: Value) {
    let hall = Hall::open().await;
    let mut asked = hall.asked("read");
    asked[member] = value;
    assert_eq!(hall.decision(asked).await, false);
}

#[rstest]
#[case::all_section_7_1_2_1("execute_all", &[false, true, false])]
#[case::first_deny("deny_on_first_deny", &[false])]
#[case::first_permit("permit_on_first_permit", &[false, true])]
#[tokio::test]
async fn evaluations_are_answered_until_it_is_enough(#[case] semantic: &str, #[case] expected: &[bool]) {
    let hall = Hall::open().await;
    assert_eq!(decisions(&hall, semantic, &["write", "read", "delete"]).await, expected);
}

#[tokio::test]
async fn without_evaluations_there_is_one_decision_section_7_1() {
    let hall = Hall::open().await;
    let answer = ask(&hall.shop.vendor, "evaluations", &hall.asked("read")).await.is(200);
    assert_eq!(answer["decision"], true);
}

#[tokio::test]
async fn one_evaluation_that_is_malformed_does_not_spoil_the_others_section_7_2_1() {
    let hall = Hall::open().await;
    let asked = json!({"subject": hall.user(), "resource": api_in(&hall.shop.aurora),
        "evaluations": [{"action": {"name": 7}}, {"action": {"name": "read"}}]});
    let answer = ask(&hall.shop.vendor, "evaluations", &asked).await.is(200);
    let [bad, good] = answer["evaluations"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    assert_eq!((&bad["decision"], &bad["context"]["error"]["status"]), (&json!(false), &json!(400)));
    assert_eq!(good["decision"], true);
}

#[rstest]
#[case::no_subject("evaluation", json!({"action": {"name": "read"}, "resource": {"type": "a", "id": "b"}}), "/subject")]
#[case::no_action("evaluation", json!({"subject": {"type": "a", "id": "b"}, "resource": {"type": "a", "id": "b"}}), "/action")]
#[case::wrong_type("evaluation", json!({"subject": {"type": "user", "id": 7}, "action": {"name": "read"}, "resource": {"type": "a", "id": "b"}}), "/subject/id")]
#[case::an_array("evaluation", json!([]), "object")]
#[case::unknown_semantic("evaluations", json!({"evaluations": [{}], "options": {"evaluations_semantic": "guess"}}), "/options/evaluations_semantic")]
#[case::too_many("evaluations", json!({"evaluations": vec![json!({}); 101]}), "/evaluations")]
#[tokio::test]
async fn a_request_that_cannot_be_is_refused_by_member(
    #[case] path: &str,
    #[case] asked: Value,
    #[case] named: &str,
) {
    let vendor = Vendor::new().await;
    let answer = ask(&vendor, path, &asked).await;
    assert!(answer.status == 400 && answer.text.contains(named), "{} {}", answer.status, answer.text);
}

#[tokio::test]
async fn the_reason_is_for_those_who_may_read_rights() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let answer = ask(vendor, "evaluation", &hall.asked("read")).await.is(200);
    assert_eq!(answer["context"]["reason"]["paths"][0]["role_name"], "Reader");
    let token = vendor.management_token("evaluate:access").await;
    let answer = ask_with(vendor, "evaluation", &token, &hall.asked("read")).await.is(200);
    assert_eq!(answer, json!({"decision": true, "context": {"epoch": vendor.epoch().await}}));
}

#[rstest]
#[case::a_member("user", true, "read:organization_member_effective_permissions")]
#[case::a_user("user", false, "read:user_effective_permissions")]
#[case::a_client_in_an_organization("client", true, "read:organization_client_grants")]
#[case::a_client("client", false, "read:client_grants")]
#[tokio::test]
async fn the_reason_wants_the_scope_of_its_explanation(
    #[case] subject: &str,
    #[case] in_organization: bool,
    #[case] wanted: &str,
) {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let id = if subject == "user" { &hall.ada } else { &hall.shop.machine.id };
    let mut asked = hall.asked("read");
    asked["subject"] = json!({"type": subject, "id": id});
    if !in_organization {
        asked["resource"] = json!({"type": "resource_server", "id": API});
    }
    let others = [
        "read:organization_member_effective_permissions",
        "read:user_effective_permissions",
        "read:organization_client_grants",
        "read:client_grants",
    ];
    for scope in others {
        let token = vendor.management_token(&format!("evaluate:access {scope}")).await;
        let answer = ask_with(vendor, "evaluation", &token, &asked).await.is(200);
        assert_eq!(answer["context"].get("reason").is_some(), scope == wanted, "with {scope}");
    }
}

#[tokio::test]
async fn who_gets_no_tokens_may_do_nothing() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let management = format!("{}api/v2/", vendor.issuer);
    let manager = vendor.role("Manager", &management, &["delete:users"]).await;
    let roles = format!("/users/{}/roles", crate::harness::segment(&hall.ada));
    vendor.post(&roles, json!({"roles": [manager]})).await.is(204);
    let asked = json!({"subject": hall.user(), "action": {"name": "delete:users"},
        "resource": {"type": "resource_server", "id": management}});
    assert_eq!(hall.decision(asked).await, false, "people get none of the Management API");
    let mut asked = hall.asked("write");
    asked["subject"] = json!({"type": "client", "id": hall.shop.machine.id});
    assert_eq!(hall.decision(asked.clone()).await, true);
    let path = format!("/clients/{}", hall.shop.machine.id);
    vendor.patch(&path, json!({"grant_types": ["authorization_code"]})).await.is(200);
    assert_eq!(hall.decision(asked).await, false, "nor does a client that may not ask for itself");
}

#[tokio::test]
async fn a_property_that_names_nothing_denies_its_evaluation_alone_section_7_2_1() {
    let hall = Hall::open().await;
    let good = json!({"resource": api_in(&hall.shop.aurora)});
    let long = "a".repeat(100_000);
    let bad = ["a\u{0}", long.as_str()].map(|id| json!({"resource": api_in(id)}));
    let [nul, long] = bad;
    let asked = json!({"subject": hall.user(), "action": {"name": "read"}, "evaluations": [nul, good, long]});
    let answer = ask(&hall.shop.vendor, "evaluations", &asked).await.is(200);
    let decisions: Vec<_> =
        answer["evaluations"].as_array().unwrap().iter().map(|it| it["decision"].clone()).collect();
    assert_eq!(decisions, [false, true, false]);
}

#[tokio::test]
async fn evaluations_of_one_subject_in_one_place_are_each_decided_section_7_1() {
    let hall = Hall::open().await;
    let place = |of: &str| json!({"resource": api_in(of)});
    let (aurora, borealis) = (place(&hall.shop.aurora), place(&hall.shop.borealis));
    let client = json!({"subject": {"type": "client", "id": hall.shop.machine.id}, "resource": api_in(&hall.shop.borealis)});
    let asked = json!({"subject": hall.user(), "action": {"name": "read"},
        "evaluations": [aurora, borealis, client, aurora, borealis]});
    let answer = ask(&hall.shop.vendor, "evaluations", &asked).await.is(200);
    let decisions = answer["evaluations"].as_array().unwrap().iter();
    let decisions: Vec<_> = decisions.map(|decision| decision["decision"].clone()).collect();
    assert_eq!(decisions, [true, false, true, true, false]);
}

//! What all endpoints have in common, and where they are (sections 9 and 10).

use reqwest::Method;
use rstest::rstest;
use serde_json::json;

use super::{Hall, ask, ask_with};
use crate::harness::Vendor;

#[rstest]
#[tokio::test]
async fn only_those_are_answered_who_may_ask(
    #[values("evaluation", "evaluations", "search/subject", "search/resource", "search/action")] path: &str,
) {
    let hall = Hall::open().await;
    let (vendor, asked) = (&hall.shop.vendor, hall.asked("read"));
    vendor.send(vendor.request(Method::POST, &format!("/access/v1/{path}")).json(&asked)).await.is(401);
    let rival = vendor.rival().await;
    ask_with(vendor, path, &rival.token, &asked).await.is(401);
    let unable = vendor.management_token("read:users").await;
    ask_with(vendor, path, &unable, &asked).await.is(403);
    let foreign = ask(&rival, path, &asked).await.is(200);
    let nothing = (&foreign["decision"], &foreign["results"]);
    let is_nothing = nothing.0 == false || *nothing.1 == json!([]);
    assert!(is_nothing, "the other tenant's people are nobody here: {foreign}");
}

#[rstest]
#[case::no_type(None, 400)]
#[case::another_type(Some("text/plain"), 400)]
#[case::with_a_parameter(Some("application/json; charset=utf-8"), 200)]
#[tokio::test]
async fn a_body_says_that_it_is_json_section_10_1(
    #[values("evaluation", "evaluations", "search/subject", "search/resource", "search/action")] path: &str,
    #[case] said: Option<&str>,
    #[case] status: u16,
) {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let request = vendor.request(Method::POST, &format!("/access/v1/{path}")).bearer_auth(&vendor.token);
    let request = request.body(hall.asked("read").to_string());
    let request = match said {
        Some(said) => request.header("content-type", said),
        None => request,
    };
    let answer = vendor.send(request).await;
    assert_eq!(answer.header("content-type"), "application/json");
    answer.is(status);
}

#[rstest]
#[tokio::test]
async fn the_request_id_comes_back_whatever_the_answer_section_10_1_3(
    #[values("evaluation", "evaluations", "search/subject", "search/resource", "search/action")] path: &str,
) {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let id = "bfe9eb29-ab87-4ca3-be83-a1d5d8305716";
    for (asked, token, status) in [
        (hall.asked("read"), vendor.token.as_str(), 200),
        (json!({"subject": 1}), vendor.token.as_str(), 400),
        (hall.asked("read"), "no token", 401),
    ] {
        let request = vendor.request(Method::POST, &format!("/access/v1/{path}")).bearer_auth(token);
        let answer = vendor.send(request.header("x-request-id", id).json(&asked)).await;
        assert_eq!((answer.status, answer.header("x-request-id")), (status, id));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let without = ask(vendor, path, &hall.asked("read")).await;
    assert!(!without.header("x-request-id").is_empty() && without.header("x-request-id") != id);
}

#[tokio::test]
async fn the_metadata_say_where_it_is_section_9() {
    let vendor = Vendor::new().await;
    let answer = vendor.send(vendor.request(Method::GET, "/.well-known/authzen-configuration")).await.is(200);
    let issuer = vendor.issuer.trim_end_matches('/');
    assert_eq!(
        answer,
        json!({
            "policy_decision_point": issuer,
            "access_evaluation_endpoint": format!("{issuer}/access/v1/evaluation"),
            "access_evaluations_endpoint": format!("{issuer}/access/v1/evaluations"),
            "search_subject_endpoint": format!("{issuer}/access/v1/search/subject"),
            "search_resource_endpoint": format!("{issuer}/access/v1/search/resource"),
            "search_action_endpoint": format!("{issuer}/access/v1/search/action"),
        })
    );
}

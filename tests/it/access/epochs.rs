//! Which state of the tenant an answer is of, and how a request demands one.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{Hall, ask};
use crate::harness::{concurrently, segment};

#[rstest]
#[tokio::test]
async fn every_answer_names_its_epoch(
    #[values("evaluation", "evaluations", "search/subject", "search/resource", "search/action")] path: &str,
) {
    let hall = Hall::open().await;
    let mut asked = hall.asked("read");
    asked["evaluations"] = json!([{}, {}]);
    let answer = ask(&hall.shop.vendor, path, &asked).await.is(200);
    assert_eq!(answer["context"]["epoch"], hall.shop.vendor.epoch().await);
}

#[rstest]
#[tokio::test]
async fn an_epoch_that_was_reached_can_be_demanded(
    #[values("evaluation", "evaluations", "search/subject", "search/resource", "search/action")] path: &str,
) {
    let hall = Hall::open().await;
    let epoch = hall.shop.vendor.epoch().await;
    for minimum in [json!(0), json!(epoch), Value::Null] {
        let mut asked = hall.asked("read");
        asked["context"] = json!({"minimum_epoch": minimum});
        let answer = ask(&hall.shop.vendor, path, &asked).await.is(200);
        assert_eq!(answer["context"]["epoch"], epoch);
    }
}

#[rstest]
#[tokio::test]
async fn an_epoch_that_does_not_come_is_refused_with_the_one_that_is(
    #[values("evaluation", "evaluations", "search/subject", "search/resource", "search/action")] path: &str,
) {
    let hall = Hall::open().await;
    let epoch = hall.shop.vendor.epoch().await;
    let mut asked = hall.asked("read");
    asked["context"] = json!({"minimum_epoch": epoch + 1});
    let refused = ask(&hall.shop.vendor, path, &asked).await;
    let message = format!("The tenant is at epoch {epoch}; at least {} was demanded.", epoch + 1);
    refused.refuses(409, "epoch_not_reached", &message);
}

#[rstest]
#[case::negative(json!(-1))]
#[case::a_text(json!("1"))]
#[case::a_fraction(json!(1.5))]
#[case::too_large(json!(u64::MAX))]
#[tokio::test]
async fn what_is_no_epoch_cannot_be_demanded(#[case] minimum: Value) {
    let hall = Hall::open().await;
    let mut asked = hall.asked("read");
    asked["context"] = json!({"minimum_epoch": minimum});
    let refused = ask(&hall.shop.vendor, "evaluation", &asked).await.is(400);
    assert!(refused["message"].as_str().unwrap().contains("context.minimum_epoch"), "{refused}");
}

#[tokio::test]
async fn one_of_several_evaluations_demands_no_epoch() {
    let hall = Hall::open().await;
    let mut asked = hall.asked("read");
    asked["evaluations"] = json!([{"context": {"minimum_epoch": hall.shop.vendor.epoch().await + 1}}]);
    let answer = ask(&hall.shop.vendor, "evaluations", &asked).await.is(200);
    assert_eq!(answer["evaluations"][0]["decision"], true);
}

#[tokio::test]
async fn an_epoch_is_waited_for_and_what_it_changed_is_seen() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let mut asked = hall.asked("read");
    asked["context"] = json!({"minimum_epoch": vendor.epoch().await + 1});
    let request = vendor.request(Method::POST, "/access/v1/evaluation").bearer_auth(&vendor.token);
    let waiting = concurrently(request.json(&asked).send());
    vendor.patch(&format!("/users/{}", segment(&hall.ada)), json!({"blocked": true})).await.is(200);
    let answer: Value =
        crate::harness::here(async { waiting.await.unwrap().unwrap().json().await.unwrap() }).await;
    assert_eq!(answer["decision"], false, "{answer}");
}

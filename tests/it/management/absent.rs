//! What the contract has and Guildhall does not: empty to read, and not to be written.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, absent};

#[tokio::test]
async fn all_of_it_answers_as_documented() {
    let vendor = Vendor::new().await;
    let mut failures = Vec::new();
    for operation in absent().into_iter().filter(|operation| operation.method == Method::GET) {
        let answer = vendor.get(&operation.anywhere()).await;
        let found = operation.described["responses"]["200"].is_object();
        if answer.status != if found { 200 } else { 404 } {
            failures.push(format!("{}: {} {}", operation.name(), answer.status, answer.text));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[rstest]
#[case::bare("", json!([]))]
#[case::with_totals("?page=1&per_page=10&include_totals=true", json!({"start": 10, "limit": 10, "total": 0, "rules": []}))]
#[case::checkpoint("?take=10", json!({"rules": []}))]
#[tokio::test]
async fn a_list_is_empty_in_each_shape(#[case] query: &str, #[case] expected: Value) {
    assert_eq!(Vendor::new().await.get(&format!("/rules{query}")).await.is(200), expected);
}

#[rstest]
#[case::none("/attack-protection/captcha", json!({}))]
#[case::one("/risk-assessments/settings", json!({"enabled": false}))]
#[case::some("/risk-assessments/settings", json!({}))]
#[tokio::test]
async fn settings_can_be_written_as_they_were_read(#[case] path: &str, #[case] body: Value) {
    let vendor = Vendor::new().await;
    let before = vendor.get(path).await.is(200);
    assert_eq!(vendor.patch(path, body).await.is(200), before);
}

#[rstest]
#[case::another_value("/risk-assessments/settings", json!({"enabled": true}), "enabled")]
#[case::another_type("/risk-assessments/settings", json!({"enabled": "false"}), "enabled")]
#[case::another_field("/attack-protection/captcha", json!({"active_provider_id": "x"}), "active_provider_id")]
#[tokio::test]
async fn settings_cannot_be_written_otherwise(#[case] path: &str, #[case] body: Value, #[case] field: &str) {
    let message = format!(
        "Payload validation error: 'Guildhall has nothing of this kind, so it cannot be set' on property {field}."
    );
    Vendor::new().await.patch(path, body).await.refuses(400, "invalid_body", &message);
}

#[rstest]
#[case::a_policy(json!([{"name": "all-applications"}]))]
#[case::no_list(json!({}))]
#[tokio::test]
async fn the_policies_of_second_factors_stay_empty(#[case] body: Value) {
    let vendor = Vendor::new().await;
    assert_eq!(vendor.put("/guardian/policies", body).await.is(400)["errorCode"], "invalid_body");
    assert_eq!(vendor.put("/guardian/policies", json!([])).await.is(200), json!([]));
}

#[tokio::test]
async fn nothing_of_it_can_be_made() {
    let answer = Vendor::new().await.post("/rules", json!({"name": "Rule", "script": "x"})).await;
    assert_eq!(answer.header("allow"), "GET");
    let message = "Guildhall has nothing of this kind, so it cannot be made or changed.";
    answer.refuses(405, "operation_not_supported", message);
}

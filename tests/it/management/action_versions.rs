//! Deployments and versions of actions: contract section 10.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, names};

/// A vendor, and the path of an action whose code was deployed with the number 1, 2 and so on.
async fn deployed(times: usize) -> (Vendor, String) {
    let vendor = Vendor::new().await;
    let path = format!("/actions/actions/{}", vendor.action("Greet", json!({})).await);
    deploy(&vendor, &path, 1..=times).await;
    (vendor, path)
}

async fn deploy(vendor: &Vendor, path: &str, numbers: std::ops::RangeInclusive<usize>) {
    for number in numbers {
        vendor
            .patch(path, json!({"code": format!("exports.onExecutePostLogin = () => {number};")}))
            .await
            .is(200);
        vendor.post(&format!("{path}/deploy"), json!({})).await.is(200);
    }
}

async fn versions(vendor: &Vendor, path: &str) -> Vec<Value> {
    let list = vendor.get(&format!("{path}/versions?per_page=100")).await.is(200);
    list["versions"].as_array().unwrap().clone()
}

fn numbers(versions: &[Value]) -> Vec<i64> {
    versions.iter().map(|version| version["number"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_deployment_answers_the_version_that_runs_from_now_on() {
    let (vendor, path) = deployed(1).await;
    let version = vendor.post(&format!("{path}/deploy"), json!({})).await.is(200);
    let expected = [
        "id",
        "action_id",
        "number",
        "deployed",
        "supported_triggers",
        "code",
        "dependencies",
        "runtime",
        "secrets",
        "status",
        "created_at",
        "updated_at",
        "built_at",
        "action",
    ];
    assert_eq!(names(&version), expected);
    assert_eq!(
        (&version["number"], &version["deployed"], &version["status"], &version["code"]),
        (&json!(2), &json!(true), &json!("built"), &json!("exports.onExecutePostLogin = () => 1;"))
    );
    let action = vendor.get(&path).await.is(200);
    assert_eq!(version["action_id"], action["id"]);
    assert_eq!(version["action"]["name"], "Greet");
    assert_eq!(action["deployed_version"]["id"], version["id"]);
    assert_eq!(action["all_changes_deployed"], true);
    let id = version["id"].as_str().unwrap();
    assert_eq!(vendor.get(&format!("{path}/versions/{id}")).await.is(200), version);
}

#[tokio::test]
async fn versions_are_listed_newest_first_and_one_runs() {
    let (vendor, path) = deployed(3).await;
    let list = vendor.get(&format!("{path}/versions?per_page=2")).await.is(200);
    assert_eq!((&list["total"], &list["page"], &list["per_page"]), (&json!(3), &json!(0), &json!(2)));
    assert_eq!(numbers(list["versions"].as_array().unwrap()), [3, 2]);
    let all = versions(&vendor, &path).await;
    let running: Vec<&Value> = all.iter().filter(|version| version["deployed"] == true).collect();
    assert_eq!((running.len(), &running[0]["number"]), (1, &json!(3)));
    assert_eq!(all[2]["code"], "exports.onExecutePostLogin = () => 1;");
}

#[rstest]
#[case::with_the_draft(json!({"update_draft": true}), "exports.onExecutePostLogin = () => 1;")]
#[case::without_the_draft(json!({"update_draft": false}), "exports.onExecutePostLogin = () => 3;")]
#[case::without_a_word(json!({}), "exports.onExecutePostLogin = () => 3;")]
#[tokio::test]
async fn going_back_makes_a_new_version_of_an_old_one(#[case] body: Value, #[case] draft: &str) {
    let (vendor, path) = deployed(3).await;
    let first = versions(&vendor, &path).await[2]["id"].as_str().unwrap().to_owned();
    let version = vendor.post(&format!("{path}/versions/{first}/deploy"), body).await.is(202);
    assert_eq!(
        (&version["number"], &version["code"], &version["deployed"]),
        (&json!(4), &json!("exports.onExecutePostLogin = () => 1;"), &json!(true))
    );
    let action = vendor.get(&path).await.is(200);
    assert_eq!(
        (&action["code"], &action["deployed_version"]["code"]),
        (&json!(draft), &json!("exports.onExecutePostLogin = () => 1;"))
    );
    assert_eq!(action["all_changes_deployed"], draft == "exports.onExecutePostLogin = () => 1;");
}

#[tokio::test]
async fn going_back_needs_no_body() {
    let (vendor, path) = deployed(1).await;
    let first = versions(&vendor, &path).await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("{path}/versions/{first}/deploy");
    vendor.call(reqwest::Method::POST, &path, None).await.is(202);
    assert_eq!(vendor.post(&path, json!({"update_draft": 1})).await.is(400)["errorCode"], "invalid_body");
    assert_eq!(vendor.post(&path, json!({"other": true})).await.is(400)["errorCode"], "invalid_body");
}

#[tokio::test]
async fn a_version_of_another_action_is_unknown() {
    let (vendor, path) = deployed(1).await;
    let other = vendor.action("Other", json!({"deploy": true})).await;
    let version =
        versions(&vendor, &format!("/actions/actions/{other}")).await[0]["id"].as_str().unwrap().to_owned();
    let message = "That version of the action does not exist.";
    vendor.get(&format!("{path}/versions/{version}")).await.refuses(404, "", message);
    vendor.post(&format!("{path}/versions/{version}/deploy"), json!({})).await.refuses(404, "", message);
}

#[tokio::test]
async fn the_oldest_versions_are_dropped() {
    let (vendor, path) = deployed(2).await;
    vendor.set(json!({"limits": {"versions_per_action": 3}})).await;
    deploy(&vendor, &path, 3..=5).await;
    assert_eq!(numbers(&versions(&vendor, &path).await), [5, 4, 3]);
    assert_eq!(vendor.get(&path).await.is(200)["deployed_version"]["number"], 5);
}

#[tokio::test]
async fn deployments_at_the_same_time_each_get_a_number() {
    let (vendor, path) = deployed(0).await;
    let deploy = format!("{path}/deploy");
    let (one, two, three, four) = tokio::join!(
        vendor.post(&deploy, json!({})),
        vendor.post(&deploy, json!({})),
        vendor.post(&deploy, json!({})),
        vendor.post(&deploy, json!({})),
    );
    let mut given: Vec<i64> = [one, two, three, four]
        .into_iter()
        .map(|answer| answer.is(200)["number"].as_i64().unwrap())
        .collect();
    given.sort_unstable();
    assert_eq!(given, [1, 2, 3, 4]);
    let all = versions(&vendor, &path).await;
    assert_eq!(numbers(&all), [4, 3, 2, 1]);
    let running: Vec<&Value> = all.iter().filter(|version| version["deployed"] == true).collect();
    assert_eq!((running.len(), &running[0]["number"]), (1, &json!(4)));
}

#[tokio::test]
async fn the_log_says_what_was_deployed_by_its_hash() {
    let (vendor, path) = deployed(1).await;
    vendor
        .patch(&path, json!({"code": "exports.onExecutePostLogin = () => 'a-code-that-is-not-in-the-log';"}))
        .await
        .is(200);
    let changes = vendor.changes_in_the_log().await;
    let made: Vec<&Value> = changes
        .iter()
        .map(|change| &change["details"])
        .filter(|change| change["action"] == "action.deployed")
        .collect();
    assert_eq!(made.len(), 1);
    assert_eq!(
        (&made[0]["before"]["deployed_version"], &made[0]["after"]["deployed_version"]["number"]),
        (&Value::Null, &json!(1))
    );
    let last = &changes.last().unwrap()["details"];
    assert_eq!(last["action"], "action.updated");
    assert_ne!(last["before"]["code_sha256"], last["after"]["code_sha256"]);
    assert!(!json!(changes).to_string().contains("a-code-that-is-not-in-the-log"));
}

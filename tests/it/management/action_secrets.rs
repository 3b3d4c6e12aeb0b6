//! Secrets of actions: told to nobody but the script (contract section 10).

use guildhall_app::actions::flow::{BoundAction, flow};
use guildhall_domain::action::trigger::Trigger;
use guildhall_domain::policy::issuance;
use serde_json::{Value, json};

use crate::harness::{Vendor, here};

const VALUE: &str = "open-sesame-7f3a";

/// What runs when a person's tokens are issued.
async fn running(vendor: &Vendor) -> Vec<BoundAction> {
    let (app, host) = (vendor.node.app(), vendor.host().to_owned());
    let read = async move {
        let tenant = app.tenant_of_host(&host).await.unwrap().unwrap();
        flow(&app, &issuance(&tenant.id), Trigger::PostLogin).await.unwrap().to_vec()
    };
    here(read).await
}

/// The value of a secret as the first script of the flow finds it.
async fn told(vendor: &Vendor, name: &str) -> Option<String> {
    running(vendor).await[0].secrets.get(name).cloned()
}

#[tokio::test]
async fn a_value_is_in_no_answer_and_in_no_log() {
    let vendor = Vendor::new().await;
    let secrets = json!([{"name": "KEY", "value": VALUE}]);
    let new = json!({
        "name": "Greet", "supported_triggers": [{"id": "post-login"}], "secrets": secrets, "deploy": true,
        "code": "exports.onExecutePostLogin = async (event, api) => {};",
    });
    let made = vendor.post("/actions/actions", new).await;
    let mut seen = vec![made.text.clone()];
    let made = made.is(201);
    let path = format!("/actions/actions/{}", made["id"].as_str().unwrap());
    let version = format!("{path}/versions/{}", made["deployed_version"]["id"].as_str().unwrap());
    seen.push(vendor.patch(&path, json!({"secrets": secrets})).await.text);
    seen.push(vendor.post(&format!("{path}/deploy"), json!({})).await.text);
    seen.push(vendor.post(&format!("{version}/deploy"), json!({"update_draft": true})).await.text);
    seen.push(vendor.bind(&[made["id"].as_str().unwrap()]).await.to_string());
    for path in [
        &path,
        &version,
        &format!("{path}/versions"),
        "/actions/actions",
        "/actions/triggers/post-login/bindings",
        "/logs",
    ] {
        let answer = vendor.get(path).await;
        assert!(answer.succeeded(), "{}", answer.text);
        seen.push(answer.text);
    }
    for text in seen {
        assert!(!text.contains(VALUE) && !text.contains("sealed"), "{text}");
    }
}

#[tokio::test]
async fn a_refusal_does_not_repeat_a_value() {
    let vendor = Vendor::new().await;
    let long = VALUE.repeat(400);
    let of_wrong_type = json!({"name": "a", "value": {"secret": VALUE}});
    let twice = json!({"name": "a", "value": VALUE});
    for secrets in [json!([{"name": "a", "value": long}]), json!([of_wrong_type]), json!([twice, twice])] {
        let body = json!({"name": "Greet", "supported_triggers": [{"id": "post-login"}], "secrets": secrets});
        let answer = vendor.post("/actions/actions", body).await;
        assert_eq!(answer.status, 400);
        assert!(!answer.text.contains(VALUE), "{}", answer.text);
    }
}

#[tokio::test]
async fn the_script_is_told_the_value_that_was_deployed() {
    let vendor = Vendor::new().await;
    let secrets = json!([{"name": "KEY", "value": "one"}]);
    let id = vendor.action("Greet", json!({"secrets": secrets, "deploy": true})).await;
    vendor.bind(&[&id]).await;
    assert_eq!(told(&vendor, "KEY").await.as_deref(), Some("one"));
    let path = format!("/actions/actions/{id}");
    let patched = vendor.patch(&path, json!({"secrets": [{"name": "KEY", "value": "two"}]})).await.is(200);
    assert_eq!(patched["all_changes_deployed"], false);
    assert_eq!(told(&vendor, "KEY").await.as_deref(), Some("one"), "the draft's value runs");
    vendor.post(&format!("{path}/deploy"), json!({})).await.is(200);
    assert_eq!(told(&vendor, "KEY").await.as_deref(), Some("two"));
}

#[tokio::test]
async fn a_version_keeps_the_secrets_it_was_deployed_with() {
    let vendor = Vendor::new().await;
    let secrets = json!([{"name": "KEY", "value": "one"}]);
    let id = vendor.action("Greet", json!({"secrets": secrets, "deploy": true})).await;
    vendor.bind(&[&id]).await;
    let path = format!("/actions/actions/{id}");
    let first = vendor.get(&path).await.is(200)["deployed_version"]["id"].as_str().unwrap().to_owned();
    vendor.patch(&path, json!({"secrets": []})).await.is(200);
    vendor.post(&format!("{path}/deploy"), json!({})).await.is(200);
    assert_eq!(told(&vendor, "KEY").await, None);
    vendor.post(&format!("{path}/versions/{first}/deploy"), json!({})).await.is(202);
    assert_eq!(told(&vendor, "KEY").await.as_deref(), Some("one"));
}

#[tokio::test]
async fn a_patch_replaces_the_list_and_keeps_the_values_that_it_leaves_out() {
    let vendor = Vendor::new().await;
    let secrets = json!([{"name": "KEPT", "value": "one"}, {"name": "GONE", "value": "two"}]);
    let id = vendor.action("Greet", json!({"secrets": secrets})).await;
    let path = format!("/actions/actions/{id}");
    let before = vendor.get(&path).await.is(200);
    vendor.later(chrono::Duration::seconds(1));
    let patch = json!({"secrets": [{"name": "NEW", "value": "three"}, {"name": "KEPT"}]});
    let after = vendor.patch(&path, patch).await.is(200);
    let names: Vec<&Value> =
        after["secrets"].as_array().unwrap().iter().map(|secret| &secret["name"]).collect();
    assert_eq!(names, ["NEW", "KEPT"]);
    assert_eq!(after["secrets"][1]["updated_at"], before["secrets"][0]["updated_at"]);
    assert_ne!(after["secrets"][0]["updated_at"], before["secrets"][0]["updated_at"]);
    vendor.post(&format!("{path}/deploy"), json!({})).await.is(200);
    vendor.bind(&[&id]).await;
    let told = running(&vendor).await[0].secrets.clone();
    let expected = [("KEPT".to_owned(), "one".to_owned()), ("NEW".to_owned(), "three".to_owned())];
    assert_eq!(told.into_iter().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_new_secret_without_a_value_is_refused() {
    let vendor = Vendor::new().await;
    let path = format!("/actions/actions/{}", vendor.action("Greet", json!({})).await);
    let message =
        "Payload validation error: 'Missing required property: value' on property secrets[0].value.";
    vendor.patch(&path, json!({"secrets": [{"name": "KEY"}]})).await.refuses(400, "invalid_body", message);
}

#[tokio::test]
async fn what_runs_is_the_deployed_code_in_the_order_of_the_bindings() {
    let vendor = Vendor::new().await;
    assert_eq!(running(&vendor).await, []);
    let first = vendor
        .action("First", json!({"code": "exports.onExecutePostLogin = () => 1;", "deploy": true}))
        .await;
    let second = vendor
        .action("Second", json!({"code": "exports.onExecutePostLogin = () => 2;", "deploy": true}))
        .await;
    vendor.patch(&format!("/actions/actions/{first}"), json!({"code": "// draft"})).await.is(200);
    vendor.bind(&[&second, &first]).await;
    let shown: Vec<(String, String, i64)> = running(&vendor)
        .await
        .iter()
        .map(|run| (run.name.clone(), run.code.to_string(), run.number))
        .collect();
    let expected = [
        ("Second".to_owned(), "exports.onExecutePostLogin = () => 2;".to_owned(), 1),
        ("First".to_owned(), "exports.onExecutePostLogin = () => 1;".to_owned(), 1),
    ];
    assert_eq!(shown, expected);
    vendor.bind(&[]).await;
    assert_eq!(running(&vendor).await, []);
}

#[tokio::test]
async fn a_script_of_another_tenant_does_not_run() {
    let vendor = Vendor::new().await;
    let rival = vendor.rival().await;
    vendor.bind(&[&vendor.action("Greet", json!({"deploy": true})).await]).await;
    assert_eq!((running(&vendor).await.len(), running(&rival).await.len()), (1, 0));
}

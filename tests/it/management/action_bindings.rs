//! What is bound to triggers: contract section 10.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, names};

const PATH: &str = "/actions/triggers/post-login/bindings";

fn by(kind: &str, value: &Value) -> Value {
    json!({"ref": {"type": kind, "value": value}})
}

/// The names of what is bound, in order.
fn bound(bindings: &Value) -> Vec<&str> {
    bindings.as_array().unwrap().iter().map(|binding| binding["action"]["name"].as_str().unwrap()).collect()
}

/// A vendor with two deployed actions.
async fn two() -> (Vendor, String, String) {
    let vendor = Vendor::new().await;
    let first = vendor.action("First", json!({"deploy": true})).await;
    let second = vendor.action("Second", json!({"deploy": true})).await;
    (vendor, first, second)
}

#[tokio::test]
async fn a_binding_is_answered_with_its_action() {
    let (vendor, first, _) = two().await;
    let set = json!({"bindings": [{"ref": {"type": "action_name", "value": "First"}, "display_name": "The first"}]});
    let set = vendor.patch(PATH, set).await.is(200);
    let binding = &set["bindings"][0];
    assert_eq!(names(binding), ["id", "trigger_id", "display_name", "action", "created_at", "updated_at"]);
    assert_eq!(
        (&binding["trigger_id"], &binding["display_name"]),
        (&json!("post-login"), &json!("The first"))
    );
    let action = vendor.get(&format!("/actions/actions/{first}")).await.is(200);
    assert_eq!(binding["action"], action);
    let list = vendor.get(PATH).await.is(200);
    assert_eq!(list, json!({"bindings": [binding], "total": 1, "page": 0, "per_page": 20}));
}

#[tokio::test]
async fn the_whole_list_is_replaced_in_order() {
    let (vendor, first, second) = two().await;
    let before = vendor.bind(&[&first, &second]).await;
    assert_eq!(bound(&before), ["First", "Second"]);
    assert_eq!(before[0]["display_name"], "First");
    let turned =
        json!({"bindings": [by("action_name", &json!("Second")), by("binding_id", &before[0]["id"])]});
    let after = vendor.patch(PATH, turned).await.is(200)["bindings"].clone();
    assert_eq!(bound(&after), ["Second", "First"]);
    assert_eq!(
        (&after[0]["id"], &after[1]["id"]),
        (&before[1]["id"], &before[0]["id"]),
        "a binding lost its id"
    );
    assert_eq!(bound(&vendor.get(PATH).await.is(200)["bindings"]), ["Second", "First"]);
    vendor.patch(PATH, json!({"bindings": []})).await.is(200);
    assert_eq!(vendor.get(PATH).await.is(200)["bindings"], json!([]));
}

#[tokio::test]
async fn a_page_of_the_bindings_is_a_part_of_the_order() {
    let (vendor, first, second) = two().await;
    vendor.bind(&[&second, &first]).await;
    let page = vendor.get(&format!("{PATH}?page=1&per_page=1")).await.is(200);
    assert_eq!((bound(&page["bindings"]), &page["total"]), (vec!["First"], &json!(2)));
    let beyond = vendor.get(&format!("{PATH}?page=1&per_page=100")).await.is(200);
    assert_eq!(beyond, json!({"bindings": [], "page": 1, "per_page": 100}));
}

#[tokio::test]
async fn a_failing_script_denies_unless_its_binding_says_continue() {
    let (vendor, first, second) = two().await;
    let mut lenient = by("action_id", &json!(first));
    lenient["on_failure"] = json!("continue");
    let mut strict = by("action_id", &json!(second));
    strict["on_failure"] = json!("deny");
    let set = vendor.patch(PATH, json!({"bindings": [lenient, strict]})).await.is(200);
    assert_eq!(set["bindings"][0]["on_failure"], "continue");
    assert_eq!(set["bindings"][1].get("on_failure"), None);
    assert_eq!(vendor.get(PATH).await.is(200)["bindings"], set["bindings"]);
}

#[tokio::test]
async fn what_was_never_deployed_is_not_bound() {
    let (vendor, first, _) = two().await;
    vendor.bind(&[&first]).await;
    let draft = vendor.action("Draft", json!({})).await;
    let message = "Payload validation error: 'The action Draft must be deployed before it is bound' on property bindings[1].ref.";
    let body = json!({"bindings": [by("action_id", &json!(first)), by("action_id", &json!(draft))]});
    vendor.patch(PATH, body).await.refuses(400, "invalid_body", message);
    assert_eq!(bound(&vendor.get(PATH).await.is(200)["bindings"]), ["First"], "something was changed");
}

#[tokio::test]
async fn an_action_of_another_trigger_is_not_bound() {
    let vendor = Vendor::new().await;
    let triggers = json!([{"id": "credentials-exchange", "version": "v2"}]);
    let code = "exports.onExecuteCredentialsExchange = async (event, api) => {};";
    vendor.action("Machine", json!({"supported_triggers": triggers, "code": code, "deploy": true})).await;
    let body = json!({"bindings": [by("action_name", &json!("Machine"))]});
    let message = "Payload validation error: 'The action Machine does not support the trigger post-login' on property bindings[0].ref.";
    vendor.patch(PATH, body.clone()).await.refuses(400, "invalid_body", message);
    vendor.patch("/actions/triggers/credentials-exchange/bindings", body).await.is(200);
}

#[tokio::test]
async fn what_belongs_to_another_tenant_cannot_be_bound() {
    let (vendor, first, _) = two().await;
    let binding = vendor.bind(&[&first]).await[0]["id"].clone();
    let rival = vendor.rival().await;
    let message =
        "Payload validation error: 'What is named does not exist' on property bindings[0].ref.value.";
    for named in
        [by("action_id", &json!(first)), by("action_name", &json!("First")), by("binding_id", &binding)]
    {
        rival.patch(PATH, json!({"bindings": [named]})).await.refuses(400, "invalid_body", message);
    }
}

#[tokio::test]
async fn a_binding_is_named_once() {
    let (vendor, first, _) = two().await;
    let held = vendor.bind(&[&first]).await;
    let twice = json!({"bindings": [by("binding_id", &held[0]["id"]), by("binding_id", &held[0]["id"])]});
    let message = "Payload validation error: 'The binding is named twice' on property bindings[1].ref.value.";
    vendor.patch(PATH, twice).await.refuses(400, "invalid_body", message);
}

#[rstest]
#[case(json!({}), "bindings")]
#[case(json!({"bindings": {}}), "bindings")]
#[case(json!({"bindings": [{}]}), "bindings[0].ref")]
#[case(json!({"bindings": [{"ref": {"type": "name", "value": "First"}}]}), "bindings[0].ref.type")]
#[case(json!({"bindings": [{"ref": {"type": "action_name", "value": ""}}]}), "bindings[0].ref.value")]
#[case(json!({"bindings": [{"ref": {"type": "action_name", "value": "First"}, "display_name": ""}]}), "bindings[0].display_name")]
#[case(json!({"bindings": [{"ref": {"type": "action_name", "value": "First"}, "on_failure": "retry"}]}), "bindings[0].on_failure")]
#[case(json!({"bindings": [{"ref": {"type": "action_name", "value": "First"}, "secrets": [{"name": "a", "value": "b"}]}]}), "bindings[0].secrets")]
#[case(json!({"bindings": [{"ref": {"type": "action_name", "value": "First"}, "colour": 1}]}), "bindings[0].colour")]
#[tokio::test]
async fn a_list_that_cannot_be_is_refused_by_field(#[case] body: Value, #[case] field: &str) {
    let (vendor, _, _) = two().await;
    let refused = vendor.patch(PATH, body).await.is(400);
    assert!(refused["message"].as_str().unwrap().ends_with(&format!("on property {field}.")), "{refused}");
}

#[tokio::test]
async fn a_trigger_has_twenty_actions_and_no_more() {
    let (vendor, first, _) = two().await;
    assert_eq!(vendor.bind(&[first.as_str(); 20]).await.as_array().unwrap().len(), 20);
    let body = json!({"bindings": vec![by("action_id", &json!(first)); 21]});
    let message = "Quota exceeded; cannot bind more than 20 actions to a single trigger";
    vendor.patch(PATH, body).await.refuses(409, "", message);
}

#[tokio::test]
async fn a_trigger_that_does_not_exist_is_unknown() {
    let vendor = Vendor::new().await;
    let path = "/actions/triggers/send-phone-message/bindings";
    vendor.get(path).await.refuses(404, "", "That trigger does not exist.");
    vendor.patch(path, json!({"bindings": []})).await.refuses(404, "", "That trigger does not exist.");
}

#[tokio::test]
async fn lists_that_are_set_at_the_same_time_do_not_mix() {
    let (vendor, first, second) = two().await;
    let (one, other) = (vec![first.as_str(); 5], vec![second.as_str(); 5]);
    tokio::join!(vendor.bind(&one), vendor.bind(&other), vendor.bind(&one), vendor.bind(&other));
    let list = vendor.get(PATH).await.is(200);
    let held = bound(&list["bindings"]);
    assert!(held == ["First"; 5] || held == ["Second"; 5], "{held:?}");
}

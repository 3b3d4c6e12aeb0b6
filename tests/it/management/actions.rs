//! Actions: contract section 10.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, names};

const CODE: &str = "exports.onExecutePostLogin = async (event, api) => {};";

fn new(more: Value) -> Value {
    let mut body = json!({
        "name": "Greet", "code": CODE, "supported_triggers": [{"id": "post-login", "version": "v3"}],
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn an_action_is_answered_as_deployment_tools_expect_it() {
    let vendor = Vendor::new().await;
    let body = new(json!({"secrets": [{"name": "KEY", "value": "sesame"}], "dependencies": []}));
    let made = vendor.post("/actions/actions", body).await.is(201);
    let id = made["id"].as_str().unwrap();
    assert_eq!((id.len(), id.matches('-').count()), (36, 4), "{id} is no UUID");
    let now = made["created_at"].clone();
    let expected = json!({
        "id": id, "name": "Greet", "supported_triggers": [{"id": "post-login", "version": "v3"}], "code": CODE,
        "dependencies": [], "runtime": "node22", "status": "built", "secrets": [{"name": "KEY", "updated_at": now}],
        "created_at": now, "updated_at": now, "built_at": now, "all_changes_deployed": false,
    });
    assert_eq!(made, expected);
    assert_eq!(vendor.get(&format!("/actions/actions/{id}")).await.is(200), expected);
}

#[tokio::test]
async fn an_action_can_be_deployed_as_it_is_made() {
    let vendor = Vendor::new().await;
    let made = vendor.post("/actions/actions", new(json!({"deploy": true}))).await.is(201);
    assert_eq!((&made["all_changes_deployed"], &made["status"]), (&json!(true), &json!("built")));
    let version = &made["deployed_version"];
    assert_eq!(
        (&version["number"], &version["deployed"], &version["code"]),
        (&json!(1), &json!(true), &json!(CODE))
    );
    assert_eq!(made["current_version"]["id"], version["id"]);
    assert_eq!(made["current_version"]["status"], "BUILT");
}

#[rstest]
#[case("node12")]
#[case("node18")]
#[case("node18-actions")]
#[case("node22")]
#[tokio::test]
async fn the_runtime_is_kept_as_given(#[case] runtime: &str) {
    let vendor = Vendor::new().await;
    let made = vendor.post("/actions/actions", new(json!({"runtime": runtime}))).await.is(201);
    assert_eq!(made["runtime"], runtime);
}

#[rstest]
#[case::no_name(json!({"name": ""}), "name")]
#[case::long_name(json!({"name": "x".repeat(256)}), "name")]
#[case::control(json!({"name": "a\nb"}), "name")]
#[case::wrong_type(json!({"code": 7}), "code")]
#[case::long_code(json!({"code": "x".repeat(100 * 1024 + 1)}), "code")]
#[case::no_trigger(json!({"supported_triggers": []}), "supported_triggers")]
#[case::two_triggers(json!({"supported_triggers": [{"id": "post-login"}, {"id": "credentials-exchange"}]}), "supported_triggers")]
#[case::unknown_trigger(json!({"supported_triggers": [{"id": "send-phone-message"}]}), "supported_triggers[0].id")]
#[case::unknown_version(json!({"supported_triggers": [{"id": "post-login", "version": "v9"}]}), "supported_triggers[0]")]
#[case::unknown_runtime(json!({"runtime": "node99"}), "runtime")]
#[case::package(json!({"dependencies": [{"name": "lodash", "version": "4.17.21"}]}), "dependencies")]
#[case::module(json!({"modules": [{"module_name": "shared"}]}), "modules")]
#[case::no_value(json!({"secrets": [{"name": "KEY"}]}), "secrets[0].value")]
#[case::unnamed_secret(json!({"secrets": [{"name": "", "value": "v"}]}), "secrets[0].name")]
#[case::long_secret_name(json!({"secrets": [{"name": "x".repeat(129), "value": "v"}]}), "secrets[0].name")]
#[case::long_secret(json!({"secrets": [{"name": "a", "value": "x".repeat(4097)}]}), "secrets[0].value")]
#[case::same_secret(json!({"secrets": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]}), "secrets")]
#[case::unknown_field(json!({"colour": "red"}), "colour")]
#[tokio::test]
async fn what_cannot_be_is_refused_by_field(#[case] more: Value, #[case] field: &str) {
    let vendor = Vendor::new().await;
    let refused = vendor.post("/actions/actions", new(more)).await.is(400);
    let message = refused["message"].as_str().unwrap();
    assert!(message.ends_with(&format!("on property {field}.")), "{message}");
    assert_eq!(vendor.get("/actions/actions").await.is(200)["total"], 0);
}

#[tokio::test]
async fn packages_are_refused_with_the_reason() {
    let vendor = Vendor::new().await;
    let body = new(json!({"dependencies": [{"name": "lodash", "version": "4.17.21"}]}));
    let message = "Payload validation error: 'npm packages are not available to actions; put what the script needs into its code' on property dependencies.";
    vendor.post("/actions/actions", body).await.refuses(400, "invalid_body", message);
}

#[tokio::test]
async fn the_longest_code_and_thirty_secrets_are_taken_and_no_more() {
    let vendor = Vendor::new().await;
    let secrets = |count: usize| -> Vec<Value> {
        (0..count).map(|n| json!({"name": format!("{n:0>128}"), "value": "ü".repeat(4096)})).collect()
    };
    let body = new(json!({"code": "x".repeat(100 * 1024), "secrets": secrets(30)}));
    let made = vendor.post("/actions/actions", body).await.is(201);
    assert_eq!(made["secrets"].as_array().unwrap().len(), 30);
    let refused = vendor.post("/actions/actions", new(json!({"name": "More", "secrets": secrets(31)}))).await;
    assert_eq!(refused.is(400)["errorCode"], "invalid_body");
}

#[tokio::test]
async fn code_may_speak_of_nul() {
    let vendor = Vendor::new().await;
    let code = r"const nul = /\u0000/;";
    let made = vendor.post("/actions/actions", new(json!({"code": code}))).await.is(201);
    assert_eq!(made["code"], code);
}

#[tokio::test]
async fn a_name_is_taken_once_in_a_tenant_and_again_in_another() {
    let vendor = Vendor::new().await;
    vendor.post("/actions/actions", new(json!({}))).await.is(201);
    let other = vendor.action("Other", json!({})).await;
    let message = "An action with this name already exists.";
    vendor.post("/actions/actions", new(json!({}))).await.refuses(409, "action_conflict", message);
    let path = format!("/actions/actions/{other}");
    vendor.patch(&path, json!({"name": "Greet"})).await.refuses(409, "action_conflict", message);
    vendor.rival().await.post("/actions/actions", new(json!({}))).await.is(201);
}

#[tokio::test]
async fn a_patch_changes_the_draft_and_not_what_runs() {
    let vendor = Vendor::new().await;
    let id = vendor.action("Greet", json!({"deploy": true})).await;
    let path = format!("/actions/actions/{id}");
    vendor.later(chrono::Duration::seconds(1));
    let before = vendor.get(&path).await.is(200);
    let after =
        vendor.patch(&path, json!({"code": "// new", "runtime": "node18", "name": "Welcome"})).await.is(200);
    assert_eq!(
        (&after["code"], &after["runtime"], &after["name"]),
        (&json!("// new"), &json!("node18"), &json!("Welcome"))
    );
    assert_eq!(after["all_changes_deployed"], false);
    assert_eq!(after["deployed_version"], before["deployed_version"]);
    assert_ne!(after["updated_at"], before["updated_at"]);
    let back = vendor.patch(&path, json!({"code": before["code"], "runtime": "node22"})).await.is(200);
    assert_eq!(back["all_changes_deployed"], true);
}

#[rstest]
#[case(json!({"supported_triggers": [{"id": "credentials-exchange", "version": "v2"}]}), "supported_triggers[0].id")]
#[case(json!({"dependencies": [{"name": "lodash"}]}), "dependencies")]
#[case(json!({"code": "x".repeat(100 * 1024 + 1)}), "code")]
#[case(json!({"id": "other"}), "id")]
#[tokio::test]
async fn a_patch_that_cannot_be_is_refused_by_field(#[case] patch: Value, #[case] field: &str) {
    let vendor = Vendor::new().await;
    let path = format!("/actions/actions/{}", vendor.action("Greet", json!({})).await);
    let before = vendor.get(&path).await.is(200);
    let refused = vendor.patch(&path, patch).await.is(400);
    assert!(refused["message"].as_str().unwrap().ends_with(&format!("on property {field}.")), "{refused}");
    assert_eq!(vendor.get(&path).await.is(200), before);
}

#[tokio::test]
async fn a_patch_takes_back_what_was_exported() {
    let vendor = Vendor::new().await;
    let secrets = json!([{"name": "KEY", "value": "sesame"}]);
    let path = format!("/actions/actions/{}", vendor.action("Greet", json!({"secrets": secrets})).await);
    let shown = vendor.get(&path).await.is(200);
    let mut exported = json!({"secrets": [{"name": "KEY"}], "modules": []});
    for field in ["name", "code", "runtime", "dependencies", "supported_triggers"] {
        exported[field] = shown[field].clone();
    }
    let after = vendor.patch(&path, exported).await.is(200);
    assert_eq!(after, shown);
}

#[rstest]
#[case("", &["First", "Second", "Machine"])]
#[case("?triggerId=credentials-exchange", &["Machine"])]
#[case("?triggerId=post-change-password", &[])]
#[case("?actionName=Second", &["Second"])]
#[case("?deployed=true", &["Second"])]
#[case("?deployed=false&triggerId=post-login", &["First"])]
#[case("?installed=true", &[])]
#[case("?installed=false", &["First", "Second", "Machine"])]
#[case("?per_page=2", &["First", "Second"])]
#[case("?page=1&per_page=2", &["Machine"])]
#[tokio::test]
async fn actions_are_listed_by_what_they_are(#[case] query: &str, #[case] expected: &[&str]) {
    let vendor = Vendor::new().await;
    vendor.action("First", json!({})).await;
    vendor.action("Second", json!({"deploy": true})).await;
    let machine = json!([{"id": "credentials-exchange", "version": "v2"}]);
    vendor.action("Machine", json!({"supported_triggers": machine})).await;
    let list = vendor.get(&format!("/actions/actions{query}")).await.is(200);
    let found: Vec<&str> =
        list["actions"].as_array().unwrap().iter().map(|action| action["name"].as_str().unwrap()).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_page_says_which_it_is_and_beyond_the_last_no_total() {
    let vendor = Vendor::new().await;
    vendor.action("Greet", json!({})).await;
    let list = vendor.get("/actions/actions").await.is(200);
    assert_eq!((&list["total"], &list["page"], &list["per_page"]), (&json!(1), &json!(0), &json!(20)));
    let beyond = vendor.get("/actions/actions?page=1&per_page=100").await.is(200);
    assert_eq!(beyond, json!({"actions": [], "page": 1, "per_page": 100}));
}

#[rstest]
#[case("per_page=0")]
#[case("per_page=101")]
#[case("page=-1")]
#[case("deployed=maybe")]
#[case("include_totals=true")]
#[tokio::test]
async fn a_parameter_that_cannot_be_is_refused(#[case] query: &str) {
    let answer = Vendor::new().await.get(&format!("/actions/actions?{query}")).await;
    assert_eq!(answer.is(400)["errorCode"], "invalid_query_string");
}

#[tokio::test]
async fn a_bound_action_is_deleted_by_force_alone_and_with_its_bindings() {
    let vendor = Vendor::new().await;
    let id = vendor.action("Greet", json!({"deploy": true})).await;
    vendor.bind(&[&id]).await;
    let path = format!("/actions/actions/{id}");
    let message = "Unable to delete an action bound to a trigger.";
    vendor.delete(&path).await.refuses(409, "", message);
    vendor.delete(&format!("{path}?force=false")).await.refuses(409, "", message);
    vendor.delete(&format!("{path}?force=true")).await.is(204);
    vendor.get(&path).await.refuses(404, "", "That action does not exist.");
    let bindings = vendor.get("/actions/triggers/post-login/bindings").await.is(200);
    assert_eq!(bindings["bindings"], json!([]));
}

#[tokio::test]
async fn an_action_that_is_not_bound_is_deleted() {
    let vendor = Vendor::new().await;
    let path = format!("/actions/actions/{}", vendor.action("Greet", json!({"deploy": true})).await);
    vendor.delete(&path).await.is(204);
    vendor.delete(&path).await.refuses(404, "", "That action does not exist.");
}

#[tokio::test]
async fn the_triggers_are_those_that_run() {
    let list = Vendor::new().await.get("/actions/triggers").await.is(200);
    let trigger = |id: &str, version: &str, compatible: Value| {
        json!({
            "id": id, "version": version, "status": "CURRENT", "runtimes": ["node18-actions", "node22"],
            "default_runtime": "node22", "binding_policy": "trigger-bound", "compatible_triggers": compatible,
        })
    };
    let people = trigger("post-login", "v3", json!([{"id": "post-login", "version": "v2"}]));
    let [machines, before, after, changed] =
        ["credentials-exchange", "pre-user-registration", "post-user-registration", "post-change-password"]
            .map(|id| trigger(id, "v2", json!([])));
    assert_eq!(list, json!({"triggers": [people, machines, before, after, changed]}));
}

#[tokio::test]
async fn there_are_no_modules() {
    let list = Vendor::new().await.get("/actions/modules?per_page=100").await.is(200);
    assert_eq!(names(&list), ["modules", "total", "page", "per_page"]);
    assert_eq!((&list["modules"], &list["total"]), (&json!([]), &json!(0)));
}

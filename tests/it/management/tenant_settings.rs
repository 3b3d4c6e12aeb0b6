//! `/tenants/settings`: contract section 11.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, names};

#[tokio::test]
async fn what_was_never_set_has_its_default() {
    let settings = Vendor::new().await.get("/tenants/settings").await.is(200);
    assert_eq!(settings["allow_organization_name_in_authentication_api"], false);
    assert_eq!(
        (&settings["session_lifetime"], &settings["idle_session_lifetime"]),
        (&json!(168), &json!(72))
    );
    assert_eq!(settings["token_strategy"], "claim");
}

#[tokio::test]
async fn a_patch_answers_all_settings_and_keeps_what_it_leaves_out() {
    let vendor = Vendor::new().await;
    vendor.set(json!({"friendly_name": "Acme", "flags": {"a": true}})).await;
    let after = vendor
        .patch("/tenants/settings", json!({"session_lifetime": 24, "flags": {"b": false}}))
        .await
        .is(200);
    assert_eq!((&after["friendly_name"], &after["session_lifetime"]), (&json!("Acme"), &json!(24)));
    assert_eq!(after["flags"], json!({"a": true, "b": false}));
    assert_eq!(vendor.get("/tenants/settings").await.is(200), after);
}

#[tokio::test]
async fn lifetimes_can_be_given_in_minutes() {
    let vendor = Vendor::new().await;
    let minutes = json!({"session_lifetime_in_minutes": 1440, "idle_session_lifetime_in_minutes": 90});
    let after = vendor.patch("/tenants/settings", minutes).await.is(200);
    assert_eq!((&after["session_lifetime"], &after["idle_session_lifetime"]), (&json!(24), &json!(1.5)));
    assert_eq!(after.get("session_lifetime_in_minutes"), None);
}

#[rstest]
#[case(json!({"session_lifetime_in_minutes": 0}))]
#[case(json!({"session_lifetime_in_minutes": 52_596_001}))]
#[case(json!({"session_lifetime_in_minutes": 1.5}))]
#[case(json!({"session_lifetime_in_minutes": "60"}))]
#[case(json!({"no_such_setting": 1}))]
#[case(json!({"token_strategy": "both"}))]
#[case(json!({"limits": {"no_such_limit": 1}}))]
#[case(json!({"limits": {"roles": -1}}))]
#[case(json!({"actions_allowed_hosts": "api.example.com"}))]
#[case(json!({"actions_allowed_hosts": ["https://api.example.com"]}))]
#[case(json!({"actions_allowed_hosts": ["*"]}))]
#[tokio::test]
async fn a_setting_that_cannot_be_is_refused(#[case] body: Value) {
    let answer = Vendor::new().await.patch("/tenants/settings", body).await;
    assert_eq!(answer.is(400)["errorCode"], "invalid_body");
}

#[tokio::test]
async fn actions_may_fetch_from_no_host_unless_it_is_named() {
    let vendor = Vendor::new().await;
    assert_eq!(vendor.get("/tenants/settings").await.is(200)["actions_allowed_hosts"], json!([]));
    let hosts = json!(["api.example.com", "*.example.org", "localhost:8080"]);
    vendor.set(json!({"actions_allowed_hosts": hosts})).await;
    assert_eq!(vendor.get("/tenants/settings").await.is(200)["actions_allowed_hosts"], hosts);
    vendor.set(json!({"actions_allowed_hosts": null})).await;
    assert_eq!(vendor.get("/tenants/settings").await.is(200)["actions_allowed_hosts"], json!([]));
}

#[tokio::test]
async fn fields_choose_what_is_shown() {
    let shown = Vendor::new().await.get("/tenants/settings?fields=session_lifetime").await.is(200);
    assert_eq!(names(&shown), ["session_lifetime"]);
}

#[tokio::test]
async fn each_tenant_has_settings_of_its_own() {
    let vendor = Vendor::new().await;
    vendor.set(json!({"friendly_name": "Acme"})).await;
    let other = vendor.rival().await.get("/tenants/settings").await.is(200);
    assert_eq!(other.get("friendly_name"), None);
}

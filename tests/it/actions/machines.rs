//! `credentials-exchange`: machine clients.

use rstest::rstest;
use serde_json::{Value, json};

use super::{CLAIM, exchange};
use crate::harness::claims;
use crate::tokens::{API, Shop};

async fn running(script: &str) -> Shop {
    let shop = Shop::open().await;
    shop.vendor.run("credentials-exchange", &[(&exchange(script), json!({}))]).await;
    shop
}

#[tokio::test]
async fn claims_are_added_per_organization() {
    let shop = running("api.accessToken.setCustomClaim('https://acme.example/x', event.organization?.metadata.tier ?? 'none');").await;
    shop.vendor
        .patch(&format!("/organizations/{}", shop.aurora), json!({"metadata": {"tier": "gold"}}))
        .await
        .is(200);
    assert_eq!(claims(&shop.ask_in(&shop.aurora).await.token())[CLAIM], "gold");
    assert_eq!(claims(&shop.ask(&[("audience", API)]).await.token())[CLAIM], "none");
}

#[tokio::test]
async fn a_script_is_told_everything_about_the_request() {
    let shop = running("api.accessToken.setCustomClaim('https://acme.example/x', event);").await;
    let asked = [("audience", API), ("organization", &shop.aurora), ("scope", "read"), ("x-region", "eu")];
    let token = claims(&shop.ask(&asked).await.token());
    let event = &token[CLAIM];
    assert_eq!(event["accessToken"], json!({"customClaims": {}, "scope": ["read"]}));
    assert_eq!(event["transaction"]["requested_scopes"], json!(["read"]));
    assert_eq!(
        (&event["organization"]["name"], &event["client"]["name"]),
        (&json!("aurora"), &json!("Export"))
    );
    let body = &event["request"]["body"];
    assert_eq!((&body["x-region"], &body["grant_type"]), (&json!("eu"), &json!("client_credentials")));
    assert_eq!((&body["client_secret"], &event["request"]["method"]), (&Value::Null, &json!("POST")));
    assert!(!event.to_string().contains(&shop.machine.secret));
}

#[rstest]
#[case("invalid_scope", 400)]
#[case("invalid_request", 400)]
#[case("server_error", 500)]
#[tokio::test]
async fn a_denial_has_the_code_and_the_reason_of_the_script(#[case] code: &str, #[case] status: u16) {
    let shop = running(&format!("api.access.deny('{code}', 'Because.');")).await;
    shop.ask_in(&shop.aurora).await.denies(status, code, "Because.");
    let entry = shop.vendor.last_logged("feccft").await;
    assert_eq!(entry["details"]["action"]["name"], "Action 0");
    assert_eq!((&entry["description"], &entry["client_id"]), (&json!("Because."), &json!(shop.machine.id)));
    assert_eq!(entry["organization_id"], shop.aurora.as_str());
}

#[rstest]
#[case("api.transaction.removeTargetScope('read');", "write")]
#[case("api.transaction.setTargetScopes(['read', 'delete']);", "read")]
#[case("api.transaction.addTargetScope('delete');", "read write")]
#[tokio::test]
async fn a_script_moves_the_scope_within_the_grant(#[case] script: &str, #[case] scope: &str) {
    let shop = running(script).await;
    assert_eq!(shop.scope_in(&shop.aurora).await, scope);
}

#[tokio::test]
async fn a_later_script_sees_the_claims_of_an_earlier_one() {
    let shop = Shop::open().await;
    let first = exchange("api.accessToken.setCustomClaim('https://acme.example/x', 1);");
    let second = exchange(
        "const {customClaims} = event.accessToken;
         api.accessToken.setCustomClaim('https://acme.example/x', customClaims['https://acme.example/x'] + 1);",
    );
    shop.vendor.run("credentials-exchange", &[(&first, json!({})), (&second, json!({}))]).await;
    assert_eq!(claims(&shop.ask_in(&shop.aurora).await.token())[CLAIM], 2);
}

#[tokio::test]
async fn tokens_of_the_management_api_take_claims_with_a_namespace_alone() {
    let shop = running("api.accessToken.setCustomClaim('plain', 1); api.accessToken.setCustomClaim('https://acme.example/x', 2);").await;
    let token = claims(&shop.vendor.management_token("read:users").await);
    assert_eq!((&token["plain"], &token[CLAIM]), (&Value::Null, &json!(2)));
}

#[tokio::test]
async fn an_action_that_is_changed_counts_from_its_deployment_on() {
    let shop = running("api.accessToken.setCustomClaim('https://acme.example/x', 1);").await;
    let all = shop.vendor.get("/actions/actions").await.is(200);
    let id = all["actions"][0]["id"].as_str().unwrap();
    let code = exchange("api.accessToken.setCustomClaim('https://acme.example/x', 2);");
    let path = format!("/actions/actions/{id}");
    shop.vendor.patch(&path, json!({"code": code})).await.is(200);
    assert_eq!(claims(&shop.ask_in(&shop.aurora).await.token())[CLAIM], 1);
    shop.vendor.post(&format!("{path}/deploy"), json!({})).await;
    assert_eq!(claims(&shop.ask_in(&shop.aurora).await.token())[CLAIM], 2);
}

#[tokio::test]
async fn the_actions_of_one_tenant_do_not_run_for_another() {
    let shop = running("api.access.deny('invalid_request', 'no');").await;
    let rival = shop.vendor.rival().await;
    rival.management_token("read:users").await;
}

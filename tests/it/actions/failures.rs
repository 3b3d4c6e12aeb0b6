//! Scripts that fail: who gets a token all the same, and what an operator reads.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{exchange, post_login};
use crate::harness::concurrently;
use crate::sign_in::Lobby;
use crate::tokens::{API, Shop};

const REASON: &str = "An Action failed. The tenant's log says which, and why.";

#[rstest]
#[case::throws("throw new Error('no such plan')", "thrown", "no such plan")]
#[case::is_undefined("event.organization.metadata.plan.name.length", "thrown", "")]
#[case::never_ends("for (;;) {}", "timeout", "")]
#[case::never_settles("await new Promise(() => {})", "stuck", "")]
#[case::fills_memory("const a = []; for (;;) a.push(new Array(1000).fill(1))", "memory", "")]
#[case::long_native("const a = []; a.length = 4294967295; a.join()", "timeout", "")]
#[case::recursion("const f = () => 1 + f(); f()", "stack", "")]
#[case::unknown_in_guildhall("api.multifactor.enable('any')", "unsupported", "multifactor.enable")]
#[tokio::test]
async fn a_failing_script_keeps_the_token_back_and_the_log_says_why(
    #[case] line: &str,
    #[case] kind: &str,
    #[case] words: &str,
) {
    let lobby = Lobby::open().await;
    lobby.vendor.run("post-login", &[(&post_login(&format!("  {line};")), json!({}))]).await;
    let back = lobby.sign_in(&lobby.browser(), &[("organization", &lobby.aurora)]).await;
    assert_eq!(lobby.refused(&back), ("server_error".to_owned(), REASON.to_owned()));
    let execution = lobby.vendor.last_execution().await;
    let result = &execution["results"][0];
    assert_eq!(
        (&execution["status"], &result["status"]),
        (&json!("partial"), &json!("failed")),
        "{execution}"
    );
    assert_eq!(result["error"]["id"], kind, "{result}");
    assert!(result["error"]["msg"].as_str().unwrap().contains(words), "{result}");
    let entry = lobby.vendor.last_logged("actions_execution_failed").await;
    assert_eq!(entry["details"]["execution_id"], execution["id"]);
    assert_eq!(entry["user_id"], lobby.ada.as_str());
}

#[tokio::test]
async fn the_execution_names_line_and_column() {
    let shop = Shop::open().await;
    let script = exchange("  console.log('asked by', event.client.name);\n  null.tier;");
    shop.vendor.run("credentials-exchange", &[(&script, json!({}))]).await;
    shop.ask_in(&shop.aurora).await.denies(500, "server_error", REASON);
    let execution = shop.vendor.last_execution().await;
    let result = &execution["results"][0];
    assert_eq!(
        (&result["error"]["line"], &result["logs"]),
        (&json!(3), &json!("asked by Export")),
        "{result}"
    );
    assert!(result["error"]["column"].as_u64().is_some_and(|column| column > 1), "{result}");
    assert_eq!(execution["client_id"], shop.machine.id.as_str());
    assert_eq!(execution["organization_id"], shop.aurora.as_str());
    let path = format!("/actions/executions/{}", execution["id"].as_str().unwrap());
    assert_eq!(shop.vendor.get(&path).await.is(200)["results"][0]["error"], result["error"]);
}

#[tokio::test]
async fn a_binding_may_say_that_a_failure_does_no_harm() {
    let lobby = Lobby::open().await;
    let failing = post_login("api.idToken.setCustomClaim('https://acme.example/x', 1); throw 1;");
    let after = post_login("api.idToken.setCustomClaim('https://acme.example/y', 2);");
    let scripts = [(failing.as_str(), json!({"on_failure": "continue"})), (after.as_str(), json!({}))];
    lobby.vendor.run("post-login", &scripts).await;
    let tokens = lobby.tokens(&lobby.sign_in(&lobby.browser(), &[]).await).await;
    let id = crate::harness::claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((&id["https://acme.example/x"], &id["https://acme.example/y"]), (&Value::Null, &json!(2)));
    assert_eq!(lobby.vendor.last_execution().await["status"], "partial");
}

#[tokio::test]
async fn claims_that_are_too_large_keep_the_token_back() {
    let shop = Shop::open().await;
    let script = exchange(
        "for (const name of ['a', 'b']) {
           api.accessToken.setCustomClaim('https://acme.example/' + name, 'x'.repeat(60000));
         }",
    );
    shop.vendor.run("credentials-exchange", &[(&script, json!({}))]).await;
    assert_eq!(shop.ask_in(&shop.aurora).await.status, 400);
}

#[tokio::test]
async fn metadata_that_are_too_large_are_not_written() {
    let lobby = Lobby::open().await;
    let script = post_login("api.user.setAppMetadata('a', 'x'.repeat(20000));");
    lobby.vendor.run("post-login", &[(&script, json!({}))]).await;
    let back = lobby.sign_in(&lobby.browser(), &[]).await;
    assert_eq!(lobby.refused(&back).0, "server_error");
    let ada = lobby.vendor.get(&format!("/users/{}", crate::harness::segment(&lobby.ada))).await.is(200);
    assert_eq!(ada["app_metadata"], Value::Null);
}

#[tokio::test]
async fn others_are_answered_while_scripts_run_wild() {
    let shop = Shop::open().await;
    let wild = exchange("if (event.organization) for (;;) {}");
    shop.vendor.run("credentials-exchange", &[(&wild, json!({}))]).await;
    let rival = shop.vendor.rival().await;
    let (address, form) = (shop.vendor.host().to_owned(), shop.machine.clone());
    let aurora = shop.aurora.clone();
    let vendor = std::sync::Arc::new(shop.vendor);
    let storm: Vec<_> = (0..8)
        .map(|_| {
            let (vendor, machine, aurora) = (vendor.clone(), form.clone(), aurora.clone());
            concurrently(async move {
                vendor.ask(&machine, &[("audience", API), ("organization", &aurora)]).await.status
            })
        })
        .collect();
    // No script of the rival's waits for those of the vendor, nor does a request without any.
    for _ in 0..20 {
        let answered =
            tokio::time::timeout(Duration::from_secs(5), rival.management_token("read:users")).await;
        answered.unwrap_or_else(|_| panic!("{address} did not answer"));
    }
    for one in storm {
        assert_eq!(one.await.unwrap(), 500);
    }
}

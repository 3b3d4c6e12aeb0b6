//! Accounts: scripts decide before one is made, and are told afterwards.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::on;
use crate::harness::{Answer, Vendor, segment};
use crate::people::{CONNECTION, EMAIL, PASSWORD};
use crate::sign_in::Lobby;

const DENY: &str =
    "if (event.user.email.endsWith('@example.com')) api.access.deny('on the list', 'Not you.')";

async fn running(trigger: &str, body: &str) -> Lobby {
    let lobby = Lobby::open().await;
    lobby.vendor.run(trigger, &[(&on(trigger, body), json!({}))]).await;
    lobby
}

/// Signs up through the API for applications.
async fn sign_up(lobby: &Lobby) -> Answer {
    let body = json!({"client_id": lobby.web.id, "connection": CONNECTION, "email": "new@example.com",
        "password": PASSWORD, "user_metadata": {"a": 1}});
    lobby.vendor.send(lobby.vendor.request(Method::POST, "/dbconnections/signup").json(&body)).await
}

/// What became of scripts that nobody waits for.
async fn executed(vendor: &Vendor) -> Value {
    loop {
        let execution = vendor.last_execution().await;
        if !execution.is_null() {
            return execution;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_script_refuses_an_account_in_words_for_its_owner_and_others_for_the_log() {
    let lobby = running("pre-user-registration", DENY).await;
    let refused = sign_up(&lobby).await.is(400);
    assert_eq!(
        (&refused["code"], &refused["description"]),
        (&json!("extensibility_error"), &json!("Not you."))
    );
    assert_eq!(lobby.vendor.get("/users-by-email?email=new@example.com").await.is(200), json!([]));
    let entry = lobby.vendor.last_logged("fs").await;
    let reason = "The Action 'Action 0' refused the account: on the list";
    assert_eq!(
        (&entry["description"], &entry["details"]["action"]["name"]),
        (&json!(reason), &json!("Action 0"))
    );
    assert_eq!(lobby.vendor.last_execution().await["trigger_id"], "pre-user-registration");
}

#[tokio::test]
async fn the_page_says_why_there_is_no_account() {
    let lobby = running("pre-user-registration", DENY).await;
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[("screen_hint", "signup")]).await;
    let refused = browser.submit(&page, &[("email", "new@example.com"), ("password", PASSWORD)]).await;
    assert!(refused.status == 400 && refused.text.contains("Not you."), "{}", refused.text);
    assert!(!refused.text.contains("on the list"), "{}", refused.text);
}

#[tokio::test]
async fn the_management_api_is_refused_as_well() {
    let lobby = running("pre-user-registration", DENY).await;
    let new = json!({"connection": CONNECTION, "email": "new@example.com", "password": PASSWORD});
    let message = "The Action 'Action 0' refused the account: on the list";
    lobby.vendor.post("/users", new).await.refuses(400, "invalid_body", message);
}

#[rstest]
#[case::that_throws("null.x")]
#[case::that_knows_too_much("for (const x of 'abcdefghi') api.user.setUserMetadata(x, 'y'.repeat(4000))")]
#[tokio::test]
async fn nobody_gets_an_account_past_a_script(#[case] body: &str) {
    let lobby = running("pre-user-registration", body).await;
    let refused = sign_up(&lobby).await.is(400);
    assert_eq!(
        (&refused["code"], &refused["description"]),
        (&json!("extensibility_error"), &json!("Invalid sign up"))
    );
    assert_eq!(lobby.vendor.get("/users-by-email?email=new@example.com").await.is(200), json!([]));
}

#[tokio::test]
async fn a_script_gives_an_account_its_metadata() {
    let body = "api.user.setUserMetadata('b', event.user.user_metadata.a + 1);
        api.user.setAppMetadata('told', [Object.keys(event.user).includes('user_id'), event.client.client_id,
            event.connection.name, event.request.body.email, 'password' in event.request.body]);";
    let lobby = running("pre-user-registration", body).await;
    let made = sign_up(&lobby).await.is(200);
    let user = lobby.vendor.get(&format!("/users/auth0%7C{}", made["_id"].as_str().unwrap())).await.is(200);
    assert_eq!(user["user_metadata"], json!({"a": 1, "b": 2}));
    let told = json!([false, lobby.web.id, CONNECTION, "new@example.com", false]);
    assert_eq!(user["app_metadata"], json!({ "told": told }));
}

#[rstest]
#[case::by_its_owner(true)]
#[case::by_the_management_api(false)]
#[tokio::test]
async fn scripts_are_told_of_a_new_account(#[case] by_its_owner: bool) {
    let lobby =
        running("post-user-registration", "console.log(event.user.email, typeof event.user.user_id)").await;
    if by_its_owner {
        sign_up(&lobby).await.is(200);
    } else {
        let new = json!({"connection": CONNECTION, "email": "new@example.com", "password": PASSWORD});
        lobby.vendor.post("/users", new).await.is(201);
    }
    let execution = executed(&lobby.vendor).await;
    let known = (&execution["trigger_id"], &execution["status"], &execution["results"][0]["logs"]);
    assert_eq!(known, (&json!("post-user-registration"), &json!("final"), &json!("new@example.com string")));
}

#[tokio::test]
async fn scripts_are_told_of_a_new_password_and_cannot_undo_it() {
    let lobby = running("post-change-password", "console.log(event.user.email); throw new Error('no')").await;
    let path = format!("/users/{}", segment(&lobby.ada));
    lobby.vendor.patch(&path, json!({"password": "another Horse 2"})).await.is(200);
    let execution = executed(&lobby.vendor).await;
    let known = (&execution["trigger_id"], &execution["status"], &execution["results"][0]["logs"]);
    assert_eq!(known, (&json!("post-change-password"), &json!("partial"), &json!(EMAIL)));
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[]).await;
    let entered = browser.submit(&page, &[("username", EMAIL), ("password", "another Horse 2")]).await;
    lobby.tokens(&entered).await;
}

//! Signing in and staying signed in.

use chrono::Duration;
use serde_json::json;

use super::browser::{action, hidden};
use super::{CALLBACK, EMAIL, Lobby, PASSWORD, is_error_page};
use crate::harness::claims;

#[tokio::test]
async fn a_person_signs_in_and_the_client_gets_tokens() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[("nonce", "n-1")]).await;
    assert_eq!((page.status, action(&page).as_str()), (200, "/u/login"));
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(page.header("cache-control"), "no-store");
    let answer = lobby.log_in(&browser, &page).await;
    let returned = lobby.returned(&answer);
    assert_eq!(returned.keys().collect::<Vec<_>>(), ["code", "state"]);
    assert_eq!(returned["state"], "the client's own");
    let tokens = lobby.tokens(&answer).await;
    let id_token = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((&id_token["sub"], &id_token["nonce"]), (&json!(lobby.ada), &json!("n-1")));
    assert_eq!((&id_token["aud"], &id_token["email"]), (&json!(lobby.web.id), &json!(EMAIL)));
    assert!(id_token["sid"].is_string() && id_token.get("org_id").is_none());
}

#[tokio::test]
async fn whoever_is_signed_in_is_asked_nothing() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[]).await;
    let answer = lobby.begin(&browser, &[]).await;
    assert!(lobby.returned(&answer).contains_key("code"));
    let silent = lobby.begin(&browser, &[("prompt", "none")]).await;
    assert!(lobby.returned(&silent).contains_key("code"));
}

#[tokio::test]
async fn nobody_is_asked_where_nobody_may_be() {
    let lobby = Lobby::open().await;
    let answer = lobby.begin(&lobby.browser(), &[("prompt", "none")]).await;
    assert_eq!(lobby.refused(&answer), ("login_required".to_owned(), "Login required".to_owned()));
}

#[tokio::test]
async fn a_session_ends_and_may_be_too_old() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[]).await;
    lobby.vendor.later(Duration::minutes(10));
    let page = lobby.begin(&browser, &[("max_age", "300")]).await;
    assert_eq!(action(&page), "/u/login");
    let answer = lobby.log_in(&browser, &page).await;
    let tokens = lobby.tokens(&answer).await;
    let auth_time = claims(tokens["id_token"].as_str().unwrap())["auth_time"].as_i64();
    assert_eq!(auth_time, Some(lobby.vendor.node.clock.now().timestamp()));
    assert!(lobby.returned(&lobby.begin(&browser, &[("max_age", "300")]).await).contains_key("code"));
    lobby.vendor.later(Duration::hours(73));
    assert_eq!(action(&lobby.begin(&browser, &[]).await), "/u/login");
}

#[tokio::test]
async fn prompt_login_asks_again_and_then_goes_on() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[]).await;
    let session = browser.cookies()["guildhall_session"].clone();
    let answer = lobby.sign_in(&browser, &[("prompt", "login")]).await;
    assert!(lobby.returned(&answer).contains_key("code"));
    assert_eq!(browser.cookies()["guildhall_session"], session, "the session of the same person goes on");
}

#[tokio::test]
async fn a_wrong_password_is_said_like_an_unknown_account() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[]).await;
    let wrong = browser.submit(&page, &[("username", EMAIL), ("password", "wrong")]).await;
    let unknown = browser.submit(&page, &[("username", "nobody@example.com"), ("password", "wrong")]).await;
    for answer in [&wrong, &unknown] {
        assert_eq!(answer.status, 400);
        assert!(answer.text.contains("role=\"alert\""), "{}", answer.text);
        assert!(!browser.cookies().contains_key("guildhall_session"));
    }
    let again = lobby.log_in(&browser, &wrong).await;
    assert!(lobby.returned(&again).contains_key("code"));
}

#[tokio::test]
async fn a_blocked_person_does_not_come_in() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[]).await;
    let path = format!("/users/{}", crate::harness::segment(&lobby.ada));
    lobby.vendor.patch(&path, json!({"blocked": true})).await.is(200);
    let answer = lobby.begin(&browser, &[]).await;
    assert_eq!(lobby.refused(&answer), ("access_denied".to_owned(), "user is blocked".to_owned()));
    let other = lobby.browser();
    let page = lobby.begin(&other, &[]).await;
    assert_eq!(lobby.log_in(&other, &page).await.status, 400);
}

#[tokio::test]
async fn a_form_that_no_page_of_ours_sent_is_refused() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[]).await;
    let state = hidden(&page, "state");
    let fields = [("state", state.as_str()), ("username", EMAIL), ("password", PASSWORD)];
    for csrf in ["", "guessed"] {
        let sent = browser.send_form("/u/login", &[&fields[..], &[("csrf", csrf)]].concat()).await;
        is_error_page(&sent, "");
        assert!(!browser.cookies().contains_key("guildhall_session"));
    }
}

#[tokio::test]
async fn a_sign_in_belongs_to_the_browser_that_began_it() {
    let lobby = Lobby::open().await;
    let (browser, other) = (lobby.browser(), lobby.browser());
    let page = lobby.begin(&browser, &[]).await;
    let state = hidden(&page, "state");
    let address = format!("/u/login?state={state}");
    is_error_page(&other.go(&address).await, "");
    // Also a browser that has a sign-in of its own under way.
    let own = lobby.begin(&other, &[]).await;
    let csrf = hidden(&own, "csrf");
    let fields = [("state", state.as_str()), ("csrf", &csrf), ("username", EMAIL), ("password", PASSWORD)];
    is_error_page(&other.send_form("/u/login", &fields).await, "");
}

#[tokio::test]
async fn an_altered_or_old_state_leads_nowhere() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[]).await;
    let state = hidden(&page, "state");
    let mut altered = state.clone();
    altered.replace_range(60..61, if &state[60..61] == "A" { "B" } else { "A" });
    is_error_page(&browser.go(&format!("/u/login?state={altered}")).await, "");
    is_error_page(&browser.go("/u/login").await, "");
    lobby.vendor.later(Duration::hours(1));
    is_error_page(&browser.go(&format!("/u/login?state={state}")).await, "");
}

#[tokio::test]
async fn a_code_is_exchanged_once() {
    let lobby = Lobby::open().await;
    let answer = lobby.sign_in(&lobby.browser(), &[]).await;
    let code = lobby.returned(&answer)["code"].clone();
    lobby.exchange(&code, &[]).await.is(200);
    lobby.exchange(&code, &[]).await.denies(403, "invalid_grant", "Invalid authorization code");
}

#[tokio::test]
async fn a_person_signs_up_where_that_is_open() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[("screen_hint", "signup")]).await;
    assert_eq!(action(&page), "/u/signup");
    let weak = browser.submit(&page, &[("email", "new@example.com"), ("password", "short")]).await;
    assert_eq!(weak.status, 400);
    let taken = browser.submit(&page, &[("email", EMAIL), ("password", "another Horse 2")]).await;
    assert_eq!(taken.status, 400);
    let answer =
        browser.submit(&page, &[("email", "New@example.com"), ("password", "another Horse 2")]).await;
    let tokens = lobby.tokens(&answer).await;
    let id_token = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((&id_token["email"], &id_token["email_verified"]), (&json!("new@example.com"), &json!(false)));
}

#[tokio::test]
async fn one_browser_is_one_person() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[]).await;
    let first = browser.cookies()["guildhall_session"].clone();
    lobby.vendor.user_in(super::CONNECTION, "grace@example.com", json!({"password": PASSWORD})).await;
    let page = lobby.begin(&browser, &[("prompt", "select_account")]).await;
    let answer = browser.submit(&page, &[("username", "grace@example.com"), ("password", PASSWORD)]).await;
    assert!(answer.header("location").starts_with(CALLBACK));
    assert_ne!(browser.cookies()["guildhall_session"], first);
    let sessions = format!("/users/{}/sessions", crate::harness::segment(&lobby.ada));
    let left = lobby.vendor.get(&sessions).await;
    if left.status == 200 {
        assert_eq!(left.body()["sessions"].as_array().map(Vec::len), Some(0));
    }
}

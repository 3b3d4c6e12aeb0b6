//! Forgotten passwords, and what the links of letters lead to.

use reqwest::Method;
use serde_json::json;

use super::browser::{action, hidden, returned};
use super::{API, CONNECTION, EMAIL, Lobby, PASSWORD, is_error_page};
use crate::harness::{Answer, segment};
use crate::people::{letters, ticket_in};

const NEW_PASSWORD: &str = "wrong Donkey 2";
const DONE: &str = "https://app.example/done";

/// The address of a link in a page.
fn link(page: &Answer, path: &str) -> String {
    let (_, rest) = page.text.split_once(&format!("href=\"{path}")).expect("the link");
    format!("{path}{}", rest.split('"').next().unwrap())
}

async fn ticket(lobby: &Lobby, kind: &str, result_url: Option<&str>) -> String {
    let body = json!({"user_id": lobby.ada, "result_url": result_url, "includeEmailInRedirect": true});
    let made = lobby.vendor.post(&format!("/tickets/{kind}"), body).await.is(201);
    ticket_in(made["ticket"].as_str().unwrap())
}

#[tokio::test]
async fn who_forgot_the_password_chooses_a_new_one() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    letters(&lobby.vendor).await;
    let page = lobby.begin(&browser, &[]).await;
    let page = browser.go(&link(&page, "/u/forgot-password")).await;
    let nothing = browser.submit(&page, &[("email", " ")]).await;
    assert!(nothing.status == 400 && nothing.text.contains("href=\"#email\""), "{}", nothing.text);
    let unknown = browser.submit(&page, &[("email", "nobody@example.com")]).await;
    let sent = browser.submit(&page, &[("email", EMAIL)]).await;
    assert_eq!((unknown.status, sent.status), (200, 200));
    // The letter is written after the answer.
    let letter = loop {
        if let Some(letter) = letters(&lobby.vendor).await.pop() {
            break letter;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(letter.to, EMAIL);

    // Another browser than the one that asked, as of a telephone.
    let browser = lobby.browser();
    let address = format!("/u/reset-password?ticket={}", ticket_in(&letter.text));
    let page = browser.go(&address).await;
    assert_eq!((page.status, action(&page).as_str()), (200, "/u/reset-password"));
    let weak = browser.submit(&page, &[("password", "short")]).await;
    assert!(weak.status == 400 && weak.text.contains("href=\"#password\""), "{}", weak.text);
    let done = browser.submit(&page, &[("password", NEW_PASSWORD)]).await;
    assert!(done.status == 200 && done.text.contains("Password saved"), "{}", done.text);
    is_error_page(&browser.go(&address).await, "This link has been used or has expired.");

    let page = lobby.begin(&browser, &[]).await;
    let old = browser.submit(&page, &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(old.status, 400);
    let new = browser.submit(&page, &[("username", EMAIL), ("password", NEW_PASSWORD)]).await;
    assert!(lobby.returned(&new).contains_key("code"));
}

#[tokio::test]
async fn a_new_password_ends_what_began_with_the_old_one() {
    let lobby = Lobby::open().await;
    let elsewhere = lobby.browser();
    let offline = [("scope", "openid offline_access"), ("audience", API)];
    let back = lobby.sign_in(&elsewhere, &offline).await;
    let tokens = lobby.tokens(&back).await;
    let silently = lobby.begin(&elsewhere, &[("prompt", "none")]).await;
    assert!(lobby.returned(&silently).contains_key("code"));

    let browser = lobby.browser();
    let text = ticket(&lobby, "password-change", None).await;
    let page = browser.go(&format!("/u/reset-password?ticket={text}")).await;
    assert_eq!(browser.submit(&page, &[("password", NEW_PASSWORD)]).await.status, 200);

    let silently = lobby.begin(&elsewhere, &[("prompt", "none")]).await;
    assert_eq!(lobby.refused(&silently).0, "login_required");
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", lobby.web.id.as_str()),
        ("client_secret", lobby.web.secret.as_str()),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    let refused = lobby.vendor.send(lobby.vendor.request(Method::POST, "/oauth/token").form(&form)).await;
    refused.denies(403, "invalid_grant", "Unknown or invalid refresh token.");
}

#[tokio::test]
async fn a_link_verifies_an_address_by_its_button_and_leads_where_its_maker_said() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    let text = ticket(&lobby, "email-verification", Some(DONE)).await;
    let address = format!("/u/email-verification?ticket={text}");
    let user = format!("/users/{}", segment(&lobby.ada));
    let page = browser.go(&address).await;
    assert!(page.text.contains(EMAIL), "{}", page.text);
    assert!(page.header("content-security-policy").contains("form-action 'self' https://app.example;"));
    assert_ne!(lobby.vendor.get(&user).await.is(200)["email_verified"], true);
    let answer = browser.submit(&page, &[]).await;
    let told = returned(&answer, DONE);
    assert_eq!((told["success"].as_str(), told["email"].as_str()), ("true", EMAIL));
    assert_eq!(lobby.vendor.get(&user).await.is(200)["email_verified"], true);
    is_error_page(&browser.submit(&page, &[]).await, "This link has been used or has expired.");
}

#[tokio::test]
async fn a_ticket_is_for_one_thing_and_for_the_browser_that_was_shown_its_page() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    let text = ticket(&lobby, "email-verification", None).await;
    is_error_page(&browser.go(&format!("/u/reset-password?ticket={text}")).await, "This link");
    is_error_page(&browser.go("/u/email-verification").await, "This link");
    let page = browser.go(&format!("/u/email-verification?ticket={text}")).await;
    let csrf = hidden(&page, "csrf");
    let fields = [("state", text.as_str()), ("csrf", csrf.as_str())];
    let other = lobby.browser().send_form("/u/email-verification", &fields).await;
    is_error_page(&other, "This page has expired.");
    assert!(browser.submit(&page, &[]).await.text.contains("Email address verified"));
}

#[tokio::test]
async fn where_passwords_are_not_changed_nobody_is_asked() {
    let lobby = Lobby::open().await;
    let options = json!({"options": {"disable_self_service_change_password": true}});
    lobby.vendor.patch(&format!("/connections/{}", lobby.connection), options).await.is(200);
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[("connection", CONNECTION)]).await;
    assert!(!page.text.contains("/u/forgot-password"), "{}", page.text);
    let state = hidden(&page, "state");
    let elsewhere = browser.go(&format!("/u/forgot-password?state={state}")).await;
    assert_eq!(action(&elsewhere), "/u/login");
}

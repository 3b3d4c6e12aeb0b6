//! Invitations: accepted once, by whom they are for. Contract section 3.4.

use chrono::Duration;
use serde_json::{Value, json};

use super::browser::action;
use super::{CONNECTION, EMAIL, Lobby, PASSWORD};
use crate::harness::{Answer, claims};

async fn invite(lobby: &Lobby, email: &str) -> Value {
    lobby.vendor.invite(&lobby.aurora, &lobby.web.id, email, json!({"roles": [lobby.reader]})).await
}

fn ticket(invitation: &Value) -> String {
    invitation["ticket_id"].as_str().unwrap().to_owned()
}

async fn organization(lobby: &Lobby, answer: &Answer) -> Value {
    claims(lobby.tokens(answer).await["id_token"].as_str().unwrap())["org_id"].clone()
}

#[tokio::test]
async fn a_new_person_accepts_by_signing_up() {
    let lobby = Lobby::open().await;
    let ticket = ticket(&invite(&lobby, "new@example.com").await);
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[("invitation", &ticket), ("organization", &lobby.aurora)]).await;
    assert_eq!(action(&page), "/u/invitation");
    assert!(page.text.contains("Aurora Shipping") && page.text.contains("new@example.com"), "{}", page.text);
    let page = browser.submit(&page, &[("choice", "sign_up")]).await;
    assert_eq!(action(&page), "/u/signup");
    // Another address than the one that was invited is not taken.
    let fields = [("email", "other@example.com"), ("password", "another Horse 2")];
    let answer = browser.submit(&page, &fields).await;
    let tokens = lobby.tokens(&answer).await;
    let id_token = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(id_token["org_id"], json!(lobby.aurora));
    assert_eq!((&id_token["email"], &id_token["email_verified"]), (&json!("new@example.com"), &json!(true)));
    let id = id_token["sub"].as_str().unwrap();
    let path = format!("/organizations/{}/members/{}/roles", lobby.aurora, crate::harness::segment(id));
    assert_eq!(lobby.vendor.get(&path).await.is(200)[0]["id"], json!(lobby.reader));
}

#[tokio::test]
async fn a_person_with_an_account_accepts_by_signing_in() {
    let lobby = Lobby::open().await;
    lobby.vendor.user_in(CONNECTION, "grace@example.com", json!({"password": PASSWORD})).await;
    let ticket = ticket(&invite(&lobby, "Grace@example.com").await);
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[("invitation", &ticket)]).await;
    let page = browser.submit(&page, &[("choice", "sign_in")]).await;
    assert_eq!(action(&page), "/u/login");
    let answer = browser.submit(&page, &[("username", "grace@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(organization(&lobby, &answer).await, json!(lobby.aurora));
}

#[tokio::test]
async fn a_person_who_is_signed_in_accepts_by_a_button() {
    let lobby = Lobby::open().await;
    let empty = lobby.vendor.organization("empty").await;
    lobby.vendor.enable(&empty, &lobby.connection, json!({})).await;
    let invitation = lobby.vendor.invite(&empty, &lobby.web.id, EMAIL, json!({})).await;
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[]).await;
    let page = lobby.begin(&browser, &[("invitation", &ticket(&invitation))]).await;
    assert_eq!(action(&page), "/u/invitation");
    let members = format!("/organizations/{empty}/members");
    assert_eq!(lobby.vendor.get(&members).await.is(200), json!([]), "looking is not accepting");
    let answer = browser.submit(&page, &[("choice", "accept")]).await;
    assert_eq!(organization(&lobby, &answer).await, json!(empty));
}

#[tokio::test]
async fn a_ticket_that_cannot_be_accepted_is_refused() {
    let lobby = Lobby::open().await;
    let refused =
        async |ticket: &str| lobby.refused(&lobby.begin(&lobby.browser(), &[("invitation", ticket)]).await);
    let says = |reason: &str| {
        ("invalid_request".to_owned(), format!("invalid_user_invitation_ticket: ticket {reason}"))
    };
    assert_eq!(refused("nothing").await, says("does not exist"));

    let spent = ticket(&invite(&lobby, EMAIL).await);
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[]).await;
    let page = lobby.begin(&browser, &[("invitation", &spent)]).await;
    browser.submit(&page, &[("choice", "accept")]).await;
    assert_eq!(refused(&spent).await, says("has already been used"));
    let late = browser.submit(&page, &[("choice", "accept")]).await;
    assert_eq!(lobby.refused(&late), says("has already been used"));

    let invitation = invite(&lobby, "late@example.com").await;
    let revoked = invite(&lobby, "gone@example.com").await;
    let path = format!("/organizations/{}/invitations/{}", lobby.aurora, revoked["id"].as_str().unwrap());
    lobby.vendor.delete(&path).await.is(204);
    assert_eq!(refused(&ticket(&revoked)).await, says("does not exist"));
    lobby.vendor.later(Duration::days(7));
    assert_eq!(refused(&ticket(&invitation)).await, says("has expired"));
}

#[tokio::test]
async fn an_invitation_is_for_one_client_and_one_organization() {
    let lobby = Lobby::open().await;
    let ticket = ticket(&invite(&lobby, EMAIL).await);
    let more = [("invitation", ticket.as_str()), ("organization", &lobby.borealis)];
    assert_eq!(lobby.refused(&lobby.begin(&lobby.browser(), &more).await).0, "invalid_request");
    let other = json!({"name": "Other", "callbacks": [super::CALLBACK], "organization_usage": "allow"});
    let other = lobby.vendor.application(other).await;
    let more = [("invitation", ticket.as_str()), ("client_id", &other.id)];
    let refused = lobby.refused(&lobby.begin(&lobby.browser(), &more).await);
    assert_eq!(refused.1, "invalid_user_invitation_ticket: ticket does not exist");
}

#[tokio::test]
async fn another_account_is_not_allowed_to_accept() {
    let lobby = Lobby::open().await;
    let ticket = ticket(&invite(&lobby, "new@example.com").await);
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[]).await;
    let page = lobby.begin(&browser, &[("invitation", &ticket)]).await;
    let page = browser.submit(&page, &[("choice", "sign_in")]).await;
    let answer = lobby.log_in(&browser, &page).await;
    let expected = "the specified account is not allowed to accept the current invitation".to_owned();
    assert_eq!(lobby.refused(&answer), ("access_denied".to_owned(), expected));
}

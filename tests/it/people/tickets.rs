//! Tickets: each does what it is for, once.

use chrono::Duration;
use guildhall_app::Problem;
use guildhall_app::tickets::{self, TicketRefusal};
use guildhall_app::triggers::HttpRequest;
use guildhall_domain::password::Password;
use guildhall_domain::ticket::Ticket;
use guildhall_domain::user::User;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{EMAIL, from, letters, person, sign_in, ticket_in};
use crate::harness::{Vendor, concurrently, segment};

type Outcome = Result<(Ticket, User), TicketRefusal>;

fn verify(vendor: &Vendor, ticket: &str) -> JoinHandle<Outcome> {
    let (app, host, ticket) = (vendor.node.app(), vendor.host().to_owned(), ticket.to_owned());
    concurrently(async move {
        let tenant = app.tenant_of_host(&host).await.unwrap().unwrap();
        tickets::verify_email(&app, &tenant, &ticket, &from("192.0.2.1")).await
    })
}

fn change(vendor: &Vendor, ticket: &str, password: &str) -> JoinHandle<Outcome> {
    let (app, host, ticket) = (vendor.node.app(), vendor.host().to_owned(), ticket.to_owned());
    let password = Password::new(password);
    concurrently(async move {
        let tenant = app.tenant_of_host(&host).await.unwrap().unwrap();
        let origin = from("192.0.2.1");
        tickets::change_password(&app, &tenant, &ticket, password, HttpRequest::silent(&origin)).await
    })
}

fn is_spent(outcome: &Outcome) -> bool {
    matches!(outcome, Err(TicketRefusal::Spent))
}

async fn made(vendor: &Vendor, kind: &str, body: Value) -> String {
    let answer = vendor.post(&format!("/tickets/{kind}"), body).await.is(201);
    ticket_in(answer["ticket"].as_str().unwrap())
}

#[tokio::test]
async fn a_ticket_verifies_an_address_once() {
    let vendor = Vendor::new().await;
    let id = person(&vendor).await;
    let ticket =
        made(&vendor, "email-verification", json!({"user_id": id, "result_url": "https://app.example/done"}))
            .await;
    let (ticket_used, user) = verify(&vendor, &ticket).await.unwrap().unwrap();
    assert!(user.email_verified);
    assert_eq!(ticket_used.result_url.as_deref(), Some("https://app.example/done"));
    assert_eq!(vendor.get(&format!("/users/{}", segment(&id))).await.is(200)["email_verified"], true);
    assert!(is_spent(&verify(&vendor, &ticket).await.unwrap()));
}

#[tokio::test]
async fn a_ticket_verifies_no_address_but_its_own() {
    let vendor = Vendor::new().await;
    let id = person(&vendor).await;
    let ticket = made(&vendor, "email-verification", json!({"user_id": id})).await;
    vendor.patch(&format!("/users/{}", segment(&id)), json!({"email": "other@example.com"})).await.is(200);
    assert!(is_spent(&verify(&vendor, &ticket).await.unwrap()));
}

#[tokio::test]
async fn a_ticket_sets_a_password_once_and_ends_the_others() {
    let vendor = Vendor::new().await;
    let id = person(&vendor).await;
    let ticket =
        made(&vendor, "password-change", json!({"user_id": id, "mark_email_as_verified": true})).await;
    let other = made(&vendor, "password-change", json!({"user_id": id})).await;
    let (_, user) = change(&vendor, &ticket, "another Horse 2").await.unwrap().unwrap();
    assert!(user.email_verified && user.last_password_reset.is_some());
    assert!(sign_in(&vendor, "another Horse 2").await.is_ok());
    for spent in [&ticket, &other] {
        assert!(is_spent(&change(&vendor, spent, "third Horse 333").await.unwrap()));
    }
}

#[tokio::test]
async fn a_password_that_is_too_weak_leaves_the_ticket_as_it_is() {
    let vendor = Vendor::new().await;
    let ticket = made(&vendor, "password-change", json!({"user_id": person(&vendor).await})).await;
    let weak = change(&vendor, &ticket, "short").await.unwrap();
    assert!(matches!(weak, Err(TicketRefusal::Refused(Problem::WeakPassword(_)))), "{weak:?}");
    assert!(change(&vendor, &ticket, "another Horse 2").await.unwrap().is_ok());
}

#[tokio::test]
async fn a_ticket_is_found_by_address_and_connection_too() {
    let vendor = Vendor::new().await;
    person(&vendor).await;
    let connections = vendor.get("/connections").await.is(200);
    let connection = &connections[0]["id"];
    made(&vendor, "password-change", json!({"email": EMAIL, "connection_id": connection})).await;
    let nobody = json!({"email": "nobody@example.com", "connection_id": connection});
    vendor.post("/tickets/password-change", nobody).await.is(404);
}

#[rstest]
#[case::nobody(json!({}))]
#[case::both(json!({"user_id": "auth0|1", "email": EMAIL, "connection_id": "con_1"}))]
#[case::no_connection(json!({"email": EMAIL}))]
#[case::script(json!({"user_id": "auth0|1", "result_url": "javascript:alert(1)"}))]
#[tokio::test]
async fn a_ticket_that_cannot_be_is_refused(#[case] body: Value) {
    let vendor = Vendor::new().await;
    assert_eq!(vendor.post("/tickets/password-change", body).await.is(400)["errorCode"], "invalid_body");
}

#[rstest]
#[case(json!({"ttl_sec": 60}), Duration::seconds(60))]
#[case(json!({"ttl_sec": 0}), Duration::days(5))]
#[case(json!({}), Duration::days(5))]
#[tokio::test]
async fn a_ticket_expires(#[case] more: Value, #[case] lifetime: Duration) {
    let vendor = Vendor::new().await;
    let mut body = more;
    body["user_id"] = person(&vendor).await.into();
    let (used, late) = (
        made(&vendor, "email-verification", body.clone()).await,
        made(&vendor, "email-verification", body).await,
    );
    vendor.later(lifetime - Duration::seconds(1));
    assert!(verify(&vendor, &used).await.unwrap().is_ok());
    vendor.later(Duration::seconds(1));
    assert!(is_spent(&verify(&vendor, &late).await.unwrap()));
}

#[tokio::test]
async fn a_ticket_of_one_kind_is_worth_nothing_as_another_or_elsewhere() {
    let vendor = Vendor::new().await;
    let ticket = made(&vendor, "email-verification", json!({"user_id": person(&vendor).await})).await;
    assert!(is_spent(&change(&vendor, &ticket, "another Horse 2").await.unwrap()));
    let rival = vendor.rival().await;
    assert!(is_spent(&verify(&rival, &ticket).await.unwrap()));
    assert!(is_spent(&verify(&vendor, "").await.unwrap()));
    assert!(verify(&vendor, &ticket).await.unwrap().is_ok());
}

#[tokio::test]
async fn of_many_uses_at_once_one_wins() {
    let vendor = Vendor::new().await;
    let ticket = made(&vendor, "email-verification", json!({"user_id": person(&vendor).await})).await;
    let uses: Vec<_> = (0..20).map(|_| verify(&vendor, &ticket)).collect();
    let mut won = 0;
    for outcome in uses {
        won += usize::from(outcome.await.unwrap().is_ok());
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_verification_letter_leads_to_the_ticket_and_the_log_does_not() {
    let vendor = Vendor::new().await;
    let id = person(&vendor).await;
    let job = vendor.post("/jobs/verification-email", json!({"user_id": id})).await.is(201);
    assert_eq!((&job["type"], &job["status"]), (&json!("verification_email"), &json!("completed")));
    let letters = letters(&vendor).await;
    assert_eq!((letters.len(), letters[0].to.as_str()), (1, EMAIL));
    let ticket = ticket_in(&letters[0].text);
    assert!(!vendor.get("/logs").await.is(200).to_string().contains(&ticket));
    assert!(verify(&vendor, &ticket).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_letter_is_written_when_a_user_is_created_with_the_wish_for_it() {
    let vendor = Vendor::new().await;
    let new = json!({"connection": super::CONNECTION, "email": EMAIL, "verify_email": true});
    vendor.post("/users", new).await.is(201);
    assert_eq!(letters(&vendor).await.len(), 1);
    assert_eq!(letters(&vendor).await.len(), 0, "taken once");
}

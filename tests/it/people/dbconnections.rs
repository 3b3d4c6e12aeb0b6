//! `/dbconnections`: contract section 13.4.

use guildhall_app::mail::Language;
use guildhall_app::tickets::{Behalf, forgotten_password};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{CONNECTION, EMAIL, PASSWORD, from, letters, person, sign_in, ticket_in};
use crate::harness::{Answer, Vendor, here};

async fn post(vendor: &Vendor, path: &str, body: Value) -> Answer {
    vendor.send(vendor.request(Method::POST, &format!("/dbconnections/{path}")).json(&body)).await
}

async fn sign_up(vendor: &Vendor, more: Value) -> Answer {
    let client = vendor.client("Web").await;
    let mut body =
        json!({"client_id": client.id, "connection": CONNECTION, "email": EMAIL, "password": PASSWORD});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    post(vendor, "signup", body).await
}

#[tokio::test]
async fn a_person_signs_up_is_asked_to_verify_the_address_and_signs_in() {
    let vendor = Vendor::new().await;
    let made = sign_up(&vendor, json!({"given_name": "Ada", "user_metadata": {"a": "b"}})).await.is(200);
    assert_eq!((&made["email"], &made["email_verified"]), (&json!(EMAIL), &json!(false)));
    let id = made["_id"].as_str().unwrap();
    let user = vendor.get(&format!("/users/auth0%7C{id}")).await.is(200);
    assert_eq!((&user["given_name"], &user["user_metadata"]), (&json!("Ada"), &json!({"a": "b"})));
    assert!(sign_in(&vendor, PASSWORD).await.is_ok());
    let letters = letters(&vendor).await;
    assert_eq!((letters.len(), letters[0].to.as_str()), (1, EMAIL));
    assert_eq!(ticket_in(&letters[0].text).len(), 43);
}

#[tokio::test]
async fn nobody_gives_themselves_what_is_the_vendors() {
    let vendor = Vendor::new().await;
    let more = json!({"app_metadata": {"plan": "gold"}, "email_verified": true, "user_id": "admin", "blocked": false});
    let made = sign_up(&vendor, more).await.is(200);
    let user = vendor.get(&format!("/users/auth0%7C{}", made["_id"].as_str().unwrap())).await.is(200);
    assert_eq!((user.get("app_metadata"), &user["email_verified"]), (None, &json!(false)));
    assert_ne!(made["_id"], "admin");
}

#[rstest]
#[case::quietly(false, "invalid_signup")]
#[case::plainly(true, "user_exists")]
#[tokio::test]
async fn an_account_that_exists_is_named_only_where_the_vendor_wants_it(
    #[case] named: bool,
    #[case] code: &str,
) {
    let vendor = Vendor::new().await;
    vendor.set(json!({"flags": {"enable_public_signup_user_exists_error": named}})).await;
    person(&vendor).await;
    assert_eq!(sign_up(&vendor, json!({})).await.is(400)["code"], code);
    assert_eq!(letters(&vendor).await.len(), 0);
}

#[tokio::test]
async fn a_password_that_is_too_weak_is_refused_with_the_policy() {
    let vendor = Vendor::new().await;
    let refused = sign_up(&vendor, json!({"password": "short"})).await.is(400);
    assert_eq!(
        (&refused["code"], &refused["name"]),
        (&json!("invalid_password"), &json!("PasswordStrengthError"))
    );
    assert!(refused["policy"].as_str().unwrap().contains("At least 8 characters"), "{refused}");
}

#[rstest]
#[case::no_such_client(json!({"client_id": "nobody"}), 403)]
#[case::no_such_connection(json!({"connection": "nowhere"}), 403)]
#[case::no_address(json!({"email": "ada"}), 400)]
#[case::no_password(json!({"password": null}), 400)]
#[tokio::test]
async fn a_sign_up_that_cannot_be_is_refused(#[case] more: Value, #[case] status: u16) {
    sign_up(&Vendor::new().await, more).await.is(status);
}

#[tokio::test]
async fn a_connection_that_takes_nobody_takes_nobody() {
    let vendor = Vendor::new().await;
    let connection = vendor.get("/connections").await.is(200)[0]["id"].as_str().unwrap().to_owned();
    vendor
        .patch(&format!("/connections/{connection}"), json!({"options": {"disable_signup": true}}))
        .await
        .is(200);
    assert_eq!(sign_up(&vendor, json!({})).await.is(400)["code"], "invalid_signup");
}

#[tokio::test]
async fn who_forgot_the_password_is_sent_a_letter_and_nobody_learns_whether() {
    let vendor = Vendor::new().await;
    person(&vendor).await;
    let mut answers = Vec::new();
    for email in ["nobody@example.com", EMAIL] {
        let answer =
            post(&vendor, "change_password", json!({"email": email, "connection": CONNECTION})).await;
        answers.push((answer.status, answer.text));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], (200, "We've just sent you an email to reset your password.".to_owned()));
    // The letter is written after the answer.
    let letter = loop {
        if let Some(letter) = letters(&vendor).await.pop() {
            break letter;
        }
    };
    assert_eq!(letter.to, EMAIL);
    assert!(letter.text.contains("u/reset-password?ticket="), "{}", letter.text);
}

async fn forget(vendor: &Vendor, email: &str, language: Language) {
    let (app, host, email) = (vendor.node.app(), vendor.host().to_owned(), email.to_owned());
    here(async move {
        let tenant = app.tenant_of_host(&host).await.unwrap().unwrap();
        let behalf = Behalf::default();
        forgotten_password(&app, &tenant, CONNECTION, &email, behalf, language, &from("192.0.2.1"))
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_person_is_written_to_five_times_an_hour_at_the_most_and_nobody_else_at_all() {
    let vendor = Vendor::new().await;
    person(&vendor).await;
    forget(&vendor, "nobody@example.com", Language::English).await;
    for _ in 0..8 {
        forget(&vendor, EMAIL, Language::German).await;
    }
    let letters = letters(&vendor).await;
    assert_eq!(letters.len(), 5);
    assert!(letters[0].subject.contains("Passwort"), "{}", letters[0].subject);
}

//! Signing in with a password, and what protects it.

use chrono::Duration;
use guildhall_app::passwords::SignInRefusal;
use rstest::rstest;
use serde_json::json;

use super::{CONNECTION, EMAIL, PASSWORD, attempt, logged, person, sign_in, sign_in_from};
use crate::harness::{Vendor, segment};

fn is_wrong<T>(result: &Result<T, SignInRefusal>) -> bool {
    matches!(result, Err(SignInRefusal::WrongCredentials))
}

fn is_delayed<T>(result: &Result<T, SignInRefusal>) -> bool {
    matches!(result, Err(SignInRefusal::TooManyFailures { .. }))
}

/// Fails to sign in from an address, so often that the account waits.
async fn fail_until_delayed(vendor: &Vendor, address: &str) {
    for _ in 0..100 {
        if is_delayed(&sign_in_from(vendor, address, EMAIL, "wrong").await) {
            return;
        }
    }
    panic!("never delayed");
}

#[tokio::test]
async fn a_user_signs_in_with_the_password_given_by_the_management_api() {
    let vendor = Vendor::new().await;
    let id = person(&vendor).await;
    let user = sign_in(&vendor, PASSWORD).await.unwrap();
    assert_eq!(user.user_id.as_str(), id);
    assert!(is_wrong(&sign_in(&vendor, "correct Horse 2").await));
}

#[rstest]
#[case::address("ADA@Example.com")]
#[case::name("ada")]
#[case::number("+4930123")]
#[tokio::test]
async fn a_user_signs_in_by_address_name_or_number(#[case] identifier: &str) {
    let vendor = Vendor::new().await;
    let new = json!({"connection": CONNECTION, "email": EMAIL, "username": "ada", "phone_number": "+4930123", "password": PASSWORD});
    vendor.post("/users", new).await.is(201);
    assert!(sign_in_from(&vendor, "192.0.2.1", identifier, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn an_answer_never_shows_a_password_or_its_hash() {
    let vendor = Vendor::new().await;
    let id = person(&vendor).await;
    let shown = vendor.get(&format!("/users/{}", segment(&id))).await.is(200).to_string();
    let logs = vendor.get("/logs").await.is(200).to_string();
    for secret in [PASSWORD, "argon2", "password\""] {
        assert!(!shown.contains(secret) && !logs.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_patched_password_takes_the_place_of_the_former_one() {
    let vendor = Vendor::new().await;
    let id = person(&vendor).await;
    let path = format!("/users/{}", segment(&id));
    let user = vendor.patch(&path, json!({"password": "another Horse 2"})).await.is(200);
    assert!(user["last_password_reset"].is_string(), "{user}");
    assert!(is_wrong(&sign_in(&vendor, PASSWORD).await));
    assert!(sign_in(&vendor, "another Horse 2").await.is_ok());
}

#[rstest]
#[case::post(true)]
#[case::patch(false)]
#[tokio::test]
async fn a_password_that_is_too_weak_is_refused(#[case] post: bool) {
    let vendor = Vendor::new().await;
    let answer = match post {
        true => {
            let new = json!({"connection": CONNECTION, "email": EMAIL, "password": "short"});
            vendor.post("/users", new).await
        }
        false => {
            let path = format!("/users/{}", segment(&person(&vendor).await));
            vendor.patch(&path, json!({"password": "short"})).await
        }
    };
    answer.refuses(400, "invalid_body", "PasswordStrengthError: Password is too weak");
}

#[tokio::test]
async fn a_user_without_a_password_cannot_sign_in() {
    let vendor = Vendor::new().await;
    vendor.user(EMAIL).await;
    assert!(is_wrong(&sign_in(&vendor, "").await));
    assert!(is_wrong(&sign_in(&vendor, PASSWORD).await));
}

#[tokio::test]
async fn each_sign_in_is_counted_on_the_user_and_moves_no_epoch() {
    let vendor = Vendor::new().await;
    let path = format!("/users/{}", segment(&person(&vendor).await));
    let user = vendor.get(&path).await.is(200);
    assert!(user.get("last_login").is_none() && user.get("logins_count").is_none(), "{user}");
    let epoch = vendor.epoch().await;
    sign_in(&vendor, PASSWORD).await.unwrap();
    sign_in_from(&vendor, "192.0.2.9", EMAIL, PASSWORD).await.unwrap();
    let user = vendor.get(&path).await.is(200);
    assert_eq!((&user["logins_count"], &user["last_ip"]), (&json!(2), &json!("192.0.2.9")));
    assert!(user["last_login"].is_string());
    assert_eq!(vendor.epoch().await, epoch);
    vendor.patch(&path, json!({"nickname": "a"})).await.is(200);
    assert_eq!(vendor.get(&path).await.is(200)["logins_count"], 2);
}

#[tokio::test]
async fn a_blocked_user_is_told_so_only_with_the_right_password() {
    let vendor = Vendor::new().await;
    let path = format!("/users/{}", segment(&person(&vendor).await));
    vendor.patch(&path, json!({"blocked": true})).await.is(200);
    assert!(matches!(sign_in(&vendor, PASSWORD).await, Err(SignInRefusal::Blocked)));
    assert!(is_wrong(&sign_in(&vendor, "wrong").await));
}

#[tokio::test]
async fn an_account_that_does_not_exist_is_answered_like_one_that_does() {
    let vendor = Vendor::new().await;
    person(&vendor).await;
    for identifier in [EMAIL, "nobody@example.com"] {
        let mut answers = Vec::new();
        for _ in 0..8 {
            let answer = sign_in_from(&vendor, "192.0.2.1", identifier, "wrong").await;
            answers.push((is_wrong(&answer), is_delayed(&answer)));
        }
        let wrong = answers.iter().take_while(|(wrong, _)| *wrong).count();
        assert_eq!(wrong, 6, "{identifier}: {answers:?}");
        assert!(answers[wrong..].iter().all(|(_, delayed)| *delayed), "{identifier}: {answers:?}");
    }
}

#[tokio::test]
async fn failures_are_logged_without_what_was_typed() {
    let vendor = Vendor::new().await;
    let id = person(&vendor).await;
    let _ = sign_in(&vendor, "wrong").await;
    let _ = sign_in_from(&vendor, "192.0.2.1", "my-secret-by-mistake", "wrong").await;
    let wrong = logged(&vendor, "fp").await;
    assert_eq!((wrong.len(), &wrong[0]["user_id"], &wrong[0]["ip"]), (1, &json!(id), &json!("192.0.2.1")));
    let unknown = logged(&vendor, "fu").await;
    assert_eq!(unknown.len(), 1);
    assert!(!json!(unknown).to_string().contains("my-secret-by-mistake"));
}

#[tokio::test]
async fn failures_delay_an_account_at_one_address_and_the_delay_ends() {
    let vendor = Vendor::new().await;
    person(&vendor).await;
    fail_until_delayed(&vendor, "192.0.2.1").await;
    assert!(is_delayed(&sign_in(&vendor, PASSWORD).await), "the right password is not looked at either");
    assert!(sign_in_from(&vendor, "192.0.2.2", EMAIL, PASSWORD).await.is_ok(), "elsewhere nothing changed");
    vendor.later(Duration::minutes(15));
    assert!(sign_in(&vendor, PASSWORD).await.is_ok());
    assert!(is_wrong(&sign_in(&vendor, "wrong").await), "the count starts again after a success");
}

#[tokio::test]
async fn one_persons_failures_delay_nobody_else_in_the_office() {
    let vendor = Vendor::new().await;
    person(&vendor).await;
    let new = json!({"connection": CONNECTION, "email": "bo@example.com", "password": PASSWORD});
    vendor.post("/users", new).await.is(201);
    fail_until_delayed(&vendor, "192.0.2.1").await;
    assert!(sign_in_from(&vendor, "192.0.2.1", "bo@example.com", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn failures_from_everywhere_delay_an_account_but_not_where_its_owner_was_last() {
    let vendor = Vendor::new().await;
    person(&vendor).await;
    sign_in(&vendor, PASSWORD).await.unwrap();
    for stranger in 0..30 {
        let _ = sign_in_from(&vendor, &format!("198.51.100.{stranger}"), EMAIL, "wrong").await;
    }
    assert!(is_delayed(&sign_in_from(&vendor, "203.0.113.1", EMAIL, PASSWORD).await));
    assert!(sign_in(&vendor, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn guesses_side_by_side_are_counted_one_by_one() {
    let vendor = Vendor::new().await;
    person(&vendor).await;
    let guesses: Vec<_> = (0..40).map(|_| attempt(&vendor, "192.0.2.1", EMAIL, "wrong")).collect();
    let mut wrong = 0;
    for guess in guesses {
        wrong += usize::from(is_wrong(&guess.await.unwrap()));
    }
    assert_eq!(wrong, 6);
}

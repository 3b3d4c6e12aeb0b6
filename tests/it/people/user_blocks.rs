//! `/user-blocks`: contract section 8.

use serde_json::json;

use super::{CONNECTION, EMAIL, PASSWORD, person, sign_in, sign_in_from};
use crate::harness::{Vendor, segment};

async fn delayed(vendor: &Vendor) -> String {
    let id = person(vendor).await;
    for _ in 0..6 {
        let _ = sign_in(vendor, "wrong").await;
    }
    id
}

#[tokio::test]
async fn a_delay_is_seen_under_the_identifier_and_under_the_user() {
    let vendor = Vendor::new().await;
    let id = delayed(&vendor).await;
    let expected =
        json!({"blocked_for": [{"identifier": EMAIL, "ip": "192.0.2.1", "connection": CONNECTION}]});
    assert_eq!(vendor.get(&format!("/user-blocks?identifier={EMAIL}")).await.is(200), expected);
    assert_eq!(vendor.get(&format!("/user-blocks/{}", segment(&id))).await.is(200), expected);
    vendor.later(chrono::Duration::minutes(15));
    assert_eq!(
        vendor.get(&format!("/user-blocks?identifier={EMAIL}")).await.is(200),
        json!({"blocked_for": []})
    );
}

#[tokio::test]
async fn a_delay_can_be_ended_by_identifier_and_by_user() {
    for by_user in [true, false] {
        let vendor = Vendor::new().await;
        let id = delayed(&vendor).await;
        assert!(sign_in(&vendor, PASSWORD).await.is_err());
        let path = match by_user {
            true => format!("/user-blocks/{}", segment(&id)),
            false => format!("/user-blocks?identifier={EMAIL}"),
        };
        vendor.delete(&path).await.is(204);
        assert!(sign_in(&vendor, PASSWORD).await.is_ok());
    }
}

#[tokio::test]
async fn a_new_password_ends_a_delay() {
    let vendor = Vendor::new().await;
    let id = delayed(&vendor).await;
    vendor.patch(&format!("/users/{}", segment(&id)), json!({"password": "another Horse 2"})).await.is(200);
    assert!(sign_in(&vendor, "another Horse 2").await.is_ok());
}

#[tokio::test]
async fn an_account_that_does_not_exist_is_delayed_as_well() {
    let vendor = Vendor::new().await;
    for _ in 0..6 {
        let _ = sign_in_from(&vendor, "192.0.2.1", "nobody@example.com", "wrong").await;
    }
    let found = vendor.get("/user-blocks?identifier=nobody@example.com").await.is(200);
    assert_eq!(found["blocked_for"][0]["ip"], "192.0.2.1");
    vendor.get("/user-blocks/auth0%7Cnobody").await.refuses(
        404,
        "inexistent_user",
        "The user does not exist.",
    );
}

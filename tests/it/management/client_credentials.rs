//! Public keys of clients: contract section 6.

use serde_json::json;

use crate::harness::{Vendor, names};

const PUBLIC_KEY: &str = include_str!("../harness/keys/client.pub.pem");

async fn with_client() -> (Vendor, String) {
    let vendor = Vendor::new().await;
    let client = vendor.client("App").await;
    (vendor, format!("/clients/{}", client.id))
}

#[tokio::test]
async fn a_key_is_answered_without_itself() {
    let (vendor, client) = with_client().await;
    let new =
        json!({"credential_type": "public_key", "pem": PUBLIC_KEY, "name": "First", "kid": "first-key-1"});
    let made = vendor.post(&format!("{client}/credentials"), new).await.is(201);
    assert_eq!(names(&made), ["id", "credential_type", "kid", "alg", "name", "created_at", "updated_at"]);
    assert_eq!(
        (&made["kid"], &made["alg"], &made["name"]),
        (&json!("first-key-1"), &json!("RS256"), &json!("First"))
    );
    let list = vendor.get(&format!("{client}/credentials")).await.is(200);
    assert_eq!(list, json!([made]), "the list is a bare array");
    let path = format!("{client}/credentials/{}", made["id"].as_str().unwrap());
    assert_eq!(vendor.get(&path).await.is(200), made);
}

#[tokio::test]
async fn what_is_no_public_key_is_refused() {
    let (vendor, client) = with_client().await;
    for pem in ["nonsense", include_str!("../harness/keys/client.pem")] {
        let new = json!({"credential_type": "public_key", "pem": pem});
        let refused = vendor.post(&format!("{client}/credentials"), new).await;
        assert!(!refused.text.contains("PRIVATE"), "{}", refused.text);
        assert_eq!(refused.is(400)["errorCode"], "invalid_body");
    }
}

#[tokio::test]
async fn a_kid_that_the_client_has_is_refused() {
    let (vendor, client) = with_client().await;
    let new = json!({"credential_type": "public_key", "pem": PUBLIC_KEY});
    vendor.post(&format!("{client}/credentials"), new.clone()).await.is(201);
    let message = "A credential with this kid already exists.";
    vendor.post(&format!("{client}/credentials"), new).await.refuses(409, "credential_conflict", message);
}

#[tokio::test]
async fn a_key_that_the_client_authenticates_by_cannot_be_deleted() {
    let (vendor, client) = with_client().await;
    let new = json!({"credential_type": "public_key", "pem": PUBLIC_KEY});
    let made = vendor.post(&format!("{client}/credentials"), new).await.is(201);
    let path = format!("{client}/credentials/{}", made["id"].as_str().unwrap());
    let methods = json!({"private_key_jwt": {"credentials": [{"id": made["id"]}]}});
    let by_key = json!({"token_endpoint_auth_method": null, "client_authentication_methods": methods});
    vendor.patch(&client, by_key).await.is(200);
    let message = "Cannot delete credential still associated with a client";
    vendor.delete(&path).await.refuses(400, "invalid_body", message);
    let by_secret =
        json!({"client_authentication_methods": null, "token_endpoint_auth_method": "client_secret_post"});
    vendor.patch(&client, by_secret).await.is(200);
    vendor.delete(&path).await.is(204);
}

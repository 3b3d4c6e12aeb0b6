//! What an organization's own clients prove themselves by, and who may issue it.

use chrono::Duration;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::clients::{machine, on};
use super::{API, Customers};
use crate::harness::{Answer, Machine, claims};

const PUBLIC_KEY: &str = include_str!("../harness/keys/client.pub.pem");
const PRIVATE_KEY: &str = include_str!("../harness/keys/client.pem");
const KID: &str = "key-of-the-client";

fn key(kid: &str) -> Value {
    json!({"credential_type": "public_key", "pem": PUBLIC_KEY, "kid": kid, "alg": "RS256"})
}

/// Asks for a token by an assertion that the key has signed.
async fn ask_by_key(all: &Customers, id: &str, kid: &str, jti: &str) -> Answer {
    let now = all.vendor.node.clock.now().timestamp();
    let claims =
        json!({"iss": id, "sub": id, "aud": all.vendor.issuer, "jti": jti, "iat": now, "exp": now + 60});
    let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::RS256) };
    let signer = EncodingKey::from_rsa_pem(PRIVATE_KEY.as_bytes()).unwrap();
    let assertion = jsonwebtoken::encode(&header, &claims, &signer).unwrap();
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let form = [("client_assertion_type", kind), ("client_assertion", &assertion), ("audience", API)];
    all.vendor.ask_with(&form).await
}

#[tokio::test]
async fn a_client_with_keys_has_no_secret() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let keys = json!({"name": "Sync", "access": [on(API, &["read"])], "credentials": [key(KID)]});
    let made = admin.post("/clients", keys).await.is(201);
    assert_eq!(
        (made.get("client_secret"), &made["token_endpoint_auth_method"]),
        (None, &json!("private_key_jwt"))
    );
    let (id, credential) = (machine(&made).id, made["credentials"][0]["id"].as_str().unwrap());
    let token = ask_by_key(&all, &id, KID, "1").await.token();
    assert_eq!(claims(&token)["org_id"], all.aurora.id);
    let path = format!("/clients/{id}");
    admin.post(&format!("{path}/rotate-secret"), json!({})).await.problem(400, "0001");
    let listed = admin.get(&format!("{path}/credentials")).await.is(200);
    assert_eq!((&listed[0]["id"], &listed[0]["kid"]), (&json!(credential), &json!(KID)));
    admin.post(&format!("{path}/credentials"), key(KID)).await.problem(409, "0003");
    admin.post(&format!("{path}/credentials"), key("another-key")).await.is(201);
    admin.post(&format!("{path}/credentials"), key("a-third-key-")).await.problem(403, "0003");
    ask_by_key(&all, &id, "another-key", "2").await.is(200);
    admin.delete(&format!("{path}/credentials/{credential}")).await.is(204);
    assert_eq!(ask_by_key(&all, &id, KID, "3").await.status, 401);
    ask_by_key(&all, &id, "another-key", "4").await.is(200);
    admin.delete(&format!("{path}/credentials/{credential}")).await.problem(404, "0002");
    let other = admin.get(&path).await.is(200)["credentials"][0]["id"].as_str().unwrap().to_owned();
    admin.delete(&format!("{path}/credentials/{other}")).await.is(204);
    assert_eq!(ask_by_key(&all, &id, "another-key", "5").await.status, 401);
    let secret = machine(&admin.post(&format!("{path}/rotate-secret"), json!({})).await.is(200));
    all.ask(&secret, API).await.is(200);
}

#[tokio::test]
async fn the_first_key_takes_the_place_of_the_secret() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let own = all.own_client(&all.aurora.admin.token, json!([on(API, &["read"])])).await;
    all.ask(&own, API).await.is(200);
    let path = format!("/clients/{}/credentials", own.id);
    for body in [json!({}), json!({"credential_type": "public_key", "pem": "x"}), json!({"pem": PUBLIC_KEY})]
    {
        admin.post(&path, body).await.problem(400, "0003");
    }
    let credential = admin.post(&path, key(KID)).await.is(201);
    assert_eq!(all.ask(&own, API).await.status, 401);
    ask_by_key(&all, &own.id, KID, "1").await.is(200);
    admin.delete(&format!("{path}/{}", credential["id"].as_str().unwrap())).await.is(204);
    assert_eq!(all.ask(&own, API).await.status, 401);
}

#[tokio::test]
async fn a_secret_is_rotated_and_the_one_before_ends_a_day_later_or_now() {
    let all = Customers::open().await;
    let own = all.own_client(&all.aurora.admin.token, json!([on(API, &["read"])])).await;
    let path = format!("/clients/{}/rotate-secret", own.id);
    let rotated = async |body: Value| -> Machine {
        let token = all.token_of(&all.aurora.admin.id, &all.aurora.id).await;
        machine(&all.with(&token).post(&path, body).await.is(200))
    };
    let second = rotated(json!({})).await;
    all.ask(&own, API).await.is(200);
    all.ask(&second, API).await.is(200);
    all.vendor.later(Duration::hours(24));
    assert_eq!(all.ask(&own, API).await.status, 401);
    let third = rotated(json!({"revoke_now": true})).await;
    assert_eq!(all.ask(&second, API).await.status, 401);
    all.ask(&third, API).await.is(200);
    let token = all.token_of(&all.aurora.admin.id, &all.aurora.id).await;
    for body in [json!({"revoke_now": "yes"}), json!({"colour": "red"})] {
        all.with(&token).post(&path, body).await.problem(400, "0003");
    }
}

#[tokio::test]
async fn who_does_not_hold_what_the_client_may_have_issues_nothing_by_which_it_proves_itself() {
    let all = Customers::open().await;
    let operator = all.operator().await;
    let operator = all.by(&operator);
    let end = (all.vendor.node.clock.now() + Duration::hours(2)).to_rfc3339();
    let more = json!({"expires_at": end});
    let own = all.own_client_with(&all.aurora.admin.token, json!([on(API, &["read", "write"])]), more).await;
    let path = format!("/clients/{}", own.id);
    operator.post(&format!("{path}/rotate-secret"), json!({})).await.problem(403, "0003");
    operator.post(&format!("{path}/credentials"), key(KID)).await.problem(403, "0003");
    let later = (all.vendor.node.clock.now() + Duration::hours(3)).to_rfc3339();
    for prolonged in [json!({"expires_at": later}), json!({"expires_at": null})] {
        operator.patch(&path, prolonged).await.problem(403, "0003");
    }
    let sooner = (all.vendor.node.clock.now() + Duration::hours(1)).to_rfc3339();
    operator.patch(&path, json!({"expires_at": sooner, "name": "Renamed"})).await.is(200);
    operator.patch(&path, json!({"disabled": true})).await.is(200);
    operator.patch(&path, json!({"disabled": false})).await.problem(403, "0003");
    // What the envelope suspends can come back, and so counts as well.
    let envelope = format!("/organizations/{}/envelope", all.aurora.id);
    let read = json!([{"resource_server_identifier": API, "permission_name": "read"}]);
    all.vendor.put(&envelope, json!({"grantable_permissions": read})).await.is(200);
    operator.patch(&path, json!({"disabled": false})).await.problem(403, "0003");
    operator.post(&format!("{path}/rotate-secret"), json!({})).await.problem(403, "0003");
    all.by(&all.aurora.admin).patch(&path, json!({"disabled": false})).await.is(200);
    operator.put(&format!("{path}/access"), json!({"access": [on(API, &["read"])]})).await.is(200);
    operator.post(&format!("{path}/rotate-secret"), json!({})).await.is(200);
}

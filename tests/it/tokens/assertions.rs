//! Clients that authenticate by a signed assertion (`private_key_jwt`, RFC 7523).

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rstest::rstest;
use serde_json::{Value, json};

use super::{API, Shop};
use crate::harness::{Answer, claims};

const PUBLIC_KEY: &str = include_str!("../harness/keys/client.pub.pem");
const PRIVATE_KEY: &str = include_str!("../harness/keys/client.pem");
const OTHER_KEY: &str = include_str!("../harness/keys/other.pem");
const KID: &str = "key-of-the-client";
const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A shop whose machine client authenticates by a key.
struct KeyShop(Shop);

impl KeyShop {
    async fn open() -> Self {
        Self::open_with(json!({})).await
    }

    async fn open_with(more: Value) -> Self {
        let shop = Shop::open().await;
        let path = format!("/clients/{}", shop.machine.id);
        let mut new = json!({"credential_type": "public_key", "pem": PUBLIC_KEY, "kid": KID});
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let credential = shop.vendor.post(&format!("{path}/credentials"), new).await.is(201);
        let methods = json!({"private_key_jwt": {"credentials": [{"id": credential["id"]}]}});
        let patch = json!({"token_endpoint_auth_method": null, "client_authentication_methods": methods});
        shop.vendor.patch(&path, patch).await.is(200);
        Self(shop)
    }

    fn now(&self) -> i64 {
        self.0.vendor.node.clock.now().timestamp()
    }

    /// The claims of an assertion that is accepted.
    fn good(&self) -> Value {
        let (id, now) = (&self.0.machine.id, self.now());
        json!({"iss": id, "sub": id, "aud": self.0.vendor.issuer, "jti": "1", "iat": now, "exp": now + 60})
    }

    async fn ask(&self, assertion: &str) -> Answer {
        let parameters =
            [("client_assertion_type", BEARER), ("client_assertion", assertion), ("audience", API)];
        self.0.vendor.ask_with(&parameters).await
    }

    async fn refuses(&self, assertion: &str, why: &str) {
        let description = format!("client_assertion is not accepted: client assertion: {why}");
        self.ask(assertion).await.denies(401, "invalid_client", &description);
    }
}

fn signed(claims: &Value) -> String {
    signed_with(PRIVATE_KEY, Algorithm::RS256, claims)
}

fn signed_with(key: &str, algorithm: Algorithm, claims: &Value) -> String {
    let header = Header { kid: Some(KID.to_owned()), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_rsa_pem(key.as_bytes()).unwrap()).unwrap()
}

#[rstest]
#[case::issuer("")]
#[case::token_endpoint("oauth/token")]
#[tokio::test]
async fn an_assertion_for_this_server_is_answered_with_a_token(#[case] path: &str) {
    let shop = KeyShop::open().await;
    let mut good = shop.good();
    good["aud"] = format!("{}{path}", shop.0.vendor.issuer).into();
    let token = shop.ask(&signed(&good)).await.token();
    assert_eq!(claims(&token)["sub"], format!("{}@clients", shop.0.machine.id));
}

#[rstest]
#[case(Algorithm::RS384, "RS384")]
#[case(Algorithm::PS256, "PS256")]
#[tokio::test]
async fn the_credentials_algorithm_is_the_one_that_counts(#[case] algorithm: Algorithm, #[case] name: &str) {
    let shop = KeyShop::open_with(json!({"alg": name})).await;
    shop.refuses(&signed(&shop.good()), "bad signature").await;
    shop.ask(&signed_with(PRIVATE_KEY, algorithm, &shop.good())).await.is(200);
}

#[tokio::test]
async fn an_assertion_for_an_organization_is_answered_with_its_token() {
    let shop = KeyShop::open().await;
    let assertion = signed(&shop.good());
    let own = shop.0.audience_of(&shop.0.borealis);
    let parameters =
        [("client_assertion_type", BEARER), ("client_assertion", &assertion), ("audience", &own)];
    let token = shop.0.vendor.ask_with(&parameters).await.token();
    assert_eq!(claims(&token)["aud"], own.as_str());
}

#[tokio::test]
async fn the_same_assertion_is_refused_the_second_time() {
    let shop = KeyShop::open().await;
    let assertion = signed(&shop.good());
    shop.ask(&assertion).await.is(200);
    shop.ask(&assertion).await.denies(401, "invalid_client", "client_assertion has already been used");
}

#[tokio::test]
async fn an_assertion_without_a_jti_is_refused() {
    let shop = KeyShop::open().await;
    let mut claims = shop.good();
    claims.as_object_mut().unwrap().remove("jti");
    shop.ask(&signed(&claims)).await.denies(401, "invalid_client", "client_assertion must have a jti");
}

#[rstest]
#[case::for_another_server("aud", json!("https://elsewhere.example/"), "wrong aud")]
#[case::of_another_client("sub", json!("somebody"), "iss and sub must be the client_id")]
#[case::of_another_issuer("iss", json!("somebody"), "iss and sub must be the client_id")]
#[tokio::test]
async fn an_assertion_that_says_something_else_is_refused(
    #[case] claim: &str,
    #[case] value: Value,
    #[case] why: &str,
) {
    let shop = KeyShop::open().await;
    let mut claims = shop.good();
    claims[claim] = value;
    let assertion = signed(&claims);
    let parameters =
        [("client_assertion_type", BEARER), ("client_assertion", assertion.as_str()), ("audience", API)];
    let named = [&parameters[..], &[("client_id", shop.0.machine.id.as_str())]].concat();
    let description = format!("client_assertion is not accepted: client assertion: {why}");
    shop.0.vendor.ask_with(&named).await.denies(401, "invalid_client", &description);
}

#[rstest]
#[case::expired(-1, "expired")]
#[case::valid_for_too_long(7_200, "exp is too far in the future")]
#[tokio::test]
async fn an_assertion_whose_time_is_wrong_is_refused(#[case] seconds: i64, #[case] why: &str) {
    let shop = KeyShop::open().await;
    let mut claims = shop.good();
    claims["exp"] = (shop.now() + seconds).into();
    shop.refuses(&signed(&claims), why).await;
}

#[tokio::test]
async fn an_assertion_by_another_key_is_refused() {
    let shop = KeyShop::open().await;
    shop.refuses(&signed_with(OTHER_KEY, Algorithm::RS256, &shop.good()), "bad signature").await;
}

#[tokio::test]
async fn a_credential_that_expired_is_unknown() {
    let shop = KeyShop::open().await;
    let end = shop.0.vendor.node.clock.now() + chrono::Duration::seconds(10);
    let path = format!("/clients/{}/credentials", shop.0.machine.id);
    let credential = shop.0.vendor.get(&path).await.is(200)[0]["id"].as_str().unwrap().to_owned();
    shop.0.vendor.patch(&format!("{path}/{credential}"), json!({"expires_at": end})).await.is(201);
    shop.0.vendor.later(chrono::Duration::seconds(11));
    shop.refuses(&signed(&shop.good()), "unknown kid").await;
}

#[tokio::test]
async fn a_client_with_keys_is_not_let_in_by_its_secret() {
    let shop = KeyShop::open().await;
    shop.0.ask(&[("audience", API)]).await.denies(401, "access_denied", "Unauthorized");
}

#[tokio::test]
async fn a_client_without_keys_is_not_let_in_by_an_assertion() {
    let shop = Shop::open().await;
    let now = shop.vendor.node.clock.now().timestamp();
    let id = &shop.machine.id;
    let claims = json!({"iss": id, "sub": id, "aud": shop.vendor.issuer, "jti": "1", "exp": now + 60});
    let assertion = signed(&claims);
    let parameters = [("client_assertion_type", BEARER), ("client_assertion", &assertion), ("audience", API)];
    let description = "client_assertion is not accepted: client assertion: unknown kid";
    shop.vendor.ask_with(&parameters).await.denies(401, "invalid_client", description);
}

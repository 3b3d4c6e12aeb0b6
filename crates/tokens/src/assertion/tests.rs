use jsonwebtoken::{EncodingKey, Header};
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::Algorithm;
use crate::certificate::Certificate;
use crate::client_key::{ClientAlgorithm, parse_client_key};
use crate::key::PrivateKey;

const NOW: i64 = 1_800_000_000;
const AUDIENCES: &[&str] = &["https://acme/", "https://acme/oauth/token"];

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

fn certificate(key: &PrivateKey) -> Certificate {
    Certificate::self_signed(key, "client", now()).unwrap()
}

fn bare_pem(key: &PrivateKey) -> String {
    pem::encode(&pem::Pem::new("PUBLIC KEY", certificate(key).public_key_der().unwrap()))
}

fn client() -> (PrivateKey, ClientKey) {
    registered("named")
}

fn registered(kid: &str) -> (PrivateKey, ClientKey) {
    let key = PrivateKey::generate(Algorithm::RS256).unwrap();
    let info = parse_client_key(&bare_pem(&key), ClientAlgorithm::RS256, Some(kid.to_owned())).unwrap();
    (key, info.key)
}

fn claims(change: Value) -> Value {
    let mut claims = json!({
        "iss": "c1", "sub": "c1", "aud": "https://acme/", "jti": "j1", "iat": NOW, "exp": NOW + 60,
    });
    claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    claims
}

fn signed(key: &PrivateKey, alg: ClientAlgorithm, kid: Option<&str>, claims: &Value) -> String {
    crate::provider::install();
    let pem = pem::encode(&pem::Pem::new("PRIVATE KEY", key.to_pkcs8_der().unwrap().to_vec()));
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(alg.into()) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()).unwrap()
}

fn check(jwt: &str, keys: &[ClientKey]) -> Result<AssertionClaims, AssertionError> {
    verify_assertion(jwt, keys, "c1", AUDIENCES, now())
}

#[rstest]
#[case(ClientAlgorithm::RS256)]
#[case(ClientAlgorithm::RS384)]
#[case(ClientAlgorithm::PS256)]
fn accepted_by_key_and_by_certificate(#[case] alg: ClientAlgorithm) {
    let key = PrivateKey::generate(Algorithm::RS256).unwrap();
    let bare = parse_client_key(&bare_pem(&key), alg, None).unwrap();
    let certified = parse_client_key(&certificate(&key).pem(), alg, None).unwrap();
    assert_eq!((bare.key.kid().len(), bare.thumbprint_sha256, bare.expires_at), (43, None, None));
    assert_eq!(bare.key, certified.key);
    assert_eq!(certified.thumbprint_sha256, Some(certificate(&key).thumbprint_sha256()));
    assert_eq!(certified.expires_at, Some(certificate(&key).not_after()));

    let stored: ClientKey = serde_json::from_str(&serde_json::to_string(&bare.key).unwrap()).unwrap();
    let jwt = signed(&key, alg, Some(bare.key.kid()), &claims(json!({})));
    let accepted = AssertionClaims { jti: Some("j1".into()), exp: now() + chrono::Duration::seconds(60) };
    assert_eq!(check(&jwt, &[stored]).unwrap(), accepted);
    assert_eq!(unverified_subject(&jwt).as_deref(), Some("c1"));
}

#[test]
fn the_key_is_chosen_by_kid_or_found() {
    let (mine, my_key) = client();
    let (_, other) = registered("other");
    let keys = [other, my_key];
    let of = |kid| check(&signed(&mine, ClientAlgorithm::RS256, kid, &claims(json!({}))), &keys);
    assert!(of(None).is_ok() && of(Some("named")).is_ok());
    assert_eq!(of(Some("other")).unwrap_err(), AssertionError::BadSignature);
    assert_eq!(of(Some("absent")).unwrap_err(), AssertionError::UnknownKey);
}

#[test]
fn another_algorithm_is_refused() {
    let (key, public) = client();
    for alg in [ClientAlgorithm::RS384, ClientAlgorithm::PS256] {
        let jwt = signed(&key, alg, None, &claims(json!({})));
        assert_eq!(check(&jwt, std::slice::from_ref(&public)).unwrap_err(), AssertionError::BadSignature);
    }
    let forged = EncodingKey::from_secret(bare_pem(&key).as_bytes());
    let forged = jsonwebtoken::encode(&Header::default(), &claims(json!({})), &forged).unwrap();
    assert_eq!(check(&forged, &[public]).unwrap_err(), AssertionError::BadSignature);
}

#[test]
fn claims_are_checked() {
    let (key, public) = client();
    let of = |change| {
        let jwt = signed(&key, ClientAlgorithm::RS256, None, &claims(change));
        check(&jwt, std::slice::from_ref(&public))
    };
    for accepted in [
        json!({"aud": ["https://else/", "https://acme/oauth/token"]}),
        json!({"jti": null}),
        json!({"iat": null}),
        json!({"iat": NOW + 60, "nbf": NOW + 60}),
        json!({"exp": NOW + 3600}),
        json!({"exp": NOW as f64 + 0.5}),
    ] {
        assert!(of(accepted.clone()).is_ok(), "{accepted}");
    }
    for (change, error) in [
        (json!({"iss": "c2"}), AssertionError::WrongClient),
        (json!({"sub": "c2"}), AssertionError::WrongClient),
        (json!({"sub": null}), AssertionError::WrongClient),
        (json!({"aud": "https://acme"}), AssertionError::WrongAudience),
        (json!({"aud": null}), AssertionError::WrongAudience),
        (json!({"exp": null}), AssertionError::NoExpiry),
        (json!({"exp": "soon"}), AssertionError::Malformed),
        (json!({"exp": NOW}), AssertionError::Expired),
        (json!({"exp": NOW + 3601}), AssertionError::TooLong),
        (json!({"exp": 1e300}), AssertionError::TooLong),
        (json!({"iat": NOW + 61}), AssertionError::NotYetValid),
        (json!({"nbf": NOW + 61}), AssertionError::NotYetValid),
    ] {
        assert_eq!(of(change.clone()).unwrap_err(), error, "{change}");
    }
}

#[test]
fn a_subject_needs_a_token() {
    assert_eq!(unverified_subject("a.b.c"), None);
}

use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::Algorithm;
use crate::certificate::Certificate;
use crate::jwks::PublicKey;
use crate::key::PrivateKey;

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn expected() -> Expectations<'static> {
    Expectations { issuer: "https://acme/", audience: "api", typ: &[Typ::Jwt], now: at(NOW), leeway: 0 }
}

fn claims() -> Value {
    json!({"iss": "https://acme/", "sub": "s", "aud": ["api", "other"], "iat": NOW, "exp": NOW + 60})
}

fn pair(algorithm: Algorithm) -> (SigningKey, PublicKey) {
    let private = PrivateKey::generate(algorithm).unwrap();
    let certificate = Certificate::self_signed(&private, "acme", at(NOW)).unwrap();
    let public = PublicKey::new("k1", &private, &certificate).unwrap();
    (SigningKey::new("k1", &private), public)
}

fn check(token: &str, key: &VerifyingKey, expected: &Expectations<'_>) -> Result<Value, VerifyError> {
    verify(token, [key], expected)
}

#[rstest]
#[case(Algorithm::RS256)]
#[case(Algorithm::RS512)]
#[case(Algorithm::PS256)]
#[case(Algorithm::ES256)]
#[case(Algorithm::EdDSA)]
fn round_trip_and_stock_verification(#[case] algorithm: Algorithm) {
    let (signing, public) = pair(algorithm);
    let token = sign(&signing, Typ::Jwt, &claims()).unwrap();
    let header: Value = part(token.split('.').next().unwrap()).unwrap();
    assert_eq!(header, json!({"typ": "JWT", "alg": algorithm, "kid": "k1"}));

    let ours = VerifyingKey::try_from(&public).unwrap();
    assert_eq!(check(&token, &ours, &expected()).unwrap(), claims());

    let jwk: Jwk = serde_json::from_value(serde_json::to_value(&public).unwrap()).unwrap();
    let mut validation = Validation::new(algorithm.into());
    validation.validate_exp = false;
    validation.set_audience(&["api"]);
    validation.set_issuer(&["https://acme/"]);
    let stock =
        jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_jwk(&jwk).unwrap(), &validation).unwrap();
    assert_eq!(stock.claims, claims());

    let (_, other) = pair(algorithm);
    let other = VerifyingKey::try_from(&other).unwrap();
    assert_eq!(check(&token, &other, &expected()).unwrap_err(), VerifyError::BadSignature);
}

#[test]
fn secrets_of_apis_sign_without_a_kid() {
    let token = sign(&SigningKey::secret(None, b"secret"), Typ::Jwt, &claims()).unwrap();
    let header: Value = part(token.split('.').next().unwrap()).unwrap();
    assert_eq!(header, json!({"typ": "JWT", "alg": "HS256"}));
    assert!(check(&token, &VerifyingKey::secret(None, b"secret"), &expected()).is_ok());
    let wrong = VerifyingKey::secret(None, b"Secret");
    assert_eq!(check(&token, &wrong, &expected()).unwrap_err(), VerifyError::BadSignature);
    let named = VerifyingKey::secret(Some("k".into()), b"secret");
    assert_eq!(check(&token, &named, &expected()).unwrap_err(), VerifyError::UnknownKey);
}

#[test]
fn every_changed_character_is_refused() {
    let (signing, public) = pair(Algorithm::ES256);
    let key = VerifyingKey::try_from(&public).unwrap();
    let token = sign(&signing, Typ::Jwt, &claims()).unwrap();
    for index in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(check(&changed, &key, &expected()).is_err(), "{index}: {changed}");
    }
}

#[test]
fn the_header_does_not_choose_the_algorithm() {
    let (signing, public) = pair(Algorithm::RS256);
    let key = VerifyingKey::try_from(&public).unwrap();

    let spki = Certificate::from_der(&STANDARD.decode(&public.x5c[0]).unwrap()).unwrap();
    let pem = pem::encode(&pem::Pem::new("PUBLIC KEY", spki.public_key_der().unwrap()));
    for secret in [&pem, public.n.as_ref().unwrap()].map(String::as_bytes) {
        let header = Header { kid: Some("k1".into()), ..Header::new(jsonwebtoken::Algorithm::HS256) };
        let forged = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(secret)).unwrap();
        assert_eq!(check(&forged, &key, &expected()).unwrap_err(), VerifyError::BadSignature);
    }

    let token = sign(&signing, Typ::Jwt, &claims()).unwrap();
    let payload = token.split('.').nth(1).unwrap();
    for alg in ["none", "None", "RS512", "PS256", ""] {
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "typ": "JWT", "kid": "k1"}).to_string());
        for signature in ["", token.rsplit('.').next().unwrap()] {
            let forged = format!("{header}.{payload}.{signature}");
            assert_eq!(check(&forged, &key, &expected()).unwrap_err(), VerifyError::BadSignature, "{alg}");
        }
    }
}

#[rstest]
#[case::issuer(json!({"iss": "https://acme"}), VerifyError::WrongIssuer)]
#[case::no_issuer(json!({"iss": null}), VerifyError::WrongIssuer)]
#[case::audience(json!({"aud": "apis"}), VerifyError::WrongAudience)]
#[case::no_audience(json!({"aud": []}), VerifyError::WrongAudience)]
#[case::expired(json!({"exp": NOW}), VerifyError::Expired)]
#[case::no_expiry(json!({"exp": null}), VerifyError::Malformed)]
#[case::textual_expiry(json!({"exp": "1900000000"}), VerifyError::Malformed)]
#[case::early(json!({"nbf": NOW + 1}), VerifyError::NotYetValid)]
fn claims_are_checked(#[case] change: Value, #[case] error: VerifyError) {
    let mut claims = claims();
    claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let token = sign(&SigningKey::secret(None, b"s"), Typ::Jwt, &claims).unwrap();
    assert_eq!(check(&token, &VerifyingKey::secret(None, b"s"), &expected()).unwrap_err(), error);
}

#[test]
fn leeway_moves_both_ends() {
    let key = VerifyingKey::secret(None, b"s");
    let claims = json!({"iss": "https://acme/", "aud": "api", "nbf": NOW, "exp": NOW + 60});
    let token = sign(&SigningKey::secret(None, b"s"), Typ::Jwt, &claims).unwrap();
    let moved =
        |now, leeway| check(&token, &key, &Expectations { now: at(now), leeway, ..expected() }).is_ok();
    assert!(moved(NOW, 0) && moved(NOW + 59, 0) && moved(NOW - 10, 10) && moved(NOW + 69, 10));
    assert!(!moved(NOW - 1, 0) && !moved(NOW + 60, 0) && !moved(NOW - 11, 10) && !moved(NOW + 70, 10));
}

#[test]
fn type_and_critical_extensions() {
    let key = VerifyingKey::secret(None, b"s");
    let token = sign(&SigningKey::secret(None, b"s"), Typ::AccessToken, &claims()).unwrap();
    assert_eq!(check(&token, &key, &expected()).unwrap_err(), VerifyError::WrongType);
    let both = Expectations { typ: &[Typ::Jwt, Typ::AccessToken], ..expected() };
    assert!(check(&token, &key, &both).is_ok());
    assert!(Typ::AccessToken.is("application/AT+JWT") && !Typ::Jwt.is("at+jwt"));

    let header = Header { crit: Some(vec!["b64".into()]), ..Header::new(jsonwebtoken::Algorithm::HS256) };
    let critical = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(b"s")).unwrap();
    assert_eq!(check(&critical, &key, &expected()).unwrap_err(), VerifyError::Malformed);
}

#[test]
fn threads_sign_with_their_own_key() {
    let keys: Vec<_> = [Algorithm::ES256, Algorithm::EdDSA].map(pair).into();
    std::thread::scope(|scope| {
        for (signing, public) in keys.iter().cycle().take(8) {
            scope.spawn(move || {
                let key = VerifyingKey::try_from(public).unwrap();
                for _ in 0..50 {
                    let token = sign(signing, Typ::Jwt, &claims()).unwrap();
                    check(&token, &key, &expected()).unwrap();
                }
            });
        }
    });
}

proptest::proptest! {
    #[test]
    fn any_text_is_refused_without_a_panic(text in ".*", parts in "[A-Za-z0-9_.-]{0,80}") {
        let key = VerifyingKey::secret(None, b"s");
        proptest::prop_assert!(check(&text, &key, &expected()).is_err());
        proptest::prop_assert!(check(&parts, &key, &expected()).is_err());
    }
}

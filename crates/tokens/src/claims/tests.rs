use rstest::rstest;
use serde_json::json;

use super::*;
use crate::custom_claims::Names;

const AUTH0: &str = r#"{"iss":"https://acme/","sub":"c1@clients","aud":"https://api","iat":100,"exp":160,"azp":"c1","scope":"read:a write:\"b","org_id":"org_1","org_name":"acme","org_epoch":7,"gty":"client-credentials","https://acme.example/x":1}"#;
const AUTH0_AUTHZ: &str = r#"{"iss":"https://acme/","sub":"c1@clients","aud":"https://api","iat":100,"exp":160,"azp":"c1","scope":"read:a write:\"b","org_id":"org_1","org_name":"acme","org_epoch":7,"permissions":["read:a"],"gty":"client-credentials","https://acme.example/x":1}"#;
const RFC9068: &str = r#"{"iss":"https://acme/","sub":"c1@clients","aud":"https://api","iat":100,"exp":160,"client_id":"c1","jti":"t1","scope":"read:a write:\"b","org_id":"org_1","org_name":"acme","org_epoch":7,"https://acme.example/x":1}"#;
const RFC9068_AUTHZ: &str = r#"{"iss":"https://acme/","sub":"c1@clients","aud":"https://api","iat":100,"exp":160,"client_id":"c1","jti":"t1","scope":"read:a write:\"b","org_id":"org_1","org_name":"acme","org_epoch":7,"permissions":["read:a"],"https://acme.example/x":1}"#;

#[rstest]
#[case(Dialect::AccessToken, "access_token", "JWT", AUTH0)]
#[case(Dialect::AccessTokenAuthz, "access_token_authz", "JWT", AUTH0_AUTHZ)]
#[case(Dialect::Rfc9068, "rfc9068_profile", "at+jwt", RFC9068)]
#[case(Dialect::Rfc9068Authz, "rfc9068_profile_authz", "at+jwt", RFC9068_AUTHZ)]
fn each_dialect(#[case] dialect: Dialect, #[case] name: &str, #[case] typ: &str, #[case] claims: &str) {
    let custom = json!({"sub": "evil", "https://acme.example/x": 1}).as_object().unwrap().clone();
    let token = AccessToken {
        issuer: "https://acme/",
        subject: "c1@clients",
        audience: &["https://api".to_owned()],
        client_id: "c1",
        issued_at: DateTime::from_timestamp(100, 999_999_999).unwrap(),
        lifetime: 60,
        scope: &["read:a".to_owned(), "write:\"b".to_owned()],
        grant: Some(Grant::ClientCredentials),
        permissions: Permissions::Listed(&["read:a".to_owned()]),
        organization: Some(OrganizationClaims { id: Some("org_1"), name: Some("acme"), epoch: 7 }),
        token_id: "t1",
        dialect,
        custom: Some(&CustomClaims::new(custom, Names::Any).unwrap()),
    };
    assert_eq!(serde_json::to_string(&token).unwrap(), claims);
    assert_eq!((serde_json::to_value(dialect).unwrap(), dialect.typ().as_str()), (name.into(), typ));
}

#[rstest]
#[case(Dialect::AccessToken, r#","azp":"c1"}"#)]
#[case(Dialect::AccessTokenAuthz, r#","azp":"c1","permissions":[]}"#)]
#[case(Dialect::Rfc9068, r#","client_id":"c1","jti":"t1"}"#)]
#[case(Dialect::Rfc9068Authz, r#","client_id":"c1","jti":"t1","permissions":[]}"#)]
fn the_least_and_two_audiences(#[case] dialect: Dialect, #[case] rest: &str) {
    let token = AccessToken {
        issuer: "i",
        subject: "s",
        audience: &["a".to_owned(), "i/userinfo".to_owned()],
        client_id: "c1",
        issued_at: DateTime::from_timestamp(1, 0).unwrap(),
        lifetime: 1,
        scope: &[],
        grant: None,
        permissions: Permissions::Listed(&[]),
        organization: None,
        token_id: "t1",
        dialect,
        custom: None,
    };
    let start = r#"{"iss":"i","sub":"s","aud":["a","i/userinfo"],"iat":1,"exp":2"#;
    assert_eq!(serde_json::to_string(&token).unwrap(), format!("{start}{rest}"));
    let without = AccessToken { permissions: Permissions::None, ..token };
    assert!(!serde_json::to_string(&without).unwrap().contains("permissions"));
    let omitted = AccessToken { permissions: Permissions::Omitted, ..token };
    let expected = rest.replace(r#""permissions":[]"#, r#""permissions_omitted":true"#);
    assert_eq!(serde_json::to_string(&omitted).unwrap(), format!("{start}{expected}"));
}

#[test]
fn grants_by_their_names() {
    let names = [Grant::ClientCredentials, Grant::Password, Grant::RefreshToken]
        .map(|grant| serde_json::to_value(grant).unwrap());
    assert_eq!(names, ["client-credentials", "password", "refresh_token"]);
}

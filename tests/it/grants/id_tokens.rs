//! ID tokens: contract section 14.2.

use chrono::DateTime;
use guildhall_domain::authorization_code::{CodeGrant, SignedIn};
use jsonwebtoken::{DecodingKey, Validation};
use reqwest::Method;
use serde_json::{Value, json};

use super::{House, token};
use crate::harness::{claims, header, names, verified};

async fn id_token(house: &House, grant: CodeGrant) -> Value {
    claims(token(&house.tokens(grant).await, "id_token"))
}

#[tokio::test]
async fn the_least_says_who_for_whom_and_how_long() {
    let house = House::open().await;
    let claims = id_token(&house, house.grant("openid")).await;
    assert_eq!(names(&claims), ["iss", "sub", "aud", "iat", "exp"]);
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!("http://vendor.test/"), &json!(house.ada)));
    assert_eq!(claims["aud"], json!(house.web.id));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 36000);
}

#[tokio::test]
async fn everything_that_can_be_said() {
    let house = House::open().await;
    house.vendor.set(json!({"allow_organization_name_in_authentication_api": true})).await;
    house.set_ada(json!({"given_name": "Ada", "phone_number": "+4912345", "phone_verified": true})).await;
    let session = house.session().await;
    let grant = CodeGrant {
        nonce: Some("n".to_owned()),
        session_id: Some(session.clone()),
        signed_in: SignedIn {
            auth_time: DateTime::from_timestamp(1_700_000_000, 0),
            amr: vec!["mfa".to_owned()],
            acr: Some("http://schemas.openid.net/pape/policies/2007/06/multi-factor".to_owned()),
            ..SignedIn::default()
        },
        ..house.grant_in(&house.aurora, "openid profile email phone")
    };
    let claims = id_token(&house, grant).await;
    let expected = [
        "nickname",
        "name",
        "given_name",
        "picture",
        "updated_at",
        "email",
        "email_verified",
        "phone_number",
        "phone_number_verified",
        "iss",
        "sub",
        "aud",
        "iat",
        "exp",
        "auth_time",
        "sid",
        "nonce",
        "amr",
        "acr",
        "org_id",
        "org_name",
    ];
    assert_eq!(names(&claims), expected);
    assert!(claims["updated_at"].as_str().unwrap().ends_with('Z'), "{claims}");
    assert_eq!((&claims["nonce"], &claims["sid"]), (&json!("n"), &json!(session)));
    assert_eq!((&claims["auth_time"], &claims["amr"]), (&json!(1_700_000_000), &json!(["mfa"])));
    assert_eq!((&claims["org_id"], &claims["org_name"]), (&json!(house.aurora), &json!("aurora")));
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("ada@example.com"), &json!(false)));
}

#[tokio::test]
async fn the_tenants_key_signs_it() {
    let house = House::open().await;
    let answer = house.tokens(house.grant("openid")).await;
    let jwks = house.vendor.send(house.vendor.request(Method::GET, "/.well-known/jwks.json")).await.is(200);
    let id_token = token(&answer, "id_token");
    assert_eq!((&header(id_token)["alg"], &header(id_token)["typ"]), (&json!("RS256"), &json!("JWT")));
    assert!(verified(id_token, &jwks).is_some());
}

#[tokio::test]
async fn the_clients_secret_signs_it_where_the_client_wants_so() {
    let house = House::open().await;
    house.set_web(json!({"jwt_configuration": {"alg": "HS256", "lifetime_in_seconds": 60}})).await;
    let answer = house.tokens(house.grant("openid")).await;
    let id_token = token(&answer, "id_token");
    let mut rules = Validation::new(jsonwebtoken::Algorithm::HS256);
    (rules.validate_exp, rules.validate_aud) = (false, false);
    let key = DecodingKey::from_secret(house.web.secret.as_bytes());
    let claims = jsonwebtoken::decode::<Value>(id_token, &key, &rules).unwrap().claims;
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
}

#[tokio::test]
async fn it_is_no_access_token() {
    let house = House::open().await;
    let answer = house.tokens(house.grant("openid")).await;
    let request = house.vendor.request(Method::GET, "/userinfo").bearer_auth(token(&answer, "id_token"));
    assert_eq!(house.vendor.send(request).await.status, 401);
}

#[tokio::test]
async fn what_a_person_may_do_by_the_my_organization_api_is_said_through_clients_made_for_it() {
    const CLAIM: &str = "urn:auth0:my_org_current_user_permissions";
    let house = House::open().await;
    let grant = || house.grant_in(&house.aurora, "openid");
    assert!(id_token(&house, grant()).await.get(CLAIM).is_none());
    let patch = json!({"my_organization_configuration": {}});
    house.vendor.patch(&format!("/clients/{}", house.web.id), patch).await.is(200);
    assert_eq!(id_token(&house, grant()).await[CLAIM], json!([]));
    let my_org = format!("{}my-org/", house.vendor.issuer);
    let (details, roles) = ("read:my_org:details", "create:my_org:member_roles");
    let role = house.vendor.role("Details", &my_org, &[details, roles]).await;
    house.vendor.member_with(&house.aurora, &house.ada, &[&role]).await;
    // As with any token, what counts is what the client lets people have.
    assert_eq!(id_token(&house, grant()).await[CLAIM], json!([]));
    house.vendor.grant_with(&house.web, &my_org, &[details], json!({"subject_type": "user"})).await;
    assert_eq!(id_token(&house, grant()).await[CLAIM], json!([details]));
    assert!(id_token(&house, house.grant("openid")).await.get(CLAIM).is_none());
    let preview = json!({"grant_type": "refresh_token", "client_id": house.web.id, "user_id": house.ada,
        "organization": house.aurora, "scope": "openid"});
    let preview = house.vendor.post("/token-previews", preview).await.is(200);
    assert_eq!(preview["id_token"]["claims"][CLAIM], json!([details]), "{preview}");
}

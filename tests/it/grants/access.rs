//! Access tokens of people: contract section 14.1.

use guildhall_domain::authorization_code::CodeGrant;
use rstest::rstest;
use serde_json::{Value, json};

use super::{API, House, token};
use crate::harness::{claims, header, names, permissions, segment};

/// The claims of the access token for a sign-in.
async fn access(house: &House, grant: CodeGrant) -> Value {
    claims(token(&house.tokens(grant).await, "access_token"))
}

#[tokio::test]
async fn in_an_organization_the_token_says_so_in_the_contracts_order() {
    let house = House::open().await;
    house.vendor.set(json!({"allow_organization_name_in_authentication_api": true})).await;
    let claims = access(&house, house.grant_in(&house.aurora, "openid read write")).await;
    let expected =
        ["iss", "sub", "aud", "iat", "exp", "azp", "scope", "org_id", "org_name", "org_epoch", "permissions"];
    assert_eq!(names(&claims), expected);
    assert_eq!(claims["sub"], json!(house.ada));
    assert_eq!(claims["aud"], json!([API, "http://vendor.test/userinfo"]));
    assert_eq!((&claims["org_id"], &claims["org_name"]), (&json!(house.aurora), &json!("aurora")));
    assert_eq!((&claims["scope"], &claims["permissions"]), (&json!("openid read"), &json!(["read"])));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 86400);
}

#[tokio::test]
async fn without_openid_the_audience_is_the_api_alone() {
    let house = House::open().await;
    let claims = access(&house, house.grant_in(&house.aurora, "read")).await;
    assert_eq!((&claims["aud"], claims.get("org_name")), (&json!(API), None));
}

#[tokio::test]
async fn each_organization_has_its_own_rights_and_the_tenant_has_others() {
    let house = House::open().await;
    house
        .vendor
        .post(&format!("/users/{}/roles", segment(&house.ada)), json!({"roles": [house.writer]}))
        .await
        .is(204);
    let direct = format!("/users/{}/permissions", segment(&house.ada));
    house.vendor.post(&direct, permissions(API, &["read"])).await.is(201);
    for (grant, scope, held) in [
        (house.grant_in(&house.aurora, "read write"), "read", json!(["read"])),
        (house.grant_in(&house.borealis, "read write"), "write", json!(["write"])),
        (house.grant("write read"), "write read", json!(["read", "write"])),
    ] {
        let claims = access(&house, grant).await;
        assert_eq!((&claims["scope"], &claims["permissions"]), (&json!(scope), &held));
    }
}

#[tokio::test]
async fn permissions_are_all_that_is_held_whatever_was_asked_for() {
    let house = House::open().await;
    let claims = access(&house, house.grant_in(&house.aurora, "openid")).await;
    assert_eq!((&claims["scope"], &claims["permissions"]), (&json!("openid"), &json!(["read"])));
}

#[tokio::test]
async fn an_api_that_enforces_nothing_grants_whatever_it_defines() {
    let house = House::open().await;
    let off = json!({"enforce_policies": false});
    house.vendor.patch(&format!("/resource-servers/{}", house.api), off).await.is(200);
    let claims = access(&house, house.grant_in(&house.aurora, "openid write unknown read")).await;
    assert_eq!((&claims["scope"], claims.get("permissions")), (&json!("openid write read"), None));
}

#[tokio::test]
async fn the_audience_strategy_gives_the_organizations_own_audience() {
    let house = House::open().await;
    let claims = access(&house, house.grant_in(&house.borealis, "openid write")).await;
    let own = format!("{API}/organizations/{}", house.borealis);
    assert_eq!(claims["aud"], json!([own, "http://vendor.test/userinfo"]));
    assert_eq!(claims["org_id"], json!(house.borealis));
}

#[tokio::test]
async fn the_dialect_of_rfc_9068() {
    let house = House::open().await;
    let dialect = json!({"token_dialect": "rfc9068_profile_authz"});
    house.vendor.patch(&format!("/resource-servers/{}", house.api), dialect).await.is(200);
    let answer = house.tokens(house.grant_in(&house.aurora, "read")).await;
    let access_token = token(&answer, "access_token");
    assert_eq!(header(access_token)["typ"], "at+jwt");
    let expected = [
        "iss",
        "sub",
        "aud",
        "iat",
        "exp",
        "client_id",
        "jti",
        "scope",
        "org_id",
        "org_epoch",
        "permissions",
    ];
    assert_eq!(names(&claims(access_token)), expected);
}

#[tokio::test]
async fn an_api_with_a_secret_shares_its_tokens_with_nobody() {
    let house = House::open().await;
    let alg = json!({"signing_alg": "HS256", "signing_secret": "a secret of the api"});
    house.vendor.patch(&format!("/resource-servers/{}", house.api), alg).await.is(200);
    let answer = house.tokens(house.grant_in(&house.aurora, "openid read")).await;
    let access_token = token(&answer, "access_token");
    assert_eq!(header(access_token)["alg"], "HS256");
    assert_eq!(claims(access_token)["aud"], json!(API));
}

#[tokio::test]
async fn without_an_api_the_token_is_a_closed_book() {
    let house = House::open().await;
    let grant = CodeGrant { audience: None, ..house.grant_in(&house.aurora, "openid profile read") };
    let answer = house.tokens(grant).await;
    let access_token = token(&answer, "access_token");
    assert!(access_token.starts_with("v1."), "{access_token}");
    assert!(!access_token.contains(&house.ada) && access_token.split('.').nth(1).is_some());
    assert_eq!((&answer["scope"], &answer["expires_in"]), (&json!("openid profile"), &json!(86400)));
}

#[rstest]
#[case::nobody("deny_all", &[], None)]
#[case::without_a_grant("require_client_grant", &[], None)]
#[case::with_a_grant("require_client_grant", &["read"], Some("read"))]
#[case::everyone("allow_all", &[], Some("read write"))]
#[tokio::test]
async fn the_api_says_through_which_clients_people_get_tokens(
    #[case] policy: &str,
    #[case] granted: &[&str],
    #[case] scope: Option<&str>,
) {
    let house = House::open().await;
    let rules = json!({"enforce_policies": false,
        "subject_type_authorization": {"user": {"policy": policy}, "client": {"policy": "deny_all"}}});
    house.vendor.patch(&format!("/resource-servers/{}", house.api), rules).await.is(200);
    if !granted.is_empty() {
        house.vendor.grant_with(&house.web, API, granted, json!({"subject_type": "user"})).await;
    }
    let code = house.code(house.grant("read write")).await;
    let answer = house.exchange(&code, &[]).await;
    match scope {
        Some(scope) => assert_eq!(answer.is(200)["scope"], scope),
        None => answer.denies(
            403,
            "unauthorized_client",
            &format!("Client \"{}\" is not authorized to access resource server \"{API}\".", house.web.id),
        ),
    }
}

#[tokio::test]
async fn people_get_no_tokens_of_the_management_api() {
    let house = House::open().await;
    let audience = Some("http://vendor.test/api/v2/".to_owned());
    let code = house.code(CodeGrant { audience, ..house.grant("read:users") }).await;
    let answer = house.exchange(&code, &[]).await;
    assert_eq!((answer.status, answer.body()["error"].as_str()), (403, Some("unauthorized_client")));
}

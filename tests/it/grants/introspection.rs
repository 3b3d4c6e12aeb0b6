//! `POST /oauth/introspect`: RFC 7662.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{API, House, token};
use crate::harness::{Answer, Machine, names, segment};

async fn ask(house: &House, client: &Machine, token: &str) -> Answer {
    let form = [("client_id", client.id.as_str()), ("client_secret", &client.secret), ("token", token)];
    house.vendor.send(house.vendor.request(Method::POST, "/oauth/introspect").form(&form)).await
}

async fn told(house: &House, token: &str) -> Value {
    house.introspected(token).await
}

#[tokio::test]
async fn tells_of_an_access_token() {
    let house = House::open().await;
    let answer = house.tokens(house.grant_in(&house.aurora, "openid read")).await;
    let told = told(&house, token(&answer, "access_token")).await;
    let expected = [
        "active",
        "scope",
        "permissions",
        "client_id",
        "token_type",
        "exp",
        "iat",
        "sub",
        "aud",
        "iss",
        "org_id",
    ];
    assert_eq!(names(&told), expected);
    assert_eq!((&told["active"], &told["scope"]), (&json!(true), &json!("openid read")));
    assert_eq!((&told["sub"], &told["org_id"]), (&json!(house.ada), &json!(house.aurora)));
    assert_eq!(told["aud"], json!([API, "http://vendor.test/userinfo"]));
}

#[tokio::test]
async fn tells_of_a_token_that_was_signed_with_a_secret() {
    let house = House::open().await;
    let alg = json!({"signing_alg": "HS256", "signing_secret": "a secret of the api"});
    house.vendor.patch(&format!("/resource-servers/{}", house.api), alg).await.is(200);
    let answer = house.tokens(house.grant_in(&house.aurora, "read")).await;
    assert_eq!(told(&house, token(&answer, "access_token")).await["active"], true);
}

#[tokio::test]
async fn tells_of_a_machines_token() {
    let house = House::open().await;
    let machine = house.vendor.client("Export").await;
    let grant = house.vendor.grant(&machine, API, &["read"], "allow").await;
    house.vendor.associate(&house.borealis, &grant).await;
    let parameters = [("audience", API), ("organization", house.borealis.as_str())];
    let access_token = house.vendor.ask(&machine, &parameters).await.token();
    let answer = told(&house, &access_token).await;
    assert_eq!((&answer["active"], &answer["client_id"]), (&json!(true), &json!(machine.id)));
    house.vendor.delete(&format!("/organizations/{}/client-grants/{grant}", house.borealis)).await.is(204);
    assert_eq!(told(&house, &access_token).await, json!({"active": false}));
    house.vendor.associate(&house.borealis, &grant).await;
    assert_eq!(told(&house, &access_token).await["active"], true);
    house.vendor.delete(&format!("/client-grants/{grant}")).await.is(204);
    assert_eq!(told(&house, &access_token).await, json!({"active": false}));
}

#[tokio::test]
async fn tells_what_is_held_now_beside_what_the_token_says() {
    let house = House::open().await;
    let answer = house.tokens(house.grant_in(&house.aurora, "openid read")).await;
    let access_token = token(&answer, "access_token");
    assert_eq!(told(&house, access_token).await["permissions"], json!(["read"]));
    let writer = house.vendor.role("Another", API, &["write"]).await;
    let path = format!("/organizations/{}/members/{}/roles", house.aurora, segment(&house.ada));
    house.vendor.post(&path, json!({"roles": [writer]})).await.is(204);
    let now = told(&house, access_token).await;
    assert_eq!((&now["permissions"], &now["scope"]), (&json!(["read", "write"]), &json!("openid read")));
}

#[tokio::test]
async fn tells_a_client_of_its_own_refresh_tokens() {
    let house = House::open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    let answer = told(&house, &refresh_token).await;
    assert_eq!((&answer["active"], &answer["sub"]), (&json!(true), &json!(house.ada)));
    let other = house.vendor.application(json!({"name": "Other", "app_type": "regular_web"})).await;
    assert_eq!(ask(&house, &other, &refresh_token).await.is(200), json!({"active": false}));
}

#[tokio::test]
async fn tells_what_a_refresh_token_is_worth_now() {
    let house = House::open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    assert_eq!(told(&house, &refresh_token).await["permissions"], json!(["read"]));
    let path = format!("/roles/{}/permissions", house.reader);
    house.vendor.delete_with(&path, crate::harness::permissions(API, &["read"])).await.is(204);
    assert_eq!(told(&house, &refresh_token).await["permissions"], json!([]));
}

#[rstest]
#[case::enforced(true, "openid")]
#[case::for_everyone(false, "openid read")]
#[tokio::test]
async fn tells_no_permission_that_was_lost(#[case] enforces: bool, #[case] expected: &str) {
    let house = House::open().await;
    let patch = json!({"enforce_policies": enforces});
    house.vendor.patch(&format!("/resource-servers/{}", house.api), patch).await.is(200);
    let answer = house.tokens(house.grant_in(&house.aurora, "openid read")).await;
    let path = format!("/roles/{}/permissions", house.reader);
    house.vendor.delete_with(&path, crate::harness::permissions(API, &["read"])).await.is(204);
    let now = told(&house, token(&answer, "access_token")).await;
    assert_eq!(
        (&now["active"], &now["permissions"], &now["scope"]),
        (&json!(true), &json!([]), &json!(expected))
    );
}

#[tokio::test]
async fn tells_that_a_policy_refuses_what_is_for_everyone() {
    let house = House::open().await;
    let patch = json!({"enforce_policies": false});
    house.vendor.patch(&format!("/resource-servers/{}", house.api), patch).await.is(200);
    let answer = house.tokens(house.grant_in(&house.aurora, "openid read")).await;
    let policy = json!({"name": "Verified", "rules": {"require_verified_email": true}});
    house.vendor.post("/access-policies", policy).await.is(201);
    let now = told(&house, token(&answer, "access_token")).await;
    assert_eq!((&now["active"], &now["scope"]), (&json!(true), &json!("openid")));
}

#[rstest]
#[case::grant(json!({"grant_types": ["authorization_code"]}))]
#[case::secret(json!({"token_endpoint_auth_method": "none"}))]
#[tokio::test]
async fn tells_that_a_machine_is_none_any_more(#[case] patch: Value) {
    let house = House::open().await;
    let machine = house.vendor.client("Export").await;
    house.vendor.grant(&machine, API, &["read"], "allow").await;
    let access_token = house.vendor.ask(&machine, &[("audience", API)]).await.token();
    assert_eq!(told(&house, &access_token).await["scope"], "read");
    house.vendor.patch(&format!("/clients/{}", machine.id), patch).await.is(200);
    assert_eq!(told(&house, &access_token).await, json!({"active": false}));
}

#[tokio::test]
async fn tells_that_a_client_refreshes_no_longer() {
    let house = House::open().await;
    let refresh_token = house.refresh_token(None).await;
    house.set_web(json!({"grant_types": ["authorization_code"]})).await;
    assert_eq!(told(&house, &refresh_token).await, json!({"active": false}));
}

#[rstest]
#[tokio::test]
async fn tells_that_a_client_lost_its_place(#[values("access_token", "refresh_token")] kind: &str) {
    let house = House::open().await;
    let answer = house.tokens(house.grant_in(&house.aurora, "read offline_access")).await;
    let token = token(&answer, kind);
    let by_grant = json!({"subject_type_authorization": {"user": {"policy": "require_client_grant"}}});
    house.vendor.patch(&format!("/resource-servers/{}", house.api), by_grant).await.is(200);
    assert_eq!(told(&house, token).await, json!({"active": false}));
    let people = json!({"subject_type": "user"});
    house.vendor.grant_with(&house.web, API, &["read"], people).await;
    assert_eq!(told(&house, token).await["active"], true);
}

#[tokio::test]
async fn tells_that_a_policy_refuses_now() {
    let house = House::open().await;
    let answer = house.tokens(house.grant_in(&house.aurora, "openid read")).await;
    let policy = json!({"name": "Verified", "rules": {"require_verified_email": true}});
    house.vendor.post("/access-policies", policy).await.is(201);
    let now = told(&house, token(&answer, "access_token")).await;
    assert_eq!(
        (&now["active"], &now["permissions"], &now["scope"]),
        (&json!(true), &json!([]), &json!("openid"))
    );
}

#[tokio::test]
async fn a_revoked_key_makes_its_tokens_worthless() {
    let house = House::open().await;
    let answer = house.tokens(house.grant_in(&house.aurora, "read")).await;
    let kid = crate::harness::header(token(&answer, "access_token"))["kid"].as_str().unwrap().to_owned();
    house.vendor.post("/keys/signing/rotate", json!({})).await.is(201);
    assert_eq!(told(&house, token(&answer, "access_token")).await["active"], true);
    house.vendor.put(&format!("/keys/signing/{kid}/revoke"), json!({})).await.is(200);
    assert_eq!(told(&house, token(&answer, "access_token")).await, json!({"active": false}));
}

#[tokio::test]
async fn tells_nothing_of_what_is_no_token_of_this_tenant() {
    let house = House::open().await;
    let rival = house.vendor.rival().await;
    let id_token = house.tokens(house.grant("openid")).await;
    for token in ["nonsense", "a.b.c", &rival.token, token(&id_token, "id_token")] {
        assert_eq!(told(&house, token).await, json!({"active": false}), "{token}");
    }
}

#[rstest]
#[tokio::test]
async fn tells_what_holds_now(
    #[values("time", "blocked", "deleted", "put out")] what: &str,
    #[values("access_token", "refresh_token")] kind: &str,
) {
    let house = House::open_with(json!({"expiration_type": "expiring", "token_lifetime": 86400,
        "infinite_token_lifetime": false}))
    .await;
    let answer = house.tokens(house.grant_in(&house.aurora, "read offline_access")).await;
    let token = token(&answer, kind);
    assert_eq!(told(&house, token).await["active"], true);
    match what {
        "time" => house.later(86400),
        "blocked" => house.set_ada(json!({"blocked": true})).await,
        "deleted" => {
            house.vendor.delete(&format!("/users/{}", segment(&house.ada))).await.is(204);
        }
        _ => house.put_out(&house.aurora).await,
    }
    assert_eq!(told(&house, token).await, json!({"active": false}));
}

#[tokio::test]
async fn a_client_that_cannot_prove_who_it_is_is_told_nothing() {
    let house = House::open().await;
    let wrong = Machine { secret: "wrong".to_owned(), ..house.web.clone() };
    ask(&house, &wrong, "t").await.denies(401, "access_denied", "Unauthorized");
    house.set_web(json!({"token_endpoint_auth_method": "none"})).await;
    let form = [("client_id", house.web.id.as_str()), ("token", "t")];
    let answer = house.vendor.send(house.vendor.request(Method::POST, "/oauth/introspect").form(&form)).await;
    answer.denies(401, "access_denied", "Unauthorized");
}

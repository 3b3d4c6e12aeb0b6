//! Refreshed tokens hold the rights of now; who may have none any more is refused.

use chrono::{Duration, SubsecRound};
use guildhall_domain::authorization_code::{CodeGrant, SignedIn};
use rstest::rstest;
use serde_json::json;

use super::{API, House, token};
use crate::harness::{claims, names, permissions, segment};

pub const INVALID: &str = "Unknown or invalid refresh token.";

#[tokio::test]
async fn a_token_that_does_not_rotate_is_used_again_and_again() {
    let house = House::open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    for _ in 0..2 {
        let answer = house.refresh(&refresh_token, &[]).await.is(200);
        assert_eq!(names(&answer), ["access_token", "id_token", "scope", "expires_in", "token_type"]);
        let claims = claims(token(&answer, "access_token"));
        assert_eq!((&claims["gty"], &claims["org_id"]), (&json!("refresh_token"), &json!(house.aurora)));
        assert_eq!(claims["permissions"], json!(["read"]));
    }
}

#[tokio::test]
async fn the_id_token_tells_of_the_first_sign_in_and_has_no_nonce() {
    let house = House::open().await;
    let signed_in = house.vendor.node.clock.now().trunc_subsecs(0);
    let grant = CodeGrant {
        nonce: Some("n".to_owned()),
        session_id: Some(house.session().await),
        signed_in: SignedIn { auth_time: Some(signed_in), ..SignedIn::default() },
        ..house.grant_in(&house.aurora, "openid offline_access")
    };
    let answer = house.tokens(grant).await;
    house.later(60);
    let answer = house.refresh(token(&answer, "refresh_token"), &[]).await.is(200);
    let claims = claims(token(&answer, "id_token"));
    assert_eq!(names(&claims), ["iss", "sub", "aud", "iat", "exp", "auth_time", "sid", "org_id"]);
    assert_eq!(claims["auth_time"], json!(signed_in.timestamp()));
}

#[tokio::test]
async fn a_role_given_or_taken_is_seen_in_the_next_token() {
    let house = House::open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    let roles = format!("/organizations/{}/members/{}/roles", house.aurora, segment(&house.ada));
    house.vendor.post(&roles, json!({"roles": [house.writer]})).await.is(204);
    assert_eq!(house.refresh(&refresh_token, &[]).await.is(200)["scope"], "openid read write offline_access");
    house.vendor.delete_with(&roles, json!({"roles": [house.reader]})).await.is(204);
    assert_eq!(house.refresh(&refresh_token, &[]).await.is(200)["scope"], "openid write offline_access");
    let path = format!("/roles/{}/permissions", house.writer);
    house.vendor.delete_with(&path, permissions(API, &["write"])).await.is(204);
    assert_eq!(house.refresh(&refresh_token, &[]).await.is(200)["scope"], "openid offline_access");
}

#[tokio::test]
async fn less_scope_can_be_asked_for_and_more_cannot() {
    let house = House::open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    let less = house.refresh(&refresh_token, &[("scope", "read profile")]).await.is(200);
    assert_eq!((&less["scope"], less.get("id_token")), (&json!("read"), None));
    let none = house.refresh(&refresh_token, &[("scope", "profile")]).await;
    none.denies(400, "invalid_scope", "None of the requested scopes was granted to the refresh token.");
    assert_eq!(house.refresh(&refresh_token, &[]).await.is(200)["scope"], "openid read offline_access");
}

#[rstest]
#[tokio::test]
async fn it_ends_with_what_it_stands_on(
    #[values("blocked", "user deleted", "organization deleted", "api deleted")] what: &str,
) {
    let house = House::open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    match what {
        "blocked" => house.set_ada(json!({"blocked": true})).await,
        "user deleted" => {
            house.vendor.delete(&format!("/users/{}", segment(&house.ada))).await.is(204);
        }
        "organization deleted" => {
            house.vendor.delete(&format!("/organizations/{}", house.aurora)).await.is(204);
        }
        _ => {
            house.vendor.delete(&format!("/resource-servers/{}", house.api)).await.is(204);
        }
    }
    house.refresh(&refresh_token, &[]).await.denies(403, "invalid_grant", INVALID);
}

#[tokio::test]
async fn a_deleted_client_is_nobody() {
    let house = House::open().await;
    let refresh_token = house.refresh_token(None).await;
    house.vendor.delete(&format!("/clients/{}", house.web.id)).await.is(204);
    house.refresh(&refresh_token, &[]).await.denies(401, "access_denied", "Unauthorized");
}

#[tokio::test]
async fn a_member_who_was_put_out_is_refused_and_let_in_again_is_not() {
    let house = House::open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    house.put_out(&house.aurora).await;
    let refusal = format!("user {} is not part of the {} organization", house.ada, house.aurora);
    house.refresh(&refresh_token, &[]).await.denies(403, "invalid_grant", &refusal);
    house.vendor.member(&house.aurora, &house.ada).await;
    assert_eq!(house.refresh(&refresh_token, &[]).await.is(200)["scope"], "openid offline_access");
}

#[tokio::test]
async fn another_client_cannot_use_it() {
    let house = House::open().await;
    let refresh_token = house.refresh_token(None).await;
    let other = house.vendor.application(json!({"name": "Other", "app_type": "regular_web"})).await;
    let theirs = [
        ("grant_type", "refresh_token"),
        ("client_id", other.id.as_str()),
        ("client_secret", other.secret.as_str()),
        ("refresh_token", &refresh_token),
    ];
    house.ask(&theirs).await.denies(403, "invalid_grant", INVALID);
    house.refresh(&refresh_token, &[]).await.is(200);
}

#[rstest]
#[case::whole(json!({"token_lifetime": 100, "infinite_token_lifetime": false}), &[60, 39], 1)]
#[case::idle(json!({"idle_token_lifetime": 100, "infinite_idle_token_lifetime": false}), &[99, 99, 99], 100)]
#[tokio::test]
async fn lifetimes_end(#[case] lifetime: serde_json::Value, #[case] uses: &[i64], #[case] end: i64) {
    let mut settings = lifetime;
    settings["expiration_type"] = json!("expiring");
    let house = House::open_with(settings).await;
    let refresh_token = house.refresh_token(None).await;
    for seconds in uses {
        house.vendor.later(Duration::seconds(*seconds));
        house.refresh(&refresh_token, &[]).await.is(200);
    }
    house.later(end);
    house.refresh(&refresh_token, &[]).await.denies(403, "invalid_grant", INVALID);
}

#[tokio::test]
async fn of_more_than_two_hundred_the_oldest_give_way() {
    let house = House::open().await;
    let mut tokens = Vec::new();
    for _ in 0..202 {
        house.later(1);
        let grant = CodeGrant { audience: None, ..house.grant("offline_access") };
        tokens.push(token(&house.tokens(grant).await, "refresh_token").to_owned());
    }
    for dropped in &tokens[..2] {
        house.refresh(dropped, &[]).await.denies(403, "invalid_grant", INVALID);
    }
    house.refresh(&tokens[2], &[]).await.is(200);
    house.refresh(&tokens[201], &[]).await.is(200);
}

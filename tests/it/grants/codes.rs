//! The exchange of codes.

use guildhall_domain::authorization_code::{ChallengeMethod, CodeGrant};
use rstest::rstest;
use serde_json::json;

use super::{House, VERIFIER, challenge, token};
use crate::harness::names;

const INVALID: &str = "Invalid authorization code";

#[tokio::test]
async fn a_code_is_exchanged_for_what_was_asked_for() {
    let house = House::open().await;
    let answer = house.tokens(house.grant_in(&house.aurora, "openid read offline_access")).await;
    let expected = ["access_token", "refresh_token", "id_token", "scope", "expires_in", "token_type"];
    assert_eq!(names(&answer), expected);
    assert_eq!(
        (&answer["scope"], &answer["expires_in"]),
        (&json!("openid read offline_access"), &json!(86400))
    );
}

#[tokio::test]
async fn what_was_not_asked_for_is_not_given() {
    let house = House::open().await;
    let answer = house.tokens(house.grant_in(&house.aurora, "read")).await;
    assert_eq!(names(&answer), ["access_token", "scope", "expires_in", "token_type"]);
}

#[rstest]
#[case::the_api(json!({"allow_offline_access": false}), json!({}))]
#[case::the_client(json!({}), json!({"grant_types": ["authorization_code"]}))]
#[tokio::test]
async fn a_refresh_token_takes_both_the_api_and_the_client(
    #[case] api: serde_json::Value,
    #[case] client: serde_json::Value,
) {
    let house = House::open().await;
    house.vendor.patch(&format!("/resource-servers/{}", house.api), api).await.is(200);
    house.set_web(client).await;
    let answer = house.tokens(house.grant_in(&house.aurora, "read offline_access")).await;
    assert_eq!((answer.get("refresh_token"), &answer["scope"]), (None, &json!("read")));
}

#[tokio::test]
async fn a_code_is_good_once_and_coming_back_takes_away_what_it_gave() {
    let house = House::open().await;
    let code = house.code(house.grant("openid offline_access")).await;
    let answer = house.exchange(&code, &[]).await.is(200);
    let refresh_token = token(&answer, "refresh_token");
    house.refresh(refresh_token, &[]).await.is(200);
    house.exchange(&code, &[]).await.denies(403, "invalid_grant", INVALID);
    house.refresh(refresh_token, &[]).await.denies(403, "invalid_grant", "Unknown or invalid refresh token.");
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes() {
    let house = House::open().await;
    let (early, late) = (house.code(house.grant("openid")).await, house.code(house.grant("openid")).await);
    house.later(599);
    house.exchange(&early, &[]).await.is(200);
    house.later(1);
    house.exchange(&late, &[]).await.denies(403, "invalid_grant", INVALID);
}

#[tokio::test]
async fn a_code_is_good_for_its_client_alone_and_stays_so() {
    let house = House::open().await;
    let other = house.vendor.application(json!({"name": "Other", "app_type": "regular_web"})).await;
    let code = house.code(house.grant("openid")).await;
    let theirs = [
        ("grant_type", "authorization_code"),
        ("client_id", &other.id),
        ("client_secret", &other.secret),
        ("code", &code),
    ];
    house.ask(&theirs).await.denies(403, "invalid_grant", INVALID);
    house.exchange(&code, &[]).await.is(200);
}

#[rstest]
#[case::s256(ChallengeMethod::S256)]
#[case::plain(ChallengeMethod::Plain)]
#[tokio::test]
async fn only_the_verifier_opens_a_code_with_a_challenge(#[case] method: ChallengeMethod) {
    let house = House::open().await;
    let grant = CodeGrant { challenge: challenge(method), ..house.grant("openid") };
    let code = house.code(grant).await;
    let refusal = "Failed to verify code verifier";
    house.exchange(&code, &[]).await.denies(403, "invalid_grant", refusal);
    let wrong = VERIFIER.replace('d', "e");
    house.exchange(&code, &[("code_verifier", &wrong)]).await.denies(403, "invalid_grant", refusal);
    house.exchange(&code, &[("code_verifier", VERIFIER)]).await.is(200);
}

#[tokio::test]
async fn a_verifier_without_a_challenge_is_refused() {
    let house = House::open().await;
    let code = house.code(house.grant("openid")).await;
    let refused = house.exchange(&code, &[("code_verifier", VERIFIER)]).await;
    refused.denies(403, "invalid_grant", "Failed to verify code verifier");
}

#[tokio::test]
async fn a_client_without_a_secret_needs_the_verifier() {
    let house = House::open().await;
    house.set_web(json!({"token_endpoint_auth_method": "none"})).await;
    let with = CodeGrant { challenge: challenge(ChallengeMethod::S256), ..house.grant("openid") };
    let (with, without) = (house.code(with).await, house.code(house.grant("openid")).await);
    let public = [("grant_type", "authorization_code"), ("client_id", house.web.id.as_str())];
    let bare = house.ask(&[public.as_slice(), &[("code", &without)]].concat()).await;
    bare.denies(403, "invalid_grant", "Failed to verify code verifier");
    house.ask(&[public.as_slice(), &[("code", &with), ("code_verifier", VERIFIER)]].concat()).await.is(200);
}

#[tokio::test]
async fn a_client_with_a_secret_must_present_it() {
    let house = House::open().await;
    let grant = CodeGrant { challenge: challenge(ChallengeMethod::S256), ..house.grant("openid") };
    let code = house.code(grant).await;
    let bare = [
        ("grant_type", "authorization_code"),
        ("client_id", house.web.id.as_str()),
        ("code", &code),
        ("code_verifier", VERIFIER),
    ];
    house.ask(&bare).await.denies(401, "access_denied", "Unauthorized");
}

#[tokio::test]
async fn the_address_must_be_the_one_that_the_sign_in_named() {
    let house = House::open().await;
    let named = "https://web.example/callback";
    let grant = CodeGrant { redirect_uri: Some(named.to_owned()), ..house.grant("openid") };
    let code = house.code(grant).await;
    for wrong in [&[][..], &[("redirect_uri", "https://evil.example/")]] {
        house.exchange(&code, wrong).await.denies(403, "invalid_grant", "The redirect URI is wrong.");
    }
    house.exchange(&code, &[("redirect_uri", named)]).await.is(200);
}

#[tokio::test]
async fn nobody_gets_tokens_after_being_blocked_or_deleted() {
    let house = House::open().await;
    let code = house.code(house.grant("openid")).await;
    house.set_ada(json!({"blocked": true})).await;
    house.exchange(&code, &[]).await.denies(403, "invalid_grant", INVALID);
    house.vendor.delete(&format!("/users/{}", crate::harness::segment(&house.ada))).await.is(204);
    house.exchange(&code, &[]).await.denies(403, "invalid_grant", INVALID);
}

#[tokio::test]
async fn a_member_who_was_put_out_gets_no_tokens() {
    let house = House::open().await;
    let code = house.code(house.grant_in(&house.aurora, "openid")).await;
    house.put_out(&house.aurora).await;
    let refusal = format!("user {} is not part of the {} organization", house.ada, house.aurora);
    house.exchange(&code, &[]).await.denies(403, "access_denied", &refusal);
}

#[tokio::test]
async fn a_code_ends_with_its_session() {
    let house = House::open().await;
    let session = house.session().await;
    let code = house.code(CodeGrant { session_id: Some(session.clone()), ..house.grant("openid") }).await;
    let (app, tenant) = (house.app(), house.tenant().await);
    crate::harness::concurrently(async move {
        let scope = guildhall_domain::policy::issuance(&tenant.id);
        guildhall_app::sessions::end(&app, &scope, &session).await.unwrap();
    })
    .await
    .unwrap();
    house.exchange(&code, &[]).await.denies(403, "invalid_grant", INVALID);
}

#[tokio::test]
async fn the_grant_type_must_be_the_clients() {
    let house = House::open().await;
    let code = house.code(house.grant("openid")).await;
    house.set_web(json!({"grant_types": ["client_credentials"]})).await;
    let refusal = "Grant type 'authorization_code' not allowed for the client.";
    house.exchange(&code, &[]).await.denies(403, "unauthorized_client", refusal);
}

#[tokio::test]
async fn exchanges_and_refusals_are_in_the_log() {
    let house = House::open().await;
    let code = house.code(house.grant_in(&house.aurora, "openid read")).await;
    house.exchange(&code, &[]).await.is(200);
    house.exchange(&code, &[]).await.denies(403, "invalid_grant", INVALID);
    let app = house.app();
    crate::harness::concurrently(async move { app.flush_events().await }).await.unwrap();
    let found = |kind: &str| format!("/logs?search=type:{kind}");
    let issued = house.vendor.get(&found("seacft")).await.is(200);
    let (entry, ada) = (&issued[0], json!(house.ada));
    assert_eq!((&entry["user_id"], &entry["scope"]), (&ada, &json!("openid read")));
    assert_eq!(
        (&entry["organization_id"], &entry["client_id"]),
        (&json!(house.aurora), &json!(house.web.id))
    );
    let refused = house.vendor.get(&found("feacft")).await.is(200);
    assert_eq!((&refused[0]["user_id"], &refused[0]["description"]), (&ada, &json!(INVALID)));
}

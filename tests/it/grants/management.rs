//! What the vendor sees of sign-ins and ends: sessions, refresh tokens, grants. Contract sections 8 and 11.

use guildhall_domain::authorization_code::CodeGrant;
use guildhall_domain::id::SessionId;
use rstest::rstest;
use serde_json::json;

use super::refresh::INVALID;
use super::{API, House, token};
use crate::harness::{Fixture, Vendor, names, segment};

/// A refresh token of Ada's that began in a session of hers, and its id.
async fn signed_in(house: &House, session: &SessionId) -> (String, String) {
    let scope = "openid read offline_access";
    let grant = CodeGrant { session_id: Some(session.clone()), ..house.grant_in(&house.aurora, scope) };
    let value = token(&house.tokens(grant).await, "refresh_token").to_owned();
    let listed = house.vendor.get(&of_ada(house, "refresh-tokens")).await.is(200);
    let newest =
        listed["tokens"].as_array().unwrap().iter().find(|token| token["session_id"] == session.as_str());
    (value, newest.unwrap()["id"].as_str().unwrap().to_owned())
}

fn of_ada(house: &House, what: &str) -> String {
    format!("/users/{}/{what}", segment(&house.ada))
}

async fn refuses(house: &House, refresh_token: &str) {
    house.refresh(refresh_token, &[]).await.denies(403, "invalid_grant", INVALID);
}

#[tokio::test]
async fn a_session_is_shown_with_the_clients_that_it_was_used_for() {
    let house = House::open().await;
    let session = house.session().await;
    signed_in(&house, &session).await;
    let listed = house.vendor.get(&of_ada(&house, "sessions?include_totals=true")).await.is(200);
    let shown = &listed["sessions"][0];
    let expected = [
        "id",
        "user_id",
        "created_at",
        "updated_at",
        "authenticated_at",
        "idle_expires_at",
        "expires_at",
        "last_interacted_at",
        "device",
        "clients",
        "authentication",
        "cookie",
    ];
    assert_eq!(names(shown), expected);
    assert_eq!(shown["clients"], json!([{"client_id": house.web.id}]));
    assert_eq!(shown["authentication"]["methods"][0]["name"], "pwd");
    assert_eq!(house.vendor.get(&format!("/sessions/{session}")).await.is(200), *shown);
}

#[tokio::test]
async fn a_refresh_token_is_shown_without_its_value() {
    let house = House::open().await;
    let session = house.session().await;
    let (value, id) = signed_in(&house, &session).await;
    let answer = house.vendor.get(&format!("/refresh-tokens/{id}")).await;
    assert!(!answer.text.contains(&value));
    let shown = answer.is(200);
    let expected = [
        "id",
        "user_id",
        "created_at",
        "idle_expires_at",
        "expires_at",
        "device",
        "client_id",
        "session_id",
        "rotating",
        "resource_servers",
        "last_exchanged_at",
    ];
    assert_eq!(names(&shown), expected);
    let apis = json!([{"audience": API, "scopes": "openid read offline_access"}]);
    assert_eq!((&shown["resource_servers"], &shown["rotating"]), (&apis, &json!(false)));
}

#[tokio::test]
async fn ending_a_session_leaves_refresh_tokens_and_revoking_it_does_not() {
    let house = House::open().await;
    let (ended, revoked) = (house.session().await, house.session().await);
    let (lives, _) = signed_in(&house, &ended).await;
    let (dies, _) = signed_in(&house, &revoked).await;
    house.vendor.delete(&format!("/sessions/{ended}")).await.is(202);
    house.vendor.post(&format!("/sessions/{revoked}/revoke"), json!({})).await.is(202);
    for session in [ended, revoked] {
        let absent = house.vendor.get(&format!("/sessions/{session}")).await;
        absent.refuses(404, "inexistent_session", "The session does not exist.");
    }
    house.refresh(&lives, &[]).await.is(200);
    refuses(&house, &dies).await;
}

#[rstest]
#[case::everything(false, false, false)]
#[case::sessions(false, true, true)]
#[case::one_session(true, false, true)]
#[tokio::test]
async fn access_is_revoked_in_whole_or_in_part(
    #[case] one: bool,
    #[case] preserve: bool,
    #[case] other_lives: bool,
) {
    let house = House::open().await;
    let (first, second) = (house.session().await, house.session().await);
    let (of_first, _) = signed_in(&house, &first).await;
    let (of_second, _) = signed_in(&house, &second).await;
    let mut body = json!({"preserve_refresh_tokens": preserve});
    if one {
        body["session_id"] = json!(first);
    }
    house.vendor.post(&of_ada(&house, "revoke-access"), body).await.is(202);
    let left = house.vendor.get(&of_ada(&house, "sessions")).await.is(200);
    assert_eq!(left["sessions"].as_array().unwrap().len(), usize::from(one));
    match preserve {
        true => drop(house.refresh(&of_first, &[]).await.is(200)),
        false => refuses(&house, &of_first).await,
    }
    match other_lives {
        true => drop(house.refresh(&of_second, &[]).await.is(200)),
        false => refuses(&house, &of_second).await,
    }
}

#[tokio::test]
async fn refresh_tokens_are_revoked_by_id_and_by_what_they_are_good_for() {
    let house = House::open().await;
    let (first, second) = (house.session().await, house.session().await);
    let (dies, id) = signed_in(&house, &first).await;
    let (lives, _) = signed_in(&house, &second).await;
    house.vendor.post("/refresh-tokens/revoke", json!({"ids": [id]})).await.is(202);
    refuses(&house, &dies).await;
    house.refresh(&lives, &[]).await.is(200);
    let (user, client) = (json!(house.ada), json!(house.web.id));
    let other_api = json!({"user_id": user, "client_id": client, "audience": "https://other.example"});
    house.vendor.post("/refresh-tokens/revoke", other_api).await.is(202);
    house.refresh(&lives, &[]).await.is(200);
    let this_api = json!({"user_id": user, "client_id": client, "audience": API});
    house.vendor.post("/refresh-tokens/revoke", this_api).await.is(202);
    refuses(&house, &lives).await;
}

#[tokio::test]
async fn the_vendors_own_data_are_replaced_and_removed() {
    let vendor = Vendor::new().await;
    let of = Fixture::make(&vendor).await;
    for (path, field) in [
        (format!("/sessions/{}", of.session), "session_metadata"),
        (format!("/refresh-tokens/{}", of.refresh_token), "refresh_token_metadata"),
    ] {
        let set = vendor.patch(&path, json!({field: {"a": "b"}})).await.is(200);
        assert_eq!(set[field], json!({"a": "b"}));
        assert_eq!(vendor.get(&path).await.is(200), set);
        let removed = vendor.patch(&path, json!({field: null})).await.is(200);
        assert_eq!(removed.get(field), None);
    }
}

#[tokio::test]
async fn grants_are_listed_by_what_they_are_for_and_taken_back() {
    let vendor = Vendor::new().await;
    let of = Fixture::make(&vendor).await;
    let consent = json!({"id": of.consent, "clientID": of.web_client, "user_id": of.user, "audience": of.api,
        "scope": ["read"]});
    for filter in [
        format!("user_id={}", segment(&of.user)),
        format!("client_id={}", of.web_client),
        format!("audience={}", segment(&of.api)),
    ] {
        assert_eq!(vendor.get(&format!("/grants?{filter}")).await.is(200), json!([consent]), "{filter}");
    }
    assert_eq!(vendor.get("/grants?client_id=other").await.is(200), json!([]));
    vendor.delete(&format!("/grants/{}", of.consent)).await.is(204);
    vendor.delete(&format!("/grants?user_id={}", segment(&of.user))).await.is(204);
    assert_eq!(vendor.get("/grants").await.is(200), json!([]));
}

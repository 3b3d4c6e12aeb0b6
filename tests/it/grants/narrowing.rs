//! One refresh token for every organization of the person, where the client may (design section 5).

use rstest::rstest;
use serde_json::{Value, json};

use super::{API, House, token};
use crate::harness::claims;

const NOBODY: &str = "org_0000000000000000";

/// A house whose application may take people from one organization to another.
async fn open() -> House {
    let house = House::open_with(json!({"allow_any_organization": true})).await;
    house.enable_connection().await;
    house
}

fn access(answer: &Value) -> Value {
    claims(token(answer, "access_token"))
}

fn own_audience(organization: &str) -> String {
    format!("{API}/organizations/{organization}")
}

#[rstest]
#[case::by_id("organization")]
#[case::by_name("name")]
#[case::by_audience("audience")]
#[case::by_resource("resource")]
#[tokio::test]
async fn a_refresh_changes_the_organization_for_this_once(#[case] how: &str) {
    let house = open().await;
    house.vendor.set(json!({"allow_organization_name_in_authentication_api": true})).await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    let own = own_audience(&house.borealis);
    let parameter = match how {
        "name" => ("organization", "Borealis"),
        "organization" => ("organization", house.borealis.as_str()),
        other => (other, own.as_str()),
    };
    let answer = house.refresh(&refresh_token, &[parameter]).await.is(200);
    let there = access(&answer);
    assert_eq!((&there["org_id"], &there["org_name"]), (&json!(house.borealis), &json!("borealis")));
    assert_eq!(
        (&there["scope"], &there["permissions"]),
        (&json!("openid write offline_access"), &json!(["write"]))
    );
    assert_eq!(there["aud"][0], json!(own));
    assert_eq!(claims(token(&answer, "id_token"))["org_id"], json!(house.borealis));
    let back = access(&house.refresh(&refresh_token, &[]).await.is(200));
    assert_eq!((&back["org_id"], &back["permissions"]), (&json!(house.aurora), &json!(["read"])));
}

#[tokio::test]
async fn a_sign_in_without_an_organization_leads_to_any() {
    let house = open().await;
    let refresh_token = house.refresh_token(None).await;
    let answer = house.refresh(&refresh_token, &[("organization", &house.aurora)]).await.is(200);
    assert_eq!(access(&answer)["permissions"], json!(["read"]));
}

#[rstest]
#[tokio::test]
async fn an_organization_that_the_person_is_not_in_is_like_none_at_all(
    #[values("organization", "audience")] parameter: &str,
) {
    let house = open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    house.put_out(&house.borealis).await;
    let word = |organization: &str| match parameter {
        "audience" => own_audience(organization),
        _ => organization.to_owned(),
    };
    let (foreign, absent) = (word(&house.borealis), word(NOBODY));
    let of_foreign = house.refresh(&refresh_token, &[(parameter, &foreign)]).await;
    let of_absent = house.refresh(&refresh_token, &[(parameter, &absent)]).await;
    assert_eq!(of_foreign.status, of_absent.status);
    assert_eq!(of_foreign.text.replace(&foreign, "…"), of_absent.text.replace(&absent, "…"));
    match parameter {
        "audience" => {
            of_foreign.denies(403, "access_denied", &format!("Service not enabled within domain: {foreign}"));
        }
        _ => of_foreign.denies(
            400,
            "invalid_request",
            &format!("parameter organization is invalid: {foreign}"),
        ),
    }
}

#[tokio::test]
async fn an_organization_that_the_person_could_not_sign_in_to_is_like_none_at_all() {
    let house = open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    let enabled = format!("/organizations/{}/enabled_connections", house.borealis);
    let listed = house.vendor.get(&enabled).await.is(200);
    house.vendor.delete(&format!("{enabled}/{}", listed[0]["connection_id"].as_str().unwrap())).await.is(204);
    let refused = house.refresh(&refresh_token, &[("organization", &house.borealis)]).await;
    let invalid = format!("parameter organization is invalid: {}", house.borealis);
    refused.denies(400, "invalid_request", &invalid);
    let own = own_audience(&house.borealis);
    let refused = house.refresh(&refresh_token, &[("audience", &own)]).await;
    refused.denies(403, "access_denied", &format!("Service not enabled within domain: {own}"));
}

#[tokio::test]
async fn the_client_must_be_allowed_to() {
    let house = open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    house.set_web(json!({"refresh_token": {"allow_any_organization": false}})).await;
    for organization in [house.borealis.as_str(), NOBODY] {
        let refused = house.refresh(&refresh_token, &[("organization", organization)]).await;
        refused.denies(400, "invalid_request", "parameter organization is not allowed for this client");
    }
    let own = own_audience(&house.borealis);
    let refused = house.refresh(&refresh_token, &[("audience", &own)]).await;
    refused.denies(403, "access_denied", &format!("Service not enabled within domain: {own}"));
    house.refresh(&refresh_token, &[("organization", &house.aurora)]).await.is(200);
}

#[tokio::test]
async fn an_audience_and_an_organization_must_agree() {
    let house = open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    let own = own_audience(&house.borealis);
    let both = [("audience", own.as_str()), ("organization", house.aurora.as_str())];
    let refused = house.refresh(&refresh_token, &both).await;
    assert_eq!((refused.status, &refused.body()["error"]), (400, &json!("invalid_request")));
}

#[tokio::test]
async fn it_is_bound_to_the_apis_of_the_sign_in() {
    let house = open().await;
    let other = "https://other.example";
    house.vendor.api_with(other, &["read"], json!({"allow_offline_access": true})).await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    let refused = house.refresh(&refresh_token, &[("audience", other)]).await;
    refused.denies(403, "access_denied", &format!("Service not enabled within domain: {other}"));
    house.refresh(&refresh_token, &[("audience", API)]).await.is(200);
}

#[tokio::test]
async fn the_audience_follows_the_strategy_of_now() {
    let house = open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    let strategy = json!({"token_strategy": "audience"});
    house.vendor.patch(&format!("/organizations/{}", house.aurora), strategy).await.is(200);
    let claims = access(&house.refresh(&refresh_token, &[]).await.is(200));
    assert_eq!(claims["aud"][0], json!(own_audience(&house.aurora)));
}

#[tokio::test]
async fn a_client_that_leads_to_no_organization_any_more_refreshes_for_none() {
    let house = open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    house.set_web(json!({"organization_usage": "deny"})).await;
    for organization in [house.aurora.as_str(), house.borealis.as_str(), NOBODY] {
        let refused = house.refresh(&refresh_token, &[("organization", organization)]).await;
        refused.denies(403, "invalid_grant", "Unknown or invalid refresh token.");
    }
    house.refresh(&refresh_token, &[]).await.denies(
        403,
        "invalid_grant",
        "Unknown or invalid refresh token.",
    );
}

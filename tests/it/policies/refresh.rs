//! Policies at the token endpoint: exchanges of codes and of refresh tokens.

use rstest::rstest;
use serde_json::{Value, json};

use crate::grants::{API, House};

/// `AURORA`, `CORPORATE` and `OTHER` stand for ids.
async fn filled(rules: &Value, house: &House) -> Value {
    let corporate = house.vendor.connection("corporate", "samlp", json!({})).await;
    let text = rules.to_string().replace("AURORA", &house.aurora).replace("CORPORATE", &corporate);
    serde_json::from_str(&text.replace("OTHER", &house.vendor.manager.id)).unwrap()
}

#[rstest]
#[case(json!({"require_verified_email": true}), "require_verified_email")]
#[case(json!({"allowed_networks": ["198.51.100.0/24"]}), "allowed_networks")]
#[case(json!({"denied_networks": ["127.0.0.0/8"]}), "denied_networks")]
#[case(json!({"allowed_audiences": ["http://vendor.test/api/v2/"]}), "allowed_audiences")]
#[case(json!({"allowed_clients": ["OTHER"]}), "allowed_clients")]
#[case(json!({"allowed_organizations": ["AURORA"]}), "allowed_organizations")]
#[case(json!({"require_organization": true}), "require_organization")]
#[case(json!({"allowed_connections": ["CORPORATE"]}), "allowed_connections")]
#[tokio::test]
async fn a_refresh_is_refused_by_a_rule_that_does_not_hold_and_costs_no_value(
    #[case] rules: Value,
    #[case] rule: &str,
) {
    let house = House::open_with(json!({"rotation_type": "rotating", "expiration_type": "expiring"})).await;
    let token = house.refresh_token(None).await;
    let policy = house.vendor.policy(json!({}), filled(&rules, &house).await).await;
    let refused = house.refresh(&token, &[]).await.is(403);
    assert_eq!(refused["error"], "access_denied");
    let reason = refused["error_description"].as_str().unwrap();
    house.vendor.logged("fertft", &policy, rule, reason).await;
    house.vendor.delete(&format!("/access-policies/{policy}")).await.is(204);
    house.refresh(&token, &[]).await.is(200);
}

#[tokio::test]
async fn a_refresh_is_as_young_as_the_last_sign_in_of_its_session() {
    let house = House::open().await;
    house.vendor.policy(json!({"audience": API}), json!({"max_session_age": 600})).await;
    let session = house.session().await;
    let mut grant = house.grant("read offline_access");
    grant.session_id = Some(session.clone());
    house.later(60);
    let tokens = house.tokens(grant).await;
    let token = tokens["refresh_token"].as_str().unwrap();
    house.later(540);
    house.refresh(token, &[]).await.is(200);
    house.later(1);
    let reason = "the sign-in is older than 600 seconds";
    house.refresh(token, &[]).await.denies(403, "access_denied", reason);
}

#[tokio::test]
async fn a_sign_in_does_not_grow_younger_when_its_session_ends() {
    let house = House::open().await;
    house.vendor.policy(json!({"audience": API}), json!({"max_session_age": 600})).await;
    let session = house.session().await;
    let mut grant = house.grant("read offline_access");
    grant.signed_in.authenticated_at = Some(house.vendor.node.clock.now());
    grant.session_id = Some(session.clone());
    house.later(60);
    let tokens = house.tokens(grant).await;
    house.vendor.delete(&format!("/sessions/{session}")).await;
    house.later(541);
    house.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.is(403);
}

#[tokio::test]
async fn a_policy_of_an_organization_counts_where_a_refresh_leads_there() {
    let house = House::open_with(json!({"allow_any_organization": true})).await;
    house.enable_connection().await;
    let token = house.refresh_token(Some(&house.aurora)).await;
    house
        .vendor
        .policy(json!({"organization_id": house.borealis}), json!({"require_verified_email": true}))
        .await;
    house.refresh(&token, &[]).await.is(200);
    house.refresh(&token, &[("organization", &house.borealis)]).await.is(403);
    let audience = format!("{API}/organizations/{}", house.borealis);
    house.refresh(&token, &[("audience", &audience)]).await.is(403);
    house.set_ada(json!({"email_verified": true})).await;
    house.refresh(&token, &[("organization", &house.borealis)]).await.is(200);
}

#[tokio::test]
async fn a_code_is_worth_nothing_any_more_once_a_policy_refuses() {
    let house = House::open().await;
    let code = house.code(house.grant("read")).await;
    let policy = house.vendor.policy(json!({}), json!({"require_verified_email": true})).await;
    let reason = "the e-mail address is not verified";
    house.exchange(&code, &[]).await.denies(403, "access_denied", reason);
    house.vendor.logged("feacft", &policy, "require_verified_email", reason).await;
}

#[tokio::test]
async fn the_network_of_the_applications_server_is_not_the_persons() {
    let house = House::open().await;
    house.vendor.policy(json!({}), json!({"denied_networks": ["0.0.0.0/0"]})).await;
    house.tokens(house.grant("read")).await;
}

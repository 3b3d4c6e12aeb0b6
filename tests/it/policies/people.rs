//! Policies and signing in through a browser.

use chrono::Duration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::segment;
use crate::sign_in::{API, CONNECTION, EMAIL, Lobby, PASSWORD};

/// `AURORA`, `CORPORATE` and `OTHER` stand for ids.
async fn filled(rules: &Value, lobby: &Lobby) -> Value {
    let corporate = lobby.vendor.connection("corporate", "samlp", json!({})).await;
    let text = rules.to_string().replace("AURORA", &lobby.aurora).replace("CORPORATE", &corporate);
    serde_json::from_str(&text.replace("OTHER", &lobby.vendor.manager.id)).unwrap()
}

#[rstest]
#[case(json!({"require_verified_email": true}), "require_verified_email",
    "the e-mail address is not verified")]
#[case(json!({"allowed_networks": ["198.51.100.0/24"]}), "allowed_networks",
    "requests from the network of 127.0.0.1 are not allowed")]
#[case(json!({"denied_networks": ["127.0.0.0/8"]}), "denied_networks",
    "requests from the network of 127.0.0.1 are denied")]
#[case(json!({"allowed_audiences": ["http://vendor.test/api/v2/"]}), "allowed_audiences",
    "tokens for https://api.example are not issued here")]
#[case(json!({"allowed_clients": ["OTHER"]}), "allowed_clients", "the client is not among those allowed")]
#[case(json!({"allowed_organizations": ["AURORA"]}), "allowed_organizations",
    "the organization is not among those allowed")]
#[case(json!({"require_organization": true}), "require_organization",
    "tokens are issued for organizations alone")]
#[case(json!({"allowed_connections": ["CORPORATE"]}), "allowed_connections",
    "the account is in no connection that is allowed")]
#[tokio::test]
async fn a_person_is_refused_by_a_rule_that_does_not_hold(
    #[case] rules: Value,
    #[case] rule: &str,
    #[case] reason: &str,
) {
    let lobby = Lobby::open().await;
    let policy = lobby.vendor.policy(json!({}), filled(&rules, &lobby).await).await;
    let browser = lobby.browser();
    let refused = ("access_denied".to_owned(), reason.to_owned());
    let answer = lobby.sign_in(&browser, &[("audience", API)]).await;
    assert_eq!(lobby.refused(&answer), refused);
    lobby.vendor.logged("f", &policy, rule, reason).await;
    let entry = lobby.vendor.last_logged("f").await;
    assert_eq!((&entry["user_id"], &entry["client_id"]), (&json!(lobby.ada), &json!(lobby.web.id)));
    let silent = lobby.begin(&browser, &[("audience", API), ("prompt", "none")]).await;
    assert_eq!(lobby.refused(&silent), refused);
    lobby.vendor.delete(&format!("/access-policies/{policy}")).await.is(204);
    lobby.tokens(&lobby.begin(&browser, &[("audience", API), ("prompt", "none")]).await).await;
}

#[tokio::test]
async fn a_person_signs_in_where_all_rules_hold() {
    let lobby = Lobby::open().await;
    let verified = json!({"email_verified": true});
    lobby.vendor.patch(&format!("/users/{}", segment(&lobby.ada)), verified).await.is(200);
    let rules = json!({
        "require_verified_email": true, "allowed_networks": ["127.0.0.1", "::1"],
        "denied_networks": ["198.51.100.0/24"], "allowed_audiences": [API], "allowed_clients": [lobby.web.id],
        "allowed_organizations": [lobby.aurora], "require_organization": true, "max_session_age": 60,
        "allowed_connections": [lobby.connection],
    });
    lobby.vendor.policy(json!({"organization_id": lobby.aurora}), rules).await;
    let asked = [("audience", API), ("organization", lobby.aurora.as_str())];
    lobby.tokens(&lobby.sign_in(&lobby.browser(), &asked).await).await;
}

#[rstest]
#[case("code")]
#[case("token")]
#[case("id_token")]
#[case("code id_token token")]
#[tokio::test]
async fn no_kind_of_answer_passes_by(#[case] response_type: &str) {
    let all = json!({"grant_types": ["authorization_code", "implicit", "refresh_token"]});
    let lobby = Lobby::open_with(all).await;
    lobby.vendor.policy(json!({"client_id": lobby.web.id}), json!({"require_verified_email": true})).await;
    let asked = [("response_type", response_type), ("nonce", "n"), ("audience", API)];
    let answer = lobby.sign_in(&lobby.browser(), &asked).await;
    assert_eq!(lobby.refused(&answer).1, "the e-mail address is not verified");
}

#[tokio::test]
async fn an_old_sign_in_is_renewed() {
    let lobby = Lobby::open().await;
    lobby.vendor.policy(json!({"audience": API}), json!({"max_session_age": 600})).await;
    let browser = lobby.browser();
    lobby.tokens(&lobby.sign_in(&browser, &[("audience", API)]).await).await;
    lobby.vendor.later(Duration::seconds(600));
    lobby.tokens(&lobby.begin(&browser, &[("audience", API)]).await).await;
    lobby.vendor.later(Duration::seconds(1));
    let silent = lobby.begin(&browser, &[("audience", API), ("prompt", "none")]).await;
    assert_eq!(lobby.refused(&silent).0, "login_required");
    lobby.tokens(&lobby.begin(&browser, &[]).await).await;
    let page = lobby.begin(&browser, &[("audience", API)]).await;
    lobby.tokens(&lobby.log_in(&browser, &page).await).await;
    lobby.tokens(&lobby.begin(&browser, &[("audience", API)]).await).await;
}

#[tokio::test]
async fn nobody_becomes_a_member_whom_a_policy_refuses() {
    let lobby = Lobby::open().await;
    let grace = lobby.vendor.user_in(CONNECTION, "grace@example.com", json!({"password": PASSWORD})).await;
    let path = format!("/organizations/{}/enabled_connections/{}", lobby.aurora, lobby.connection);
    lobby.vendor.patch(&path, json!({"assign_membership_on_login": true})).await.is(200);
    let of = json!({"organization_id": lobby.aurora});
    let policy = lobby.vendor.policy(of, json!({"require_verified_email": true})).await;
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[("organization", &lobby.aurora)]).await;
    let answer = browser.submit(&page, &[("username", "grace@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(lobby.refused(&answer).1, "the e-mail address is not verified");
    let members = format!("/organizations/{}/members", lobby.aurora);
    assert!(!lobby.vendor.get(&members).await.is(200).to_string().contains(&grace));
    lobby.vendor.delete(&format!("/access-policies/{policy}")).await.is(204);
    lobby.tokens(&lobby.begin(&browser, &[("organization", &lobby.aurora)]).await).await;
    assert!(lobby.vendor.get(&members).await.is(200).to_string().contains(&grace));
}

#[tokio::test]
async fn no_invitation_is_accepted_by_whom_a_policy_refuses() {
    let lobby = Lobby::open().await;
    let empty = lobby.vendor.organization("empty").await;
    lobby.vendor.enable(&empty, &lobby.connection, json!({})).await;
    let invitation = lobby.vendor.invite(&empty, &lobby.web.id, EMAIL, json!({})).await;
    let ticket = invitation["ticket_id"].as_str().unwrap();
    let of = json!({"organization_id": empty});
    let policy = lobby.vendor.policy(of, json!({"denied_networks": ["127.0.0.1"]})).await;
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[("invitation", ticket)]).await;
    let page = browser.submit(&page, &[("choice", "sign_in")]).await;
    let answer = lobby.log_in(&browser, &page).await;
    assert_eq!(lobby.refused(&answer).0, "access_denied");
    assert_eq!(lobby.vendor.get(&format!("/organizations/{empty}/members")).await.is(200), json!([]));
    // What the invitation proves of the address need not be proved before.
    let rules = json!({"require_verified_email": true});
    lobby.vendor.patch(&format!("/access-policies/{policy}"), json!({ "rules": rules })).await.is(200);
    let page = lobby.begin(&browser, &[("invitation", ticket)]).await;
    lobby.tokens(&browser.submit(&page, &[("choice", "accept")]).await).await;
}

#[tokio::test]
async fn policies_wait_until_it_is_known_for_which_organization() {
    let behavior =
        json!({"organization_usage": "allow", "organization_require_behavior": "post_login_prompt"});
    let lobby = Lobby::open_with(behavior).await;
    lobby.vendor.policy(json!({}), json!({"allowed_organizations": [lobby.borealis]})).await;
    let browser = lobby.browser();
    let page = lobby.sign_in(&browser, &[]).await;
    let answer = browser.submit(&page, &[("organization", &lobby.aurora)]).await;
    assert_eq!(lobby.refused(&answer).1, "the organization is not among those allowed");
    let page = lobby.begin(&browser, &[]).await;
    lobby.tokens(&browser.submit(&page, &[("organization", &lobby.borealis)]).await).await;
}

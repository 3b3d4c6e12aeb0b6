//! Signing in to an organization: every row of the contract's table (section 13.2).

use rstest::rstest;
use serde_json::{Value, json};

use super::browser::action;
use super::{API, CONNECTION, Lobby, PASSWORD, is_error_page};
use crate::harness::{Answer, claims};

fn requiring(behavior: &str) -> Value {
    json!({"organization_usage": "require", "organization_require_behavior": behavior})
}

async fn access(lobby: &Lobby, answer: &Answer) -> Value {
    claims(lobby.tokens(answer).await["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn the_tokens_hold_the_rights_in_the_organization_that_was_asked_for() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    let scope = [("audience", API), ("scope", "openid read write")];
    for (organization, expected) in [(&lobby.aurora, "openid read"), (&lobby.borealis, "openid write")] {
        let more = [&scope[..], &[("organization", organization.as_str())]].concat();
        let page = lobby.begin(&browser, &more).await;
        let answer = if page.status == 302 { page } else { lobby.log_in(&browser, &page).await };
        let token = access(&lobby, &answer).await;
        assert_eq!((&token["org_id"], &token["scope"]), (&json!(organization), &json!(expected)));
    }
}

#[tokio::test]
async fn the_page_shows_whose_it_is() {
    let lobby = Lobby::open().await;
    let page = lobby.begin(&lobby.browser(), &[("organization", &lobby.aurora)]).await;
    assert!(page.text.contains("Aurora Shipping"), "{}", page.text);
}

#[rstest]
#[case::required_and_absent(
    requiring("no_prompt"),
    "",
    "invalid_request",
    "parameter organization is required for this client"
)]
#[case::not_allowed(json!({}), "AURORA", "invalid_request", "parameter organization is not allowed for this client")]
#[case::unknown(json!({"organization_usage": "allow"}), "org_nothing", "invalid_request", "parameter organization is invalid: org_nothing")]
#[case::by_name(json!({"organization_usage": "allow"}), "aurora", "invalid_request", "authorization request parameter organization must be an organization id")]
#[tokio::test]
async fn an_organization_that_cannot_be_is_refused(
    #[case] settings: Value,
    #[case] named: &str,
    #[case] code: &str,
    #[case] description: &str,
) {
    let lobby = Lobby::open_with(settings).await;
    let named = if named == "AURORA" { lobby.aurora.clone() } else { named.to_owned() };
    let answer = lobby.begin(&lobby.browser(), &[("organization", &named)]).await;
    assert_eq!(lobby.refused(&answer), (code.to_owned(), description.to_owned()));
}

#[tokio::test]
async fn an_organization_is_named_where_the_tenant_allows_names() {
    let lobby = Lobby::open().await;
    lobby.vendor.set(json!({"allow_organization_name_in_authentication_api": true})).await;
    let answer = lobby.sign_in(&lobby.browser(), &[("organization", "Aurora")]).await;
    let tokens = lobby.tokens(&answer).await;
    let id_token = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((&id_token["org_id"], &id_token["org_name"]), (&json!(lobby.aurora), &json!("aurora")));
}

#[tokio::test]
async fn whoever_is_no_member_is_refused() {
    let lobby = Lobby::open().await;
    let grace = lobby.vendor.user_in(CONNECTION, "grace@example.com", json!({"password": PASSWORD})).await;
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[("organization", &lobby.aurora)]).await;
    let answer = browser.submit(&page, &[("username", "grace@example.com"), ("password", PASSWORD)]).await;
    let expected = format!("user {grace} is not part of the {} organization", lobby.aurora);
    assert_eq!(lobby.refused(&answer), ("access_denied".to_owned(), expected));
}

#[tokio::test]
async fn whoever_comes_through_a_connection_that_makes_members_becomes_one() {
    let lobby = Lobby::open().await;
    let grace = lobby.vendor.user_in(CONNECTION, "grace@example.com", json!({"password": PASSWORD})).await;
    let path = format!("/organizations/{}/enabled_connections/{}", lobby.aurora, lobby.connection);
    lobby.vendor.patch(&path, json!({"assign_membership_on_login": true})).await.is(200);
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[("organization", &lobby.aurora)]).await;
    let answer = browser.submit(&page, &[("username", "grace@example.com"), ("password", PASSWORD)]).await;
    let tokens = lobby.tokens(&answer).await;
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["org_id"], json!(lobby.aurora));
    let members = lobby.vendor.get(&format!("/organizations/{}/members", lobby.aurora)).await.is(200);
    assert!(members.as_array().unwrap().iter().any(|member| member["user_id"] == json!(grace)));
    let change = lobby.vendor.changes_in_the_log().await.pop().unwrap();
    assert_eq!(change["details"]["actor"]["user"][0], json!(grace));
}

#[tokio::test]
async fn an_organization_without_connections_lets_nobody_in() {
    let lobby = Lobby::open().await;
    let empty = lobby.vendor.organization("empty").await;
    let answer = lobby.begin(&lobby.browser(), &[("organization", &empty)]).await;
    let expected = "no connections enabled for the client".to_owned();
    assert_eq!(lobby.refused(&answer), ("invalid_request".to_owned(), expected));
    let hidden = lobby.vendor.connection("corporate", "samlp", json!({})).await;
    lobby.vendor.enable(&empty, &hidden, json!({"show_as_button": false})).await;
    let page = lobby.begin(&lobby.browser(), &[("organization", &empty)]).await;
    is_error_page(&page, "no connections enabled for the organization are visible");
}

#[tokio::test]
async fn the_organization_is_asked_for_before_login() {
    let lobby = Lobby::open_with(requiring("pre_login_prompt")).await;
    let browser = lobby.browser();
    let page = lobby.begin(&browser, &[]).await;
    assert_eq!(action(&page), "/u/organization");
    for wrong in ["", "nowhere"] {
        assert_eq!(browser.submit(&page, &[("organization", wrong)]).await.status, 400);
    }
    let page = browser.submit(&page, &[("organization", " Aurora ")]).await;
    assert_eq!(action(&page), "/u/login");
    let answer = lobby.log_in(&browser, &page).await;
    let tokens = lobby.tokens(&answer).await;
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["org_id"], json!(lobby.aurora));
}

#[tokio::test]
async fn the_organization_is_chosen_after_login() {
    let lobby = Lobby::open_with(requiring("post_login_prompt")).await;
    let browser = lobby.browser();
    let page = lobby.sign_in(&browser, &[("audience", API), ("scope", "openid read write")]).await;
    assert_eq!(action(&page), "/u/organizations");
    assert!(page.text.contains("Aurora Shipping") && page.text.contains("borealis"), "{}", page.text);
    let foreign = lobby.vendor.organization("foreign").await;
    let again = browser.submit(&page, &[("organization", &foreign)]).await;
    assert_eq!(action(&again), "/u/organizations", "an organization of others is no choice");
    let answer = browser.submit(&page, &[("organization", &lobby.borealis)]).await;
    let token = access(&lobby, &answer).await;
    assert_eq!((&token["org_id"], &token["scope"]), (&json!(lobby.borealis), &json!("openid write")));
    let page = lobby.begin(&browser, &[]).await;
    let (first, second) = (page.text.find("borealis"), page.text.find("Aurora Shipping"));
    assert!(first < second, "the one of lately comes first");
    let silent = lobby.begin(&browser, &[("prompt", "none")]).await;
    assert_eq!(lobby.refused(&silent).0, "interaction_required");
}

#[tokio::test]
async fn one_of_hundreds_is_found_by_typing() {
    let lobby = Lobby::open_with(requiring("post_login_prompt")).await;
    let mut found = String::new();
    for number in 0..60 {
        let name = format!("customer-{number:03}");
        let id = lobby.vendor.organization(&name).await;
        lobby.vendor.member(&id, &lobby.ada).await;
        if number == 42 {
            lobby.vendor.enable(&id, &lobby.connection, json!({})).await;
            found = id;
        }
    }
    let browser = lobby.browser();
    let page = lobby.sign_in(&browser, &[]).await;
    let state = super::browser::hidden(&page, "state");
    let page = browser.go(&format!("/u/organizations?state={state}&q=customer-042")).await;
    assert!(page.text.contains(&found) && !page.text.contains("customer-041"), "{}", page.text);
    let answer = browser.submit(&page, &[("organization", &found)]).await;
    let tokens = lobby.tokens(&answer).await;
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["org_id"], json!(found));
}

#[tokio::test]
async fn an_audience_of_an_organization_implies_it() {
    let lobby = Lobby::open().await;
    let path = format!("/organizations/{}", lobby.aurora);
    lobby.vendor.patch(&path, json!({"token_strategy": "audience"})).await.is(200);
    let audience = format!("{API}/organizations/{}", lobby.aurora);
    let browser = lobby.browser();
    let answer = lobby.sign_in(&browser, &[("audience", &audience), ("scope", "read")]).await;
    let token = access(&lobby, &answer).await;
    assert_eq!((&token["aud"], &token["org_id"]), (&json!(audience), &json!(lobby.aurora)));
    let resource = lobby.begin(&browser, &[("resource", &audience), ("scope", "read")]).await;
    assert_eq!(access(&lobby, &resource).await["org_id"], json!(lobby.aurora));
    let more = [("audience", audience.as_str()), ("organization", &lobby.borealis)];
    assert_eq!(lobby.refused(&lobby.begin(&browser, &more).await).0, "invalid_request");
}

#[tokio::test]
async fn a_removed_member_does_not_come_in_again() {
    let lobby = Lobby::open().await;
    let browser = lobby.browser();
    lobby.sign_in(&browser, &[("organization", &lobby.aurora)]).await;
    let members = json!({"members": [lobby.ada]});
    lobby.vendor.delete_with(&format!("/organizations/{}/members", lobby.aurora), members).await.is(204);
    let answer = lobby.begin(&browser, &[("organization", &lobby.aurora), ("prompt", "none")]).await;
    assert_eq!(lobby.refused(&answer).0, "access_denied");
}

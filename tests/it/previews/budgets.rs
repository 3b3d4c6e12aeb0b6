//! `token_budget`: how long the tokens of an API may be.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::grants::{API, House, token};
use crate::harness::claims;

/// A house whose readers may do so much that it makes tokens long.
async fn house(budget: Value) -> House {
    let house = House::open().await;
    let many: Vec<Value> = (0..100).map(|n| json!({"value": format!("permission:number-{n}")})).collect();
    let patch = json!({"scopes": many, "token_budget": budget});
    house.vendor.patch(&format!("/resource-servers/{}", house.api), patch).await.is(200);
    let names: Vec<String> = (0..100).map(|n| format!("permission:number-{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let permissions = crate::harness::permissions(API, &names);
    house.vendor.post(&format!("/roles/{}/permissions", house.reader), permissions).await.is(201);
    house
}

const SCOPE: &str = "openid permission:number-7 offline_access";

#[tokio::test]
async fn beyond_it_permissions_are_left_out_and_the_api_is_told_to_ask() {
    let house = house(json!({"max_bytes": 1500, "on_exceeded": "omit_permissions"})).await;
    let tokens = house.tokens(house.grant_in(&house.aurora, SCOPE)).await;
    let access = claims(token(&tokens, "access_token"));
    assert_eq!((access.get("permissions"), &access["permissions_omitted"]), (None, &json!(true)));
    assert_eq!(access["scope"], SCOPE);
    assert!(token(&tokens, "access_token").len() <= 1500);
    let refreshed = house.refresh(token(&tokens, "refresh_token"), &[]).await.is(200);
    assert_eq!(claims(token(&refreshed, "access_token"))["permissions_omitted"], json!(true));
    let form = [
        ("token", token(&tokens, "access_token")),
        ("client_id", &house.web.id),
        ("client_secret", &house.web.secret),
    ];
    let told =
        house.vendor.send(house.vendor.request(Method::POST, "/oauth/introspect").form(&form)).await.is(200);
    assert_eq!(told["permissions"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn beyond_it_tokens_are_refused_and_nothing_is_used_up() {
    let house = house(json!(null)).await;
    let refresh_token = {
        let tokens = house.tokens(house.grant_in(&house.aurora, SCOPE)).await;
        token(&tokens, "refresh_token").to_owned()
    };
    let code = house.code(house.grant_in(&house.aurora, SCOPE)).await;
    let budget = |budget: Value| house.vendor.patch_api(&house.api, json!({"token_budget": budget}));
    budget(json!({"max_bytes": 1500})).await;
    for refused in [house.exchange(&code, &[]).await, house.refresh(&refresh_token, &[]).await] {
        let refused = refused.is(400);
        assert_eq!(refused["error"], "invalid_request");
        let reason = refused["error_description"].as_str().unwrap();
        assert!(
            reason.ends_with(
                "and the API takes 1500. Ask for less scope, or have the API's token_budget changed."
            ),
            "{reason}"
        );
    }
    budget(json!(null)).await;
    house.exchange(&code, &[]).await.is(200);
    house.refresh(&refresh_token, &[]).await.is(200);
}

#[tokio::test]
async fn what_is_too_long_without_permissions_is_refused_too() {
    let house = house(json!({"max_bytes": 512, "on_exceeded": "omit_permissions"})).await;
    let code = house.code(house.grant_in(&house.aurora, SCOPE)).await;
    assert_eq!(house.exchange(&code, &[]).await.is(400)["error"], "invalid_request");
}

#[tokio::test]
async fn a_preview_says_how_long_a_token_would_be_and_whether_that_is_too_long() {
    let house = house(json!({"max_bytes": 1500})).await;
    house.enable_connection().await;
    let body = json!({"grant_type": "refresh_token", "client_id": house.web.id, "user_id": house.ada,
        "audience": API, "organization": house.aurora, "scope": SCOPE});
    assert_eq!(house.vendor.preview(body.clone()).await.is(200)["refusal"]["error"], "invalid_request");
    house.vendor.patch_api(&house.api, json!({"token_budget": null})).await;
    let preview = house.vendor.preview(body).await.is(200);
    assert!(preview["access_token"]["size"].as_u64().unwrap() > 1500);
}

#[tokio::test]
async fn the_refusal_names_the_length_of_what_could_be_sent() {
    let house = house(json!(null)).await;
    house.enable_connection().await;
    let body = |scope: &str| {
        json!({"grant_type": "refresh_token", "client_id": house.web.id, "user_id": house.ada, "audience": API,
            "organization": house.borealis, "scope": scope})
    };
    // Nobody can read in Borealis, so there is nothing to leave out.
    let path = format!("/roles/{}/permissions", house.writer);
    house.vendor.delete_with(&path, crate::harness::permissions(API, &["write"])).await.is(204);
    let size = house.vendor.preview(body("openid")).await.is(200)["access_token"]["size"].clone();
    let budget = json!({"token_budget": {"max_bytes": 512, "on_exceeded": "omit_permissions"}});
    house.vendor.patch_api(&house.api, budget).await;
    let refused = house.vendor.preview(body("openid")).await.is(200);
    let reason = refused["refusal"]["error_description"].as_str().unwrap();
    assert!(reason.starts_with(&format!("The access token would have {size} bytes")), "{reason}");
}

#[rstest]
#[case::too_little(json!({"max_bytes": 511}))]
#[case::too_much(json!({"max_bytes": 65537}))]
#[case::no_limit(json!({"on_exceeded": "refuse"}))]
#[case::unknown_end(json!({"max_bytes": 1500, "on_exceeded": "shorten"}))]
#[case::type_of_limit(json!({"max_bytes": "1500"}))]
#[case::unknown_field(json!({"max_bytes": 1500, "more": 1}))]
#[tokio::test]
async fn a_budget_that_cannot_be_is_refused(#[case] budget: Value) {
    let house = House::open().await;
    let path = format!("/resource-servers/{}", house.api);
    house.vendor.patch(&path, json!({"token_budget": budget})).await.is(400);
}

#[tokio::test]
async fn the_lengths_of_tokens_are_in_the_metrics() {
    let house = house(json!({"max_bytes": 1500, "on_exceeded": "omit_permissions"})).await;
    house.tokens(house.grant_in(&house.aurora, SCOPE)).await;
    let metrics = house.vendor.send(house.vendor.request(Method::GET, "/metrics")).await.text;
    for line in [
        "guildhall_access_token_bytes_bucket{le=\"2048\"}",
        "guildhall_access_tokens_without_permissions_total",
    ] {
        assert!(metrics.contains(line), "{line} is not in {metrics}");
    }
}

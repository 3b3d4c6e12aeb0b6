//! Claims in the tokens of machine clients.

use serde_json::json;

use super::constant;
use crate::harness::claims;
use crate::tokens::{API, Shop};

#[tokio::test]
async fn a_claim_comes_from_the_organizations_metadata() {
    let shop = Shop::open().await;
    let source = json!({"type": "organization_metadata", "key": "plan"});
    shop.vendor.mapping(json!({}), "plan", source).await;
    assert!(claims(&shop.ask_in(&shop.aurora).await.token()).get("plan").is_none());
    let path = format!("/organizations/{}", shop.aurora);
    shop.vendor.patch(&path, json!({"metadata": {"plan": "gold"}})).await.is(200);
    assert_eq!(claims(&shop.ask_in(&shop.aurora).await.token())["plan"], "gold");
    assert!(claims(&shop.ask_in(&shop.borealis).await.token()).get("plan").is_none());
    assert!(claims(&shop.ask(&[("audience", API)]).await.token()).get("plan").is_none());
}

#[tokio::test]
async fn a_claim_lists_the_roles_that_the_client_holds_in_the_organization() {
    let shop = Shop::open().await;
    shop.vendor.mapping(json!({}), "held", json!({"type": "roles"})).await;
    let role = shop.vendor.role("Reader", API, &["read"]).await;
    let third = shop.vendor.organization("corona").await;
    shop.vendor.associate_with(&third, &shop.grant, json!({"roles": [role]})).await;
    assert_eq!(claims(&shop.ask_in(&third).await.token())["held"], json!(["Reader"]));
    assert!(claims(&shop.ask_in(&shop.aurora).await.token()).get("held").is_none());
    shop.vendor.patch(&format!("/roles/{role}"), json!({"name": "Observer"})).await.is(200);
    assert_eq!(claims(&shop.ask_in(&third).await.token())["held"], json!(["Observer"]));
}

#[tokio::test]
async fn the_most_specific_mapping_decides() {
    let shop = Shop::open().await;
    let mut made = Vec::new();
    let (client, api, aurora) = (&shop.machine.id, API, &shop.aurora);
    for (value, applies_to) in [
        ("organization", json!({"organization_id": aurora})),
        ("client", json!({"client_id": client})),
        ("api", json!({"audience": api})),
        ("tenant", json!({})),
    ] {
        made.push((value, shop.vendor.mapping(applies_to, "k", constant(json!(value))).await));
    }
    for (value, id) in made {
        assert_eq!(claims(&shop.ask_in(aurora).await.token())["k"], value);
        shop.vendor.delete(&format!("/claim-mappings/{id}")).await.is(204);
    }
    assert!(claims(&shop.ask_in(aurora).await.token()).get("k").is_none());
}

#[tokio::test]
async fn a_mapping_applies_where_all_that_it_names_is_so() {
    let shop = Shop::open().await;
    let of = json!({"client_id": shop.machine.id, "organization_id": shop.aurora, "audience": API});
    shop.vendor.mapping(of, "k", constant(json!(1))).await;
    shop.vendor.mapping(json!({"client_id": shop.vendor.manager.id}), "other", constant(json!(1))).await;
    let aurora = claims(&shop.ask_in(&shop.aurora).await.token());
    assert_eq!((&aurora["k"], aurora.get("other")), (&json!(1), None));
    assert!(claims(&shop.ask_in(&shop.borealis).await.token()).get("k").is_none());
    let rival = shop.vendor.rival().await;
    rival.mapping(json!({}), "theirs", constant(json!(1))).await;
    assert!(claims(&shop.ask_in(&shop.aurora).await.token()).get("theirs").is_none());
}

#[tokio::test]
async fn tokens_of_the_management_api_hold_names_in_a_namespace_only() {
    let mut shop = Shop::open().await;
    shop.vendor.mapping(json!({}), "plan", constant(json!(1))).await;
    shop.vendor.mapping(json!({}), "https://vendor.example/plan", constant(json!(1))).await;
    shop.vendor.sign_in().await;
    let token = claims(&shop.vendor.token);
    assert_eq!((token.get("plan"), &token["https://vendor.example/plan"]), (None, &json!(1)));
}

#[tokio::test]
async fn claims_that_are_too_large_are_an_error_and_not_half_a_token() {
    let shop = Shop::open().await;
    for number in 0..13 {
        let large = constant(json!("x".repeat(8000)));
        shop.vendor.mapping(json!({}), &format!("k{number}"), large).await;
    }
    shop.ask(&[("audience", API)]).await.denies(400, "invalid_request", "custom claims exceed 100 KB");
}

//! Changes of the token strategy: no right changes, but audiences do.

use serde_json::{Value, json};

use super::Hall;
use crate::harness::claims;
use crate::tokens::API;

#[tokio::test]
async fn a_strategy_changes_the_audience_of_each_api_and_no_right() {
    let hall = Hall::open().await;
    let (vendor, aurora) = (&hall.shop.vendor, &hall.shop.aurora);
    let tried =
        json!({"type": "set_token_strategy", "organization_id": aurora, "token_strategy": "audience"});
    let told = hall.try_out(&tried).await;
    let audience = hall.shop.audience_of(aurora);
    // Ada, and the two clients.
    let expected = json!({
        "concerned": 3, "subjects": 0, "gained": 0, "lost": 0, "effects": [],
        "audiences": [{"resource_server_identifier": API, "before": API, "after": audience}],
    });
    assert_eq!(told, expected);
    let audience_of_token = async || claims(&hall.shop.ask_in(aurora).await.token())["aud"].clone();
    assert_eq!(audience_of_token().await, API);
    let patch = json!({"token_strategy": "audience"});
    vendor.patch(&format!("/organizations/{aurora}"), patch).await.is(200);
    assert_eq!(audience_of_token().await, Value::from(audience));
    let log = vendor.changes_in_the_log().await.pop().unwrap();
    assert_eq!(log["details"]["effect"], json!({"concerned": 3, "subjects": 0, "gained": 0, "lost": 0}));
}

#[tokio::test]
async fn an_audience_that_stays_is_not_told_and_grants_for_people_are_no_clients() {
    let hall = Hall::open().await;
    let (vendor, aurora) = (&hall.shop.vendor, &hall.shop.aurora);
    let grant = vendor.grant_with(&hall.idle, API, &["read"], json!({"subject_type": "user"})).await;
    vendor.associate(aurora, &grant).await;
    let tried = json!({"type": "set_token_strategy", "organization_id": aurora, "token_strategy": "claim"});
    let told = hall.try_out(&tried).await;
    assert_eq!((&told["concerned"], told.get("audiences")), (&json!(3), None));
}

#[tokio::test]
async fn a_change_of_an_organization_that_touches_no_token_has_no_effect_in_the_log() {
    let hall = Hall::open().await;
    let (vendor, aurora) = (&hall.shop.vendor, &hall.shop.aurora);
    vendor.patch(&format!("/organizations/{aurora}"), json!({"display_name": "Aurora"})).await.is(200);
    let log = vendor.changes_in_the_log().await.pop().unwrap();
    assert!(log["details"].get("effect").is_none(), "{log}");
}

#[tokio::test]
async fn audiences_are_listed_by_page() {
    let hall = Hall::open().await;
    for number in 0..3 {
        hall.shop.vendor.api(&format!("https://api{number}.example"), &["read"]).await;
    }
    let tried =
        json!({"type": "set_token_strategy", "organization_id": hall.cirrus, "token_strategy": "audience"});
    let (mut listed, mut from) = (Vec::new(), String::new());
    loop {
        let page = hall.shop.vendor.post(&format!("/dry-runs?take=2{from}"), tried.clone()).await.is(200);
        listed.extend(page["audiences"].as_array().into_iter().flatten().cloned());
        let Some(next) = page["next"].as_str() else { break };
        from = format!("&from={next}");
    }
    assert_eq!(listed.len(), 4);
}

//! Tokens for refresh tokens.

use rstest::rstest;
use serde_json::{Value, json};

use super::{is_as_previewed, is_refused_as_previewed};
use crate::grants::{API, House};

#[rstest]
#[case::not_rotating(json!({}), false)]
#[case::rotating(json!({"rotation_type": "rotating", "expiration_type": "expiring"}), true)]
#[tokio::test]
async fn a_refresh_leads_to_what_is_previewed(#[case] settings: Value, #[case] rotates: bool) {
    let house = House::open_with(settings).await;
    house.enable_connection().await;
    for organization in [Some(&house.aurora), Some(&house.borealis), None] {
        let refresh_token = house.refresh_token(organization.map(String::as_str)).await;
        let body = json!({"grant_type": "refresh_token", "client_id": house.web.id, "user_id": house.ada,
            "audience": API, "organization": organization, "scope": "openid read write offline_access"});
        let preview = house.vendor.preview(body).await.is(200);
        let tokens = house.refresh(&refresh_token, &[]).await.is(200);
        is_as_previewed(tokens["access_token"].as_str().unwrap(), &preview["access_token"]);
        // A sign-in without a session, as this one was, has no `sid`.
        let (mut id_token, claims) =
            (preview["id_token"].clone(), crate::harness::claims(tokens["id_token"].as_str().unwrap()));
        id_token["claims"].as_object_mut().unwrap().shift_remove("sid");
        for name in ["sub", "aud", "org_id"] {
            assert_eq!(claims[name], id_token["claims"][name]);
        }
        assert_eq!((&tokens["scope"], preview["refresh_token"] == rotates), (&preview["scope"], true));
    }
}

#[tokio::test]
async fn a_refresh_of_who_was_put_out_is_refused_as_it_would_be() {
    let house = House::open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    house.put_out(&house.aurora).await;
    let body = json!({"grant_type": "refresh_token", "client_id": house.web.id, "user_id": house.ada,
        "audience": API, "organization": house.aurora, "scope": "openid read"});
    let preview = house.vendor.preview(body).await.is(200);
    is_refused_as_previewed(house.refresh(&refresh_token, &[]).await, &preview);
}

#[rstest]
#[case::no_organizations(json!({"organization_usage": "deny"}))]
#[case::third_party(json!({"is_first_party": false, "organization_usage": null}))]
#[tokio::test]
async fn an_organization_that_the_client_lost_refreshes_nothing(#[case] settings: Value) {
    let house = House::open().await;
    let refresh_token = house.refresh_token(Some(&house.aurora)).await;
    house.set_web(settings).await;
    let body = json!({"grant_type": "refresh_token", "client_id": house.web.id, "user_id": house.ada,
        "audience": API, "organization": house.aurora, "scope": "openid read"});
    let preview = house.vendor.preview(body).await.is(200);
    assert_eq!(preview["refusal"]["error"], "invalid_grant");
    is_refused_as_previewed(house.refresh(&refresh_token, &[]).await, &preview);
    let told = house.introspected(&refresh_token).await;
    assert_eq!(told, json!({"active": false}));
}

//! Clients that every organization lets in.

use rstest::rstest;
use serde_json::{Value, json};

use super::Hall;
use crate::tokens::API;

#[tokio::test]
async fn a_grant_for_any_organization_is_told_of_once_for_all_of_them() {
    let hall = Hall::open().await;
    let (grant, machine) = (&hall.shop.grant, &hall.shop.machine.id);
    let (tried, path) = (
        json!({
            "type": "update_client_grant", "client_grant_id": grant, "body": {"allow_any_organization": true},
        }),
        format!("/client-grants/{grant}"),
    );
    let everywhere = json!({
        "subject": {"type": "client", "id": machine}, "any_organization": true,
        "resource_server_identifier": API, "gained": ["read", "write"], "lost": [],
    });
    assert_eq!(hall.try_out(&tried).await["effects"], json!([everywhere]));
    hall.shop.vendor.patch(&path, json!({"allow_any_organization": true})).await.is(200);
    assert_eq!(hall.shop.scope_in(&hall.cirrus).await, "read write");
    // Without its place in Aurora the client is let in all the same.
    let aurora = &hall.shop.aurora;
    let tried = json!({
        "type": "remove_organization_client_grant", "organization_id": aurora, "client_grant_id": grant,
    });
    assert_eq!(hall.try_out(&tried).await["effects"], json!([]));
}

#[rstest]
#[case::of_an_organization(json!({"organization_id": "cirrus"}), json!({"require_verified_email": true}), json!([]))]
#[case::that_keeps_a_client_out_there(
    json!({"organization_id": "cirrus"}), json!({"allowed_clients": ["robot"]}),
    json!([{"organization_id": "cirrus", "lost": ["read", "write"]}])
)]
#[case::of_a_client(
    json!({"client_id": "machine"}), json!({"require_organization": true}),
    json!([{"lost": ["read", "write"]}])
)]
#[case::of_a_client_that_names_organizations(
    json!({"client_id": "machine", "audience": API}), json!({"allowed_organizations": ["aurora", "borealis"]}),
    json!([{"lost": ["read", "write"]}, {"any_organization": true, "lost": ["read", "write"]}])
)]
#[tokio::test]
async fn a_policy_is_tried_on_a_client_that_every_organization_lets_in(
    #[case] applies_to: Value,
    #[case] rules: Value,
    #[case] expected: Value,
) {
    let hall = Hall::open().await;
    let (shop, machine) = (&hall.shop, &hall.shop.machine.id);
    let path = format!("/client-grants/{}", shop.grant);
    shop.vendor.patch(&path, json!({"allow_any_organization": true})).await.is(200);
    let named = |value: Value| {
        let mut text = value.to_string();
        for (name, id) in [
            ("cirrus", &hall.cirrus),
            ("aurora", &shop.aurora),
            ("borealis", &shop.borealis),
            ("machine", machine),
            ("robot", &hall.robot.id),
        ] {
            text = text.replace(&format!("\"{name}\""), &format!("\"{id}\""));
        }
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let body = json!({"name": "P", "applies_to": named(applies_to), "rules": named(rules)});
    let told = hall.try_out(&json!({"type": "create_access_policy", "body": body})).await;
    let mut expected = named(expected);
    for effect in expected.as_array_mut().unwrap() {
        effect["subject"] = json!({"type": "client", "id": machine});
        effect["resource_server_identifier"] = API.into();
        effect["gained"] = json!([]);
    }
    assert_eq!(told["effects"], expected);
}

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
    let body = json!({"name": "P", "applies_to": named(&hall, applies_to), "rules": named(&hall, rules)});
    let told = hall.try_out(&json!({"type": "create_access_policy", "body": body})).await;
    let mut expected = named(&hall, expected);
    for effect in expected.as_array_mut().unwrap() {
        effect["subject"] = json!({"type": "client", "id": machine});
        effect["resource_server_identifier"] = API.into();
        effect["gained"] = json!([]);
    }
    assert_eq!(told["effects"], expected);
}

/// A hall whose machine every organization lets in, under a policy.
async fn under(applies_to: Value, rules: Value) -> (Hall, String) {
    let hall = Hall::open().await;
    let path = format!("/client-grants/{}", hall.shop.grant);
    hall.shop.vendor.patch(&path, json!({"allow_any_organization": true})).await.is(200);
    let policy = hall.shop.vendor.policy(named(&hall, applies_to), named(&hall, rules)).await;
    (hall, policy)
}

#[rstest]
#[case::deleted(json!({"type": "delete_client_grant"}))]
#[case::for_none(json!({"type": "update_client_grant", "body": {"allow_any_organization": false}}))]
#[tokio::test]
async fn a_grant_for_any_organization_is_told_of_where_a_policy_names_one(#[case] mut tried: Value) {
    let applies_to = json!({"client_id": "machine"});
    let (hall, _) = under(applies_to, json!({"allowed_organizations": ["cirrus"]})).await;
    tried["client_grant_id"] = hall.shop.grant.clone().into();
    assert_eq!(hall.shop.scope_in(&hall.cirrus).await, "read write");
    let told = hall.try_out(&tried).await;
    assert_eq!(told["effects"], json!([lost(&hall, &hall.cirrus)]));
}

#[tokio::test]
async fn a_new_grant_for_any_organization_is_told_of_where_a_policy_names_one() {
    let hall = Hall::open().await;
    let idle = &hall.idle.id;
    let gone = hall.shop.vendor.organization("gone").await;
    let rules = json!({"allowed_organizations": [hall.cirrus, gone]});
    hall.shop.vendor.policy(json!({"client_id": idle}), rules).await;
    hall.shop.vendor.delete(&format!("/organizations/{gone}")).await.is(204);
    let tried = json!({"type": "create_client_grant", "body": {
        "client_id": idle, "audience": API, "scope": ["read"], "organization_usage": "allow",
        "allow_any_organization": true,
    }});
    let told = hall.try_out(&tried).await;
    let gained = json!({
        "subject": {"type": "client", "id": idle}, "organization_id": hall.cirrus,
        "resource_server_identifier": API, "gained": ["read"], "lost": [],
    });
    assert_eq!(told["effects"], json!([gained]));
}

#[rstest]
#[case::that_lists_another_organization(
    json!({"client_id": "machine"}), json!({"allowed_organizations": ["cirrus"]}),
    json!({"rules": {"allowed_organizations": ["delta"]}}), "delta", "cirrus"
)]
#[case::that_is_for_another_organization(
    json!({"organization_id": "cirrus"}), json!({"allowed_clients": ["robot"]}),
    json!({"applies_to": {"organization_id": "delta"}}), "cirrus", "delta"
)]
#[tokio::test]
async fn a_policy_is_told_of_in_each_organization_that_it_names_or_named(
    #[case] applies_to: Value,
    #[case] rules: Value,
    #[case] body: Value,
    #[case] gaining: &str,
    #[case] losing: &str,
) {
    let (hall, policy) = under(applies_to, rules).await;
    let delta = hall.shop.vendor.organization("delta").await;
    let body: Value = serde_json::from_str(&named(&hall, body).to_string().replace("delta", &delta)).unwrap();
    let tried: Value = json!({"type": "update_access_policy", "access_policy_id": policy, "body": body});
    let of = |name: &str| if name == "delta" { &delta } else { &hall.cirrus };
    let (mut gained, lost) = (lost(&hall, of(gaining)), lost(&hall, of(losing)));
    gained["gained"] = gained["lost"].take();
    gained["lost"] = json!([]);
    let mut told = hall.try_out(&tried).await["effects"].as_array().unwrap().clone();
    told.sort_by_key(|effect| effect["gained"] == json!([]));
    assert_eq!(told, [gained, lost]);
}

/// That the machine loses all that it has in an organization.
fn lost(hall: &Hall, organization: &str) -> Value {
    json!({
        "subject": {"type": "client", "id": hall.shop.machine.id}, "organization_id": organization,
        "resource_server_identifier": API, "gained": [], "lost": ["read", "write"],
    })
}

/// The value with ids in place of names.
fn named(hall: &Hall, value: Value) -> Value {
    let mut text = value.to_string();
    for (name, id) in [
        ("cirrus", &hall.cirrus),
        ("aurora", &hall.shop.aurora),
        ("borealis", &hall.shop.borealis),
        ("machine", &hall.shop.machine.id),
        ("robot", &hall.robot.id),
    ] {
        text = text.replace(&format!("\"{name}\""), &format!("\"{id}\""));
    }
    serde_json::from_str(&text).unwrap()
}

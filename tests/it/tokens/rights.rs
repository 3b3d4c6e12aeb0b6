//! What a machine client holds: its grant, within the API, within what the organization gave it (design section 7).

use rstest::rstest;
use serde_json::{Value, json};

use super::{API, Shop};
use crate::harness::{Vendor, claims, permissions};

/// A shop whose API puts `permissions` into tokens, without associations yet.
async fn open() -> Shop {
    let shop = Shop::open().await;
    let authz = json!({"enforce_policies": true, "token_dialect": "access_token_authz"});
    shop.vendor.patch(&format!("/resource-servers/{}", shop.api), authz).await.is(200);
    for organization in [&shop.aurora, &shop.borealis] {
        shop.vendor
            .delete(&format!("/organizations/{organization}/client-grants/{}", shop.grant))
            .await
            .is(204);
    }
    shop
}

/// The scope and the permissions of a token in an organization.
async fn rights(shop: &Shop, organization: &str) -> (String, Value) {
    let claims = claims(&shop.ask_in(organization).await.token());
    (claims["scope"].as_str().unwrap_or_default().to_owned(), claims["permissions"].clone())
}

#[tokio::test]
async fn the_grants_scope_is_what_a_client_holds() {
    let shop = open().await;
    shop.vendor.associate(&shop.aurora, &shop.grant).await;
    assert_eq!(rights(&shop, &shop.aurora).await, ("read write".to_owned(), json!(["read", "write"])));
}

#[tokio::test]
async fn a_scope_of_the_association_narrows_the_grant_in_that_organization_alone() {
    let shop = open().await;
    shop.vendor.associate_with(&shop.aurora, &shop.grant, json!({"scope": ["read"]})).await;
    shop.vendor.associate(&shop.borealis, &shop.grant).await;
    assert_eq!(rights(&shop, &shop.aurora).await, ("read".to_owned(), json!(["read"])));
    assert_eq!(rights(&shop, &shop.borealis).await, ("read write".to_owned(), json!(["read", "write"])));
}

#[tokio::test]
async fn one_client_holds_different_roles_in_each_organization() {
    let shop = open().await;
    let reader = shop.vendor.role("Reader", API, &["read"]).await;
    let writer = shop.vendor.role("Writer", API, &["write"]).await;
    shop.vendor.associate_with(&shop.aurora, &shop.grant, json!({"roles": [reader]})).await;
    shop.vendor.associate_with(&shop.borealis, &shop.grant, json!({"roles": [writer]})).await;
    assert_eq!(rights(&shop, &shop.aurora).await, ("read".to_owned(), json!(["read"])));
    assert_eq!(rights(&shop, &shop.borealis).await, ("write".to_owned(), json!(["write"])));
}

#[tokio::test]
async fn a_role_gives_nothing_that_the_grant_does_not() {
    let shop = open().await;
    let all = shop.vendor.role("All", API, &["read", "write", "delete"]).await;
    shop.vendor.associate_with(&shop.aurora, &shop.grant, json!({"roles": [all]})).await;
    assert_eq!(rights(&shop, &shop.aurora).await.0, "read write");
}

#[tokio::test]
async fn a_role_and_a_scope_narrow_together() {
    let shop = open().await;
    let writer = shop.vendor.role("Writer", API, &["write"]).await;
    let both = json!({"roles": [writer], "scope": ["read"]});
    shop.vendor.associate_with(&shop.aurora, &shop.grant, both).await;
    assert_eq!(rights(&shop, &shop.aurora).await, (String::new(), json!([])));
}

#[tokio::test]
async fn permissions_of_another_api_in_the_same_role_give_nothing() {
    let shop = open().await;
    shop.vendor.api("https://other.example", &["read"]).await;
    let role = shop.vendor.role("Other", "https://other.example", &["read"]).await;
    shop.vendor.associate_with(&shop.aurora, &shop.grant, json!({"roles": [role]})).await;
    assert_eq!(rights(&shop, &shop.aurora).await, (String::new(), json!([])));
}

#[tokio::test]
async fn an_organizations_own_role_counts_there() {
    let shop = open().await;
    let new = json!({"name": "Own", "type": "organization", "owner_id": shop.aurora});
    let role = shop.vendor.post("/roles", new).await.is(200)["id"].as_str().unwrap().to_owned();
    shop.vendor.post(&format!("/roles/{role}/permissions"), permissions(API, &["read"])).await.is(201);
    shop.vendor.associate_with(&shop.aurora, &shop.grant, json!({"roles": [role]})).await;
    assert_eq!(rights(&shop, &shop.aurora).await.0, "read");
}

#[tokio::test]
async fn a_grant_of_all_scopes_holds_those_that_come_later() {
    let shop = open().await;
    let all = json!({"scope": null, "allow_all_scopes": true});
    shop.vendor.patch(&format!("/client-grants/{}", shop.grant), all).await.is(200);
    let scopes = json!({"scopes": [{"value": "read"}, {"value": "audit"}]});
    shop.vendor.patch(&format!("/resource-servers/{}", shop.api), scopes).await.is(200);
    shop.vendor.associate(&shop.aurora, &shop.grant).await;
    assert_eq!(rights(&shop, &shop.aurora).await.0, "read audit");
}

/// A change that takes `write` away from the client in Aurora, where it holds the role "Both".
async fn take_away(shop: &Shop, how: &str, role: &str) {
    let vendor: &Vendor = &shop.vendor;
    match how {
        "the role's permission" => {
            let path = format!("/roles/{role}/permissions");
            vendor.delete_with(&path, permissions(API, &["write"])).await.is(204);
        }
        "the grant's scope" => {
            vendor.patch(&format!("/client-grants/{}", shop.grant), json!({"scope": ["read"]})).await.is(200);
        }
        "the API's scope" => {
            let scopes = json!({"scopes": [{"value": "read"}, {"value": "delete"}]});
            vendor.patch(&format!("/resource-servers/{}", shop.api), scopes).await.is(200);
        }
        other => panic!("{other}"),
    }
}

#[rstest]
#[tokio::test]
async fn what_is_taken_away_is_missing_from_the_next_token(
    #[values("the role's permission", "the grant's scope", "the API's scope")] how: &str,
) {
    let shop = open().await;
    let role = shop.vendor.role("Both", API, &["read", "write"]).await;
    shop.vendor.associate_with(&shop.aurora, &shop.grant, json!({"roles": [role]})).await;
    assert_eq!(rights(&shop, &shop.aurora).await.0, "read write");
    take_away(&shop, how, &role).await;
    assert_eq!(rights(&shop, &shop.aurora).await, ("read".to_owned(), json!(["read"])));
}

#[tokio::test]
async fn a_client_whose_only_role_was_deleted_holds_nothing() {
    let shop = open().await;
    let role = shop.vendor.role("Both", API, &["read", "write"]).await;
    shop.vendor.associate_with(&shop.aurora, &shop.grant, json!({"roles": [role]})).await;
    shop.vendor.delete(&format!("/roles/{role}")).await.is(200);
    assert_eq!(rights(&shop, &shop.aurora).await, (String::new(), json!([])));
}

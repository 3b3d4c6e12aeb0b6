//! Tokens of machine clients.

use rstest::rstest;
use serde_json::{Value, json};

use super::{is_as_previewed, is_refused_as_previewed};
use crate::harness::Vendor;
use crate::tokens::{API, Shop};

/// The parameters of a token request as a preview names them.
fn of(client: &str, parameters: &[(&str, &str)]) -> Value {
    let mut body = json!({"grant_type": "client_credentials", "client_id": client});
    for (name, value) in parameters {
        body[*name] = json!(value);
    }
    body
}

#[rstest]
#[case::claim("access_token_authz", "aurora")]
#[case::audience("access_token", "borealis")]
#[case::rfc9068("rfc9068_profile_authz", "aurora")]
#[case::no_organization("rfc9068_profile", "")]
#[tokio::test]
async fn a_token_is_issued_as_it_is_previewed(#[case] dialect: &str, #[case] organization: &str) {
    let shop = Shop::open().await;
    let settings = json!({"token_dialect": dialect, "enforce_policies": true, "token_lifetime": 777});
    shop.vendor.patch(&format!("/resource-servers/{}", shop.api), settings).await.is(200);
    let mapping = json!({"name": "Plan", "claim": "plan", "in": ["access_token"],
        "source": {"type": "organization_metadata", "key": "plan"}});
    shop.vendor.post("/claim-mappings", mapping).await.is(201);
    shop.vendor
        .patch(&format!("/organizations/{}", shop.aurora), json!({"metadata": {"plan": "gold"}}))
        .await
        .is(200);
    let mut parameters = vec![("audience", API), ("scope", "read")];
    match organization {
        "aurora" => parameters.push(("organization", &shop.aurora)),
        "borealis" => parameters.push(("organization", &shop.borealis)),
        _ => {}
    }
    let preview = shop.vendor.preview(of(&shop.machine.id, &parameters)).await.is(200);
    assert_eq!((&preview["scope"], &preview["refresh_token"]), (&json!("read"), &json!(false)));
    is_as_previewed(&shop.ask(&parameters).await.token(), &preview["access_token"]);
}

#[rstest]
#[case::unknown_audience(&[("audience", "https://unknown.example")])]
#[case::no_audience(&[])]
#[case::unknown_organization(&[("audience", API), ("organization", "org_0000000000000000")])]
#[case::scope_that_is_not_held(&[("audience", API), ("scope", "delete")])]
#[tokio::test]
async fn a_refusal_is_previewed_in_its_words(#[case] parameters: &[(&str, &str)]) {
    let shop = Shop::open().await;
    let preview = shop.vendor.preview(of(&shop.machine.id, parameters)).await.is(200);
    is_refused_as_previewed(shop.ask(parameters).await, &preview);
}

#[tokio::test]
async fn a_client_without_a_grant_is_refused_as_it_would_be() {
    let shop = Shop::open().await;
    let other = shop.vendor.client("Other").await;
    let preview = shop.vendor.preview(of(&other.id, &[("audience", API)])).await.is(200);
    is_refused_as_previewed(shop.vendor.ask(&other, &[("audience", API)]).await, &preview);
}

#[tokio::test]
async fn each_policy_says_what_it_decides() {
    let shop = Shop::open().await;
    let policy = |name: &str, rules: Value| json!({"name": name, "rules": rules});
    let office = policy("Office", json!({"allowed_networks": ["192.0.2.0/24"]}));
    shop.vendor.post("/access-policies", office).await.is(201);
    let tenants = policy("Customers", json!({"require_organization": true}));
    shop.vendor.post("/access-policies", tenants).await.is(201);
    let asked = |organization: Option<&str>, ip: Option<&str>| {
        let mut body = of(&shop.machine.id, &[("audience", API)]);
        body["organization"] = json!(organization);
        body["ip"] = json!(ip);
        shop.vendor.preview(body)
    };
    let inside = asked(Some(&shop.aurora), Some("192.0.2.7")).await.is(200);
    assert_eq!(inside["access_policies"][0]["allows"], true);
    assert!(inside["access_token"].is_object());
    let outside = asked(Some(&shop.aurora), Some("198.51.100.7")).await.is(200);
    assert_eq!(outside["access_policies"][0]["rule"], "allowed_networks");
    assert_eq!(outside["access_policies"][1]["allows"], true);
    let reason = "requests from the network of 198.51.100.7 are not allowed";
    assert_eq!(outside["refusal"], json!({"error": "access_denied", "error_description": reason}));
    let unknown = asked(None, None).await.is(200);
    assert_eq!(unknown["access_policies"][0]["allows"], true, "nobody said from where");
    assert_eq!(unknown["access_policies"][1]["rule"], "require_organization");
}

#[tokio::test]
async fn a_preview_costs_no_quota_and_leaves_no_trace() {
    let shop = Shop::open().await;
    let quota = json!({"token_quota": {"client_credentials": {"per_hour": 1, "enforce": true}}});
    shop.vendor.patch(&format!("/clients/{}", shop.machine.id), quota).await.is(200);
    let (before, logged) = (shop.vendor.epoch().await, count(&shop.vendor).await);
    for _ in 0..3 {
        let preview = shop.vendor.preview(of(&shop.machine.id, &[("audience", API)])).await.is(200);
        assert!(preview["access_token"].is_object(), "{preview}");
    }
    assert_eq!((shop.vendor.epoch().await, count(&shop.vendor).await), (before, logged));
    shop.ask(&[("audience", API)]).await.is(200);
    assert_eq!(shop.ask(&[("audience", API)]).await.status, 429);
}

/// How many entries the log has.
async fn count(vendor: &Vendor) -> u64 {
    vendor.get("/logs?per_page=0&include_totals=true").await.is(200)["total"].as_u64().unwrap()
}

#[tokio::test]
async fn what_is_empty_is_left_out() {
    let shop = Shop::open().await;
    let preview = async |parameters: &[(&str, &str)]| {
        shop.vendor.preview(of(&shop.machine.id, parameters)).await.is(200)
    };
    let empty = preview(&[("audience", API), ("organization", ""), ("scope", "")]).await;
    assert_eq!(empty["refusal"], json!(null));
    assert_eq!(empty["scope"], preview(&[("audience", API)]).await["scope"]);
}

#[rstest]
#[case::client(json!({"client_id": "unknown"}), 404)]
#[case::someone(json!({"user_id": "auth0|someone"}), 400)]
#[case::grant(json!({"grant_type": "password"}), 400)]
#[case::ip(json!({"ip": "nowhere"}), 400)]
#[case::type_of_scope(json!({"scope": ["read"]}), 400)]
#[case::unknown_field(json!({"unheard_of": 1}), 400)]
#[case::long_audience(json!({"audience": "a".repeat(601)}), 400)]
#[tokio::test]
async fn what_cannot_be_is_refused(#[case] more: Value, #[case] status: u16) {
    let shop = Shop::open().await;
    let mut body = of(&shop.machine.id, &[("audience", API)]);
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    shop.vendor.preview(body).await.is(status);
}

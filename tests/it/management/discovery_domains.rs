//! Discovery domains of organizations: contract section 3.7.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::Vendor;

/// A vendor, an organization, and the address of its domains.
async fn house() -> (Vendor, String, String) {
    let vendor = Vendor::new().await;
    let organization = vendor.organization("aurora").await;
    let path = format!("/organizations/{organization}/discovery-domains");
    (vendor, organization, path)
}

#[tokio::test]
async fn a_domain_waits_for_a_record_that_proves_whose_it_is() {
    let (vendor, organization, path) = house().await;
    let made = vendor.post(&path, json!({"domain": "Aurora.Example"})).await.is(201);
    let (id, txt) = (made["id"].as_str().unwrap(), made["verification_txt"].as_str().unwrap());
    assert!(id.starts_with("ord_") && id.len() == 26, "{id}");
    assert!(txt.len() == 32 && txt.chars().all(|c| c.is_ascii_hexdigit()), "{txt}");
    let expected = json!({
        "id": id, "domain": "aurora.example", "status": "pending",
        "verification_host": format!("_ss-verification.{organization}.aurora.example"),
        "verification_txt": txt, "use_for_organization_discovery": true,
    });
    assert_eq!(made, expected);
    assert_eq!(vendor.get(&format!("{path}/{id}")).await.is(200), expected);
    assert_eq!(vendor.get(&format!("{path}/name/AURORA.example")).await.is(200), expected);
    assert_eq!(vendor.get(&path).await.is(200), json!({"domains": [expected]}));
}

#[tokio::test]
async fn a_domain_is_verified_and_put_out_of_use_and_removed() {
    let (vendor, _, path) = house().await;
    let made = vendor.post(&path, json!({"domain": "aurora.example", "status": "verified"})).await.is(201);
    assert_eq!(made["status"], "verified");
    let path = format!("{path}/{}", made["id"].as_str().unwrap());
    let patch = json!({"status": "pending", "use_for_organization_discovery": false});
    let patched = vendor.patch(&path, patch).await.is(200);
    assert_eq!(
        (&patched["status"], &patched["use_for_organization_discovery"]),
        (&json!("pending"), &json!(false))
    );
    assert_eq!(patched["verification_txt"], made["verification_txt"]);
    vendor.delete(&path).await.is(204);
    vendor.get(&path).await.refuses(404, "", "No discovery domain found by that id or domain");
}

#[tokio::test]
async fn a_domain_is_registered_once_in_an_organization_and_again_in_another() {
    let (vendor, _, path) = house().await;
    let body = json!({"domain": "aurora.example"});
    vendor.post(&path, body.clone()).await.is(201);
    let message =
        "An organization discovery domain with this domain is already registered to this organization.";
    let answer = vendor.post(&path, json!({"domain": "AURORA.example"})).await;
    answer.refuses(409, "organization_discovery_domain_conflict", message);
    let other = vendor.organization("borealis").await;
    vendor.post(&format!("/organizations/{other}/discovery-domains"), body).await.is(201);
}

#[rstest]
#[case(json!({"domain": "a"}))]
#[case(json!({"domain": "no-dot"}))]
#[case(json!({"domain": "-a.example"}))]
#[case(json!({"domain": "a b.example"}))]
#[case(json!({"domain": "a..example"}))]
#[case(json!({"domain": format!("{}.example", "x".repeat(250))}))]
#[case(json!({"domain": "a.example", "status": "claimed"}))]
#[tokio::test]
async fn what_is_no_domain_is_refused(#[case] body: Value) {
    let (vendor, _, path) = house().await;
    assert_eq!(vendor.post(&path, body).await.is(400)["errorCode"], "invalid_body");
}

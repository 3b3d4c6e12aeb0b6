//! Every operation of the OpenAPI documents: documented, and closed to those without a token, without the scope, and
//! of another tenant. An operation that is new is called here without being listed.

use std::path::Path;

use guildhall_api::documents;
use reqwest::Method;
use serde_json::Value;

use crate::harness::{Fixture, Vendor, body_of, management, present};

#[test]
fn the_committed_documents_are_what_the_code_generates() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    for name in documents::NAMES {
        let committed = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap_or_default();
        let generated = documents::json(name).unwrap();
        assert!(committed == generated, "openapi/{name}.json is out of date: run `cargo run -- openapi`");
    }
}

#[test]
fn every_operation_of_a_document_has_an_id_of_its_own() {
    for name in documents::NAMES {
        let mut ids = std::collections::HashSet::new();
        let document: Value = serde_json::from_str(documents::json(name).unwrap()).unwrap();
        let items = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|item| item.as_object().unwrap().values());
        for operation in items.filter(|operation| operation.is_object()) {
            let id =
                operation["operationId"].as_str().unwrap_or_else(|| panic!("no operationId: {operation}"));
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
        }
    }
}

#[test]
fn every_operation_documents_401_and_403_and_its_scopes() {
    for operation in management() {
        for status in ["401", "403"] {
            assert!(
                operation.described["responses"][status].is_object(),
                "{} lacks {status}",
                operation.name()
            );
        }
        assert!(!operation.scopes().is_empty(), "{} names no scopes", operation.name());
    }
}

#[tokio::test]
async fn every_operation_refuses_a_caller_without_a_token() {
    let vendor = Vendor::new().await;
    for operation in management() {
        let path = format!("/api/v2{}", operation.anywhere());
        let answer = vendor.send(vendor.request(operation.method.clone(), &path)).await;
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{}", operation.name());
        answer.refuses(401, "", "Missing authentication");
    }
}

#[tokio::test]
async fn every_operation_refuses_another_tenants_token() {
    let vendor = Vendor::new().await;
    let mut rival = vendor.rival().await;
    rival.token = vendor.token.clone();
    for operation in management() {
        rival.call(operation.method.clone(), &operation.anywhere(), None).await.refuses(
            401,
            "",
            "Invalid token.",
        );
    }
}

#[tokio::test]
async fn every_operation_refuses_a_token_without_its_scope_and_names_it() {
    let mut vendor = Vendor::new().await;
    let settings = vendor.management_token("read:tenant_settings").await;
    let logs = vendor.management_token("read:logs").await;
    let mut failures = Vec::new();
    for operation in management() {
        let scopes = operation.scopes();
        let has_settings = scopes.iter().any(|scope| scope == "read:tenant_settings");
        vendor.token = if has_settings { logs.clone() } else { settings.clone() };
        let answer = vendor.call(operation.method.clone(), &operation.anywhere(), None).await;
        let body = answer.is(403);
        assert_eq!(body["errorCode"], "insufficient_scope", "{}", operation.name());
        let message = body["message"].as_str().unwrap();
        let named = message.strip_prefix("Insufficient scope, expected any of: ").expect(message);
        let mut named: Vec<&str> = named.split(',').collect();
        named.sort_unstable();
        named.dedup();
        if named != scopes {
            failures
                .push(format!("{}: the refusal names {named:?}, the document {scopes:?}", operation.name()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Operations that answer something else than 404 to an id of another tenant, by the contract.
const NOT_404: &[(&str, u16)] = &[
    // Contract section 8: deleting a user who does not exist succeeds.
    ("DELETE /users/{id}", 204),
    // Triggers are every tenant's.
    ("GET /actions/triggers/{triggerId}/bindings", 200),
    ("PATCH /actions/triggers/{triggerId}/bindings", 200),
];

#[tokio::test]
async fn every_operation_treats_another_tenants_ids_as_unknown() {
    let vendor = Vendor::new().await;
    let rival = vendor.rival().await;
    let theirs = Fixture::make(&vendor).await;
    let before = vendor.epoch().await;
    let mut failures = Vec::new();
    for operation in present() {
        for foreign in 0..operation.placeholders() {
            let own = Fixture::make(&rival).await;
            let path = operation.filled(|number| if number == foreign { &theirs } else { &own });
            let path = path + &operation.query(&own);
            let answer =
                rival.call(operation.method.clone(), &path, body_of(&operation, &own).as_ref()).await;
            let name = operation.name();
            let expected =
                NOT_404.iter().find(|(other, _)| *other == name).map_or(404, |(_, status)| *status);
            if answer.status != expected {
                failures.push(format!(
                    "{name} with a foreign id in place {foreign}: {} {}",
                    answer.status, answer.text
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(vendor.epoch().await, before, "something was changed in the other tenant");
}

#[tokio::test]
async fn every_operation_finds_what_its_own_tenant_has() {
    let vendor = Vendor::new().await;
    let mut failures = Vec::new();
    let found = Fixture::make(&vendor).await;
    for operation in present().into_iter().filter(|operation| operation.method == Method::GET) {
        let answer = vendor.get(&(operation.filled(|_| &found) + &operation.query(&found))).await;
        if !answer.succeeded() {
            failures.push(format!("{}: {} {}", operation.name(), answer.status, answer.text));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn every_operation_refuses_query_parameters_that_it_does_not_document() {
    let vendor = Vendor::new().await;
    let found = Fixture::make(&vendor).await;
    for operation in management() {
        let is_list = operation.described["parameters"].to_string().contains("\"in\":\"query\"");
        if operation.method == Method::GET && is_list {
            let body: Value =
                vendor.get(&(operation.filled(|_| &found) + "?no_such_parameter=1")).await.is(400);
            assert_eq!(body["errorCode"], "invalid_query_string", "{}", operation.name());
        }
    }
}

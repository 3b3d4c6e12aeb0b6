//! Every operation that changes something goes through the one door: it moves the tenant's epoch (design section 6).

use crate::harness::{Fixture, Vendor, body_of, mutating};

#[tokio::test]
async fn every_mutating_operation_moves_the_epoch() {
    let mut vendor = Vendor::new().await;
    let mut failures = Vec::new();
    for operation in mutating() {
        // Keys come and go in these calls, and tokens with them.
        vendor.sign_in().await;
        let fixture = Fixture::make(&vendor).await;
        let before = vendor.epoch().await;
        let body = body_of(&operation, &fixture);
        let path = operation.filled(|_| &fixture) + &operation.query(&fixture);
        let answer = vendor.call(operation.method.clone(), &path, body.as_ref()).await;
        if !answer.succeeded() {
            failures.push(format!("{}: {} {}", operation.name(), answer.status, answer.text));
        } else if vendor.epoch().await <= before {
            failures.push(format!("{} did not move the epoch", operation.name()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn every_mutating_operation_that_is_refused_leaves_the_epoch_alone() {
    let mut vendor = Vendor::new().await;
    let fixture = Fixture::make(&vendor).await;
    vendor.token = vendor.management_token("read:logs").await;
    let before = vendor.epoch().await;
    for operation in mutating() {
        let body = body_of(&operation, &fixture);
        vendor.call(operation.method.clone(), &operation.filled(|_| &fixture), body.as_ref()).await.is(403);
    }
    assert_eq!(vendor.epoch().await, before);
}

#[tokio::test]
async fn a_change_that_changes_nothing_moves_the_epoch_too() {
    let vendor = Vendor::new().await;
    let fixture = Fixture::make(&vendor).await;
    let before = vendor.epoch().await;
    vendor.member(&fixture.organization, &fixture.user).await;
    assert!(vendor.epoch().await > before);
}

#[tokio::test]
async fn the_log_has_every_epoch_once() {
    let vendor = Vendor::new().await;
    Fixture::make(&vendor).await;
    let mut epochs = vendor.epochs_in_the_log().await;
    epochs.sort_unstable();
    assert_eq!(epochs, (1..=vendor.epoch().await).collect::<Vec<_>>());
}

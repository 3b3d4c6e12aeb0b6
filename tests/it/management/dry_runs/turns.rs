//! Dry runs at once.

use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;

use super::Hall;
use crate::harness::permissions;
use crate::tokens::API;

#[tokio::test]
async fn changes_and_dry_runs_at_once_wait_for_each_other_and_all_come_through() {
    let hall = Arc::new(Hall::open().await);
    let mut all = JoinSet::new();
    for number in 0..32 {
        let hall = hall.clone();
        let (role, body) = (hall.reader.clone(), permissions(API, &["write"]));
        all.spawn(async move {
            let vendor = &hall.shop.vendor;
            match number % 4 {
                0 => {
                    let tried = json!({"type": "add_role_permissions", "role_id": role, "body": body});
                    vendor.post("/dry-runs", tried).await.status
                }
                _ => vendor.post(&format!("/roles/{role}/permissions"), body).await.status,
            }
        });
    }
    let mut statuses = all.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200; 8], vec![201; 24]].concat());
}

#[tokio::test]
async fn eight_dry_runs_wait_for_each_other_and_the_next_is_refused_at_once() {
    let hall = Arc::new(Hall::open().await);
    let tried = hall.change("remove_role_permissions").await.tried;
    let lock = hall.shop.vendor.node.database.hold().await;
    let mut all = JoinSet::new();
    for _ in 0..9 {
        let (hall, tried) = (hall.clone(), tried.clone());
        all.spawn(async move { hall.shop.vendor.post("/dry-runs", tried).await.status });
    }
    assert_eq!(all.join_next().await.unwrap().unwrap(), 503);
    drop(lock);
    assert_eq!(all.join_all().await, [200; 8]);
}

#[tokio::test]
async fn who_may_not_make_a_change_is_refused_without_waiting_for_others() {
    let mut hall = Hall::open().await;
    let tried = hall.change("remove_role_permissions").await.tried;
    hall.shop.vendor.token = hall.shop.vendor.management_token("create:client_grants").await;
    let lock = hall.shop.vendor.node.database.hold().await;
    hall.shop.vendor.post("/dry-runs", tried).await.is(403);
    assert!(!lock.is_closed(), "the lock was gone before the answer");
}

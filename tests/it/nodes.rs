//! Two servers over one database: a change made on one is in effect on the other within one second (design section 6).

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Answer, Machine, Vendor, claims, header};

const API: &str = "https://api.example";

/// A vendor on two nodes, with a client that holds a grant in an organization. The second node has issued a token
/// already, so its caches are warm.
struct Nodes {
    here: Vendor,
    there: Vendor,
    machine: Machine,
    grant: String,
    organization: String,
}

impl Nodes {
    async fn start() -> Self {
        let here = Vendor::new().await;
        here.api(API, &["read", "write"]).await;
        let machine = here.client("Export").await;
        let grant = here.grant(&machine, API, &["read", "write"], "allow").await;
        let organization = here.organization("aurora").await;
        here.associate(&organization, &grant).await;
        let there = here.on_another_node().await;
        let nodes = Self { here, there, machine, grant, organization };
        nodes.ask_there(&nodes.organization).await.is(200);
        nodes
    }

    async fn ask_there(&self, organization: &str) -> Answer {
        self.there.ask(&self.machine, &[("audience", API), ("organization", organization)]).await
    }

    /// Asks the second node again and again; the first node has just answered.
    async fn soon(&self, organization: &str, expected: impl Fn(&Answer) -> bool) {
        let committed = Instant::now();
        loop {
            let asked = Instant::now();
            let answer = self.ask_there(organization).await;
            if expected(&answer) {
                return;
            }
            let late = asked - committed;
            assert!(late <= Duration::from_secs(1), "after {late:?} still {} {}", answer.status, answer.text);
        }
    }
}

#[tokio::test]
async fn a_deleted_grant_ends_tokens_on_the_other_node_within_a_second() {
    let nodes = Nodes::start().await;
    nodes.here.delete(&format!("/client-grants/{}", nodes.grant)).await.is(204);
    nodes.soon(&nodes.organization, |answer| answer.status == 403).await;
}

#[tokio::test]
async fn a_narrowed_grant_narrows_tokens_on_the_other_node_within_a_second() {
    let nodes = Nodes::start().await;
    nodes.here.patch(&format!("/client-grants/{}", nodes.grant), json!({"scope": ["read"]})).await.is(200);
    nodes.soon(&nodes.organization, |answer| answer.body()["scope"] == "read").await;
}

#[tokio::test]
async fn an_association_that_the_other_node_has_missed_before_is_in_effect_there_within_a_second() {
    let nodes = Nodes::start().await;
    let late = nodes.here.organization("late").await;
    assert_eq!(nodes.ask_there(&late).await.status, 400);
    nodes.here.associate(&late, &nodes.grant).await;
    nodes.soon(&late, |answer| answer.status == 200).await;
}

#[tokio::test]
async fn a_deleted_client_is_unknown_on_the_other_node_within_a_second() {
    let nodes = Nodes::start().await;
    nodes.here.delete(&format!("/clients/{}", nodes.machine.id)).await.is(204);
    nodes.soon(&nodes.organization, |answer| answer.status == 401).await;
}

#[tokio::test]
async fn a_rotated_key_signs_on_the_other_node_within_a_second() {
    let nodes = Nodes::start().await;
    let kid = |answer: &Answer| header(answer.body()["access_token"].as_str().unwrap())["kid"].clone();
    let before = kid(&nodes.ask_there(&nodes.organization).await);
    nodes.here.post("/keys/signing/rotate", json!({})).await.is(201);
    nodes.soon(&nodes.organization, |answer| kid(answer) != before).await;
}

#[tokio::test]
async fn a_change_of_strategy_is_in_effect_on_the_other_node_within_a_second() {
    let nodes = Nodes::start().await;
    let path = format!("/organizations/{}", nodes.organization);
    nodes.here.patch(&path, json!({"token_strategy": "audience"})).await.is(200);
    let audience = |answer: &Answer| claims(answer.body()["access_token"].as_str().unwrap())["aud"].clone();
    nodes.soon(&nodes.organization, |answer| audience(answer) != API).await;
}

#[tokio::test]
async fn changes_on_both_nodes_are_in_one_log_without_gaps() {
    let nodes = Nodes::start().await;
    for number in 0..10 {
        let (here, there) = (format!("here{number}"), format!("there{number}"));
        tokio::join!(nodes.here.organization(&here), nodes.there.organization(&there));
    }
    let mut epochs = nodes.here.epochs_in_the_log().await;
    epochs.sort_unstable();
    assert_eq!(epochs, (1..=nodes.here.epoch().await).collect::<Vec<_>>());
}

//! `kill -9` during a stream of writes: what was acknowledged is there, the log is gapless, nothing is half-written.

use std::collections::BTreeSet;
use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::harness::{Database, Node, Vendor, concurrently, segment};

const KILLS: usize = 20;
const WRITERS: usize = 4;

/// What was acknowledged.
enum Written {
    Organization(String),
    Members(String),
}

#[derive(Default)]
struct Acknowledged {
    organizations: BTreeSet<String>,
    with_members: BTreeSet<String>,
}

#[tokio::test]
async fn twenty_kills_lose_nothing_that_was_acknowledged_and_leave_nothing_half_written() {
    let database = Arc::new(Database::fresh());
    let vendor = Vendor::on(Node::spawn(database.clone())).await;
    let mut users = Vec::new();
    for number in 0..3 {
        users.push(vendor.user(&format!("user{number}@example.com")).await);
    }
    drop(vendor);
    let mut acknowledged = Acknowledged::default();
    for round in 0..KILLS {
        let vendor = Arc::new(Vendor::on(Node::spawn(database.clone())).await);
        acknowledged.check(&vendor, &users).await;
        let (sender, receiver) = unbounded_channel();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                concurrently(write(
                    vendor.clone(),
                    users.clone(),
                    format!("w{round}-{writer}"),
                    sender.clone(),
                ))
            })
            .collect();
        drop(sender);
        // At another moment of the writes each time.
        acknowledged.gather(&vendor, receiver, 20 + 3 * round).await;
        for writer in writers {
            writer.await.unwrap();
        }
    }
    let vendor = Vendor::on(Node::spawn(database)).await;
    acknowledged.check(&vendor, &users).await;
    assert!(acknowledged.with_members.len() > KILLS, "too little was written to show anything");
}

/// Makes organizations and fills each with all users in one request, until the server is gone.
async fn write(vendor: Arc<Vendor>, users: Vec<String>, name: String, tell: UnboundedSender<Written>) {
    for number in 0.. {
        let new = json!({"name": format!("{name}-{number}"), "metadata": {"writer": name}});
        let Some(body) = written(&vendor, "/organizations", &new, 201).await else {
            return;
        };
        let id = body["id"].as_str().unwrap().to_owned();
        let _ = tell.send(Written::Organization(id.clone()));
        let path = format!("/organizations/{id}/members");
        if written(&vendor, &path, &json!({"members": users}), 204).await.is_none() {
            return;
        }
        let _ = tell.send(Written::Members(id));
    }
}

/// The body of the answer, or nothing when the server is gone.
async fn written(vendor: &Vendor, path: &str, body: &Value, status: u16) -> Option<Value> {
    let request =
        vendor.request(Method::POST, &format!("/api/v2{path}")).bearer_auth(&vendor.token).json(body);
    Some(vendor.try_send(request).await.ok()?.is(status))
}

impl Acknowledged {
    /// Kills the server once so much was acknowledged, and notes everything that was.
    async fn gather(&mut self, vendor: &Vendor, mut told: UnboundedReceiver<Written>, enough: usize) {
        let mut count = 0;
        while let Some(written) = told.recv().await {
            count += 1;
            if count == enough {
                vendor.node.kill();
            }
            match written {
                Written::Organization(id) => self.organizations.insert(id),
                Written::Members(id) => self.with_members.insert(id),
            };
        }
        assert!(count >= enough, "the writers ended before the server was killed");
    }

    async fn check(&self, vendor: &Vendor, users: &[String]) {
        let stored = all(vendor, "/organizations", "organizations").await;
        assert!(self.organizations.is_subset(&stored), "an organization is lost");

        let mut joined = Vec::new();
        for user in users {
            joined
                .push(all(vendor, &format!("/users/{}/organizations", segment(user)), "organizations").await);
        }
        assert!(self.with_members.is_subset(&joined[0]), "members are lost");
        assert!(joined.iter().all(|organizations| *organizations == joined[0]), "a request was half-written");

        let changes = vendor.changes_in_the_log().await;
        let mut epochs: Vec<i64> =
            changes.iter().map(|entry| entry["details"]["epoch"].as_i64().unwrap()).collect();
        epochs.sort_unstable();
        assert_eq!(epochs, (1..=vendor.epoch().await).collect::<Vec<_>>(), "the log has a gap");
        let created = changes.iter().filter(|entry| entry["details"]["action"] == "organization.created");
        let created: BTreeSet<String> =
            created.map(|entry| entry["details"]["subject"].as_str().unwrap().to_owned()).collect();
        assert_eq!(created, stored, "the log and the organizations differ");
    }
}

/// The ids of a whole list.
async fn all(vendor: &Vendor, path: &str, key: &str) -> BTreeSet<String> {
    let (mut ids, mut number) = (BTreeSet::new(), 0);
    loop {
        let page =
            vendor.get(&format!("{path}?include_totals=true&per_page=100&page={number}")).await.is(200);
        ids.extend(page[key].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        number += 1;
        if number * 100 >= page["total"].as_u64().unwrap() {
            return ids;
        }
    }
}

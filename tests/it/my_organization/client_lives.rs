//! How long an organization's own clients live: turned off, at their end, and on other nodes.

use std::time::{Duration as Wait, Instant};

use chrono::Duration;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::clients::{machine, on};
use super::{API, Customers};
use crate::harness::Machine;

const HOUR: i64 = 3_600;

impl Customers {
    fn in_seconds(&self, seconds: i64) -> String {
        (self.vendor.node.clock.now() + Duration::seconds(seconds)).to_rfc3339()
    }

    async fn is_active(&self, by: &Machine, token: &str) -> bool {
        let form = [("client_id", by.id.as_str()), ("client_secret", &by.secret), ("token", token)];
        let asked = self.vendor.request(Method::POST, "/oauth/introspect").form(&form);
        self.vendor.send(asked).await.is(200)["active"] == true
    }
}

#[tokio::test]
async fn a_client_that_is_turned_off_is_as_one_with_a_wrong_secret_until_it_is_on_again() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let my_org = all.my_org();
    let access = json!([on(API, &["read"]), on(&my_org, &["read:my_org:members"])]);
    let own = all.own_client(&all.aurora.admin.token, access).await;
    let (token, ours) = (all.ask(&own, API).await.token(), all.ask(&own, &my_org).await.token());
    assert!(all.is_active(&all.vendor.manager, &token).await);
    let path = format!("/clients/{}", own.id);
    assert_eq!(admin.patch(&path, json!({"disabled": true})).await.is(200)["disabled"], true);
    let wrong = Machine { secret: "wrong".to_owned(), ..own.clone() };
    let (refused, expected) = (all.ask(&own, API).await, all.ask(&wrong, API).await);
    assert_eq!((refused.status, &refused.text), (401, &expected.text));
    all.with(&ours).get("/members").await.problem(401, "0001");
    assert!(!all.is_active(&all.vendor.manager, &token).await);
    let grants = all.vendor.get(&format!("/client-grants?client_id={}&audience={API}", own.id)).await.is(200);
    let grant = grants[0]["id"].as_str().unwrap();
    let rights = format!("/organizations/{}/client-grants/{grant}/effective-permissions", all.aurora.id);
    assert_eq!(all.vendor.get(&rights).await.is(200)["permissions"], json!([]));
    let log = all.vendor.changes_in_the_log().await;
    assert_eq!(log.last().unwrap()["details"]["effect"]["lost"], 2);
    admin.patch(&path, json!({"disabled": false})).await.is(200);
    all.ask(&own, API).await.is(200);
    all.with(&ours).get("/members").await.is(200);
    assert!(all.is_active(&all.vendor.manager, &token).await);
}

#[tokio::test]
async fn a_client_ends_when_it_was_to_end() {
    let all = Customers::open().await;
    let my_org = all.my_org();
    let access = json!([on(API, &["read"]), on(&my_org, &["read:my_org:members"])]);
    let more = json!({"expires_at": all.in_seconds(HOUR)});
    let own = all.own_client_with(&all.aurora.admin.token, access, more).await;
    let (token, ours) = (all.ask(&own, API).await.token(), all.ask(&own, &my_org).await.token());
    all.with(&ours).get("/members").await.is(200);
    all.later(HOUR - 1);
    all.ask(&own, API).await.is(200);
    all.with(&ours).get("/members").await.is(200);
    all.later(1);
    assert_eq!(all.ask(&own, API).await.status, 401);
    all.with(&ours).get("/members").await.problem(401, "0001");
    assert!(!all.is_active(&all.vendor.manager, &token).await);
    let path = format!("/clients/{}", own.id);
    let admin = all.token_of(&all.aurora.admin.id, &all.aurora.id).await;
    all.with(&admin).patch(&path, json!({"expires_at": all.in_seconds(HOUR)})).await.is(200);
    all.ask(&own, API).await.is(200);
    assert!(all.is_active(&all.vendor.manager, &token).await);
    let forever = all.with(&admin).patch(&path, json!({"expires_at": null})).await.is(200);
    assert_eq!(forever.get("expires_at"), None);
}

#[rstest]
#[case::past(json!({"expires_at": "2020-01-01T00:00:00Z"}))]
#[case::no_time(json!({"expires_at": 5}))]
#[case::no_flag(json!({"disabled": "yes"}))]
#[case::no_name(json!({"name": ""}))]
#[case::markup(json!({"name": "a>b"}))]
#[case::long_description(json!({"description": "x".repeat(141)}))]
#[case::another_organization(json!({"organization_id": "org_1"}))]
#[case::grant_types(json!({"grant_types": ["authorization_code"]}))]
#[tokio::test]
async fn a_change_that_cannot_be_is_refused(#[case] patch: Value) {
    let all = Customers::open().await;
    let own = all.own_client(&all.aurora.admin.token, json!([on(API, &["read"])])).await;
    let admin = all.by(&all.aurora.admin);
    admin.patch(&format!("/clients/{}", own.id), patch).await.problem(400, "0003");
    assert_eq!(admin.get(&format!("/clients/{}", own.id)).await.is(200)["name"], "Sync");
}

#[tokio::test]
async fn a_client_is_renamed_and_described() {
    let all = Customers::open().await;
    let own = all.own_client(&all.aurora.admin.token, json!([on(API, &["read"])])).await;
    let (admin, path) = (all.by(&all.aurora.admin), format!("/clients/{}", own.id));
    let patch = json!({"name": "Export", "description": "Nightly"});
    let shown = admin.patch(&path, patch).await.is(200);
    assert_eq!((&shown["name"], &shown["description"]), (&json!("Export"), &json!("Nightly")));
    let shown = admin.patch(&path, json!({"description": null})).await.is(200);
    assert_eq!((&shown["name"], shown.get("description")), (&json!("Export"), None));
}

#[tokio::test]
async fn its_last_token_says_when_and_from_where_a_client_was_used() {
    let all = Customers::open().await;
    let own = all.own_client(&all.aurora.admin.token, json!([on(API, &["read"])])).await;
    let (admin, path) = (all.by(&all.aurora.admin), format!("/clients/{}", own.id));
    all.ask(&Machine { secret: "wrong".to_owned(), ..own.clone() }, API).await;
    all.vendor.node.app().flush_events().await;
    assert_eq!(admin.get(&path).await.is(200).get("last_use"), None);
    for _ in 0..2 {
        all.later(60);
        all.ask(&own, API).await.is(200);
    }
    all.later(60);
    all.ask(&Machine { secret: "wrong".to_owned(), ..own.clone() }, API).await;
    all.vendor.node.app().flush_events().await;
    let shown = admin.get(&path).await.is(200);
    let at: chrono::DateTime<chrono::Utc> = shown["last_use"]["at"].as_str().unwrap().parse().unwrap();
    assert_eq!(at, all.vendor.node.clock.now() - Duration::seconds(60));
    assert_eq!(shown["last_use"]["ip"], "127.0.0.1");
    assert_eq!(admin.get("/clients").await.is(200)["clients"][0]["last_use"], shown["last_use"]);
}

#[tokio::test]
async fn a_machine_client_makes_none_that_outlives_it() {
    let all = Customers::open().await;
    let my_org = all.my_org();
    let clients = ["create:my_org:clients", "update:my_org:clients", "read:my_org:clients"];
    let access = json!([on(&my_org, &clients), on(API, &["read"])]);
    let end = all.in_seconds(HOUR);
    let own = all.own_client_with(&all.aurora.admin.token, access, json!({"expires_at": end})).await;
    let forever = all.own_client(&all.aurora.admin.token, json!([on(API, &["read"])])).await;
    let token = all.ask(&own, &my_org).await.token();
    let hand = all.with(&token);
    let new = |end: Option<String>| match end {
        Some(end) => json!({"name": "Made", "access": [on(API, &["read"])], "expires_at": end}),
        None => json!({"name": "Made", "access": [on(API, &["read"])]}),
    };
    let inherits = hand.post("/clients", new(None)).await.is(201);
    let parsed = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert_eq!(parsed(inherits["expires_at"].as_str().unwrap()), parsed(&end));
    hand.post("/clients", new(Some(all.in_seconds(HOUR + 1)))).await.problem(403, "0003");
    let shorter = machine(&hand.post("/clients", new(Some(all.in_seconds(60)))).await.is(201));
    for (id, patch) in [
        (&own.id, json!({"expires_at": all.in_seconds(HOUR + 1)})),
        (&own.id, json!({"expires_at": null})),
        (&shorter.id, json!({"expires_at": null})),
    ] {
        hand.patch(&format!("/clients/{id}"), patch).await.problem(403, "0003");
    }
    let longest = json!({"expires_at": all.in_seconds(HOUR)});
    hand.patch(&format!("/clients/{}", shorter.id), longest).await.is(200);
    // A secret of a client that goes on longer would be a way round its own end.
    hand.post(&format!("/clients/{}/rotate-secret", forever.id), json!({})).await.problem(403, "0003");
    hand.post(&format!("/clients/{}/rotate-secret", shorter.id), json!({})).await.is(200);
    hand.patch(&format!("/clients/{}", forever.id), json!({"disabled": true})).await.is(200);
    hand.patch(&format!("/clients/{}", forever.id), json!({"disabled": false})).await.problem(403, "0003");
}

#[tokio::test]
async fn a_client_that_is_turned_off_gets_nothing_on_the_other_node_within_a_second() {
    let all = Customers::open().await;
    let own = all.own_client(&all.aurora.admin.token, json!([on(API, &["read"])])).await;
    let there = all.vendor.on_another_node().await;
    there.ask(&own, &[("audience", API)]).await.is(200);
    let path = format!("/clients/{}", own.id);
    all.by(&all.aurora.admin).patch(&path, json!({"disabled": true})).await.is(200);
    let changed = Instant::now();
    loop {
        let asked = changed.elapsed();
        if there.ask(&own, &[("audience", API)]).await.status == 401 {
            break;
        }
        assert!(asked <= Wait::from_secs(1), "after {asked:?} it still gets tokens");
    }
}

//! Domains, and the proof that they are the organization's.

use std::sync::Arc;

use guildhall_domain::clock::Clock;
use rstest::rstest;
use serde_json::{Value, json};

use super::{Customers, Hand, ids};
use crate::harness::{Database, NameServer, Node, Vendor};

/// The customers of a server that asks this name server.
async fn open() -> (Customers, NameServer) {
    let names = NameServer::start().await;
    let (database, clock) = (Arc::new(Database::fresh()), Clock::fixed(Clock::system().now()));
    let mut settings = database.settings(true);
    settings.name_server = Some(names.address);
    let node = Node::start_with(database, clock, settings).await;
    (Customers::of(Vendor::on(node).await).await, names)
}

/// A domain that waits to be proved, and the address where it is verified.
async fn domain(hand: Hand<'_>, name: &str) -> (Value, String) {
    let made = hand.post("/domains", json!({ "domain": name })).await.is(201);
    let path = format!("/domains/{}/verify", made["id"].as_str().unwrap());
    (made, path)
}

fn text<'a>(domain: &'a Value, name: &str) -> &'a str {
    domain[name].as_str().unwrap()
}

fn put(names: &NameServer, domain: &Value) {
    names.put(text(domain, "verification_host"), text(domain, "verification_txt"));
}

#[tokio::test]
async fn a_domain_is_shown_with_what_proves_it() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let (made, _) = domain(admin, "Aurora.Example").await;
    let host = format!("_ss-verification.{}.aurora.example", all.aurora.id);
    let expected = json!({
        "id": made["id"], "org_id": all.aurora.id, "domain": "aurora.example", "status": "pending",
        "verification_txt": made["verification_txt"], "verification_host": host,
    });
    assert_eq!(made, expected);
    let path = format!("/domains/{}", text(&made, "id"));
    assert_eq!(admin.get(&path).await.is(200), expected);
    assert_eq!(admin.get("/domains").await.is(200), json!({"organization_domains": [expected]}));
    let providers = admin.get(&format!("{path}/identity-providers")).await.is(200);
    assert_eq!(providers, json!({"identity_providers": []}));
    admin.delete(&path).await.is(204);
    admin.get(&path).await.problem(404, "0002");
    admin.get(&format!("{path}/identity-providers")).await.problem(404, "0002");
    admin.delete(&path).await.problem(404, "0002");
}

#[tokio::test]
async fn a_domain_is_proved_by_its_record_and_by_no_other() {
    let (all, names) = open().await;
    let admin = all.by(&all.aurora.admin);
    let (made, path) = domain(admin, "aurora.example").await;
    names.put(text(&made, "verification_host"), "v=spf1 -all");
    names.put("aurora.example", text(&made, "verification_txt"));
    assert_eq!(admin.post(&path, json!({})).await.is(202)["status"], "failed");
    all.later(10);
    put(&names, &made);
    let proved = admin.post(&path, json!({})).await.is(202);
    let mut expected = made.clone();
    expected["status"] = "verified".into();
    assert_eq!(proved, expected);
    // From then on it is: nobody is asked again, and nothing is changed.
    let epoch = all.vendor.epoch().await;
    assert_eq!(admin.post(&path, json!({})).await.is(202), expected);
    assert_eq!(all.vendor.epoch().await, epoch);
}

#[tokio::test]
async fn a_record_may_come_in_parts() {
    let (all, names) = open().await;
    let admin = all.by(&all.aurora.admin);
    let (made, path) = domain(admin, "aurora.example").await;
    let (start, end) = text(&made, "verification_txt").split_at(7);
    names.put_parts(text(&made, "verification_host"), &[start, end]);
    assert_eq!(admin.post(&path, json!({})).await.is(202)["status"], "verified");
}

#[tokio::test]
async fn where_no_name_server_answers_nothing_is_proved() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let (_, path) = domain(admin, "aurora.example").await;
    assert_eq!(admin.post(&path, json!({})).await.is(202)["status"], "failed");
}

#[tokio::test]
async fn a_record_is_looked_for_once_in_ten_seconds() {
    let (all, _names) = open().await;
    let admin = all.by(&all.aurora.admin);
    let (_, path) = domain(admin, "aurora.example").await;
    let both = tokio::join!(admin.post(&path, json!({})), admin.post(&path, json!({})));
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 429]);
    let refused = admin.post(&path, json!({})).await;
    assert_eq!(refused.header("retry-after"), "10");
    refused.problem(429, "0003");
    // Another domain has a pace of its own.
    let (_, other) = domain(admin, "aurora.test").await;
    admin.post(&other, json!({})).await.is(202);
    all.later(10);
    admin.post(&path, json!({})).await.is(202);
}

#[tokio::test]
async fn the_vendor_sees_what_came_of_it_and_has_the_last_word() {
    let (all, _names) = open().await;
    let admin = all.by(&all.aurora.admin);
    let (made, path) = domain(admin, "aurora.example").await;
    admin.post(&path, json!({})).await.is(202);
    let vendors = format!("/organizations/{}/discovery-domains/{}", all.aurora.id, text(&made, "id"));
    assert_eq!(all.vendor.get(&vendors).await.is(200)["status"], "failed");
    assert_eq!(all.vendor.patch(&vendors, json!({"status": "failed"})).await.status, 400);
    let other = json!({"use_for_organization_discovery": false});
    assert_eq!(all.vendor.patch(&vendors, other).await.is(200)["status"], "failed");
    assert_eq!(all.vendor.patch(&vendors, json!({"status": "pending"})).await.is(200)["status"], "pending");
    assert_eq!(all.vendor.patch(&vendors, json!({"status": "verified"})).await.is(200)["status"], "verified");
    assert_eq!(admin.get(&format!("/domains/{}", text(&made, "id"))).await.is(200)["status"], "verified");
}

#[tokio::test]
async fn what_one_organization_has_proved_no_other_can() {
    let (all, names) = open().await;
    let (ours, path) = domain(all.by(&all.aurora.admin), "shared.example").await;
    let (theirs, their_path) = domain(all.by(&all.borealis.admin), "shared.example").await;
    put(&names, &ours);
    put(&names, &theirs);
    all.by(&all.aurora.admin).post(&path, json!({})).await.is(202);
    all.by(&all.borealis.admin).post(&their_path, json!({})).await.problem(409, "0003");
    let theirs = format!("/domains/{}", text(&theirs, "id"));
    assert_eq!(all.by(&all.borealis.admin).get(&theirs).await.is(200)["status"], "pending");
    // Given up by the one, it can be the other's.
    all.by(&all.aurora.admin).delete(&format!("/domains/{}", text(&ours, "id"))).await.is(204);
    all.later(10);
    let proved = all.by(&all.borealis.admin).post(&their_path, json!({})).await.is(202);
    assert_eq!(proved["status"], "verified");
}

#[tokio::test]
async fn of_two_organizations_that_prove_the_same_at_once_one_has_it() {
    let (all, names) = open().await;
    let (ours, path) = domain(all.by(&all.aurora.admin), "shared.example").await;
    let (theirs, their_path) = domain(all.by(&all.borealis.admin), "shared.example").await;
    put(&names, &ours);
    put(&names, &theirs);
    let (aurora, borealis) = (all.by(&all.aurora.admin), all.by(&all.borealis.admin));
    let (one, other) = tokio::join!(aurora.post(&path, json!({})), borealis.post(&their_path, json!({})));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409]);
}

#[tokio::test]
async fn while_a_record_is_looked_for_others_write_and_a_domain_that_goes_stays_gone() {
    let (all, names) = open().await;
    let admin = all.by(&all.aurora.admin);
    let (made, path) = domain(admin, "aurora.example").await;
    put(&names, &made);
    names.hold();
    let meanwhile = async {
        names.asked().await;
        admin.delete(&format!("/domains/{}", text(&made, "id"))).await.is(204);
        names.release();
    };
    let (answer, ()) = tokio::join!(admin.post(&path, json!({})), meanwhile);
    answer.problem(404, "0002");
    assert_eq!(admin.get("/domains").await.is(200), json!({"organization_domains": []}));
}

#[tokio::test]
async fn who_loses_the_right_while_a_record_is_looked_for_proves_nothing() {
    let (all, names) = open().await;
    let admin = all.by(&all.aurora.admin);
    let (made, path) = domain(admin, "aurora.example").await;
    put(&names, &made);
    names.hold();
    let meanwhile = async {
        names.asked().await;
        let members = format!("/organizations/{}/members", all.aurora.id);
        all.vendor.delete_with(&members, json!({"members": [all.aurora.admin.id]})).await.is(204);
        names.release();
    };
    let (answer, ()) = tokio::join!(admin.post(&path, json!({})), meanwhile);
    assert!(!answer.succeeded(), "{}", answer.text);
    let vendors = format!("/organizations/{}/discovery-domains", all.aurora.id);
    assert_eq!(all.vendor.get(&vendors).await.is(200)["domains"][0]["status"], "pending");
}

#[tokio::test]
async fn domains_are_listed_page_by_page_and_are_enough_at_some_number() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    all.vendor.set(json!({"limits": {"discovery_domains_per_organization": 5}})).await;
    let mut made = Vec::new();
    for number in 0..5 {
        made.push(text(&domain(admin, &format!("d{number}.example")).await.0, "id").to_owned());
    }
    admin.post("/domains", json!({"domain": "more.example"})).await.problem(409, "0001");
    let (mut seen, mut from) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("/domains?take=2{from}")).await.is(200);
        seen.extend(ids(&page, "organization_domains", "id"));
        let Some(next) = page["next"].as_str() else { break };
        from = format!("&from={next}");
    }
    assert_eq!(seen, made);
    for query in ["?take=0", "?take=101", "?from=!", "?page=1"] {
        admin.get(&format!("/domains{query}")).await.problem(400, "0003");
    }
}

#[rstest]
#[case(json!({}))]
#[case(json!({"domain": 1}))]
#[case(json!({"domain": null}))]
#[case(json!({"domain": "a"}))]
#[case(json!({"domain": "no-dot"}))]
#[case(json!({"domain": "a b.example"}))]
#[case(json!({"domain": "*.example"}))]
#[case(json!({"domain": format!("{}.example", "x.".repeat(130))}))]
#[case(json!({"domain": "a.example", "status": "verified"}))]
#[case(json!(["a.example"]))]
#[tokio::test]
async fn what_is_no_domain_is_refused(#[case] body: Value) {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    admin.post("/domains", body).await.problem(400, "0003");
    assert_eq!(admin.get("/domains").await.is(200), json!({"organization_domains": []}));
}

#[tokio::test]
async fn a_domain_is_registered_once_in_an_organization() {
    let all = Customers::open().await;
    let body = json!({"domain": "shared.example"});
    all.by(&all.aurora.admin).post("/domains", body.clone()).await.is(201);
    all.by(&all.aurora.admin)
        .post("/domains", json!({"domain": "SHARED.example"}))
        .await
        .problem(409, "0003");
    all.by(&all.borealis.admin).post("/domains", body).await.is(201);
}

#[tokio::test]
async fn domains_of_others_are_as_unknown_as_those_that_do_not_exist() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let (theirs, _) = domain(all.by(&all.borealis.admin), "borealis.example").await;
    let told = async |id: &str| -> Vec<(u16, Value)> {
        let answers = [
            admin.get(&format!("/domains/{id}")).await,
            admin.get(&format!("/domains/{id}/identity-providers")).await,
            admin.post(&format!("/domains/{id}/verify"), json!({})).await,
            admin.delete(&format!("/domains/{id}")).await,
        ];
        answers.into_iter().map(|answer| (answer.status, answer.body())).collect()
    };
    let foreign = told(text(&theirs, "id")).await;
    assert_eq!(foreign, told("ord_0000000000000000000000").await);
    assert!(foreign.iter().all(|(status, _)| *status == 404), "{foreign:?}");
}

#[tokio::test]
async fn each_operation_wants_its_own_permission() {
    let all = Customers::open().await;
    let (made, verify) = domain(all.by(&all.aurora.admin), "aurora.example").await;
    let id = text(&made, "id");
    for allowed in ["read", "create", "update", "delete"] {
        let (_, token) = all.machine(&all.aurora.id, &[&format!("{allowed}:my_org:domains")]).await;
        let machine = all.with(&token);
        let answers = [
            ("read", machine.get("/domains").await),
            ("read", machine.get(&format!("/domains/{id}")).await),
            ("read", machine.get(&format!("/domains/{id}/identity-providers")).await),
            ("create", machine.post("/domains", json!({"domain": "more.example"})).await),
            ("update", machine.post(&verify, json!({})).await),
            ("delete", machine.delete(&format!("/domains/{id}")).await),
        ];
        for (needed, answer) in answers {
            match needed == allowed {
                true => assert!(answer.succeeded(), "{}: {}", answer.asked, answer.text),
                false => drop(answer.problem(403, "0002")),
            }
        }
    }
}

#[tokio::test]
async fn each_look_for_a_record_stands_in_the_log() {
    let (all, names) = open().await;
    let admin = all.by(&all.aurora.admin);
    let (made, path) = domain(admin, "aurora.example").await;
    admin.post(&path, json!({})).await.is(202);
    all.later(10);
    put(&names, &made);
    admin.post(&path, json!({})).await.is(202);
    let looked = "/logs?q=action:organization.discovery_domain_checked&sort=date:1";
    let logs = admin.get(looked).await.is(200)["logs"].as_array().unwrap().clone();
    let steps: Vec<_> =
        logs.iter().map(|log| (text(&log["before"], "status"), text(&log["after"], "status"))).collect();
    assert_eq!(steps, [("pending", "failed"), ("failed", "verified")]);
    assert!(logs.iter().all(|log| log["actor"]["id"] == all.aurora.admin.id));
}

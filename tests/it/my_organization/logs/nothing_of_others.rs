//! What one organization reads in its log tells of no other: every operation of the vendor is done to organizations of their
//! own, and the export of each is searched for what is another's.

use serde_json::{Value, json};

use crate::harness::{Answer, Fixture, Machine, Vendor, body_of, mutating};
use crate::my_organization::{API, Customers, Hand};

/// What is an organization's alone.
fn own(fixture: &Fixture) -> Vec<String> {
    let of = [
        &fixture.organization,
        &fixture.organization_name,
        &fixture.invitation,
        &fixture.discovery_domain,
        &fixture.domain,
        &fixture.user,
        &fixture.spare_user,
    ];
    let of = of.into_iter().cloned();
    of.chain([format!("invited{}@example.com", fixture.number), format!("own{}.example", fixture.number)])
        .collect()
}

/// Whether the text holds the word, and not only as a part of a longer one.
fn holds(text: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next())
    })
}

/// Both forms of the export of an organization.
async fn exports(vendor: &Vendor, organization: &str, token: &str) -> [Answer; 2] {
    let hand = Hand { vendor, token };
    let both = [hand.get("/logs/export?format=jsonl").await, hand.get("/logs/export?format=csv").await];
    for answer in &both {
        assert_eq!(answer.status, 200, "{organization}: {}", answer.text);
    }
    both
}

#[tokio::test]
async fn no_operation_of_the_vendor_tells_one_organization_of_another() {
    let mut vendor = Vendor::new().await;
    let my_org = format!("{}my-org/", vendor.issuer);
    let reader = vendor.client("Reader of logs").await;
    let anywhere = json!({"organization_usage": "require", "allow_any_organization": true});
    vendor.grant_with(&reader, &my_org, &["read:my_org:logs"], anywhere).await;
    let mut fixtures = Vec::new();
    for operation in mutating() {
        // Keys come and go in these calls, and tokens with them.
        vendor.sign_in().await;
        let fixture = Fixture::make(&vendor).await;
        let body = body_of(&operation, &fixture);
        let path = operation.filled(|_| &fixture) + &operation.query(&fixture);
        vendor.call(operation.method.clone(), &path, body.as_ref()).await;
        fixtures.push((operation.name(), fixture));
    }
    vendor.sign_in().await;
    // What is one organization's becomes another's, and what is both's changes.
    for pair in fixtures.chunks_exact(2) {
        let (one, other) = (&pair[0].1, &pair[1].1);
        let moved = json!({"applies_to": {"organization_id": other.organization}});
        vendor.patch(&format!("/access-policies/{}", one.access_policy), moved.clone()).await;
        vendor.patch(&format!("/claim-mappings/{}", one.claim_mapping), moved).await;
        let named = json!({"rules": {"allowed_organizations": [one.organization, other.organization]}});
        vendor.patch(&format!("/access-policies/{}", other.access_policy), named).await;
        let grant = json!({"grant_id": one.grant});
        vendor.post(&format!("/organizations/{}/client-grants", other.organization), grant).await;
        vendor.patch(&format!("/client-grants/{}", one.grant), json!({"scope": ["read", "write"]})).await;
        let members = json!({"members": [one.spare_user]});
        for organization in [&one.organization, &other.organization] {
            let asked = [("audience", other.api.as_str()), ("organization", organization)];
            vendor.ask(&one.client, &asked).await;
        }
        vendor.post(&format!("/organizations/{}/members", one.organization), members).await;
    }
    vendor.node.app().flush_events().await;
    let mut read = 0;
    for (operation, fixture) in &fixtures {
        let asked = [("audience", my_org.as_str()), ("organization", fixture.organization.as_str())];
        let answer = vendor.ask(&reader, &asked).await;
        if !answer.succeeded() {
            continue;
        }
        read += 1;
        let token = answer.token();
        for export in exports(&vendor, &fixture.organization, &token).await {
            assert!(holds(&export.text, &fixture.organization), "{operation}: nothing of its own");
            for (_, other) in fixtures.iter().filter(|(_, other)| other.number != fixture.number) {
                for word in own(other) {
                    let line = export.text.lines().find(|line| holds(line, &word));
                    assert_eq!(line, None, "{operation}: {word} of another");
                }
            }
        }
    }
    assert!(read > fixtures.len() * 9 / 10, "only {read} of {} could be read", fixtures.len());
}

#[tokio::test]
async fn a_client_of_another_organization_that_was_refused_is_neither_named_nor_found() {
    let all = Customers::open().await;
    let access = json!([{"resource_server_identifier": API, "scope": ["read"]}]);
    let made =
        all.by(&all.borealis.admin).post("/clients", json!({"name": "Theirs", "access": access})).await;
    let made = made.is(201);
    let secret = |name: &str| made[name].as_str().unwrap().to_owned();
    let machine = Machine { id: secret("client_id"), secret: secret("client_secret") };
    let asked = [("audience", API), ("organization", all.aurora.id.as_str())];
    assert!(!all.vendor.ask(&machine, &asked).await.succeeded());
    all.vendor.node.app().flush_events().await;
    let export = all.by(&all.aurora.admin).get("/logs/export?format=jsonl").await;
    assert!(!export.text.contains("Theirs") && !export.text.contains(&machine.id), "{}", export.text);
    let found = all.by(&all.aurora.admin).get(&format!("/logs?q=client_id:{}", machine.id)).await.is(200);
    assert_eq!(found, json!({"logs": []}));
}

#[tokio::test]
async fn every_change_that_an_organization_reads_of_says_what_was_done() {
    let vendor = Vendor::new().await;
    let my_org = format!("{}my-org/", vendor.issuer);
    let reader = vendor.client("Reader of logs").await;
    let anywhere = json!({"organization_usage": "require", "allow_any_organization": true});
    vendor.grant_with(&reader, &my_org, &["read:my_org:logs"], anywhere).await;
    let fixture = Fixture::make(&vendor).await;
    let asked = [("audience", my_org.as_str()), ("organization", fixture.organization.as_str())];
    let token = vendor.ask(&reader, &asked).await.token();
    let [lines, _] = exports(&vendor, &fixture.organization, &token).await;
    let logs: Vec<Value> = lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let changes: Vec<&Value> = logs.iter().filter(|log| log["type"] == "sapi").collect();
    assert!(changes.len() > 5);
    for change in changes {
        assert!(change["action"].is_string() && change["subject"].is_string(), "{change}");
        assert!(
            change["before"].is_null() || change["after"].is_null() || change["before"] != change["after"]
        );
        let is_shown = !change["before"].is_null() || !change["after"].is_null();
        assert!(is_shown || change["action"] == "claim_mapping.created", "{change}");
    }
}

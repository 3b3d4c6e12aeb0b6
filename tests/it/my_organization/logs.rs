//! The log of an organization.

mod nothing_of_others;

use serde_json::{Value, json};

use super::{Customers, Hand, Person, ids};
use crate::harness::segment;

/// All entries that a search finds, page by page.
async fn all_of(hand: Hand<'_>, query: &str) -> Vec<Value> {
    let (mut seen, mut from) = (Vec::new(), String::new());
    loop {
        let page = hand.get(&format!("/logs?take=100{query}{from}")).await.is(200);
        seen.extend(page["logs"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { return seen };
        from = format!("&from={next}");
    }
}

async fn give(all: &Customers, by: &Person, to: &Person) {
    let path = format!("/members/{}/roles", segment(&to.id));
    all.by(by).post(&path, json!({"role_ids": [all.reader]})).await.is(204);
}

#[tokio::test]
async fn a_change_is_shown_with_who_made_it_how_and_what_it_changed() {
    let all = Customers::open().await;
    give(&all, &all.aurora.admin, &all.aurora.member).await;
    let log = all_of(all.by(&all.aurora.admin), "").await.remove(0);
    assert_eq!((&log["type"], &log["action"]), (&json!("sapi"), &json!("organization.member_roles_added")));
    let through = json!({"type": "client", "id": all.app.id, "name": "App"});
    let actor = json!({"type": "user", "id": all.aurora.admin.id, "name": "admin@aurora.example", "chain": [through]});
    assert_eq!(log["actor"], actor);
    assert_eq!(log["after"], json!({"user_id": all.aurora.member.id, "roles": [all.reader]}));
    assert_eq!((&log["user_id"], &log["ip"]), (&json!(all.aurora.member.id), &json!("127.0.0.1")));
    assert!(log["request_id"].is_string() && log["date"].is_string());
    for kept in ["details", "epoch", "organization_id", "effect", "before"] {
        assert!(log.get(kept).is_none(), "{kept}: {log}");
    }
    let path = format!("/logs/{}", log["log_id"].as_str().unwrap());
    assert_eq!(all.by(&all.aurora.admin).get(&path).await.is(200), log);
}

#[tokio::test]
async fn sign_ins_and_tokens_are_shown_with_what_they_are_worth() {
    let all = Customers::open().await;
    let (machine, _) = all.machine(&all.aurora.id, &["read:my_org:members"]).await;
    all.vendor.node.app().flush_events().await;
    let found = all_of(all.by(&all.aurora.admin), "&q=type:seccft").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["actor"], json!({"type": "client", "id": machine.id, "name": "Automation"}));
    assert_eq!(found[0]["scope"], "read:my_org:members");
    let exchanged = all_of(all.by(&all.aurora.admin), "&q=type:seacft").await;
    let people: Vec<&Value> = exchanged.iter().map(|log| &log["actor"]["id"]).collect();
    assert_eq!(people, [&all.aurora.member.id, &all.aurora.admin.id]);
}

#[tokio::test]
async fn whoever_was_refused_is_neither_named_nor_found_unless_they_are_a_member() {
    let all = Customers::open().await;
    let (stranger, member) = (&all.borealis.admin.id, &all.aurora.member.id);
    for (number, user) in [stranger, member].into_iter().enumerate() {
        put(&all, number, 1, "'f'", &format!("'{user}'")).await;
    }
    let admin = all.by(&all.aurora.admin);
    let found = all_of(admin, "&q=type:f").await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        (&found[0]["user_id"], &found[0]["user_name"]),
        (&json!(member), &json!("member@aurora.example"))
    );
    assert_eq!(found[1]["actor"], json!({"type": "unknown"}));
    let text = found[1].to_string();
    assert!(!text.contains(stranger.as_str()) && !text.contains("borealis"), "{text}");
    for (user, times) in [(stranger, 0), (member, 1)] {
        let found = all_of(admin, &format!("&q=type:f%20AND%20user_id:%22{}%22", segment(user))).await;
        assert_eq!(found.len(), times, "{user}");
    }
}

#[tokio::test]
async fn entries_are_found_by_what_is_shown_of_them() {
    let all = Customers::open().await;
    give(&all, &all.aurora.admin, &all.aurora.member).await;
    let admin = all.by(&all.aurora.admin);
    let user = segment(&all.aurora.member.id);
    let date = all.vendor.node.clock.now().format("%Y-%m-%d");
    for (q, found) in [
        ("action:organization.member_roles_added".to_owned(), true),
        ("action:organization.member_roles_*".to_owned(), true),
        (format!("type:sapi AND client:{} AND user:\"{user}\"", all.app.id), true),
        (
            format!(
                "ip:\"127.0.0.1\" AND action:organization.member_roles_added AND date:[{date} TO {date}]"
            ),
            true,
        ),
        ("action:organization.member_left".to_owned(), false),
        ("date:[* TO 2001-01-01]".to_owned(), false),
        ("action:sapi".to_owned(), false),
    ] {
        let q = q.replace(' ', "%20");
        let page = admin.get(&format!("/logs?q={q}")).await.is(200);
        assert_eq!(!page["logs"].as_array().unwrap().is_empty(), found, "{q}");
    }
    for q in ["organization_id:x", "details.subject:x", "description:x", "user_agent:x", "x", "type:("] {
        admin.get(&format!("/logs?q={q}")).await.problem(400, "0003");
        admin.get(&format!("/logs/export?format=csv&q={q}")).await.problem(400, "0003");
    }
    let long = "x".repeat(2001);
    admin.get(&format!("/logs?q=type:{long}")).await.problem(400, "0003");
}

#[tokio::test]
async fn the_newest_comes_first_unless_the_oldest_is_asked_for() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let whole = ids(&admin.get("/logs?take=100&q=type:sapi").await.is(200), "logs", "log_id");
    assert!(whole.len() > 3 && whole.is_sorted_by(|one, other| one > other), "{whole:?}");
    let mut seen = Vec::new();
    let mut from = String::new();
    loop {
        let page = admin.get(&format!("/logs?take=2&q=type:sapi{from}")).await.is(200);
        seen.extend(ids(&page, "logs", "log_id"));
        let Some(next) = page["next"].as_str() else { break };
        from = format!("&from={next}");
    }
    assert_eq!(seen, whole);
    let mut back = ids(&admin.get("/logs?take=100&q=type:sapi&sort=date:1").await.is(200), "logs", "log_id");
    back.reverse();
    assert_eq!(back, whole);
    let same = ids(&admin.get("/logs?take=100&q=type:sapi&sort=date:-1").await.is(200), "logs", "log_id");
    assert_eq!(same, whole);
    for query in
        ["?sort=type:1", "?sort=date", "?take=0", "?take=101", "?from=!", "?page=1", "?search=type:s"]
    {
        admin.get(&format!("/logs{query}")).await.problem(400, "0003");
    }
}

#[tokio::test]
async fn what_the_vendor_keeps_about_an_organization_is_not_shown_there() {
    let all = Customers::open().await;
    let organization = format!("/organizations/{}", all.aurora.id);
    let quota = json!({"client_credentials": {"enforce": true, "per_day": 77_777}});
    let patch = json!({"display_name": "Aurora", "metadata": {"plan": "secret-plan"}, "token_quota": quota});
    all.vendor.patch(&organization, patch).await.is(200);
    let log = all_of(all.by(&all.aurora.admin), "").await.remove(0);
    assert_eq!(log["action"], "organization.updated");
    let shown = json!({"id": all.aurora.id, "name": "aurora", "display_name": "Aurora", "third_party_client_access": "block"});
    assert_eq!(log["after"], shown);
    assert_eq!(log["actor"]["type"], "client");
    let text = log.to_string();
    assert!(!text.contains("secret-plan") && !text.contains("77777"), "{text}");
}

#[tokio::test]
async fn entries_of_others_are_as_unknown_as_those_that_do_not_exist() {
    let all = Customers::open().await;
    let theirs = all_of(all.by(&all.borealis.admin), "").await.remove(0);
    let admin = all.by(&all.aurora.admin);
    let told = async |id: &str| {
        let answer = admin.get(&format!("/logs/{id}")).await;
        (answer.status, answer.body())
    };
    let foreign = told(theirs["log_id"].as_str().unwrap()).await;
    assert_eq!(foreign, told("90020260101000000000000000000000000000000000000000000000").await);
    assert_eq!(foreign.0, 404);
    let found = admin.get(&format!("/logs?q=log_id:{}", theirs["log_id"].as_str().unwrap())).await.is(200);
    assert_eq!(found, json!({"logs": []}));
}

#[tokio::test]
async fn who_may_not_read_the_log_reads_none_of_it() {
    let all = Customers::open().await;
    let member = all.by(&all.aurora.member);
    for path in ["/logs", "/logs/1", "/logs/export?format=csv"] {
        member.get(path).await.problem(403, "0002");
    }
}

/// Entries as many as these in the organization, older than all others.
async fn fill(all: &Customers, entries: usize) {
    put(all, 0, entries, "'sapi'", "NULL").await;
}

/// The same, of this type and about this user.
async fn put(all: &Customers, first: usize, entries: usize, kind: &str, user: &str) {
    let json = if all.vendor.node.database.url.starts_with("sqlite:") { "" } else { "::jsonb" };
    let numbers = format!(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {entries})"
    );
    let insert = format!(
        "INSERT INTO logs (tenant_id, id, date, kind, description, user_id, organization_id, details) {numbers}
        SELECT tenants.id, '00000' || (1000000 + {first} + n), 1, {kind}, '', {user}, '{}', '{{\"action\": \"many\"}}'{json}
        FROM tenants, numbers WHERE issuer = '{}'",
        all.aurora.id, all.vendor.issuer
    );
    all.vendor.node.database.execute(insert).await;
}

#[tokio::test]
async fn an_export_holds_all_that_is_listed_line_by_line() {
    let all = Customers::open().await;
    all.vendor.node.app().flush_events().await;
    fill(&all, 1234).await;
    let admin = all.by(&all.aurora.admin);
    let answer = admin.get("/logs/export?format=jsonl").await;
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"logs.jsonl\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    let lines: Vec<Value> = answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, all_of(admin, "").await);
    assert!(lines.len() > 1234);
    let found = admin.get("/logs/export?format=jsonl&q=action:many").await;
    assert_eq!(found.text.lines().count(), 1234);
    let none = admin.get("/logs/export?format=jsonl&q=action:none").await;
    assert_eq!((none.status, none.text.as_str()), (200, ""));
}

#[tokio::test]
async fn a_table_has_a_row_for_each_entry_and_no_formulas() {
    let all = Customers::open().await;
    let path = format!("/users/{}", segment(&all.aurora.member.id));
    all.vendor.patch(&path, json!({"name": "=1+1"})).await.is(200);
    let domain = all.vendor.request(reqwest::Method::POST, "/my-org/v1/domains");
    let domain = domain.header("user-agent", "@SUM(\"a\",2)").json(&json!({"domain": "a.example"}));
    all.vendor.send(domain.bearer_auth(&all.aurora.admin.token)).await.is(201);
    give(&all, &all.aurora.admin, &all.aurora.member).await;
    fill(&all, 501).await;
    let answer = all.by(&all.aurora.admin).get("/logs/export?format=csv").await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"logs.csv\"");
    let mut table = csv::Reader::from_reader(answer.text.as_bytes());
    let columns = table.headers().unwrap().clone();
    let at = |row: &csv::StringRecord, name: &str| {
        row.get(columns.iter().position(|column| column == name).unwrap()).unwrap().to_owned()
    };
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), all_of(all.by(&all.aurora.admin), "").await.len());
    let given = rows.iter().find(|row| at(row, "action") == "organization.member_roles_added").unwrap();
    assert_eq!(at(given, "user_name"), "'=1+1");
    assert_eq!(at(given, "actor_chain"), all.app.id);
    let after: Value = serde_json::from_str(&at(given, "after")).unwrap();
    assert_eq!(after, json!({"user_id": all.aurora.member.id, "roles": [all.reader]}));
    let formulas =
        rows.iter().flat_map(|row| row.iter()).filter(|cell| cell.starts_with(['=', '+', '-', '@']));
    assert_eq!(formulas.count(), 0);
    let empty = all.by(&all.aurora.admin).get("/logs/export?format=csv&q=action:none").await;
    assert_eq!(empty.text.lines().count(), 1);
}

#[tokio::test]
async fn an_export_ends_after_a_hundred_thousand_entries() {
    let all = Customers::open().await;
    fill(&all, 100_001).await;
    let answer = all.by(&all.aurora.admin).get("/logs/export?format=jsonl&q=action:many").await;
    assert_eq!(answer.text.lines().count(), 100_000);
}

#[tokio::test]
async fn an_export_in_no_known_form_is_refused() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    for query in ["", "?format=xml", "?format=CSV", "?format=csv&take=1", "?q=type:s"] {
        admin.get(&format!("/logs/export{query}")).await.problem(400, "0003");
    }
}

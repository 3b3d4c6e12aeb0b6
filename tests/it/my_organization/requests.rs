//! What the vendor asks organizations to let in, and their answers.

use serde_json::{Value, json};

use super::client_grants::{ask, partner, scope};
use super::{Customers, ids};
use crate::harness::Answer;

/// A grant that organizations may not approve without being asked.
const ASKED: &str = "allow_organization_approval";

fn unasked() -> Value {
    json!({ASKED: false})
}

/// Asks aurora.
async fn request(all: &Customers, body: Value) -> Answer {
    all.vendor.post(&format!("/organizations/{}/client-grant-requests", all.aurora.id), body).await
}

fn id(request: &Value) -> &str {
    request["id"].as_str().unwrap()
}

#[tokio::test]
async fn an_organization_is_asked_and_lets_a_client_in() {
    let all = Customers::open().await;
    let (client, grant) = partner(&all, &["read", "write"], unasked()).await;
    let body = json!({"grant_id": grant, "scope": ["read"], "message": "For the yearly report"});
    let made = request(&all, body).await.is(201);
    assert_eq!((&made["organization_id"], &made["scope"]), (&json!(all.aurora.id), &json!(["read"])));
    let listed = all.vendor.get(&format!("/organizations/{}/client-grant-requests", all.aurora.id)).await;
    assert_eq!(listed.is(200), json!([made]));
    let admin = all.by(&all.aurora.admin);
    let seen = admin.get("/client-grant-requests").await.is(200);
    let one = &seen["client_grant_requests"][0];
    let parts = (&one["id"], &one["client_name"], &one["scope"], &one["conferrable"], &one["message"]);
    let (read, message) = (json!(["read"]), json!("For the yearly report"));
    assert_eq!(parts, (&made["id"], &json!("Partner"), &read, &read, &message));
    assert_eq!(ask(&all, &client, &all.aurora.id).await.status, 400);

    let path = format!("/client-grant-requests/{}", id(&made));
    let done = admin.post(&format!("{path}/approve"), json!({})).await.is(201);
    assert_eq!((&done["scope"], &done["by_organization"]), (&read, &json!(true)));
    assert_eq!(scope(&all, &client, &all.aurora.id).await, "read");
    assert_eq!(admin.get("/client-grant-requests").await.is(200), json!({"client_grant_requests": []}));
    admin.post(&format!("{path}/approve"), json!({})).await.problem(404, "0002");
    admin.post(&format!("{path}/refuse"), json!({})).await.problem(404, "0002");
    let log = all.vendor.changes_in_the_log().await;
    let actions: Vec<&str> = log.iter().map(|entry| entry["details"]["action"].as_str().unwrap()).collect();
    let expected = ["organization.client_grant_request_approved", "organization.client_grant_added"];
    assert_eq!(actions[actions.len() - 2..], expected);
    // What it let in, it ends by itself.
    admin.delete(&format!("/client-grants/{grant}")).await.is(204);
    assert_eq!(ask(&all, &client, &all.aurora.id).await.status, 400);
}

#[tokio::test]
async fn a_part_of_what_is_asked_for_can_be_approved_and_nothing_else() {
    let all = Customers::open().await;
    let (client, grant) = partner(&all, &["read", "write", "delete"], unasked()).await;
    let made = request(&all, json!({"grant_id": grant, "scope": ["read", "delete"]})).await.is(201);
    let path = format!("/client-grant-requests/{}/approve", id(&made));
    let admin = all.by(&all.aurora.admin);
    // All of it is more than an admin holds.
    admin.post(&path, json!({})).await.problem(403, "0003");
    for beyond in [
        json!({"scope": ["write"]}),
        json!({"scope": ["read", "nonsense"]}),
        json!({"scope": ["read"], "roles": [all.reader]}),
        json!({"scope": []}),
        json!({"roles": []}),
        json!({"scope": "read"}),
        json!({"grant_id": grant}),
        json!([]),
    ] {
        admin.post(&path, beyond).await.problem(400, "0003");
    }
    admin.post(&path, json!({"scope": ["read"]})).await.is(201);
    assert_eq!(scope(&all, &client, &all.aurora.id).await, "read");
}

#[tokio::test]
async fn what_is_asked_for_without_saying_is_the_whole_grant_of_today() {
    let all = Customers::open().await;
    let (client, grant) = partner(&all, &["read", "write"], unasked()).await;
    let made = request(&all, json!({"grant_id": grant})).await.is(201);
    assert!(made.get("scope").is_none());
    let admin = all.by(&all.aurora.admin);
    let seen = admin.get("/client-grant-requests").await.is(200);
    assert_eq!(seen["client_grant_requests"][0]["scope"], json!(["read", "write"]));
    admin.post(&format!("/client-grant-requests/{}/approve", id(&made)), json!({})).await.is(201);
    let wider = json!({"scope": ["read", "write", "delete"]});
    all.vendor.patch(&format!("/client-grants/{grant}"), wider).await.is(200);
    assert_eq!(scope(&all, &client, &all.aurora.id).await, "read write");
}

#[tokio::test]
async fn roles_can_be_asked_for() {
    let all = Customers::open().await;
    let (client, grant) = partner(&all, &["read", "write", "delete"], unasked()).await;
    let made = request(&all, json!({"grant_id": grant, "roles": [all.reader, all.deleter]})).await.is(201);
    let admin = all.by(&all.aurora.admin);
    let seen = admin.get("/client-grant-requests").await.is(200);
    assert_eq!(seen["client_grant_requests"][0]["roles"].as_array().unwrap().len(), 2);
    let path = format!("/client-grant-requests/{}/approve", id(&made));
    admin.post(&path, json!({})).await.problem(403, "0003");
    admin.post(&path, json!({"roles": [all.admin]})).await.problem(400, "0003");
    admin.post(&path, json!({"roles": [all.reader]})).await.is(201);
    assert_eq!(scope(&all, &client, &all.aurora.id).await, "read");
}

#[tokio::test]
async fn a_request_is_refused_and_may_be_made_again() {
    let all = Customers::open().await;
    let (client, grant) = partner(&all, &["read"], unasked()).await;
    let body = json!({"grant_id": grant});
    let made = request(&all, body.clone()).await.is(201);
    request(&all, body.clone()).await.is(409);
    let refuse = format!("/client-grant-requests/{}/refuse", id(&made));
    all.by(&all.aurora.admin).post(&refuse, json!({})).await.is(204);
    let refused = all.vendor.changes_in_the_log().await.pop().unwrap();
    assert_eq!(refused["details"]["action"], "organization.client_grant_request_refused");
    assert_eq!(ask(&all, &client, &all.aurora.id).await.status, 400);
    let again = request(&all, body).await.is(201);
    let withdraw = format!("/organizations/{}/client-grant-requests/{}", all.aurora.id, id(&again));
    all.vendor.delete(&withdraw).await.is(204);
    all.vendor.delete(&withdraw).await.refuses(
        404,
        "inexistent_client_grant_request",
        "The request does not exist.",
    );
}

#[tokio::test]
async fn whoever_lets_the_client_in_otherwise_has_answered() {
    let all = Customers::open().await;
    let (_, by_vendor) = partner(&all, &["read"], unasked()).await;
    let (_, by_organization) = partner(&all, &["read"], json!({})).await;
    for grant in [&by_vendor, &by_organization] {
        request(&all, json!({"grant_id": grant})).await.is(201);
    }
    all.vendor.associate(&all.aurora.id, &by_vendor).await;
    let admin = all.by(&all.aurora.admin);
    admin.post("/client-grants", json!({"grant_id": by_organization, "scope": ["read"]})).await.is(201);
    assert_eq!(admin.get("/client-grant-requests").await.is(200), json!({"client_grant_requests": []}));
    for grant in [&by_vendor, &by_organization] {
        request(&all, json!({"grant_id": grant})).await.refuses(
            409,
            "organization_client_grant_conflict",
            "The client grant has already been added to this organization.",
        );
    }
}

#[tokio::test]
async fn of_two_answers_at_once_one_counts() {
    let all = Customers::open().await;
    let (_, grant) = partner(&all, &["read"], unasked()).await;
    let made = request(&all, json!({"grant_id": grant})).await.is(201);
    let (admin, path) = (all.by(&all.aurora.admin), format!("/client-grant-requests/{}", id(&made)));
    let (approve, refuse) = (format!("{path}/approve"), format!("{path}/refuse"));
    let (one, other) = tokio::join!(admin.post(&approve, json!({})), admin.post(&refuse, json!({})));
    assert!(matches!((one.status, other.status), (201, 404) | (404, 204)), "{one:?} {other:?}");
}

#[tokio::test]
async fn requests_that_cannot_be_are_refused() {
    let all = Customers::open().await;
    let (_, grant) = partner(&all, &["read"], unasked()).await;
    for body in [
        json!([]),
        json!({}),
        json!({"grant_id": 1}),
        json!({"grant_id": grant, "scope": []}),
        json!({"grant_id": grant, "scope": ["write"]}),
        json!({"grant_id": grant, "roles": []}),
        json!({"grant_id": grant, "roles": ["rol_0000000000000000"]}),
        json!({"grant_id": grant, "message": ""}),
        json!({"grant_id": grant, "message": "x".repeat(501)}),
        json!({"grant_id": grant, "message": 1}),
        json!({"grant_id": grant, "organization_id": all.aurora.id}),
    ] {
        request(&all, body).await.is(400);
    }
    request(&all, json!({"grant_id": "cgr_0000000000000000"})).await.is(404);
    let nowhere = "/organizations/org_0000000000000000/client-grant-requests";
    all.vendor.post(nowhere, json!({"grant_id": grant})).await.is(404);
    all.vendor.get(nowhere).await.is(404);
    let (_, outside) = partner(&all, &["read"], json!({"organization_usage": "deny"})).await;
    let (_, people) = partner(&all, &["read"], json!({"subject_type": "user"})).await;
    for grant in [outside, people] {
        request(&all, json!({"grant_id": grant})).await.is(400);
    }
    all.vendor.set(json!({"limits": {"client_grants_per_organization": 0}})).await;
    request(&all, json!({"grant_id": grant})).await.is(409);
    let rival = all.vendor.rival().await;
    let path = format!("/organizations/{}/client-grant-requests", all.aurora.id);
    rival.post(&path, json!({"grant_id": grant})).await.is(404);
    assert_eq!(all.vendor.get(&path).await.is(200), json!([]));
}

#[tokio::test]
async fn requests_to_others_are_as_unknown_as_those_that_do_not_exist() {
    let all = Customers::open().await;
    let (_, grant) = partner(&all, &["read"], unasked()).await;
    let made = request(&all, json!({"grant_id": grant})).await.is(201);
    let told = async |id: &str| -> Vec<(u16, Value)> {
        let path = format!("/client-grant-requests/{id}");
        let admin = all.by(&all.borealis.admin);
        let answers = [
            admin.post(&format!("{path}/approve"), json!({})).await,
            admin.post(&format!("{path}/refuse"), json!({})).await,
        ];
        answers.into_iter().map(|answer| (answer.status, answer.body())).collect()
    };
    let foreign = told(id(&made)).await;
    assert_eq!(foreign, told("cgq_0000000000000000").await);
    assert!(foreign.iter().all(|(status, _)| *status == 404), "{foreign:?}");
    let seen = all.by(&all.borealis.admin).get("/client-grant-requests").await.is(200);
    assert_eq!(seen, json!({"client_grant_requests": []}));
    let withdraw = format!("/organizations/{}/client-grant-requests/{}", all.borealis.id, id(&made));
    all.vendor.delete(&withdraw).await.is(404);
    let member = all.by(&all.aurora.member);
    member.get("/client-grant-requests").await.problem(403, "0002");
    member
        .post(&format!("/client-grant-requests/{}/approve", id(&made)), json!({}))
        .await
        .problem(403, "0002");
    member
        .post(&format!("/client-grant-requests/{}/refuse", id(&made)), json!({}))
        .await
        .problem(403, "0002");
}

#[tokio::test]
async fn requests_come_page_by_page() {
    let all = Customers::open().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        let (_, grant) = partner(&all, &["read"], unasked()).await;
        made.push(id(&request(&all, json!({"grant_id": grant})).await.is(201)).to_owned());
    }
    let admin = all.by(&all.aurora.admin);
    let page = admin.get("/client-grant-requests?take=2").await.is(200);
    let rest = page["next"].as_str().unwrap();
    let rest = admin.get(&format!("/client-grant-requests?take=2&from={rest}")).await.is(200);
    let key = "client_grant_requests";
    assert_eq!([ids(&page, key, "id"), ids(&rest, key, "id")].concat(), made);
    let path =
        format!("/organizations/{}/client-grant-requests?include_totals=true&per_page=1", all.aurora.id);
    assert_eq!(all.vendor.get(&path).await.is(200)["total"], 3);
    for query in ["?take=0", "?from=!", "?grant_id=x"] {
        admin.get(&format!("/client-grant-requests{query}")).await.problem(400, "0003");
    }
}

//! Machine clients of an organization's own: what they are, what they get, and who sees them.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{API, Customers, Person, ids, scopes};
use crate::harness::{Answer, Machine, claims, permissions};

/// Access to permissions of an API.
pub fn on(api: &str, scope: &[&str]) -> Value {
    json!({"resource_server_identifier": api, "scope": scope})
}

impl Customers {
    /// The address of the My Organization API as an audience.
    pub fn my_org(&self) -> String {
        format!("{}my-org/", self.vendor.issuer)
    }

    /// Makes a client of the organization's own.
    pub async fn own_client(&self, by: &str, access: Value) -> Machine {
        self.own_client_with(by, access, json!({})).await
    }

    pub async fn own_client_with(&self, by: &str, access: Value, more: Value) -> Machine {
        let mut new = json!({"name": "Sync", "access": access});
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        machine(&self.with(by).post("/clients", new).await.is(201))
    }

    /// Asks for a token as every client of one organization does: without naming it.
    pub async fn ask(&self, machine: &Machine, api: &str) -> Answer {
        self.vendor.ask(machine, &[("audience", api)]).await
    }

    /// Someone who runs clients in Aurora, and reads.
    pub async fn operator(&self) -> Person {
        let clients: Vec<&str> = scopes().into_iter().filter(|it| it.ends_with(":clients")).collect();
        let role = self.vendor.role("Operator", &self.my_org(), &clients).await;
        self.person(&self.aurora.id, "operator@aurora.example", &[&role, &self.reader]).await
    }
}

pub fn machine(client: &Value) -> Machine {
    let text = |name: &str| client[name].as_str().unwrap_or_default().to_owned();
    Machine { id: text("client_id"), secret: text("client_secret") }
}

#[tokio::test]
async fn an_admin_makes_a_client_that_gets_tokens_for_the_organization_alone() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let new = json!({"name": "Sync", "description": "Nightly", "access": [on(API, &["read", "read"])]});
    let made = admin.post("/clients", new).await.is(201);
    assert_eq!((&made["name"], &made["description"]), (&json!("Sync"), &json!("Nightly")));
    assert_eq!(made["created_by"], json!({"user_id": all.aurora.admin.id, "client_id": all.app.id}));
    let given = json!([{"resource_server_identifier": API, "scope": ["read"], "by_organization": true}]);
    assert_eq!((&made["access"], &made["credentials"]), (&given, &json!([])));
    let machine = machine(&made);
    let told = claims(&all.ask(&machine, API).await.token());
    assert_eq!((&told["org_id"], &told["scope"]), (&json!(all.aurora.id), &json!("read")));
    let path = format!("/clients/{}", machine.id);
    let shown = admin.get(&path).await.is(200);
    assert_eq!(shown.get("client_secret"), None);
    assert_eq!(shown["token_endpoint_auth_method"], "client_secret");
    let vendors = all.vendor.get(&path).await.is(200);
    assert_eq!(
        (&vendors["organization_id"], &vendors["is_first_party"]),
        (&json!(all.aurora.id), &json!(false))
    );

    let named = async |organization: &str| {
        all.vendor.ask(&machine, &[("audience", API), ("organization", organization)]).await
    };
    named(&all.aurora.id).await.is(200);
    let (other, none) = (named(&all.borealis.id).await, named("org_none").await);
    assert_eq!((other.status, none.status), (400, 400));
    assert_eq!(other.text.replace(&all.borealis.id, "org_none"), none.text);
}

#[tokio::test]
async fn the_vendor_cannot_lead_an_own_client_out_of_its_organization() {
    let all = Customers::open().await;
    let machine = all.own_client(&all.aurora.admin.token, json!([on(API, &["read"])])).await;
    let grants = all.vendor.get(&format!("/client-grants?client_id={}", machine.id)).await.is(200);
    let grant = grants[0]["id"].as_str().unwrap();
    all.vendor.associate(&all.borealis.id, grant).await;
    let there = [("audience", API), ("organization", all.borealis.id.as_str())];
    assert_eq!(all.vendor.ask(&machine, &there).await.status, 400);
    let path = format!("/organizations/{}/client-grants/{grant}/effective-permissions", all.borealis.id);
    assert_eq!(all.vendor.get(&path).await.is(200)["permissions"], json!([]));
    let path = format!("{path}?permission_name=read");
    let withheld = all.vendor.get(&path).await.is(200)["permissions"][0]["withheld"].clone();
    assert_eq!(withheld, json!([{"by": "client_owner"}]));
    all.vendor
        .patch(&format!("/client-grants/{grant}"), json!({"organization_usage": "allow"}))
        .await
        .is(200);
    all.vendor
        .patch(&format!("/clients/{}", machine.id), json!({"default_organization": null}))
        .await
        .is(200);
    assert_eq!(all.ask(&machine, API).await.status, 400);
    let here = [("audience", API), ("organization", all.aurora.id.as_str())];
    all.vendor.ask(&machine, &here).await.is(200);
}

#[tokio::test]
async fn a_client_holds_the_permissions_of_its_roles_as_long_as_they_have_them() {
    let all = Customers::open().await;
    let writer = all.vendor.role("Writer", API, &["read", "write"]).await;
    let by_role = json!({"resource_server_identifier": API, "roles": [writer]});
    let both = json!({"resource_server_identifier": API, "roles": [writer], "scope": ["write"]});
    let admin = &all.aurora.admin.token;
    let (one, two) =
        (all.own_client(admin, json!([by_role])).await, all.own_client(admin, json!([both])).await);
    assert_eq!(claims(&all.ask(&one, API).await.token())["scope"], "read write");
    assert_eq!(claims(&all.ask(&two, API).await.token())["scope"], "write");
    let path = format!("/roles/{writer}/permissions");
    all.vendor.delete_with(&path, permissions(API, &["write"])).await.is(204);
    assert_eq!(claims(&all.ask(&one, API).await.token())["scope"], "read");
    assert_eq!(claims(&all.ask(&two, API).await.token()).get("scope").unwrap_or(&json!("")), "");
}

#[rstest]
#[case::no_object(json!([]))]
#[case::nothing(json!({}))]
#[case::no_name(json!({"access": [on(API, &["read"])]}))]
#[case::empty_name(json!({"name": "", "access": [on(API, &["read"])]}))]
#[case::long_name(json!({"name": "x".repeat(256), "access": [on(API, &["read"])]}))]
#[case::markup_in_name(json!({"name": "<b>", "access": [on(API, &["read"])]}))]
#[case::name_of_another_type(json!({"name": 1, "access": [on(API, &["read"])]}))]
#[case::long_description(json!({"name": "x", "description": "x".repeat(141), "access": [on(API, &["read"])]}))]
#[case::no_access(json!({"name": "x"}))]
#[case::empty_access(json!({"name": "x", "access": []}))]
#[case::too_much_access(json!({"name": "x", "access": (0..21).map(|n| on(&format!("urn:{n}"), &["a"])).collect::<Vec<_>>()}))]
#[case::access_twice(json!({"name": "x", "access": [on(API, &["read"]), on(API, &["write"])]}))]
#[case::neither_scope_nor_roles(json!({"name": "x", "access": [{"resource_server_identifier": API}]}))]
#[case::empty_scope(json!({"name": "x", "access": [on(API, &[])]}))]
#[case::empty_roles(json!({"name": "x", "access": [{"resource_server_identifier": API, "roles": []}]}))]
#[case::unknown_role(json!({"name": "x", "access": [{"resource_server_identifier": API, "roles": ["rol_none"]}]}))]
#[case::unknown_api(json!({"name": "x", "access": [on("urn:none", &["read"])]}))]
#[case::unknown_field(json!({"name": "x", "access": [on(API, &["read"])], "owner_id": "org_1"}))]
#[case::past_end(json!({"name": "x", "access": [on(API, &["read"])], "expires_at": "2020-01-01T00:00:00Z"}))]
#[case::end_of_another_type(json!({"name": "x", "access": [on(API, &["read"])], "expires_at": "soon"}))]
#[case::no_key(json!({"name": "x", "access": [on(API, &["read"])], "credentials": [{"credential_type": "public_key", "pem": "nonsense"}]}))]
#[case::no_keys(json!({"name": "x", "access": [on(API, &["read"])], "credentials": []}))]
#[tokio::test]
async fn what_cannot_be_is_refused_and_nothing_is_stored(#[case] body: Value) {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let epoch = all.vendor.epoch().await;
    assert_eq!(admin.post("/clients", body).await.status, 400);
    assert_eq!(admin.get("/clients").await.is(200)["clients"], json!([]));
    assert_eq!(all.vendor.epoch().await, epoch);
}

#[tokio::test]
async fn clients_are_listed_in_pages_and_found_by_name() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let mut made = Vec::new();
    for name in ["Export", "Import", "Report"] {
        let named = json!({"name": name});
        made.push(all.own_client_with(&all.aurora.admin.token, json!([on(API, &["read"])]), named).await.id);
    }
    all.own_client(&all.borealis.admin.token, json!([on(API, &["read"])])).await;
    let first = admin.get("/clients?take=2").await.is(200);
    assert_eq!(ids(&first, "clients", "client_id"), made[..2]);
    assert_eq!(first["clients"][0].get("access"), None);
    let next = first["next"].as_str().unwrap();
    let last = admin.get(&format!("/clients?take=2&from={next}")).await.is(200);
    assert_eq!(ids(&last, "clients", "client_id"), made[2..]);
    assert_eq!(last.get("next"), None);
    assert_eq!(ids(&admin.get("/clients?q=PORT").await.is(200), "clients", "client_id"), made);
    assert_eq!(ids(&admin.get("/clients?q=imp").await.is(200), "clients", "client_id"), made[1..2]);
    assert_eq!(admin.get("/clients?q=%25").await.is(200)["clients"], json!([]));
    for query in ["take=0", "take=101", "take=x", "from=x%21", "colour=red", "q=%00"] {
        admin.get(&format!("/clients?{query}")).await.problem(400, "0003");
    }
    admin.get(&format!("/clients?q={}", "x".repeat(301))).await.problem(400, "0003");
}

/// Every call that names a client.
fn calls(id: &str) -> Vec<(Method, String, Option<Value>)> {
    let at = |rest: &str| format!("/clients/{id}{rest}");
    let key = json!({"credential_type": "public_key", "pem": include_str!("../harness/keys/client.pub.pem")});
    vec![
        (Method::GET, at(""), None),
        (Method::PATCH, at(""), Some(json!({"name": "x"}))),
        (Method::PUT, at("/access"), Some(json!({"access": []}))),
        (Method::POST, at("/rotate-secret"), None),
        (Method::GET, at("/credentials"), None),
        (Method::POST, at("/credentials"), Some(key)),
        (Method::DELETE, at("/credentials/cred_none"), None),
        (Method::DELETE, at(""), None),
    ]
}

#[tokio::test]
async fn clients_of_others_answer_as_those_that_do_not_exist() {
    let all = Customers::open().await;
    let theirs = all.own_client(&all.borealis.admin.token, json!([on(API, &["read"])])).await;
    let (vendors, _) = all.machine(&all.aurora.id, &["read:my_org:members"]).await;
    let rival = all.vendor.rival().await;
    let foreign = rival.client("Theirs").await;
    let admin = all.by(&all.aurora.admin);
    let epoch = all.vendor.epoch().await;
    for id in [&theirs.id, &vendors.id, &foreign.id, &all.app.id] {
        for ((method, path, body), (_, none, _)) in calls(id).into_iter().zip(calls("none")) {
            let refused = admin.call(method.clone(), &path, body.as_ref()).await;
            let unknown = admin.call(method.clone(), &none, body.as_ref()).await;
            assert_eq!((refused.status, &refused.text), (404, &unknown.text), "{method} {path}");
        }
    }
    assert_eq!(all.vendor.epoch().await, epoch);
    all.ask(&theirs, API).await.is(200);
}

#[tokio::test]
async fn every_call_wants_its_scope() {
    let all = Customers::open().await;
    let own = all.own_client(&all.aurora.admin.token, json!([on(API, &["read"])])).await;
    let member = all.by(&all.aurora.member);
    let mut refused = calls(&own.id);
    refused.push((Method::GET, "/clients".to_owned(), None));
    refused.push((Method::POST, "/clients".to_owned(), Some(json!({}))));
    for (method, path, body) in refused {
        member.call(method, &path, body.as_ref()).await.problem(403, "0002");
    }
}

#[tokio::test]
async fn the_envelope_and_the_tenant_limit_how_many_there_are() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let envelope = format!("/organizations/{}/envelope", all.aurora.id);
    all.vendor.put(&envelope, json!({"machine_clients": 1})).await.is(200);
    let new = json!({"name": "Sync", "access": [on(API, &["read"])]});
    let (url, token) = ("/my-org/v1/clients", all.aurora.admin.token.clone());
    let request = || all.vendor.request(Method::POST, url).bearer_auth(&token).json(&new);
    let (one, two) = tokio::join!(all.vendor.send(request()), all.vendor.send(request()));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 403]);
    assert_eq!(admin.get("/clients").await.is(200)["clients"].as_array().unwrap().len(), 1);
    all.own_client(&all.borealis.admin.token, json!([on(API, &["read"])])).await;
    all.vendor.put(&envelope, json!({"machine_clients": 0})).await.is(200);
    admin.post("/clients", new.clone()).await.problem(403, "0003");
    all.vendor.put(&envelope, json!({})).await.is(200);
    all.vendor.set(json!({"limits": {"clients": 2}})).await;
    admin.post("/clients", new.clone()).await.problem(403, "0003");
    all.vendor.set(json!({"limits": {"clients": 100, "client_grants_per_organization": 0}})).await;
    admin.post("/clients", new).await.problem(409, "0001");
}

#[tokio::test]
async fn an_organization_takes_its_clients_with_it() {
    let all = Customers::open().await;
    let own = all.own_client(&all.aurora.admin.token, json!([on(API, &["read"])])).await;
    let other = all.own_client(&all.borealis.admin.token, json!([on(API, &["read"])])).await;
    all.vendor.delete(&format!("/organizations/{}", all.aurora.id)).await.is(204);
    all.vendor.get(&format!("/clients/{}", own.id)).await.is(404);
    assert_eq!(all.ask(&own, API).await.status, 401);
    all.ask(&other, API).await.is(200);
}

#[tokio::test]
async fn a_deleted_client_is_gone_with_its_grants_and_its_tokens() {
    let all = Customers::open().await;
    let my_org = all.my_org();
    let access = json!([on(&my_org, &["read:my_org:members"])]);
    let own = all.own_client(&all.aurora.admin.token, access).await;
    let token = all.ask(&own, &my_org).await.token();
    all.with(&token).get("/members").await.is(200);
    let admin = all.by(&all.aurora.admin);
    admin.delete(&format!("/clients/{}", own.id)).await.is(204);
    all.with(&token).get("/members").await.problem(401, "0001");
    assert_eq!(all.ask(&own, &my_org).await.status, 401);
    admin.delete(&format!("/clients/{}", own.id)).await.problem(404, "0002");
    let grants = all.vendor.get(&format!("/client-grants?client_id={}", own.id)).await.is(200);
    assert_eq!(grants, json!([]));
    let log = all.vendor.changes_in_the_log().await;
    let last = log.last().unwrap();
    assert_eq!(
        (&last["organization_id"], &last["details"]["action"]),
        (&json!(all.aurora.id), &json!("client.deleted"))
    );
    assert_eq!(last["details"]["effect"]["lost"], 1);
}

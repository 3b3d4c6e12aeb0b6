//! The vendor's and partners' clients, let in by the organization.

use serde_json::{Value, json};

use super::{API, Customers, ids};
use crate::harness::{Answer, Machine, claims};

/// A partner's client whose grant organizations may approve, and the grant.
pub async fn partner(all: &Customers, scope: &[&str], more: Value) -> (Machine, String) {
    let new = json!({"name": "Partner", "app_type": "non_interactive", "is_first_party": false});
    let partner = all.vendor.application(new).await;
    let grant = grant(all, &partner, scope, more).await;
    (partner, grant)
}

async fn grant(all: &Customers, client: &Machine, scope: &[&str], more: Value) -> String {
    let mut body = json!({"organization_usage": "require", "allow_organization_approval": true});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all.vendor.grant_with(client, API, scope, body).await
}

/// What a client gets for an organization.
pub async fn ask(all: &Customers, client: &Machine, organization: &str) -> Answer {
    all.vendor.ask(client, &[("audience", API), ("organization", organization)]).await
}

/// The scopes of a token that a client gets for an organization.
pub async fn scope(all: &Customers, client: &Machine, organization: &str) -> Value {
    claims(&ask(all, client, organization).await.token())["scope"].clone()
}

#[tokio::test]
async fn one_client_has_the_rights_in_each_organization_that_its_own_admin_gave() {
    let all = Customers::open().await;
    let (client, grant) = partner(&all, &["read", "write", "delete"], json!({})).await;
    for organization in [&all.aurora, &all.borealis] {
        assert_eq!(ask(&all, &client, &organization.id).await.status, 400);
    }
    let both = json!({"grant_id": grant, "scope": ["read", "write"]});
    let made = all.by(&all.aurora.admin).post("/client-grants", both).await.is(201);
    let expected = json!({
        "grant_id": grant, "client_id": client.id, "client_name": "Partner", "is_first_party": false, "audience": API,
        "scope": ["read", "write"], "by_organization": true, "revocable": true,
    });
    assert_eq!(made, expected);
    let one = json!({"grant_id": grant, "scope": ["read"]});
    all.by(&all.borealis.admin).post("/client-grants", one).await.is(201);
    assert_eq!(scope(&all, &client, &all.aurora.id).await, "read write");
    assert_eq!(scope(&all, &client, &all.borealis.id).await, "read");
    let listed = all.by(&all.aurora.admin).get("/client-grants").await.is(200);
    assert_eq!(listed, json!({"client_grants": [expected]}));

    all.by(&all.aurora.admin).delete(&format!("/client-grants/{grant}")).await.is(204);
    assert_eq!(ask(&all, &client, &all.aurora.id).await.status, 400);
    assert_eq!(scope(&all, &client, &all.borealis.id).await, "read");
    let removed = all.vendor.changes_in_the_log().await.pop().unwrap();
    assert_eq!(removed["details"]["action"], "organization.client_grant_removed");
    assert_eq!(removed["organization_id"], all.aurora.id);
    all.by(&all.aurora.admin).delete(&format!("/client-grants/{grant}")).await.problem(404, "0002");
}

#[tokio::test]
async fn what_may_be_approved_is_listed_with_what_the_caller_may_give() {
    let all = Customers::open().await;
    let (client, first) = partner(&all, &["read", "delete"], json!({})).await;
    let admin = all.by(&all.aurora.admin);
    let listed = admin.get("/client-grants/available").await.is(200);
    let expected = json!({
        "grant_id": first, "client_id": client.id, "client_name": "Partner", "is_first_party": false, "audience": API,
        "scope": ["read", "delete"], "conferrable": ["read"],
    });
    assert_eq!(listed, json!({"client_grants": [expected]}));
    let envelope = format!("/organizations/{}/envelope", all.aurora.id);
    all.vendor.put(&envelope, json!({"grantable_permissions": []})).await.is(200);
    let listed = admin.get("/client-grants/available").await.is(200);
    assert_eq!(listed["client_grants"][0]["conferrable"], json!([]));
    all.vendor.delete(&envelope).await.is(204);
    let mut grants = vec![first.clone()];
    for _ in 0..2 {
        grants.push(partner(&all, &["read"], json!({})).await.1);
    }
    let page = admin.get("/client-grants/available?take=2").await.is(200);
    let rest = page["next"].as_str().unwrap();
    let rest = admin.get(&format!("/client-grants/available?take=2&from={rest}")).await.is(200);
    let seen = [ids(&page, "client_grants", "grant_id"), ids(&rest, "client_grants", "grant_id")].concat();
    assert_eq!(seen, grants);
    admin.post("/client-grants", json!({"grant_id": first, "scope": ["read"]})).await.is(201);
    let listed = admin.get("/client-grants/available").await.is(200);
    assert_eq!(ids(&listed, "client_grants", "grant_id"), grants[1..]);
    for query in ["?take=0", "?take=x", "?from=!", "?page=1"] {
        admin.get(&format!("/client-grants{query}")).await.problem(400, "0003");
        admin.get(&format!("/client-grants/available{query}")).await.problem(400, "0003");
    }
}

#[tokio::test]
async fn nobody_lets_a_client_do_more_than_they_may_themselves() {
    let all = Customers::open().await;
    let (client, grant) = partner(&all, &["read", "delete"], json!({})).await;
    let admin = all.by(&all.aurora.admin);
    let give = async |scope: Value, roles: Value| {
        admin.post("/client-grants", json!({"grant_id": grant, "scope": scope, "roles": roles})).await
    };
    // A permission that does not exist is like one that is not held.
    for missing in ["delete", "nonsense"] {
        let detail = give(json!(["read", missing]), json!([])).await.problem(403, "0003");
        assert_eq!(detail, format!("You cannot confer what you do not hold: {missing}"));
    }
    give(json!([]), json!([all.deleter])).await.problem(403, "0003");
    give(json!(["read"]), json!([all.deleter])).await.problem(403, "0003");
    give(json!(["write"]), json!([])).await.problem(400, "0003");
    give(json!([]), json!(["rol_0000000000000000"])).await.problem(400, "0001");
    let envelope = format!("/organizations/{}/envelope", all.aurora.id);
    let write = json!([{"resource_server_identifier": API, "permission_name": "write"}]);
    all.vendor.put(&envelope, json!({"grantable_permissions": write, "assignable_roles": []})).await.is(200);
    give(json!(["read"]), json!([])).await.problem(403, "0003");
    give(json!([]), json!([all.reader])).await.problem(400, "0001");
    assert_eq!(admin.get("/client-grants").await.is(200), json!({"client_grants": []}));
    assert_eq!(ask(&all, &client, &all.aurora.id).await.status, 400);
}

#[tokio::test]
async fn bodies_that_cannot_be_are_refused_by_field() {
    let all = Customers::open().await;
    let (_, grant) = partner(&all, &["read"], json!({})).await;
    let many: Vec<&str> = std::iter::repeat_n("rol_1", 11).collect();
    for body in [
        json!([]),
        json!({}),
        json!({"grant_id": grant}),
        json!({"grant_id": grant, "scope": [], "roles": []}),
        json!({"grant_id": grant, "scope": "read"}),
        json!({"grant_id": grant, "scope": [1]}),
        json!({"grant_id": grant, "roles": many}),
        json!({"grant_id": 1, "scope": ["read"]}),
        json!({"grant_id": grant, "scope": ["read"], "by_organization": false}),
    ] {
        all.by(&all.aurora.admin).post("/client-grants", body).await.problem(400, "0003");
    }
}

#[tokio::test]
async fn grants_that_are_not_for_approval_are_as_unknown_as_those_that_do_not_exist() {
    let all = Customers::open().await;
    let closed = partner(&all, &["read"], json!({"allow_organization_approval": false})).await.1;
    let outside = partner(&all, &["read"], json!({"organization_usage": "deny"})).await.1;
    let people = partner(&all, &["read"], json!({"subject_type": "user"})).await.1;
    let (_, theirs) = partner(&all, &["read"], json!({"allow_organization_approval": false})).await;
    all.vendor.associate(&all.borealis.id, &theirs).await;
    let admin = all.by(&all.aurora.admin);
    let told = async |id: &str| -> Vec<(u16, Value)> {
        let answers = [
            admin.post("/client-grants", json!({"grant_id": id, "scope": ["read"]})).await,
            admin.delete(&format!("/client-grants/{id}")).await,
        ];
        answers.into_iter().map(|answer| (answer.status, answer.body())).collect()
    };
    let unknown = told("cgr_0000000000000000").await;
    assert!(unknown.iter().all(|(status, _)| *status == 404), "{unknown:?}");
    for grant in [&closed, &outside, &people, &theirs] {
        assert_eq!(told(grant).await, unknown);
    }
    assert_eq!(admin.get("/client-grants/available").await.is(200), json!({"client_grants": []}));
    assert_eq!(admin.get("/client-grants").await.is(200), json!({"client_grants": []}));
}

#[tokio::test]
async fn clients_of_an_organizations_own_are_not_among_those_that_are_let_in() {
    let all = Customers::open().await;
    let access = json!([{"resource_server_identifier": API, "scope": ["read"]}]);
    let new = json!({"name": "Own", "access": access});
    let own = all.by(&all.aurora.admin).post("/clients", new).await.is(201);
    let grants =
        all.vendor.get(&format!("/client-grants?client_id={}", own["client_id"].as_str().unwrap())).await;
    let grant = grants.is(200)[0]["id"].as_str().unwrap().to_owned();
    // Not even where the vendor put it among another organization's.
    all.vendor.associate(&all.borealis.id, &grant).await;
    for admin in [&all.aurora.admin, &all.borealis.admin] {
        assert_eq!(all.by(admin).get("/client-grants").await.is(200), json!({"client_grants": []}));
        all.by(admin).delete(&format!("/client-grants/{grant}")).await.problem(404, "0002");
        let again = json!({"grant_id": grant, "scope": ["read"]});
        all.by(admin).post("/client-grants", again).await.problem(404, "0002");
    }
    let path = format!("/organizations/{}/client-grant-requests", all.borealis.id);
    all.vendor.post(&path, json!({"grant_id": grant})).await.is(400);
}

#[tokio::test]
async fn a_client_is_let_in_once() {
    let all = Customers::open().await;
    let (_, grant) = partner(&all, &["read"], json!({})).await;
    let admin = all.by(&all.aurora.admin);
    let body = json!({"grant_id": grant, "scope": ["read"]});
    let (one, other) =
        tokio::join!(admin.post("/client-grants", body.clone()), admin.post("/client-grants", body.clone()));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    admin.post("/client-grants", body).await.problem(409, "0003");
    // The vendor's word takes the place of the organization's.
    all.vendor.associate(&all.aurora.id, &grant).await;
    let listed = admin.get("/client-grants").await.is(200);
    assert_eq!(listed["client_grants"][0]["by_organization"], false);
}

#[tokio::test]
async fn what_the_vendor_gave_is_the_vendors_to_end_unless_it_may_be_approved() {
    let all = Customers::open().await;
    let closed = json!({"allow_organization_approval": false});
    let (_, vendors) = partner(&all, &["read"], closed.clone()).await;
    let (_, approvable) = partner(&all, &["read"], json!({})).await;
    let mine = all.vendor.client("Mine").await;
    let anywhere = grant(&all, &mine, &["read"], json!({"allow_any_organization": true})).await;
    all.vendor.associate(&all.aurora.id, &vendors).await;
    all.vendor.associate(&all.aurora.id, &approvable).await;
    let admin = all.by(&all.aurora.admin);
    let listed = admin.get("/client-grants").await.is(200);
    let listed = listed["client_grants"].as_array().unwrap();
    assert_eq!(listed.len(), 3);
    for one in listed {
        assert_eq!(one["by_organization"], false);
        assert_eq!(one["revocable"], one["grant_id"] == approvable, "{one}");
        assert_eq!(one["is_first_party"], one["grant_id"] == anywhere);
    }
    for grant in [&vendors, &anywhere] {
        let detail = admin.delete(&format!("/client-grants/{grant}")).await.problem(403, "0003");
        assert_eq!(detail, "The vendor let this client in, and only the vendor can end that.");
        let again = json!({"grant_id": grant, "scope": ["read"]});
        admin.post("/client-grants", again).await.problem(409, "0003");
    }
    admin.delete(&format!("/client-grants/{approvable}")).await.is(204);
}

#[tokio::test]
async fn what_was_let_in_counts_within_the_envelope() {
    let all = Customers::open().await;
    let (client, grant) = partner(&all, &["read", "write"], json!({})).await;
    let body = json!({"grant_id": grant, "scope": ["read", "write"]});
    all.by(&all.aurora.admin).post("/client-grants", body).await.is(201);
    let envelope = format!("/organizations/{}/envelope", all.aurora.id);
    let read = json!([{"resource_server_identifier": API, "permission_name": "read"}]);
    all.vendor.put(&envelope, json!({"grantable_permissions": read})).await.is(200);
    assert_eq!(scope(&all, &client, &all.aurora.id).await, "read");
    all.vendor.delete(&envelope).await.is(204);
    assert_eq!(scope(&all, &client, &all.aurora.id).await, "read write");
}

#[tokio::test]
async fn a_client_can_be_given_roles() {
    let all = Customers::open().await;
    let (client, grant) = partner(&all, &["read", "write", "delete"], json!({})).await;
    let body = json!({"grant_id": grant, "roles": [all.reader, all.reader]});
    let made = all.by(&all.aurora.admin).post("/client-grants", body).await.is(201);
    assert_eq!(made["roles"], json!([{"id": all.reader, "name": "Reader"}]));
    assert_eq!(scope(&all, &client, &all.aurora.id).await, "read");
    let listed = all.by(&all.aurora.admin).get("/client-grants").await.is(200);
    assert_eq!(listed, json!({"client_grants": [made]}));
}

#[tokio::test]
async fn no_more_clients_are_let_in_than_an_organization_may_have() {
    let all = Customers::open().await;
    all.vendor.set(json!({"limits": {"client_grants_per_organization": 1}})).await;
    let (_, first) = partner(&all, &["read"], json!({})).await;
    let (_, second) = partner(&all, &["read"], json!({})).await;
    let admin = all.by(&all.aurora.admin);
    admin.post("/client-grants", json!({"grant_id": first, "scope": ["read"]})).await.is(201);
    admin.post("/client-grants", json!({"grant_id": second, "scope": ["read"]})).await.problem(409, "0001");
}

#[tokio::test]
async fn each_operation_wants_its_scope() {
    let all = Customers::open().await;
    let (_, grant) = partner(&all, &["read"], json!({})).await;
    let member = all.by(&all.aurora.member);
    member.get("/client-grants").await.problem(403, "0002");
    member.get("/client-grants/available").await.problem(403, "0002");
    member.post("/client-grants", json!({"grant_id": grant, "scope": ["read"]})).await.problem(403, "0002");
    member.delete(&format!("/client-grants/{grant}")).await.problem(403, "0002");
}

#[tokio::test]
async fn the_vendor_says_of_each_grant_whether_organizations_may_approve_it() {
    let all = Customers::open().await;
    let client = all.vendor.client("Partner").await;
    let new =
        json!({"client_id": client.id, "audience": API, "scope": ["read"], "organization_usage": "allow"});
    let made = all.vendor.post("/client-grants", new.clone()).await.is(201);
    assert!(made.get("allow_organization_approval").is_none());
    let path = format!("/client-grants/{}", made["id"].as_str().unwrap());
    let on = all.vendor.patch(&path, json!({"allow_organization_approval": true})).await.is(200);
    assert_eq!(on["allow_organization_approval"], true);
    let still = all.vendor.patch(&path, json!({"scope": ["read", "write"]})).await.is(200);
    assert_eq!(still["allow_organization_approval"], true);
    let off = all.vendor.patch(&path, json!({"allow_organization_approval": false})).await.is(200);
    assert!(off.get("allow_organization_approval").is_none());
    for wrong in [json!("true"), json!(1), json!([])] {
        all.vendor.patch(&path, json!({"allow_organization_approval": wrong})).await.is(400);
        let mut new = new.clone();
        new["allow_organization_approval"] = wrong;
        all.vendor.post("/client-grants", new).await.is(400);
    }
}

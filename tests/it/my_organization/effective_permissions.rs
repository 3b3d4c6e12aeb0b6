//! What members and clients may do in the organization, and why.

use serde_json::{Value, json};

use super::{API, Customers, ids};
use crate::harness::segment;

fn path(of: &str, id: &str, more: &str) -> String {
    format!("/{of}/{}/effective-permissions?resource_server_identifier={}{more}", segment(id), segment(API))
}

fn names(answer: &Value) -> Vec<String> {
    ids(answer, "permissions", "permission_name")
}

#[tokio::test]
async fn an_admin_reads_what_a_member_may_do_and_through_what() {
    let all = Customers::open().await;
    let roles = format!("/members/{}/roles", segment(&all.aurora.member.id));
    all.by(&all.aurora.admin).post(&roles, json!({"role_ids": [all.reader]})).await.is(204);
    let admin = all.by(&all.aurora.admin);
    let told = admin.get(&path("members", &all.aurora.member.id, "")).await.is(200);
    assert_eq!(names(&told), ["read"]);
    let through = &told["permissions"][0]["paths"][0];
    assert_eq!((&through["type"], &through["role_id"]), (&json!("role"), &json!(all.reader)));
    let vendors = format!(
        "/organizations/{}/members/{}/effective-permissions?resource_server_identifier={}",
        all.aurora.id,
        segment(&all.aurora.member.id),
        segment(API)
    );
    assert_eq!(told, all.vendor.get(&vendors).await.is(200));
}

#[tokio::test]
async fn everybody_reads_about_themselves_and_about_nobody_else() {
    let all = Customers::open().await;
    let member = all.by(&all.aurora.member);
    let own = member.get(&path("members", &all.aurora.member.id, "")).await.is(200);
    assert_eq!(names(&own), Vec::<String>::new());
    member.get(&path("members", &all.aurora.admin.id, "")).await.problem(403, "0002");
    member.get(&path("members", "auth0|nobody", "")).await.problem(403, "0002");
    member.get(&path("clients", &all.app.id, "")).await.problem(403, "0002");
}

#[tokio::test]
async fn a_permission_that_is_not_held_comes_with_the_roles_that_would_do() {
    let all = Customers::open().await;
    let new = json!({"name": "Theirs", "type": "organization", "owner_id": all.borealis.id});
    let theirs = all.vendor.post("/roles", new).await.is(200)["id"].as_str().unwrap().to_owned();
    let held = crate::harness::permissions(API, &["read"]);
    all.vendor.post(&format!("/roles/{theirs}/permissions"), held).await.is(201);
    let asked = path("members", &all.aurora.member.id, "&permission_name=read");
    let told = all.by(&all.aurora.admin).get(&asked).await.is(200);
    assert_eq!(told["permissions"][0]["held"], false);
    let mut roles = ids(&told, "roles", "id");
    roles.sort();
    let mut expected = [all.admin.clone(), all.reader.clone()];
    expected.sort();
    assert_eq!(roles, expected);
    let unknown = path("members", &all.aurora.member.id, "&permission_name=fly");
    assert_eq!(all.by(&all.aurora.admin).get(&unknown).await.is(200), json!({"permissions": []}));
}

#[tokio::test]
async fn what_is_held_through_one_application_is_what_its_grant_lets_through() {
    let all = Customers::open().await;
    let my_org = segment(&format!("{}my-org/", all.vendor.issuer));
    let admin = &all.aurora.admin;
    let narrow = json!({"name": "Narrow", "app_type": "regular_web", "organization_usage": "require"});
    let narrow = all.vendor.application(narrow).await;
    let base =
        format!("/members/{}/effective-permissions?resource_server_identifier={my_org}", segment(&admin.id));
    let through_any = all.by(admin).get(&format!("{base}&take=100")).await.is(200);
    assert!(names(&through_any).len() > 20);
    let through = all.by(admin).get(&format!("{base}&client_id={}", narrow.id)).await.is(200);
    assert_eq!(names(&through), Vec::<String>::new());
    all.by(admin).get(&format!("{base}&client_id=nobody")).await.problem(404, "0002");
}

#[tokio::test]
async fn permissions_are_told_page_by_page() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let asked = path("members", &all.aurora.admin.id, "&take=1");
    let first = admin.get(&asked).await.is(200);
    assert_eq!(names(&first), ["read"]);
    let second = admin.get(&format!("{asked}&from={}", first["next"].as_str().unwrap())).await.is(200);
    assert_eq!(names(&second), ["write"]);
    assert!(second.get("next").is_none());
}

#[tokio::test]
async fn a_client_is_told_of_as_far_as_it_has_access_here() {
    let all = Customers::open().await;
    let machine = all.vendor.client("Partner").await;
    let grant = all.vendor.grant(&machine, API, &["read", "write"], "require").await;
    let admin = all.by(&all.aurora.admin);
    admin.get(&path("clients", &machine.id, "")).await.problem(404, "0002");
    all.vendor.associate_with(&all.aurora.id, &grant, json!({"scope": ["read"]})).await;
    let told = admin.get(&path("clients", &machine.id, "")).await.is(200);
    assert_eq!(names(&told), ["read"]);
    assert_eq!(told["permissions"][0]["paths"][0]["client_grant_id"], grant);
    let why = admin.get(&path("clients", &machine.id, "&permission_name=write")).await.is(200);
    assert_eq!(why["permissions"][0]["withheld"], json!([{"by": "organization_scope"}]));
    // There it has none.
    all.by(&all.borealis.admin).get(&path("clients", &machine.id, "")).await.problem(404, "0002");
}

#[tokio::test]
async fn whoever_is_not_here_is_as_unknown_as_those_who_do_not_exist() {
    let all = Customers::open().await;
    let machine = all.vendor.client("Partner").await;
    let grant = all.vendor.grant(&machine, API, &["read"], "require").await;
    all.vendor.associate(&all.borealis.id, &grant).await;
    let admin = all.by(&all.aurora.admin);
    let told = async |of: &str, id: &str| {
        let answer = admin.get(&path(of, id, "")).await;
        (answer.status, answer.body())
    };
    let member = told("members", &all.borealis.member.id).await;
    assert_eq!((member.0, &member), (404, &told("members", "auth0|ffffffffffffffffffffffff").await));
    let client = told("clients", &machine.id).await;
    assert_eq!((client.0, &client), (404, &told("clients", "00000000000000000000000000000000").await));
}

#[tokio::test]
async fn a_client_of_the_organizations_own_is_told_of_even_without_access() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let access = json!([{"resource_server_identifier": API, "scope": ["read"]}]);
    let with = admin.post("/clients", json!({"name": "With", "access": access})).await.is(201);
    let without = admin.post("/clients", json!({"name": "Without"})).await.is(201);
    let id = |client: &Value| client["client_id"].as_str().unwrap().to_owned();
    let told = admin.get(&path("clients", &id(&with), "")).await.is(200);
    assert_eq!(names(&told), ["read"]);
    let told = admin.get(&path("clients", &id(&without), "")).await.is(200);
    assert_eq!(told, json!({"permissions": []}));
    for client in [&with, &without] {
        let there = all.by(&all.borealis.admin);
        there.get(&path("clients", &id(client), "")).await.problem(404, "0002");
        let through = path("members", &all.borealis.admin.id, &format!("&client_id={}", id(client)));
        there.get(&through).await.problem(404, "0002");
    }
}

#[tokio::test]
async fn questions_that_cannot_be_are_refused() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let member = segment(&all.aurora.member.id);
    for of in [format!("members/{member}"), format!("clients/{}", all.app.id)] {
        let unknown = "?resource_server_identifier=https%3A%2F%2Fnowhere.example";
        admin.get(&format!("/{of}/effective-permissions{unknown}")).await.problem(404, "0002");
        for query in ["", "?resource_server_identifier=a&take=0", "?resource_server_identifier=a&page=1"] {
            admin.get(&format!("/{of}/effective-permissions{query}")).await.problem(400, "0003");
        }
    }
}

//! Roles that an organization can give, and those that its people make.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{API, Customers, ids, scopes};
use crate::harness::{permissions, segment};

/// Permissions of the vendor's API, as bodies name them.
pub fn named(permissions: &[&str]) -> Value {
    let name = |name: &&str| json!({"resource_server_identifier": API, "permission_name": name});
    permissions.iter().map(name).collect()
}

impl Customers {
    /// A role of Aurora's own that its admin made; its id.
    pub async fn own_role(&self, name: &str, held: &[&str]) -> String {
        let new = json!({"name": name, "permissions": named(held)});
        let role = self.by(&self.aurora.admin).post("/roles", new).await.is(201);
        role["id"].as_str().unwrap().to_owned()
    }

    /// Sets what Aurora may confer.
    pub async fn envelope(&self, envelope: Value) {
        self.vendor.put(&format!("/organizations/{}/envelope", self.aurora.id), envelope).await.is(200);
    }

    /// Someone in Aurora with these scopes of the API, and with permissions of the vendor's API.
    pub async fn someone(&self, scope: &[&str], held: &[&str]) -> super::Person {
        let my_org = format!("{}my-org/", self.vendor.issuer);
        let name = format!("Someone {}", self.vendor.epoch().await);
        let role = self.vendor.role(&name, &my_org, scope).await;
        if !held.is_empty() {
            let path = format!("/roles/{role}/permissions");
            self.vendor.post(&path, permissions(API, held)).await.is(201);
        }
        let email = format!("someone{}@aurora.example", self.vendor.epoch().await);
        self.person(&self.aurora.id, &email, &[&role]).await
    }
}

#[tokio::test]
async fn roles_that_can_be_given_are_listed_in_the_order_of_their_ids() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let own = all.own_role("Reviewer 100%", &["read"]).await;
    all.by(&all.borealis.admin).post("/roles", json!({"name": "Theirs"})).await.is(201);
    let listed = admin.get("/roles").await.is(200);
    let expected = [&all.admin, &all.reader, &all.deleter, &own];
    assert_eq!(ids(&listed, "roles", "id").iter().collect::<Vec<_>>(), expected);
    assert_eq!(listed["roles"][1], json!({"id": all.reader, "name": "Reader", "type": "tenant"}));
    assert_eq!(listed["roles"][3], json!({"id": own, "name": "Reviewer 100%", "type": "organization"}));
    let (mut seen, mut from) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("/roles?take=3{from}")).await.is(200);
        seen.extend(ids(&page, "roles", "id"));
        let Some(next) = page["next"].as_str() else { break };
        from = format!("&from={next}");
    }
    assert_eq!(seen.iter().collect::<Vec<_>>(), expected);
    for (query, found) in [
        ("type=organization", vec![&own]),
        ("type=tenant", vec![&all.admin, &all.reader, &all.deleter]),
        ("name=RE", vec![&all.reader, &own]),
        ("name=100%25", vec![&own]),
        ("name=100_", vec![]),
        ("type=tenant&name=review", vec![]),
        ("name=", vec![&all.admin, &all.reader, &all.deleter, &own]),
    ] {
        let listed = admin.get(&format!("/roles?{query}")).await.is(200);
        assert_eq!(ids(&listed, "roles", "id").iter().collect::<Vec<_>>(), found, "{query}");
    }
}

#[tokio::test]
async fn roles_that_the_envelope_excludes_are_as_those_that_do_not_exist() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let own = all.own_role("Reviewer", &["read"]).await;
    all.envelope(json!({"assignable_roles": [all.reader]})).await;
    let listed = admin.get("/roles").await.is(200);
    assert_eq!(ids(&listed, "roles", "id"), [all.reader.clone(), own]);
    let excluded = admin.get(&format!("/roles/{}", all.deleter)).await;
    let unknown = admin.get("/roles/rol_0000000000000000").await;
    assert_eq!(excluded.body(), unknown.body());
    assert_eq!(excluded.problem(404, "0002"), "The role does not exist.");
    all.envelope(json!({"assignable_roles": []})).await;
    let listed = admin.get("/roles?type=tenant").await.is(200);
    assert_eq!(listed, json!({"roles": []}));
}

#[tokio::test]
async fn an_admin_makes_a_role_and_gives_it() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let new = json!({"name": "Editor", "description": "Edits", "permissions": named(&["read", "write"])});
    let made = admin.post("/roles", new).await.is(201);
    let role = made["id"].as_str().unwrap();
    let shown = json!({
        "id": role, "name": "Editor", "description": "Edits", "type": "organization", "permissions_count": 2,
    });
    assert_eq!(made, shown);
    assert_eq!(admin.get(&format!("/roles/{role}")).await.is(200), shown);
    let path = format!("/members/{}/roles", segment(&all.aurora.member.id));
    admin.post(&path, json!({"role_ids": [role]})).await.is(204);
    assert_eq!(all.held(&all.aurora.id, &all.aurora.member.id).await, ["read", "write"]);
    let seen = all.vendor.get(&format!("/roles/{role}")).await.is(200);
    assert_eq!(seen["owner_id"], all.aurora.id);
    assert!(seen.get("template_id").is_none());
}

#[tokio::test]
async fn nobody_makes_a_role_with_what_they_do_not_hold() {
    let all = Customers::open().await;
    all.vendor.api("https://other.example", &["read"]).await;
    all.envelope(json!({"grantable_permissions": named(&["read", "delete"])})).await;
    let before = all.vendor.epoch().await;
    let management = format!("{}api/v2/", all.vendor.issuer);
    for (api, permission) in [
        (API, "delete"),
        (API, "write"),
        (API, "unknown"),
        ("https://other.example", "read"),
        ("https://unknown.example", "read"),
        (management.as_str(), "read:users"),
    ] {
        let named = json!([
            {"resource_server_identifier": API, "permission_name": "read"},
            {"resource_server_identifier": api, "permission_name": permission},
        ]);
        let new = json!({"name": "Raised", "permissions": named});
        let detail = all.by(&all.aurora.admin).post("/roles", new).await.problem(403, "0003");
        assert_eq!(detail, format!("You cannot confer what you do not hold: {permission}"));
    }
    assert_eq!(all.vendor.epoch().await, before);
    let own = all.by(&all.aurora.admin).get("/roles?type=organization").await.is(200);
    assert_eq!(own, json!({"roles": []}));
}

#[tokio::test]
async fn what_is_held_by_the_vendors_word_is_conferred_within_the_envelope_alone() {
    let all = Customers::open().await;
    all.envelope(json!({"grantable_permissions": []})).await;
    assert_eq!(all.held(&all.aurora.id, &all.aurora.admin.id).await, ["read", "write"]);
    let new = json!({"name": "Reviewer", "permissions": named(&["read"])});
    all.by(&all.aurora.admin).post("/roles", new).await.problem(403, "0003");
}

#[tokio::test]
async fn a_machine_makes_roles_within_its_own_rights() {
    let all = Customers::open().await;
    let (machine, token) = all.machine(&all.aurora.id, &["create:my_org:roles"]).await;
    let grant = all.vendor.grant(&machine, API, &["read"], "require").await;
    all.vendor.associate(&all.aurora.id, &grant).await;
    let new = |held: &[&str]| json!({"name": "Reviewer", "permissions": named(held)});
    all.with(&token).post("/roles", new(&["read", "write"])).await.problem(403, "0003");
    all.with(&token).post("/roles", new(&["read"])).await.is(201);
}

#[tokio::test]
async fn names_are_unique_among_the_roles_of_one_organization() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let first = all.own_role("Twin", &[]).await;
    admin.post("/roles", json!({"name": "Twin"})).await.problem(409, "0003");
    // Neither those of others nor the vendor's are in the way, nor told of.
    all.by(&all.borealis.admin).post("/roles", json!({"name": "Twin"})).await.is(201);
    admin.post("/roles", json!({"name": "Reader"})).await.is(201);
    let second = all.own_role("Other", &[]).await;
    admin.patch(&format!("/roles/{second}"), json!({"name": "Twin"})).await.problem(409, "0003");
    admin.patch(&format!("/roles/{first}"), json!({"name": "Twin"})).await.is(200);
    let (one, other) = tokio::join!(
        admin.post("/roles", json!({"name": "Race"})),
        admin.post("/roles", json!({"name": "Race"})),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

#[tokio::test]
async fn an_organization_has_no_more_own_roles_than_envelope_and_tenant_let_it() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let refused = async |name: &str, most: u64| {
        let detail = admin.post("/roles", json!({"name": name})).await.problem(403, "0003");
        assert_eq!(detail, format!("The organization cannot have more than {most} roles of its own."));
    };
    all.envelope(json!({"own_roles": 0})).await;
    refused("None", 0).await;
    all.envelope(json!({"own_roles": 2})).await;
    all.own_role("First", &[]).await;
    let (one, other) = tokio::join!(
        admin.post("/roles", json!({"name": "Second"})),
        admin.post("/roles", json!({"name": "Third"})),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 403]);
    refused("Fourth", 2).await;
    all.vendor.set(json!({"limits": {"roles_per_organization": 1}})).await;
    refused("Fifth", 1).await;
    all.by(&all.borealis.admin).post("/roles", json!({"name": "First"})).await.is(201);
    all.envelope(json!({})).await;
    all.vendor.set(json!({"limits": {"roles_per_organization": 3}})).await;
    all.own_role("Sixth", &[]).await;
    refused("Seventh", 3).await;
}

#[tokio::test]
async fn name_and_description_of_an_own_role_are_changed() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let own = all.own_role("Reviewer", &["read"]).await;
    let path = format!("/roles/{own}");
    let changed = admin.patch(&path, json!({"description": "Looks"})).await.is(200);
    assert_eq!((&changed["name"], &changed["description"]), (&json!("Reviewer"), &json!("Looks")));
    let changed = admin.patch(&path, json!({"name": "Viewer", "description": ""})).await.is(200);
    assert_eq!(changed["name"], "Viewer");
    assert!(changed.get("description").is_none());
    assert_eq!(changed["permissions_count"], 1);
    for body in [
        json!({"name": ""}),
        json!({"name": "<b>"}),
        json!({"name": "x".repeat(256)}),
        json!({"name": 1}),
        json!({"description": "x".repeat(256)}),
        json!({"template_id": all.reader}),
        json!({"permissions": []}),
        json!([]),
    ] {
        admin.patch(&path, body).await.problem(400, "0003");
    }
}

#[tokio::test]
async fn roles_of_others_are_as_unknown_as_those_that_do_not_exist() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let new = json!({"name": "Theirs", "permissions": named(&["read"])});
    let theirs = all.by(&all.borealis.admin).post("/roles", new).await.is(201);
    let rival = all.vendor.rival().await;
    let rivals = rival.post("/roles", json!({"name": "Rival"})).await.is(200);
    let told = async |role: &str| {
        let body = json!({"permissions": named(&["read"])});
        let answers = [
            admin.get(&format!("/roles/{role}")).await,
            admin.get(&format!("/roles/{role}/permissions")).await,
            admin.get(&format!("/roles/{role}/deletion")).await,
            admin.patch(&format!("/roles/{role}"), json!({"name": "Ours"})).await,
            admin.post(&format!("/roles/{role}/permissions"), body.clone()).await,
            // What is not held is not told before the role is known.
            admin
                .post(&format!("/roles/{role}/permissions"), json!({"permissions": named(&["delete"])}))
                .await,
            admin.delete_with(&format!("/roles/{role}/permissions"), body).await,
            admin.delete(&format!("/roles/{role}")).await,
            admin.delete(&format!("/roles/{role}?confirm=true")).await,
        ];
        answers.into_iter().map(|answer| (answer.status, answer.body())).collect::<Vec<_>>()
    };
    let unknown = told("rol_0000000000000000").await;
    assert!(unknown.iter().all(|(status, _)| *status == 404), "{unknown:?}");
    for role in [&theirs, &rivals] {
        assert_eq!(told(role["id"].as_str().unwrap()).await, unknown);
    }
    assert!(told("%00").await.iter().all(|(status, _)| *status == 400));
}

#[tokio::test]
async fn the_vendors_roles_are_the_vendors() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let path = format!("/roles/{}", all.reader);
    assert_eq!(admin.get(&path).await.is(200)["type"], "tenant");
    let listed = admin.get(&format!("{path}/permissions")).await.is(200);
    assert_eq!(ids(&listed, "permissions", "permission_name"), ["read"]);
    let body = json!({"permissions": named(&["read"])});
    let refused = [
        admin.patch(&path, json!({"name": "Ours"})).await,
        admin.post(&format!("{path}/permissions"), body.clone()).await,
        admin.delete_with(&format!("{path}/permissions"), body).await,
        admin.get(&format!("{path}/deletion")).await,
        admin.delete(&format!("{path}?confirm=true")).await,
    ];
    for answer in refused {
        let detail = answer.problem(403, "0003");
        assert!(detail.starts_with("The role is the vendor's"), "{detail}");
    }
}

#[rstest]
#[case("GET", "/roles", "read:my_org:member_roles")]
#[case("POST", "/roles", "create:my_org:roles")]
#[case("GET", "/roles/{id}", "read:my_org:roles")]
#[case("PATCH", "/roles/{id}", "update:my_org:roles")]
#[case("GET", "/roles/{id}/permissions", "read:my_org:roles")]
#[case("POST", "/roles/{id}/permissions", "update:my_org:roles")]
#[case("DELETE", "/roles/{id}/permissions", "update:my_org:roles")]
#[case("GET", "/roles/{id}/deletion", "delete:my_org:roles")]
#[case("DELETE", "/roles/{id}", "delete:my_org:roles")]
#[case("GET", "/permissions", "read:my_org:roles")]
#[tokio::test]
async fn each_operation_needs_its_scope(#[case] method: &str, #[case] path: &str, #[case] scope: &str) {
    let all = Customers::open().await;
    let own = all.own_role("Reviewer", &[]).await;
    let path = path.replace("{id}", &own);
    let body = match (method, path.ends_with("permissions")) {
        ("GET", _) | ("DELETE", false) => None,
        (_, true) => Some(json!({"permissions": named(&["read"])})),
        (_, false) => Some(json!({"name": "New"})),
    };
    let call = async |token: &str| {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        all.with(token).call(method, &path, body.as_ref()).await
    };
    let others: Vec<&str> = scopes().into_iter().filter(|one| *one != scope).collect();
    let without = all.someone(&others, &["read"]).await;
    let detail = call(&without.token).await.problem(403, "0002");
    assert!(detail.contains(scope), "{detail}");
    let with = all.someone(&[scope], &["read"]).await;
    let answer = call(&with.token).await;
    assert!(answer.succeeded(), "{} {}", answer.asked, answer.text);
}

#[tokio::test]
async fn bodies_that_cannot_be_are_refused_by_field() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let before = all.vendor.epoch().await;
    let many: Vec<Value> = (0..101).map(|_| named(&["read"])[0].clone()).collect();
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"name": "a<b"}), "name"),
        (json!({"name": "a\nb"}), "name"),
        (json!({"name": "x".repeat(256)}), "name"),
        (json!({"name": null}), "name"),
        (json!({"name": "a\u{0}b"}), "(the body)"),
        (json!({"name": "x", "description": "x".repeat(256)}), "description"),
        (json!({"name": "x", "description": 1}), "description"),
        (json!({"name": "x", "template_id": 1}), "template_id"),
        (json!({"name": "x", "type": "tenant"}), "type"),
        (json!({"name": "x", "owner_id": all.borealis.id}), "owner_id"),
        (json!({"name": "x", "permissions": "read"}), "permissions"),
        (json!({"name": "x", "permissions": ["read"]}), "permissions[0]"),
        (json!({"name": "x", "permissions": many}), "permissions"),
        (
            json!({"name": "x", "permissions": [{"permission_name": "read"}]}),
            "permissions[0].resource_server_identifier",
        ),
        (
            json!({"name": "x", "permissions": [{"permission_name": "", "resource_server_identifier": API}]}),
            "permissions[0].permission_name",
        ),
        (json!([]), "(the body)"),
    ] {
        let answer = admin.post("/roles", body.clone()).await;
        let invalid = answer.body()["validation_errors"][0].clone();
        let detail = answer.problem(400, "0003");
        assert!(detail.contains(field), "{body}: {detail}");
        if field != "(the body)" {
            assert_eq!(invalid["field"], field, "{body}");
        }
    }
    assert_eq!(all.vendor.epoch().await, before);
    // The vendor does not set templates either.
    let new = json!({"name": "x", "template_id": all.reader});
    assert_eq!(all.vendor.post("/roles", new).await.status, 400);
}

#[tokio::test]
async fn queries_that_cannot_be_are_refused() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let own = all.own_role("Reviewer", &[]).await;
    let long = "x".repeat(301);
    for path in [
        "/roles?type=own".to_owned(),
        "/roles?take=0".to_owned(),
        "/roles?take=101".to_owned(),
        "/roles?take=x".to_owned(),
        "/roles?from=!".to_owned(),
        "/roles?page=1".to_owned(),
        "/roles?name=%00".to_owned(),
        format!("/roles?name={long}"),
        format!("/permissions?q={long}"),
        "/permissions?take=0".to_owned(),
        "/permissions?type=tenant".to_owned(),
        format!("/roles/{own}/permissions?take=101"),
        format!("/roles/{own}/permissions?q=read"),
        format!("/roles/{own}/deletion?take=0"),
        format!("/roles/{own}/deletion?from=!"),
        format!("/roles/{own}/deletion?from=bm9uZQ"),
        format!("/roles/{own}/deletion?confirm=true"),
    ] {
        admin.get(&path).await.problem(400, "0003");
    }
    for query in ["confirm=maybe", "force=true"] {
        admin.delete(&format!("/roles/{own}?{query}")).await.problem(400, "0003");
    }
    admin.get(&format!("/roles/{own}")).await.is(200);
}

#[tokio::test]
async fn what_is_done_to_roles_stands_in_the_log_of_the_organization() {
    let all = Customers::open().await;
    let admin = all.by(&all.aurora.admin);
    let role = all.own_role("Reviewer", &["read"]).await;
    let path = format!("/roles/{role}");
    admin.patch(&path, json!({"name": "Viewer"})).await.is(200);
    let body = json!({"permissions": named(&["write"])});
    admin.post(&format!("{path}/permissions"), body.clone()).await.is(204);
    admin.delete_with(&format!("{path}/permissions"), body).await.is(204);
    admin.delete(&path).await.is(204);
    let entries = all.vendor.changes_in_the_log().await;
    let last = &entries[entries.len() - 5..];
    let actions: Vec<&Value> = last.iter().map(|entry| &entry["details"]["action"]).collect();
    let expected = [
        "role.created",
        "role.updated",
        "role.permissions_added",
        "role.permissions_removed",
        "role.deleted",
    ];
    assert_eq!(actions, expected);
    for entry in last {
        assert_eq!(entry["organization_id"], all.aurora.id);
        assert_eq!(entry["details"]["subject"], role);
        assert_eq!(entry["details"]["actor"], json!({"user": [all.aurora.admin.id, all.app.id]}));
    }
    assert_eq!(last[0]["details"]["after"]["permissions"], named(&["read"]));
}

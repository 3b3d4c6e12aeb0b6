//! Own roles deleted, and what that would do.

use serde_json::{Value, json};

use super::{API, Customers};

/// Aurora with an own role to read and write that its member holds beside one to read, and a machine client alone.
struct Held {
    all: Customers,
    role: String,
    client: String,
}

impl Held {
    async fn open() -> Self {
        let all = Customers::open().await;
        let role = all.own_role("Editor", &["read", "write"]).await;
        let aurora = &all.aurora;
        all.vendor.member_roles(&aurora.id, &aurora.member.id, &[&role, &all.reader]).await;
        let client = all.vendor.client("Robot").await;
        let grant = all.vendor.grant(&client, API, &["read", "write", "delete"], "require").await;
        all.vendor.associate_with(&aurora.id, &grant, json!({"roles": [role]})).await;
        Self { client: client.id, role, all }
    }

    /// What the member and the client lose.
    fn effects(&self) -> Value {
        let aurora = &self.all.aurora;
        json!([
            {"subject": {"type": "user", "id": aurora.member.id}, "organization_id": aurora.id,
                "resource_server_identifier": API, "gained": [], "lost": ["write"]},
            {"subject": {"type": "client", "id": self.client}, "organization_id": aurora.id,
                "resource_server_identifier": API, "gained": [], "lost": ["read", "write"]},
        ])
    }
}

#[tokio::test]
async fn what_a_deletion_would_do_is_told_and_not_done() {
    let held = Held::open().await;
    let (all, admin) = (&held.all, held.all.by(&held.all.aurora.admin));
    let path = format!("/roles/{}/deletion", held.role);
    let before = all.vendor.epoch().await;
    let told = admin.get(&path).await.is(200);
    let effects = held.effects();
    assert_eq!(
        told,
        json!({"concerned": 2, "subjects": 2, "gained": 0, "lost": 3, "effects": effects}),
        "{told}"
    );
    let first = admin.get(&format!("{path}?take=1")).await.is(200);
    assert_eq!(first["effects"], json!([effects[0]]));
    let next = first["next"].as_str().unwrap();
    let second = admin.get(&format!("{path}?take=1&from={next}")).await.is(200);
    assert_eq!(second["effects"], json!([effects[1]]));
    assert_eq!((&second["concerned"], &second["lost"]), (&json!(2), &json!(3)));
    assert_eq!(all.vendor.epoch().await, before);
    assert_eq!(all.held(&all.aurora.id, &all.aurora.member.id).await, ["read", "write"]);
    // What everybody holds is for those who may read that.
    let deleter = all.someone(&["delete:my_org:roles"], &[]).await;
    let told = all.by(&deleter).get(&path).await.is(200);
    assert_eq!(told, json!({"concerned": 2, "subjects": 2, "gained": 0, "lost": 3}));
}

#[tokio::test]
async fn a_role_that_is_held_is_deleted_with_confirmation_alone() {
    let held = Held::open().await;
    let (all, admin) = (&held.all, held.all.by(&held.all.aurora.admin));
    let path = format!("/roles/{}", held.role);
    for query in ["", "?confirm=false"] {
        let detail = admin.delete(&format!("{path}{query}")).await.problem(409, "0001");
        assert!(detail.contains("hold this role: 2.") && detail.contains("/deletion"), "{detail}");
    }
    admin.get(&path).await.is(200);
    admin.delete(&format!("{path}?confirm=true")).await.is(204);
    assert_eq!(all.held(&all.aurora.id, &all.aurora.member.id).await, ["read"]);
    let entry = all.vendor.changes_in_the_log().await.pop().unwrap();
    let numbers = json!({"concerned": 2, "subjects": 2, "gained": 0, "lost": 3});
    assert_eq!(entry["details"]["effect"], numbers);
    for answer in [
        admin.get(&path).await,
        admin.get(&format!("{path}/deletion")).await,
        admin.delete(&format!("{path}?confirm=true")).await,
    ] {
        answer.problem(404, "0002");
    }
}

#[tokio::test]
async fn a_role_that_nobody_holds_is_deleted_without_more_ado() {
    let all = Customers::open().await;
    let role = all.own_role("Unused", &["read"]).await;
    let admin = all.by(&all.aurora.admin);
    let told = admin.get(&format!("/roles/{role}/deletion")).await.is(200);
    assert_eq!(told, json!({"concerned": 0, "subjects": 0, "gained": 0, "lost": 0, "effects": []}));
    admin.delete(&format!("/roles/{role}")).await.is(204);
}

#[tokio::test]
async fn a_deletion_by_the_vendor_says_in_the_log_what_it_did() {
    let held = Held::open().await;
    let all = &held.all;
    all.vendor.delete(&format!("/roles/{}", held.role)).await.is(200);
    let entry = all.vendor.changes_in_the_log().await.pop().unwrap();
    assert_eq!(entry["details"]["effect"]["lost"], 3);
}

#[tokio::test]
async fn of_two_who_delete_a_role_at_once_one_does() {
    let all = Customers::open().await;
    let role = all.own_role("Unused", &[]).await;
    let (admin, path) = (all.by(&all.aurora.admin), format!("/roles/{role}"));
    let (one, other) = tokio::join!(admin.delete(&path), admin.delete(&path));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 404]);
}

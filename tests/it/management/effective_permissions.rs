//! What subjects may do, through what, and why not: and that tokens say the same.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Vendor, claims, segment};
use crate::tokens::{API, Shop};

/// A shop with a member of Aurora, who reads by the tenant's role and deletes by one of Aurora's own.
struct Hall {
    shop: Shop,
    ada: String,
    reader: String,
    cleaner: String,
}

impl Hall {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let (vendor, aurora) = (&shop.vendor, &shop.aurora);
        let reader = vendor.role("Reader", API, &["read"]).await;
        let own = json!({"name": "Cleaner", "type": "organization", "owner_id": aurora});
        let cleaner = vendor.post("/roles", own).await.is(200)["id"].as_str().unwrap().to_owned();
        let held = ["read", "delete"].map(permission);
        let path = format!("/roles/{cleaner}/permissions");
        vendor.post(&path, json!({ "permissions": held })).await.is(201);
        let ada = vendor.user("ada@example.com").await;
        vendor.member_with(aurora, &ada, &[&reader, &cleaner]).await;
        Self { shop, ada, reader, cleaner }
    }

    /// The organization's answer about the member.
    async fn of_ada(&self, more: &str) -> Value {
        let (aurora, ada) = (&self.shop.aurora, segment(&self.ada));
        let path = format!("/organizations/{aurora}/members/{ada}/effective-permissions");
        self.shop.vendor.get(&format!("{path}?resource_server_identifier={API}{more}")).await.is(200)
    }

    async fn of_client(&self, more: &str) -> Value {
        let (aurora, grant) = (&self.shop.aurora, &self.shop.grant);
        let path = format!("/organizations/{aurora}/client-grants/{grant}/effective-permissions");
        self.shop.vendor.get(&format!("{path}{more}")).await.is(200)
    }

    fn envelope(&self) -> String {
        format!("/organizations/{}/envelope", self.shop.aurora)
    }

    fn role(&self, id: &str) -> Value {
        match id == self.reader {
            true => json!({"role_id": id, "role_name": "Reader", "role_type": "tenant"}),
            false => json!({"role_id": id, "role_name": "Cleaner", "role_type": "organization"}),
        }
    }

    fn path(&self, id: &str) -> Value {
        let mut path = self.role(id);
        path["type"] = "role".into();
        path
    }
}

fn permission(name: &str) -> Value {
    json!({"resource_server_identifier": API, "permission_name": name})
}

fn names(answer: &Value) -> Vec<&str> {
    let permissions = answer["permissions"].as_array().unwrap().iter();
    permissions.map(|permission| permission["permission_name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_member_holds_permissions_through_each_role_that_has_them() {
    let hall = Hall::open().await;
    let answer = hall.of_ada("").await;
    let [read, delete] = answer["permissions"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    let mut paths = vec![hall.path(&hall.reader), hall.path(&hall.cleaner)];
    paths.sort_by_key(|path| path["role_id"].as_str().unwrap().to_owned());
    assert_eq!((&read["permission_name"], &read["paths"]), (&json!("read"), &json!(paths)));
    assert_eq!((&read["sources"], &read["withheld"]), (&json!(["roles"]), &json!([])));
    assert_eq!(delete["paths"], json!([hall.path(&hall.cleaner)]));
    assert_eq!(delete["resource_server_identifier"], API);
}

#[tokio::test]
async fn why_not_is_answered_with_the_roles_that_would_do() {
    let hall = Hall::open().await;
    let writer = hall.shop.vendor.role("Writer", API, &["write"]).await;
    let answer = hall.of_ada("&permission_name=write").await;
    assert_eq!((names(&answer), &answer["permissions"][0]["paths"]), (vec!["write"], &json!([])));
    assert_eq!((&answer["roles"][0]["id"], answer["roles"].as_array().unwrap().len()), (&json!(writer), 1));
    assert!(hall.of_ada("&permission_name=read").await.get("roles").is_none());
    assert_eq!(hall.of_ada("&permission_name=unknown").await, json!({"permissions": []}));
}

#[tokio::test]
async fn lists_go_on_where_they_ended() {
    let hall = Hall::open().await;
    let first = hall.of_ada("&take=1").await;
    let next = first["next"].as_str().unwrap();
    let second = hall.of_ada(&format!("&take=1&from={next}")).await;
    assert_eq!((names(&first), names(&second)), (vec!["read"], vec!["delete"]));
    assert!(second.get("next").is_none());
}

#[tokio::test]
async fn the_envelope_suspends_what_own_roles_confer_and_nothing_else() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let envelope = json!({"grantable_permissions": [permission("write")]});
    assert_eq!(vendor.put(&hall.envelope(), envelope.clone()).await.is(200), envelope);
    let answer = hall.of_ada("&include_withheld=true").await;
    let [read, delete] = answer["permissions"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    let mut by_envelope = hall.role(&hall.cleaner);
    by_envelope["by"] = "envelope".into();
    assert_eq!(read["paths"], json!([hall.path(&hall.reader)]));
    assert_eq!(read["withheld"], json!([by_envelope]));
    assert_eq!((&delete["paths"], &delete["withheld"]), (&json!([]), &json!([by_envelope])));
    assert_eq!(names(&hall.of_ada("").await), ["read"]);
    vendor.delete(&hall.envelope()).await.is(204);
    assert_eq!(names(&hall.of_ada("").await), ["read", "delete"]);
    assert_eq!(vendor.get(&hall.envelope()).await.is(200), json!({}));
}

#[tokio::test]
async fn the_tenants_envelope_counts_where_an_organization_has_none() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    vendor.set(json!({"organization_envelope": {"grantable_permissions": []}})).await;
    assert_eq!(names(&hall.of_ada("").await), ["read"]);
    vendor.put(&hall.envelope(), json!({})).await.is(200);
    assert_eq!(names(&hall.of_ada("").await), ["read", "delete"]);
}

#[tokio::test]
async fn a_machines_tokens_change_with_the_envelope_at_once() {
    let hall = Hall::open().await;
    let (vendor, aurora, grant) = (&hall.shop.vendor, &hall.shop.aurora, &hall.shop.grant);
    vendor.delete(&format!("/organizations/{aurora}/client-grants/{grant}")).await.is(204);
    vendor.associate_with(aurora, grant, json!({"roles": [hall.cleaner]})).await;
    assert_eq!(hall.shop.scope_in(aurora).await, "read");
    let answer = hall.of_client("?include_withheld=true").await;
    let held =
        json!([{"type": "client_grant", "client_grant_id": grant, "roles": [hall.role(&hall.cleaner)]}]);
    assert_eq!(
        (names(&answer), &answer["permissions"][0]["paths"]),
        (vec!["read", "write", "delete"], &held)
    );
    assert_eq!(answer["permissions"][1]["withheld"], json!([{"by": "roles"}]));
    assert_eq!(answer["permissions"][2]["withheld"], json!([{"by": "client_grant"}]));
    vendor.put(&hall.envelope(), json!({"grantable_permissions": []})).await.is(200);
    assert_eq!(hall.shop.scope_in(aurora).await, "");
    assert_eq!(names(&hall.of_client("").await), Vec::<&str>::new());
}

#[tokio::test]
async fn a_persons_answer_is_what_the_token_says() {
    let lobby = crate::sign_in::Lobby::open().await;
    let back = lobby
        .sign_in(&lobby.browser(), &[("organization", &lobby.aurora), ("audience", crate::sign_in::API)])
        .await;
    let tokens = lobby.tokens(&back).await;
    let path = format!("/organizations/{}/members/{}", lobby.aurora, segment(&lobby.ada));
    let api = crate::sign_in::API;
    let path = format!("{path}/effective-permissions?resource_server_identifier={api}");
    let answer = lobby.vendor.get(&path).await.is(200);
    assert_eq!(claims(tokens["access_token"].as_str().unwrap())["permissions"], json!(names(&answer)));
}

#[tokio::test]
async fn a_user_holds_permissions_outside_organizations_directly_and_by_roles() {
    let hall = Hall::open().await;
    let (vendor, ada) = (&hall.shop.vendor, segment(&hall.ada));
    vendor.post(&format!("/users/{ada}/roles"), json!({"roles": [hall.reader]})).await.is(204);
    let direct = json!({"permissions": [permission("read")]});
    vendor.post(&format!("/users/{ada}/permissions"), direct).await.is(201);
    let path = format!("/users/{ada}/effective-permissions?resource_server_identifier={API}");
    let answer = vendor.get(&path).await.is(200);
    assert_eq!(names(&answer), ["read"]);
    assert_eq!(answer["permissions"][0]["paths"], json!([{"type": "direct"}, hall.path(&hall.reader)]));
    assert_eq!(answer["permissions"][0]["sources"], json!(["direct", "roles"]));
}

#[rstest]
#[case::unknown_permission(json!({"grantable_permissions": [permission("unknown")]}), 404)]
#[case::without_a_name(json!({"grantable_permissions": [{"resource_server_identifier": API}]}), 400)]
#[case::unknown_field(json!({"colour": "red"}), 400)]
#[case::wrong_type(json!({"grantable_permissions": "all"}), 400)]
#[case::too_many(json!({"grantable_permissions": vec![permission("read"); 1001]}), 400)]
#[tokio::test]
async fn an_envelope_that_cannot_be_is_refused(#[case] envelope: Value, #[case] status: u16) {
    let shop = Shop::open().await;
    let path = format!("/organizations/{}/envelope", shop.aurora);
    shop.vendor.put(&path, envelope).await.is(status);
    assert_eq!(shop.vendor.get(&path).await.is(200), json!({}));
}

#[tokio::test]
async fn who_is_nothing_to_the_organization_is_not_explained() {
    let hall = Hall::open().await;
    let vendor: &Vendor = &hall.shop.vendor;
    let query = format!("effective-permissions?resource_server_identifier={API}");
    let (aurora, borealis, ada) = (&hall.shop.aurora, &hall.shop.borealis, segment(&hall.ada));
    vendor.get(&format!("/organizations/{borealis}/members/{ada}/{query}")).await.is(404);
    vendor.get(&format!("/organizations/{aurora}/members/{ada}/effective-permissions")).await.is(400);
    let unknown = "effective-permissions?resource_server_identifier=unknown";
    vendor.get(&format!("/organizations/{aurora}/members/{ada}/{unknown}")).await.is(404);
    let grant = &hall.shop.grant;
    vendor.delete(&format!("/organizations/{borealis}/client-grants/{grant}")).await.is(204);
    let path = format!("/organizations/{borealis}/client-grants/{grant}/effective-permissions");
    vendor.get(&path).await.is(404);
}

#[tokio::test]
async fn a_policy_that_refuses_tokens_withholds_and_is_named() {
    let hall = Hall::open().await;
    let policy = json!({"name": "Verified", "rules": {"require_verified_email": true}});
    let policy = hall.shop.vendor.post("/access-policies", policy).await.is(201);
    assert_eq!(hall.of_ada("").await["permissions"], json!([]));
    let told = hall.of_ada("&permission_name=read").await["permissions"][0].clone();
    assert_eq!((&told["held"], &told["paths"][0]), (&json!(false), &hall.path(&hall.reader)));
    let expected = json!({"by": "access_policy", "access_policy_id": policy["id"],
        "access_policy_name": "Verified", "rule": "require_verified_email"});
    assert_eq!(told["withheld"], json!([expected]));
    let path = format!("/users/{}", segment(&hall.ada));
    hall.shop.vendor.patch(&path, json!({"email_verified": true})).await.is(200);
    assert_eq!(hall.of_ada("&permission_name=read").await["permissions"][0]["held"], true);
}

#[tokio::test]
async fn through_a_client_its_grant_and_the_policies_about_it_count() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let web = json!({"name": "Web", "app_type": "regular_web", "organization_usage": "allow"});
    let web = vendor.application(web).await;
    let by_grant = json!({"subject_type_authorization": {"user": {"policy": "require_client_grant"}}});
    vendor.patch(&format!("/resource-servers/{}", hall.shop.api), by_grant).await.is(200);
    let through = format!("&client_id={}", web.id);
    let read = format!("{through}&permission_name=read");
    assert_eq!(hall.of_ada(&through).await["permissions"], json!([]));
    assert_eq!(hall.of_ada(&read).await["permissions"][0]["withheld"], json!([{"by": "client_grant"}]));
    vendor.grant_with(&web, API, &["read"], json!({"subject_type": "user"})).await;
    let held = |told: &Value| told["permissions"].as_array().unwrap().len();
    assert_eq!((held(&hall.of_ada(&through).await), held(&hall.of_ada("").await)), (1, 2));
    let policy = json!({"name": "Elsewhere", "applies_to": {"client_id": web.id},
        "rules": {"allowed_organizations": [hall.shop.borealis]}});
    vendor.post("/access-policies", policy).await.is(201);
    assert_eq!((held(&hall.of_ada(&through).await), held(&hall.of_ada("").await)), (0, 2));
}

#[tokio::test]
async fn through_a_client_that_does_not_lead_there_nothing_is_held() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let web = vendor.application(json!({"name": "Web", "app_type": "regular_web"})).await;
    let read = format!("&client_id={}&permission_name=read", web.id);
    let bars = async || hall.of_ada(&read).await["permissions"][0]["withheld"].clone();
    assert_eq!(bars().await, json!([{"by": "organization_usage"}]));
    let path = format!("/clients/{}", web.id);
    vendor.patch(&path, json!({"organization_usage": "allow"})).await.is(200);
    assert_eq!(bars().await, json!([]));
    vendor.patch(&path, json!({"organization_usage": null, "is_first_party": false})).await.is(200);
    assert_eq!(bars().await, json!([{"by": "organization_usage"}, {"by": "third_party_client_access"}]));
}

#[tokio::test]
async fn who_is_blocked_holds_nothing_and_is_told_why() {
    let hall = Hall::open().await;
    let path = format!("/users/{}", segment(&hall.ada));
    hall.shop.vendor.patch(&path, json!({"blocked": true})).await.is(200);
    assert_eq!(hall.of_ada("").await["permissions"], json!([]));
    let told = hall.of_ada("&permission_name=read").await["permissions"][0].clone();
    assert_eq!((&told["held"], &told["paths"][0]), (&json!(false), &hall.path(&hall.reader)));
    assert_eq!(told["withheld"], json!([{"by": "blocked"}]));
}

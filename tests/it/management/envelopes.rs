//! Envelopes: what organizations may confer, and what becomes of what they conferred. Design section 7.

use rstest::rstest;
use serde_json::{Value, json};

use crate::actions::{CLAIM, post_login};
use crate::harness::{Vendor, claims, permissions, segment};
use crate::sign_in::Lobby;
use crate::tokens::{API, Shop};

impl Vendor {
    /// Has a member hold all roles by the organization's own word.
    pub async fn conferred(&self, organization: &str, user: &str) {
        let row = format!(
            "UPDATE membership_roles SET by_organization = true
             WHERE organization_id = '{organization}' AND user_id = '{user}'"
        );
        self.node.database.execute(row).await;
    }

    /// Has the client of a grant be in an organization by its own word.
    pub async fn let_in(&self, organization: &str, grant: &str) {
        let row = format!(
            "UPDATE organization_client_grants SET by_organization = true
             WHERE organization_id = '{organization}' AND grant_id = '{grant}'"
        );
        self.node.database.execute(row).await;
    }
}

/// A shop with Ada in Aurora, who reads there by a role of the tenant that Aurora conferred.
struct Hall {
    shop: Shop,
    ada: String,
    reader: String,
}

impl Hall {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let reader = shop.vendor.role("Reader", API, &["read"]).await;
        let ada = shop.vendor.user("ada@example.com").await;
        shop.vendor.member_with(&shop.aurora, &ada, &[&reader]).await;
        shop.vendor.conferred(&shop.aurora, &ada).await;
        Self { shop, ada, reader }
    }

    fn envelope(&self) -> String {
        format!("/organizations/{}/envelope", self.shop.aurora)
    }

    async fn set(&self, envelope: Value) {
        self.shop.vendor.put(&self.envelope(), envelope).await.is(200);
    }

    fn roles(&self) -> String {
        format!("/organizations/{}/members/{}/roles", self.shop.aurora, segment(&self.ada))
    }

    /// Whether Ada reads in Aurora, and what stands in the way.
    async fn reads(&self) -> (Value, Value) {
        let (aurora, ada) = (&self.shop.aurora, segment(&self.ada));
        let path = format!("/organizations/{aurora}/members/{ada}/effective-permissions");
        let path = format!("{path}?resource_server_identifier={API}&permission_name=read");
        let answer = self.shop.vendor.get(&path).await.is(200);
        let read = &answer["permissions"][0];
        (read["held"].clone(), read["withheld"].clone())
    }
}

#[tokio::test]
async fn an_envelope_is_shown_as_it_was_set_and_gone_when_it_is_taken_away() {
    let hall = Hall::open().await;
    let vendor = &hall.shop.vendor;
    let envelope = json!({"assignable_roles": [hall.reader], "own_roles": 5, "machine_clients": 0, "seats": 100,
        "invitations_per_day": 20, "portal": ["members", "logs"],
        "grantable_permissions": permissions(API, &["read"])["permissions"]});
    assert_eq!(vendor.put(&hall.envelope(), envelope.clone()).await.is(200), envelope);
    assert_eq!(vendor.get(&hall.envelope()).await.is(200), envelope);
    vendor.delete(&hall.envelope()).await.is(204);
    assert_eq!(vendor.get(&hall.envelope()).await.is(200), json!({}));
    vendor.set(json!({"organization_envelope": envelope})).await;
    assert_eq!(vendor.get(&hall.envelope()).await.is(200), envelope);
    assert_eq!(vendor.get("/tenants/settings").await.is(200)["organization_envelope"], envelope);
}

#[rstest]
#[case::negative(json!({"seats": -1}))]
#[case::a_part(json!({"own_roles": 0.5}))]
#[case::text(json!({"machine_clients": "3"}))]
#[case::too_many(json!({"invitations_per_day": 2_147_483_648_u64}))]
#[case::an_unknown_section(json!({"portal": ["members", "billing"]}))]
#[case::sections_without_end(json!({"portal": vec!["members"; 9]}))]
#[case::no_list(json!({"assignable_roles": "all"}))]
#[case::no_text(json!({"assignable_roles": [1]}))]
#[case::too_many_roles(json!({"assignable_roles": vec!["rol_1"; 1001]}))]
#[case::an_unknown_role(json!({"assignable_roles": ["rol_unknown"]}))]
#[tokio::test]
async fn an_envelope_that_cannot_be_is_refused_and_changes_nothing(#[case] envelope: Value) {
    let shop = Shop::open().await;
    let path = format!("/organizations/{}/envelope", shop.aurora);
    let epoch = shop.vendor.epoch().await;
    assert_eq!(shop.vendor.put(&path, envelope.clone()).await.is(400)["errorCode"], "invalid_body");
    let settings = json!({"organization_envelope": envelope});
    assert_eq!(shop.vendor.patch("/tenants/settings", settings).await.is(400)["errorCode"], "invalid_body");
    let tried = json!({"type": "set_envelope", "organization_id": shop.aurora, "body": envelope});
    assert_eq!(shop.vendor.post("/dry-runs", tried).await.is(400)["errorCode"], "invalid_body");
    assert_eq!(shop.vendor.get(&path).await.is(200), json!({}));
    assert_eq!(shop.vendor.epoch().await, epoch);
}

#[tokio::test]
async fn roles_that_are_none_of_the_tenants_cannot_be_assignable() {
    let hall = Hall::open().await;
    let (vendor, aurora) = (&hall.shop.vendor, &hall.shop.aurora);
    let own = json!({"name": "Own", "type": "organization", "owner_id": aurora});
    let own = vendor.post("/roles", own).await.is(200)["id"].as_str().unwrap().to_owned();
    let elsewhere = vendor.rival().await.role("Elsewhere", "", &[]).await;
    for role in [&own, &elsewhere] {
        let envelope = json!({"assignable_roles": [hall.reader, role]});
        let message = format!("One or more of the specified roles do not exist: {role}");
        vendor.put(&hall.envelope(), envelope.clone()).await.refuses(400, "invalid_body", &message);
        let settings = json!({"organization_envelope": envelope});
        vendor.patch("/tenants/settings", settings).await.refuses(400, "invalid_body", &message);
    }
}

#[tokio::test]
async fn a_role_that_is_deleted_later_no_longer_counts() {
    let hall = Hall::open().await;
    let spare = hall.shop.vendor.role("Spare", "", &[]).await;
    let envelope = json!({"assignable_roles": [spare]});
    hall.set(envelope.clone()).await;
    hall.shop.vendor.delete(&format!("/roles/{spare}")).await.is(200);
    assert_eq!(hall.shop.vendor.get(&hall.envelope()).await.is(200), envelope);
    assert_eq!(hall.reads().await.0, false);
}

#[tokio::test]
async fn what_an_organization_conferred_is_suspended_with_its_envelope_and_there_again() {
    let hall = Hall::open().await;
    assert_eq!(hall.reads().await, (json!(true), json!([])));
    let withheld = json!([{"role_id": hall.reader, "role_name": "Reader", "role_type": "tenant",
        "by": "envelope"}]);
    let vendor = &hall.shop.vendor;
    for lowered in [true, false] {
        match lowered {
            true => hall.set(json!({"assignable_roles": []})).await,
            false => vendor.set(json!({"organization_envelope": {"assignable_roles": []}})).await,
        }
        assert_eq!(hall.reads().await, (json!(false), withheld.clone()));
        assert_eq!(
            vendor.get(&hall.roles()).await.is(200)[0]["id"],
            json!(hall.reader),
            "nothing is deleted"
        );
        match lowered {
            true => vendor.delete(&hall.envelope()).await.is(204),
            false => vendor.patch("/tenants/settings", json!({"organization_envelope": null})).await.is(200),
        };
        assert_eq!(hall.reads().await, (json!(true), json!([])));
    }
    hall.set(json!({"assignable_roles": [hall.reader]})).await;
    assert_eq!(hall.reads().await, (json!(true), json!([])));
}

#[tokio::test]
async fn a_role_that_the_vendor_gives_again_is_the_vendors_word_and_never_suspended() {
    let hall = Hall::open().await;
    hall.set(json!({"assignable_roles": []})).await;
    let twice = json!({"roles": [hall.reader, hall.reader]});
    let tried = json!({"type": "add_member_roles", "organization_id": hall.shop.aurora, "user_id": hall.ada,
        "body": twice});
    let told = hall.shop.vendor.post("/dry-runs", tried).await.is(200);
    assert_eq!((&told["subjects"], &told["gained"]), (&json!(1), &json!(1)));
    hall.shop.vendor.post(&hall.roles(), twice).await.is(204);
    assert_eq!(hall.reads().await, (json!(true), json!([])));
}

#[tokio::test]
async fn a_role_that_an_organization_gives_again_stays_the_vendors_word() {
    use guildhall_domain::id::{OrganizationId, RoleId, UserId};
    use guildhall_domain::log::{Actor, Change, Origin};
    use guildhall_domain::policy::issuance;
    use guildhall_domain::role::ConferredBy;

    let hall = Hall::open().await;
    hall.shop.vendor.post(&hall.roles(), json!({"roles": [hall.reader]})).await.is(204);
    let (app, id) = (hall.shop.vendor.node.app(), OrganizationId::new(&hall.shop.aurora));
    let (ada, roles) = (UserId::new(&hall.ada), vec![RoleId::new(&hall.reader)]);
    crate::harness::concurrently(async move {
        let tenant = app.tenant_of_host("vendor.test").await.unwrap().unwrap();
        let scope = issuance(&tenant.id);
        let mut unit = app.store().begin(&scope, Actor::Operator, Origin::default()).await.unwrap();
        let (inside, by) = (scope.organization(id.clone()), ConferredBy::Organization);
        guildhall_persistence::membership_roles::insert(&unit, &inside, &ada, &roles, by).await.unwrap();
        unit.record(Change::new("organization.member_roles_added", id.as_str()).within(&id)).await.unwrap();
        unit.commit().await.unwrap();
    })
    .await
    .unwrap();
    hall.set(json!({"assignable_roles": []})).await;
    assert_eq!(hall.reads().await, (json!(true), json!([])));
}

#[tokio::test]
async fn a_role_that_is_suspended_is_in_no_claim_and_no_action_knows_of_it() {
    let lobby = Lobby::open().await;
    let (vendor, aurora, ada) = (&lobby.vendor, &lobby.aurora, &lobby.ada);
    vendor.mapping(json!({}), "held", json!({"type": "roles"})).await;
    let script =
        post_login(&format!("api.accessToken.setCustomClaim('{CLAIM}', event.authorization.roles);"));
    vendor.run("post-login", &[(&script, json!({}))]).await;
    let told = async || {
        let more = [("organization", aurora.as_str()), ("audience", API)];
        let tokens = lobby.tokens(&lobby.sign_in(&lobby.browser(), &more).await).await;
        let token = claims(tokens["access_token"].as_str().unwrap());
        (token["held"].clone(), token[CLAIM].clone())
    };
    vendor.conferred(aurora, ada).await;
    let envelope = format!("/organizations/{aurora}/envelope");
    vendor.put(&envelope, json!({"assignable_roles": []})).await.is(200);
    assert_eq!(told().await, (json!([]), json!([])));
    vendor.put(&envelope, json!({"assignable_roles": [lobby.reader]})).await.is(200);
    assert_eq!(told().await, (json!(["Reader"]), json!(["Reader"])));
}

#[tokio::test]
async fn a_client_that_an_organization_let_in_holds_what_the_organization_may_grant() {
    let hall = Hall::open().await;
    let (shop, vendor) = (&hall.shop, &hall.shop.vendor);
    vendor.let_in(&shop.aurora, &shop.grant).await;
    vendor.let_in(&shop.borealis, &shop.grant).await;
    assert_eq!(shop.scope_in(&shop.aurora).await, "read write");
    hall.set(json!({"grantable_permissions": permissions(API, &["read"])["permissions"]})).await;
    assert_eq!(shop.scope_in(&shop.aurora).await, "read");
    assert_eq!(shop.scope_in(&shop.borealis).await, "read write", "another organization's envelope");
    let path = format!("/organizations/{}/client-grants/{}/effective-permissions", shop.aurora, shop.grant);
    let write = vendor.get(&format!("{path}?permission_name=write")).await.is(200)["permissions"][0].clone();
    assert_eq!((&write["held"], &write["withheld"]), (&json!(false), &json!([{"by": "envelope"}])));
    // The vendor's word that it may be anywhere is not the organization's to lose.
    let grant = format!("/client-grants/{}", shop.grant);
    vendor.patch(&grant, json!({"allow_any_organization": true})).await.is(200);
    assert_eq!(shop.scope_in(&shop.aurora).await, "read write");
    vendor.patch(&grant, json!({"allow_any_organization": false})).await.is(200);
    assert_eq!(shop.scope_in(&shop.aurora).await, "read");
    vendor.delete(&hall.envelope()).await.is(204);
    assert_eq!(shop.scope_in(&shop.aurora).await, "read write");
}

#[tokio::test]
async fn the_roles_of_a_client_that_an_organization_let_in_are_suspended_like_those_of_members() {
    let hall = Hall::open().await;
    let (shop, vendor) = (&hall.shop, &hall.shop.vendor);
    vendor.mapping(json!({}), "held", json!({"type": "roles"})).await;
    let corona = vendor.organization("corona").await;
    vendor.associate_with(&corona, &shop.grant, json!({"roles": [hall.reader]})).await;
    vendor.let_in(&corona, &shop.grant).await;
    let told = async || {
        let token = claims(&shop.ask_in(&corona).await.token());
        (token["scope"].as_str().unwrap_or_default().to_owned(), token["held"].clone())
    };
    assert_eq!(told().await, ("read".to_owned(), json!(["Reader"])));
    let envelope = format!("/organizations/{corona}/envelope");
    vendor.put(&envelope, json!({"assignable_roles": []})).await.is(200);
    assert_eq!(told().await, (String::new(), json!([])));
    vendor.delete(&envelope).await.is(204);
    assert_eq!(told().await, ("read".to_owned(), json!(["Reader"])));
}

#[tokio::test]
async fn a_client_that_the_vendor_lets_in_again_is_there_by_the_vendors_word() {
    let hall = Hall::open().await;
    let (shop, vendor) = (&hall.shop, &hall.shop.vendor);
    vendor.let_in(&shop.aurora, &shop.grant).await;
    hall.set(json!({"grantable_permissions": [], "assignable_roles": []})).await;
    assert_eq!(shop.scope_in(&shop.aurora).await, "");
    vendor.set(json!({"limits": {"client_grants_per_organization": 1}})).await;
    let path = format!("/organizations/{}/client-grants", shop.aurora);
    let again = json!({"grant_id": shop.grant, "roles": [hall.reader]});
    let tried =
        json!({"type": "add_organization_client_grant", "organization_id": shop.aurora, "body": again});
    assert_eq!(vendor.post("/dry-runs", tried).await.is(200)["gained"], 1);
    assert_eq!(vendor.post(&path, again.clone()).await.is(201)["roles"], json!([hall.reader]));
    assert_eq!(shop.scope_in(&shop.aurora).await, "read");
    let change = vendor.changes_in_the_log().await.pop().unwrap();
    let marks = |name: &str| change["details"][name]["by_organization"].clone();
    assert_eq!((marks("before"), marks("after")), (json!(true), json!(false)));
    assert_eq!(vendor.post(&path, again).await.is(409)["errorCode"], "organization_client_grant_conflict");
}

#[tokio::test]
async fn a_dry_run_of_an_envelope_counts_all_that_the_organization_conferred() {
    let hall = Hall::open().await;
    let (shop, vendor) = (&hall.shop, &hall.shop.vendor);
    // Bob holds the same by the vendor's word, and the client is there by it until the second dry run.
    let bob = vendor.user("bob@example.com").await;
    vendor.member_with(&shop.aurora, &bob, &[&hall.reader]).await;
    let tried = json!({"type": "set_envelope", "organization_id": shop.aurora,
        "body": {"assignable_roles": [], "grantable_permissions": []}});
    let ada = json!({"subject": {"type": "user", "id": hall.ada}, "organization_id": shop.aurora,
        "resource_server_identifier": API, "gained": [], "lost": ["read"]});
    let told = vendor.post("/dry-runs", tried.clone()).await.is(200);
    assert_eq!((&told["concerned"], &told["effects"]), (&json!(1), &json!([ada])));
    vendor.let_in(&shop.aurora, &shop.grant).await;
    let client = json!({"subject": {"type": "client", "id": shop.machine.id}, "organization_id": shop.aurora,
        "resource_server_identifier": API, "gained": [], "lost": ["read", "write"]});
    let told = vendor.post("/dry-runs", tried.clone()).await.is(200);
    assert_eq!((&told["concerned"], &told["effects"]), (&json!(2), &json!([ada, client])));
    hall.set(tried["body"].clone()).await;
    let effect = &vendor.changes_in_the_log().await.pop().unwrap()["details"]["effect"];
    assert_eq!(
        (&effect["concerned"], &effect["subjects"], &effect["lost"]),
        (&json!(2), &json!(2), &json!(3))
    );
}

//! Dry runs: what they tell is what the change then does, and nothing of it is done before.

mod anywhere;
mod lists;
mod refusals;
mod strategies;
mod turns;

use std::collections::BTreeMap;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Machine, claims, permissions, segment};
use crate::tokens::{API, Shop};

/// A shop with people and clients of every kind.
struct Hall {
    shop: Shop,
    /// Without members and clients.
    cirrus: String,
    /// The tenant's, with `read`.
    reader: String,
    /// Aurora's own, with `read` and `delete`.
    cleaner: String,
    /// A member of Aurora with both roles.
    ada: String,
    /// A member of Borealis who reads, with a verified address.
    bob: String,
    /// Outside organizations: reads by the role, writes directly.
    eve: String,
    /// Has a grant for everything, with the role of a reader in Aurora.
    robot: Machine,
    robots_grant: String,
    /// Has no grant.
    idle: Machine,
}

/// A change, as a dry run and as the request that makes it.
struct Change {
    tried: Value,
    method: Method,
    path: String,
}

/// What each subject holds: by subject and organization.
type Rights = BTreeMap<(String, String), Vec<String>>;

impl Hall {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let (vendor, aurora, borealis) = (&shop.vendor, &shop.aurora, &shop.borealis);
        let cirrus = vendor.organization("cirrus").await;
        let reader = vendor.role("Reader", API, &["read"]).await;
        let own = json!({"name": "Cleaner", "type": "organization", "owner_id": aurora});
        let cleaner = vendor.post("/roles", own).await.is(200)["id"].as_str().unwrap().to_owned();
        let path = format!("/roles/{cleaner}/permissions");
        vendor.post(&path, permissions(API, &["read", "delete"])).await.is(201);
        let ada = vendor.user("ada@example.com").await;
        vendor.member_with(aurora, &ada, &[&reader, &cleaner]).await;
        let verified = json!({"email_verified": true});
        let bob = vendor.user_in("Username-Password-Authentication", "bob@example.com", verified).await;
        vendor.member_with(borealis, &bob, &[&reader]).await;
        let eve = vendor.user("eve@example.com").await;
        let path = format!("/users/{}", segment(&eve));
        vendor.post(&format!("{path}/roles"), json!({"roles": [reader]})).await.is(204);
        vendor.post(&format!("{path}/permissions"), permissions(API, &["write"])).await.is(201);
        let robot = vendor.client("Robot").await;
        let robots_grant = vendor.grant(&robot, API, &["read", "write", "delete"], "allow").await;
        vendor.associate_with(aurora, &robots_grant, json!({"roles": [reader]})).await;
        let idle = vendor.client("Idle").await;
        Self { cirrus, reader, cleaner, ada, bob, eve, robot, robots_grant, idle, shop }
    }

    /// What everybody holds, as effective permissions and tokens say.
    async fn rights(&self) -> Rights {
        let (vendor, shop) = (&self.shop.vendor, &self.shop);
        let mut rights = Rights::new();
        let query = format!("effective-permissions?resource_server_identifier={API}");
        for user in [&self.ada, &self.bob, &self.eve] {
            let path = format!("/users/{}/{query}", segment(user));
            rights.insert((user.clone(), String::new()), names(&vendor.get(&path).await.is(200)));
        }
        for (organization, member) in [(&shop.aurora, &self.ada), (&shop.borealis, &self.bob)] {
            let path = format!("/organizations/{organization}/members/{}/{query}", segment(member));
            let held = names(&vendor.get(&path).await.is(200));
            rights.insert((member.clone(), organization.clone()), held);
        }
        for machine in [&shop.machine, &self.robot, &self.idle] {
            for organization in ["", &shop.aurora, &shop.borealis, &self.cirrus] {
                let asked = [("audience", API), ("organization", organization)];
                let answer = vendor.ask(machine, &asked).await;
                let held = match answer.succeeded() {
                    true => claims(&answer.token())["scope"].as_str().unwrap_or_default().to_owned(),
                    false => String::new(),
                };
                let held = held.split_whitespace().map(str::to_owned).collect();
                rights.insert((machine.id.clone(), organization.to_owned()), held);
            }
        }
        rights
    }

    async fn policy(&self) -> String {
        let applies_to = json!({"audience": API});
        self.shop.vendor.policy(applies_to, json!({"require_verified_email": true})).await
    }

    fn envelope(&self) -> String {
        format!("/organizations/{}/envelope", self.shop.aurora)
    }

    async fn try_out(&self, tried: &Value) -> Value {
        self.shop.vendor.post("/dry-runs", tried.clone()).await.is(200)
    }

    async fn change(&self, kind: &str) -> Change {
        let Self { reader, cleaner, eve, robots_grant, cirrus, .. } = self;
        let (aurora, borealis, grant) = (&self.shop.aurora, &self.shop.borealis, &self.shop.grant);
        let (ada, bob) = (segment(&self.ada), segment(&self.bob));
        let user = format!("/users/{}", segment(eve));
        let roles = |role: &str| json!({"roles": [role]});
        let (method, path, ids, body) = match kind {
            "add_role_permissions" => {
                let path = format!("/roles/{reader}/permissions");
                (Method::POST, path, json!({"role_id": reader}), permissions(API, &["write", "delete"]))
            }
            "remove_role_permissions" => {
                let path = format!("/roles/{reader}/permissions");
                (Method::DELETE, path, json!({"role_id": reader}), permissions(API, &["read", "delete"]))
            }
            "add_member_roles" => {
                let writer = self.shop.vendor.role("Writer", API, &["read", "write"]).await;
                let path = format!("/organizations/{borealis}/members/{bob}/roles");
                let ids = json!({"organization_id": borealis, "user_id": self.bob});
                (Method::POST, path, ids, roles(&writer))
            }
            "remove_member_roles" => {
                let path = format!("/organizations/{aurora}/members/{ada}/roles");
                let ids = json!({"organization_id": aurora, "user_id": self.ada});
                (Method::DELETE, path, ids, roles(cleaner))
            }
            "add_user_roles" => {
                let path = format!("/users/{ada}/roles");
                (Method::POST, path, json!({"user_id": self.ada}), roles(reader))
            }
            "remove_user_roles" => {
                (Method::DELETE, format!("{user}/roles"), json!({"user_id": eve}), roles(reader))
            }
            "add_role_users" => {
                let body = json!({"users": [self.ada, self.bob, eve]});
                (Method::POST, format!("/roles/{reader}/users"), json!({"role_id": reader}), body)
            }
            "add_user_permissions" => {
                let body = permissions(API, &["write", "delete"]);
                (Method::POST, format!("{user}/permissions"), json!({"user_id": eve}), body)
            }
            "remove_user_permissions" => {
                let body = permissions(API, &["write"]);
                (Method::DELETE, format!("{user}/permissions"), json!({"user_id": eve}), body)
            }
            "create_client_grant" => {
                let body = json!({
                    "client_id": self.idle.id, "audience": API, "scope": ["read"],
                    "organization_usage": "allow",
                });
                (Method::POST, "/client-grants".to_owned(), json!({}), body)
            }
            "update_client_grant" => {
                let ids = json!({"client_grant_id": robots_grant});
                (Method::PATCH, format!("/client-grants/{robots_grant}"), ids, json!({"scope": ["delete"]}))
            }
            "delete_client_grant" => {
                let ids = json!({"client_grant_id": grant});
                (Method::DELETE, format!("/client-grants/{grant}"), ids, Value::Null)
            }
            "add_organization_client_grant" => {
                let body = json!({"grant_id": robots_grant, "scope": ["write", "delete"]});
                let path = format!("/organizations/{cirrus}/client-grants");
                (Method::POST, path, json!({"organization_id": cirrus}), body)
            }
            "remove_organization_client_grant" => {
                let path = format!("/organizations/{aurora}/client-grants/{robots_grant}");
                let ids = json!({"organization_id": aurora, "client_grant_id": robots_grant});
                (Method::DELETE, path, ids, Value::Null)
            }
            "set_envelope" => {
                let body = json!({"grantable_permissions": permissions(API, &["write"])["permissions"]});
                (Method::PUT, self.envelope(), json!({"organization_id": aurora}), body)
            }
            "delete_envelope" => {
                let none = json!({"grantable_permissions": []});
                self.shop.vendor.put(&self.envelope(), none).await.is(200);
                (Method::DELETE, self.envelope(), json!({"organization_id": aurora}), Value::Null)
            }
            "create_access_policy" => {
                let body = json!({"name": "Proven", "rules": {"require_verified_email": true}});
                (Method::POST, "/access-policies".to_owned(), json!({}), body)
            }
            "update_access_policy" => {
                let id = self.policy().await;
                let body = json!({"applies_to": {"organization_id": aurora}, "rules": {"allowed_clients": [
                    self.shop.machine.id,
                ]}});
                (Method::PATCH, format!("/access-policies/{id}"), json!({"access_policy_id": id}), body)
            }
            "delete_access_policy" => {
                let id = self.policy().await;
                let ids = json!({"access_policy_id": id});
                (Method::DELETE, format!("/access-policies/{id}"), ids, Value::Null)
            }
            _ => panic!("{kind} is no kind of change"),
        };
        let mut tried = ids;
        tried["type"] = kind.into();
        if !body.is_null() {
            tried["body"] = body;
        }
        Change { tried, method, path }
    }

    /// What the last change left in the log: the whole of it, and its entries in organizations.
    async fn logged(&self) -> (Value, Vec<Value>) {
        let mut entries = self.shop.vendor.changes_in_the_log().await;
        let request = entries.last().unwrap()["details"]["request_id"].clone();
        entries.retain(|entry| entry["details"]["request_id"] == request);
        (entries.remove(0), entries)
    }

    async fn make(&self, change: &Change) {
        let answer = self.shop.vendor.call(change.method.clone(), &change.path, change.tried.get("body"));
        let answer = answer.await;
        assert!(answer.succeeded(), "{}: {}", answer.asked, answer.text);
    }
}

fn names(answer: &Value) -> Vec<String> {
    let permissions = answer["permissions"].as_array().unwrap().iter();
    permissions.map(|permission| permission["permission_name"].as_str().unwrap().to_owned()).collect()
}

/// What is held of `of` and not of `but`.
fn only<'a>(of: &'a [String], but: &[String]) -> Vec<&'a String> {
    of.iter().filter(|name| !but.contains(name)).collect()
}

/// Who gains and loses what between two readings, in the order of subjects and organizations.
fn difference(before: &Rights, after: &Rights) -> Vec<Value> {
    let mut effects = Vec::new();
    for ((subject, organization), had) in before {
        let has = &after[&(subject.clone(), organization.clone())];
        let (gained, lost) = (only(has, had), only(had, has));
        if gained.is_empty() && lost.is_empty() {
            continue;
        }
        let kind = if subject.contains('|') { "user" } else { "client" };
        let mut effect = json!({
            "subject": {"type": kind, "id": subject}, "resource_server_identifier": API,
            "gained": gained, "lost": lost,
        });
        if !organization.is_empty() {
            effect["organization_id"] = organization.as_str().into();
        }
        effects.push(effect);
    }
    effects
}

/// The effects of an answer, in the order of [`difference`].
fn effects(told: &Value) -> Vec<Value> {
    let mut effects = told["effects"].as_array().unwrap().clone();
    effects.sort_by_key(|effect| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&effect["subject"]["id"]), text(&effect["organization_id"]))
    });
    effects
}

fn total(effects: &[Value], which: &str) -> usize {
    effects.iter().map(|effect| effect[which].as_array().unwrap().len()).sum()
}

#[rstest]
#[case("add_role_permissions")]
#[case("remove_role_permissions")]
#[case("add_member_roles")]
#[case("remove_member_roles")]
#[case("add_user_roles")]
#[case("remove_user_roles")]
#[case("add_role_users")]
#[case("add_user_permissions")]
#[case("remove_user_permissions")]
#[case("create_client_grant")]
#[case("update_client_grant")]
#[case("delete_client_grant")]
#[case("add_organization_client_grant")]
#[case("remove_organization_client_grant")]
#[case("set_envelope")]
#[case("delete_envelope")]
#[case("create_access_policy")]
#[case("update_access_policy")]
#[case("delete_access_policy")]
#[tokio::test]
async fn what_is_told_is_what_the_change_does_and_what_the_log_says(#[case] kind: &str) {
    let hall = Hall::open().await;
    let change = hall.change(kind).await;
    let before = hall.rights().await;
    let told = hall.try_out(&change.tried).await;
    hall.make(&change).await;
    let expected = difference(&before, &hall.rights().await);
    assert!(!expected.is_empty(), "{kind} does nothing");
    assert_eq!(effects(&told), expected, "{kind}: {told}");
    let numbers = json!({
        "concerned": told["concerned"], "subjects": expected.len(),
        "gained": total(&expected, "gained"), "lost": total(&expected, "lost"),
    });
    let (log, of_organizations) = hall.logged().await;
    assert_eq!(log["details"]["effect"], numbers, "{kind}");
    for entry in of_organizations {
        assert!(
            entry["details"].get("effect").is_none(),
            "that of one organization is not that of all: {entry}"
        );
    }
    for (name, number) in numbers.as_object().unwrap() {
        assert_eq!(&told[name], number, "{kind}: {name}");
    }
}

#[rstest]
#[case("add_role_permissions")]
#[case("delete_client_grant")]
#[case("set_envelope")]
#[case("create_access_policy")]
#[tokio::test]
async fn nothing_is_done_by_trying(#[case] kind: &str) {
    let hall = Hall::open().await;
    let change = hall.change(kind).await;
    let (before, epoch) = (hall.rights().await, hall.shop.vendor.epoch().await);
    hall.try_out(&change.tried).await;
    assert_eq!(hall.rights().await, before);
    assert_eq!(hall.shop.vendor.epoch().await, epoch);
    assert_eq!(hall.shop.vendor.epochs_in_the_log().await.len() as i64, epoch);
}

#[tokio::test]
async fn a_change_that_makes_no_difference_concerns_those_who_hold_what_it_changes() {
    let hall = Hall::open().await;
    let tried = json!({
        "type": "add_role_permissions", "role_id": hall.reader, "body": permissions(API, &["read"]),
    });
    // Ada, Bob and Eve, and the robot.
    let expected = json!({"concerned": 4, "subjects": 0, "gained": 0, "lost": 0, "effects": []});
    assert_eq!(hall.try_out(&tried).await, expected);
}

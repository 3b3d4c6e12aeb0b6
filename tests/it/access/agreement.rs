//! What searches find is what evaluation permits (section 8.1), in settings made by chance.

use std::collections::{BTreeSet, HashMap};

use rstest::rstest;
use serde_json::{Value, json};

use super::ask;
use crate::harness::{Vendor, permissions, segment};

const APIS: [&str; 2] = ["https://one.example", "https://two.example"];
const NAMES: [&str; 3] = ["read", "write", "delete"];

/// The same numbers for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.below(number) == 0
    }

    fn some<'a>(&mut self, of: &[&'a str]) -> Vec<&'a str> {
        of.iter().copied().filter(|_| self.one_in(2)).collect()
    }
}

/// What there is to ask about.
struct Setting {
    vendor: Vendor,
    organizations: Vec<String>,
    /// Users and clients, by type and id.
    subjects: Vec<(&'static str, String)>,
}

impl Setting {
    async fn by(chance: &mut Chance) -> Self {
        let vendor = Vendor::new().await;
        for api in APIS {
            vendor.api(api, &NAMES).await;
        }
        let organizations = vec![vendor.organization("aurora").await, vendor.organization("borealis").await];
        let mut setting = Self { vendor, organizations, subjects: Vec::new() };
        setting.people(chance).await;
        setting.machines(chance).await;
        setting.limits(chance).await;
        setting
    }

    async fn roles(&self, chance: &mut Chance, owner: Option<&str>) -> Vec<String> {
        let mut roles = Vec::new();
        for number in 0..2 {
            let mut new = json!({"name": format!("Role {number}")});
            if let Some(owner) = owner {
                new = json!({"name": format!("Own {number}"), "type": "organization", "owner_id": owner});
            }
            let role = self.vendor.post("/roles", new).await.is(200)["id"].as_str().unwrap().to_owned();
            for api in APIS {
                let names = chance.some(&NAMES);
                if !names.is_empty() {
                    let path = format!("/roles/{role}/permissions");
                    self.vendor.post(&path, permissions(api, &names)).await.is(201);
                }
            }
            roles.push(role);
        }
        roles
    }

    async fn people(&mut self, chance: &mut Chance) {
        let of_tenant = self.roles(chance, None).await;
        let mut own = HashMap::new();
        for organization in &self.organizations {
            own.insert(organization.clone(), self.roles(chance, Some(organization)).await);
        }
        for number in 0..5 {
            let more = json!({"blocked": chance.one_in(6), "email_verified": chance.one_in(2)});
            let email = format!("user{number}@example.com");
            let user = self.vendor.user_in("Username-Password-Authentication", &email, more).await;
            for organization in &self.organizations {
                if chance.one_in(3) {
                    continue;
                }
                let mut roles: Vec<&str> = of_tenant.iter().map(String::as_str).collect();
                roles.extend(own[organization].iter().map(String::as_str));
                match chance.some(&roles).as_slice() {
                    [] => self.vendor.member(organization, &user).await,
                    roles => self.vendor.member_with(organization, &user, roles).await,
                }
            }
            let of_user = format!("/users/{}", segment(&user));
            if chance.one_in(2) {
                let roles = json!({"roles": [of_tenant[0]]});
                self.vendor.post(&format!("{of_user}/roles"), roles).await.is(204);
            }
            let direct = chance.some(&NAMES);
            if !direct.is_empty() {
                let direct = permissions(APIS[1], &direct);
                self.vendor.post(&format!("{of_user}/permissions"), direct).await.is(201);
            }
            self.subjects.push(("user", user));
        }
        self.subjects.push(("user", "auth0|nobody".to_owned()));
    }

    async fn machines(&mut self, chance: &mut Chance) {
        for number in 0..3 {
            let client = self.vendor.client(&format!("Client {number}")).await;
            for api in APIS {
                let more = json!({"organization_usage": "allow", "allow_any_organization": chance.one_in(3)});
                let grant = self.vendor.grant_with(&client, api, &chance.some(&NAMES), more).await;
                for organization in &self.organizations {
                    if chance.one_in(2) {
                        let scope = json!({"scope": ["read"]});
                        let more = if chance.one_in(3) { scope } else { json!({}) };
                        // A grant whose scope lacks it cannot be narrowed to it.
                        let path = format!("/organizations/{organization}/client-grants");
                        let mut body = json!({"grant_id": grant});
                        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                        self.vendor.post(&path, body).await;
                    }
                }
            }
            self.subjects.push(("client", client.id));
        }
    }

    /// An envelope and policies.
    async fn limits(&self, chance: &mut Chance) {
        let permission = json!({"resource_server_identifier": APIS[0], "permission_name": "read"});
        let envelope = json!({"grantable_permissions": [permission]});
        self.vendor
            .put(&format!("/organizations/{}/envelope", self.organizations[0]), envelope)
            .await
            .is(200);
        for (applies_to, rules) in [
            (json!({"organization_id": self.organizations[1]}), json!({"require_verified_email": true})),
            (json!({"audience": APIS[1]}), json!({"require_organization": true})),
        ] {
            if chance.one_in(2) {
                let policy = json!({"name": "Policy", "applies_to": applies_to, "rules": rules});
                self.vendor.post("/access-policies", policy).await.is(201);
            }
        }
    }

    /// APIs in organizations and in none, as resources.
    fn places(&self) -> Vec<Value> {
        let mut places = Vec::new();
        for api in APIS {
            places.push(json!({"type": "resource_server", "id": api}));
            for organization in &self.organizations {
                let properties = json!({"organization_id": organization});
                places.push(json!({"type": "resource_server", "id": api, "properties": properties}));
                let properties = json!({"resource_server_identifier": api});
                places.push(json!({"type": "organization", "id": organization, "properties": properties}));
            }
        }
        places
    }

    /// What evaluation permits, as texts of subject, action and resource.
    async fn permitted(&self) -> BTreeSet<String> {
        let mut permitted = BTreeSet::new();
        for place in self.places() {
            for (kind, id) in &self.subjects {
                let subject = json!({"type": kind, "id": id});
                let each: Vec<Value> = NAMES.iter().map(|name| json!({"action": {"name": name}})).collect();
                let asked = json!({"subject": subject, "resource": place, "evaluations": each});
                let answer = ask(&self.vendor, "evaluations", &asked).await.is(200);
                for (name, decision) in NAMES.iter().zip(answer["evaluations"].as_array().unwrap()) {
                    if decision["decision"] == true {
                        permitted.insert(told(&subject, name, &place));
                    }
                }
            }
        }
        permitted
    }

    /// The results of a search on all of its pages.
    async fn results(&self, what: &str, mut asked: Value) -> Vec<Value> {
        let mut results = Vec::new();
        asked["page"] = json!({"limit": 2});
        loop {
            let answer = ask(&self.vendor, &format!("search/{what}"), &asked).await.is(200);
            results.extend(answer["results"].as_array().unwrap().iter().cloned());
            if answer["page"]["next_token"] == "" {
                return results;
            }
            asked["page"]["token"] = answer["page"]["next_token"].clone();
        }
    }
}

fn told(subject: &Value, action: &str, resource: &Value) -> String {
    format!("{subject} {action} {resource}")
}

#[rstest]
#[tokio::test]
async fn what_is_found_is_what_is_permitted_section_8_1(#[values(1, 2, 3)] seed: u64) {
    let setting = Setting::by(&mut Chance(seed)).await;
    let permitted = setting.permitted().await;
    assert!(permitted.len() > 20, "{permitted:?}");

    let mut by_subject = BTreeSet::new();
    for place in setting.places() {
        for (kind, action) in ["user", "client"].iter().flat_map(|kind| NAMES.map(|name| (kind, name))) {
            let asked = json!({"subject": {"type": kind}, "action": {"name": action}, "resource": place});
            for subject in setting.results("subject", asked).await {
                assert!(by_subject.insert(told(&subject, action, &place)), "{subject} is found twice");
            }
        }
    }
    assert_eq!(by_subject, permitted);

    let (mut by_resource, mut by_action) = (BTreeSet::new(), BTreeSet::new());
    let mut kinds: Vec<Value> = setting.places();
    kinds.iter_mut().for_each(|kind| kind["id"] = Value::Null);
    kinds.sort_by_key(Value::to_string);
    kinds.dedup();
    for (kind, id) in &setting.subjects {
        let subject = json!({"type": kind, "id": id});
        for (queried, action) in kinds.iter().flat_map(|queried| NAMES.map(|name| (queried, name))) {
            let asked = json!({"subject": subject, "action": {"name": action}, "resource": queried});
            for resource in setting.results("resource", asked).await {
                assert!(by_resource.insert(told(&subject, action, &resource)), "{resource} is found twice");
            }
        }
        for place in setting.places() {
            for action in setting.results("action", json!({"subject": subject, "resource": place})).await {
                by_action.insert(told(&subject, action["name"].as_str().unwrap(), &place));
            }
        }
    }
    assert_eq!(by_resource, permitted);
    assert_eq!(by_action, permitted);
}

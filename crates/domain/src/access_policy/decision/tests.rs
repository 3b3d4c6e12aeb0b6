//! Decisions by table, and what holds for all of them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn policy(id: &str, rules: Value) -> AccessPolicy {
    serde_json::from_value(json!({"id": id, "name": id, "applies_to": {}, "rules": rules})).expect("a policy")
}

/// A request for the API in an organization, of a person who signed in a minute ago from 192.0.2.7.
struct Asked {
    client: ClientId,
    organization: Option<OrganizationId>,
    audience: Option<&'static str>,
    whence: Whence,
    person: Option<Person>,
}

impl Asked {
    fn by_person() -> Self {
        Self {
            client: ClientId::new("app"),
            organization: Some(OrganizationId::new("org_1")),
            audience: Some("https://api"),
            whence: Whence::Address("192.0.2.7".parse().expect("an address")),
            person: Some(Person {
                email_verified: true,
                session_age: Some(Duration::seconds(60)),
                connections: vec![ConnectionId::new("con_1")],
            }),
        }
    }

    fn decided(&self, policies: &[AccessPolicy]) -> Result<(), Denied> {
        let facts = Facts {
            client: Some(&self.client),
            organization: self.organization.as_ref(),
            audience: self.audience,
            whence: self.whence,
            person: self.person.as_ref(),
        };
        decide(policies, &facts)
    }

    fn meets(&self, rules: Value) -> bool {
        self.decided(&[policy("pol_1", rules)]).is_ok()
    }
}

#[test]
fn each_rule_holds_or_not() {
    let asked = Asked::by_person();
    for (rules, holds) in [
        (json!({"require_verified_email": true}), true),
        (json!({"allowed_networks": ["192.0.2.0/24"]}), true),
        (json!({"allowed_networks": ["198.51.100.0/24", "2001:db8::/32"]}), false),
        (json!({"denied_networks": ["192.0.2.0/24"]}), false),
        (json!({"denied_networks": ["198.51.100.0/24"]}), true),
        (json!({"allowed_audiences": ["https://other", "https://api"]}), true),
        (json!({"allowed_audiences": ["https://other"]}), false),
        (json!({"allowed_clients": ["app"]}), true),
        (json!({"allowed_clients": ["other"]}), false),
        (json!({"allowed_organizations": ["org_1"]}), true),
        (json!({"allowed_organizations": ["org_2"]}), false),
        (json!({"require_organization": true}), true),
        (json!({"max_session_age": 60}), true),
        (json!({"max_session_age": 59}), false),
        (json!({"allowed_connections": ["con_1", "con_2"]}), true),
        (json!({"allowed_connections": ["con_2"]}), false),
        (json!({"require_verified_email": true, "allowed_clients": ["other"]}), false),
    ] {
        assert_eq!(asked.meets(rules.clone()), holds, "{rules}");
    }
}

#[test]
fn what_is_not_known_is_not_allowed() {
    let unknown = Asked { whence: Whence::Unknown, ..Asked::by_person() };
    assert!(!unknown.meets(json!({"allowed_networks": ["0.0.0.0/0"]})));
    assert!(!unknown.meets(json!({"denied_networks": ["192.0.2.0/24"]})));
    let person = Person { email_verified: false, session_age: None, connections: Vec::new() };
    let stranger = Asked { person: Some(person), ..Asked::by_person() };
    for rules in [
        json!({"require_verified_email": true}),
        json!({"max_session_age": 31557600}),
        json!({"allowed_connections": ["con_1"]}),
    ] {
        assert!(!stranger.meets(rules.clone()), "{rules}");
    }
}

#[test]
fn no_organization_is_none_of_those_allowed_and_userinfo_is_no_api() {
    let asked = Asked { organization: None, audience: None, ..Asked::by_person() };
    assert!(!asked.meets(json!({"require_organization": true})));
    assert!(!asked.meets(json!({"allowed_organizations": ["org_1"]})));
    assert!(asked.meets(json!({"allowed_audiences": ["https://other"]})));
}

#[test]
fn rules_about_people_leave_machines_alone() {
    let machine = Asked { person: None, ..Asked::by_person() };
    assert!(machine.meets(json!({"require_verified_email": true, "max_session_age": 1,
        "allowed_connections": ["con_2"]})));
    assert!(!machine.meets(json!({"denied_networks": ["192.0.2.7"]})));
}

#[test]
fn networks_are_not_asked_about_twice() {
    let server = Asked { whence: Whence::AskedBefore, ..Asked::by_person() };
    assert!(server.meets(json!({"allowed_networks": ["198.51.100.0/24"], "denied_networks": ["0.0.0.0/0"]})));
}

#[test]
fn a_denial_names_the_policy_the_rule_and_the_reason() {
    let policies = [
        policy("pol_1", json!({"max_session_age": 1})),
        policy("pol_2", json!({"allowed_networks": ["198.51.100.0/24"]})),
    ];
    let denied = Asked::by_person().decided(&policies).expect_err("a denial");
    assert_eq!(denied.reason, "requests from the network of 192.0.2.7 are not allowed");
    let shown = json!({"id": "pol_2", "name": "pol_2", "rule": "allowed_networks"});
    assert_eq!(serde_json::to_value(&denied).expect("JSON"), shown, "the age of a session comes last");
}

/// Rules of every kind, some of which hold.
fn rules() -> impl Strategy<Value = Value> {
    let one = prop_oneof![
        any::<bool>().prop_map(|on| json!({"require_verified_email": on, "require_organization": true})),
        (0_u8..4).prop_map(|n| json!({"allowed_networks": [format!("192.0.{n}.0/24")]})),
        (0_u8..4).prop_map(|n| json!({"denied_networks": [format!("192.0.{n}.0/24")]})),
        (1..90_i64).prop_map(|age| json!({"max_session_age": age})),
        (0_u8..3).prop_map(|n| json!({"allowed_organizations": [format!("org_{n}")]})),
        (0_u8..3).prop_map(|n| json!({"allowed_connections": [format!("con_{n}")]})),
    ];
    proptest::collection::vec(one, 1..3).prop_map(|parts| {
        let fields = parts.into_iter().filter_map(|part| part.as_object().cloned()).flatten();
        Value::Object(fields.collect())
    })
}

proptest! {
    #[test]
    fn policies_allow_together_what_each_of_them_allows(all in proptest::collection::vec(rules(), 0..5)) {
        let policies: Vec<AccessPolicy> =
            all.into_iter().enumerate().map(|(n, rules)| policy(&format!("pol_{n}"), rules)).collect();
        let asked = Asked::by_person();
        let each = policies.iter().all(|one| asked.decided(std::slice::from_ref(one)).is_ok());
        prop_assert_eq!(asked.decided(&policies).is_ok(), each);
        let mut reversed = policies;
        reversed.reverse();
        prop_assert_eq!(asked.decided(&reversed).is_ok(), each);
    }

    #[test]
    fn another_policy_never_allows_more(one in rules(), other in rules()) {
        let (one, other) = (policy("pol_1", one), policy("pol_2", other));
        let asked = Asked::by_person();
        let together = asked.decided(&[one.clone(), other]).is_ok();
        prop_assert!(!together || asked.decided(&[one]).is_ok());
    }
}

//! The rights of a client, by random cases, against a reference that is slow and obvious.

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::client_grant::SubjectType;
use crate::id::{ClientGrantId, ClientId, ResourceServerId};
use crate::resource_server::{NewResourceServer, Scope};

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Each permission is held if every one of the questions says so.
fn reference(
    api: &ResourceServer,
    grant: &ClientGrant,
    organization: Option<&InOrganization>,
) -> Vec<String> {
    let mut held = Vec::new();
    for scope in &api.scopes {
        let name = &scope.value;
        let mut is_held = grant.allow_all_scopes;
        for granted in grant.scope.iter().flatten() {
            is_held |= granted == name;
        }
        if let Some(InOrganization { scope: Some(narrowed), .. }) = organization {
            is_held &= narrowed.contains(name);
        }
        if let Some(InOrganization { role_permissions: Some(of_roles), .. }) = organization {
            is_held &= of_roles.contains(name);
        }
        if is_held {
            held.push(name.clone());
        }
    }
    held
}

fn some_names() -> impl Strategy<Value = Vec<String>> {
    let chosen = prop::sample::subsequence(NAMES.to_vec(), 0..=NAMES.len()).prop_shuffle();
    chosen.prop_map(|names| names.into_iter().map(str::to_owned).collect())
}

fn api() -> impl Strategy<Value = ResourceServer> {
    some_names().prop_map(|names| {
        let new: NewResourceServer =
            serde_json::from_value(json!({"identifier": "urn:api"})).expect("a body");
        let scopes = names.into_iter().map(|value| Scope { value, description: None }).collect();
        let new = NewResourceServer { scopes, ..new };
        new.create(ResourceServerId::new("1"), DateTime::UNIX_EPOCH)
    })
}

fn grant() -> impl Strategy<Value = ClientGrant> {
    prop::option::weighted(0.8, some_names()).prop_map(|scope| ClientGrant {
        id: ClientGrantId::new("1"),
        client_id: ClientId::new("1"),
        audience: "urn:api".to_owned(),
        allow_all_scopes: scope.is_none(),
        scope,
        subject_type: SubjectType::Client,
        organization_usage: None,
        allow_any_organization: None,
        is_system: false,
        resource_server_id: ResourceServerId::new("1"),
        created_at: DateTime::UNIX_EPOCH,
    })
}

fn organization() -> impl Strategy<Value = Option<InOrganization>> {
    let narrowings = (prop::option::of(some_names()), prop::option::of(some_names()));
    let given = narrowings.prop_map(|(scope, of_roles)| InOrganization {
        scope,
        role_permissions: of_roles.map(|names| names.into_iter().collect()),
    });
    prop::option::of(given)
}

proptest! {
    #[test]
    fn the_rights_of_a_client_are_what_the_reference_says(api in api(), grant in grant(), given in organization()) {
        prop_assert_eq!(of_client(&api, &grant, given.as_ref()), reference(&api, &grant, given.as_ref()));
    }

    #[test]
    fn an_organization_never_adds_to_the_grant(api in api(), grant in grant(), given in organization()) {
        let without = of_client(&api, &grant, None);
        prop_assert!(of_client(&api, &grant, given.as_ref()).iter().all(|scope| without.contains(scope)));
    }

    #[test]
    fn what_is_asked_for_never_exceeds_what_is_held(held in some_names(), asked in some_names()) {
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        let granted = requested(&held, &asked);
        prop_assert!(granted.iter().all(|scope| held.contains(scope)));
        let expected = if asked.is_empty() { held.clone() } else { held.into_iter().filter(|scope| asked.contains(&scope.as_str())).collect() };
        prop_assert_eq!(granted, expected);
    }
}

fn api_with(enforces: bool) -> ResourceServer {
    let scopes = json!(NAMES.map(|name| json!({"value": name})));
    let body = json!({"identifier": "https://api", "scopes": scopes, "enforce_policies": enforces});
    let new: NewResourceServer = serde_json::from_value(body).unwrap();
    new.create(ResourceServerId::new("api"), DateTime::UNIX_EPOCH)
}

fn names(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn a_persons_token_permits_what_was_asked_for_and_is_held_where_the_api_enforces_it() {
    let held = of_person(&api_with(true), &names("c a unknown").into_iter().collect());
    assert_eq!(held, names("a c"));
    let asked = names("openid b a unknown a email");
    let granted = |enforces| granted_to_person(Some(&api_with(enforces)), &held, None, &asked);
    assert_eq!(granted(true), names("openid a email"));
    assert_eq!(granted(false), names("openid b a email"));
    assert_eq!(granted_to_person(None, &[], None, &asked), names("openid email"));
}

#[test]
fn a_clients_grant_for_people_narrows_what_its_people_get() {
    let grant = |scope: serde_json::Value, all: bool| {
        let body = json!({"client_id": "c", "audience": "https://api", "scope": scope,
            "allow_all_scopes": all, "subject_type": "user"});
        let new: crate::client_grant::NewClientGrant = serde_json::from_value(body).unwrap();
        new.create(ClientGrantId::new("cgr"), &api_with(false), DateTime::UNIX_EPOCH)
    };
    let granted = |grant: &ClientGrant| {
        granted_to_person(Some(&api_with(false)), &[], Some(grant), &names("openid a b"))
    };
    assert_eq!(granted(&grant(json!(["b", "c"]), false)), names("openid b"));
    assert_eq!(granted(&grant(json!(null), true)), names("openid a b"));
}

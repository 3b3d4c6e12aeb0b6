//! The rights of a client, by random cases, against a reference that is slow and obvious.

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::client_grant::{OrganizationUsage, SubjectType};
use crate::id::{ClientGrantId, ClientId, ResourceServerId};
use crate::permission::PermissionName;
use crate::resource_server::{NewResourceServer, Scope};

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Whether a role confers a permission.
fn confers(role: &HeldRole, name: &str, envelope: &Envelope) -> bool {
    let mut is_let = role.kind == RoleType::Tenant || envelope.grantable_permissions.is_none();
    for grantable in envelope.grantable_permissions.iter().flatten() {
        is_let |= grantable.resource_server_identifier == "urn:api" && grantable.permission_name == name;
    }
    is_let && role.permissions.contains(name)
}

/// Each permission is held if every one of the questions says so.
fn reference(
    api: &ResourceServer,
    grant: &ClientGrant,
    organization: Option<&InOrganization>,
    envelope: &Envelope,
) -> Vec<String> {
    let mut held = Vec::new();
    for scope in &api.scopes {
        let name = &scope.value;
        let mut is_held = grant.allow_all_scopes;
        match grant.organization_usage {
            None | Some(OrganizationUsage::Deny) if organization.is_some() => continue,
            Some(OrganizationUsage::Require) if organization.is_none() => continue,
            _ => {}
        }
        for granted in grant.scope.iter().flatten() {
            is_held |= granted == name;
        }
        if let Some(InOrganization { scope: Some(narrowed), .. }) = organization {
            is_held &= narrowed.contains(name);
        }
        if let Some(InOrganization { roles: Some(roles), .. }) = organization {
            let mut by_role = false;
            for role in roles {
                by_role |= confers(role, name, envelope);
            }
            is_held &= by_role;
        }
        if is_held {
            held.push(name.clone());
        }
    }
    held
}

fn reference_of_person(api: &ResourceServer, person: &PersonHoldings, envelope: &Envelope) -> Vec<String> {
    let mut held = Vec::new();
    for scope in &api.scopes {
        let mut is_held = person.direct.contains(&scope.value);
        for role in &person.roles {
            is_held |= confers(role, &scope.value, envelope);
        }
        if is_held {
            held.push(scope.value.clone());
        }
    }
    held
}

fn clients(
    api: &ResourceServer,
    grant: &ClientGrant,
    given: Option<&InOrganization>,
    envelope: &Envelope,
) -> Vec<String> {
    let holdings = Holdings::Client(grant.clone(), given.cloned());
    Snapshot::new(Arc::new(api.clone()), holdings, envelope.clone()).held()
}

fn persons(api: &ResourceServer, person: &PersonHoldings, envelope: &Envelope) -> Snapshot {
    Snapshot::new(Arc::new(api.clone()), Holdings::Person(person.clone()), envelope.clone())
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
    let usages = [OrganizationUsage::Deny, OrganizationUsage::Allow, OrganizationUsage::Require];
    let usage = prop::option::weighted(0.9, prop::sample::select(usages.to_vec()));
    (prop::option::weighted(0.8, some_names()), usage).prop_map(|(scope, usage)| ClientGrant {
        id: ClientGrantId::new("1"),
        client_id: ClientId::new("1"),
        audience: "urn:api".to_owned(),
        allow_all_scopes: scope.is_none(),
        scope,
        subject_type: SubjectType::Client,
        organization_usage: usage,
        allow_any_organization: None,
        is_system: false,
        resource_server_id: ResourceServerId::new("1"),
        created_at: DateTime::UNIX_EPOCH,
    })
}

fn roles() -> impl Strategy<Value = Vec<Arc<HeldRole>>> {
    let kind = prop_oneof![Just(RoleType::Tenant), Just(RoleType::Organization)];
    let roles = prop::collection::vec((kind, some_names()), 0..4);
    roles.prop_map(|roles| {
        let role = |(index, (kind, names)): (usize, (RoleType, Vec<String>))| {
            let (id, name) = (RoleId::new(index.to_string()), format!("Role {index}"));
            Arc::new(HeldRole { id, name, kind, permissions: names.into_iter().collect() })
        };
        roles.into_iter().enumerate().map(role).collect()
    })
}

fn organization() -> impl Strategy<Value = Option<InOrganization>> {
    let narrowings = (prop::option::of(some_names()), prop::option::of(roles()));
    prop::option::of(narrowings.prop_map(|(scope, roles)| InOrganization { scope, roles }))
}

fn person() -> impl Strategy<Value = PersonHoldings> {
    let holdings = (roles(), some_names());
    holdings.prop_map(|(roles, direct)| PersonHoldings { roles, direct: direct.into_iter().collect() })
}

/// Some of the permissions of this API, and all of another.
fn envelope() -> impl Strategy<Value = Envelope> {
    let permission = |api: &str, permission_name: String| PermissionName {
        resource_server_identifier: api.to_owned(),
        permission_name,
    };
    prop::option::of(some_names()).prop_map(move |names| Envelope {
        grantable_permissions: names.map(|names| {
            let elsewhere = NAMES.map(|name| permission("urn:other", name.to_owned()));
            elsewhere.into_iter().chain(names.into_iter().map(|name| permission("urn:api", name))).collect()
        }),
    })
}

/// What is left of a person's holdings when what a path names is undone.
fn without(person: &PersonHoldings, permission: &str, path: &Path<'_>) -> PersonHoldings {
    let mut left = person.clone();
    match path {
        Path::Direct => drop(left.direct.remove(permission)),
        Path::Role(named) => left.roles.retain(|role| role.id != *named.role_id),
        Path::ClientGrant { .. } => panic!("people hold nothing by the grants of clients"),
    }
    left
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_rights_of_a_client_are_what_the_reference_says(
        api in api(), grant in grant(), given in organization(), envelope in envelope(),
    ) {
        let expected = reference(&api, &grant, given.as_ref(), &envelope);
        prop_assert_eq!(clients(&api, &grant, given.as_ref(), &envelope), expected);
    }

    #[test]
    fn the_rights_of_a_person_are_what_the_reference_says(
        api in api(), person in person(), envelope in envelope(),
    ) {
        let held = persons(&api, &person, &envelope).held();
        prop_assert_eq!(held, reference_of_person(&api, &person, &envelope));
    }

    #[test]
    fn a_permission_is_gone_when_all_its_paths_are_undone_and_not_before(
        api in api(), person in person(), envelope in envelope(),
    ) {
        for right in persons(&api, &person, &envelope).rights().iter().filter(|right| right.held) {
            let mut left = person.clone();
            for path in &right.paths {
                prop_assert!(persons(&api, &left, &envelope).holds(right.permission));
                left = without(&left, right.permission, path);
            }
            prop_assert!(!persons(&api, &left, &envelope).holds(right.permission));
        }
    }

    #[test]
    fn a_client_loses_a_permission_with_the_grant_or_with_all_the_roles_that_are_named(
        api in api(), grant in grant(), given in organization(), envelope in envelope(),
    ) {
        let holdings = Holdings::Client(grant.clone(), given.clone());
        let snapshot = Snapshot::new(Arc::new(api.clone()), holdings, envelope.clone());
        for right in snapshot.rights() {
            let [Path::ClientGrant { roles, .. }] = right.paths.as_slice() else {
                prop_assert!(right.paths.is_empty() && !right.withheld.is_empty());
                continue;
            };
            let gone = |grant: &ClientGrant, given: Option<&InOrganization>| {
                !clients(&api, grant, given, &envelope).contains(&right.permission.to_owned())
            };
            let others = api.scopes.iter().map(|scope| scope.value.clone());
            let others = others.filter(|scope| scope != right.permission).collect();
            let narrower = ClientGrant { allow_all_scopes: false, scope: Some(others), ..grant.clone() };
            prop_assert!(gone(&narrower, given.as_ref()));
            if let Some(InOrganization { roles: Some(held), scope }) = &given {
                let named = |role: &&Arc<HeldRole>| roles.iter().any(|named| *named.role_id == role.id);
                let left = held.iter().filter(|role| !named(role)).cloned().collect();
                let left = InOrganization { roles: Some(left), scope: scope.clone() };
                prop_assert!(gone(&grant, Some(&left)));
            }
        }
    }

    #[test]
    fn what_is_withheld_by_the_envelope_is_there_without_it(
        api in api(), person in person(), envelope in envelope(),
    ) {
        let free = persons(&api, &person, &Envelope::default()).held();
        for right in persons(&api, &person, &envelope).rights() {
            let is_held = right.held || !right.withheld.is_empty();
            prop_assert_eq!(is_held, free.contains(&right.permission.to_owned()));
        }
    }

    #[test]
    fn an_organization_never_adds_to_the_grant(
        api in api(), grant in grant(), given in organization(), envelope in envelope(),
    ) {
        let grant = ClientGrant { organization_usage: Some(OrganizationUsage::Allow), ..grant };
        let without = clients(&api, &grant, None, &envelope);
        let within = clients(&api, &grant, given.as_ref(), &envelope);
        prop_assert!(within.iter().all(|scope| without.contains(scope)));
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
fn a_policy_that_refuses_tokens_withholds_every_right_and_is_named() {
    let denied = Denied {
        id: crate::id::AccessPolicyId::new("pol_1"),
        name: "Verified".to_owned(),
        rule: crate::access_policy::Rule::RequireVerifiedEmail,
        reason: String::new(),
    };
    let direct = names("a").into_iter().collect();
    let person = PersonHoldings { direct, ..PersonHoldings::default() };
    let whole = Snapshot::new(Arc::new(api_with(true)), Holdings::Person(person), Envelope::default());
    let snapshot = Snapshot { denials: vec![denied], ..whole };
    assert!(snapshot.held().is_empty());
    let told = serde_json::to_value(snapshot.explain("a")).unwrap();
    assert_eq!(told["held"], false);
    assert_eq!(told["paths"], json!([{"type": "direct"}]));
    let expected = json!([{"by": "access_policy", "access_policy_id": "pol_1",
        "access_policy_name": "Verified", "rule": "require_verified_email"}]);
    assert_eq!(told["withheld"], expected);
}

#[test]
fn an_api_that_is_closed_withholds_every_right_of_those_to_whom_it_is() {
    let mut api = api_with(true);
    let direct = names("a").into_iter().collect();
    let person = Holdings::Person(PersonHoldings { direct, ..PersonHoldings::default() });
    let grant = json!({"client_id": "c", "audience": "https://api", "scope": ["a"]});
    let grant: crate::client_grant::NewClientGrant = serde_json::from_value(grant).unwrap();
    let client = Holdings::Client(grant.create(ClientGrantId::new("1"), &api, DateTime::UNIX_EPOCH), None);
    for (people, clients) in [("allow_all", "deny_all"), ("deny_all", "require_client_grant")] {
        let policies = json!({"user": {"policy": people}, "client": {"policy": clients}});
        api.subject_type_authorization = serde_json::from_value(policies).unwrap();
        for (holdings, policy) in [(&person, people), (&client, clients)] {
            let snapshot = Snapshot::new(Arc::new(api.clone()), holdings.clone(), Envelope::default());
            assert_eq!(snapshot.holds("a"), policy != "deny_all");
            assert_eq!(snapshot.is_let_in(), policy != "deny_all");
            let told = serde_json::to_value(snapshot.explain("a")).unwrap();
            let by = json!([{"by": "subject_type_authorization"}]);
            assert_eq!(told["withheld"], if policy == "deny_all" { by } else { json!([]) });
        }
    }
}

#[test]
fn a_persons_token_permits_what_was_asked_for_and_is_held_where_the_api_enforces_it() {
    let direct = names("c a unknown").into_iter().collect();
    let person = PersonHoldings { direct, ..PersonHoldings::default() };
    let api = api_with(true);
    let held = persons(&api, &person, &Envelope::default()).held();
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

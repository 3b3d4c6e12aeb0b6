//! Rights by random cases, against a reference that is slow and obvious.

mod examples;

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::client_grant::{OrganizationUsage, SubjectType};
use crate::id::{ClientGrantId, ClientId, ResourceServerId};
use crate::permission::PermissionName;
use crate::resource_server::{NewResourceServer, Scope};

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Whether the organization may confer a permission.
fn may_grant(name: &str, envelope: &Envelope) -> bool {
    let mut may = envelope.grantable_permissions.is_none();
    for grantable in envelope.grantable_permissions.iter().flatten() {
        may |= grantable.resource_server_identifier == "urn:api" && grantable.permission_name == name;
    }
    may
}

/// Whether a role confers a permission, held by this word.
fn confers(role: &HeldRole, by: ConferredBy, name: &str, envelope: &Envelope) -> bool {
    let mut is_assignable = envelope.assignable_roles.is_none();
    for assignable in envelope.assignable_roles.iter().flatten() {
        is_assignable |= *assignable == role.id;
    }
    let is_let = match (role.kind, by) {
        (RoleType::Organization, _) => may_grant(name, envelope),
        (RoleType::Tenant, ConferredBy::Organization) => is_assignable,
        (RoleType::Tenant, ConferredBy::Vendor) => true,
    };
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
        if let Some(InOrganization { by: ConferredBy::Organization, .. }) = organization {
            is_held &= may_grant(name, envelope);
        }
        if let Some(InOrganization { roles: Some(roles), by, .. }) = organization {
            let mut by_role = false;
            for role in roles {
                by_role |= confers(role, *by, name, envelope);
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
        for Holding { role, by } in &person.roles {
            is_held |= confers(role, *by, &scope.value, envelope);
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
        allow_organization_approval: false,
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

fn word() -> impl Strategy<Value = ConferredBy> {
    prop_oneof![Just(ConferredBy::Vendor), Just(ConferredBy::Organization)]
}

fn organization() -> impl Strategy<Value = Option<InOrganization>> {
    let given = (prop::option::of(some_names()), prop::option::of(roles()), word());
    prop::option::of(given.prop_map(|(scope, roles, by)| InOrganization { scope, roles, by }))
}

fn person() -> impl Strategy<Value = PersonHoldings> {
    let holdings = (roles(), prop::collection::vec(word(), 4), some_names());
    holdings.prop_map(|(roles, words, direct)| PersonHoldings {
        roles: roles.into_iter().zip(words).map(|(role, by)| Holding { role, by }).collect(),
        direct: direct.into_iter().collect(),
    })
}

/// Some of the permissions of this API, and all of another; some of the roles.
fn envelope() -> impl Strategy<Value = Envelope> {
    let permission = |api: &str, permission_name: String| PermissionName {
        resource_server_identifier: api.to_owned(),
        permission_name,
    };
    let roles = prop::sample::subsequence(vec!["0", "1", "2", "3"], 0..=4);
    (prop::option::of(some_names()), prop::option::of(roles)).prop_map(move |(names, roles)| Envelope {
        assignable_roles: roles.map(|ids| ids.into_iter().map(RoleId::new).collect()),
        grantable_permissions: names.map(|names| {
            let elsewhere = NAMES.map(|name| permission("urn:other", name.to_owned()));
            elsewhere.into_iter().chain(names.into_iter().map(|name| permission("urn:api", name))).collect()
        }),
        ..Envelope::default()
    })
}

/// An envelope that lets through no more than both do.
fn lowered(one: &Envelope, other: &Envelope) -> Envelope {
    fn both<T: Clone + PartialEq>(one: &Option<Vec<T>>, other: &Option<Vec<T>>) -> Option<Vec<T>> {
        match (one, other) {
            (Some(one), Some(other)) => Some(one.iter().filter(|it| other.contains(it)).cloned().collect()),
            (one, other) => one.clone().or_else(|| other.clone()),
        }
    }
    Envelope {
        grantable_permissions: both(&one.grantable_permissions, &other.grantable_permissions),
        assignable_roles: both(&one.assignable_roles, &other.assignable_roles),
        ..Envelope::default()
    }
}

/// The same held, all by the vendor's word.
fn by_vendor(person: &PersonHoldings) -> PersonHoldings {
    let roles = person.roles.iter().map(|it| Holding { by: ConferredBy::Vendor, ..it.clone() }).collect();
    PersonHoldings { roles, ..person.clone() }
}

/// What is left of a person's holdings when what a path names is undone.
fn without(person: &PersonHoldings, permission: &str, path: &Path<'_>) -> PersonHoldings {
    let mut left = person.clone();
    match path {
        Path::Direct => drop(left.direct.remove(permission)),
        Path::Role(named) => left.roles.retain(|it| it.role.id != *named.role_id),
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
            if let Some(InOrganization { roles: Some(held), scope, by }) = &given {
                let named = |role: &&Arc<HeldRole>| roles.iter().any(|named| *named.role_id == role.id);
                let left = held.iter().filter(|role| !named(role)).cloned().collect();
                let left = InOrganization { roles: Some(left), scope: scope.clone(), by: *by };
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
    fn lowering_the_envelope_takes_and_never_gives_and_raising_it_gives_all_back(
        api in api(), person in person(), grant in grant(), given in organization(),
        envelope in envelope(), other in envelope(),
    ) {
        let low = lowered(&envelope, &other);
        let of_person = |envelope| persons(&api, &person, envelope).held();
        let of_client = |envelope| clients(&api, &grant, given.as_ref(), envelope);
        prop_assert!(of_person(&low).iter().all(|it| of_person(&envelope).contains(it)));
        prop_assert!(of_client(&low).iter().all(|it| of_client(&envelope).contains(it)));
        // Nothing of what is held has changed meanwhile.
        let raised = Envelope::default();
        prop_assert_eq!(of_person(&raised), persons(&api, &by_vendor(&person), &raised).held());
        let vendors = given.clone().map(|it| InOrganization { by: ConferredBy::Vendor, ..it });
        prop_assert_eq!(of_client(&raised), clients(&api, &grant, vendors.as_ref(), &raised));
    }

    #[test]
    fn no_envelope_suspends_what_the_vendor_conferred(
        api in api(), person in person(), grant in grant(), given in organization(), envelope in envelope(),
    ) {
        let is_of_tenant = |role: &HeldRole| role.kind == RoleType::Tenant;
        let mut person = by_vendor(&person);
        person.roles.retain(|it| is_of_tenant(&it.role));
        let held = |envelope| persons(&api, &person, envelope).held();
        prop_assert_eq!(held(&envelope), held(&Envelope::default()));
        let given = given.map(|it| InOrganization {
            by: ConferredBy::Vendor,
            roles: it.roles.map(|roles| roles.into_iter().filter(|role| is_of_tenant(role)).collect()),
            ..it
        });
        let held = |envelope| clients(&api, &grant, given.as_ref(), envelope);
        prop_assert_eq!(held(&envelope), held(&Envelope::default()));
    }

    #[test]
    fn what_the_organization_conferred_stays_within_the_envelope(
        api in api(), grant in grant(), given in organization(), envelope in envelope(),
    ) {
        let given = given.map(|it| InOrganization { by: ConferredBy::Organization, ..it });
        for name in given.iter().flat_map(|_| clients(&api, &grant, given.as_ref(), &envelope)) {
            prop_assert!(may_grant(&name, &envelope));
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

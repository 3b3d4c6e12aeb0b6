//! Rights, and how they are explained, by example.

use super::*;

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

fn role(id: &str, kind: RoleType, permission: &str) -> Arc<HeldRole> {
    let permissions = HashSet::from([permission.to_owned()]);
    Arc::new(HeldRole { id: RoleId::new(id), name: format!("Role {id}"), kind, permissions })
}

fn narrow(body: serde_json::Value) -> Envelope {
    serde_json::from_value(body).unwrap()
}

#[test]
fn a_role_that_the_organization_may_not_confer_any_more_counts_for_nothing_and_is_named() {
    let given = Holding { role: role("1", RoleType::Tenant, "a"), by: ConferredBy::Organization };
    let vendors = Holding { by: ConferredBy::Vendor, ..given.clone() };
    let (api, none) = (api_with(true), narrow(json!({"assignable_roles": ["2"]})));
    let of = |holding: &Holding, envelope: &Envelope| {
        let person = PersonHoldings { roles: vec![holding.clone()], ..PersonHoldings::default() };
        serde_json::to_value(persons(&api, &person, envelope).explain("a")).unwrap()
    };
    let told = of(&given, &none);
    let withheld = json!([{"role_id": "1", "role_name": "Role 1", "role_type": "tenant", "by": "envelope"}]);
    assert_eq!((&told["held"], &told["withheld"]), (&json!(false), &withheld));
    assert_eq!(of(&vendors, &none)["held"], true);
    assert_eq!(of(&given, &narrow(json!({"assignable_roles": ["2", "1"]})))["withheld"], json!([]));
}

#[test]
fn a_client_that_the_organization_let_in_holds_what_it_may_grant_with_roles_and_without() {
    let api = api_with(true);
    let grant = json!({"client_id": "c", "audience": "https://api", "scope": ["a", "b"],
        "organization_usage": "allow"});
    let grant: crate::client_grant::NewClientGrant = serde_json::from_value(grant).unwrap();
    let grant = grant.create(ClientGrantId::new("1"), &api, DateTime::UNIX_EPOCH);
    let envelope = narrow(json!({"assignable_roles": ["1"], "grantable_permissions": [
        {"resource_server_identifier": "https://api", "permission_name": "a"}]}));
    let roles = vec![role("1", RoleType::Tenant, "a"), role("2", RoleType::Tenant, "b")];
    for (roles, by, held) in [
        (None, ConferredBy::Vendor, "a b"),
        (None, ConferredBy::Organization, "a"),
        (Some(roles.clone()), ConferredBy::Vendor, "a b"),
        (Some(roles), ConferredBy::Organization, "a"),
    ] {
        let given = InOrganization { roles, by, scope: None };
        let snapshot = Snapshot::new(
            Arc::new(api.clone()),
            Holdings::Client(grant.clone(), Some(given.clone())),
            envelope.clone(),
        );
        assert_eq!(snapshot.held(), names(held), "{given:?}");
        if by.is_organization() {
            let told = serde_json::to_value(snapshot.explain("b")).unwrap();
            assert_eq!(told["withheld"][0], json!({"by": "envelope"}));
        }
    }
}

#[test]
fn the_vendors_word_that_a_client_is_let_in_anywhere_is_not_the_organizations() {
    let api = api_with(true);
    for (anywhere, by_organization, by) in [
        (false, false, ConferredBy::Vendor),
        (false, true, ConferredBy::Organization),
        (true, true, ConferredBy::Vendor),
    ] {
        let grant = json!({"client_id": "c", "audience": "https://api", "scope": ["a"],
            "organization_usage": "allow", "allow_any_organization": anywhere});
        let grant: crate::client_grant::NewClientGrant = serde_json::from_value(grant).unwrap();
        let grant = grant.create(ClientGrantId::new("1"), &api, DateTime::UNIX_EPOCH);
        let new: crate::client_grant::NewOrganizationClientGrant =
            serde_json::from_value(json!({"grant_id": "1"})).unwrap();
        let association = new.create("org_1".into(), ConferredBy::of(by_organization));
        assert_eq!(association.conferred_by(&grant), by);
    }
}

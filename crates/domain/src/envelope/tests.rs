//! Envelopes as vendors write them, and what they let through.

use serde_json::json;

use super::*;

fn envelope(body: serde_json::Value) -> Envelope {
    let envelope: Envelope = serde_json::from_value(body).unwrap();
    envelope.validate().unwrap();
    envelope
}

#[test]
fn an_empty_envelope_limits_nothing_and_is_written_as_it_was_read() {
    let open = envelope(json!({}));
    assert_eq!(open, Envelope::default());
    assert_eq!(serde_json::to_value(&open).unwrap(), json!({}));
    assert!(open.assigns(&"rol_1".into()) && open.shows(PortalSection::Logs));
    assert!(open.grants(&PermissionName {
        resource_server_identifier: "urn:api".into(),
        permission_name: "read".into()
    }));
    assert_eq!(open.grantable_on("urn:api"), None);
}

#[test]
fn a_full_envelope_is_written_as_it_was_read() {
    let body = json!({
        "grantable_permissions": [{"resource_server_identifier": "urn:api", "permission_name": "read"}],
        "assignable_roles": ["rol_1"], "own_roles": 0, "machine_clients": 3, "seats": 2_147_483_647_u64,
        "invitations_per_day": 10,
        "portal": ["members", "invitations", "roles", "clients", "requests", "logs", "details", "domains"],
    });
    assert_eq!(serde_json::to_value(envelope(body.clone())).unwrap(), body);
}

#[test]
fn what_is_listed_is_let_through_and_nothing_else() {
    let listed = json!({"resource_server_identifier": "urn:api", "permission_name": "read"});
    let narrow = envelope(json!({
        "grantable_permissions": [listed], "assignable_roles": ["rol_1"], "portal": ["members"]}));
    let permission = |api: &str, name: &str| PermissionName {
        resource_server_identifier: api.into(),
        permission_name: name.into(),
    };
    assert!(narrow.grants(&permission("urn:api", "read")));
    assert!(
        !narrow.grants(&permission("urn:api", "write")) && !narrow.grants(&permission("urn:other", "read"))
    );
    assert!(narrow.assigns(&"rol_1".into()) && !narrow.assigns(&"rol_2".into()));
    assert!(narrow.shows(PortalSection::Members) && !narrow.shows(PortalSection::Roles));
}

#[test]
fn only_a_role_of_the_tenants_that_the_organization_conferred_is_suspended() {
    let none = envelope(json!({"assignable_roles": []}));
    let role = RoleId::new("rol_1");
    for (kind, by, is_suspended) in [
        (RoleType::Tenant, ConferredBy::Organization, true),
        (RoleType::Tenant, ConferredBy::Vendor, false),
        (RoleType::Organization, ConferredBy::Organization, false),
        (RoleType::Organization, ConferredBy::Vendor, false),
    ] {
        assert_eq!(none.suspends(&role, kind, by), is_suspended, "{kind:?} by {by:?}");
        assert!(!envelope(json!({"assignable_roles": ["rol_1"]})).suspends(&role, kind, by));
        assert!(!Envelope::default().suspends(&role, kind, by));
    }
}

#[test]
fn an_envelope_that_cannot_be_is_refused() {
    for body in [
        json!({"seats": -1}),
        json!({"seats": 1.5}),
        json!({"seats": "10"}),
        json!({"portal": ["everything"]}),
        json!({"portal": "members"}),
        json!({"assignable_roles": "all"}),
        json!({"assignable_roles": [1]}),
        json!({"colour": "red"}),
    ] {
        assert!(serde_json::from_value::<Envelope>(body.clone()).is_err(), "{body}");
    }
    for body in [
        json!({"own_roles": 2_147_483_648_u64}),
        json!({"machine_clients": 2_147_483_648_u64}),
        json!({"seats": 2_147_483_648_u64}),
        json!({"invitations_per_day": 2_147_483_648_u64}),
        json!({"assignable_roles": vec!["rol_1"; 1001]}),
        json!({"portal": vec!["members"; 9]}),
        json!({"grantable_permissions": [{"resource_server_identifier": "", "permission_name": "read"}]}),
    ] {
        let envelope: Envelope = serde_json::from_value(body.clone()).unwrap();
        assert!(envelope.validate().is_err(), "{body}");
    }
}

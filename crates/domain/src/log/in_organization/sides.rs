//! What an organization sees of what was there before a change, and after it.

use serde_json::{Map, Value};

use crate::id::OrganizationId;

/// One side of a change: the fields that the organization may see of it, where there are any.
pub(super) fn shown(action: &str, organization: &OrganizationId, value: &Value) -> Option<Value> {
    let Some(object) = value.as_object() else {
        return value.as_str().filter(|_| action.starts_with("organization.audience.")).map(Value::from);
    };
    if belongs_elsewhere(organization, object) {
        return None;
    }
    if action == "organization.envelope_set" {
        return Some(value.clone());
    }
    let fields = fields(action);
    let shown = object.iter().filter(|(name, value)| fields.contains(&name.as_str()) && !value.is_null());
    let shown: Map<String, Value> = shown.map(|(name, value)| (name.clone(), value.clone())).collect();
    (!shown.is_empty()).then_some(Value::Object(shown))
}

/// Whether it says itself that it is another organization's: a policy, for instance, that was moved from one to the other.
fn belongs_elsewhere(organization: &OrganizationId, object: &Map<String, Value>) -> bool {
    let of = [
        object.get("organization_id"),
        object.get("owner_id"),
        object.get("applies_to").and_then(|to| to.get("organization_id")),
    ];
    of.into_iter().flatten().filter_map(Value::as_str).any(|id| id != organization.as_str())
}

const ORGANIZATION: &[&str] = &["id", "name", "display_name", "branding", "third_party_client_access"];
const MEMBERS: &[&str] = &["members", "from", "user_id", "roles"];
const INVITATION: &[&str] = &[
    "id",
    "inviter",
    "invitee",
    "created_at",
    "expires_at",
    "connection_id",
    "roles",
    "user_id",
    "by_organization",
];
const DOMAIN: &[&str] =
    &["id", "domain", "status", "verification_host", "verification_txt", "use_for_organization_discovery"];
const CONNECTION: &[&str] = &[
    "connection_id",
    "assign_membership_on_login",
    "is_signup_enabled",
    "show_as_button",
    "is_enabled",
    "organization_access_level",
    "organization_connection_name",
    "connection",
];
const ACCESS: &[&str] = &[
    "id",
    "grant_id",
    "client_id",
    "audience",
    "scope",
    "roles",
    "message",
    "created_at",
    "by_organization",
];
const AUDIENCE: &[&str] = &["resource_server_identifier", "audience", "status"];
const ROLE: &[&str] = &["id", "name", "description", "permissions", "template_id"];
const GRANT: &[&str] = &["id", "client_id", "audience", "scope", "allow_all_scopes", "subject_type"];
const CLIENT: &[&str] = &[
    "client_id",
    "name",
    "description",
    "token_endpoint_auth_method",
    "disabled",
    "expires_at",
    "access",
    // Of a client's public key.
    "id",
    "kid",
    "alg",
    "credential_type",
];
const POLICY: &[&str] = &["id", "name"];

/// The fields that are shown, by the action. Of one that is not named here nothing is.
fn fields(action: &str) -> &'static [&'static str] {
    let is_about = |start: &str| action.starts_with(start);
    match action {
        "organization.created" | "organization.updated" | "organization.deleted" => ORGANIZATION,
        _ if is_about("organization.member") || is_about("organization.roles_") => MEMBERS,
        _ if is_about("organization.invitation_") => INVITATION,
        _ if is_about("organization.discovery_domain_") => DOMAIN,
        _ if is_about("organization.connection_") => CONNECTION,
        _ if is_about("organization.client_grant_") => ACCESS,
        _ if is_about("organization.audience.") => AUDIENCE,
        _ if is_about("role.") => ROLE,
        _ if is_about("client_grant.") => GRANT,
        _ if is_about("client.") => CLIENT,
        _ if is_about("access_policy.") => POLICY,
        _ => &[],
    }
}

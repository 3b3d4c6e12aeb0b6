//! The operations of the Management API, as its OpenAPI document lists them, and a valid body for each that needs one.

use guildhall_api::documents;
use guildhall_api::management::absent::TAG;
use reqwest::Method;
use serde_json::{Value, json};

use super::fixture::{Fixture, PUBLIC_KEY};
use super::nouns::{permissions, segment};

/// An operation.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: Method,
    /// With `{placeholders}`, under `/api/v2`.
    pub path: String,
    /// What the document says of it.
    pub described: Value,
}

/// Every operation of the document.
pub fn management() -> Vec<Operation> {
    let document: Value = serde_json::from_str(documents::json("management").unwrap()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, described) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            let known =
                [Method::GET, Method::POST, Method::PATCH, Method::PUT, Method::DELETE].contains(&method);
            if known && described.is_object() {
                let path = path.strip_prefix("/api/v2").expect("a path under /api/v2").to_owned();
                operations.push(Operation { method, path, described: described.clone() });
            }
        }
    }
    operations
}

/// Every operation that changes something; trying an action does not, nor does looking ahead.
pub fn mutating() -> Vec<Operation> {
    let ahead = ["/dry-runs", "/token-previews"];
    let tries = |it: &Operation| it.path.ends_with("/{id}/test") || ahead.contains(&it.path.as_str());
    let changes = |it: &Operation| it.method != Method::GET && !tries(it);
    present().into_iter().filter(changes).collect()
}

/// Every operation but those on what Guildhall does not have.
pub fn present() -> Vec<Operation> {
    management().into_iter().filter(|operation| !operation.is_absent()).collect()
}

/// The operations on what Guildhall does not have: they have nothing to find and change nothing.
pub fn absent() -> Vec<Operation> {
    management().into_iter().filter(Operation::is_absent).collect()
}

impl Operation {
    /// `POST /organizations/{id}/members`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The scopes of its security requirements, in alphabetical order.
    pub fn scopes(&self) -> Vec<String> {
        let sets = self.described["security"].as_array().into_iter().flatten();
        let scopes = sets.flat_map(|set| set["bearer"].as_array().into_iter().flatten());
        let mut scopes: Vec<String> = scopes.map(|scope| scope.as_str().unwrap().to_owned()).collect();
        scopes.sort();
        scopes.dedup();
        scopes
    }

    fn is_absent(&self) -> bool {
        self.described["tags"][0] == TAG
    }

    /// The path with `x` for each placeholder.
    pub fn anywhere(&self) -> String {
        let parts = self.path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        parts.collect::<Vec<_>>().join("/")
    }

    pub fn placeholders(&self) -> usize {
        self.path.matches('{').count()
    }

    /// The query without which the operation does nothing.
    pub fn query(&self, fixture: &Fixture) -> String {
        match self.path.as_str() {
            "/users-by-email" => "?email=someone@example.com".to_owned(),
            "/user-blocks" => "?identifier=someone@example.com".to_owned(),
            path if path.ends_with("/members/{user_id}/effective-permissions")
                || path.starts_with("/users/{id}/effective") =>
            {
                format!("?resource_server_identifier={}", fixture.api)
            }
            "/refresh-tokens" => format!("?user_id={}", segment(&fixture.user)),
            _ => String::new(),
        }
    }

    /// The path with the values of `fixture(number)` for its placeholders, numbered from the left.
    pub fn filled<'a>(&self, fixture: impl Fn(usize) -> &'a Fixture) -> String {
        let (mut path, mut previous, mut number) = (String::new(), "", 0);
        for part in self.path.split('/').skip(1) {
            path.push('/');
            if part.starts_with('{') {
                let previous = if self.path.contains("/discovery-domains/name/") && previous == "name" {
                    "discovery-domains/name"
                } else {
                    previous
                };
                let value = fixture(number).value_after(previous);
                let value = value
                    .unwrap_or_else(|| panic!("{}: say in Fixture::value_after what {part} is", self.name()));
                path.push_str(&segment(value));
                number += 1;
            } else {
                path.push_str(part);
            }
            previous = part;
        }
        if self.name() == "DELETE /connections/{id}/users" {
            path.push_str(&format!("?email={}", fixture(0).email_in_connection()));
        }
        if self.name() == "DELETE /grants" {
            path.push_str(&format!("?user_id={}", segment(&fixture(0).user)));
        }
        path
    }
}

/// A valid body for an operation on a fixture; `None` where it takes none. A new mutating operation is added here.
pub fn body_of(operation: &Operation, of: &Fixture) -> Option<Value> {
    let number = of.number;
    let role = || json!({"roles": [of.spare_role]});
    Some(
        match operation.name().replace("{organization_id}", "{id}").replace("{client_id}", "{id}").as_str() {
            "POST /organizations" => json!({"name": format!("new{number}")}),
            "PATCH /organizations/{id}" => json!({"display_name": "New"}),
            "POST /organizations/{id}/members" => json!({"members": [of.spare_user]}),
            "DELETE /organizations/{id}/members" => json!({"members": [of.user]}),
            "POST /organizations/{id}/members/{user_id}/roles" => role(),
            "DELETE /organizations/{id}/members/{user_id}/roles" => json!({"roles": [of.role]}),
            "POST /organizations/{id}/client-grants" => json!({"grant_id": of.spare_grant}),
            "POST /organizations/{id}/client-grant-requests" => json!({"grant_id": of.spare_grant}),
            "POST /organizations/{id}/enabled_connections" | "POST /organizations/{id}/connections" => {
                json!({"connection_id": of.spare_connection})
            }
            "PATCH /organizations/{id}/enabled_connections/{connection_id}"
            | "PATCH /organizations/{id}/connections/{connection_id}" => json!({"show_as_button": false}),
            "POST /organizations/{id}/invitations" => json!({
                "inviter": {"name": "Ada"}, "invitee": {"email": format!("new{number}@example.com")},
                "client_id": of.web_client, "roles": [of.role], "send_invitation_email": false,
            }),
            "POST /organizations/{id}/portal-links" => json!({"user_id": of.user}),
            "POST /organizations/{id}/discovery-domains" => {
                json!({"domain": format!("new{number}.example.com")})
            }
            "PATCH /organizations/{id}/discovery-domains/{discovery_domain_id}" => {
                json!({"status": "verified"})
            }
            "POST /connections" => json!({"name": format!("new-{number}"), "strategy": "auth0"}),
            "PATCH /connections/{id}" => json!({"display_name": "New"}),
            "PATCH /connections/{id}/clients" => json!([{"client_id": of.client.id, "status": true}]),
            "PUT /organizations/{id}/audiences/{resource_server_id}" => {
                json!({"audience": format!("https://new{number}.example")})
            }
            "PUT /organizations/{id}/envelope" => {
                json!({"grantable_permissions": [
                    {"resource_server_identifier": of.api, "permission_name": "read"},
                ]})
            }
            "POST /roles" => json!({"name": format!("New {number}")}),
            "PATCH /roles/{id}" => json!({"description": "new"}),
            "POST /roles/{id}/permissions" => permissions(&of.api, &["write"]),
            "DELETE /roles/{id}/permissions" => permissions(&of.api, &["read"]),
            "POST /roles/{id}/users" => json!({"users": [of.spare_user]}),
            "POST /users" => {
                json!({"connection": "Username-Password-Authentication", "email": format!("new{number}@example.com")})
            }
            "PATCH /users/{id}" => json!({"nickname": "new"}),
            "POST /users/{id}/roles" => role(),
            "DELETE /users/{id}/roles" => json!({"roles": [of.role]}),
            "POST /users/{id}/permissions" => permissions(&of.api, &["write"]),
            "DELETE /users/{id}/permissions" => permissions(&of.api, &["read"]),
            "POST /resource-servers" => json!({"identifier": format!("https://new-api{number}.example")}),
            "PATCH /resource-servers/{id}" => json!({"name": "New"}),
            "POST /clients" => json!({"name": "New"}),
            "PATCH /clients/{id}" => json!({"name": "New"}),
            "POST /clients/{id}/credentials" => {
                json!({"credential_type": "public_key", "pem": PUBLIC_KEY, "kid": format!("key-number-{number}")})
            }
            "PATCH /clients/{id}/credentials/{credential_id}" => json!({"expires_at": null}),
            "POST /client-grants" => {
                json!({"client_id": of.spare_client.id, "audience": of.api, "scope": ["read"]})
            }
            "PATCH /client-grants/{id}" => json!({"scope": ["read", "write"]}),
            "POST /access-policies" => {
                json!({"name": "New", "rules": {"denied_networks": ["203.0.113.0/24"]}})
            }
            "POST /claim-mappings" => json!({
                "name": "New", "claim": "plan", "in": ["id_token"], "source": {"type": "roles"},
            }),
            "POST /resource-types" => json!({
                "type": format!("folder{number}"), "resource_server_identifier": of.api,
                "actions": [{"name": "open", "permission_name": "read"}],
            }),
            "PATCH /resource-types/{type}" => {
                json!({"actions": [{"name": "edit", "permission_name": "write"}]})
            }
            "PATCH /claim-mappings/{id}" => json!({"name": "New"}),
            "PATCH /access-policies/{id}" => json!({"name": "New"}),
            "POST /actions/actions" => {
                json!({"name": format!("New {number}"), "supported_triggers": [{"id": "post-login"}]})
            }
            "POST /token-previews" => json!({"grant_type": "client_credentials", "client_id": of.client.id}),
            "POST /actions/actions/{id}/test" => json!({"payload": {}}),
            "PATCH /actions/actions/{id}" => json!({"code": "// new"}),
            "PATCH /actions/triggers/{triggerId}/bindings" => {
                json!({"bindings": [{"ref": {"type": "action_id", "value": of.action}}]})
            }
            "POST /dry-runs" => json!({"type": "delete_client_grant", "client_grant_id": of.grant}),
            "PATCH /tenants/settings" => json!({"friendly_name": "New"}),
            "POST /tickets/email-verification" | "POST /tickets/password-change" => {
                json!({"user_id": of.user})
            }
            "POST /jobs/verification-email" => json!({"user_id": of.user}),
            "POST /jobs/users-imports" => json!({"connection_id": of.connection, "users": []}),
            "POST /jobs/users-exports" => json!({"connection_id": of.connection}),
            "DELETE /user-blocks" | "DELETE /user-blocks/{id}" => return None,
            "PATCH /sessions/{id}" => json!({"session_metadata": {"a": "b"}}),
            "PATCH /refresh-tokens/{id}" => json!({"refresh_token_metadata": {"a": "b"}}),
            "POST /refresh-tokens/revoke" => json!({"ids": [of.refresh_token]}),
            "POST /users/{id}/revoke-access" => json!({"preserve_refresh_tokens": true}),
            "DELETE /users/{id}/sessions"
            | "DELETE /users/{id}/refresh-tokens"
            | "DELETE /sessions/{id}"
            | "POST /sessions/{id}/revoke"
            | "DELETE /refresh-tokens/{id}"
            | "DELETE /grants"
            | "DELETE /grants/{id}" => return None,
            "POST /clients/{id}/rotate-secret"
            | "POST /keys/signing/rotate"
            | "PUT /keys/signing/{kid}/revoke"
            | "DELETE /organizations/{id}"
            | "DELETE /organizations/{id}/client-grants/{grant_id}"
            | "DELETE /organizations/{id}/client-grant-requests/{request_id}"
            | "DELETE /organizations/{id}/enabled_connections/{connection_id}"
            | "DELETE /organizations/{id}/connections/{connection_id}"
            | "POST /organizations/{id}/invitations/{invitation_id}/resend"
            | "DELETE /organizations/{id}/invitations/{invitation_id}"
            | "DELETE /organizations/{id}/discovery-domains/{discovery_domain_id}"
            | "DELETE /connections/{id}"
            | "DELETE /connections/{id}/users"
            | "DELETE /organizations/{id}/audiences/{resource_server_id}"
            | "DELETE /organizations/{id}/envelope"
            | "DELETE /roles/{id}"
            | "DELETE /users/{id}"
            | "DELETE /resource-servers/{id}"
            | "DELETE /clients/{id}"
            | "DELETE /clients/{id}/credentials/{credential_id}"
            | "DELETE /client-grants/{id}"
            | "DELETE /access-policies/{id}"
            | "DELETE /claim-mappings/{id}"
            | "DELETE /resource-types/{type}"
            | "DELETE /actions/actions/{id}"
            | "POST /actions/actions/{id}/deploy"
            | "POST /actions/actions/{actionId}/versions/{id}/deploy" => return None,
            _ if operation.method == Method::GET => return None,
            unknown => panic!("{unknown} is new: give it a valid body, or none, in harness/operations.rs"),
        },
    )
}

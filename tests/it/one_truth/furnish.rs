//! The model as a tenant of the server's, by the Management API alone.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::model::{Bound, Model, People, Place};
use crate::harness::{Machine, Vendor};
use crate::sign_in::{CALLBACK, CONNECTION, PASSWORD};

/// The first users, who have a password.
pub const SIGNING_IN: usize = 2;

/// The grant of devices (RFC 8628).
pub const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The ids of what is in the model.
pub struct Ids {
    pub organizations: Vec<String>,
    pub roles: Vec<String>,
    pub users: Vec<String>,
    pub machines: Vec<Machine>,
    pub web: Machine,
    pub grants: BTreeMap<(usize, usize), String>,
    pub policies: BTreeMap<usize, String>,
    /// The connection that all users have an account in, and another.
    pub connections: [String; 2],
}

/// The address of a user.
pub fn email(user: usize) -> String {
    format!("user{user}@example.com")
}

/// The identifier of an API.
pub fn identifier(api: usize) -> String {
    format!("https://api{api}.example")
}

impl Ids {
    /// Makes everything that is in the model, but what is changed by a [`Change`].
    pub async fn furnish(vendor: &Vendor, model: &Model) -> Self {
        let web = web(vendor).await;
        for (number, api) in model.apis.iter().enumerate() {
            let more = json!({"enforce_policies": api.enforces_policies, "token_dialect": api.dialect,
                "allow_offline_access": true,
                "subject_type_authorization": {"user": {"policy": policy_for(&api.people)},
                    "client": {"policy": if api.is_closed_to_machines { "deny_all" } else { "require_client_grant" }}}});
            vendor.api_with(&identifier(number), &api.names, more).await;
            if let People::Granted(Some(scope)) = &api.people {
                let grant =
                    json!({"client_id": web.id, "audience": identifier(number), "subject_type": "user"});
                vendor.post("/client-grants", with_scope(grant, scope)).await.is(201);
            }
        }
        let doors = vendor.get(&format!("/connections?name={CONNECTION}")).await.is(200);
        let connections = [text(&doors[0], "id"), vendor.connection("corporate", "samlp", json!({})).await];
        let mut organizations = Vec::new();
        for (number, organization) in model.organizations.iter().enumerate() {
            let strategy = json!({"token_strategy": strategy(organization.has_audiences)});
            let id = vendor.organization_with(&format!("customer{number}"), strategy).await;
            vendor.enable(&id, &connections[0], json!({})).await;
            organizations.push(id);
        }
        let mut roles = Vec::new();
        for (number, role) in model.roles.iter().enumerate() {
            let mut new = json!({"name": format!("Role {number}")});
            if let Some(owner) = role.owner {
                new["type"] = "organization".into();
                new["owner_id"] = organizations[owner].clone().into();
            }
            roles.push(text(&vendor.post("/roles", new).await.is(200), "id"));
        }
        let mut users = Vec::new();
        for (number, user) in model.users.iter().enumerate() {
            let mut more = json!({"email_verified": user.is_verified, "blocked": user.is_blocked});
            if number < SIGNING_IN {
                more["password"] = PASSWORD.into();
            }
            users.push(vendor.user_in(CONNECTION, &email(number), more).await);
        }
        let mut machines = Vec::new();
        for number in 0..model.machines {
            machines.push(vendor.client(&format!("Machine {number}")).await);
        }
        let (grants, policies) = (BTreeMap::new(), BTreeMap::new());
        Self { organizations, roles, users, machines, web, grants, policies, connections }
    }

    /// The audience that an organization has of an API for itself.
    pub fn own_audience(&self, api: usize, organization: usize) -> String {
        format!("{}/organizations/{}", identifier(api), self.organizations[organization])
    }

    /// The organization of a place.
    pub fn organization(&self, place: Place) -> Option<&String> {
        place.organization.map(|organization| &self.organizations[organization])
    }
}

async fn web(vendor: &Vendor) -> Machine {
    let new = json!({"name": "Web", "app_type": "regular_web", "callbacks": [CALLBACK],
        "grant_types": ["authorization_code", "implicit", "refresh_token", DEVICE],
        "organization_usage": "allow", "refresh_token": {"allow_any_organization": true}});
    vendor.application(new).await
}

fn policy_for(people: &People) -> &'static str {
    match people {
        People::Everyone => "allow_all",
        People::Nobody => "deny_all",
        People::Granted(_) => "require_client_grant",
    }
}

/// What the Management API calls it.
pub fn strategy(has_audiences: bool) -> &'static str {
    if has_audiences { "audience" } else { "claim" }
}

/// A grant's body with its scope in it.
pub fn with_scope(mut body: Value, scope: &Bound<&'static str>) -> Value {
    match scope {
        Bound::All => body["allow_all_scopes"] = true.into(),
        Bound::Only(names) => body["scope"] = json!(names),
    }
    body
}

/// A text of an answer.
pub fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned()
}

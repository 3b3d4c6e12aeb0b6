//! The things that tests make, in as few words as they need.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::vendor::Vendor;

/// A client that authenticates by a secret.
#[derive(Clone, Debug)]
pub struct Machine {
    pub id: String,
    pub secret: String,
}

/// A value as a segment of a path.
pub fn segment(value: &str) -> String {
    utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
}

/// The body that adds permissions of an API to a role or a user.
pub fn permissions(api: &str, names: &[&str]) -> Value {
    let item = |name: &&str| json!({"resource_server_identifier": api, "permission_name": name});
    json!({"permissions": names.iter().map(item).collect::<Vec<_>>()})
}

/// `base` with the fields of `more`.
fn with(mut base: Value, more: Value) -> Value {
    let fields = more.as_object().expect("fields in an object");
    base.as_object_mut().unwrap().extend(fields.clone());
    base
}

impl Vendor {
    /// Makes an API with scopes; returns its id.
    pub async fn api(&self, identifier: &str, scopes: &[&str]) -> String {
        self.api_with(identifier, scopes, json!({})).await
    }

    pub async fn api_with(&self, identifier: &str, scopes: &[&str], more: Value) -> String {
        let scopes: Vec<Value> = scopes.iter().map(|scope| json!({"value": scope})).collect();
        let new = with(json!({"identifier": identifier, "scopes": scopes}), more);
        id(&self.post("/resource-servers", new).await.is(201), "id")
    }

    /// Makes a role of the tenant with permissions of an API; returns its id.
    pub async fn role(&self, name: &str, api: &str, held: &[&str]) -> String {
        let role = id(&self.post("/roles", json!({"name": name})).await.is(200), "id");
        if !held.is_empty() {
            self.post(&format!("/roles/{role}/permissions"), permissions(api, held)).await.is(201);
        }
        role
    }

    /// Makes an organization; returns its id.
    pub async fn organization(&self, name: &str) -> String {
        self.organization_with(name, json!({})).await
    }

    pub async fn organization_with(&self, name: &str, more: Value) -> String {
        id(&self.post("/organizations", with(json!({"name": name}), more)).await.is(201), "id")
    }

    /// Makes a machine client.
    pub async fn client(&self, name: &str) -> Machine {
        self.application(json!({"name": name, "app_type": "non_interactive"})).await
    }

    /// Makes a client.
    pub async fn application(&self, new: Value) -> Machine {
        let client = self.post("/clients", new).await.is(201);
        Machine { id: id(&client, "client_id"), secret: id(&client, "client_secret") }
    }

    /// Grants a client scopes of an API; returns the grant's id.
    pub async fn grant(&self, client: &Machine, api: &str, scope: &[&str], usage: &str) -> String {
        self.grant_with(client, api, scope, json!({"organization_usage": usage})).await
    }

    pub async fn grant_with(&self, client: &Machine, api: &str, scope: &[&str], more: Value) -> String {
        let new = with(json!({"client_id": client.id, "audience": api, "scope": scope}), more);
        id(&self.post("/client-grants", new).await.is(201), "id")
    }

    /// Associates a grant with an organization.
    pub async fn associate(&self, organization: &str, grant: &str) {
        self.associate_with(organization, grant, json!({})).await;
    }

    pub async fn associate_with(&self, organization: &str, grant: &str, more: Value) {
        let path = format!("/organizations/{organization}/client-grants");
        self.post(&path, with(json!({"grant_id": grant}), more)).await.is(201);
    }

    /// Makes a user; returns the id.
    pub async fn user(&self, email: &str) -> String {
        self.user_in("Username-Password-Authentication", email, json!({})).await
    }

    pub async fn user_in(&self, connection: &str, email: &str, more: Value) -> String {
        let new = with(json!({"connection": connection, "email": email}), more);
        id(&self.post("/users", new).await.is(201), "user_id")
    }

    /// Makes a connection; returns its id.
    pub async fn connection(&self, name: &str, strategy: &str, more: Value) -> String {
        let new = with(json!({"name": name, "strategy": strategy}), more);
        id(&self.post("/connections", new).await.is(201), "id")
    }

    /// Makes a client that people sign in to an organization with; returns its id.
    pub async fn web_client(&self, name: &str) -> String {
        let new = json!({
            "name": name, "app_type": "regular_web", "organization_usage": "allow",
            "initiate_login_uri": "https://app.vendor.example/login",
        });
        id(&self.post("/clients", new).await.is(201), "client_id")
    }

    /// Invites someone, without a message; returns the invitation.
    pub async fn invite(&self, organization: &str, client: &str, email: &str, more: Value) -> Value {
        let new = json!({
            "inviter": {"name": "Ada"}, "invitee": {"email": email}, "client_id": client,
            "send_invitation_email": false,
        });
        self.post(&format!("/organizations/{organization}/invitations"), with(new, more)).await.is(201)
    }

    /// Enables a connection for an organization.
    pub async fn enable(&self, organization: &str, connection: &str, more: Value) {
        let path = format!("/organizations/{organization}/enabled_connections");
        self.post(&path, with(json!({"connection_id": connection}), more)).await.is(201);
    }

    /// Makes a user a member of an organization.
    pub async fn member(&self, organization: &str, user: &str) {
        self.post(&format!("/organizations/{organization}/members"), json!({"members": [user]}))
            .await
            .is(204);
    }

    /// The same, holding roles there.
    pub async fn member_with(&self, organization: &str, user: &str, roles: &[&str]) {
        self.member(organization, user).await;
        self.member_roles(organization, user, roles).await;
    }

    /// Gives a member roles in an organization.
    pub async fn member_roles(&self, organization: &str, user: &str, roles: &[&str]) {
        let path = format!("/organizations/{organization}/members/{}/roles", segment(user));
        self.post(&path, json!({"roles": roles})).await.is(204);
    }

    /// Makes an action for people's tokens; returns its id.
    pub async fn action(&self, name: &str, more: Value) -> String {
        let new = json!({
            "name": name, "supported_triggers": [{"id": "post-login", "version": "v3"}],
            "code": "exports.onExecutePostLogin = async (event, api) => {};",
        });
        id(&self.post("/actions/actions", with(new, more)).await.is(201), "id")
    }

    /// Binds actions to the trigger of people's tokens, by id and in this order, and nothing else.
    pub async fn bind(&self, actions: &[&str]) -> Value {
        let bound = |action: &&str| json!({"ref": {"type": "action_id", "value": action}});
        let body = json!({"bindings": actions.iter().map(bound).collect::<Vec<_>>()});
        self.patch("/actions/triggers/post-login/bindings", body).await.is(200)["bindings"].clone()
    }

    /// Sets settings of the tenant.
    pub async fn set(&self, settings: Value) {
        self.patch("/tenants/settings", settings).await.is(200);
    }
}

fn id(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned()
}

//! One of each thing that the Management API knows, tied together, so that every operation has something to act on.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::nouns::{Machine, permissions, segment};
use super::vendor::Vendor;

/// One of each thing. `spare_…` are not tied to the others.
#[derive(Debug)]
pub struct Fixture {
    /// Different in each fixture, for names that must be unique.
    pub number: u32,
    pub api: String,
    pub api_id: String,
    pub organization: String,
    pub organization_name: String,
    pub role: String,
    pub spare_role: String,
    pub user: String,
    pub spare_user: String,
    pub client: Machine,
    pub spare_client: Machine,
    pub credential: String,
    pub grant: String,
    pub spare_grant: String,
    /// The organization is asked to let a client in.
    pub client_grant_request: String,
    /// A database connection that the organization has, with one user.
    pub connection: String,
    pub connection_name: String,
    pub spare_connection: String,
    /// A client that people sign in to an organization with.
    pub web_client: String,
    pub invitation: String,
    pub discovery_domain: String,
    pub domain: String,
    pub session: String,
    pub refresh_token: String,
    pub consent: String,
    pub previous_key: String,
    pub log: String,
    pub job: String,
    pub access_policy: String,
    pub claim_mapping: String,
    pub resource_type: String,
    /// An action that was deployed and is not bound.
    pub action: String,
    pub action_version: String,
    pub action_execution: String,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A public key for `private_key_jwt`. The keys in this folder were made for the tests and mean nothing elsewhere.
pub const PUBLIC_KEY: &str = include_str!("keys/client.pub.pem");

impl Fixture {
    pub async fn make(vendor: &Vendor) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let api = format!("https://api{number}.example");
        let api_id = vendor.api(&api, &["read", "write"]).await;
        let organization_name = format!("org{number}");
        let organization = vendor.organization(&organization_name).await;
        let role = vendor.role(&format!("Role {number}"), &api, &["read"]).await;
        let spare_role = vendor.role(&format!("Spare {number}"), &api, &[]).await;
        let user = vendor.user(&format!("user{number}@example.com")).await;
        let spare_user = vendor.user(&format!("spare{number}@example.com")).await;
        let client = vendor.client(&format!("Client {number}")).await;
        let spare_client = vendor.client(&format!("Spare {number}")).await;
        let grant = vendor.grant(&client, &api, &["read"], "allow").await;
        let other = format!("https://spare{number}.example");
        vendor.api(&other, &["read"]).await;
        let spare_grant = vendor.grant(&client, &other, &["read"], "allow").await;
        let credentials = format!("/clients/{}/credentials", client.id);
        let new = json!({"credential_type": "public_key", "pem": PUBLIC_KEY});
        let credential = text(&vendor.post(&credentials, new).await.is(201), "id");

        vendor.associate(&organization, &grant).await;
        let asked = json!({"grant_id": vendor.grant(&spare_client, &other, &["read"], "allow").await});
        let requests = format!("/organizations/{organization}/client-grant-requests");
        let client_grant_request = text(&vendor.post(&requests, asked).await.is(201), "id");
        vendor.member(&organization, &user).await;
        let roles = json!({"roles": [role]});
        let of_member = format!("/organizations/{organization}/members/{}/roles", segment(&user));
        vendor.post(&of_member, roles.clone()).await.is(204);
        vendor.post(&format!("/users/{}/roles", segment(&user)), roles).await.is(204);
        let of_user = format!("/users/{}/permissions", segment(&user));
        vendor.post(&of_user, permissions(&api, &["read"])).await.is(201);
        let set = format!("/organizations/{organization}/audiences/{api_id}");
        let audience = json!({"audience": format!("https://own{number}.example")});
        vendor.put(&set, audience).await.is(200);
        let connection_name = format!("connection-{number}");
        let connection = vendor.connection(&connection_name, "auth0", json!({})).await;
        let spare_connection = vendor.connection(&format!("spare-{number}"), "auth0", json!({})).await;
        vendor.enable(&organization, &connection, json!({})).await;
        let web_client = vendor.web_client(&format!("Web {number}")).await;
        let invited = format!("invited{number}@example.com");
        let invitation = vendor.invite(&organization, &web_client, &invited, json!({})).await;
        let domain = format!("customer{number}.example.com");
        let domains = format!("/organizations/{organization}/discovery-domains");
        let discovery_domain = text(&vendor.post(&domains, json!({"domain": domain})).await.is(201), "id");
        let job = vendor.post("/jobs/verification-email", json!({"user_id": user})).await.is(201);
        let policy = json!({"name": "Not from there", "applies_to": {"organization_id": organization},
            "rules": {"denied_networks": ["203.0.113.0/24"]}});
        let access_policy = text(&vendor.post("/access-policies", policy).await.is(201), "id");
        let mapping = json!({"name": "Plan", "applies_to": {"client_id": client.id}, "claim": "https://vendor.example/plan", "in": ["access_token"],
            "source": {"type": "organization_metadata", "key": "plan"}});
        let claim_mapping = text(&vendor.post("/claim-mappings", mapping).await.is(201), "id");
        let resource_type = format!("document{number}");
        let new = json!({"type": resource_type, "resource_server_identifier": api,
            "actions": [{"name": "view", "permission_name": "read"}]});
        vendor.post("/resource-types", new).await.is(201);
        // Some tests make more fixtures than a tenant may hold actions.
        vendor.set(json!({"limits": {"actions": 10_000}})).await;
        let action = vendor.action(&format!("Action {number}"), json!({"deploy": true})).await;
        let version =
            vendor.get(&format!("/actions/actions/{action}")).await.is(200)["deployed_version"].clone();
        let logs = vendor.get("/logs?per_page=1").await.is(200);
        let fixture = Self {
            number,
            api,
            api_id,
            organization,
            organization_name,
            role,
            spare_role,
            user,
            spare_user,
            client,
            spare_client,
            credential,
            grant,
            spare_grant,
            client_grant_request,
            connection,
            connection_name,
            spare_connection,
            web_client,
            invitation: text(&invitation, "id"),
            discovery_domain,
            domain,
            session: format!("session{number}"),
            refresh_token: format!("refresh{number}"),
            consent: format!("consent{number}"),
            previous_key: previous_key(vendor).await,
            log: text(&logs[0], "log_id"),
            job: text(&job, "id"),
            access_policy,
            claim_mapping,
            resource_type,
            action,
            action_version: text(&version, "id"),
            action_execution: format!("execution{number}"),
        };
        fixture.leave_traces(vendor).await;
        let email = fixture.email_in_connection();
        vendor.user_in(&fixture.connection_name, &email, json!({})).await;
        fixture
    }

    /// What a sign-in of the user through the web client leaves behind, with a run of actions on its way.
    async fn leave_traces(&self, vendor: &Vendor) {
        let now = vendor.node.clock.now().timestamp_millis();
        let (end, user, client) = (now + 3_600_000, &self.user, &self.web_client);
        let json = if vendor.node.database.url.starts_with("sqlite:") { "" } else { "::jsonb" };
        let (session, refresh_token, consent) = (&self.session, &self.refresh_token, &self.consent);
        let rows = [
            format!(
                r#"sessions (tenant_id, id, token_hash, user_id, created_at, updated_at, authenticated_at,
                last_interacted_at, idle_expires_at, expires_at, body) SELECT id, '{session}', '{session}', '{user}',
                {now}, {now}, {now}, {now}, {end}, {end}, '{{"device": {{}}, "authentication": {{"methods": []}},
                "cookie": {{"mode": "persistent"}}}}'"#
            ),
            format!(
                r#"refresh_tokens (tenant_id, id, user_id, client_id, session_id, rotating, created_at, body)
                SELECT id, '{refresh_token}', '{user}', '{client}', '{session}', true, {now}, '{{"device": {{}},
                "resource_servers": [], "scope": [], "signed_in": {{}}}}'"#
            ),
            format!(
                r#"consents (tenant_id, id, user_id, client_id, audience, scope) SELECT id, '{consent}', '{user}',
                '{client}', '{}', '["read"]'"#,
                self.api
            ),
            format!(
                r#"action_executions (tenant_id, id, trigger_id, status, created_at, updated_at, action_ids, results)
                SELECT id, '{}', 'post-login', 'final', {now}, {now}, '[]'{json}, '[]'"#,
                self.action_execution
            ),
        ];
        for row in rows {
            let row = format!("{row}{json}");
            let tenant = format!("FROM tenants WHERE issuer = '{}'", vendor.issuer);
            vendor.node.database.execute(format!("INSERT INTO {row} {tenant}")).await;
        }
    }

    /// The address of the one user of the connection.
    pub fn email_in_connection(&self) -> String {
        format!("in-connection{}@example.com", self.number)
    }

    /// What the placeholder that follows a segment of a path stands for.
    pub fn value_after(&self, literal: &str) -> Option<&str> {
        Some(match literal {
            "organizations" => &self.organization,
            "name" => &self.organization_name,
            "members" | "users" | "user-blocks" => &self.user,
            "roles" => &self.role,
            "resource-servers" | "audiences" => &self.api_id,
            "clients" => &self.client.id,
            "credentials" => &self.credential,
            "client-grants" => &self.grant,
            "client-grant-requests" => &self.client_grant_request,
            "sessions" => &self.session,
            "refresh-tokens" => &self.refresh_token,
            "grants" => &self.consent,
            "invitations" => &self.invitation,
            "discovery-domains" => &self.discovery_domain,
            "discovery-domains/name" => &self.domain,
            "connections" | "enabled_connections" => &self.connection,
            "signing" => &self.previous_key,
            "logs" => &self.log,
            "jobs" => &self.job,
            "access-policies" => &self.access_policy,
            "claim-mappings" => &self.claim_mapping,
            "resource-types" => &self.resource_type,
            "actions" => &self.action,
            "versions" => &self.action_version,
            "executions" => &self.action_execution,
            "triggers" => "post-login",
            _ => return None,
        })
    }
}

/// A key that was replaced, and so can be revoked. Keys take a moment to make, so one is kept where there is one.
async fn previous_key(vendor: &Vendor) -> String {
    let keys = vendor.get("/keys/signing").await.is(200);
    match keys.as_array().unwrap().iter().find(|key| key["previous"] == true && key["revoked"] == false) {
        Some(key) => text(key, "kid"),
        None => {
            vendor.post("/keys/signing/rotate", json!({})).await.is(201);
            Box::pin(previous_key(vendor)).await
        }
    }
}

fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned()
}

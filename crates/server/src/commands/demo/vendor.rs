//! The demo's vendor furnishes its tenant through the Management API, as any vendor would.

use guildhall_server::Error;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::sample::{Customer, Person};
use super::{API, failed, pretty};

/// The customers: name, name that people see, token strategy, the role of the machine client there, what they pay for.
const CUSTOMERS: [(&str, &str, &str, &str, &str); 2] = [
    ("aurora", "Aurora Shipping", "claim", "Reader", "business"),
    ("borealis", "Borealis Foods", "audience", "Accountant", "enterprise"),
];

/// The Actions: name, trigger, version, function.
const ACTIONS: [(&str, &str, &str, &str); 2] = [
    ("Plan for people", "post-login", "v3", "onExecutePostLogin"),
    ("Plan for machines", "credentials-exchange", "v2", "onExecuteCredentialsExchange"),
];

/// The password of everybody in the demo.
const PASSWORD: &str = "Demo-Guildhall-1";

/// The people: e-mail address, name, and the role that each holds in the first and the second customer.
const PEOPLE: [(&str, &str, [Option<&str>; 2]); 3] = [
    ("ada@aurora.example", "Ada Nováková", [Some("Admin"), None]),
    ("bo@borealis.example", "Bo Lindqvist", [None, Some("Admin")]),
    ("cleo@consulting.example", "Cleo Marsh", [Some("Reader"), Some("Accountant")]),
];

/// What the demo consists of.
pub struct Furnished {
    /// Each customer with the machine client's token, and how to repeat it.
    pub machine_tokens: Vec<(String, String)>,
    /// The customers.
    pub customers: Vec<Customer>,
    /// The people.
    pub people: Vec<Person>,
    /// The sample app's `client_id`.
    pub web_id: String,
    /// Its secret.
    pub web_secret: String,
}

/// A vendor's program that calls the server.
pub struct Vendor {
    http: Client,
    base: String,
    issuer: String,
    token: String,
}

impl Vendor {
    /// With a token for the Management API.
    pub async fn sign_in(
        base: String,
        issuer: &str,
        id: &str,
        secret: &str,
        audience: &str,
    ) -> Result<Self, Error> {
        let http = Client::new();
        let mut vendor = Self { http, base, issuer: issuer.to_owned(), token: String::new() };
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
            ("audience", audience),
        ];
        vendor.token = vendor.token(&form).await?;
        Ok(vendor)
    }

    async fn token(&self, form: &[(&str, &str)]) -> Result<String, Error> {
        let request = self.http.post(format!("{}/oauth/token", self.base)).form(form);
        let answer: Value = request.send().await.map_err(failed)?.json().await.map_err(failed)?;
        text(&answer, "access_token")
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Result<Value, Error> {
        let url = format!("{}/api/v2/{path}", self.base);
        let request = self.http.request(method, url).bearer_auth(&self.token).json(&body);
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let answer = response.text().await.map_err(failed)?;
        match status.is_success() {
            true => Ok(serde_json::from_str(&answer).unwrap_or_default()),
            false => Err(failed(format!("{path}: {status} {answer}"))),
        }
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value, Error> {
        self.call(Method::POST, path, body).await
    }

    /// Makes everything: `callback` and `home` are addresses of the sample app.
    pub async fn furnish(&self, callback: &str, home: &str) -> Result<Furnished, Error> {
        let scopes = ["read:invoices", "write:invoices", "manage:members"];
        self.post(
            "resource-servers",
            json!({
                "name": "Invoices API",
                "identifier": API,
                "scopes": scopes.map(|scope| json!({"value": scope, "description": scope.replace(':', " ")})),
                "enforce_policies": true,
                "token_dialect": "access_token_authz",
                "allow_offline_access": true,
            }),
        )
        .await?;
        let roles = [
            ("Reader", self.role("Reader", &["read:invoices"]).await?),
            ("Accountant", self.role("Accountant", &["read:invoices", "write:invoices"]).await?),
            ("Admin", self.role("Admin", &scopes).await?),
        ];
        let role = |name: &str| roles.iter().find(|role| role.0 == name).map_or("", |role| role.1.as_str());
        self.organization_admin(role("Admin")).await?;
        let client =
            self.post("clients", json!({"name": "Nightly export", "app_type": "non_interactive"})).await?;
        let (id, secret) = (text(&client, "client_id")?, text(&client, "client_secret")?);
        let grant =
            json!({"client_id": id, "audience": API, "scope": scopes, "organization_usage": "require"});
        let grant = text(&self.post("client-grants", grant).await?, "id")?;
        let connection = self.connection().await?;
        self.actions().await?;

        let mut customers = Vec::new();
        let mut machine_tokens = Vec::new();
        for (name, display_name, strategy, held, plan) in CUSTOMERS {
            let new = json!({
                "name": name,
                "display_name": display_name,
                "token_strategy": strategy,
                "metadata": {"plan": plan},
            });
            let organization = text(&self.post("organizations", new).await?, "id")?;
            let enabled = json!({"connection_id": connection});
            self.post(&format!("organizations/{organization}/enabled_connections"), enabled).await?;
            let access = json!({"grant_id": grant, "roles": [role(held)]});
            self.post(&format!("organizations/{organization}/client-grants"), access).await?;
            let own = format!("{API}/organizations/{organization}");
            let asked = match strategy {
                "claim" => vec![("audience", API), ("organization", organization.as_str())],
                _ => vec![("audience", own.as_str())],
            };
            machine_tokens.push((
                format!("{display_name}: token strategy `{strategy}`, the client holds the role {held}"),
                self.show(&id, &secret, &asked).await?,
            ));
            customers.push(Customer { id: organization, name: display_name });
        }
        let mut people = Vec::new();
        for (email, name, held) in PEOPLE {
            let user = self.person(email, name).await?;
            for (customer, held) in customers.iter().zip(held) {
                if let Some(held) = held {
                    self.member(&customer.id, &user, role(held)).await?;
                }
            }
            let belongs_to = customers.iter().zip(held);
            let belongs_to =
                belongs_to.filter_map(|(customer, held)| Some(format!("{} ({})", customer.name, held?)));
            let belongs_to = belongs_to.collect::<Vec<_>>().join(", ");
            people.push(Person { email, password: PASSWORD, belongs_to });
        }
        let (web_id, web_secret) = self.web_client(callback, home).await?;
        Ok(Furnished { machine_tokens, customers, people, web_id, web_secret })
    }

    /// Whoever holds the role runs their organization: it permits everything on the My Organization API.
    async fn organization_admin(&self, role: &str) -> Result<(), Error> {
        let identifier = format!("{}my-org/", self.issuer);
        let apis = self.call(Method::GET, "resource-servers", Value::Null).await?;
        let api = apis.as_array().into_iter().flatten().find(|api| api["identifier"] == identifier);
        let scopes = api.and_then(|api| api["scopes"].as_array()).cloned().unwrap_or_default();
        let held = |scope: &Value| json!({"resource_server_identifier": identifier, "permission_name": scope["value"]});
        let permissions: Vec<Value> = scopes.iter().map(held).collect();
        self.post(&format!("roles/{role}/permissions"), json!({ "permissions": permissions })).await?;
        Ok(())
    }

    /// Tokens say what the customer pays for.
    async fn actions(&self) -> Result<(), Error> {
        for (name, trigger, version, function) in ACTIONS {
            let code = format!(
                "exports.{function} = async (event, api) => {{\n  \
                 api.accessToken.setCustomClaim(\"{API}/plan\", event.organization?.metadata.plan);\n}};\n"
            );
            let new = json!({
                "name": name,
                "code": code,
                "supported_triggers": [{"id": trigger, "version": version}],
                "deploy": true,
            });
            self.post("actions/actions", new).await?;
            let bindings = json!([{"ref": {"type": "action_name", "value": name}, "display_name": name}]);
            let path = format!("actions/triggers/{trigger}/bindings");
            self.call(Method::PATCH, &path, json!({ "bindings": bindings })).await?;
        }
        Ok(())
    }

    /// The connection that every tenant has.
    async fn connection(&self) -> Result<String, Error> {
        let found =
            self.call(Method::GET, "connections?name=Username-Password-Authentication", Value::Null).await?;
        text(&found[0], "id")
    }

    /// The sample app, as a client that people sign in to and choose their organization at.
    async fn web_client(&self, callback: &str, home: &str) -> Result<(String, String), Error> {
        let new = json!({
            "name": "Invoices",
            "app_type": "regular_web",
            "callbacks": [callback],
            "allowed_logout_urls": [home],
            "grant_types": ["authorization_code", "refresh_token"],
            "refresh_token": {"allow_any_organization": true},
            "organization_usage": "require",
            "organization_require_behavior": "post_login_prompt",
        });
        let client = self.post("clients", new).await?;
        Ok((text(&client, "client_id")?, text(&client, "client_secret")?))
    }

    async fn role(&self, name: &str, permissions: &[&str]) -> Result<String, Error> {
        let role = text(&self.post("roles", json!({"name": name, "description": name})).await?, "id")?;
        let permissions: Vec<Value> = permissions
            .iter()
            .map(|permission| json!({"resource_server_identifier": API, "permission_name": permission}))
            .collect();
        self.post(&format!("roles/{role}/permissions"), json!({"permissions": permissions})).await?;
        Ok(role)
    }

    async fn person(&self, email: &str, name: &str) -> Result<String, Error> {
        let new = json!({
            "connection": "Username-Password-Authentication",
            "email": email,
            "email_verified": true,
            "name": name,
            "password": PASSWORD,
        });
        text(&self.post("users", new).await?, "user_id")
    }

    async fn member(&self, organization: &str, user: &str, role: &str) -> Result<(), Error> {
        self.post(&format!("organizations/{organization}/members"), json!({"members": [user]})).await?;
        let user = user.replace('|', "%7C");
        self.post(&format!("organizations/{organization}/members/{user}/roles"), json!({"roles": [role]}))
            .await?;
        Ok(())
    }

    /// The decoded token, and the call that obtained it.
    async fn show(&self, id: &str, secret: &str, asked: &[(&str, &str)]) -> Result<String, Error> {
        let mut form =
            vec![("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        form.extend_from_slice(asked);
        let token = self.token(&form).await?;
        let parameters: String =
            form.iter().map(|(name, value)| format!(" \\\n    -d {name}={value}")).collect();
        Ok(format!("{}\n\n  curl -s {}oauth/token{parameters}", pretty(&token), self.issuer))
    }
}

fn text(value: &Value, name: &str) -> Result<String, Error> {
    value[name]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| failed(format!("an answer without {name}: {value}")))
}

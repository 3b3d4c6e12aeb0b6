//! `guildhall demo`: a vendor with two customers, made through the Management API as any vendor would.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guildhall_domain::clock::Clock;
use guildhall_server::settings::{KeySource, Settings};
use guildhall_server::{Error, start};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// The audience of the vendor's API.
const API: &str = "https://api.vendor.example";

/// The customers: name, name that people see, token strategy, roles of the machine client there, admin.
const CUSTOMERS: [(&str, &str, &str, &str, &str); 2] = [
    ("aurora", "Aurora Shipping", "claim", "Reader", "ada@aurora.example"),
    ("borealis", "Borealis Foods", "audience", "Accountant", "bo@borealis.example"),
];

/// Serves the demo until Ctrl-C or SIGTERM.
pub async fn run(mut settings: Settings) -> Result<(), Error> {
    let folder =
        tempfile::tempdir().map_err(|error| Error::File { path: "a temporary folder".to_owned(), error })?;
    settings.database_url = format!("sqlite://{}?mode=rwc", folder.path().join("demo.db").display());
    settings.encryption_key = KeySource::Made(folder.path().join("guildhall.key"));
    let server = start(&settings, Clock::system()).await?;
    let Some(first) = &server.provisioned else {
        return Err(Error::Setting("the demo's database is not empty".to_owned()));
    };
    let vendor = Vendor::sign_in(
        format!("http://{}", server.address),
        &server.issuer,
        first.client_id.as_str(),
        first.client_secret.expose(),
        &first.tenant.management_audience(),
    )
    .await?;
    println!("Guildhall serves a vendor with two customers at {}\n", server.issuer);
    for (customer, token) in vendor.furnish().await? {
        println!("{customer}\n\n{token}\n");
    }
    println!(
        "The Management API's own client: client_id {} client_secret {}",
        first.client_id,
        first.client_secret.expose()
    );
    println!("Its pages: {}docs/    Ctrl-C ends the demo; it leaves nothing behind.", server.issuer);
    super::until_told(server).await;
    Ok(())
}

/// A vendor's program that calls the server.
struct Vendor {
    http: Client,
    base: String,
    issuer: String,
    token: String,
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Setting(format!("the demo failed: {error}"))
}

impl Vendor {
    async fn sign_in(
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

    /// Makes everything, and returns each customer with its token and how to repeat it.
    async fn furnish(&self) -> Result<Vec<(String, String)>, Error> {
        let scopes = ["read:invoices", "write:invoices", "manage:members"];
        self.post(
            "resource-servers",
            json!({
                "name": "Invoices API",
                "identifier": API,
                "scopes": scopes.map(|scope| json!({"value": scope, "description": scope.replace(':', " ")})),
                "enforce_policies": true,
                "token_dialect": "access_token_authz",
            }),
        )
        .await?;
        let reader = self.role("Reader", &["read:invoices"]).await?;
        let accountant = self.role("Accountant", &["read:invoices", "write:invoices"]).await?;
        let admin = self.role("Admin", &scopes).await?;
        let client =
            self.post("clients", json!({"name": "Nightly export", "app_type": "non_interactive"})).await?;
        let (id, secret) = (text(&client, "client_id")?, text(&client, "client_secret")?);
        let grant =
            json!({"client_id": id, "audience": API, "scope": scopes, "organization_usage": "require"});
        let grant = text(&self.post("client-grants", grant).await?, "id")?;

        let mut shown = Vec::new();
        for (name, display_name, strategy, role, email) in CUSTOMERS {
            let new = json!({"name": name, "display_name": display_name, "token_strategy": strategy});
            let organization = text(&self.post("organizations", new).await?, "id")?;
            self.member(&organization, email, &admin).await?;
            let held = if role == "Reader" { &reader } else { &accountant };
            let access = json!({"grant_id": grant, "roles": [held]});
            self.post(&format!("organizations/{organization}/client-grants"), access).await?;
            let own = format!("{API}/organizations/{organization}");
            let asked = match strategy {
                "claim" => vec![("audience", API), ("organization", organization.as_str())],
                _ => vec![("audience", own.as_str())],
            };
            shown.push((
                format!("{display_name}: token strategy `{strategy}`, the client holds the role {role}"),
                self.show(&id, &secret, &asked).await?,
            ));
        }
        Ok(shown)
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

    async fn member(&self, organization: &str, email: &str, role: &str) -> Result<(), Error> {
        let new =
            json!({"connection": "Username-Password-Authentication", "email": email, "email_verified": true});
        let user = text(&self.post("users", new).await?, "user_id")?;
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
        Ok(format!("{}\n\n  curl -s {}oauth/token{parameters}", decoded(&token)?, self.issuer))
    }
}

fn text(value: &Value, name: &str) -> Result<String, Error> {
    value[name]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| failed(format!("an answer without {name}: {value}")))
}

fn decoded(token: &str) -> Result<String, Error> {
    let parts = token.split('.').take(2).map(|part| {
        let bytes = URL_SAFE_NO_PAD.decode(part).map_err(failed)?;
        let value: Value = serde_json::from_slice(&bytes).map_err(failed)?;
        serde_json::to_string_pretty(&value).map_err(failed)
    });
    Ok(parts.collect::<Result<Vec<_>, _>>()?.join("\n"))
}

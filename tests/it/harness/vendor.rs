//! A vendor: a tenant, and a program that manages it over HTTP as any vendor's would.

use std::sync::Arc;

use guildhall_app::tenants::{NewTenant, provision};
use guildhall_domain::clock::Clock;
use guildhall_server::start::open;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use super::answer::Answer;
use super::database::{Database, FIRST_CLIENT, ISSUER, SECRET_OF_FIRST_CLIENT};
use super::node::Node;
use super::nouns::Machine;
use super::runtime::here;

/// A vendor with a management token. The node stops when the last vendor on it is dropped.
pub struct Vendor {
    pub issuer: String,
    /// The client that manages the tenant.
    pub manager: Machine,
    pub token: String,
    // Before the node, so that its connections are closed when the node stops.
    http: Client,
    pub node: Arc<Node>,
}

impl Vendor {
    /// The vendor of a fresh database, on a server that caches.
    pub async fn new() -> Self {
        Self::with_caching(true).await
    }

    /// The same, where caching can be turned off.
    pub async fn with_caching(caching: bool) -> Self {
        let clock = Clock::fixed(Clock::system().now());
        Self::on(Node::start(Arc::new(Database::fresh()), clock, caching).await).await
    }

    /// The first tenant's vendor, on a server.
    pub async fn on(node: Node) -> Self {
        let manager = Machine { id: FIRST_CLIENT.to_owned(), secret: SECRET_OF_FIRST_CLIENT.to_owned() };
        Self::signed_in(Arc::new(node), ISSUER, manager).await
    }

    /// The same vendor on a second server over the same database.
    pub async fn on_another_node(&self) -> Self {
        let node = Node::start(self.node.database.clone(), self.node.clock.clone(), true).await;
        Self::signed_in(Arc::new(node), &self.issuer, self.manager.clone()).await
    }

    /// Another vendor in the same deployment, added as an operator adds one: beside the running server.
    pub async fn rival(&self) -> Self {
        let issuer = "http://rival.test/";
        let (settings, clock) = (self.node.database.settings(false), self.node.clock.clone());
        let new = NewTenant {
            name: "rival".to_owned(),
            issuer: issuer.to_owned(),
            is_default: false,
            client_id: None,
            client_secret: None,
        };
        let made = here(async move {
            let (beside, _) = open(&settings, ISSUER, clock).await.unwrap();
            provision(&beside, new).await.unwrap()
        });
        let made = made.await;
        let app = self.node.app();
        here(async move { app.store().follow().await.unwrap() }).await;
        let manager =
            Machine { id: made.client_id.into_string(), secret: made.client_secret.expose().to_owned() };
        Self::signed_in(self.node.clone(), issuer, manager).await
    }

    async fn signed_in(node: Arc<Node>, issuer: &str, manager: Machine) -> Self {
        let http = Client::builder().pool_max_idle_per_host(4).no_proxy().tls_certs_only([]).build().unwrap();
        let mut vendor = Self { issuer: issuer.to_owned(), manager, token: String::new(), http, node };
        vendor.sign_in().await;
        vendor
    }

    /// Gets a new management token, for instance after the clock moved.
    pub async fn sign_in(&mut self) {
        self.token = self.management_token("").await;
    }

    /// A management token with some scopes only; with all for `""`.
    pub async fn management_token(&self, scope: &str) -> String {
        let audience = format!("{}api/v2/", self.issuer);
        self.ask(&self.manager, &[("audience", &audience), ("scope", scope)]).await.token()
    }

    /// A request to this vendor's host, without a token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_to(self.host(), method, path)
    }

    /// The host that requests to this vendor name.
    pub fn host(&self) -> &str {
        self.issuer.trim_start_matches("http://").trim_end_matches('/')
    }

    /// A request to the server by another name.
    pub fn request_to(&self, host: &str, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.node.base)).header("host", host)
    }

    /// Sends a request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.unwrap()
    }

    /// Sends a request to a server that may be gone.
    pub async fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let (client, request) = request.build_split();
        let request = request?;
        let asked = format!("{} {}", request.method(), request.url().path());
        here(async move { Answer::read(asked, client.execute(request).await?).await }).await
    }

    /// Calls the Management API.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.request(method, &format!("/api/v2{path}")).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.send(request).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    pub async fn delete_with(&self, path: &str, body: Value) -> Answer {
        self.call(Method::DELETE, path, Some(&body)).await
    }

    /// Asks for a token by client credentials, as a form with the secret in it. Empty parameters are left out.
    pub async fn ask(&self, machine: &Machine, parameters: &[(&str, &str)]) -> Answer {
        let own = [("client_id", machine.id.as_str()), ("client_secret", machine.secret.as_str())];
        self.ask_with(&[&own, parameters].concat()).await
    }

    /// Asks for a token by client credentials with these parameters alone.
    pub async fn ask_with(&self, parameters: &[(&str, &str)]) -> Answer {
        let grant = [("grant_type", "client_credentials")];
        let form: Vec<_> = grant.iter().chain(parameters).filter(|(_, value)| !value.is_empty()).collect();
        self.send(self.request(Method::POST, "/oauth/token").form(&form)).await
    }

    /// The tenant's epoch.
    pub async fn epoch(&self) -> i64 {
        let sql = format!("SELECT epoch FROM tenants WHERE issuer = '{}'", self.issuer);
        self.node.database.number(sql).await
    }

    /// The epochs of the changes in the log.
    pub async fn epochs_in_the_log(&self) -> Vec<i64> {
        self.changes_in_the_log()
            .await
            .iter()
            .map(|entry| entry["details"]["epoch"].as_i64().unwrap())
            .collect()
    }

    /// The entries of the log that are changes, in the order of their ids.
    pub async fn changes_in_the_log(&self) -> Vec<Value> {
        let (mut entries, mut from) = (Vec::new(), "0".to_owned());
        loop {
            let page = self.get(&format!("/logs?take=100&from={from}&search=type:sapi")).await.is(200);
            let page = page.as_array().unwrap();
            let Some(last) = page.last() else { return entries };
            from = last["log_id"].as_str().unwrap().to_owned();
            entries.extend(page.iter().cloned());
        }
    }

    /// Moves the clock.
    pub fn later(&self, by: chrono::Duration) {
        self.node.clock.advance(by);
    }
}

//! What people's applications get for a sign-in: codes, refresh tokens, access and ID tokens. Contract sections 13.3,
//! 13.4 and 14. How people sign in is tested elsewhere; here the sign-in is made as its last page makes it.

mod access;
mod codes;
mod id_tokens;
mod introspection;
mod management;
mod narrowing;
mod races;
mod refresh;
mod revocation;
mod rotation;
mod userinfo;

use std::sync::Arc;

use chrono::Duration;
use guildhall_app::{App, codes as app_codes, sessions};
use guildhall_domain::authorization_code::{Challenge, ChallengeMethod, CodeGrant, SignedIn};
use guildhall_domain::id::{ClientId, OrganizationId, SessionId, UserId};
use guildhall_domain::log::Origin;
use guildhall_domain::session::Method;
use guildhall_domain::tenant::Tenant;
use guildhall_domain::token_changes::TokenChanges;
use reqwest::Method as Http;
use serde_json::{Value, json};

use crate::harness::{Answer, Machine, Vendor, concurrently};

/// The vendor's API.
pub const API: &str = "https://api.example";

/// The verifier and challenge of RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A vendor with an API that enforces policies, two customers, a web application, and Ada, who belongs to both: she
/// reads in Aurora and writes in Borealis.
pub struct House {
    pub vendor: Vendor,
    pub api: String,
    pub web: Machine,
    pub ada: String,
    /// With the strategy `claim`.
    pub aurora: String,
    /// With the strategy `audience`.
    pub borealis: String,
    pub reader: String,
    pub writer: String,
}

impl House {
    pub async fn open() -> Self {
        Self::open_with(json!({})).await
    }

    /// The same, with more settings of the application's refresh tokens.
    pub async fn open_with(refresh_token: Value) -> Self {
        let vendor = Vendor::new().await;
        let authz = json!({"enforce_policies": true, "token_dialect": "access_token_authz",
            "allow_offline_access": true});
        let api = vendor.api_with(API, &["read", "write"], authz).await;
        let web = json!({"name": "Web", "app_type": "regular_web", "organization_usage": "allow",
            "refresh_token": refresh_token});
        let web = vendor.application(web).await;
        let aurora = vendor.organization_with("aurora", json!({"token_strategy": "claim"})).await;
        let borealis = vendor.organization_with("borealis", json!({"token_strategy": "audience"})).await;
        let reader = vendor.role("Reader", API, &["read"]).await;
        let writer = vendor.role("Writer", API, &["write"]).await;
        let ada = vendor.user("ada@example.com").await;
        vendor.member_with(&aurora, &ada, &[&reader]).await;
        vendor.member_with(&borealis, &ada, &[&writer]).await;
        Self { vendor, api, web, ada, aurora, borealis, reader, writer }
    }

    /// Lets people with accounts like Ada's sign in to both customers.
    pub async fn enable_connection(&self) {
        let listed = self.vendor.get("/connections?name=Username-Password-Authentication").await.is(200);
        let connection = listed[0]["id"].as_str().unwrap();
        for organization in [&self.aurora, &self.borealis] {
            self.vendor.enable(organization, connection, json!({})).await;
        }
    }

    pub fn app(&self) -> App {
        self.vendor.node.app()
    }

    pub async fn tenant(&self) -> Arc<Tenant> {
        let app = self.app();
        concurrently(async move { app.tenant_of_host("vendor.test").await.unwrap().unwrap() }).await.unwrap()
    }

    /// A session of Ada's; its id.
    pub async fn session(&self) -> SessionId {
        let (app, tenant, user) = (self.app(), self.tenant().await, UserId::new(&self.ada));
        let started = concurrently(async move {
            let now = app.clock().now();
            let methods = vec![Method { name: "pwd".to_owned(), timestamp: now, kind: None }];
            sessions::start(&app, &tenant, &user, methods, &Origin::default(), true).await.unwrap()
        });
        started.await.unwrap().0.id
    }

    /// What Ada's sign-in through the web application is worth.
    pub fn grant(&self, scope: &str) -> CodeGrant {
        CodeGrant {
            client_id: ClientId::new(&self.web.id),
            user_id: UserId::new(&self.ada),
            session_id: None,
            redirect_uri: None,
            scope: scope.split_whitespace().map(str::to_owned).collect(),
            audience: Some(API.to_owned()),
            organization_id: None,
            nonce: None,
            challenge: None,
            signed_in: SignedIn::default(),
            changes: TokenChanges::default(),
        }
    }

    /// The same, in an organization.
    pub fn grant_in(&self, organization: &str, scope: &str) -> CodeGrant {
        CodeGrant { organization_id: Some(OrganizationId::new(organization)), ..self.grant(scope) }
    }

    /// A code that is worth this.
    pub async fn code(&self, grant: CodeGrant) -> String {
        let (app, tenant) = (self.app(), self.tenant().await);
        let issued = concurrently(async move { app_codes::issue(&app, &tenant, &grant).await.unwrap() });
        issued.await.unwrap().expose().to_owned()
    }

    /// Asks for tokens with these parameters alone.
    pub async fn ask(&self, parameters: &[(&str, &str)]) -> Answer {
        self.vendor.send(self.vendor.request(Http::POST, "/oauth/token").form(parameters)).await
    }

    /// Exchanges a code as the web application.
    pub async fn exchange(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let own = [
            ("grant_type", "authorization_code"),
            ("client_id", self.web.id.as_str()),
            ("client_secret", self.web.secret.as_str()),
            ("code", code),
        ];
        self.ask(&[&own, more].concat()).await
    }

    /// The tokens for what a sign-in is worth.
    pub async fn tokens(&self, grant: CodeGrant) -> Value {
        let code = self.code(grant).await;
        self.exchange(&code, &[]).await.is(200)
    }

    /// A refresh token of Ada's, in an organization or in none.
    pub async fn refresh_token(&self, organization: Option<&str>) -> String {
        let scope = "openid read write offline_access";
        let grant = match organization {
            Some(organization) => self.grant_in(organization, scope),
            None => self.grant(scope),
        };
        self.tokens(grant).await["refresh_token"].as_str().unwrap().to_owned()
    }

    /// Uses a refresh token as the web application.
    pub async fn refresh(&self, token: &str, more: &[(&str, &str)]) -> Answer {
        let own = [
            ("grant_type", "refresh_token"),
            ("client_id", self.web.id.as_str()),
            ("client_secret", self.web.secret.as_str()),
            ("refresh_token", token),
        ];
        self.ask(&[&own, more].concat()).await
    }

    /// What the web application is told of a token.
    pub async fn introspected(&self, token: &str) -> Value {
        let form =
            [("client_id", self.web.id.as_str()), ("client_secret", &self.web.secret), ("token", token)];
        let request = self.vendor.request(Http::POST, "/oauth/introspect").form(&form);
        self.vendor.send(request).await.is(200)
    }

    /// Changes the web application.
    pub async fn set_web(&self, patch: Value) {
        self.vendor.patch(&format!("/clients/{}", self.web.id), patch).await.is(200);
    }

    /// Changes Ada.
    pub async fn set_ada(&self, patch: Value) {
        self.vendor.patch(&format!("/users/{}", crate::harness::segment(&self.ada)), patch).await.is(200);
    }

    /// Puts Ada out of an organization.
    pub async fn put_out(&self, organization: &str) {
        let members = json!({"members": [self.ada]});
        self.vendor.delete_with(&format!("/organizations/{organization}/members"), members).await.is(204);
    }

    pub fn later(&self, seconds: i64) {
        self.vendor.later(Duration::seconds(seconds));
    }
}

/// The challenge that [`VERIFIER`] answers.
pub fn challenge(method: ChallengeMethod) -> Option<Challenge> {
    let value = if method == ChallengeMethod::S256 { CHALLENGE } else { VERIFIER };
    Some(Challenge { value: value.to_owned(), method })
}

/// A token of an answer.
#[track_caller]
pub fn token<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"))
}

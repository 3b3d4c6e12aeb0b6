//! The My Organization API: customers' people and machines in their own organizations. Contract section 16.

mod client_access;
mod client_credentials;
mod client_grants;
mod client_lives;
mod clients;
mod config;
mod details;
mod domains;
mod effective_permissions;
mod escalation;
mod hand_over;
mod invitations;
mod logs;
mod matrix;
mod member_roles;
mod members;
mod permissions;
mod requests;
mod role_deletion;
mod role_permissions;
mod role_templates;
mod roles;
mod things;
mod tokens;

use chrono::Duration;
use guildhall_app::codes;
use guildhall_domain::authorization_code::{CodeGrant, SignedIn};
use guildhall_domain::id::{ClientId, OrganizationId, UserId};
use guildhall_domain::token_changes::TokenChanges;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Machine, Vendor, concurrently, permissions};

/// The vendor's API: admins read and write, and nobody but the vendor deletes.
pub const API: &str = "https://api.example";

/// A vendor with two customers, each with an admin and a member who has no rights.
pub struct Customers {
    pub vendor: Vendor,
    /// The vendor's application, through which people come.
    pub app: Machine,
    /// The tenant's roles: all of the My Organization API with `read` and `write`; `read`; `delete`.
    pub admin: String,
    pub reader: String,
    pub deleter: String,
    pub aurora: Customer,
    pub borealis: Customer,
}

/// A customer: the organization, its admin, and a member without rights.
pub struct Customer {
    pub id: String,
    pub admin: Person,
    pub member: Person,
}

/// Someone in an organization, with a token for it.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: String,
    pub token: String,
}

/// Every scope of the API, as its document lists them.
pub fn scopes() -> Vec<&'static str> {
    guildhall_domain::policy::my_organization::all_scopes()
}

impl Customers {
    pub async fn open() -> Self {
        Self::of(Vendor::new().await).await
    }

    pub async fn of(vendor: Vendor) -> Self {
        let authz = json!({"enforce_policies": true, "token_dialect": "access_token_authz"});
        vendor.api_with(API, &["read", "write", "delete"], authz).await;
        let app = vendor
            .application(json!({
                "name": "App", "app_type": "regular_web", "organization_usage": "require",
                "my_organization_configuration": {},
            }))
            .await;
        let my_org = format!("{}my-org/", vendor.issuer);
        let scopes = scopes();
        vendor.grant_with(&app, &my_org, &scopes, json!({"subject_type": "user"})).await;
        let admin = vendor.role("Admin", &my_org, &scopes).await;
        let path = format!("/roles/{admin}/permissions");
        vendor.post(&path, permissions(API, &["read", "write"])).await.is(201);
        let reader = vendor.role("Reader", API, &["read"]).await;
        let deleter = vendor.role("Deleter", API, &["delete"]).await;
        let aurora = Customer::furnish(&vendor, &app, "aurora", &admin).await;
        let borealis = Customer::furnish(&vendor, &app, "borealis", &admin).await;
        Self { vendor, app, admin, reader, deleter, aurora, borealis }
    }

    /// A new member of an organization, with roles that the vendor gives.
    pub async fn person(&self, organization: &str, email: &str, roles: &[&str]) -> Person {
        person(&self.vendor, &self.app, organization, email, roles).await
    }

    /// A new token of someone, in an organization, through an application.
    pub async fn token_of(&self, user: &str, organization: &str) -> String {
        person_token(&self.vendor, &self.app, user, Some(organization), &scopes()).await.unwrap()
    }

    /// A token of a machine client of the vendor's that the vendor let into an organization with these scopes.
    pub async fn machine(&self, organization: &str, scope: &[&str]) -> (Machine, String) {
        let my_org = format!("{}my-org/", self.vendor.issuer);
        let machine = self.vendor.client("Automation").await;
        let grant = self.vendor.grant(&machine, &my_org, scope, "require").await;
        self.vendor.associate(organization, &grant).await;
        let asked = [("audience", my_org.as_str()), ("organization", organization)];
        let token = self.vendor.ask(&machine, &asked).await.token();
        (machine, token)
    }

    /// The API in the hands of whoever has the token.
    pub fn with<'a>(&'a self, token: &'a str) -> Hand<'a> {
        Hand { vendor: &self.vendor, token }
    }

    /// The API in the hands of a person.
    pub fn by<'a>(&'a self, person: &'a Person) -> Hand<'a> {
        self.with(&person.token)
    }

    /// The permissions of the vendor's API that a member holds in an organization.
    pub async fn held(&self, organization: &str, user: &str) -> Vec<String> {
        let user = crate::harness::segment(user);
        let path = format!(
            "/organizations/{organization}/members/{user}/effective-permissions?resource_server_identifier={API}"
        );
        let listed = self.vendor.get(&path).await.is(200);
        let names = listed["permissions"].as_array().unwrap().iter();
        names.map(|it| it["permission_name"].as_str().unwrap().to_owned()).collect()
    }

    pub fn later(&self, seconds: i64) {
        self.vendor.later(Duration::seconds(seconds));
    }
}

impl Customer {
    async fn furnish(vendor: &Vendor, app: &Machine, name: &str, admin: &str) -> Self {
        let id = vendor.organization(name).await;
        let admin = person(vendor, app, &id, &format!("admin@{name}.example"), &[admin]).await;
        let member = person(vendor, app, &id, &format!("member@{name}.example"), &[]).await;
        Self { id, admin, member }
    }
}

async fn person(vendor: &Vendor, app: &Machine, organization: &str, email: &str, roles: &[&str]) -> Person {
    let id = vendor.user(email).await;
    match roles.is_empty() {
        true => vendor.member(organization, &id).await,
        false => vendor.member_with(organization, &id, roles).await,
    }
    let token = person_token(vendor, app, &id, Some(organization), &scopes()).await.unwrap();
    Person { id, token }
}

/// A token of a person for the My Organization API, made as the last page of a sign-in makes it; nothing where the sign-in
/// comes to nothing.
pub async fn person_token(
    vendor: &Vendor,
    app: &Machine,
    user: &str,
    organization: Option<&str>,
    scope: &[&str],
) -> Option<String> {
    let grant = CodeGrant {
        client_id: ClientId::new(&app.id),
        user_id: UserId::new(user),
        session_id: None,
        redirect_uri: None,
        scope: scope.iter().map(|&scope| scope.to_owned()).collect(),
        audience: Some(format!("{}my-org/", vendor.issuer)),
        organization_id: organization.map(OrganizationId::new),
        nonce: None,
        challenge: None,
        signed_in: SignedIn::default(),
        changes: TokenChanges::default(),
    };
    let (node, host) = (vendor.node.app(), vendor.host().to_owned());
    let code = concurrently(async move {
        let tenant = node.tenant_of_host(&host).await.unwrap().unwrap();
        codes::issue(&node, &tenant, &grant).await.unwrap().expose().to_owned()
    });
    let code = code.await.unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", app.id.as_str()),
        ("client_secret", app.secret.as_str()),
        ("code", code.as_str()),
    ];
    let answer = vendor.send(vendor.request(Method::POST, "/oauth/token").form(&form)).await;
    answer.succeeded().then(|| answer.token())
}

/// The API in the hands of whoever has a token.
#[derive(Clone, Copy)]
pub struct Hand<'a> {
    pub vendor: &'a Vendor,
    pub token: &'a str,
}

impl Hand<'_> {
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.vendor.request(method, &format!("/my-org/v1{path}")).bearer_auth(self.token);
        let request = body.iter().fold(request, |request, body| request.json(body));
        self.vendor.send(request).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    pub async fn delete_with(&self, path: &str, body: Value) -> Answer {
        self.call(Method::DELETE, path, Some(&body)).await
    }
}

impl Answer {
    /// Checks a refusal of the My Organization API: problem JSON of this status and number. Returns its detail.
    #[track_caller]
    pub fn problem(self, status: u16, number: &str) -> String {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.asked);
        let body = self.body();
        assert_eq!(body["type"], format!("https://auth0.com/api-errors#A0E-{status}-{number}"), "{body}");
        assert_eq!(body["status"], status);
        assert!(!body["title"].as_str().unwrap().is_empty());
        body["detail"].as_str().unwrap().to_owned()
    }
}

/// The ids of the items under a key.
#[track_caller]
pub fn ids(list: &Value, key: &str, id: &str) -> Vec<String> {
    let items = list[key].as_array().unwrap_or_else(|| panic!("no {key} in {list}"));
    items.iter().map(|item| item[id].as_str().unwrap().to_owned()).collect()
}

//! One of each thing that an organization has, and every operation of the API with something to act on.

use std::sync::atomic::{AtomicU32, Ordering};

use guildhall_api::documents;
use reqwest::Method;
use serde_json::{Value, json};

use super::{API, Customers, Person, person_token, scopes};
use crate::harness::{Answer, Machine, permissions, segment};

/// A public key for `private_key_jwt`.
const PUBLIC_KEY: &str = include_str!("../harness/keys/client.pub.pem");

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A vendor with what organizations share: a machine client that the vendor lets into each, and partners' clients.
pub struct Street {
    pub all: Customers,
    pub automation: Machine,
    grants: Vec<String>,
    /// Partners' grants on the vendor's API that organizations may approve: approved, asked for, and neither.
    partners: [String; 3],
}

/// An organization with two admins and one of each thing.
pub struct Things {
    pub admin: Person,
    pub member: Person,
    /// A machine client of the organization's own that may do whatever its admin may, with a token.
    pub machine: (Machine, String),
    /// A token of the vendor's machine client.
    pub automation: String,
    ids: Vec<(&'static str, String)>,
    number: u32,
}

impl Street {
    pub async fn open() -> Self {
        let all = Customers::open().await;
        let vendor = &all.vendor;
        let my_org = format!("{}my-org/", vendor.issuer);
        let login = json!({"initiate_login_uri": "https://app.vendor.example/login"});
        vendor.patch(&format!("/clients/{}", all.app.id), login).await.is(200);
        vendor.set(json!({"invitation_landing_client_id": all.app.id})).await;
        let automation = vendor.client("Automation").await;
        let grants = vec![
            vendor.grant(&automation, &my_org, &scopes(), "require").await,
            vendor.grant(&automation, API, &["read", "write"], "require").await,
        ];
        let open = json!({"organization_usage": "require", "allow_organization_approval": true});
        let mut partners = Vec::new();
        for name in ["One", "Two", "Three"] {
            let partner = vendor.client(name).await;
            partners.push(vendor.grant_with(&partner, API, &["read", "write"], open.clone()).await);
        }
        let partners = partners.try_into().unwrap();
        Self { automation, grants, partners, all }
    }

    /// A new organization with one of each.
    pub async fn furnish(&self) -> Things {
        let (all, number) = (&self.all, COUNT.fetch_add(1, Ordering::Relaxed));
        let vendor = &all.vendor;
        let organization = vendor.organization(&format!("things{number}")).await;
        let email = |name: &str| format!("{name}{number}@example.com");
        let admin = all.person(&organization, &email("admin"), &[&all.admin]).await;
        all.person(&organization, &email("second"), &[&all.admin]).await;
        let member = all.person(&organization, &email("member"), &[]).await;
        for grant in &self.grants {
            vendor.associate(&organization, grant).await;
        }
        let my_org = format!("{}my-org/", vendor.issuer);
        let asked = [("audience", my_org.as_str()), ("organization", organization.as_str())];
        let automation = vendor.ask(&self.automation, &asked).await.token();

        let hand = all.by(&admin);
        let made = async |path: &str, body: Value| hand.post(path, body).await;
        let text = |answer: Answer, status: u16, name: &str| -> String {
            let body = answer.is(status);
            let body = if body.is_array() { body[0].clone() } else { body };
            body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned()
        };
        let access = json!([
            {"resource_server_identifier": my_org, "scope": scopes()},
            {"resource_server_identifier": API, "scope": ["read", "write"]},
        ]);
        let machine = made("/clients", json!({"name": "Own", "access": access})).await.is(201);
        let secret = |name: &str| machine[name].as_str().unwrap().to_owned();
        let machine = Machine { id: secret("client_id"), secret: secret("client_secret") };
        let token = vendor.ask(&machine, &[("audience", &my_org)]).await.token();

        let role = json!({"name": "Own", "permissions": permissions(API, &["read"])["permissions"]});
        let role = text(made("/roles", role).await, 201, "id");
        let access = json!([{"resource_server_identifier": API, "scope": ["read"]}]);
        let client =
            text(made("/clients", json!({"name": "Spare", "access": access})).await, 201, "client_id");
        let key = json!({"credential_type": "public_key", "pem": PUBLIC_KEY});
        let credential = text(made(&format!("/clients/{client}/credentials"), key).await, 201, "id");
        let invitees = json!({"invitees": [{"email": email("invited")}]});
        let invitation = text(made("/member-invitations", invitees).await, 201, "id");
        let domain = json!({"domain": format!("things{number}.example")});
        let domain = text(made("/domains", domain).await, 201, "id");
        let approved = json!({"grant_id": self.partners[0], "scope": ["read"]});
        made("/client-grants", approved).await.is(201);
        let requests = format!("/organizations/{organization}/client-grant-requests");
        let request = json!({"grant_id": self.partners[1], "scope": ["read"]});
        let request = text(vendor.post(&requests, request).await, 201, "id");
        let logs = hand.get("/logs?take=1").await.is(200);
        let log = logs["logs"][0]["log_id"].as_str().unwrap().to_owned();
        let ids = vec![
            ("{user_id}", member.id.clone()),
            ("{role_id}", role),
            ("{client_id}", client),
            ("{credential_id}", credential),
            ("{invitation_id}", invitation),
            ("{client_with_a_secret}", machine.id.clone()),
            ("{domain_id}", domain),
            ("{grant_id}", self.partners[0].clone()),
            ("{id}", request),
            ("{log_id}", log),
        ];
        Things { admin, member, machine: (machine, token), automation, ids, number }
    }

    /// What is sent with an operation, where anything is.
    pub fn body(&self, operation: &Operation, of: &Things) -> Option<Value> {
        let held = |name: &str| permissions(API, &[name]);
        let reader = json!({"role_ids": [self.all.reader]});
        let access = json!([{"resource_server_identifier": API, "scope": ["read"]}]);
        let number = of.number;
        Some(match operation.name().as_str() {
            "PATCH /details" => json!({"display_name": "New"}),
            "POST /delete-memberships" => json!({"members": [of.member.id]}),
            "POST /members/{user_id}/roles"
            | "DELETE /members/{user_id}/roles"
            | "POST /members/{user_id}/unassign-roles" => reader,
            "POST /me/hand-over" => json!({"user_id": of.member.id}),
            "POST /member-invitations" => {
                json!({"invitees": [{"email": format!("new{number}@example.com")}]})
            }
            "POST /delete-member-invitations" => json!({"invitations": [of.id("{invitation_id}")]}),
            "POST /roles" => json!({"name": "New", "permissions": held("read")["permissions"]}),
            "PATCH /roles/{role_id}" => json!({"description": "New"}),
            "POST /roles/{role_id}/permissions" => held("write"),
            "DELETE /roles/{role_id}/permissions" => held("read"),
            "POST /clients" => json!({"name": "New", "access": access}),
            "PATCH /clients/{client_id}" => json!({"description": "New"}),
            "PUT /clients/{client_id}/access" => json!({ "access": access }),
            "POST /clients/{client_id}/rotate-secret" => json!({}),
            "POST /clients/{client_id}/credentials" => {
                json!({"credential_type": "public_key", "pem": PUBLIC_KEY, "kid": format!("key-number-{number}")})
            }
            "POST /client-grants" => json!({"grant_id": self.partners[2], "scope": ["read"]}),
            "POST /client-grant-requests/{id}/approve" => json!({}),
            "POST /domains" => json!({"domain": format!("new{number}.example")}),
            "DELETE /"
            | "POST /me/leave"
            | "DELETE /member-invitations/{invitation_id}"
            | "DELETE /roles/{role_id}"
            | "DELETE /clients/{client_id}"
            | "DELETE /clients/{client_id}/credentials/{credential_id}"
            | "DELETE /client-grants/{grant_id}"
            | "POST /client-grant-requests/{id}/refuse"
            | "DELETE /domains/{domain_id}"
            | "POST /domains/{domain_id}/verify" => return None,
            _ if operation.method == Method::GET => return None,
            unknown => {
                panic!("{unknown} is new: give it a valid body, or none, in my_organization/things.rs")
            }
        })
    }
}

impl Things {
    /// The id that stands for a placeholder.
    pub fn id(&self, placeholder: &str) -> &str {
        let known = self.ids.iter().find(|(name, _)| *name == placeholder);
        &known.unwrap_or_else(|| panic!("say in my_organization/things.rs what {placeholder} is")).1
    }
}

/// An operation of the document.
pub struct Operation {
    pub method: Method,
    /// With `{placeholders}`, under `/my-org/v1`.
    pub path: String,
}

/// Every operation.
pub fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(documents::json("my-organization").unwrap()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let path = path.strip_prefix("/my-org/v1").expect("a path under /my-org/v1").to_owned();
            operations.push(Operation { method, path });
        }
    }
    operations
}

impl Operation {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The path with `id(placeholder)` for each placeholder, and the query without which it does nothing.
    pub fn filled(&self, id: impl Fn(&str) -> String) -> String {
        let part = |part: &str| match part {
            "{client_id}" if self.path.ends_with("/rotate-secret") => segment(&id("{client_with_a_secret}")),
            part if part.starts_with('{') => segment(&id(part)),
            part => part.to_owned(),
        };
        let path = self.path.split('/').map(part).collect::<Vec<_>>().join("/");
        match self.name().as_str() {
            name if name.ends_with("/effective-permissions") => {
                format!("{path}?resource_server_identifier={API}")
            }
            "GET /logs/export" => format!("{path}?format=jsonl"),
            "DELETE /roles/{role_id}" => format!("{path}?confirm=true"),
            _ => path,
        }
    }
}

/// A token of an admin of another tenant's organization.
pub async fn other_tenants_admin(street: &Street) -> String {
    let rival = street.all.vendor.rival().await;
    let theirs = Customers::of(rival).await;
    let (admin, organization) = (&theirs.aurora.admin.id, Some(theirs.aurora.id.as_str()));
    person_token(&theirs.vendor, &theirs.app, admin, organization, &scopes()).await.unwrap()
}

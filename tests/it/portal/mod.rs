//! The portal: pages on which the people of an organization run it themselves.

mod details;
mod entrance;
mod guards;
mod links;
mod members;
mod sections;
mod visits;

use serde_json::{Value, json};

use crate::harness::{Answer, Vendor, permissions, segment};
use crate::sign_in::browser::{Browser, hidden};

pub const API: &str = "https://api.example";
pub const CONNECTION: &str = "Username-Password-Authentication";
pub const PASSWORD: &str = "correct Horse 1";

/// A vendor with two customers. In each, one person holds everything of the My Organization API and `read`; another holds
/// nothing.
pub struct House {
    pub vendor: Vendor,
    pub aurora: String,
    pub admin_role: String,
    pub reader: String,
    pub writer: String,
    /// The admin of Aurora.
    pub ada: String,
    /// A member of Aurora without rights.
    pub max: String,
    /// The admin of Borealis.
    pub bea: String,
}

impl House {
    pub async fn open() -> Self {
        let vendor = Vendor::new().await;
        vendor.api_with(API, &["read", "write"], json!({"enforce_policies": true})).await;
        let my_org = format!("{}my-org/", vendor.issuer);
        let scopes = guildhall_domain::policy::my_organization::all_scopes();
        let admin_role = vendor.role("Admin", &my_org, &scopes).await;
        vendor.post(&format!("/roles/{admin_role}/permissions"), permissions(API, &["read"])).await.is(201);
        let reader = vendor.role("Reader", API, &["read"]).await;
        let writer = vendor.role("Writer", API, &["write"]).await;
        let connections = vendor.get("/connections").await.is(200);
        let connection = connections[0]["id"].as_str().unwrap().to_owned();
        let aurora = vendor.organization_with("aurora", json!({"display_name": "Aurora Shipping"})).await;
        let borealis = vendor.organization("borealis").await;
        for organization in [&aurora, &borealis] {
            vendor.enable(organization, &connection, json!({})).await;
        }
        let ada = person(&vendor, "ada@aurora.example", "Ada Lovelace").await;
        let max = person(&vendor, "max@aurora.example", "Max Muster").await;
        let bea = person(&vendor, "bea@borealis.example", "Bea Borg").await;
        vendor.member_with(&aurora, &ada, &[&admin_role]).await;
        vendor.member(&aurora, &max).await;
        vendor.member_with(&borealis, &bea, &[&admin_role]).await;
        Self { vendor, aurora, admin_role, reader, writer, ada, max, bea }
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser::new(&self.vendor)
    }

    /// A browser in which someone visits the portal of an organization.
    pub async fn visit(&self, email: &str, organization: &str) -> Browser<'_> {
        let browser = self.browser();
        let page = self.enter(&browser, email, organization).await;
        assert_eq!(page.status, 200, "{}", page.text);
        browser
    }

    pub async fn ada(&self) -> Browser<'_> {
        self.visit("ada@aurora.example", &self.aurora).await
    }

    pub async fn max(&self) -> Browser<'_> {
        self.visit("max@aurora.example", &self.aurora).await
    }

    /// Signs someone in to the portal of an organization.
    pub async fn enter(&self, browser: &Browser<'_>, email: &str, organization: &str) -> Answer {
        let page = browser.go(&format!("/portal?organization={organization}")).await;
        let answer = browser.submit(&page, &[("username", email), ("password", PASSWORD)]).await;
        self.arrive(browser, answer).await
    }

    /// Goes where an answer leads, when that is the portal.
    pub async fn arrive(&self, browser: &Browser<'_>, answer: Answer) -> Answer {
        match answer.header("location").strip_prefix(&self.vendor.issuer) {
            Some(path) => browser.go(&format!("/{path}")).await,
            None => answer,
        }
    }

    /// Acts on a page by one of its forms.
    pub async fn act(&self, browser: &Browser<'_>, page: &str, fields: &[(&str, &str)]) -> Answer {
        self.act_at(browser, page, page, fields).await
    }

    /// Acts elsewhere than on the page that has the form.
    pub async fn act_at(
        &self,
        browser: &Browser<'_>,
        page: &str,
        at: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let shown = browser.go(page).await;
        assert_eq!(shown.status, 200, "{}", shown.text);
        let csrf = hidden(&shown, "csrf");
        browser.send_form(at, &[&[("csrf", csrf.as_str())], fields].concat()).await
    }

    /// The ids of the roles that someone holds in Aurora.
    pub async fn roles(&self, user: &str) -> Vec<String> {
        let path = format!("/organizations/{}/members/{}/roles", self.aurora, segment(user));
        let roles = self.vendor.get(&path).await.is(200);
        roles.as_array().unwrap().iter().map(|role| role["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Asks for a link into the portal of Aurora.
    pub async fn link(&self, user: &str, more: Value) -> Answer {
        let mut body = json!({"user_id": user});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.vendor.post(&format!("/organizations/{}/portal-links", self.aurora), body).await
    }

    /// The path of a link that was made.
    pub fn path(&self, link: &Value) -> String {
        format!("/{}", link["url"].as_str().unwrap().strip_prefix(&self.vendor.issuer).unwrap())
    }

    /// Follows a link to its end.
    pub async fn follow(&self, browser: &Browser<'_>, path: &str, more: &[(&str, &str)]) -> Answer {
        let page = browser.go(path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let ticket = hidden(&page, "ticket");
        let at = path.split('?').next().unwrap();
        browser.send_form(at, &[&[("ticket", ticket.as_str())], more].concat()).await
    }
}

async fn person(vendor: &Vendor, email: &str, name: &str) -> String {
    vendor.user_in(CONNECTION, email, json!({"password": PASSWORD, "name": name})).await
}

/// The page of a member.
pub fn member(user: &str) -> String {
    format!("/portal/members/{}", segment(user))
}

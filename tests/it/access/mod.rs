//! Access evaluation: OpenID AuthZEN Authorization API 1.0, whose sections are cited.

mod agreement;
mod epochs;
mod evaluation;
mod pages;
mod resource_types;
mod searches;
mod transport;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Vendor};
use crate::tokens::{API, Shop};

/// A shop with a member of Aurora, who reads there.
struct Hall {
    shop: Shop,
    ada: String,
}

impl Hall {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let reader = shop.vendor.role("Reader", API, &["read"]).await;
        let ada = shop.vendor.user("ada@example.com").await;
        shop.vendor.member_with(&shop.aurora, &ada, &[&reader]).await;
        Self { shop, ada }
    }

    fn user(&self) -> Value {
        json!({"type": "user", "id": self.ada})
    }

    fn asked(&self, action: &str) -> Value {
        json!({"subject": self.user(), "action": {"name": action}, "resource": api_in(&self.shop.aurora)})
    }

    async fn decision(&self, asked: Value) -> Value {
        ask(&self.shop.vendor, "evaluation", &asked).await.is(200)["decision"].clone()
    }
}

/// The API as a resource in an organization.
fn api_in(organization: &str) -> Value {
    json!({"type": "resource_server", "id": API, "properties": {"organization_id": organization}})
}

async fn ask(vendor: &Vendor, path: &str, asked: &Value) -> Answer {
    ask_with(vendor, path, &vendor.token, asked).await
}

async fn ask_with(vendor: &Vendor, path: &str, token: &str, asked: &Value) -> Answer {
    let request = vendor.request(Method::POST, &format!("/access/v1/{path}")).bearer_auth(token);
    vendor.send(request.json(asked)).await
}

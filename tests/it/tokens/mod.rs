//! Tokens for machine clients: contract sections 13 and 14, design section 5.

mod algorithms;
mod assertions;
mod audiences;
mod changes;
mod client_secrets;
mod dialects;
mod discovery;
mod keys;
mod organizations;
mod quotas;
mod requests;
mod rights;
mod secrecy;

use serde_json::json;

use crate::harness::{Answer, Machine, Vendor, claims};

/// The vendor's API.
pub const API: &str = "https://api.example";

/// A vendor with an API, two customers, one of each strategy, and a machine client that both let in.
pub struct Shop {
    pub vendor: Vendor,
    pub machine: Machine,
    pub api: String,
    pub grant: String,
    /// With the strategy `claim`.
    pub aurora: String,
    /// With the strategy `audience`.
    pub borealis: String,
}

impl Shop {
    pub async fn open() -> Self {
        Self::open_with(true, "allow").await
    }

    /// The same, where caching can be turned off and the grant's `organization_usage` chosen.
    pub async fn open_with(caching: bool, usage: &str) -> Self {
        let vendor = Vendor::with_caching(caching).await;
        let api = vendor.api(API, &["read", "write", "delete"]).await;
        let machine = vendor.client("Export").await;
        let grant = vendor.grant(&machine, API, &["read", "write"], usage).await;
        let aurora = vendor.organization_with("aurora", json!({"token_strategy": "claim"})).await;
        let borealis = vendor.organization_with("borealis", json!({"token_strategy": "audience"})).await;
        vendor.associate(&aurora, &grant).await;
        vendor.associate(&borealis, &grant).await;
        Self { vendor, machine, api, grant, aurora, borealis }
    }

    /// Asks for a token as the machine client.
    pub async fn ask(&self, parameters: &[(&str, &str)]) -> Answer {
        self.vendor.ask(&self.machine, parameters).await
    }

    /// Asks for a token of the API in an organization.
    pub async fn ask_in(&self, organization: &str) -> Answer {
        self.ask(&[("audience", API), ("organization", organization)]).await
    }

    /// The scope of a token of the API in an organization.
    pub async fn scope_in(&self, organization: &str) -> String {
        let token = self.ask_in(organization).await.token();
        claims(&token)["scope"].as_str().unwrap_or_default().to_owned()
    }

    /// The audience that an organization has of the API.
    pub fn audience_of(&self, organization: &str) -> String {
        format!("{API}/organizations/{organization}")
    }
}

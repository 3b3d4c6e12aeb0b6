//! `POST /api/v2/token-previews` (an addition to the contract): what would be issued now, or why nothing would.

mod actions;
mod budgets;
mod machines;
mod people;

use serde_json::{Value, json};

use crate::harness::{Answer, Vendor, claims, header};

impl Vendor {
    /// Asks for a preview.
    pub async fn preview(&self, of: Value) -> Answer {
        self.post("/token-previews", of).await
    }

    /// Changes an API.
    pub async fn patch_api(&self, id: &str, patch: Value) {
        self.patch(&format!("/resource-servers/{id}"), patch).await.is(200);
    }
}

/// Checks that a token was issued as it was previewed: all but times and ids is the same, and it is as long.
#[track_caller]
pub fn is_as_previewed(issued: &str, previewed: &Value) {
    assert_eq!(header(issued), previewed["header"]);
    let (issued_claims, previewed_claims) = (claims(issued), &previewed["claims"]);
    let names = |claims: &Value| claims.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&issued_claims), names(previewed_claims));
    for (name, value) in issued_claims.as_object().unwrap() {
        if !["iat", "exp", "jti", "sid", "nonce", "at_hash", "auth_time"].contains(&name.as_str()) {
            assert_eq!(value, &previewed_claims[name], "{name}");
        }
    }
    let lifetime = issued_claims["exp"].as_i64().unwrap() - issued_claims["iat"].as_i64().unwrap();
    assert_eq!(
        (previewed["expires_in"].as_i64(), previewed["size"].as_u64()),
        (Some(lifetime), Some(issued.len() as u64))
    );
}

/// What was refused, of a preview and of an issuance.
#[track_caller]
pub fn is_refused_as_previewed(issued: Answer, preview: &Value) {
    assert!(issued.status >= 400, "{}", issued.text);
    assert_eq!(issued.body(), preview["refusal"]);
    for name in ["access_token", "id_token", "scope"] {
        assert_eq!(preview[name], json!(null));
    }
}

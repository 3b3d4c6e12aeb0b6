//! Claims that a tenant adds without script: contract section 14.3, design section 5.

mod machines;
mod management;
mod organization;
mod people;

use serde_json::{Value, json};

use crate::harness::Vendor;

impl Vendor {
    /// Maps a claim in access tokens; returns the mapping's id.
    pub async fn mapping(&self, applies_to: Value, claim: &str, source: Value) -> String {
        self.mapping_in(json!(["access_token"]), applies_to, claim, source).await
    }

    /// Maps a claim; returns the mapping's id.
    pub async fn mapping_in(&self, places: Value, applies_to: Value, claim: &str, source: Value) -> String {
        let new = json!({"name": "Mapping", "applies_to": applies_to, "claim": claim, "in": places,
            "source": source});
        self.post("/claim-mappings", new).await.is(201)["id"].as_str().unwrap().to_owned()
    }
}

/// A source that is always the same.
pub fn constant(value: Value) -> Value {
    json!({"type": "constant", "value": value})
}

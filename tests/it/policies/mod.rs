//! Access policies: each rule at each way to a token, and what stands in the log of a refusal.

mod devices;
mod machines;
mod management;
mod members;
mod people;
mod proxies;
mod refresh;

use serde_json::{Value, json};

use crate::harness::{Vendor, here};

impl Vendor {
    /// Makes a policy; returns its id.
    pub async fn policy(&self, applies_to: Value, rules: Value) -> String {
        let new = json!({"name": "Policy", "applies_to": applies_to, "rules": rules});
        self.post("/access-policies", new).await.is(201)["id"].as_str().unwrap().to_owned()
    }

    /// The last entry of this type in the log.
    pub async fn last_logged(&self, kind: &str) -> Value {
        let app = self.node.app();
        here(async move { app.flush_events().await }).await;
        let found = self.get(&format!("/logs?per_page=1&search=type:{kind}")).await.is(200);
        found[0].clone()
    }

    /// Checks that the last entry of this type names the policy and the rule, and why.
    #[track_caller]
    pub fn logged(&self, kind: &str, policy: &str, rule: &str, reason: &str) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        let (policy, rule, reason) = (policy.to_owned(), rule.to_owned(), reason.to_owned());
        async move {
            let entry = self.last_logged(kind).await;
            let expected = json!({"id": policy, "name": "Policy", "rule": rule});
            assert_eq!(entry["details"]["policy"], expected, "{entry} at {place}");
            assert_eq!(entry["description"], reason, "at {place}");
        }
    }
}

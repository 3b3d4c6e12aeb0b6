//! The vendor's Actions at work in sign-ins and token requests: contract section 15.

mod accounts;
mod examples;
mod failures;
mod machines;
mod people;
mod redirects;
mod refresh;

use serde_json::{Value, json};

use crate::harness::{Vendor, here};

/// A claim of the vendor's own.
pub const CLAIM: &str = "https://acme.example/x";

/// A script for people's tokens.
pub fn post_login(body: &str) -> String {
    format!("exports.onExecutePostLogin = async (event, api) => {{\n{body}\n}};")
}

/// A script for machines' tokens.
pub fn exchange(body: &str) -> String {
    format!("exports.onExecuteCredentialsExchange = async (event, api) => {{\n{body}\n}};")
}

/// A script for another trigger.
pub fn on(trigger: &str, body: &str) -> String {
    let words = trigger.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
    format!("exports.onExecute{} = async (event, api) => {{\n{body}\n}};", words.collect::<String>())
}

impl Vendor {
    /// Makes Actions of a trigger out of these scripts, deploys them and binds them in this order; the last answer.
    pub async fn run(&self, trigger: &str, scripts: &[(&str, Value)]) -> Value {
        let versions = self.get("/actions/triggers").await.is(200);
        let all = versions["triggers"].as_array().unwrap();
        let version = &all.iter().find(|it| it["id"] == trigger).unwrap()["version"];
        let mut bound = Vec::new();
        for (index, (code, more)) in scripts.iter().enumerate() {
            let mut new = json!({"name": format!("Action {index}"), "code": code, "deploy": true,
                "supported_triggers": [{"id": trigger, "version": version}]});
            let mut more = more.clone();
            let on_failure = more.as_object_mut().and_then(|more| more.remove("on_failure"));
            new.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
            let made = self.post("/actions/actions", new).await.is(201);
            let mut binding = json!({"ref": {"type": "action_id", "value": made["id"]}});
            if let Some(on_failure) = on_failure {
                binding["on_failure"] = on_failure;
            }
            bound.push(binding);
        }
        let path = format!("/actions/triggers/{trigger}/bindings");
        self.patch(&path, json!({"bindings": bound})).await.is(200)
    }

    /// The last execution.
    pub async fn last_execution(&self) -> Value {
        let app = self.node.app();
        here(async move { app.flush_events().await }).await;
        let found = self.get("/actions/executions?per_page=1").await.is(200);
        found["executions"][0].clone()
    }
}

//! A pool of workers for all tests, and short ways to run a script.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use guildhall_actions::host::RoleQuery;
use guildhall_actions::outcome::FailureKind;
use guildhall_actions::run::CacheEntry;
use guildhall_actions::{Command, Function, Host, Limits, Outcome, Run, Workers, fetch};
use serde_json::{Value, json};

/// A script for people's tokens that does nothing.
pub const TRIVIAL: &str = "exports.onExecutePostLogin = () => {}";

/// The program whose only purpose is to be a worker.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_guildhall-action-worker");

static WORKERS: LazyLock<Workers> = LazyLock::new(|| workers(Limits::default()));

/// A pool of its own.
pub fn workers(limits: Limits) -> Workers {
    Workers::new(PROGRAM.into(), &[], limits).unwrap()
}

/// The time of all runs: a Saturday.
pub fn now() -> DateTime<Utc> {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

/// Answers what these tests ask for: any page with the request, and two roles.
pub struct World;

impl Host for World {
    async fn fetch(&self, request: fetch::Request) -> Result<fetch::Response, String> {
        if request.url.contains("refused") {
            return Err("fetch: the host is not allowed".to_owned());
        }
        if request.url.contains("never") {
            std::future::pending::<()>().await;
        }
        Ok(fetch::Response {
            url: request.url.clone(),
            status: if request.url.contains("missing") { 404 } else { 200 },
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: json!({"method": request.method, "headers": request.headers, "body": request.body})
                .to_string(),
        })
    }

    async fn roles(&self, query: RoleQuery) -> Result<Value, String> {
        Ok(json!([{"id": "rol_1", "name": "Admin"}, {"query": query}]))
    }
}

/// Runs a script in the pool of all tests.
pub async fn run(function: Function, code: &str, event: Value) -> Outcome {
    run_with(&WORKERS, function, code, event, &[]).await
}

/// Runs a script with a cache, in a pool.
pub async fn run_with(
    workers: &Workers,
    function: Function,
    code: &str,
    event: Value,
    cache: &[CacheEntry],
) -> Outcome {
    let run = Run { tenant: "acme", code, function, event: &event, cache, now: now(), can_redirect: true };
    workers.run(run, &World).await
}

/// Runs the body of a post-login Action.
pub async fn body(body: &str) -> Outcome {
    let code = format!("exports.onExecutePostLogin = async (event, api) => {{\n{body}\n}};");
    run(Function::PostLogin, &code, json!({})).await
}

/// The value of the ID token's claim `x` that the body sets.
pub async fn claim(text: &str) -> Value {
    let outcome = body(text).await;
    assert_eq!(outcome.result, Ok(()), "{text}");
    match outcome.commands.into_iter().last() {
        Some(Command::SetClaim { value, .. }) => value,
        other => panic!("{text}: {other:?}"),
    }
}

/// What kind of failure the body of a post-login Action comes to.
pub async fn failure(text: &str) -> (FailureKind, String) {
    let failure = body(text).await.result.expect_err(text);
    (failure.kind, failure.message)
}

/// Checks code in the pool of all tests.
pub async fn check(code: &str, function: Function) -> Result<(), guildhall_actions::Failure> {
    WORKERS.check("acme", code, function).await
}

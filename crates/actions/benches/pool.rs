//! What a run costs. `cargo bench -p guildhall-actions` prints a table.

use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use guildhall_actions::host::RoleQuery;
use guildhall_actions::{Function, Host, Limits, Run, Workers, fetch};
use serde_json::{Value, json};

const RUNS: usize = 500;

/// Nobody asks for anything.
struct Silent;

impl Host for Silent {
    async fn fetch(&self, _: fetch::Request) -> Result<fetch::Response, String> {
        Err(String::new())
    }

    async fn roles(&self, _: RoleQuery) -> Result<Value, String> {
        Err(String::new())
    }
}

#[expect(clippy::print_stdout, reason = "this is what a benchmark is for")]
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let trivial = "exports.onExecutePostLogin = () => {}".to_owned();
    let typical = include_str!("../examples/organization-metadata.js").to_owned();
    let mut long = typical.clone();
    while long.len() < 100_000 {
        long += "\nfunction unused(a, b) { const c = { a, b, sum: a + b }; return [c].map((d) => d.sum * 2)[0]; }";
    }
    println!("{:32} {:>9} {:>9} {:>11} {:>11}", "", "p50", "p99", "1 worker", "2 workers");
    for (name, code) in
        [("trivial", &trivial), ("claims from metadata", &typical), ("the same, of 100 kB", &long)]
    {
        let (p50, p99) = runtime.block_on(latency(code));
        let rates = [2, 3].map(|workers| runtime.block_on(rate(code, workers)));
        println!("{name:32} {p50:>9.0?} {p99:>9.0?} {:>9.0}/s {:>9.0}/s", rates[0], rates[1]);
    }
    let cold = runtime.block_on(cold(&trivial));
    println!("{:32} {cold:>9.0?}", "the first run of a worker");
}

fn pool(computing: usize) -> Workers {
    let limits = Limits { computing, ..Limits::default() };
    let program = env!("CARGO_BIN_EXE_guildhall-action-worker").into();
    Workers::new(program, &[], limits).expect("a pool")
}

async fn once(workers: &Workers, code: &str) {
    let event = json!({
        "user": {"user_id": "auth0|1", "email": "anna@globex.example", "app_metadata": {}, "user_metadata": {}},
        "organization": {"id": "org_1", "name": "globex", "display_name": "Globex", "metadata": {"plan": "gold"}},
        "request": {"ip": "192.0.2.1", "hostname": "acme.example", "query": {}, "body": {}},
        "authorization": {"roles": ["Administrator"]}
    });
    let run = Run {
        tenant: "acme",
        code,
        function: Function::PostLogin,
        event: &event,
        cache: &[],
        now: chrono::DateTime::UNIX_EPOCH,
        can_redirect: false,
    };
    let outcome = workers.run(run, &Silent).await;
    assert_eq!(outcome.result, Ok(()));
}

/// One caller, one run after the other: half are faster than the first, 99 of 100 faster than the second.
async fn latency(code: &str) -> (Duration, Duration) {
    let workers = pool(1);
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let began = Instant::now();
        once(&workers, code).await;
        times.push(began.elapsed());
    }
    times.sort();
    (times[RUNS / 2], times[RUNS * 99 / 100])
}

/// Runs per second with sixteen callers of one tenant, who has one worker less than compute at once.
async fn rate(code: &str, computing: usize) -> f64 {
    let workers = pool(computing);
    let began = Instant::now();
    stream::iter(0..RUNS).for_each_concurrent(16, |_| once(&workers, code)).await;
    RUNS as f64 / began.elapsed().as_secs_f64()
}

/// A worker's start and its first run, the middle one of twenty.
async fn cold(code: &str) -> Duration {
    let mut times = Vec::new();
    for _ in 0..20 {
        let workers = pool(1);
        let began = Instant::now();
        once(&workers, code).await;
        times.push(began.elapsed());
    }
    times.sort();
    times[10]
}

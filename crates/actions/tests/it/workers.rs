//! The processes that scripts run in: what they have given up, and that they end or are replaced.

use std::time::{Duration, Instant};

use guildhall_actions::outcome::FailureKind;
use guildhall_actions::{Function, Limits};
use serde_json::json;

use crate::harness::{TRIVIAL, run_with};

/// The processes of this test's pool: children of this process that were started for it.
fn children(program: &str) -> Vec<u32> {
    let me = std::process::id().to_string();
    let processes = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    processes
        .filter(|id: &u32| {
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_ascii_whitespace().nth(1));
            let command = std::fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
            parent == Some(&me) && command.starts_with(program)
        })
        .collect()
}

/// A pool whose processes can be told from those of other tests by the name of their program.
fn own_pool(limits: Limits) -> (tempfile::TempDir, String, guildhall_actions::Workers) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("worker");
    std::os::unix::fs::symlink(crate::harness::PROGRAM, &program).unwrap();
    let workers = guildhall_actions::Workers::new(program.clone(), &[], limits).unwrap();
    (folder, program.to_str().unwrap().to_owned(), workers)
}

#[tokio::test]
async fn a_worker_has_given_up_what_it_does_not_need() {
    let (_folder, program, workers) = own_pool(Limits::default());
    assert_eq!(run_with(&workers, Function::PostLogin, TRIVIAL, json!({}), &[]).await.result, Ok(()));
    let [id] = children(&program)[..] else { panic!("not one worker") };
    let read = |name: &str| std::fs::read_to_string(format!("/proc/{id}/{name}")).unwrap();
    let status = read("status");
    assert!(
        status.contains("NoNewPrivs:\t1") && status.contains("Seccomp:\t2") && status.contains("Threads:\t1")
    );
    let limits = read("limits");
    let soft = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_ascii_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(
        (soft("Max open files"), soft("Max file size"), soft("Max core file size")),
        ("3".into(), "0".into(), "0".into())
    );
    assert!(soft("Max address space").parse::<u64>().unwrap() < 2 << 30);
    assert_eq!(read("environ"), "");
    // Whoever started this test may have left pipes open for all that it starts; the pool adds nothing to them.
    let open = std::fs::read_dir(format!("/proc/{id}/fd")).unwrap().map(|entry| entry.unwrap().path());
    let links: Vec<_> = open.map(|path| std::fs::read_link(path).unwrap()).collect();
    let harmless = |link: &&std::path::PathBuf| {
        link.starts_with("/dev/null") || link.to_str().unwrap().starts_with("pipe:")
    };
    assert_eq!(links.iter().filter(harmless).count(), links.len(), "{links:?}");
}

#[tokio::test]
async fn memory_returns() {
    let (_folder, program, workers) = own_pool(Limits { processes: 1, ..Limits::default() });
    let resident = || -> u64 {
        let pages = children(&program).into_iter().map(|id| {
            let sizes = std::fs::read_to_string(format!("/proc/{id}/statm")).unwrap_or_default();
            sizes.split_ascii_whitespace().nth(1).map_or(0, |pages| pages.parse::<u64>().unwrap())
        });
        pages.sum::<u64>() * 4096
    };
    run_with(&workers, Function::PostLogin, TRIVIAL, json!({}), &[]).await;
    let before = resident();
    for text in [
        "const a = []; for (;;) a.push({})",
        "globalThis.a = 'x'.repeat(2e7) + 'y'",
        "globalThis.a = new Uint8Array(3e7).fill(1)",
    ] {
        let code = format!("exports.onExecutePostLogin = async () => {{ {text} }}");
        run_with(&workers, Function::PostLogin, &code, json!({}), &[]).await;
        run_with(&workers, Function::PostLogin, TRIVIAL, json!({}), &[]).await;
        // A worker that is replaced needs a moment to die.
        let began = Instant::now();
        while resident() > before + (8 << 20) {
            assert!(began.elapsed() < Duration::from_secs(5), "{text}: {before} became {}", resident());
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn the_processes_end_with_the_pool() {
    let (_folder, program, workers) = own_pool(Limits::default());
    run_with(&workers, Function::PostLogin, TRIVIAL, json!({}), &[]).await;
    let [id] = children(&program)[..] else { panic!("not one worker") };
    drop(workers);
    until_dead(id).await;
}

async fn until_dead(id: u32) {
    let began = Instant::now();
    // A killed process is a zombie until its parent asks for its status.
    let alive =
        || std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
    while alive() {
        assert!(began.elapsed() < Duration::from_secs(5));
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_program_that_is_no_worker_fails_the_run() {
    for program in ["/does/not/exist", "/bin/true", "/bin/cat"] {
        let workers = guildhall_actions::Workers::new(program.into(), &[], Limits::default()).unwrap();
        let outcome = run_with(&workers, Function::PostLogin, TRIVIAL, json!({}), &[]).await;
        assert_eq!(outcome.result.unwrap_err().kind, FailureKind::Crashed, "{program}");
    }
}

#[tokio::test]
async fn a_worker_that_was_killed_is_replaced() {
    let (_folder, program, workers) = own_pool(Limits { processes: 1, ..Limits::default() });
    run_with(&workers, Function::PostLogin, TRIVIAL, json!({}), &[]).await;
    let [id] = children(&program)[..] else { panic!("not one worker") };
    assert!(std::process::Command::new("kill").args(["-9", &id.to_string()]).status().unwrap().success());
    until_dead(id).await;
    let again = run_with(&workers, Function::PostLogin, TRIVIAL, json!({}), &[]).await;
    assert_eq!(again.result, Ok(()));
}

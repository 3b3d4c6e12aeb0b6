//! A server over a database: in this process, or the binary itself.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use guildhall_domain::clock::Clock;
use guildhall_server::settings::Settings;
use guildhall_server::{Server, start, telemetry};

use super::database::{Database, ENCRYPTION_KEY, ISSUER};
use super::runtime::{here, wait};

/// A server that ends when this is dropped.
pub struct Node {
    pub database: Arc<Database>,
    pub clock: Clock,
    pub base: String,
    running: Mutex<Option<Running>>,
}

enum Running {
    Here(Box<Server>),
    Process(Child),
}

impl Node {
    /// A server in this process, whose clock the test holds.
    pub async fn start(database: Arc<Database>, clock: Clock, caching: bool) -> Self {
        let settings = database.settings(caching);
        Self::start_with(database, clock, settings).await
    }

    /// The same with other settings.
    pub async fn start_with(database: Arc<Database>, clock: Clock, settings: Settings) -> Self {
        telemetry::log(&settings.log).unwrap();
        let time = clock.clone();
        let server = here(async move { start(&settings, time).await.unwrap() }).await;
        let base = format!("http://{}", server.address);
        Self { database, clock, base, running: Mutex::new(Some(Running::Here(Box::new(server)))) }
    }

    /// The built binary as a process of its own.
    pub fn spawn(database: Arc<Database>) -> Self {
        let mut process = Command::new(binary())
            .arg("serve")
            .env("GUILDHALL_LISTEN", "127.0.0.1:0")
            .env("GUILDHALL_DATABASE_URL", &database.url)
            .env("GUILDHALL_PUBLIC_URL", ISSUER)
            .env("GUILDHALL_ENCRYPTION_KEY", ENCRYPTION_KEY)
            .env("GUILDHALL_LOG", "error")
            .env("GUILDHALL_WORKERS", "1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let base = lines.map_while(Result::ok).find_map(|line| Some(line.split_once(" at ")?.1.to_owned()));
        let base = base.expect("the server ended before it listened; what it said stands above");
        Self { database, clock: Clock::system(), base, running: Mutex::new(Some(Running::Process(process))) }
    }

    /// Ends the process as `kill -9` does.
    pub fn kill(&self) {
        if let Some(Running::Process(mut process)) = self.running.lock().unwrap().take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// The application of a server in this process.
    pub fn app(&self) -> guildhall_app::App {
        match &*self.running.lock().unwrap() {
            Some(Running::Here(server)) => server.app.clone(),
            _ => panic!("the server is not in this process"),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let running = self.running.get_mut().unwrap().take();
        match running {
            Some(Running::Here(server)) => wait(server.stop()),
            Some(Running::Process(mut process)) => {
                let _ = process.kill();
                let _ = process.wait();
            }
            None => {}
        }
    }
}

/// The binary beside this test's own: of the same profile.
fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let binary = test.parent().and_then(|deps| deps.parent()).unwrap().join("guildhall");
    assert!(
        binary.exists(),
        "{} is missing: run `cargo build` first (with the same profile)",
        binary.display()
    );
    binary
}

//! A fresh database for each test: a copy of one that was migrated and furnished once in this process.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use guildhall_api::proxies::TrustedProxies;
use guildhall_app::triggers::PrivateNetworks;
use guildhall_domain::clock::Clock;
use guildhall_server::mail::{MailSettings, Way};
use guildhall_server::settings::{ActionSettings, Bootstrap, KeySource, Settings};
use guildhall_server::start::open;
use guildhall_tokens::secret::Secret;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::runtime::wait;

/// The issuer of the first tenant. It is no address of this machine: requests reach the tenant because it is the
/// default one.
pub const ISSUER: &str = "http://vendor.test/";
pub const ENCRYPTION_KEY: &str = "Z3VpbGRoYWxsLWVuY3J5cHRpb24ta2V5LTAxMjM0NTY=";
pub const FIRST_CLIENT: &str = "bootstrap";
pub const SECRET_OF_FIRST_CLIENT: &str = "bootstrap-secret-of-the-first-machine-client";

/// A database that is gone when this is dropped.
#[derive(Debug)]
pub struct Database {
    pub url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(#[expect(dead_code, reason = "removes the folder when dropped")] TempDir),
    Server { address: String, name: String },
}

/// What fresh databases are copies of.
enum Template {
    File(Vec<u8>),
    Database { address: String, name: String },
}

static TEMPLATE: OnceLock<Template> = OnceLock::new();
static COUNT: AtomicU32 = AtomicU32::new(0);

impl Database {
    pub fn fresh() -> Self {
        match TEMPLATE.get_or_init(template) {
            Template::File(bytes) => {
                let folder = tempfile::tempdir().unwrap();
                let file = folder.path().join("guildhall.db");
                std::fs::write(&file, bytes).unwrap();
                Self { url: sqlite(&file), place: Place::Folder(folder) }
            }
            Template::Database { address, name: template } => {
                let name =
                    format!("guildhall_it_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
                admin(address, format!("CREATE DATABASE {name} TEMPLATE {template}"));
                Self { url: at(address, &name), place: Place::Server { address: address.clone(), name } }
            }
        }
    }

    /// The settings of a server over it.
    pub fn settings(&self, caching: bool) -> Settings {
        settings(&self.url, caching)
    }

    /// Writes rows as they could have been brought from elsewhere.
    pub async fn execute(&self, sql: String) {
        let url = self.url.clone();
        super::runtime::here(async move {
            let sql = AssertSqlSafe(sql);
            match url.starts_with("sqlite:") {
                true => {
                    SqliteConnection::connect(&url).await.unwrap().execute(sql).await.unwrap();
                }
                false => {
                    PgConnection::connect(&url).await.unwrap().execute(sql).await.unwrap();
                }
            }
        })
        .await;
    }

    /// Holds the lock of those who change a tenant, until what is returned is dropped.
    pub async fn hold(&self) -> oneshot::Sender<()> {
        let (release, released) = oneshot::channel();
        let (holds, held) = oneshot::channel();
        let url = self.url.clone();
        super::runtime::concurrently(async move {
            if url.starts_with("sqlite:") {
                let mut connection = SqliteConnection::connect(&url).await.unwrap();
                connection.execute("BEGIN IMMEDIATE").await.unwrap();
                holds.send(()).unwrap();
                released.await.unwrap_err();
                connection.execute("ROLLBACK").await.unwrap();
            } else {
                let mut connection = PgConnection::connect(&url).await.unwrap();
                connection.execute("BEGIN").await.unwrap();
                connection.execute("SELECT 1 FROM tenants FOR UPDATE").await.unwrap();
                holds.send(()).unwrap();
                released.await.unwrap_err();
                connection.execute("ROLLBACK").await.unwrap();
            }
        });
        held.await.unwrap();
        release
    }

    /// The one number that a query finds.
    pub async fn number(&self, sql: String) -> i64 {
        let url = self.url.clone();
        super::runtime::here(async move {
            let sql = AssertSqlSafe(sql);
            match url.starts_with("sqlite:") {
                true => SqliteConnection::connect(&url).await.unwrap().fetch_one(sql).await.unwrap().get(0),
                false => PgConnection::connect(&url).await.unwrap().fetch_one(sql).await.unwrap().get(0),
            }
        })
        .await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Place::Server { address, name } = &self.place {
            admin(address, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn settings(url: &str, caching: bool) -> Settings {
    Settings {
        listen: "127.0.0.1:0".to_owned(),
        database_url: url.to_owned(),
        public_url: Some(ISSUER.to_owned()),
        tls: None,
        encryption_key: KeySource::Given(Secret::from(ENCRYPTION_KEY.to_owned())),
        workers: Some(1),
        log: std::env::var("GUILDHALL_TEST_LOG").unwrap_or_else(|_| "error".to_owned()),
        cache: caching,
        // Letters stay in the outbox, where a test finds them.
        // Nothing is sent out of a test: there is no name server at this address.
        name_server: Some(SocketAddr::from(([127, 0, 0, 1], 9))),
        mail: MailSettings { way: Way::Nowhere, sender: "Guildhall <no-reply@localhost>".to_owned() },
        trusted_proxies: TrustedProxies::default(),
        actions: ActionSettings { program: Some(program()), networks: PrivateNetworks::Allowed },
        bootstrap: Bootstrap {
            client_id: Some(FIRST_CLIENT.to_owned()),
            client_secret: Some(Secret::from(SECRET_OF_FIRST_CLIENT.to_owned())),
        },
    }
}

/// The server's own program, beside that of the tests: it runs Actions.
fn program() -> PathBuf {
    let tests = std::env::current_exe().expect("a program");
    let folder = tests.parent().and_then(Path::parent).expect("target/debug/deps");
    folder.join("guildhall")
}

fn sqlite(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

/// The address of another database on the same server.
fn at(address: &str, name: &str) -> String {
    let (server, _) = address.rsplit_once('/').expect("GUILDHALL_TEST_POSTGRES_URL names a database");
    format!("{server}/{name}")
}

fn admin(address: &str, sql: String) {
    let address = address.to_owned();
    wait(async move {
        let mut connection = PgConnection::connect(&address).await.unwrap();
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    });
}

fn template() -> Template {
    match std::env::var("GUILDHALL_TEST_DATABASE").as_deref() {
        Err(_) | Ok("sqlite") => file_template(),
        Ok("postgres") => database_template(),
        Ok(other) => panic!("GUILDHALL_TEST_DATABASE is sqlite or postgres, not {other}"),
    }
}

fn file_template() -> Template {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("guildhall.db"), folder.path().join("copy.db"));
    let url = sqlite(&file);
    let vacuum = format!("VACUUM INTO '{}'", copy.display());
    wait(async move {
        furnish(&url).await;
        SqliteConnection::connect(&url).await.unwrap().execute(AssertSqlSafe(vacuum)).await.unwrap();
    });
    Template::File(std::fs::read(copy).unwrap())
}

fn database_template() -> Template {
    let variable = "GUILDHALL_TEST_POSTGRES_URL";
    let address =
        std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set; tests/README.md says how"));
    remove_leftovers(&address);
    let name = format!("guildhall_it_{}_template", std::process::id());
    admin(&address, format!("CREATE DATABASE {name}"));
    let url = at(&address, &name);
    wait(async move { furnish(&url).await });
    // A template must have no connections, and those of the furnisher may not be closed yet.
    admin(&address, format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
    admin(
        &address,
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
    );
    Template::Database { address, name }
}

/// Drops what processes that no longer run have left: a process cannot drop its own template at its end.
fn remove_leftovers(address: &str) {
    let url = address.to_owned();
    let names: Vec<String> = wait(async move {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let sql = "SELECT datname::text FROM pg_database WHERE datname LIKE 'guildhall_it_%'";
        let rows = connection.fetch_all(sql).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    });
    for name in names {
        let process = name.split('_').nth(2).unwrap_or_default();
        if !Path::new("/proc").join(process).exists() {
            admin(address, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Migrates, and makes the first tenant with its keys and its client.
async fn furnish(url: &str) {
    open(&settings(url, false), ISSUER, Clock::system()).await.unwrap();
}

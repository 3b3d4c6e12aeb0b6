//! From settings to a server that listens.

use std::fs::File;
use std::io::BufReader;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use guildhall_api::service::service;
use guildhall_app::tenants::{self, NewTenant, Provisioned};
use guildhall_app::triggers::{Engine, Limits};
use guildhall_app::{App, Problem, Taken, invitations};
use guildhall_domain::clock::Clock;
use guildhall_persistence::{
    Store, authorization_codes, device_codes, portal_links, portal_visits, pushed_requests, refresh_tokens,
    sessions, used_assertions,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::task::JoinHandle;

use crate::error::Error;
use crate::mail;
use crate::name_servers::NameServers;
use crate::notices;
use crate::settings::{Bootstrap, Settings, Tls};
use crate::telemetry;

/// How often a node looks for changes that others made: a quarter of the second that is promised.
const FOLLOW: Duration = Duration::from_millis(250);

/// How often used assertions that have expired are forgotten.
const FORGET: Duration = Duration::from_secs(600);

/// How long requests in flight may take to end after the server was told to.
const DRAIN: u64 = 30;

/// A server that listens.
pub struct Server {
    /// The application.
    pub app: App,
    /// The address of plain HTTP.
    pub address: SocketAddr,
    /// The address of TLS.
    pub tls_address: Option<SocketAddr>,
    /// The issuer of the default tenant.
    pub issuer: String,
    /// The default tenant and its first client, when this start made them.
    pub provisioned: Option<Provisioned>,
    handle: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
    following: JoinHandle<()>,
    telling: JoinHandle<()>,
    mailing: JoinHandle<()>,
}

/// Opens the application that the settings describe: the database, migrated, with its default tenant.
///
/// # Errors
/// [`Error`] with what to do.
pub async fn open(
    settings: &Settings,
    issuer: &str,
    clock: Clock,
) -> Result<(App, Option<Provisioned>), Error> {
    let key = settings.encryption_key.read()?;
    let store = Store::open(&settings.database_url, clock).await?;
    store.migrate().await?;
    // This names the program that runs, even after its file was replaced.
    let program = settings.actions.program.clone().unwrap_or_else(|| PathBuf::from("/proc/self/exe"));
    let engine = Engine::start(program, Limits::default(), settings.actions.networks)?;
    let names = NameServers(settings.name_server);
    let app = App::new(store, &key, settings.cache, Some(engine), Some(Box::new(names)));
    let provisioned = first_tenant(&app, issuer, &settings.bootstrap).await?;
    tenants::align_default(&app, issuer).await?;
    app.store().follow().await?;
    guildhall_app::keys::check(&app).await?;
    Ok((app, provisioned))
}

/// Makes the default tenant of an empty database. Where several nodes start at once, one of them does.
async fn first_tenant(app: &App, issuer: &str, bootstrap: &Bootstrap) -> Result<Option<Provisioned>, Error> {
    if !tenants::list(app).await?.is_empty() {
        return Ok(None);
    }
    let new = NewTenant {
        name: "default".to_owned(),
        issuer: issuer.to_owned(),
        is_default: true,
        client_id: bootstrap.client_id.clone(),
        client_secret: bootstrap.client_secret.clone(),
    };
    match tenants::provision(app, new).await {
        Ok(provisioned) => Ok(Some(provisioned)),
        Err(Problem::Taken(Taken::Tenant)) => Ok(None),
        Err(problem) => Err(problem.into()),
    }
}

/// Starts a server.
///
/// # Errors
/// [`Error`] with what to do.
pub async fn start(settings: &Settings, clock: Clock) -> Result<Server, Error> {
    // Both fail when they were done before, as in tests, and nothing is lost then.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    guildhall_tokens::provider::install();
    let metrics = telemetry::metrics();

    let listener = listen(&settings.listen)?;
    let address =
        listener.local_addr().map_err(|error| Error::Listen { address: settings.listen.clone(), error })?;
    let issuer =
        settings.public_url.clone().unwrap_or_else(|| format!("http://localhost:{}/", address.port()));
    let (app, provisioned) = open(settings, &issuer, clock).await?;

    let shared = app.clone();
    let proxies = settings.trusted_proxies.clone();
    let mut server = HttpServer::new(move || service(shared.clone(), metrics.clone(), proxies.clone()))
        .disable_signals()
        .shutdown_timeout(DRAIN)
        .client_request_timeout(Duration::from_secs(10))
        .keep_alive(Duration::from_secs(75));
    if let Some(workers) = settings.workers {
        server = server.workers(workers.max(1));
    }
    let mut server =
        server.listen(listener).map_err(|error| Error::Listen { address: settings.listen.clone(), error })?;
    let mut tls_address = None;
    if let Some(tls) = &settings.tls {
        let listener = listen(&tls.listen)?;
        tls_address = listener.local_addr().ok();
        let failed = |error| Error::Listen { address: tls.listen.clone(), error };
        server = server.listen_rustls_0_23(listener, tls_config(tls)?).map_err(failed)?;
    }
    let server = server.run();
    let handle = server.handle();
    let serving = tokio::spawn(server);
    let following = tokio::spawn(follow(app.clone()));
    let telling = tokio::spawn(notices::send(app.clone()));
    let mailing = tokio::spawn(mail::run(app.clone(), settings.mail.clone()));
    Ok(Server {
        app,
        address,
        tls_address,
        issuer,
        provisioned,
        handle,
        serving,
        following,
        telling,
        mailing,
    })
}

impl Server {
    /// Ends the server: requests in flight are answered, token events are written.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        let _ = self.serving.await;
        self.following.abort();
        self.telling.abort();
        self.mailing.abort();
        self.app.flush_events().await;
    }
}

fn listen(address: &str) -> Result<TcpListener, Error> {
    TcpListener::bind(address).map_err(|error| Error::Listen { address: address.to_owned(), error })
}

/// The TLS settings of a listener.
///
/// # Errors
/// [`Error::File`], [`Error::Setting`].
pub fn tls_config(tls: &Tls) -> Result<rustls::ServerConfig, Error> {
    let open = |path: &std::path::Path| {
        File::open(path)
            .map(BufReader::new)
            .map_err(|error| Error::File { path: path.display().to_string(), error })
    };
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_reader_iter(open(&tls.cert)?)
        .collect::<Result<_, _>>()
        .map_err(|error| Error::Setting(format!("{}: {error}", tls.cert.display())))?;
    let key = PrivateKeyDer::from_pem_reader(open(&tls.key)?)
        .map_err(|error| Error::Setting(format!("{}: {error}", tls.key.display())))?;
    rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(|error| Error::Setting(format!("{} and {}: {error}", tls.cert.display(), tls.key.display())))
}

/// Keeps up with changes that other nodes make, and clears away what has expired.
async fn follow(app: App) {
    let mut ticks = tokio::time::interval(FOLLOW);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut forgotten = tokio::time::Instant::now();
    loop {
        ticks.tick().await;
        telemetry::upkeep();
        if let Err(error) = app.store().follow().await {
            tracing::warn!(%error, "cannot follow the log; reading everything from the database");
        }
        if forgotten.elapsed() > FORGET {
            forgotten = tokio::time::Instant::now();
            if let Err(error) = forget_expired(app.store()).await {
                tracing::warn!(%error, "cannot forget what has expired");
            }
            if let Err(error) = guildhall_app::passwords::forget_failures(&app).await {
                tracing::warn!(%error, "cannot forget failed attempts to sign in");
            }
            if let Err(error) = invitations::forget_expired(&app).await {
                tracing::warn!(%error, "cannot forget invitations that have expired");
            }
            if let Err(error) = guildhall_app::tickets::forget_expired(&app).await {
                tracing::warn!(%error, "cannot forget tickets");
            }
            if let Err(error) = guildhall_app::jobs::tidy(&app).await {
                tracing::warn!(%error, "cannot forget jobs");
            }
            if let Err(error) = guildhall_app::actions::executions::forget_old(&app).await {
                tracing::warn!(%error, "cannot forget runs of actions");
            }
        }
    }
}

async fn forget_expired(store: &Store) -> Result<(), guildhall_persistence::Error> {
    used_assertions::forget_expired(store).await?;
    authorization_codes::forget_expired(store).await?;
    refresh_tokens::forget_expired(store).await?;
    sessions::forget_expired(store).await?;
    pushed_requests::forget_expired(store).await?;
    device_codes::forget_expired(store).await?;
    portal_visits::forget_expired(store).await?;
    portal_links::forget_expired(store).await?;
    Ok(())
}

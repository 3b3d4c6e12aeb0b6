//! The subcommands, one file each. What they print is for people, on standard output.
#![allow(clippy::print_stdout, reason = "commands answer on standard output")]

pub mod check_config;
pub mod demo;
pub mod keys;
pub mod migrate;
pub mod openapi;
pub mod serve;
pub mod tenants;

use guildhall_app::tenants::Provisioned;
use guildhall_domain::clock::Clock;
use guildhall_persistence::Store;
use guildhall_server::settings::Settings;
use guildhall_server::{Error, Server};

/// Waits for Ctrl-C or SIGTERM, then ends the server.
async fn until_told(server: Server) {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated => {}
    }
    tracing::info!("ending");
    server.stop().await;
}

/// Prints the first client of a new tenant, once.
fn announce(provisioned: &Provisioned) {
    println!(
        "The first machine client of {} may do everything in its Management API.",
        provisioned.tenant.issuer
    );
    println!("Keep its secret: it is not shown again.\n");
    println!("  client_id      {}", provisioned.client_id);
    println!("  client_secret  {}", provisioned.client_secret.expose());
    println!("  audience       {}\n", provisioned.tenant.management_audience());
}

/// The application over an existing database, for commands that change something beside running servers.
async fn open(settings: &Settings) -> Result<guildhall_app::App, Error> {
    let key = settings.encryption_key.read()?;
    let store = Store::open(&settings.database_url, Clock::system()).await?;
    store.migrate().await?;
    Ok(guildhall_app::App::new(store, &key, false, None, None))
}

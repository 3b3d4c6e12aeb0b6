//! `guildhall check-config`.

use guildhall_domain::clock::Clock;
use guildhall_persistence::Store;
use guildhall_server::Error;
use guildhall_server::settings::{KeySource, Settings};

/// Checks the settings, the encryption key and the database, and changes nothing.
pub async fn run(settings: Settings) -> Result<(), Error> {
    match &settings.encryption_key {
        KeySource::Made(path) if !path.exists() => {
            println!("encryption key: will be made at {}", path.display())
        }
        source => {
            source.read()?;
            println!("encryption key: ok");
        }
    }
    if let Some(tls) = &settings.tls {
        guildhall_server::start::tls_config(tls)?;
        println!("TLS: ok");
    }
    let file = settings.database_url.strip_prefix("sqlite:").map(|rest| rest.trim_start_matches("//"));
    let file = file.and_then(|rest| rest.split('?').next());
    if let Some(file) = file.filter(|file| !std::path::Path::new(file).exists()) {
        println!("database: {file} will be made");
        return Ok(());
    }
    let store = Store::open(&settings.database_url, Clock::system()).await?;
    let pending = store.pending_migrations().await?;
    println!("database: ok, {} migrations to run", pending.len());
    Ok(())
}

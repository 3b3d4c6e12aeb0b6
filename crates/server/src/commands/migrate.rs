//! `guildhall migrate`.

use guildhall_domain::clock::Clock;
use guildhall_persistence::Store;
use guildhall_server::Error;
use guildhall_server::settings::Settings;

/// Brings the database up to date.
pub async fn run(settings: Settings) -> Result<(), Error> {
    let store = Store::open(&settings.database_url, Clock::system()).await?;
    let pending = store.pending_migrations().await?;
    store.migrate().await?;
    match pending.as_slice() {
        [] => println!("The database is up to date."),
        names => names.iter().for_each(|name| println!("migrated {name}")),
    }
    Ok(())
}

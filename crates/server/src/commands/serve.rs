//! `guildhall serve`.

use guildhall_domain::clock::Clock;
use guildhall_server::settings::Settings;
use guildhall_server::{Error, start};

/// Serves until Ctrl-C or SIGTERM.
pub async fn run(settings: Settings) -> Result<(), Error> {
    let server = start(&settings, Clock::system()).await?;
    if let Some(provisioned) = &server.provisioned {
        super::announce(provisioned);
    }
    println!("Guildhall serves {} at http://{}", server.issuer, server.address);
    if let Some(address) = server.tls_address {
        println!("and with TLS at https://{address}");
    }
    super::until_told(server).await;
    Ok(())
}

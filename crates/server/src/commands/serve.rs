//! `guildhall serve`.

use guildhall_domain::clock::Clock;
use guildhall_server::settings::Settings;
use guildhall_server::{Error, start};

/// Serves until Ctrl-C or SIGTERM.
pub async fn run(settings: Settings) -> Result<(), Error> {
    let server = start(&settings, Clock::system()).await?;
    // A secret that the operator chose is not printed into wherever the output is kept.
    if let (Some(provisioned), None) = (&server.provisioned, &settings.bootstrap.client_secret) {
        super::announce(provisioned);
    }
    println!("Guildhall serves {} at http://{}", server.issuer, server.address);
    if let Some(address) = server.tls_address {
        println!("and with TLS at https://{address}");
    }
    super::until_told(server).await;
    Ok(())
}

//! `guildhall demo`: a vendor with two customers, a machine client, people and a sample web app.

mod sample;
mod vendor;

use std::net::{SocketAddr, TcpListener};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guildhall_domain::clock::Clock;
use guildhall_server::settings::{KeySource, Settings};
use guildhall_server::{Error, start};
use serde_json::Value;

use sample::Registration;
use vendor::Vendor;

/// The audience of the vendor's API.
const API: &str = "https://api.vendor.example";

/// Serves the demo until Ctrl-C or SIGTERM.
pub async fn run(mut settings: Settings) -> Result<(), Error> {
    let folder =
        tempfile::tempdir().map_err(|error| Error::File { path: "a temporary folder".to_owned(), error })?;
    settings.database_url = format!("sqlite://{}?mode=rwc", folder.path().join("demo.db").display());
    settings.encryption_key = KeySource::Made(folder.path().join("guildhall.key"));
    let server = start(&settings, Clock::system()).await?;
    let Some(first) = &server.provisioned else {
        return Err(Error::Setting("the demo's database is not empty".to_owned()));
    };
    let vendor = Vendor::sign_in(
        format!("http://{}", server.address),
        &server.issuer,
        first.client_id.as_str(),
        first.client_secret.expose(),
        &first.tenant.management_audience(),
    )
    .await?;
    let (listener, address) = beside(server.address)?;
    let home = format!("http://localhost:{}/", address.port());
    let made = vendor.furnish(&format!("{home}callback"), &home).await?;
    println!("Guildhall serves a vendor with two customers at {}\n", server.issuer);
    for (customer, token) in &made.machine_tokens {
        println!("{customer}\n\n{token}\n");
    }
    println!("A sample web app of the vendor is at {home}. Sign in to it as one of these people:\n");
    for person in &made.people {
        println!("  {:<26}{:<20}{}", person.email, person.password, person.belongs_to);
    }
    println!("\nThe admins among them manage their organization at {}portal\n", server.issuer);
    sample::serve(
        listener,
        Registration {
            issuer: server.issuer.clone(),
            address,
            client_id: made.web_id,
            client_secret: made.web_secret,
            audience: API,
            people: made.people,
            customers: made.customers,
        },
    )?;
    println!(
        "The Management API's own client: client_id {} client_secret {}",
        first.client_id,
        first.client_secret.expose()
    );
    println!("Its pages: {}docs/    Ctrl-C ends the demo; it leaves nothing behind.", server.issuer);
    super::until_told(server).await;
    Ok(())
}

/// A listener for the sample app, on the port after the server's where that is free.
fn beside(server: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let next = SocketAddr::new(server.ip(), server.port().saturating_add(1));
    let listener =
        TcpListener::bind(next).or_else(|_| TcpListener::bind((server.ip(), 0))).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Setting(format!("the demo failed: {error}"))
}

/// A token's header and claims, as people read them.
fn pretty(token: &str) -> String {
    let parts = token.split('.').take(2).filter_map(|part| {
        let value: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
        serde_json::to_string_pretty(&value).ok()
    });
    parts.collect::<Vec<_>>().join("\n")
}

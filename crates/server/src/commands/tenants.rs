//! `guildhall tenants`.

use clap::{Args, Subcommand};
use guildhall_app::tenants::{self, NewTenant};
use guildhall_app::{Problem, Taken};
use guildhall_server::Error;
use guildhall_server::settings::{Settings, public_url};

/// What to do with tenants.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists the tenants of the database
    List,
    /// Adds a tenant, found by the host of its issuer, and prints its first machine client
    Add {
        /// The name, unique in the database
        name: String,
        /// Its public address, such as https://auth.acme.example/
        #[arg(long)]
        issuer: String,
    },
}

/// Lists or adds tenants; running servers notice within a second.
pub async fn run(settings: Settings, arguments: Arguments) -> Result<(), Error> {
    let app = super::open(&settings).await?;
    match arguments.command {
        Command::List => {
            for tenant in tenants::list(&app).await? {
                let default = if tenant.is_default { "  (default)" } else { "" };
                println!("{}  {}  {}{default}", tenant.id, tenant.name, tenant.issuer);
            }
        }
        Command::Add { name, issuer } => {
            let issuer = public_url(&issuer)?;
            let new = NewTenant { name, issuer, is_default: false, client_id: None, client_secret: None };
            let provisioned = tenants::provision(&app, new).await.map_err(|problem| match problem {
                Problem::Taken(Taken::Tenant) => Error::Setting(
                    "a tenant with this name, issuer or host exists; see guildhall tenants list".to_owned(),
                ),
                other => other.into(),
            })?;
            super::announce(&provisioned);
        }
    }
    Ok(())
}

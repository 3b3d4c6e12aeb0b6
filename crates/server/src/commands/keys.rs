//! `guildhall keys`.

use clap::{Args, Subcommand};
use guildhall_app::signing_keys;
use guildhall_app::tenants;
use guildhall_domain::id::KeyId;
use guildhall_domain::log::{Actor, Origin};
use guildhall_domain::policy::{Authorized, Caller, Need, authorize, needs};
use guildhall_domain::resource_server::Algorithm;
use guildhall_domain::signing_key::KeyRotation;
use guildhall_domain::tenant::Tenant;
use guildhall_server::Error;
use guildhall_server::settings::Settings;

/// What to do with signing keys.
#[derive(Args)]
pub struct Arguments {
    /// The tenant, by name [default: the default tenant]
    #[arg(long, global = true)]
    tenant: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists the keys
    List,
    /// Makes the next key the current one, and a new next one
    Rotate {
        /// The algorithm: RS256, RS512, PS256, ES256 or EdDSA
        #[arg(long, default_value = "RS256")]
        alg: String,
    },
    /// Refuses what a previous key has signed from now on
    Revoke {
        /// The key's id
        kid: String,
    },
}

/// Lists, rotates or revokes; running servers notice within a second.
pub async fn run(settings: Settings, arguments: Arguments) -> Result<(), Error> {
    let app = super::open(&settings).await?;
    let named =
        |tenant: &Tenant| arguments.tenant.as_ref().map_or(tenant.is_default, |name| tenant.name == *name);
    let tenant = tenants::list(&app).await?.into_iter().find(named);
    let tenant =
        tenant.ok_or_else(|| Error::Setting("no such tenant; see guildhall tenants list".to_owned()))?;
    match arguments.command {
        Command::List => {
            for key in signing_keys::list(&app, &by::<needs::ReadSigningKeys>(&tenant)?).await? {
                let state = match (key.current, key.next, key.revoked) {
                    (Some(true), _, _) => "current",
                    (_, Some(true), _) => "next",
                    (_, _, true) => "revoked",
                    _ => "previous",
                };
                println!("{}  {:?}  {state}", key.kid, key.alg);
            }
        }
        Command::Rotate { alg } => {
            let algorithm: Algorithm = serde_json::from_value(alg.clone().into()).map_err(|_| {
                Error::Setting(format!("--alg {alg} is none of RS256, RS512, PS256, ES256, EdDSA"))
            })?;
            let next = signing_keys::rotate(
                &app,
                &by::<needs::RotateSigningKeys>(&tenant)?,
                KeyRotation { alg: algorithm },
            )
            .await?;
            println!("rotated; the next key is {}", next.kid);
        }
        Command::Revoke { kid } => {
            let revoked =
                signing_keys::revoke(&app, &by::<needs::RevokeSigningKeys>(&tenant)?, &KeyId::new(kid))
                    .await?;
            println!("revoked {}", revoked.kid);
        }
    }
    Ok(())
}

/// The operator at the command line of the server may do all that the Management API can.
fn by<N: Need>(tenant: &Tenant) -> Result<Authorized<N>, Error> {
    let scopes = needs::all_scopes().into_iter().map(str::to_owned).collect();
    let caller =
        Caller { tenant: tenant.id.clone(), actor: Actor::Operator, scopes, origin: Origin::default() };
    authorize(caller).map_err(|_| Error::Setting("not allowed".to_owned()))
}

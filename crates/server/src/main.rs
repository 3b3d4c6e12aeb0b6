//! The binary `guildhall`.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use guildhall_server::settings::Flags;
use guildhall_server::{Error, telemetry};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Organizations, members, roles and tokens for the customers of your product.
#[derive(Parser)]
#[command(
    name = "guildhall",
    version,
    after_help = "Example:\n  guildhall demo\n  guildhall serve --listen 127.0.0.1:8080 --public-url http://localhost:8080/"
)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves a vendor with two customers from a fresh database, and shows a token for each
    #[command(after_help = "Example:\n  guildhall demo --listen 127.0.0.1:8080")]
    Demo,
    /// Serves; migrates the database first
    #[command(
        after_help = "Example:\n  guildhall serve --database-url postgres://guildhall@localhost/guildhall --public-url https://auth.example.com/"
    )]
    Serve,
    /// Brings the database up to date and ends
    #[command(after_help = "Example:\n  guildhall migrate --database-url sqlite://guildhall.db?mode=rwc")]
    Migrate,
    /// Writes the OpenAPI documents into a folder
    #[command(after_help = "Example:\n  guildhall openapi openapi/")]
    Openapi(commands::openapi::Arguments),
    /// Lists, rotates and revokes a tenant's signing keys
    #[command(after_help = "Example:\n  guildhall keys rotate --alg RS256")]
    Keys(commands::keys::Arguments),
    /// Lists and adds tenants
    #[command(after_help = "Example:\n  guildhall tenants add acme --issuer https://auth.acme.example/")]
    Tenants(commands::tenants::Arguments),
    /// Runs the JavaScript of Actions for a server that started it
    ///
    /// Reads runs from its input and writes outcomes to its output, after it has given up all else that a process
    /// may do. The server starts as many as it needs.
    #[command(hide = true)]
    ActionWorker,
    /// Says whether the settings and the database can be used
    #[command(after_help = "Example:\n  guildhall check-config --config guildhall.toml")]
    CheckConfig,
}

fn main() -> ExitCode {
    // Before there is a second thread, which the worker's filter of system calls would not cover.
    if is_action_worker() {
        guildhall_actions::worker::main()
    }
    start()
}

/// Whether this process is `guildhall action-worker`, with nothing after it.
fn is_action_worker() -> bool {
    let mut arguments = std::env::args_os().skip(1);
    arguments.next().is_some_and(|first| first == "action-worker") && arguments.next().is_none()
}

#[tokio::main]
async fn start() -> ExitCode {
    let cli = Cli::parse();
    if let Command::ActionWorker = cli.command {
        eprintln!("guildhall: action-worker takes no settings");
        return ExitCode::FAILURE;
    }
    let result = run(cli).await;
    telemetry::flush();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("guildhall: {}", guildhall_api::failure::chain(&error));
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Error> {
    if let Command::Openapi(arguments) = &cli.command {
        return commands::openapi::run(arguments);
    }
    let settings = cli.flags.settings()?;
    telemetry::log(&settings.log)?;
    match cli.command {
        Command::Demo => commands::demo::run(settings).await,
        Command::Serve => commands::serve::run(settings).await,
        Command::Migrate => commands::migrate::run(settings).await,
        Command::Keys(arguments) => commands::keys::run(settings, arguments).await,
        Command::Tenants(arguments) => commands::tenants::run(settings, arguments).await,
        Command::CheckConfig => commands::check_config::run(settings).await,
        Command::Openapi(_) | Command::ActionWorker => unreachable!("needs no settings"),
    }
}

//! The commands of the program: each opens the service, executes commands through the ledger, and prints.
//!
//! They work while a server runs on the same database: the log decides between them as between two servers. Output
//! goes to a writer that is passed in; with `--json` it is one object.

pub mod output;
pub mod error;
pub mod find;
pub mod create;
mod tenant;
mod provider;
mod event_type;
mod key;
mod projections;
mod doctor;
mod demo;

use std::ffi::OsString;
use std::io::Write;

use crate::config::{Config, LogFormat, Settings};
use crate::service::{Server, Service};
use crate::telemetry;
pub use error::CliError;

/// An event-sourced booking ledger.
#[derive(Debug, clap::Parser)]
#[command(name = "daybook", version, about)]
pub struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Serve the API until SIGTERM
    Serve,
    /// Serve with a sample clinic; prints its keys, ids and five curl lines
    Demo,
    /// Check settings, database, clock and locks
    Doctor,
    #[command(flatten)]
    Once(Once),
}

/// Commands that open the service, do one thing and close it.
#[derive(Debug, clap::Subcommand)]
enum Once {
    /// Organisations
    #[command(subcommand)]
    Tenant(tenant::Command),
    /// Who can be booked
    #[command(subcommand)]
    Provider(provider::Command),
    /// What can be booked
    #[command(subcommand)]
    EventType(event_type::Command),
    /// Who may call the API
    #[command(subcommand)]
    Key(key::Command),
    /// Read models, derived from the log
    #[command(subcommand)]
    Projections(projections::Command),
}

/// Runs the command and prints to `out`. `variables` are the names in the environment.
///
/// # Errors
/// See [`CliError`].
pub async fn run(
    cli: Cli,
    variables: impl Iterator<Item = OsString>,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let config = Config::new(cli.settings, variables)?;
    match config.log_format {
        LogFormat::Pretty => telemetry::start_pretty(&config.log_level)?,
        LogFormat::Json => telemetry::start_json(&config.log_level)?,
    }
    match cli.command {
        Command::Serve => {
            tracing::info!(?config, "settings");
            let server = Server::start(&config).await?;
            Ok(server.run(&config, out).await?)
        }
        Command::Demo => demo::run(&config, out).await,
        Command::Doctor => doctor::run(&config, out).await,
        Command::Once(command) => {
            let service = Service::open(&config).await?;
            let ran = once(&service, command, out).await;
            service.close().await;
            ran
        }
    }
}

async fn once(
    service: &Service,
    command: Once,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    match command {
        Once::Tenant(command) => tenant::run(service, command, out).await,
        Once::Provider(command) => provider::run(service, command, out).await,
        Once::EventType(command) => event_type::run(service, command, out).await,
        Once::Key(command) => key::run(service, command, out).await,
        Once::Projections(command) => projections::run(service, command, out).await,
    }
}

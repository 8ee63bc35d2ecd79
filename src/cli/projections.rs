//! `daybook projections list | rebuild NAME | check NAME`.

use std::io::Write;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::CliError;
use crate::ledger::row::Projection;
use crate::projections;
use crate::projections::check;
use crate::service::Service;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Names, one per line
    List,
    /// Derive a read model anew, from event 1
    Rebuild {
        /// As in `list`
        name: String,
    },
    /// Compare a read model with its events; fails when they differ
    Check {
        /// As in `list`
        name: String,
    },
}

pub(super) async fn run(
    service: &Service,
    command: Command,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    match command {
        Command::List => {
            for projection in projections::all() {
                writeln!(out, "{}", projection.name())?;
            }
            Ok(())
        }
        Command::Rebuild { name } => rebuild(service, &*named(&name)?, out).await,
        Command::Check { name } => check(service, &*named(&name)?, out).await,
    }
}

fn named(name: &str) -> Result<Box<dyn Projection>, CliError> {
    projections::all()
        .into_iter()
        .find(|projection| projection.name() == name)
        .ok_or_else(|| CliError::NotFound {
            what: "read model",
            name: name.to_owned(),
        })
}

async fn rebuild(
    service: &Service,
    projection: &dyn Projection,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let tenants = service.ledger.tenants().await?;
    let bar = progress_bar();
    let mut events = 0;
    for tenant in tenants.iter().copied() {
        let mut progress = |done: u64, total: u64| {
            bar.set_length(events + total);
            bar.set_position(events + done);
        };
        events += service
            .ledger
            .rebuild(tenant, projection, &mut progress)
            .await?;
    }
    bar.finish_and_clear();
    let name = projection.name();
    writeln!(
        out,
        "{name}: rebuilt from {events} events of {} tenants",
        tenants.len()
    )?;
    Ok(())
}

async fn check(
    service: &Service,
    projection: &dyn Projection,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let tenants = service.ledger.tenants().await?;
    let bar = progress_bar();
    let mut rows = 0;
    for tenant in tenants.iter().copied() {
        let before = bar.position();
        let mut progress = |done: u64| bar.set_position(before + done);
        rows += check::differences(&service.ledger, tenant, projection, &mut progress).await?;
    }
    bar.finish_and_clear();
    let name = projection.name().to_owned();
    if rows > 0 {
        return Err(CliError::Differs { name, rows });
    }
    writeln!(out, "{name}: equals its events, {} tenants", tenants.len())?;
    Ok(())
}

/// On stderr; invisible when that is not a terminal.
fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} events, {per_sec}, {eta} left")
        .unwrap_or_else(|_malformed| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr()).with_style(style)
}

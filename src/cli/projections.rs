//! `daybook projections list | rebuild NAME | check NAME`.

use std::io::Write;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::CliError;
use crate::domain::id::TenantId;
use crate::ledger::record::RecordedEvent;
use crate::ledger::row::Projection;
use crate::projections;
use crate::projections::check::{self, DumpedTable};
use crate::service::Service;

/// Events read at once.
const PAGE: u32 = 1_000;

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
    let mut differing = 0;
    for tenant in tenants.iter().copied() {
        let mut tables = Vec::new();
        for table in projection.tables() {
            let rows = service.ledger.rows(tenant, table).await?;
            tables.push(DumpedTable { table, rows });
        }
        let events = events(service, tenant, &bar).await?;
        for difference in check::differences(projection, events, tables) {
            differing += 1;
            bar.suspend(|| writeln!(out, "tenant {tenant}: {difference}"))?;
        }
    }
    bar.finish_and_clear();
    let name = projection.name().to_owned();
    if 0 < differing {
        return Err(CliError::Differs {
            name,
            rows: differing,
        });
    }
    writeln!(out, "{name}: equals its events, {} tenants", tenants.len())?;
    Ok(())
}

/// The whole log of a tenant. What is appended after its rows were read makes a difference that is none: a check
/// of a server's database is meant for when it is stopped.
async fn events(
    service: &Service,
    tenant: TenantId,
    bar: &ProgressBar,
) -> Result<Vec<RecordedEvent>, CliError> {
    let mut events = Vec::new();
    let mut after = 0;
    loop {
        let page = service.ledger.log(tenant, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(events);
        };
        after = last.position;
        bar.inc(page.len().try_into().unwrap_or_default());
        bar.set_length(bar.position());
        events.extend(page.into_iter().map(|logged| logged.event));
    }
}

/// On stderr; invisible when that is not a terminal.
fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} events, {per_sec}, {eta} left")
        .unwrap_or_else(|_malformed| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr()).with_style(style)
}

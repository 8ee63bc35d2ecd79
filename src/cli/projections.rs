//! `daybook projections list | rebuild NAME | check NAME`; all of them while servers run.

use std::io::Write;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::CliError;
use crate::domain::id::TenantId;
use crate::ledger::row::Projection;
use crate::ledger::store::rebuild::{Checksum, Rebuild, RebuildError, TenantRows};
use crate::projections;
use crate::projections::check::{self, DumpedTable, Folded};
use crate::service::Service;

/// Events read at once.
const PAGE: u32 = 1_000;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Every version of every read model: name, state, version, rows
    List,
    /// Derive a read model anew, from event 1, beside the live one; then flip. Servers go on
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
        Command::List => list(service, out).await,
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

/// One line per version; what is not live is of a rebuild that is under way or was killed, and has no count.
async fn list(service: &Service, out: &mut (impl Write + Send)) -> Result<(), CliError> {
    let tenants = service.ledger.tenants().await?;
    let known = service.ledger.database().refresh().await?;
    for version in service.ledger.store().read_model_versions().await? {
        write!(
            out,
            "{:12} {:8} version {}",
            version.name, version.state, version.version
        )?;
        let projection = named(&version.name).ok();
        match projection.filter(|_| version.state == "live") {
            Some(_) if known.usable().is_err() => writeln!(out, "  (not of this program)")?,
            Some(projection) => {
                let mut rows = 0;
                for table in projection.tables() {
                    rows += service.ledger.count_rows(&tenants, table).await?;
                }
                writeln!(out, "  {rows} rows")?;
            }
            None => writeln!(out)?,
        }
    }
    Ok(())
}

async fn rebuild(
    service: &Service,
    projection: &dyn Projection,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let name = projection.name();
    let owner = service.owner().await?;
    let bar = progress_bar();
    bar.set_message("filling");
    let mut rebuild = service.ledger.begin_rebuild(owner, projection).await?;
    let mut progress = |done: u64, total: u64| {
        bar.set_length(total);
        bar.set_position(done);
    };
    let events = rebuild.fill(&mut progress).await?;
    let tenants = rebuild.tenants();
    writeln!(
        out,
        "{name}: {events} events of {} tenants folded",
        tenants.len()
    )?;
    bar.set_message("comparing");
    let comparison = compare(service, projection, &mut rebuild, &bar).await?;
    writeln!(out, "{name}: {comparison}")?;
    bar.set_message("flipping");
    let flipped = rebuild.flip().await?;
    writeln!(
        out,
        "{name}: version {} is live; heads held for {} ms, {} events folded in them",
        rebuild.version(),
        flipped.held.as_millis(),
        flipped.events
    )?;
    bar.set_message("cleaning");
    rebuild.clean().await?;
    bar.finish_and_clear();
    Ok(())
}

/// Compares new rows with live ones, tenant by tenant. Where they are not the same, the log decides: rows that equal a
/// fold of it go live, whatever the old ones say; others never do.
async fn compare(
    service: &Service,
    projection: &dyn Projection,
    rebuild: &mut Rebuild<'_>,
    bar: &ProgressBar,
) -> Result<String, CliError> {
    let mut sum = Checksum::default();
    let mut differing = 0;
    for tenant in rebuild.tenants() {
        let compared = rebuild.compare(tenant).await?;
        sum.merge(compared.new);
        if compared.live == Some(compared.new) {
            continue;
        }
        differing += 1;
        let rows = rebuild.new_rows(tenant).await?;
        let differences = differences(service, projection, tenant, rows, bar).await?;
        if !differences.is_empty() {
            return Err(RebuildError::Differs {
                rows: differences.len(),
            }
            .into());
        }
    }
    Ok(if differing == 0 {
        format!("checksum {sum} equals that of the live rows")
    } else {
        format!(
            "checksum {sum}; the live rows of {differing} tenants differ, the new ones equal a fold of the log"
        )
    })
}

async fn check(
    service: &Service,
    projection: &dyn Projection,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let tenants = service.ledger.tenants().await?;
    let bar = progress_bar();
    bar.set_message("checking");
    let mut differing = 0;
    for tenant in tenants.iter().copied() {
        let rows = service.ledger.rows(tenant, projection.tables()).await?;
        for difference in differences(service, projection, tenant, rows, &bar).await? {
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

/// Rows and log are of the same position, so a server may go on writing.
async fn differences(
    service: &Service,
    projection: &dyn Projection,
    tenant: TenantId,
    rows: TenantRows,
    bar: &ProgressBar,
) -> Result<Vec<check::Difference>, CliError> {
    let folded = folded(service, projection, tenant, rows.position, bar).await?;
    let tables = rows.tables.into_iter();
    let dumped = tables.map(|(table, dumped)| DumpedTable {
        table,
        rows: dumped,
    });
    Ok(check::compare(&folded, dumped.collect()))
}

/// What the log of a tenant makes of a read model, up to a position.
async fn folded(
    service: &Service,
    projection: &dyn Projection,
    tenant: TenantId,
    until: u64,
    bar: &ProgressBar,
) -> Result<Folded, CliError> {
    let mut folded = Folded::default();
    let mut after = 0;
    while after < until {
        let limit = u32::try_from(until - after).unwrap_or(PAGE).min(PAGE);
        let page = service.ledger.log(tenant, after, limit).await?;
        let Some(last) = page.last() else {
            break;
        };
        after = last.position;
        bar.inc(page.len().try_into().unwrap_or_default());
        bar.set_length(bar.position());
        for logged in page {
            folded.add(projection, &logged.event);
        }
    }
    Ok(folded)
}

/// On stderr; invisible when that is not a terminal.
fn progress_bar() -> ProgressBar {
    let template = "{msg:9} {bar:40} {pos}/{len} events, {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(template)
        .unwrap_or_else(|_malformed| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr()).with_style(style)
}

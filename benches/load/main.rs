//! The load generator: books over HTTP at a real server, checks every answer, and counts afterwards.
//!
//! `cargo bench --bench load -- --row NAME --clients 32,128 --seconds 10`, with the server's own `DAYBOOK_*` variables;
//! `benches/run.sh` calls it for both databases. It prints rows for that script: name, clients, bookings/s, p50 and p99
//! in microseconds, between tabs; and notes, whose first field is `note`.
//!
//! It shares the machine with the server, so it is one thread over plain sockets. A refused or lost booking fails the
//! run.

#![expect(
    clippy::print_stdout,
    reason = "a program whose output is its rows; not part of the service"
)]
#![expect(
    clippy::future_not_send,
    reason = "all clients share one thread, and cells on it: the server needs the other core"
)]

mod calendar;
mod http;
mod prepare;
mod writer;
mod history;
mod server;
mod runs;
mod figures;
mod extras;

use std::error::Error;
use std::time::Duration;

use clap::Parser as _;
use daybook::config::{Config, Settings};

use runs::Load;
use server::Server;

/// What everything here may fail with: it is reported once, and the run is over.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Debug, clap::Parser)]
struct Options {
    #[command(flatten)]
    settings: Settings,
    /// Name of the rows
    #[arg(long)]
    row: String,
    /// Clients at once, one row each
    #[arg(long, value_delimiter = ',', default_value = "32,128")]
    clients: Vec<u32>,
    /// Length of a row
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Providers that are booked, at random
    #[arg(long, default_value_t = 1000)]
    providers: u32,
    /// Also: a month of slots with so many bookings ahead
    #[arg(long)]
    bookings_ahead: Option<u32>,
    /// Also: a month of slots of four hosts with so many bookings ahead each
    #[arg(long)]
    hosts_ahead: Option<u32>,
    /// Also: lists of a hundred bookings out of so many
    #[arg(long)]
    listed: Option<u32>,
    /// Also: booking on a provider with so many bookings behind
    #[arg(long)]
    bookings_behind: Option<u32>,
    /// `cargo bench` says so
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Outcome<()> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(options))
}

async fn run(options: Options) -> Outcome<()> {
    let names = std::env::vars_os().map(|(name, _value)| name);
    let config = Config::new(options.settings, names)?;
    let tenant = prepare::tenant(&config, options.providers).await?;
    let ahead = match options.bookings_ahead {
        Some(count) => Some(history::ahead(&config, tenant.id, "ahead", count).await?),
        None => None,
    };
    let hosts = match options.hosts_ahead {
        Some(count) => Some(history::hosts(&config, tenant.id, count).await?),
        None => None,
    };
    if let Some(count) = options.listed {
        history::listed(&config, tenant.id, count).await?;
    }
    let behind = match options.bookings_behind {
        Some(count) => Some(history::behind(&config, tenant.id, count).await?),
        None => None,
    };

    let written = u64::from(options.bookings_ahead.unwrap_or(0))
        + u64::from(options.bookings_behind.unwrap_or(0))
        + u64::from(options.hosts_ahead.unwrap_or(0)) * 4
        + u64::from(options.listed.unwrap_or(0));

    let server = Server::start()?;
    let time = Duration::from_secs(options.seconds);
    let load = Load::new(server.address, &tenant);
    // Every stream is loaded, every connection of the pool has prepared its statements.
    load.closed(32, Duration::from_secs(2)).await?;
    let mut peak = 0;
    for clients in &options.clients {
        let figures = load.closed(*clients, time).await?;
        peak = peak.max(figures.per_second());
        figures.print(&options.row, *clients);
    }
    figures::note(
        &format!("{}: resident memory of the server", options.row),
        &format!("{} MiB", server.resident_mebibytes()?),
    );
    let clients = *options.clients.iter().max().ok_or("no clients")?;
    let half = load.open(peak / 2, clients, time).await?;
    half.print(&format!("{}, at half of peak", options.row), clients);
    let keyed = load.keyed().closed(clients, time).await?;
    keyed.print(&format!("{}, Idempotency-Key", options.row), clients);
    let composites = load.composites();
    let name = format!("{}, composites of two segments", options.row);
    composites
        .closed(clients, time)
        .await?
        .print(&name, clients);
    let name = format!("{}, alone", options.row);
    load.keyed().closed(1, time).await?.print(&name, 1);
    let name = format!("{}, composites of two segments, alone", options.row);
    composites.closed(1, time).await?.print(&name, 1);
    if let Some(event_type) = ahead {
        let name = format!("{}, a month of slots", options.row);
        extras::slots(&load, &name, &format!("eventTypeId={event_type}")).await?;
    }
    if let Some(usernames) = hosts {
        let name = format!("{}, a month of slots of four hosts", options.row);
        let minutes = calendar::MINUTES;
        let selector = format!("usernames={}&duration={minutes}", usernames.join(","));
        extras::slots(&load, &name, &selector).await?;
    }
    if options.listed.is_some() {
        extras::lists(&load, &options.row).await?;
    }
    if let Some(stage) = behind {
        extras::behind(&load, &options.row, &stage).await?;
    }
    load.verify(written).await?;
    server.stop()
}

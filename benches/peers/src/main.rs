//! Row (b) of the table: cqrs-es on postgres-es executes the same booking command, in process.
//!
//! `peers DATABASE_URL SECONDS CLIENTS…` prints one row per count of clients: name, clients, bookings/s, p50, p99 in
//! microseconds. Like most programs on it, it keeps no aggregate between commands: each loads its stream, decides and
//! inserts. A conflict is tried again and counts as one booking; a refused or lost one fails the run.

mod booking;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use cqrs_es::AggregateError;
use postgres_es::{PostgresCqrs, postgres_cqrs};
use sqlx::postgres::{PgPool, PgPoolOptions};

use booking::{Place, Provider};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const PROVIDERS: i64 = 1000;
const MINUTES: i64 = 15;
/// As many as the server of the other rows has.
const CONNECTIONS: u32 = 16;
/// The layout of postgres-es 0.5 (its `db/init.sql`).
const TABLE: &str = "create table if not exists events (
  aggregate_type text not null,
  aggregate_id text not null,
  sequence bigint check (sequence >= 0) not null,
  event_type text not null,
  event_version text not null,
  payload json not null,
  metadata json not null,
  primary key (aggregate_type, aggregate_id, sequence))";

/// Gives every booking a slot of its own.
static NEXT: AtomicI64 = AtomicI64::new(0);

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, seconds, clients @ ..] = arguments.as_slice() else {
        return Err("peers DATABASE_URL SECONDS CLIENTS…".into());
    };
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .min_connections(CONNECTIONS)
        .connect(url)
        .await?;
    sqlx::query(TABLE).execute(&pool).await?;
    let framework = Arc::new(postgres_cqrs(pool.clone(), Vec::new(), ()));
    for count in clients {
        row(
            &framework,
            count.parse()?,
            Duration::from_secs(seconds.parse()?),
        )
        .await?;
    }
    verify(&pool).await
}

/// Runs `clients` at once for a time and prints the row.
async fn row(framework: &Arc<PostgresCqrs<Provider>>, clients: u32, time: Duration) -> Outcome<()> {
    let started = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|_| tokio::spawn(client(Arc::clone(framework), started + time)))
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    let elapsed = started.elapsed();
    latencies.sort_unstable();
    let at = |per_mille: usize| {
        let index = (latencies.len() * per_mille / 1000).min(latencies.len().saturating_sub(1));
        latencies.get(index).map_or(0, Duration::as_micros)
    };
    let rate = latencies.len() as u128 * 1000 / elapsed.as_millis().max(1);
    println!(
        "(b) cqrs-es + postgres-es\t{clients}\t{rate}\t{}\t{}",
        at(500),
        at(990)
    );
    Ok(())
}

async fn client(framework: Arc<PostgresCqrs<Provider>>, until: Instant) -> Outcome<Vec<Duration>> {
    let mut latencies = Vec::new();
    while Instant::now() < until {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // Multiplied by a number without a common factor: neighbours in time are not neighbours in place.
        let provider = number.wrapping_mul(617) % PROVIDERS;
        let start = number / PROVIDERS * MINUTES;
        let place = Place {
            booking: format!("00000000-0000-4000-8000-{number:012}"),
            start,
            end: start + MINUTES,
            name: format!("Guest {number}"),
            email: format!("guest{number}@example.org"),
        };
        let asked = Instant::now();
        loop {
            let id = format!("00000000-0000-4000-9000-{provider:012}");
            match framework.execute(&id, place.clone()).await {
                Ok(()) => break,
                Err(AggregateError::AggregateConflict) => {}
                Err(error) => return Err(error.to_string().into()),
            }
        }
        latencies.push(asked.elapsed());
    }
    Ok(latencies)
}

async fn verify(pool: &PgPool) -> Outcome<()> {
    let stored: i64 = sqlx::query_scalar("select count(*) from events")
        .fetch_one(pool)
        .await?;
    let answered = NEXT.load(Ordering::Relaxed);
    if stored != answered {
        return Err(format!("{answered} bookings were answered, {stored} are stored").into());
    }
    Ok(())
}

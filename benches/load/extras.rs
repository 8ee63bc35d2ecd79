//! Rows beside the bookings: slots of a month, lists, and what a long history costs.

use std::time::Duration;

use daybook::clock::{Clock as _, SystemClock};
use tokio::time::Instant;

use super::Outcome;
use super::figures::{self, Figures};
use super::history::Stage;
use super::runs::Load;

const READS: u32 = 200;
const BOOKINGS: u32 = 300;
/// The history's provider loads its stream and closes what has lapsed meanwhile.
const WARM_UP: u32 = 20;

/// A month of slots, asked for one after the other.
pub(crate) async fn slots(load: &Load, name: &str, selector: &str) -> Outcome<()> {
    let first = SystemClock.now().date_naive() + chrono::Days::new(30);
    let last = first + chrono::Days::new(30);
    let path = format!("/v2/slots?{selector}&start={first}&end={last}");
    // At least 20 working days, each half booked.
    reads(load, name, &path, "2024-09-04", 20 * 16).await
}

/// A hundred bookings of the whole tenant: the first page, a page of what is ahead, and by cursor.
pub(crate) async fn lists(load: &Load, row: &str) -> Outcome<()> {
    for (name, query, version) in [
        ("a list of 100", "take=100&sortStart=asc", "2024-08-13"),
        (
            "a list of 100 upcoming",
            "take=100&status=upcoming",
            "2024-08-13",
        ),
        (
            "a list of 100 by cursor",
            "limit=100&status=upcoming",
            "2026-05-01",
        ),
    ] {
        let path = format!("/v2/bookings?{query}");
        reads(load, &format!("{row}, {name}"), &path, version, 100).await?;
    }
    Ok(())
}

/// One request over and over; each answer holds at least so many starts.
async fn reads(
    load: &Load,
    name: &str,
    path: &str,
    version: &str,
    starts_min: usize,
) -> Outcome<()> {
    let request = load.get(path, version);
    let mut connection = load.connect().await?;
    let started = Instant::now();
    let mut latencies = Vec::new();
    for _ in 0..READS {
        let asked = Instant::now();
        let answer = connection.send(&request).await?;
        latencies.push(asked.elapsed());
        let starts = answer.body.matches(r#""start":"#).count();
        if answer.status != 200 || starts < starts_min {
            return Err(format!("{name}: {} with {starts} starts", answer.status).into());
        }
    }
    Figures::new(latencies, started.elapsed()).print(name, 1);
    Ok(())
}

/// Bookings in turn on the provider with a history and on the one without; returns nothing but rows.
pub(crate) async fn behind(load: &Load, row: &str, stage: &Stage) -> Outcome<()> {
    let mut connection = load.connect().await?;
    let mut calendar = super::calendar::Calendar::new(1);
    let cold = load
        .book(&mut connection, stage.long, &calendar.next_of(0))
        .await?;
    for _ in 0..WARM_UP {
        for event_type in [stage.long, stage.empty] {
            load.book(&mut connection, event_type, &calendar.next_of(0))
                .await?;
        }
    }
    let (mut long, mut empty) = (Vec::new(), Vec::new());
    for _ in 0..BOOKINGS {
        let start = calendar.next_of(0);
        long.push(load.book(&mut connection, stage.long, &start).await?);
        empty.push(load.book(&mut connection, stage.empty, &start).await?);
    }
    let total = |latencies: &[Duration]| latencies.iter().sum();
    let (long_total, empty_total) = (total(&long), total(&empty));
    let (long, empty) = (
        Figures::new(long, long_total),
        Figures::new(empty, empty_total),
    );
    long.print(&format!("{row}, a long history behind"), 1);
    empty.print(&format!("{row}, no history behind"), 1);
    let percent = long.at(500) * 100 / empty.at(500).max(1);
    figures::note(
        &format!("{row}: with a long history, of p50 without"),
        &format!("{percent} %"),
    );
    figures::note(
        &format!("{row}: first booking after a start"),
        &format!("{} ms", cold.as_millis()),
    );
    Ok(())
}

//! Rows beside the bookings: slots of a month, and what a long history costs.

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
pub(crate) async fn slots(load: &Load, row: &str, event_type: i32) -> Outcome<()> {
    let first = SystemClock.now().date_naive() + chrono::Days::new(30);
    let last = first + chrono::Days::new(30);
    let path = format!("/v2/slots?eventTypeId={event_type}&start={first}&end={last}");
    let request = load.get(&path, "2024-09-04");
    let mut connection = load.connect().await?;
    let started = Instant::now();
    let mut latencies = Vec::new();
    for _ in 0..READS {
        let asked = Instant::now();
        let answer = connection.send(&request).await?;
        latencies.push(asked.elapsed());
        let slots = answer.body.matches(r#""start":"#).count();
        // At least 20 working days, each half booked.
        if answer.status != 200 || slots < 20 * 16 {
            return Err(format!("slots: {} with {slots} slots", answer.status).into());
        }
    }
    let figures = Figures::new(latencies, started.elapsed());
    figures.print(&format!("{row}, a month of slots"), 1);
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

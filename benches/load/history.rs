//! Providers with long histories.

use chrono::{Duration, DurationRound as _};
use daybook::clock::{Clock as _, SystemClock};
use daybook::config::Config;
use daybook::domain::id::TenantId;
use daybook::domain::time::Timestamp;

use super::Outcome;
use super::calendar::MINUTES;
use super::writer::Writer;

/// Bookings per transaction: as many finished ones follow in the next, and a command is limited to 1,000 events.
const AT_ONCE: u32 = 200;
/// How long ago the history begins, days.
const DAYS_BEHIND: i64 = 3650;

/// Two providers that differ in their histories.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stage {
    /// Event type of the one with the history.
    pub(crate) long: i32,
    /// Event type of the one without.
    pub(crate) empty: i32,
}

/// Bookings of one provider of those that a list is drawn from.
const LISTED_OF_PROVIDER: u32 = 10_000;

/// Four providers with `count` bookings ahead each; their usernames.
pub(crate) async fn hosts(config: &Config, tenant: TenantId, count: u32) -> Outcome<Vec<String>> {
    let mut usernames = Vec::new();
    for number in 1..=4 {
        let username = format!("host-{number}");
        ahead(config, tenant, &username, count).await?;
        usernames.push(username);
    }
    Ok(usernames)
}

/// So many bookings ahead, over as many providers as that takes.
pub(crate) async fn listed(config: &Config, tenant: TenantId, count: u32) -> Outcome<()> {
    for number in 0..count.div_ceil(LISTED_OF_PROVIDER) {
        let left = count - number * LISTED_OF_PROVIDER;
        let username = format!("listed-{number}");
        ahead(config, tenant, &username, left.min(LISTED_OF_PROVIDER)).await?;
    }
    Ok(())
}

/// A provider with `count` bookings ahead, every other slot of its working hours; its event type.
pub(crate) async fn ahead(
    config: &Config,
    tenant: TenantId,
    username: &str,
    count: u32,
) -> Outcome<i32> {
    let now = SystemClock.now().duration_trunc(Duration::days(1))?;
    let writer = Writer::open(config, tenant, now).await?;
    let (provider, terms) = writer.provider(username).await?;
    let starts: Vec<Timestamp> = (0..)
        .map(|day| now + Duration::days(7 + day))
        .filter(|day| !["Sat", "Sun"].contains(&day.format("%a").to_string().as_str()))
        .flat_map(|day| {
            (0..16).map(move |slot| day + Duration::minutes(9 * 60 + slot * 2 * MINUTES))
        })
        .take(usize::try_from(count)?)
        .collect();
    for some in starts.chunks(usize::try_from(AT_ONCE)?) {
        writer.book(provider, &terms, some).await?;
    }
    writer.close().await;
    Ok(terms.number.get())
}

/// A provider with `count` bookings over ten years, all over, and one without any.
pub(crate) async fn behind(config: &Config, tenant: TenantId, count: u32) -> Outcome<Stage> {
    let today = SystemClock.now().duration_trunc(Duration::days(1))?;
    let first = today - Duration::days(DAYS_BEHIND);
    let distance = Duration::minutes(DAYS_BEHIND * 24 * 60 / i64::from(count.max(1)));
    if distance < Duration::minutes(MINUTES) {
        return Err("so many bookings do not fit into ten years".into());
    }
    let writer = Writer::open(config, tenant, first).await?;
    let (provider, terms) = writer.provider("behind").await?;
    let (_, empty) = writer.provider("empty").await?;
    let mut booked = 0;
    while booked < count {
        let last = count.min(booked + AT_ONCE);
        let starts: Vec<Timestamp> = (booked..last)
            .map(|number| first + distance * i32::try_from(number).unwrap_or(i32::MAX))
            .collect();
        writer.book(provider, &terms, &starts).await?;
        writer.advance(distance * i32::try_from(last - booked)?);
        booked = last;
    }
    writer.close().await;
    Ok(Stage {
        long: terms.number.get(),
        empty: empty.number.get(),
    })
}

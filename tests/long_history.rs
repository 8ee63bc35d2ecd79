//! Ten years of bookings: a cold stream is one snapshot and a tail, its state is what is open, and a snapshot that does
//! not fit is ignored and replaced.

use std::sync::Arc;
use std::time::Duration as StdDuration;

use chrono::{DateTime, Datelike as _, Duration, Utc};
use daybook::domain::provider::command::{Cancel, ProviderCommand};
use daybook::domain::provider::event::ProviderEvent;
use daybook::domain::rejection::Period;
use daybook::domain::{Event, State};
use daybook::ledger::Statistics;
use daybook::ledger::limits::{SNAPSHOT_EVERY, SNAPSHOT_KEPT_EVERY};
use daybook::ledger::record::RecordedEvent;

use crate::harness::library::{facts, nine};
use crate::harness::salon::Client;
use crate::harness::{Library, Salon, Veteran, count, times, until, within};

/// Ten years, in steps of as many days as are booked ahead.
const STEPS: usize = 456;
const STEP_DAYS: i64 = 8;
const BOOKINGS_PER_DAY: usize = 28;
/// Bookings that are not over at the end.
const OPEN: i64 = 12;

const NEWEST: &str = "select coalesce(max(sequence), 0) from snapshots";

/// Ten years of bookings up to now, of each step one cancelled; then some that are open.
async fn grow_old(salon: &mut Salon) -> Veteran {
    salon.take_server().stop();
    let beginning = times::now() - Duration::days(3_650);
    let library = Library::open(salon, beginning).await;
    let veteran = Veteran::hire(salon, &library).await;
    let bookings = count(5_000, 100_000);
    for step in 0..STEPS {
        let today = beginning + Duration::days(STEP_DAYS * i64::try_from(step).unwrap());
        library.wait_until(today);
        let booked = bookings * (step + 1) / STEPS - bookings * step / STEPS;
        let places = (0..booked).map(|index| veteran.place(&library, quarter(today, index)));
        let placed = library.execute(veteran.stream, places.collect()).await;
        let cancel = Cancel {
            as_segment: false,
            bookings: vec![facts(placed.unwrap().events.last())],
            seat: None,
            by_host: true,
            personal: None,
        };
        let cancelled = library.execute(veteran.stream, vec![ProviderCommand::Cancel(cancel)]);
        cancelled.await.unwrap();
    }
    let now = times::now();
    library.wait_until(now);
    let open = (0..OPEN).map(|index| veteran.place(&library, nine(now, 2 + index)));
    let opened = library.execute(veteran.stream, open.collect()).await;
    opened.unwrap();
    settle(&library).await;
    library.close().await;
    veteran
}

/// The `index`-th quarter of an hour from tomorrow on.
fn quarter(today: DateTime<Utc>, index: usize) -> DateTime<Utc> {
    let day = i64::try_from(1 + index / BOOKINGS_PER_DAY).unwrap();
    let minutes = 15 * i64::try_from(index % BOOKINGS_PER_DAY).unwrap();
    nine(today, day) + Duration::minutes(minutes)
}

/// Waits until everything that was offered is written.
async fn settle(library: &Library) {
    until("the snapshots are written", async || {
        let now = library.ledger.statistics();
        assert_eq!(now.snapshots_dropped, 0);
        (now.snapshots_offered == now.snapshots_written).then_some(())
    })
    .await;
}

/// Loads the stream as a process does that has just started.
async fn load_cold(salon: &Salon, veteran: &Veteran) -> (Arc<State>, Statistics) {
    let library = Library::open(salon, times::now()).await;
    let state = library.ledger.state(veteran.stream).await.unwrap().unwrap();
    let statistics = library.ledger.statistics();
    settle(&library).await;
    library.close().await;
    (state, statistics)
}

/// Version of the only long stream.
async fn version(salon: &Salon) -> u64 {
    let version = salon
        .database()
        .integer("select max(version) from streams")
        .await;
    u64::try_from(version).unwrap()
}

async fn by_hand(salon: &Salon, statement: &'static str) {
    salon.database().execute(statement).await.unwrap();
}

on_both_databases! {
    async fn a_cold_stream_is_one_snapshot_and_a_tail_and_equals_its_replay(salon: &mut Salon) {
        let veteran = grow_old(salon).await;
        let library = Library::open(salon, times::now()).await;
        // Limits are asked about a day that is booked: this year's, or the next one's in December.
        let year = nine(times::now(), 3).date_naive().year();
        let mut counted = 0;
        let replayed = library.replay(veteran.stream, |event| counted += counts(event, year)).await;
        library.close().await;

        let (state, statistics) = load_cold(salon, &veteran).await;

        assert_eq!(*state, replayed);
        assert_eq!((statistics.streams_loaded, statistics.snapshots_loaded), (1, 1));
        assert!(statistics.events_loaded < SNAPSHOT_EVERY, "{statistics:?}");
        let kept = salon.database().integer("select count(*) from snapshots").await;
        assert!(u64::try_from(kept).unwrap() <= 1 + version(salon).await / SNAPSHOT_KEPT_EVERY, "{kept}");
        assert!(2 <= kept, "{kept}");
        holds_only_what_is_open(&state);
        limits_count_the_whole_year(&state, &veteran, counted);
        snapshots_that_do_not_fit_are_replaced(salon, &veteran, &state).await;
        slots_and_bookings_are_the_same_without_snapshots(salon, &veteran).await;
    }
}

fn holds_only_what_is_open(state: &State) {
    let text = serde_json::to_string(state).unwrap();
    let provider = &serde_json::to_value(state).unwrap()["Provider"];
    let length = |member: &str| provider[member].as_array().unwrap().len();
    assert_eq!(length("bookings"), usize::try_from(OPEN).unwrap());
    assert_eq!(length("holds") + length("blocks"), 0);
    // 400 days back, those of the open bookings, one event type.
    assert!(length("tallies") <= 400 + usize::try_from(OPEN).unwrap() + 2);
    assert!(text.len() < 64 * 1_024, "{} bytes", text.len());
}

fn limits_count_the_whole_year(state: &State, veteran: &Veteran, counted: i64) {
    let State::Provider(provider) = state else {
        panic!("it is a provider")
    };
    let day = nine(times::now(), 3).date_naive();
    assert!(0 < counted);
    let mut terms = veteran.terms.clone();
    terms.limits.count.year = Some(u32::try_from(counted).unwrap());
    assert_eq!(
        provider.limit_reached(&terms, None, None, (day, 15)),
        Some(Period::Year)
    );
    terms.limits.count.year = Some(u32::try_from(counted + 1).unwrap());
    assert_eq!(provider.limit_reached(&terms, None, None, (day, 15)), None);
}

/// What an event adds to the bookings of a year.
fn counts(recorded: &RecordedEvent, year: i32) -> i64 {
    let Event::Provider(event) = &recorded.event else {
        return 0;
    };
    if let ProviderEvent::BookingPlaced(placed) = event.as_ref() {
        i64::from(placed.counted_on.year() == year)
    } else if let ProviderEvent::BookingCancelled(ended) = event.as_ref() {
        -i64::from(ended.slot.start().year() == year)
    } else {
        0
    }
}

async fn snapshots_that_do_not_fit_are_replaced(salon: &Salon, veteran: &Veteran, state: &State) {
    let version = version(salon).await;
    // A bit flip in the state, one in what the state stands on, an older layout, an older fold.
    let cases = [
        (
            "update snapshots set state = replace(state, '\"pending\":false', '\"pending\":true')",
            true,
        ),
        ("update snapshots set decided_at = decided_at + 1", true),
        ("update snapshots set stream_hash = state_hash", true),
        ("update snapshots set layout_hash = 'older'", false),
        ("update snapshots set evolve_version = 0", false),
    ];
    for (damage, is_read) in cases {
        by_hand(salon, damage).await;

        let (replayed, statistics) = load_cold(salon, veteran).await;
        assert_eq!(*replayed, *state, "{damage}");
        assert_eq!(statistics.snapshots_loaded, 0, "{damage}");
        assert_eq!(statistics.events_loaded, version, "{damage}");
        assert_eq!(0 < statistics.snapshots_ignored, is_read, "{damage}");

        let (loaded, again) = load_cold(salon, veteran).await;
        assert_eq!(*loaded, *state, "{damage}");
        assert_eq!(
            (again.snapshots_loaded, again.snapshots_ignored),
            (1, 0),
            "{damage}"
        );
        assert!(again.events_loaded < SNAPSHOT_EVERY, "{damage}");
    }
    let unfit = "select count(*) from snapshots where layout_hash = 'older' or evolve_version = 0";
    assert_eq!(salon.database().integer(unfit).await, 0);
}

async fn slots_and_bookings_are_the_same_without_snapshots(salon: &mut Salon, veteran: &Veteran) {
    let now = times::now();
    let day = |days| nine(now, days).format("%Y-%m-%d").to_string();
    let (first, last) = (day(2), day(40));
    let warm = client_after_start(salon, veteran);
    let with = warm.slots(&first, &last).await.expect(200).json();
    warm.book(nine(now, 2)).await.expect_taken();

    salon.take_server().stop();
    by_hand(salon, "delete from snapshots").await;
    let bare = client_after_start(salon, veteran);
    // A slow machine may need longer than one request has: what is kept for ever is written on the way, and the next
    // request goes on from there.
    let patience = StdDuration::from_mins(5);
    let without = within(patience, "the whole history is replayed", async || {
        let answer = bare.slots(&first, &last).await;
        (answer.status == 200).then(|| answer.json())
    })
    .await;
    bare.book(nine(now, 2)).await.expect_taken();
    bare.book(nine(now, 30)).await.expect(201);

    assert_eq!(with, without);
    until("the deleted snapshot is written again", async || {
        let newest = salon.database().integer(NEWEST).await;
        (0 < newest).then_some(())
    })
    .await;
    salon.take_server().stop();
    let again = client_after_start(salon, veteran);
    again.book(nine(now, 30)).await.expect_taken();
    again.book(nine(now, 31)).await.expect(201);
}

/// Starts a server, and gives a client of it that books the veteran.
fn client_after_start(salon: &mut Salon, veteran: &Veteran) -> Client {
    salon.start();
    let mut client = salon.client();
    client.event_type = i64::from(veteran.terms.number.get());
    client
}

//! Facts of a booking that has left its provider's state: what was read before its last move decides nothing.

use chrono::Duration;
use daybook::clock::Clock as _;
use daybook::domain::id::{BookingNumber, BookingUid};
use daybook::domain::personal::Personal;
use daybook::domain::provider::command::{
    BookingFacts, BookingStatus, Cancel, ProviderCommand, Reschedule, Standing,
};
use daybook::domain::time::TimeSlot;
use daybook::ledger::LedgerError;

use crate::harness::library::{MINUTES, facts, nine};
use crate::harness::{Library, Salon, Veteran, times};

/// The command that moves a booking to nine o'clock, so many days from the library's now.
fn move_to(library: &Library, facts: &BookingFacts, days: i64) -> ProviderCommand {
    let start = nine(library.clock.now(), days);
    ProviderCommand::Reschedule(Reschedule {
        as_segment: false,
        standing: Standing::ByTerms,
        facts: facts.clone(),
        terms: facts.terms.clone(),
        number: BookingNumber::new(1),
        uid: BookingUid::from_uuid(library.ids.uuid()),
        slot: TimeSlot::starting(start, MINUTES).expect("is a slot"),
        by_host: false,
        out_of_bounds: false,
        hold: None,
        personal: Personal::default(),
    })
}

fn cancel(facts: &BookingFacts) -> ProviderCommand {
    ProviderCommand::Cancel(Cancel {
        as_segment: false,
        bookings: vec![facts.clone()],
        seat: None,
        by_host: true,
        personal: None,
    })
}

/// A provider whose past and cancelled bookings may be moved.
async fn lenient(salon: &mut Salon) -> (Library, Veteran) {
    salon.take_server().stop();
    let library = Library::open(salon, times::now() - Duration::days(30)).await;
    let mut veteran = Veteran::hire(salon, &library).await;
    veteran.terms.rescheduling.past_allowed = true;
    veteran.terms.rescheduling.cancelled_allowed = true;
    (library, veteran)
}

on_both_databases! {
    async fn facts_read_before_a_past_booking_moved_cannot_move_it_again(salon: &mut Salon) {
        let (library, veteran) = lenient(salon).await;
        let stream = veteran.stream;
        let mut read = veteran.book(&library, nine(library.clock.now(), 1)).await;
        library.clock.advance(Duration::days(2));
        let lapsed = library.execute(stream, vec![ProviderCommand::Lapse]).await.unwrap();
        read.version = lapsed.events.last().unwrap().sequence;

        let moved = library.execute(stream, vec![move_to(&library, &read, 3)]).await.unwrap();
        let moved = facts(moved.events.last());
        library.execute(stream, vec![cancel(&moved)]).await.unwrap();
        let again = library.execute(stream, vec![move_to(&library, &read, 5)]).await;

        assert!(matches!(again, Err(LedgerError::Stale)), "{again:?}");
        assert_eq!(library.ledger.statistics().facts_checked, 2);
        library.close().await;
    }

    async fn facts_read_before_a_cancelled_booking_moved_cannot_move_it_again(salon: &mut Salon) {
        let (library, veteran) = lenient(salon).await;
        let stream = veteran.stream;
        let booked = veteran.book(&library, nine(library.clock.now(), 1)).await;
        let cancelled = library.execute(stream, vec![cancel(&booked)]).await.unwrap();
        let read = BookingFacts {
            status: BookingStatus::Cancelled,
            version: cancelled.events.last().unwrap().sequence,
            claims: false,
            ..booked
        };

        let moved = library.execute(stream, vec![move_to(&library, &read, 3)]).await.unwrap();
        let moved = facts(moved.events.last());
        library.execute(stream, vec![cancel(&moved)]).await.unwrap();
        let again = library.execute(stream, vec![move_to(&library, &read, 5)]).await;

        assert!(matches!(again, Err(LedgerError::Stale)), "{again:?}");
        library.close().await;
    }

    async fn a_booking_in_the_state_is_compared_without_a_query(salon: &mut Salon) {
        let (library, veteran) = lenient(salon).await;
        let booked = veteran.book(&library, nine(library.clock.now(), 1)).await;

        library.execute(veteran.stream, vec![move_to(&library, &booked, 3)]).await.unwrap();
        let again = library.execute(veteran.stream, vec![move_to(&library, &booked, 5)]).await;

        assert!(matches!(again, Err(LedgerError::Stale)), "{again:?}");
        assert_eq!(library.ledger.statistics().facts_checked, 0);
        library.close().await;
    }
}

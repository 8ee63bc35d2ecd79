//! What each event does to a wire booking: folded, and written, and the same.

use crate::domain::id::{AttendeeNumber, SeatId};
use crate::domain::provider::command::BookingStatus;
use crate::domain::provider::event::{
    BookingArrived, BookingCompensated, BookingDeparted, BookingPlaced, ProviderEvent as E,
};
use crate::ledger::record::RecordedEvent;
use crate::projections::check::differences;
use crate::projections::row::Booking;
use crate::projections::sample::*;
use crate::projections::sample_database::{databases, dump, write};

use super::{Bookings, apply, by_seat, by_series, by_uid};

/// Given events, folds them; and asserts that every database, after every event, has the same rows.
async fn fold(events: &[RecordedEvent]) -> Vec<Booking> {
    let mut folded = Vec::new();
    for database in databases(&Bookings).await {
        folded.clear();
        for event in events {
            apply(&mut folded, event);
            write(&database, &Bookings, event).await;
            for row in &folded {
                let stored = by_uid(&database, tenant(), &row.uid).await.unwrap();
                assert_eq!(stored.as_ref(), Some(row));
            }
        }
        let dumped = dump(&database, &Bookings).await;
        assert_eq!(dumped[0].rows.len(), folded.len());
        assert_eq!(differences(&Bookings, events, dumped), []);
    }
    folded
}

/// A booking that is placed under key 1, and one further event, sealed under the same.
async fn after(event: impl Fn(&BookingPlaced) -> E) -> Booking {
    let (mut recorder, booking) = (Recorder::default(), placed(1, 60));
    let first = sealed(
        recorder.of_provider(1, E::BookingPlaced(booking.clone())),
        1,
    );
    let second = sealed(recorder.of_provider(1, event(&booking)), 1);
    let mut rows = fold(&[first, second.clone()]).await;
    let row = rows.remove(0);
    assert_eq!((row.version, row.created_at), (2, at(-9_999)));
    assert!(rows.is_empty());
    row
}

#[tokio::test]
async fn a_placed_booking_has_all_its_facts() {
    let mut recorder = Recorder::default();
    let facts = in_series(placed(1, 60), 0);
    let event = sealed(recorder.of_provider(1, E::BookingPlaced(facts.clone())), 1);
    let row = fold(std::slice::from_ref(&event)).await.remove(0);
    assert_eq!(row.status, BookingStatus::Accepted);
    assert_eq!(
        (row.provider, row.host, row.terms),
        (provider(1), facts.host, facts.terms)
    );
    assert_eq!(
        (row.slot, row.series, row.attendee),
        (facts.slot, facts.series, facts.attendee)
    );
    assert_eq!((row.claims, row.counted_on), (true, day()));
    assert_eq!((row.placed, row.version), (event.personal, 1));
    assert_eq!(
        (row.created_at, row.updated_at),
        (event.decided_at, event.decided_at)
    );
}

#[tokio::test]
async fn a_requested_booking_is_pending_until_it_is_confirmed() {
    let mut recorder = Recorder::default();
    let facts = BookingPlaced {
        claims: false,
        ..placed(1, 60)
    };
    let requested = recorder.of_provider(1, E::BookingRequested(facts.clone()));
    let pending = fold(std::slice::from_ref(&requested)).await.remove(0);
    assert_eq!(
        (pending.status, pending.claims),
        (BookingStatus::Pending, false)
    );
    let confirmed = recorder.of_provider(1, E::BookingConfirmed(confirmed(&facts)));
    let row = fold(&[requested, confirmed]).await.remove(0);
    assert_eq!(
        (row.status, row.claims, row.version),
        (BookingStatus::Accepted, true, 2)
    );
}

#[tokio::test]
async fn a_declined_booking_is_rejected_and_keeps_the_reason_apart() {
    let row = after(|booking| E::BookingDeclined(ended(booking))).await;
    assert_eq!((row.status, row.claims), (BookingStatus::Rejected, false));
    assert!(row.declined.is_some() && row.cancelled.is_none());
}

#[tokio::test]
async fn a_cancelled_booking_keeps_what_was_typed_with_both() {
    let row = after(|booking| E::BookingCancelled(ended(booking))).await;
    assert_eq!(
        (row.status, row.claims, row.compensated),
        (BookingStatus::Cancelled, false, false)
    );
    assert!(row.cancelled.is_some() && row.cancelled != row.placed);
    assert_eq!(row.updated_at, at(-9_998));
}

#[tokio::test]
async fn a_compensated_booking_is_cancelled_by_a_saga() {
    let row = after(|booking| {
        E::BookingCompensated(BookingCompensated {
            ended: ended(booking),
            saga: id(7),
            cause: "refused".into(),
        })
    });
    let row = row.await;
    assert_eq!(
        (row.status, row.claims, row.compensated),
        (BookingStatus::Cancelled, false, true)
    );
}

#[tokio::test]
async fn a_completed_booking_says_so() {
    let row = after(|booking| E::BookingCompleted(mark(booking))).await;
    assert_eq!((row.completed, row.status), (true, BookingStatus::Accepted));
}

#[tokio::test]
async fn a_finished_booking_changes_its_version_and_nothing_else() {
    let row = after(|booking| E::BookingFinished(mark(booking))).await;
    assert_eq!((row.version, row.updated_at), (2, row.created_at));
    assert_eq!((row.completed, row.claims), (false, true));
}

#[tokio::test]
async fn absence_is_marked_and_taken_back() {
    let marked =
        after(|booking| E::AttendanceMarked(absent(booking, &[(1001, true), (5, true)]))).await;
    assert_eq!((marked.attendee_absent, marked.host_absent), (true, false));
    let (mut recorder, booking) = (Recorder::default(), placed(1, 60));
    let mut host_absent = absent(&booking, &[(1001, false)]);
    host_absent.host_absent = Some(true);
    let events = [
        recorder.of_provider(1, E::BookingPlaced(booking.clone())),
        recorder.of_provider(1, E::AttendanceMarked(absent(&booking, &[(1001, true)]))),
        recorder.of_provider(1, E::AttendanceMarked(host_absent)),
    ];
    let row = fold(&events).await.remove(0);
    assert_eq!((row.attendee_absent, row.host_absent), (false, true));
}

#[tokio::test]
async fn a_moved_booking_ends_and_a_new_one_begins() {
    let (mut recorder, booking) = (Recorder::default(), in_series(placed(1, 60), 1));
    let events = [
        sealed(
            recorder.of_provider(1, E::BookingPlaced(booking.clone())),
            1,
        ),
        sealed(
            recorder.of_provider(
                1,
                E::BookingRescheduled(moved(&booking, 2, 120, Vec::new())),
            ),
            1,
        ),
    ];
    let rows = fold(&events).await;
    let [old, new] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!(
        (old.status, old.claims, old.version),
        (BookingStatus::Cancelled, false, 2)
    );
    assert_eq!(old.rescheduled_to, Some(uid("uid2")));
    assert_eq!(old.placed, events[0].personal);
    assert_eq!(
        (new.status, new.claims, new.version),
        (BookingStatus::Accepted, true, 2)
    );
    assert_eq!(new.rescheduled_from, Some(uid("uid1")));
    assert_eq!((new.booking, &new.ics_uid), (old.booking, &old.ics_uid));
    assert_eq!(
        (&new.placed, &new.moved),
        (&events[1].personal, &events[1].personal)
    );
    assert_eq!(new.created_at, events[1].decided_at);
}

fn seats_of(row: &Booking) -> Vec<(SeatId, bool)> {
    row.seats
        .iter()
        .map(|seat| (seat.seat, seat.absent))
        .collect()
}

#[tokio::test]
async fn seats_are_taken_released_marked_and_moved_with_their_booking() {
    let (mut recorder, booking) = (Recorder::default(), seated(placed(1, 60), 1));
    let mut events = vec![
        sealed(
            recorder.of_provider(1, E::BookingPlaced(booking.clone())),
            1,
        ),
        sealed(
            recorder.of_provider(1, E::SeatTaken(taken(&booking, 2, 2002))),
            2,
        ),
        sealed(
            recorder.of_provider(1, E::SeatTaken(taken(&booking, 3, 2003))),
            3,
        ),
        recorder.of_provider(1, E::SeatReleased(released(&booking, 2))),
        recorder.of_provider(
            1,
            E::AttendanceMarked(absent(&booking, &[(1001, true), (2003, true)])),
        ),
    ];
    let row = fold(&events).await.remove(0);
    let seats: Vec<_> = row
        .seats
        .iter()
        .map(|s| (s.seat, s.released, s.absent))
        .collect();
    assert_eq!(
        seats,
        [
            (seat(1), false, true),
            (seat(2), true, false),
            (seat(3), false, true)
        ]
    );
    assert_eq!(row.seats[2].placed, events[2].personal);
    assert_eq!(row.seats[0].attendee, AttendeeNumber::new(1001));
    assert_eq!(row.version, 5);

    let to = moved(&booking, 9, 120, vec![seat(3)]);
    events.push(sealed(
        recorder.of_provider(1, E::BookingRescheduled(to)),
        1,
    ));
    let rows = fold(&events).await;
    assert_eq!(seats_of(&rows[0]), [(seat(2), false)]);
    assert_eq!(seats_of(&rows[1]), [(seat(1), false), (seat(3), false)]);
    assert_eq!(rows[1].seats[1].placed, events[2].personal);
}

#[tokio::test]
async fn a_reassigned_booking_keeps_its_row_whichever_stream_is_projected_first() {
    let (mut recorder, booking) = (Recorder::default(), seated(placed(1, 60), 1));
    let mut events = vec![
        sealed(
            recorder.of_provider(1, E::BookingPlaced(booking.clone())),
            1,
        ),
        recorder.of_provider(1, E::AttendanceMarked(absent(&booking, &[(1001, true)]))),
    ];
    let arrived = E::BookingArrived(BookingArrived {
        placed: BookingPlaced {
            host: host(18),
            ..booking.clone()
        },
        pending: true,
        from: provider(1),
        seats: Vec::new(),
    });
    let departed = E::BookingDeparted(BookingDeparted {
        ended: ended(&booking),
        to: provider(2),
    });
    events.push(sealed(recorder.of_provider(1, departed), 1));
    events.push(sealed(recorder.of_provider(2, arrived), 4));
    let row = fold(&events).await.remove(0);
    assert_eq!((row.provider, &row.host), (provider(2), &host(18)));
    assert_eq!((row.status, row.version), (BookingStatus::Pending, 1));
    assert_eq!(
        (row.created_at, row.updated_at),
        (events[0].decided_at, events[3].decided_at)
    );
    assert_eq!((row.attendee_absent, row.seats.len()), (true, 1));
    assert_eq!(row.placed, events[3].personal);
    events.swap(2, 3);
    assert_eq!(fold(&events).await, [row]);
}

#[tokio::test]
async fn other_events_change_no_booking() {
    let mut recorder = Recorder::default();
    let others = unrelated().into_iter().chain([
        E::ScheduleSet(schedule_set(1, "Week", true)),
        E::BookingFinished(mark(&placed(404, 0))),
    ]);
    let events: Vec<_> = others.map(|event| recorder.of_provider(1, event)).collect();
    assert_eq!(fold(&events).await, []);
}

#[tokio::test]
async fn a_booking_is_found_by_series_and_by_seat() {
    let mut recorder = Recorder::default();
    let later = in_series(placed(1, 60), 1);
    let earlier = in_series(seated(placed(2, 120), 5), 0);
    let events = [
        recorder.of_provider(1, E::BookingPlaced(later)),
        recorder.of_provider(1, E::BookingPlaced(earlier)),
    ];
    for database in databases(&Bookings).await {
        for event in &events {
            write(&database, &Bookings, event).await;
        }
        let series = by_series(&database, tenant(), &uid("series"))
            .await
            .unwrap();
        let uids: Vec<_> = series.iter().map(|booking| booking.uid.as_str()).collect();
        assert_eq!(uids, ["uid2", "uid1"]);
        let found = by_seat(&database, tenant(), seat(5)).await.unwrap();
        assert_eq!(found.as_ref(), Some(&series[0]));
        assert_eq!(by_seat(&database, tenant(), seat(6)).await.unwrap(), None);
        assert_eq!(
            by_uid(&database, tenant(), &uid("UID1")).await.unwrap(),
            None
        );
    }
}

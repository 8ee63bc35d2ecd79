//! One seat moved alone.

use uuid::Uuid;

use super::super::command::{MoveSeat, ProviderCommand};
use super::seats::seated;
use super::stage::{occurrence, seat};
use super::{Stage, slot};
use crate::domain::id::{AttendeeNumber, ProviderId};
use crate::domain::personal::Personal;
use crate::domain::provider::event::{CoHost, ProviderEvent};
use crate::domain::rejection::Rejection;
use crate::domain::terms::Terms;

/// Three seats a slot: two taken from ten to eleven, one at noon.
fn stage(terms: &Terms) -> Stage {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", terms);
    stage.place(2, "10:00-11:00", terms);
    stage.place(3, "12:00-13:00", terms);
    stage
}

fn shift(stage: &Stage, booking: u32, seat_number: u32, at: &str) -> MoveSeat {
    let facts = stage.facts(booking);
    let mut to = occurrence(500, at);
    to.attendee = AttendeeNumber::new(i32::try_from(seat_number).unwrap());
    MoveSeat {
        terms: facts.terms.clone(),
        facts,
        seat: seat(seat_number),
        to,
        joins: false,
        by_host: false,
        hold: None,
        personal: Personal::default(),
    }
}

fn to(stage: &Stage, booking: u32, seat_number: u32, at: &str) -> ProviderCommand {
    ProviderCommand::MoveSeat(shift(stage, booking, seat_number, at))
}

#[test]
fn a_seat_joins_the_booking_of_the_new_slot() {
    let mut stage = stage(&seated(3));
    let command = to(&stage, 1, 2, "12:00-13:00");
    assert_eq!(stage.accept(command), ["SeatReleased", "SeatTaken"]);
    assert_eq!(stage.facts(1).seats, [seat(1)]);
    assert_eq!(stage.facts(3).seats, [seat(3), seat(2)]);
    assert_eq!(stage.claims.len(), 2);
}

#[test]
fn a_seat_that_finds_nobody_begins_a_booking() {
    let mut stage = stage(&seated(3));
    let command = to(&stage, 1, 2, "14:00-15:00");
    assert_eq!(stage.accept(command), ["SeatReleased", "BookingPlaced"]);
    let ProviderEvent::BookingPlaced(placed) = stage.last() else {
        panic!("a booking was placed");
    };
    assert_eq!(placed.seat, Some(seat(2)));
    assert_eq!(placed.moved_from, Some(stage.facts(1).uid));
    assert_eq!(stage.claims.len(), 3);
}

#[test]
fn the_last_seat_takes_its_booking_along() {
    let mut stage = stage(&seated(3));
    let command = to(&stage, 3, 3, "14:00-15:00");
    assert_eq!(stage.accept(command), ["BookingRescheduled"]);
    assert_eq!(stage.facts(3).slot, slot("14:00-15:00"));
}

#[test]
fn the_last_seat_that_joins_ends_its_booking() {
    let mut stage = stage(&seated(3));
    let command = to(&stage, 3, 3, "10:00-11:00");
    let events = ["SeatReleased", "BookingCancelled", "SeatTaken"];
    assert_eq!(stage.accept(command), events);
    assert_eq!(stage.facts(3).rescheduled_to, Some(stage.facts(1).uid));
    assert_eq!(stage.facts(1).seats.len(), 3);
    assert_eq!(stage.claims.len(), 1);
    let late = to(&stage, 3, 3, "14:00-15:00");
    assert!(matches!(
        stage.refuse(late),
        Rejection::BookingRescheduled { .. }
    ));
}

#[test]
fn there_is_never_one_seat_too_many() {
    let full = seated(2);
    let stage = stage(&full);
    let slot = slot("10:00-11:00");
    let refused = stage.refuse(to(&stage, 3, 3, "10:00-11:00"));
    assert_eq!(refused, Rejection::SeatsExhausted { slot });
}

#[test]
fn a_seat_moves_only_where_its_booking_could() {
    let stage = stage(&seated(3));
    let own = slot("10:00-11:00");
    let refused = stage.refuse(to(&stage, 1, 2, "10:00-11:00"));
    assert_eq!(refused, Rejection::SlotTaken { slot: own });
    let beside = slot("10:30-11:30");
    let refused = stage.refuse(to(&stage, 1, 2, "10:30-11:30"));
    assert_eq!(refused, Rejection::SlotTaken { slot: beside });
    assert_eq!(
        stage.refuse(to(&stage, 1, 3, "14:00-15:00")),
        Rejection::SeatNotFound
    );
    let longer = stage.refuse(to(&stage, 1, 2, "14:00-14:30"));
    assert_eq!(longer, Rejection::LengthNotOffered { minutes: 30 });
    let mut switched_off = shift(&stage, 1, 2, "14:00-15:00");
    switched_off.terms.rescheduling.disabled = true;
    let refused = stage.refuse(ProviderCommand::MoveSeat(switched_off.clone()));
    assert_eq!(refused, Rejection::ReschedulingDisabled);
    switched_off.by_host = true;
    assert!(
        stage
            .decide(&ProviderCommand::MoveSeat(switched_off))
            .is_ok()
    );
}

#[test]
fn a_limit_counts_the_booking_that_a_seat_begins() {
    let mut limited = seated(3);
    limited.limits.count.day = Some(2);
    let stage = stage(&limited);
    let refused = stage.refuse(to(&stage, 1, 2, "14:00-15:00"));
    assert!(matches!(refused, Rejection::LimitReached { .. }));
    assert!(stage.decide(&to(&stage, 1, 2, "12:00-13:00")).is_ok());
}

#[test]
fn co_hosts_go_with_a_seat_as_its_mover_saw_it() {
    let stage = stage(&seated(3));
    let shared = |seat_number, at: &str, joins| {
        let mut shift = shift(&stage, 1, seat_number, at);
        shift.facts.co_hosts = vec![CoHost {
            provider: ProviderId::from_uuid(Uuid::from_u128(7)),
            host: stage.provider.host().unwrap(),
        }];
        ProviderCommand::MoveSeat(MoveSeat { joins, ..shift })
    };
    for (at, joins) in [("12:00-13:00", false), ("14:00-15:00", true)] {
        let changed = stage.refuse(shared(2, at, joins));
        assert!(matches!(changed, Rejection::BookingChanged { .. }), "{at}");
    }
    let mut joined = stage.clone();
    joined.accept(shared(2, "12:00-13:00", true));
    let mut begun = stage.clone();
    begun.accept(shared(2, "14:00-15:00", false));
    let ProviderEvent::BookingPlaced(placed) = begun.last() else {
        panic!("a booking was placed");
    };
    assert_eq!(placed.co_hosts.len(), 1);
}

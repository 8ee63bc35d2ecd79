//! Seats: several attendees in one slot, one claim.

use super::super::command::{Cancel, Compensate, ProviderCommand};
use super::stage::{event_type, keep, seat};
use super::{Stage, booking, hold, place, slot, terms};
use crate::domain::rejection::Rejection;
use crate::domain::terms::{Confirmation, Seats, Terms};

pub(super) fn seated(per_slot: u32) -> Terms {
    Terms {
        seats: Some(Seats {
            per_slot,
            show_attendees: false,
            show_availability: true,
        }),
        ..terms()
    }
}

fn exclusive(per_slot: u32) -> Terms {
    Terms {
        exclusive_holds: true,
        ..seated(per_slot)
    }
}

fn release(stage: &Stage, number: u32, seat_number: u32) -> ProviderCommand {
    ProviderCommand::Cancel(Cancel {
        as_segment: false,
        bookings: vec![stage.facts(number)],
        seat: Some(seat(seat_number)),
        by_host: false,
        personal: None,
    })
}

#[test]
fn seats_are_filled_one_by_one_under_one_claim() {
    let mut stage = Stage::open();
    assert_eq!(stage.place(1, "10:00-11:00", &seated(2)), ["BookingPlaced"]);
    assert_eq!(stage.place(2, "10:00-11:00", &seated(2)), ["SeatTaken"]);
    assert_eq!(stage.claims.len(), 1);
    let full = Rejection::SeatsExhausted {
        slot: slot("10:00-11:00"),
    };
    assert_eq!(stage.refuse_place("10:00-11:00", &seated(2)), full);
}

#[test]
fn a_seated_slot_is_joined_exactly_or_not_at_all() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &seated(3));
    let other = Terms {
        event_type: event_type(2),
        ..seated(3)
    };
    for (at, terms) in [
        ("10:30-11:30", seated(3)),
        ("10:00-10:30", seated(3)),
        ("10:00-11:00", other),
    ] {
        let taken = Rejection::SlotTaken { slot: slot(at) };
        assert_eq!(stage.refuse_place(at, &terms), taken);
    }
}

#[test]
fn a_seated_event_type_needs_seats() {
    let mut command = place(1, "10:00-11:00", &seated(2));
    command.seats.clear();
    let rejection = Stage::open().refuse(ProviderCommand::Place(command));
    assert_eq!(rejection, Rejection::SeatRequired);
}

#[test]
fn a_seat_is_taken_once() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &seated(3));
    let mut again = place(2, "10:00-11:00", &seated(3));
    again.seats = vec![seat(1)];
    let rejection = stage.refuse(ProviderCommand::Place(again));
    assert_eq!(rejection, Rejection::AlreadyExists);
}

#[test]
fn the_last_seat_takes_the_booking_with_it() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &seated(2));
    stage.place(2, "10:00-11:00", &seated(2));
    let release_first = release(&stage, 1, 1);
    assert_eq!(stage.accept(release_first), ["SeatReleased"]);
    stage.place(3, "10:00-11:00", &seated(2));
    for (seat_number, recorded) in [(2, "SeatReleased"), (3, "BookingCancelled")] {
        let command = release(&stage, 1, seat_number);
        assert_eq!(stage.accept(command), [recorded]);
    }
    assert!(stage.claims.is_empty());
}

#[test]
fn an_unknown_seat_is_not_released() {
    let mut stage = Stage::with(&["12:00-13:00"]);
    stage.place(2, "10:00-11:00", &seated(2));
    for number in [1, 2] {
        let rejection = stage.refuse(release(&stage, number, 9));
        assert_eq!(rejection, Rejection::SeatNotFound);
    }
}

#[test]
fn one_attendee_does_not_cancel_the_others() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &seated(2));
    stage.place(2, "10:00-11:00", &seated(2));
    let all = |by_host| {
        ProviderCommand::Cancel(Cancel {
            as_segment: false,
            bookings: vec![stage.facts(1)],
            seat: None,
            by_host,
            personal: None,
        })
    };
    let undo = ProviderCommand::Compensate(Compensate {
        facts: stage.facts(1),
        saga: booking(9).as_uuid(),
        cause: "refused".to_owned(),
    });
    assert_eq!(stage.refuse(all(false)), Rejection::SeatRequired);
    assert_eq!(stage.refuse(undo), Rejection::SeatRequired);
    let by_host = all(true);
    assert_eq!(stage.accept(by_host), ["BookingCancelled"]);
}

#[test]
fn exclusively_held_seats_count_as_taken() {
    let mut stage = Stage::open();
    let terms = exclusive(2);
    stage.keep(1, "10:00-11:00", &terms);
    stage.keep(2, "10:00-11:00", &terms);
    assert!(stage.claims.is_empty());
    let full = Rejection::SeatsExhausted {
        slot: slot("10:00-11:00"),
    };
    assert_eq!(stage.refuse_place("10:00-11:00", &terms), full);
    let third = ProviderCommand::Hold(keep(3, "10:00-11:00", &terms));
    assert_eq!(stage.refuse(third), full);
    let mut own = place(1, "10:00-11:00", &terms);
    own.hold = Some(hold(1));
    let recorded = stage.accept(ProviderCommand::Place(own));
    assert_eq!(recorded, ["HoldRedeemed", "BookingPlaced"]);
    assert_eq!(stage.refuse_place("10:00-11:00", &terms), full);
    stage.clock("09:05");
    assert_eq!(
        stage.place(2, "10:00-11:00", &terms),
        ["HoldExpired", "SeatTaken"]
    );
}

#[test]
fn an_exclusively_held_seat_keeps_strangers_off_its_slot() {
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &exclusive(2));
    let stranger = Terms {
        event_type: event_type(2),
        ..terms()
    };
    let taken = Rejection::SlotTaken {
        slot: slot("10:30-11:00"),
    };
    assert_eq!(stage.refuse_place("10:30-11:00", &stranger), taken);
    stage.clock("09:05");
    let recorded = stage.place(2, "10:30-11:00", &stranger);
    assert_eq!(recorded, ["HoldExpired", "BookingPlaced"]);
}

#[test]
fn advisory_holds_of_seats_do_not_count_against_bookings() {
    let mut stage = Stage::open();
    stage.keep(1, "10:00-11:00", &seated(1));
    stage.place(1, "10:00-11:00", &seated(1));
}

#[test]
fn a_seat_in_a_waiting_booking_waits_with_it() {
    let asking = Terms {
        confirmation: Confirmation::Always { blocks_slot: false },
        ..seated(2)
    };
    let mut stage = Stage::open();
    assert_eq!(stage.place(1, "10:00-11:00", &asking), ["BookingRequested"]);
    assert_eq!(stage.place(2, "10:00-11:00", &asking), ["SeatTaken"]);
    let rejection = stage.refuse_place("10:00-11:00", &asking);
    assert!(matches!(rejection, Rejection::SeatsExhausted { .. }));
}

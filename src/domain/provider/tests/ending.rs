//! Cancelling and compensating.

use super::super::command::{Cancel, Compensate, ProviderCommand};
use super::{Stage, booking, terms};
use crate::domain::id::KeyId;
use crate::domain::personal::Personal;
use crate::domain::rejection::Rejection;
use crate::domain::terms::Terms;

fn cancel(stage: &Stage, numbers: &[u32]) -> Cancel {
    Cancel {
        as_segment: false,
        bookings: numbers.iter().map(|number| stage.facts(*number)).collect(),
        seat: None,
        by_host: false,
        personal: None,
    }
}

fn undo(stage: &Stage, number: u32) -> ProviderCommand {
    ProviderCommand::Compensate(Compensate {
        facts: stage.facts(number),
        saga: booking(80).as_uuid(),
        cause: "segment-refused".to_owned(),
    })
}

#[test]
fn a_cancelled_booking_frees_slot_and_count() {
    let mut limited = terms();
    limited.limits.count.day = Some(1);
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &limited);
    let command = ProviderCommand::Cancel(cancel(&stage, &[1]));
    assert_eq!(stage.accept(command), ["BookingCancelled"]);
    stage.place(2, "10:00-11:00", &limited);
    let again = ProviderCommand::Cancel(cancel(&stage, &[1]));
    assert_eq!(stage.refuse(again), Rejection::BookingCancelled);
}

#[test]
fn a_reason_is_sealed_under_the_key_of_the_booking() {
    let stage = Stage::with(&["10:00-11:00"]);
    let mut command = cancel(&stage, &[1]);
    command.personal = Some(Personal::default());
    command.bookings[0].key = KeyId::from_uuid(booking(55).as_uuid());
    let facts = stage.decide(&ProviderCommand::Cancel(command)).unwrap();
    let sealable = facts[0].sealable.as_ref().unwrap();
    assert_eq!(sealable.key, KeyId::from_uuid(booking(55).as_uuid()));
    assert!(!sealable.key_is_new);
}

#[test]
fn several_are_cancelled_or_none() {
    let mut stage = Stage::with(&["10:00-11:00", "12:00-13:00"]);
    stage.clock("11:00");
    let both = ProviderCommand::Cancel(cancel(&stage, &[2, 1]));
    assert_eq!(stage.refuse(both), Rejection::BookingEnded);
    stage.clock("10:00");
    let both = ProviderCommand::Cancel(cancel(&stage, &[2, 1]));
    assert_eq!(stage.accept(both), ["BookingCancelled"; 2]);
    assert!(stage.claims.is_empty());
}

#[test]
fn what_is_cancelled_must_be_named_once() {
    let stage = Stage::with(&["10:00-11:00", "12:00-13:00"]);
    let mut seat_of_two = cancel(&stage, &[1, 2]);
    seat_of_two.seat = Some(super::stage::seat(1));
    for wrong in [cancel(&stage, &[]), cancel(&stage, &[1, 1]), seat_of_two] {
        let rejection = stage.refuse(ProviderCommand::Cancel(wrong));
        assert!(matches!(rejection, Rejection::Invalid { .. }));
    }
}

#[test]
fn only_the_host_cancels_where_cancelling_is_disabled() {
    let firm = Terms {
        cancelling_disabled: true,
        ..terms()
    };
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &firm);
    let mut command = cancel(&stage, &[1]);
    let by_attendee = ProviderCommand::Cancel(command.clone());
    assert_eq!(stage.refuse(by_attendee), Rejection::CancellingDisabled);
    command.by_host = true;
    stage.accept(ProviderCommand::Cancel(command));
}

#[test]
fn a_booking_that_is_gone_sends_its_reader_back() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    let command = ProviderCommand::Cancel(cancel(&stage, &[1]));
    stage.accept(command.clone());
    let rejection = stage.refuse(command);
    assert!(matches!(rejection, Rejection::BookingChanged { .. }));
}

#[test]
fn a_compensation_may_be_repeated() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    let first = undo(&stage, 1);
    assert_eq!(stage.accept(first), ["BookingCompensated"]);
    assert!(stage.claims.is_empty());
    let second = undo(&stage, 1);
    assert!(stage.accept(second).is_empty());
}

#[test]
fn a_booking_that_took_place_is_not_compensated() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    stage.clock("11:00");
    assert_eq!(stage.refuse(undo(&stage, 1)), Rejection::BookingEnded);
}

//! Confirming, absence, completion, and stale readers.

use super::super::command::{MarkAbsent, OnBooking, ProviderCommand};
use super::{Stage, booking, slot, terms};
use crate::domain::id::AttendeeNumber;
use crate::domain::rejection::Rejection;
use crate::domain::terms::{Confirmation, Terms};

pub(super) fn asking(blocks_slot: bool) -> Terms {
    Terms {
        confirmation: Confirmation::Always { blocks_slot },
        ..terms()
    }
}

fn on(stage: &Stage, number: u32) -> OnBooking {
    OnBooking {
        as_segment: false,
        facts: stage.facts(number),
        personal: None,
    }
}

fn confirm(stage: &Stage, number: u32) -> ProviderCommand {
    ProviderCommand::Confirm(on(stage, number))
}

fn absent(stage: &Stage, number: u32) -> ProviderCommand {
    ProviderCommand::MarkAbsent(MarkAbsent {
        facts: stage.facts(number),
        host_absent: None,
        attendees: vec![(AttendeeNumber::new(1), true)],
    })
}

#[test]
fn the_first_confirmed_request_wins_its_slot() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &asking(false));
    stage.place(2, "10:30-11:30", &asking(false));
    let second = confirm(&stage, 2);
    assert_eq!(stage.accept(second), ["BookingConfirmed"]);
    assert_eq!(stage.claims.len(), 1);
    let slot = slot("10:00-11:00");
    let rejection = stage.refuse(confirm(&stage, 1));
    assert_eq!(rejection, Rejection::SlotTaken { slot });
}

#[test]
fn a_request_that_took_its_slot_is_confirmed_under_later_busy_time() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &asking(true));
    stage.accept(super::stage::block(1, "10:00", "11:00"));
    let command = confirm(&stage, 1);
    stage.accept(command);
}

#[test]
fn a_request_without_slot_is_not_confirmed_under_busy_time() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &asking(false));
    stage.accept(super::stage::block(1, "10:00", "11:00"));
    let slot = slot("10:00-11:00");
    let rejection = stage.refuse(confirm(&stage, 1));
    assert_eq!(rejection, Rejection::SlotTaken { slot });
}

#[test]
fn confirming_twice_is_refused() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &asking(true));
    let first = confirm(&stage, 1);
    let stale = confirm(&stage, 1);
    stage.accept(first);
    assert_eq!(
        stage.refuse(confirm(&stage, 1)),
        Rejection::BookingConfirmed
    );
    assert!(matches!(
        stage.refuse(stale),
        Rejection::BookingChanged { .. }
    ));
    let decline = ProviderCommand::Decline(on(&stage, 1));
    assert_eq!(stage.refuse(decline), Rejection::BookingConfirmed);
}

#[test]
fn a_request_whose_end_has_passed_is_not_confirmed() {
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &asking(true));
    stage.clock("10:59");
    stage.decide(&confirm(&stage, 1)).unwrap();
    stage.clock("11:00");
    assert_eq!(stage.refuse(confirm(&stage, 1)), Rejection::BookingEnded);
    stage.accept(ProviderCommand::Lapse);
    assert_eq!(stage.refuse(confirm(&stage, 1)), Rejection::BookingEnded);
}

#[test]
fn a_declined_request_frees_slot_and_count() {
    let mut limited = asking(true);
    limited.limits.count.day = Some(1);
    let mut stage = Stage::open();
    stage.place(1, "10:00-11:00", &limited);
    let decline = ProviderCommand::Decline(on(&stage, 1));
    assert_eq!(stage.accept(decline), ["BookingDeclined"]);
    assert!(stage.claims.is_empty());
    assert_eq!(stage.refuse(confirm(&stage, 1)), Rejection::BookingDeclined);
    stage.place(2, "10:00-11:00", &limited);
}

#[test]
fn absence_and_completion_wait_for_the_start() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    let complete = |stage: &Stage| ProviderCommand::Complete(on(stage, 1));
    assert_eq!(
        stage.refuse(absent(&stage, 1)),
        Rejection::BookingNotStarted
    );
    assert_eq!(stage.refuse(complete(&stage)), Rejection::BookingNotStarted);
    stage.clock("10:00");
    let mark = absent(&stage, 1);
    assert_eq!(stage.accept(mark), ["AttendanceMarked"]);
    let command = complete(&stage);
    assert_eq!(stage.accept(command), ["BookingCompleted"]);
}

#[test]
fn absence_is_marked_long_after_the_booking_left_the_state() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    stage.clock("1+10:00");
    assert_eq!(stage.accept(ProviderCommand::Lapse), ["BookingFinished"]);
    let mark = absent(&stage, 1);
    assert_eq!(stage.accept(mark), ["AttendanceMarked"]);
}

#[test]
fn a_mark_must_mark_somebody() {
    let stage = Stage::with(&["10:00-11:00"]);
    let nobody = ProviderCommand::MarkAbsent(MarkAbsent {
        facts: stage.facts(1),
        host_absent: None,
        attendees: Vec::new(),
    });
    assert!(matches!(stage.refuse(nobody), Rejection::Invalid { .. }));
}

#[test]
fn a_stale_reader_is_told_to_read_again() {
    let mut stage = Stage::with(&["10:00-11:00"]);
    stage.clock("10:00");
    let mut late = on(&stage, 1);
    let mark = absent(&stage, 1);
    stage.accept(mark);
    let expected = late.facts.version;
    let booking = booking(1);
    let changed = Rejection::BookingChanged { booking, expected };
    assert_eq!(
        stage.refuse(ProviderCommand::Complete(late.clone())),
        changed
    );
    late.facts = stage.facts(1);
    late.facts.uid = super::stage::uid(7);
    let expected = late.facts.version;
    let other_uid = Rejection::BookingChanged { booking, expected };
    assert_eq!(stage.refuse(ProviderCommand::Complete(late)), other_uid);
}

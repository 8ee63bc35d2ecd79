//! Segments of composite bookings: their steps, repeated and late.

use super::super::command::{
    BookingStatus, Place, ProviderCommand, SegmentAction, SegmentStep, Standing,
};
use super::super::event::SegmentPlace;
use super::super::{HOLDS_MAX, Provider};
use super::stage::{block, create, keep, key, schedule};
use super::standing::asking;
use super::{Stage, at, booking, hold, place, slot, terms};
use crate::domain::id::{CompositeId, ScheduleNumber};
use crate::domain::rejection::{Period, Rejection};
use crate::domain::slots::SlotQuery;
use crate::domain::terms::{Seats, Terms};

/// Until then segments may be held and confirmed; the stage starts at `09:00`.
const DEADLINE: &str = "09:01";

pub(super) fn composite(number: u32) -> CompositeId {
    CompositeId::from_uuid(key(900 + number).as_uuid())
}

pub(super) fn segment_place(number: u32, at: &str, terms: &Terms) -> Box<Place> {
    Box::new(Place {
        hold: Some(hold(number)),
        standing: Standing::Accepted,
        key_is_new: false,
        composite: Some(SegmentPlace {
            composite: composite(number),
            segment: 1,
            count: 2,
        }),
        ..place(number, at, terms)
    })
}

/// Segment 1 of composite so-and-so, with hold and booking of the same number.
pub(super) fn step(number: u32, action: SegmentAction) -> ProviderCommand {
    ProviderCommand::Segment(Box::new(SegmentStep {
        composite: composite(number),
        generation: 1,
        segment: 1,
        deadline: at(DEADLINE),
        hold: hold(number),
        booking: booking(number),
        action,
    }))
}

pub(super) fn held(number: u32, at: &str, terms: &Terms) -> ProviderCommand {
    step(
        number,
        SegmentAction::Hold(segment_place(number, at, terms)),
    )
}

fn confirmed(number: u32, at: &str, terms: &Terms) -> ProviderCommand {
    step(
        number,
        SegmentAction::Confirm(segment_place(number, at, terms)),
    )
}

fn undone(number: u32) -> ProviderCommand {
    step(
        number,
        SegmentAction::Compensate {
            cause: "deadlinePassed".to_owned(),
            known: None,
        },
    )
}

/// Every refusal of a step names the segment.
#[track_caller]
pub(super) fn refused(stage: &Stage, command: ProviderCommand) -> Rejection {
    match stage.refuse(command) {
        Rejection::OfSegment {
            segment: 1,
            because,
        } => *because,
        other => panic!("does not name the segment: {other:?}"),
    }
}

fn limited() -> Terms {
    let mut terms = terms();
    terms.limits.count.day = Some(1);
    terms
}

#[test]
fn a_segment_is_held_and_then_booked() {
    let mut stage = Stage::open();
    let ten = "10:00-11:00";
    assert_eq!(stage.accept(held(1, ten, &terms())), ["HoldPlaced"]);
    let taken = Rejection::SlotTaken { slot: slot(ten) };
    assert_eq!(stage.refuse_place(ten, &terms()), taken);
    let recorded = stage.accept(confirmed(1, ten, &terms()));
    assert_eq!(recorded, ["HoldRedeemed", "BookingPlaced"]);
    assert_eq!(stage.facts(1).composite.map(|place| place.segment), Some(1));
    assert_eq!(stage.claims.len(), 1);
}

#[test]
fn a_step_that_is_done_changes_nothing() {
    let mut stage = Stage::open();
    let ten = "10:00-11:00";
    stage.accept(held(1, ten, &terms()));
    assert!(stage.accept(held(1, ten, &terms())).is_empty());
    stage.accept(confirmed(1, ten, &terms()));
    stage.clock("09:30");
    assert!(stage.accept(held(1, ten, &terms())).is_empty());
    assert!(stage.accept(confirmed(1, ten, &terms())).is_empty());
    assert_eq!(
        stage.accept(undone(1)),
        ["BookingCompensated", "SegmentBarred"]
    );
    assert!(stage.accept(undone(1)).is_empty());
    assert!(stage.claims.is_empty());
}

#[test]
fn a_held_segment_shows_as_busy_and_an_undone_one_does_not() {
    let mut stage = Stage::open();
    let obstacles = |stage: &Stage| {
        stage.provider.obstacles(&SlotQuery {
            terms: &terms(),
            start: at("00:00"),
            end: at("1+00:00"),
            length_minutes: 30,
            zone: chrono_tz::Tz::UTC,
            now: stage.now,
            moving: None,
            own_hold: None,
        })
    };
    stage.accept(held(1, "10:00-11:00", &terms()));
    assert_eq!(obstacles(&stage), [(at("10:00"), at("11:00"))]);
    assert_eq!(stage.accept(undone(1)), ["HoldReleased", "SegmentBarred"]);
    assert!(obstacles(&stage).is_empty());
}

#[test]
fn an_undo_bars_the_hold_that_comes_late_until_the_deadline_and_after_it_everything_is_late() {
    let mut stage = Stage::open();
    let ten = "10:00-11:00";
    assert_eq!(stage.accept(undone(1)), ["SegmentBarred"]);
    for late in ["09:00", "09:01", "09:02"] {
        stage.clock(late);
        for command in [held(1, ten, &terms()), confirmed(1, ten, &terms())] {
            assert_eq!(refused(&stage, command), Rejection::StepTooLate);
        }
    }
    let mut untouched = Stage::open();
    untouched.clock(DEADLINE);
    for command in [held(2, ten, &terms()), confirmed(2, ten, &terms())] {
        assert_eq!(refused(&untouched, command), Rejection::StepTooLate);
    }
}

#[test]
fn a_held_segment_that_is_undone_is_not_confirmed_later() {
    let mut stage = Stage::open();
    let ten = "10:00-11:00";
    stage.accept(held(1, ten, &terms()));
    stage.accept(undone(1));
    let late = confirmed(1, ten, &terms());
    assert_eq!(refused(&stage, late), Rejection::StepTooLate);
    stage.place(2, ten, &terms());
}

#[test]
fn an_undo_after_the_deadline_leaves_no_hold_and_is_recorded_once() {
    let mut stage = Stage::open();
    stage.accept(held(1, "10:00-11:00", &terms()));
    stage.clock("10:30");
    assert_eq!(stage.accept(undone(1)), ["HoldExpired", "SegmentBarred"]);
    assert!(stage.claims.is_empty());
    assert!(stage.accept(undone(1)).is_empty());
}

#[test]
fn a_booking_whose_end_has_passed_is_undone_even_when_it_has_left_the_state() {
    let mut ended = Stage::open();
    ended.accept(held(1, "10:00-11:00", &terms()));
    ended.accept(confirmed(1, "10:00-11:00", &terms()));
    let mut gone = ended.clone();
    ended.clock("12:00");
    let recorded = ended.accept(undone(1));
    assert_eq!(recorded, ["BookingCompensated", "SegmentBarred"]);
    gone.clock("12:00");
    assert_eq!(gone.accept(ProviderCommand::Lapse), ["BookingFinished"]);
    let undo = |stage: &Stage| {
        step(
            1,
            SegmentAction::Compensate {
                cause: "deadlinePassed".to_owned(),
                known: Some(Box::new(stage.facts(1))),
            },
        )
    };
    let command = undo(&gone);
    let asked: Vec<_> = gone.provider.unknown_bookings(&command);
    assert_eq!(asked, [(booking(1), gone.facts(1).version)]);
    let recorded = gone.accept(command);
    assert_eq!(recorded, ["BookingCompensated", "SegmentBarred"]);
    assert_eq!(gone.facts(1).status, BookingStatus::Cancelled);
    let again = undo(&gone);
    assert!(gone.accept(again).is_empty());
}

#[test]
fn what_is_barred_is_forgotten_once_it_is_late_anyway() {
    let mut stage = Stage::open();
    for number in 1..=3 {
        stage.accept(undone(number));
    }
    assert_eq!(stage.provider.barred.len(), 3);
    stage.clock("09:03");
    stage.accept(undone(4));
    assert_eq!(stage.provider.barred.len(), 1);
    let text = serde_json::to_string(&stage.provider).unwrap();
    let read: Provider = serde_json::from_str(&text).unwrap();
    assert_eq!(read, stage.provider);
}

#[test]
fn a_hold_of_a_segment_is_asked_by_every_rule_of_placing() {
    let mut stage = Stage::empty();
    let held = |at: &str, terms: &Terms| held(1, at, terms);
    let ten = "10:00-11:00";
    let unknown = refused(&stage, held(ten, &terms()));
    assert_eq!(unknown, Rejection::ProviderNotFound);
    let mut created = create();
    created.schedule = Some((ScheduleNumber::new(1), schedule("08:00", "18:00")));
    stage.accept(ProviderCommand::Create(created));
    let seated = Terms {
        seats: Some(Seats {
            per_slot: 2,
            show_attendees: false,
            show_availability: false,
        }),
        ..terms()
    };
    let invalid = refused(&stage, held(ten, &seated));
    assert!(matches!(invalid, Rejection::Invalid { .. }));
    let odd = refused(&stage, held("10:00-10:45", &terms()));
    assert_eq!(odd, Rejection::LengthNotOffered { minutes: 45 });
    let early = "08:00-09:00";
    let past = refused(&stage, held(early, &terms()));
    assert_eq!(past, Rejection::SlotInPast { slot: slot(early) });
    let notice = Terms {
        notice_minutes: 120,
        ..terms()
    };
    let short = refused(&stage, held(ten, &notice));
    assert!(matches!(short, Rejection::NoticeTooShort { .. }));
    let evening = "18:00-19:00";
    let outside = Rejection::OutsideSchedule {
        slot: slot(evening),
    };
    assert_eq!(refused(&stage, held(evening, &terms())), outside);
    stage.place(7, "14:00-15:00", &limited());
    let period = Period::Day;
    let reached = refused(&stage, held(ten, &limited()));
    assert_eq!(reached, Rejection::LimitReached { period });
    stage.accept(block(1, "10:00", "10:15"));
    let busy = Rejection::SlotTaken { slot: slot(ten) };
    assert_eq!(refused(&stage, held(ten, &terms())), busy);
}

#[test]
fn a_segment_is_one_occurrence() {
    let stage = Stage::open();
    let mut two = segment_place(1, "10:00-11:00", &terms());
    two.occurrences.push(two.occurrences[0].clone());
    let rejection = refused(&stage, step(1, SegmentAction::Hold(two)));
    assert!(matches!(rejection, Rejection::Invalid { .. }));
}

#[test]
fn ids_of_others_are_not_a_segment_s() {
    let mut stage = Stage::with(&["14:00-15:00"]);
    let ten = "10:00-11:00";
    assert_eq!(
        refused(&stage, held(1, ten, &terms())),
        Rejection::AlreadyExists
    );
    stage.keep(2, "12:00-13:00", &terms());
    assert_eq!(
        refused(&stage, held(2, ten, &terms())),
        Rejection::AlreadyExists
    );
    assert_eq!(stage.accept(undone(1)), ["SegmentBarred"]);
    assert_eq!(stage.facts(1).status, BookingStatus::Accepted);
}

#[test]
fn exclusive_holds_of_others_refuse_a_segment_and_advisory_ones_do_not() {
    let mut stage = Stage::open();
    let exclusive = Terms {
        exclusive_holds: true,
        ..terms()
    };
    stage.keep(1, "10:00-11:00", &terms());
    stage.keep(2, "12:00-13:00", &exclusive);
    let noon = "12:00-13:00";
    let taken = Rejection::SlotTaken { slot: slot(noon) };
    assert_eq!(refused(&stage, held(3, noon, &terms())), taken);
    stage.accept(held(4, "10:00-11:00", &terms()));
    let over = ProviderCommand::Hold(keep(5, "10:00-11:00", &terms()));
    let rejection = stage.refuse(over);
    assert!(matches!(rejection, Rejection::SlotHeld { .. }));
}

#[test]
fn the_cap_per_provider_counts_segments_and_the_cap_per_caller_does_not() {
    let mut stage = Stage::open();
    let day = |number: u32| format!("{number}+10:00-{number}+11:00");
    for number in 1..=HOLDS_MAX {
        stage.accept(held(number, &day(number), &terms()));
    }
    let max = HOLDS_MAX;
    let next = held(HOLDS_MAX + 1, &day(HOLDS_MAX + 1), &terms());
    assert_eq!(refused(&stage, next), Rejection::TooManyHolds { max });
}

#[test]
fn nobody_else_changes_the_hold_of_a_segment() {
    let mut stage = Stage::open();
    stage.accept(held(1, "10:00-11:00", &terms()));
    let mut redeeming = place(2, "10:00-11:00", &terms());
    redeeming.hold = Some(hold(1));
    for command in [
        ProviderCommand::ReleaseHold(hold(1)),
        ProviderCommand::ChangeHold(keep(1, "12:00-13:00", &terms())),
        ProviderCommand::Place(redeeming),
    ] {
        assert_eq!(stage.refuse(command), Rejection::HoldNotFound);
    }
}

#[test]
fn what_is_not_held_is_not_confirmed() {
    let mut stage = Stage::open();
    let ten = "10:00-11:00";
    let first = confirmed(1, ten, &terms());
    assert_eq!(refused(&stage, first), Rejection::HoldNotFound);
    stage.accept(held(1, ten, &terms()));
    let elsewhere = confirmed(1, "12:00-13:00", &terms());
    assert_eq!(refused(&stage, elsewhere), Rejection::HoldNotFound);
    let other = Terms {
        event_type: super::stage::event_type(2),
        ..terms()
    };
    let otherwise = confirmed(1, ten, &other);
    assert_eq!(refused(&stage, otherwise), Rejection::HoldNotFound);
}

#[test]
fn a_confirmation_asks_for_room_and_limits_again_and_not_for_notice() {
    let mut stage = Stage::open();
    let (ten, noon) = ("10:00-11:00", "12:00-13:00");
    stage.accept(held(1, ten, &limited()));
    stage.accept(held(2, noon, &limited()));
    let mut short = limited();
    short.notice_minutes = 600;
    stage.accept(confirmed(1, ten, &short));
    let period = Period::Day;
    let reached = refused(&stage, confirmed(2, noon, &limited()));
    assert_eq!(reached, Rejection::LimitReached { period });
    stage.accept(held(3, "14:00-15:00", &terms()));
    stage.accept(block(1, "14:00", "14:15"));
    let taken = Rejection::SlotTaken {
        slot: slot("14:00-15:00"),
    };
    let busy = confirmed(3, "14:00-15:00", &terms());
    assert_eq!(refused(&stage, busy), taken);
}

#[test]
fn a_segment_that_waits_for_a_person_takes_its_slot() {
    let mut stage = Stage::open();
    let ten = "10:00-11:00";
    stage.accept(held(1, ten, &asking(false)));
    let mut waiting = segment_place(1, ten, &asking(false));
    waiting.standing = Standing::Pending { claims: true };
    let recorded = stage.accept(step(1, SegmentAction::Confirm(waiting)));
    assert_eq!(recorded, ["HoldRedeemed", "BookingRequested"]);
    let taken = Rejection::SlotTaken { slot: slot(ten) };
    assert_eq!(stage.refuse_place(ten, &terms()), taken);
}

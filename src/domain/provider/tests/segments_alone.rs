//! What is refused of a segment of a composite booking alone, and how it is changed as one.

use super::super::command::{
    Cancel, Depart, OnBooking, ProviderCommand, Reschedule, SegmentAction, Standing,
};
use super::super::event::ProviderEvent;
use super::segments::{composite, held, refused, segment_place, step};
use super::stage::uid;
use super::{Stage, booking, slot, terms};
use crate::domain::id::{BookingNumber, ProviderId};
use crate::domain::personal::Personal;
use crate::domain::rejection::Rejection;
use crate::domain::terms::Terms;

fn with_segment(terms: &Terms, standing: Standing) -> Stage {
    let mut stage = Stage::open();
    stage.accept(held(1, "10:00-11:00", terms));
    let mut place = segment_place(1, "10:00-11:00", terms);
    place.standing = standing;
    stage.accept(step(1, SegmentAction::Confirm(place)));
    stage
}

fn on(stage: &Stage, as_segment: bool) -> OnBooking {
    OnBooking {
        facts: stage.facts(1),
        personal: None,
        as_segment,
    }
}

fn moved(stage: &Stage, as_segment: bool) -> Reschedule {
    Reschedule {
        facts: stage.facts(1),
        terms: terms(),
        number: BookingNumber::new(500),
        uid: uid(500),
        slot: slot("12:00-13:00"),
        by_host: false,
        standing: Standing::Pending { claims: true },
        out_of_bounds: false,
        as_segment,
        hold: None,
        personal: Personal::default(),
    }
}

#[test]
fn a_segment_is_not_changed_alone_unless_as_one() {
    let pending = Standing::Pending { claims: true };
    let waiting = with_segment(&terms(), pending);
    let cancel = |as_segment| {
        ProviderCommand::Cancel(Cancel {
            bookings: vec![waiting.facts(1)],
            seat: None,
            by_host: false,
            as_segment,
            personal: None,
        })
    };
    let depart = |as_segment| {
        ProviderCommand::Depart(Depart {
            facts: waiting.facts(1),
            to: ProviderId::from_uuid(booking(71).as_uuid()),
            as_segment,
            personal: None,
        })
    };
    let all: [&dyn Fn(bool) -> ProviderCommand; 5] = [
        &cancel,
        &depart,
        &|as_segment| ProviderCommand::Confirm(on(&waiting, as_segment)),
        &|as_segment| ProviderCommand::Decline(on(&waiting, as_segment)),
        &|as_segment| ProviderCommand::Reschedule(moved(&waiting, as_segment)),
    ];
    let alone = Rejection::PartOfComposite {
        composite: composite(1),
    };
    for command in all {
        assert_eq!(waiting.refuse(command(false)), alone);
        assert_eq!(waiting.clone().accept(command(true)).len(), 1);
    }
}

#[test]
fn a_segment_s_move_says_how_it_stands() {
    let mut stage = with_segment(&terms(), Standing::Accepted);
    stage.accept(ProviderCommand::Reschedule(moved(&stage, true)));
    let ProviderEvent::BookingRescheduled(event) = stage.last() else {
        panic!("the last event is the move");
    };
    assert!(event.pending && event.to.claims);
    assert_eq!(event.to.composite.map(|place| place.count), Some(2));
}

#[test]
fn a_refused_change_of_a_segment_names_it() {
    let mut stage = with_segment(&terms(), Standing::Accepted);
    stage.place(2, "12:00-13:00", &terms());
    let onto = ProviderCommand::Reschedule(moved(&stage, true));
    let slot = slot("12:00-13:00");
    assert_eq!(refused(&stage, onto), Rejection::SlotTaken { slot });
    let again = ProviderCommand::Confirm(on(&stage, true));
    assert_eq!(refused(&stage, again), Rejection::BookingConfirmed);
}

//! Changes of what stands or waits.

use super::super::command::{CompositeCommand, Outcome, Reschedule, SegmentChange};
use super::super::event::Segment;
use super::super::{Next, Phase, standing, waits_for_person};
use super::{Saga, asking, at, chain, provider_id, recorded, segment, slot, uid};
use crate::domain::id::BookingNumber;
use crate::domain::personal::{Personal, SegmentPersonal};
use crate::domain::provider::command::Standing;
use crate::domain::rejection::Rejection;

const CANCEL: CompositeCommand = CompositeCommand::Cancel { personal: None };

fn alone(segment: u32, change: SegmentChange) -> CompositeCommand {
    CompositeCommand::ChangeSegment { segment, change }
}

fn shifted() -> Vec<Segment> {
    let mut segments = chain();
    for (segment, to) in segments
        .iter_mut()
        .zip(["11:00-11:30", "11:30-12:00", "12:00-13:00"])
    {
        segment.slot = slot(to);
    }
    segments
}

fn move_to(segments: Vec<Segment>, waits_for_person: bool) -> CompositeCommand {
    CompositeCommand::Reschedule(Box::new(Reschedule {
        segments,
        waits_for_person,
        personal: Some(Personal::default()),
    }))
}

fn moved() -> SegmentChange {
    SegmentChange::Moved {
        uid: uid(77),
        number: BookingNumber::new(77),
        slot: slot("14:00-14:30"),
    }
}

#[test]
fn nothing_is_changed_before_it_has_settled_or_after_it_has_ended() {
    let changes = [
        CompositeCommand::Confirm,
        CANCEL,
        move_to(shifted(), false),
        alone(0, SegmentChange::Cancelled),
    ];
    let mut undoing = Saga::requested();
    undoing.record(0, Outcome::Refused(super::refusal(0)));
    for saga in [Saga::requested(), undoing] {
        for command in &changes {
            let unsettled = saga.refuse(command.clone());
            assert_eq!(unsettled, Rejection::CompositeUnsettled);
        }
    }
    let mut cancelled = Saga::confirmed();
    cancelled.accept(CANCEL);
    for command in changes {
        assert_eq!(cancelled.refuse(command), Rejection::CompositeSettled);
    }
}

#[test]
fn a_person_confirms_what_waits_once() {
    let mut saga = Saga::pending();
    let confirm = CompositeCommand::Confirm;
    assert_eq!(saga.accept(confirm.clone()), ["CompositeConfirmed"]);
    assert_eq!(saga.refuse(confirm), Rejection::CompositeSettled);
}

#[test]
fn it_is_cancelled_as_a_whole_and_the_reason_is_sealed_under_its_key() {
    for mut saga in [Saga::confirmed(), Saga::pending()] {
        let personal = Some(Personal::default());
        let command = CompositeCommand::Cancel { personal };
        let facts = saga.composite.decide(saga.now, &command).unwrap();
        let sealable = facts[0].sealable.as_ref().unwrap();
        assert_eq!(Some(sealable.key), saga.composite.key());
        assert!(!sealable.key_is_new);
        assert_eq!(saga.accept(command), ["CompositeCancelled"]);
        assert_eq!(saga.composite.phase(), &Phase::Cancelled);
        assert_eq!(saga.composite.next(at("09:30")), Next::Rest);
    }
}

#[test]
fn it_moves_as_a_whole_into_a_new_generation() {
    let mut saga = Saga::confirmed();
    saga.accept(alone(0, moved()));
    saga.accept(alone(1, SegmentChange::Cancelled));
    let recorded_now = saga.accept(move_to(shifted(), false));
    assert_eq!(recorded_now, ["CompositeRescheduled"]);
    assert_eq!(saga.composite.generation(), 2);
    assert_eq!(saga.composite.segments(), shifted());
    assert_eq!(saga.composite.phase(), &Phase::Confirmed);
    let left: Vec<_> = saga.composite.alone().iter().collect();
    assert_eq!(left, [(&1, &SegmentChange::Cancelled)]);
    assert!(saga.accept(recorded(0, Outcome::Compensated)).is_empty());
}

#[test]
fn a_moved_one_waits_again_where_a_person_has_to_confirm_it() {
    let mut asked = shifted();
    asked[2].terms = asking();
    assert!(waits_for_person(&asked, at("09:00")));
    assert!(!waits_for_person(&shifted(), at("09:00")));
    let mut saga = Saga::confirmed();
    saga.accept(move_to(asked, true));
    assert_eq!(saga.composite.phase(), &Phase::Pending);
    assert_eq!(standing(true), Standing::Pending { claims: true });
    saga.accept(move_to(shifted(), false));
    assert_eq!(saga.composite.phase(), &Phase::Confirmed);
}

#[test]
fn only_its_own_segments_move_and_one_after_the_other() {
    let saga = Saga::confirmed();
    let mut foreign = shifted();
    foreign[1].booking = segment(9, 2, "10:00-10:30").booking;
    for wrong in [foreign, shifted()[..2].to_vec()] {
        let rejection = saga.refuse(move_to(wrong, false));
        assert!(matches!(rejection, Rejection::Invalid { .. }));
    }
    let mut over = shifted();
    over[2].slot = slot("11:30-12:30");
    let rejection = saga.refuse(move_to(over.clone(), false));
    assert!(matches!(rejection, Rejection::OfSegment { segment: 2, .. }));
    let mut without = saga.clone();
    without.accept(alone(1, SegmentChange::Cancelled));
    without.accept(move_to(over, false));
}

#[test]
fn moves_are_linked_so_that_none_meets_one_that_has_not_moved() {
    let saga = Saga::confirmed();
    assert_eq!(saga.composite.moving_order(&shifted()), [2, 1, 0]);
    let mut later = Saga::confirmed();
    later.accept(move_to(shifted(), false));
    assert_eq!(later.composite.moving_order(&chain()), [0, 1, 2]);
}

#[test]
fn a_segment_changed_alone_is_known_as_it_is_now() {
    let mut saga = Saga::confirmed();
    assert_eq!(saga.accept(alone(0, moved())), ["SegmentChanged"]);
    let provider = provider_id(9);
    saga.accept(alone(1, SegmentChange::Reassigned { provider }));
    let segments = saga.composite.segments();
    assert_eq!(segments[0].slot, slot("14:00-14:30"));
    assert_eq!(segments[0].uid, uid(77));
    assert_eq!(segments[1].provider, provider);
    assert_eq!(saga.composite.alone().len(), 2);
    let unknown = saga.refuse(alone(3, SegmentChange::Cancelled));
    assert!(matches!(unknown, Rejection::Invalid { .. }));
}

#[test]
fn with_its_last_segment_the_whole_is_cancelled() {
    let mut saga = Saga::confirmed();
    for segment in [2, 0] {
        let command = alone(segment, SegmentChange::Cancelled);
        assert_eq!(saga.accept(command.clone()), ["SegmentChanged"]);
        assert_eq!(saga.refuse(command), Rejection::BookingCancelled);
    }
    let recorded = saga.accept(alone(1, SegmentChange::Cancelled));
    assert_eq!(recorded, ["SegmentChanged", "CompositeCancelled"]);
    assert_eq!(saga.composite.phase(), &Phase::Cancelled);
}

#[test]
fn what_waits_is_confirmed_segment_by_segment_and_not_taken_apart() {
    let mut saga = Saga::pending();
    for change in [SegmentChange::Cancelled, moved()] {
        let rejection = saga.refuse(alone(0, change));
        assert_eq!(rejection, Rejection::CompositeUnsettled);
    }
    saga.accept(alone(1, SegmentChange::Confirmed));
    let again = saga.refuse(alone(1, SegmentChange::Confirmed));
    assert_eq!(again, Rejection::BookingConfirmed);
    let provider = provider_id(9);
    saga.accept(alone(1, SegmentChange::Reassigned { provider }));
    assert_eq!(saga.composite.alone()[&1], SegmentChange::Confirmed);
    assert_eq!(saga.composite.segments()[1].provider, provider);
    let standing = Saga::confirmed().refuse(alone(0, SegmentChange::Confirmed));
    assert_eq!(standing, Rejection::BookingConfirmed);
}

#[test]
fn a_segment_s_own_words_are_sealed_with_it() {
    let answer = |text: &str| ("floor".to_owned(), text.to_owned());
    let personal = Personal {
        location: Some("Main street 1".to_owned()),
        answers: [answer("1"), ("size".to_owned(), "4".to_owned())].into(),
        segments: vec![
            SegmentPersonal::default(),
            SegmentPersonal {
                location: Some("Room 2".to_owned()),
                answers: [answer("2")].into(),
            },
        ],
        ..Personal::default()
    };
    let first = personal.of_segment(0);
    assert_eq!(first.location.as_deref(), Some("Main street 1"));
    assert!(first.segments.is_empty());
    let second = personal.of_segment(1);
    assert_eq!(second.location.as_deref(), Some("Room 2"));
    assert_eq!(second.answers["floor"], "2");
    assert_eq!(second.answers["size"], "4");
    assert!(personal.of_segment(9) == first);
}

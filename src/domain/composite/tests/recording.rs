//! Requesting, recording, settling, undoing, mending.

use super::super::command::{CompositeCommand, Outcome};
use super::super::event::Cause;
use super::super::{Action, Composite, Next, Phase, Progress, SEGMENTS_MAX};
use super::{Saga, at, chain, recorded, refusal, request, segment};
use crate::domain::personal::Personal;
use crate::domain::provider::command::{SegmentAction, Standing};
use crate::domain::rejection::Rejection;
use crate::domain::terms::Seats;

const SETTLE: CompositeCommand = CompositeCommand::Settle { linked: None };
const SETTLE_CONFIRMED: CompositeCommand = CompositeCommand::Settle {
    linked: Some(Action::Confirm),
};
const SETTLE_UNDONE: CompositeCommand = CompositeCommand::Settle {
    linked: Some(Action::Compensate),
};
const EXPIRE: CompositeCommand = CompositeCommand::RollBack(Cause::DeadlinePassed);

fn stick(segment: u32) -> CompositeCommand {
    CompositeCommand::Stick {
        segment,
        reason: "databaseError".to_owned(),
    }
}

fn step(segment: u32, action: Action) -> Next {
    Next::Step { segment, action }
}

/// Everything is held, the first is confirmed, the second refused.
fn compensating() -> Saga {
    let mut saga = Saga::requested();
    for segment in 0..3 {
        saga.record(segment, Outcome::Held);
    }
    saga.record(0, Outcome::Confirmed);
    saga.record(1, Outcome::Refused(refusal(1)));
    saga
}

fn stuck() -> Saga {
    let mut saga = compensating();
    saga.accept(stick(2));
    saga
}

#[test]
fn what_was_not_requested_is_not_found() {
    let saga = Saga::empty();
    for command in [SETTLE, EXPIRE, stick(0), CompositeCommand::Retry] {
        assert_eq!(saga.refuse(command), Rejection::CompositeNotFound);
    }
    assert_eq!(saga.composite.next(saga.now), Next::Rest);
}

#[test]
fn it_is_requested_once() {
    let saga = Saga::requested();
    let again = CompositeCommand::Request(Box::new(request(chain())));
    assert_eq!(saga.refuse(again), Rejection::AlreadyExists);
}

#[test]
fn what_was_typed_is_sealed_beside_the_request_under_its_own_key() {
    let command = CompositeCommand::Request(Box::new(request(chain())));
    let facts = Composite::default().decide(at("09:00"), &command).unwrap();
    assert!(facts[0].sealable.as_ref().is_some_and(|one| one.key_is_new));
}

#[test]
fn a_request_has_segments_one_after_the_other_and_ids_of_their_own() {
    let saga = Saga::empty();
    let refuse =
        |segments: Vec<_>| saga.refuse(CompositeCommand::Request(Box::new(request(segments))));
    assert!(matches!(refuse(Vec::new()), Rejection::Invalid { .. }));
    let day = |number: u32| segment(number, 1, &format!("{number}+10:00-{number}+10:30"));
    let too_many = refuse((1..=SEGMENTS_MAX + 1).map(day).collect());
    assert!(matches!(too_many, Rejection::TooMany { max: 32, .. }));
    let over = vec![segment(1, 1, "10:00-11:00"), segment(2, 2, "10:30-11:00")];
    assert!(matches!(
        refuse(over),
        Rejection::OfSegment { segment: 1, .. }
    ));
    let mut seated = chain();
    seated[2].terms.seats = Some(Seats {
        per_slot: 2,
        show_attendees: false,
        show_availability: false,
    });
    assert!(matches!(
        refuse(seated),
        Rejection::OfSegment { segment: 2, .. }
    ));
    let twice = vec![segment(1, 1, "10:00-11:00"), segment(1, 2, "11:00-12:00")];
    assert!(matches!(refuse(twice), Rejection::Invalid { .. }));
    let mut late = request(chain());
    late.deadline = saga.now;
    let rejection = saga.refuse(CompositeCommand::Request(Box::new(late)));
    assert!(matches!(rejection, Rejection::Invalid { .. }));
}

#[test]
fn segments_are_held_then_confirmed_in_order_and_then_it_stands() {
    let mut saga = Saga::requested();
    for segment in 0..3 {
        assert_eq!(saga.composite.next(saga.now), step(segment, Action::Hold));
        assert_eq!(saga.record(segment, Outcome::Held), ["SegmentHeld"]);
        assert!(saga.record(segment, Outcome::Held).is_empty());
    }
    for segment in 0..3 {
        assert_eq!(
            saga.composite.next(saga.now),
            step(segment, Action::Confirm)
        );
        assert_eq!(saga.refuse(SETTLE), Rejection::CompositeUnsettled);
        assert_eq!(
            saga.record(segment, Outcome::Confirmed),
            ["SegmentConfirmed"]
        );
        assert!(saga.record(segment, Outcome::Confirmed).is_empty());
    }
    assert_eq!(saga.composite.next(at("10:00")), Next::Settle);
    assert_eq!(saga.accept(SETTLE), ["CompositeConfirmed"]);
    assert_eq!(saga.composite.next(at("10:00")), Next::Rest);
    assert!(saga.accept(SETTLE).is_empty());
}

#[test]
fn everything_held_with_the_request_needs_no_record() {
    let mut saga = Saga::empty();
    let mut request = request(chain());
    request.everything_held = true;
    saga.accept(CompositeCommand::Request(Box::new(request)));
    assert_eq!(saga.composite.next(saga.now), step(0, Action::Confirm));
    assert_eq!(saga.accept(SETTLE_CONFIRMED), ["CompositeConfirmed"]);
    assert_eq!(saga.composite.progress(), [Progress::Confirmed; 3]);
}

#[test]
fn all_of_it_waits_where_one_segment_needs_a_person() {
    let saga = Saga::pending();
    assert_eq!(saga.composite.phase(), &Phase::Pending);
    assert!(saga.composite.waits_for_person());
    assert_eq!(saga.composite.next(at("2+09:00")), Next::Rest);
    assert_eq!(saga.refuse(EXPIRE), Rejection::CompositeSettled);
}

#[test]
fn nothing_is_recorded_out_of_turn() {
    let saga = Saga::requested();
    for early in [
        recorded(1, Outcome::Held),
        recorded(1, Outcome::Refused(refusal(1))),
        recorded(0, Outcome::Confirmed),
        recorded(0, Outcome::Compensated),
    ] {
        assert_eq!(saga.refuse(early), Rejection::CompositeUnsettled);
    }
    let unknown = saga.refuse(recorded(3, Outcome::Held));
    assert!(matches!(unknown, Rejection::Invalid { .. }));
}

/// Found by the model: the refusal of an older attempt would have hidden that the next hold is on its way.
#[test]
fn a_hold_that_is_known_is_not_refused_any_more() {
    let mut saga = Saga::requested();
    saga.record(0, Outcome::Held);
    assert!(saga.record(0, Outcome::Refused(refusal(0))).is_empty());
    assert_eq!(saga.composite.next(saga.now), step(1, Action::Hold));
}

#[test]
fn a_refusal_undoes_the_others_the_newest_first() {
    let mut saga = compensating();
    assert_eq!(saga.composite.phase(), &Phase::Compensating(refusal(1)));
    for segment in [2, 1, 0] {
        let next = step(segment, Action::Compensate);
        assert_eq!(saga.composite.next(saga.now), next);
        assert_eq!(saga.refuse(SETTLE), Rejection::CompositeUnsettled);
        let recorded = saga.record(segment, Outcome::Compensated);
        assert_eq!(recorded, ["SegmentCompensated"]);
        assert!(saga.record(segment, Outcome::Compensated).is_empty());
    }
    assert_eq!(saga.accept(SETTLE), ["CompositeRolledBack"]);
    assert!(saga.accept(SETTLE).is_empty());
    assert!(saga.accept(EXPIRE).is_empty());
    assert_eq!(saga.composite.phase(), &Phase::RolledBack(refusal(1)));
}

#[test]
fn what_was_never_asked_for_is_not_undone_and_what_may_be_on_its_way_is() {
    let mut saga = Saga::requested();
    saga.record(0, Outcome::Held);
    saga.now = at("09:01");
    assert_eq!(saga.composite.next(saga.now), Next::Expire);
    assert_eq!(saga.accept(EXPIRE), ["RollbackBegun"]);
    assert!(saga.accept(EXPIRE).is_empty());
    for segment in [1, 0] {
        let next = step(segment, Action::Compensate);
        assert_eq!(saga.composite.next(saga.now), next);
        saga.record(segment, Outcome::Compensated);
    }
    assert_eq!(saga.composite.next(saga.now), Next::Settle);
    saga.accept(SETTLE);
    let compensated = Progress::Compensated;
    let progress = [compensated, compensated, Progress::Planned];
    assert_eq!(saga.composite.progress(), progress);
}

#[test]
fn late_records_change_nothing() {
    let late = [
        recorded(0, Outcome::Held),
        recorded(1, Outcome::Confirmed),
        recorded(2, Outcome::Refused(Cause::DeadlinePassed)),
    ];
    let mut other = recorded(2, Outcome::Compensated);
    if let CompositeCommand::Record(record) = &mut other {
        record.generation = 2;
    }
    for mut saga in [compensating(), stuck(), Saga::confirmed(), Saga::pending()] {
        for command in late.iter().chain([&other]) {
            assert!(saga.accept(command.clone()).is_empty(), "{command:?}");
        }
    }
}

#[test]
fn it_never_goes_both_ways() {
    let undoing = compensating();
    assert_eq!(
        undoing.refuse(SETTLE_CONFIRMED),
        Rejection::CompositeSettled
    );
    let requested = Saga::requested();
    assert_eq!(requested.refuse(SETTLE_UNDONE), Rejection::CompositeSettled);
    let confirmed = Saga::confirmed();
    for command in [SETTLE_UNDONE, SETTLE_CONFIRMED, EXPIRE] {
        assert_eq!(confirmed.refuse(command), Rejection::CompositeSettled);
    }
    let mut rolled_back = compensating();
    assert_eq!(rolled_back.accept(SETTLE_UNDONE), ["CompositeRolledBack"]);
    for command in [SETTLE_UNDONE, SETTLE_CONFIRMED] {
        assert_eq!(rolled_back.refuse(command), Rejection::CompositeSettled);
    }
}

#[test]
fn a_person_s_no_undoes_what_waits() {
    let mut saga = Saga::pending();
    let declined = Cause::Declined { segment: 1 };
    let command = CompositeCommand::RollBack(declined.clone());
    assert_eq!(saga.accept(command), ["RollbackBegun"]);
    assert_eq!(saga.accept(SETTLE_UNDONE), ["CompositeRolledBack"]);
    assert_eq!(saga.composite.phase(), &Phase::RolledBack(declined));
}

#[test]
fn what_cannot_be_undone_is_stuck_until_an_operator_retries() {
    let mut saga = stuck();
    assert_eq!(saga.composite.next(at("2+09:00")), Next::Rest);
    assert!(saga.accept(stick(1)).is_empty());
    assert_eq!(saga.refuse(SETTLE), Rejection::CompositeUnsettled);
    assert_eq!(saga.refuse(EXPIRE), Rejection::CompositeUnsettled);
    assert_eq!(saga.accept(CompositeCommand::Retry), ["CompositeRetried"]);
    assert!(saga.accept(CompositeCommand::Retry).is_empty());
    assert_eq!(saga.composite.next(saga.now), step(2, Action::Compensate));
    saga.record(2, Outcome::Compensated);
    assert!(saga.accept(stick(2)).is_empty());
    assert_eq!(saga.accept(stick(1)), ["CompositeStuck"]);
}

#[test]
fn what_is_stuck_may_be_given_up() {
    let mut saga = stuck();
    assert_eq!(
        saga.accept(CompositeCommand::Abandon),
        ["CompositeAbandoned"]
    );
    assert!(saga.accept(CompositeCommand::Abandon).is_empty());
    assert_eq!(saga.composite.phase(), &Phase::Abandoned);
    assert_eq!(
        saga.refuse(CompositeCommand::Retry),
        Rejection::CompositeSettled
    );
}

#[test]
fn only_what_is_stuck_is_retried_or_given_up() {
    for command in [CompositeCommand::Retry, CompositeCommand::Abandon, stick(0)] {
        let requested = Saga::requested().refuse(command.clone());
        assert_eq!(requested, Rejection::CompositeUnsettled);
        let confirmed = Saga::confirmed().refuse(command);
        assert_eq!(confirmed, Rejection::CompositeSettled);
    }
    let undoing = compensating().refuse(CompositeCommand::Abandon);
    assert_eq!(undoing, Rejection::CompositeUnsettled);
}

#[test]
fn a_step_carries_everything_that_was_fixed_at_the_request() {
    let saga = Saga::pending();
    let personal = Personal::default();
    let (provider, step) = saga.composite.step(2, Action::Confirm, &personal).unwrap();
    assert_eq!(provider, chain()[2].provider);
    assert_eq!(step.deadline, at("09:01"));
    let SegmentAction::Confirm(place) = step.action else {
        panic!("not what was asked for");
    };
    assert_eq!(place.occurrences[0].slot, chain()[2].slot);
    assert_eq!(place.hold, Some(step.hold));
    assert_eq!(place.standing, Standing::Pending { claims: true });
    assert_eq!(
        place.composite.map(|of| (of.segment, of.count)),
        Some((2, 3))
    );
    assert_eq!(
        (Some(place.key), place.key_is_new),
        (saga.composite.key(), false)
    );
    assert!(saga.composite.step(3, Action::Hold, &personal).is_none());
}

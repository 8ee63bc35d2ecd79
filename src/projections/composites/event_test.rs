//! What each event does to a composite booking: folded, and written, and the same.

use crate::domain::Event;
use crate::domain::composite::command::SegmentChange;
use crate::domain::composite::event::{
    self, Cause, CompositeEvent as E, CompositeMark, CompositeRequested, CompositeRescheduled,
    CompositeStuck, RolledBack, Segment, SegmentChanged, SegmentRefused,
};
use crate::domain::id::{AttendeeNumber, BookingId, BookingNumber, CompositeId, HoldId};
use crate::domain::rejection::Rejection;
use crate::domain::time::TimeSlot;
use crate::ledger::record::{RecordedEvent, StreamKey};
use crate::projections::check::differences;
use crate::projections::row::{Composite, CompositeStatus, SegmentMark, StuckAt};
use crate::projections::sample::*;
use crate::projections::sample_database::{databases, dump, write};

use super::{Composites, apply, by_id};

pub(super) fn composite(number: u128) -> CompositeId {
    CompositeId::from_uuid(id(0x700 + number))
}

pub(super) fn stream(number: u128) -> StreamKey {
    StreamKey::composite(tenant(), composite(number))
}

/// A segment of 30 minutes with a provider, `start` minutes from now.
fn segment(provider_number: u128, start: i64) -> Segment {
    Segment {
        provider: provider(provider_number),
        terms: terms(None),
        slot: TimeSlot::starting(at(start), 30).unwrap(),
        booking: BookingId::from_uuid(id(0x800 + provider_number)),
        number: BookingNumber::new(7),
        uid: uid(&format!("uid{start}")),
        attendee: AttendeeNumber::new(8),
        guests: Vec::new(),
        hold: HoldId::from_uuid(id(9)),
    }
}

/// Requested with the first two providers, one after the other.
pub(super) fn requested(number: u128, start: i64) -> CompositeRequested {
    CompositeRequested {
        composite: composite(number),
        segments: vec![segment(1, start), segment(2, start + 45)],
        deadline: at(1),
        waits_for_person: false,
        everything_held: false,
        key: key(1),
    }
}

fn mark(segment: u32) -> event::SegmentMark {
    event::SegmentMark {
        generation: 1,
        segment,
    }
}

fn whole() -> CompositeMark {
    CompositeMark { generation: 1 }
}

fn changed(segment: u32, change: SegmentChange) -> E {
    E::SegmentChanged(SegmentChanged {
        generation: 1,
        segment,
        change,
    })
}

fn moved_to() -> SegmentChange {
    SegmentChange::Moved {
        uid: uid("new"),
        number: BookingNumber::new(9),
        slot: TimeSlot::starting(at(30), 30).unwrap(),
    }
}

fn refusal() -> Cause {
    Cause::Refused {
        segment: 1,
        rejection: Rejection::HoldNotFound,
    }
}

fn rolled_back(cause: Cause) -> RolledBack {
    RolledBack {
        generation: 1,
        cause,
    }
}

/// Folds a request and what follows; and asserts that every database, after every event, has the same row.
async fn after(events: impl IntoIterator<Item = E>) -> Composite {
    let mut recorder = Recorder::default();
    let first = E::CompositeRequested(requested(1, 60));
    let events: Vec<RecordedEvent> = std::iter::once(first)
        .chain(events)
        .map(|event| sealed(recorder.record(stream(1), Event::Composite(event)), 1))
        .collect();
    let mut folded = None;
    for database in databases(&Composites).await {
        folded = None;
        for event in &events {
            apply(&mut folded, event);
            write(&database, &Composites, event).await;
            let stored = by_id(&database, tenant(), composite(1)).await.unwrap();
            assert_eq!(stored, folded);
        }
        let dumped = dump(&database, &Composites).await;
        assert_eq!(dumped[1].rows.len(), 2);
        assert_eq!(differences(&Composites, &events, dumped), []);
    }
    folded.unwrap()
}

fn marks(row: &Composite) -> Vec<Option<SegmentMark>> {
    row.segments.iter().map(|segment| segment.mark).collect()
}

#[tokio::test]
async fn a_requested_composite_has_all_its_facts() {
    let row = after([]).await;
    let requested = requested(1, 60);
    assert_eq!(row.status, CompositeStatus::Requested);
    assert_eq!((row.generation, row.version), (1, 1));
    assert_eq!(row.segments[1].slot, requested.segments[1].slot);
    assert_eq!(row.segments[1].provider, provider(2));
    assert_eq!(row.deadline, requested.deadline);
    assert!(row.requested.is_some() && row.moved.is_none());
    assert_eq!(row.created_at, row.updated_at);
}

#[tokio::test]
async fn step_by_step_its_segments_are_marked_until_it_stands() {
    let row = after([
        E::SegmentHeld(mark(0)),
        E::SegmentHeld(mark(1)),
        E::SegmentConfirmed(mark(0)),
    ])
    .await;
    let expected = [Some(SegmentMark::Confirmed), Some(SegmentMark::Held)];
    assert_eq!(marks(&row), expected);
    let row = after([E::CompositePending(whole()), E::CompositeConfirmed(whole())]).await;
    assert_eq!((row.status, row.version), (CompositeStatus::Confirmed, 3));
}

#[tokio::test]
async fn what_is_undone_says_why_until_nothing_stands() {
    let refused = SegmentRefused {
        generation: 1,
        segment: 1,
        cause: refusal(),
    };
    let row = after([E::SegmentHeld(mark(0)), E::SegmentRefused(refused)]).await;
    assert_eq!(row.status, CompositeStatus::Compensating);
    let row = after([
        E::RollbackBegun(rolled_back(Cause::DeadlinePassed)),
        E::SegmentCompensated(mark(0)),
        E::CompositeRolledBack(rolled_back(Cause::DeadlinePassed)),
    ])
    .await;
    assert_eq!(row.status, CompositeStatus::RolledBack);
    assert_eq!(row.cause, Some(Cause::DeadlinePassed));
    assert_eq!(marks(&row), [Some(SegmentMark::Compensated), None]);
}

#[tokio::test]
async fn what_is_stuck_says_where_until_it_is_undone_on() {
    let stuck = || {
        E::CompositeStuck(CompositeStuck {
            generation: 1,
            segment: 1,
            cause: refusal(),
            reason: "unavailable".to_owned(),
        })
    };
    let row = after([stuck()]).await;
    let expected = StuckAt {
        segment: 1,
        reason: "unavailable".to_owned(),
    };
    assert_eq!(row.status, CompositeStatus::Stuck);
    assert_eq!((row.stuck, row.cause), (Some(expected), Some(refusal())));
    let row = after([stuck(), E::CompositeRetried(whole())]).await;
    assert_eq!(
        (row.status, row.stuck),
        (CompositeStatus::Compensating, None)
    );
    let row = after([stuck(), E::CompositeAbandoned(whole())]).await;
    assert_eq!(row.status, CompositeStatus::Abandoned);
}

#[tokio::test]
async fn a_cancelled_one_keeps_the_reason_apart() {
    let row = after([
        E::CompositeConfirmed(whole()),
        E::CompositeCancelled(whole()),
    ])
    .await;
    assert_eq!(row.status, CompositeStatus::Cancelled);
    assert!(row.cancelled.is_some() && row.cancelled != row.requested);
}

#[tokio::test]
async fn a_segment_changed_alone_is_told_until_all_move() {
    let alone = || {
        vec![
            E::CompositeConfirmed(whole()),
            changed(0, moved_to()),
            changed(
                1,
                SegmentChange::Reassigned {
                    provider: provider(3),
                },
            ),
        ]
    };
    let row = after(alone()).await;
    assert_eq!(marks(&row), [Some(SegmentMark::Moved), None]);
    assert_eq!(row.segments[0].uid, uid("new"));
    assert_eq!(row.segments[0].slot.start(), at(30));
    assert_eq!(row.segments[1].provider, provider(3));

    let moved = CompositeRescheduled {
        generation: 2,
        segments: vec![segment(1, 90), segment(3, 135)],
        waits_for_person: true,
    };
    let mut events = alone();
    events.push(E::CompositeRescheduled(moved.clone()));
    let row = after(events.clone()).await;
    assert_eq!((row.generation, marks(&row)), (2, vec![None, None]));
    assert_eq!(row.status, CompositeStatus::Pending);
    assert!(row.waits_for_person);
    assert_eq!(row.segments[0].uid, moved.segments[0].uid);
    assert_eq!(row.segments[0].slot, moved.segments[0].slot);
    assert!(row.moved.is_some());

    events.push(changed(0, SegmentChange::Cancelled));
    events.push(E::CompositeRescheduled(CompositeRescheduled {
        generation: 3,
        ..moved
    }));
    let row = after(events).await;
    assert_eq!(marks(&row), [Some(SegmentMark::Cancelled), None]);
}

#[tokio::test]
async fn a_segment_confirmed_by_its_host_is_told() {
    let row = after([
        E::CompositePending(whole()),
        changed(1, SegmentChange::Confirmed),
    ])
    .await;
    assert_eq!(row.status, CompositeStatus::Pending);
    assert_eq!(marks(&row), [None, Some(SegmentMark::Confirmed)]);
}

//! What an event does to a composite booking: the one place that says it, for structs and for rows.

use serde::Serialize;

use super::marks::{Marks, MovedTo};
use crate::domain::Event;
use crate::domain::composite::command::SegmentChange;
use crate::domain::composite::event::{
    Cause, CompositeEvent, CompositeRequested, CompositeRescheduled, Segment as Whole,
};
use crate::domain::composite::waits_for_person;
use crate::domain::id::CompositeId;
use crate::domain::time::Timestamp;
use crate::ledger::record::{RecordedEvent, SealedPersonal};
use crate::projections::row::{Composite, CompositeStatus, Segment, SegmentMark, StuckAt};

/// One change of one composite booking.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CompositeChange {
    /// It begins.
    Begin(Box<Composite>),
    /// Members of it change.
    Patch(Box<Patch>),
}

/// Members that change; absent ones stay.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Patch {
    /// Column `version`.
    pub(super) version: u64,
    /// Column `updated_at`.
    pub(super) updated_at: Timestamp,
    /// Column `status`.
    pub(super) status: Option<CompositeStatus>,
    /// Members of the document.
    pub(super) document: DocumentPatch,
}

/// Members of the document that change; named as in the document.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) generation: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) waits_for_person: Option<bool>,
    /// All of them, with what the columns of times and the rows of segments follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) segments: Option<Vec<Segment>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cause: Option<Cause>,
    /// Null once it is undone on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stuck: Option<Option<StuckAt>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) moved: Option<SealedPersonal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cancelled: Option<SealedPersonal>,
    /// Facts about single segments.
    #[serde(flatten)]
    pub(super) marks: Marks,
}

/// The change of an event; `None` for events of other things.
pub(super) fn change(recorded: &RecordedEvent) -> Option<CompositeChange> {
    let event = match &recorded.event {
        Event::Composite(event) => event,
        Event::Tenant(_) | Event::Provider(_) | Event::EventType(_) | Event::Webhook(_) => {
            return None;
        }
    };
    if let CompositeEvent::CompositeRequested(requested) = event {
        return Some(CompositeChange::Begin(Box::new(begin(recorded, requested))));
    }
    let mut patch = Patch {
        version: recorded.sequence,
        updated_at: recorded.decided_at,
        status: None,
        document: DocumentPatch::default(),
    };
    patch.say(recorded, event);
    Some(CompositeChange::Patch(Box::new(patch)))
}

impl Patch {
    fn say(&mut self, recorded: &RecordedEvent, event: &CompositeEvent) {
        use CompositeEvent as E;
        let personal = || recorded.personal.clone();
        match event {
            E::CompositeRequested(_) => {}
            E::SegmentHeld(mark) => self.mark(mark.segment, SegmentMark::Held),
            E::SegmentConfirmed(mark) => self.mark(mark.segment, SegmentMark::Confirmed),
            E::SegmentCompensated(mark) => self.mark(mark.segment, SegmentMark::Compensated),
            E::SegmentRefused(refused) => {
                self.mark(refused.segment, SegmentMark::Refused);
                self.end(CompositeStatus::Compensating, &refused.cause);
            }
            E::CompositePending(_) => self.status = Some(CompositeStatus::Pending),
            E::CompositeConfirmed(_) => self.status = Some(CompositeStatus::Confirmed),
            E::RollbackBegun(begun) => self.end(CompositeStatus::Compensating, &begun.cause),
            E::CompositeRolledBack(ended) => self.end(CompositeStatus::RolledBack, &ended.cause),
            E::CompositeStuck(stuck) => {
                self.end(CompositeStatus::Stuck, &stuck.cause);
                self.document.stuck = Some(Some(StuckAt {
                    segment: stuck.segment,
                    reason: stuck.reason.clone(),
                }));
            }
            E::CompositeRetried(_) => {
                self.status = Some(CompositeStatus::Compensating);
                self.document.stuck = Some(None);
            }
            E::CompositeAbandoned(_) => self.status = Some(CompositeStatus::Abandoned),
            E::CompositeCancelled(_) => {
                self.status = Some(CompositeStatus::Cancelled);
                self.document.cancelled = personal();
            }
            E::CompositeRescheduled(moved) => {
                self.reschedule(moved, recorded.decided_at, personal());
            }
            E::SegmentChanged(changed) => self.alone(changed.segment, &changed.change),
        }
    }

    fn mark(&mut self, segment: u32, mark: SegmentMark) {
        self.document.marks.marks.insert(segment, Some(mark));
    }

    fn end(&mut self, status: CompositeStatus, cause: &Cause) {
        self.status = Some(status);
        self.document.cause = Some(cause.clone());
    }

    fn reschedule(
        &mut self,
        moved: &CompositeRescheduled,
        at: Timestamp,
        personal: Option<SealedPersonal>,
    ) {
        self.status = Some(if moved.waits_for_person {
            CompositeStatus::Pending
        } else {
            CompositeStatus::Confirmed
        });
        self.document = DocumentPatch {
            generation: Some(moved.generation),
            waits_for_person: Some(moved.waits_for_person),
            segments: Some(segments(&moved.segments, at)),
            moved: personal,
            marks: Marks::none(&moved.segments),
            ..DocumentPatch::default()
        };
    }

    fn alone(&mut self, segment: u32, change: &SegmentChange) {
        match change {
            SegmentChange::Confirmed => self.mark(segment, SegmentMark::Confirmed),
            SegmentChange::Cancelled => {
                self.document.marks.cancelled.insert(segment);
            }
            SegmentChange::Moved { uid, slot, .. } => {
                self.mark(segment, SegmentMark::Moved);
                let to = MovedTo {
                    uid: uid.clone(),
                    slot: *slot,
                };
                self.document.marks.moved.insert(segment, Some(to));
            }
            SegmentChange::Reassigned { provider } => {
                let providers = &mut self.document.marks.providers;
                providers.insert(segment, Some(*provider));
            }
        }
    }

    /// Folds the change into a row.
    pub(super) fn fold_into(self, row: &mut Composite) {
        let Self {
            version,
            updated_at,
            status,
            document,
        } = self;
        let DocumentPatch {
            generation,
            waits_for_person,
            segments,
            cause,
            stuck,
            moved,
            cancelled,
            marks,
        } = document;
        row.version = version;
        row.updated_at = updated_at;
        row.status = status.unwrap_or(row.status);
        row.generation = generation.unwrap_or(row.generation);
        row.waits_for_person = waits_for_person.unwrap_or(row.waits_for_person);
        if let Some(mut segments) = segments {
            for (new, old) in segments.iter_mut().zip(&row.segments) {
                new.mark = old.mark;
            }
            row.segments = segments;
        }
        row.cause = cause.or_else(|| row.cause.take());
        row.stuck = stuck.unwrap_or_else(|| row.stuck.take());
        row.moved = moved.or_else(|| row.moved.take());
        row.cancelled = cancelled.or_else(|| row.cancelled.take());
        marks.fold_into(row);
    }
}

fn begin(recorded: &RecordedEvent, requested: &CompositeRequested) -> Composite {
    Composite {
        composite: CompositeId::from_uuid(recorded.stream.id),
        status: CompositeStatus::Requested,
        generation: 1,
        segments: segments(&requested.segments, recorded.decided_at),
        waits_for_person: requested.waits_for_person,
        everything_held: requested.everything_held,
        deadline: requested.deadline,
        cause: None,
        stuck: None,
        requested: recorded.personal.clone(),
        moved: None,
        cancelled: None,
        version: recorded.sequence,
        created_at: recorded.decided_at,
        updated_at: recorded.decided_at,
    }
}

fn segments(whole: &[Whole], at: Timestamp) -> Vec<Segment> {
    whole.iter().map(|one| segment(one, at)).collect()
}

fn segment(whole: &Whole, at: Timestamp) -> Segment {
    Segment {
        provider: whole.provider,
        event_type: whole.terms.event_type,
        event_type_number: whole.terms.number,
        slug: whole.terms.slug.clone(),
        title: whole.terms.title.clone(),
        slot: whole.slot,
        awaits_person: waits_for_person(std::slice::from_ref(whole), at),
        booking: whole.booking,
        uid: whole.uid.clone(),
        mark: None,
    }
}

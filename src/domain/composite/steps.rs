//! What is asked of a segment's provider, made from the composite's state alone: repeated, it is the same.

use super::event::Segment;
use super::evolution::position;
use super::{Action, Composite, Identity, Phase};
use crate::domain::id::ProviderId;
use crate::domain::personal::Personal;
use crate::domain::provider;
use crate::domain::provider::command::{Occurrence, Place, SegmentAction, SegmentStep, Standing};
use crate::domain::provider::event::SegmentPlace;
use crate::domain::time::Timestamp;

/// Whether a person has to confirm one of the segments, asked for at `now`: then all of them are pending together.
pub fn waits_for_person(segments: &[Segment], now: Timestamp) -> bool {
    segments
        .iter()
        .any(|segment| provider::waits_for_person(&segment.terms, segment.slot, now))
}

/// How every segment enters: they stand together or wait together, and waiting they occupy their providers.
pub const fn standing(waits_for_person: bool) -> Standing {
    if waits_for_person {
        Standing::Pending { claims: true }
    } else {
        Standing::Accepted
    }
}

impl Composite {
    /// A step of a segment: whom to ask, and what. `personal` is what was sealed beside the request; only a confirmation
    /// reads it. `None` for a segment that there is not.
    ///
    /// An undo of a booking that may have left its provider's state (its end has passed) has to be given its facts:
    /// [`SegmentAction::Compensate`].
    pub fn step(
        &self,
        segment: u32,
        action: Action,
        personal: &Personal,
    ) -> Option<(ProviderId, SegmentStep)> {
        let identity = self.identity.as_ref()?;
        let planned = identity.segments.get(position(segment)?)?;
        let action = match action {
            Action::Hold => {
                SegmentAction::Hold(Box::new(identity.place(segment, planned, personal)))
            }
            Action::Confirm => {
                SegmentAction::Confirm(Box::new(identity.place(segment, planned, personal)))
            }
            Action::Compensate => SegmentAction::Compensate {
                cause: self.cause_code().to_owned(),
                known: None,
            },
        };
        let step = SegmentStep {
            composite: identity.composite,
            generation: identity.generation,
            segment,
            deadline: identity.deadline,
            hold: planned.hold,
            booking: planned.booking,
            action,
        };
        Some((planned.provider, step))
    }

    /// In which order the moves of a whole composite are linked, so that none moves onto a segment that has not moved yet:
    /// the last segment first when it moves to later, else the first. Segments that trade places with one provider are
    /// refused as taken.
    pub fn moving_order(&self, segments: &[Segment]) -> Vec<u32> {
        let start = |of: &[Segment]| of.first().map(|segment| segment.slot.start());
        let count = u32::try_from(segments.len()).unwrap_or(u32::MAX);
        if start(self.segments()) < start(segments) {
            (0..count).rev().collect()
        } else {
            (0..count).collect()
        }
    }

    /// Why it is undone, as its providers' events say it.
    fn cause_code(&self) -> &'static str {
        match &self.phase {
            Phase::Compensating(cause) | Phase::RolledBack(cause) | Phase::Stuck { cause, .. } => {
                cause.code()
            }
            Phase::Absent
            | Phase::Requested
            | Phase::Pending
            | Phase::Confirmed
            | Phase::Abandoned
            | Phase::Cancelled => "undone",
        }
    }
}

impl Identity {
    fn place(&self, index: u32, segment: &Segment, personal: &Personal) -> Place {
        let count = u32::try_from(self.segments.len()).unwrap_or(u32::MAX);
        Place {
            terms: segment.terms.clone(),
            occurrences: vec![Occurrence {
                booking: segment.booking,
                number: segment.number,
                uid: segment.uid.clone(),
                attendee: segment.attendee,
                guests: segment.guests.clone(),
                slot: segment.slot,
            }],
            series: None,
            seats: Vec::new(),
            hold: Some(segment.hold),
            out_of_bounds: false,
            limits_skipped: false,
            standing: standing(self.waits_for_person),
            composite: Some(SegmentPlace {
                composite: self.composite,
                segment: index,
                count,
            }),
            key: self.key,
            key_is_new: false,
            personal: personal.of_segment(position(index).unwrap_or(usize::MAX)),
            co_hosted: None,
        }
    }
}

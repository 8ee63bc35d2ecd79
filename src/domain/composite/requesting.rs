//! Requesting a composite booking.

use std::collections::BTreeSet;

use super::command::Request;
use super::event::{CompositeEvent, CompositeRequested, Segment};
use super::{Composite, SEGMENTS_MAX, waits_for_person};
use crate::domain::aggregate::{Event, Fact};
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

impl Composite {
    /// # Order of checks
    /// `AlreadyExists`; `Invalid` (no segment, deadline passed), `TooMany` segments; each segment: `OfSegment` with `Invalid` (seats,
    /// or one that begins before the one before it ends); `Invalid` (an id drawn twice).
    pub(super) fn request(
        &self,
        now: Timestamp,
        request: &Request,
    ) -> Result<Vec<Fact>, Rejection> {
        if self.identity.is_some() {
            return Err(Rejection::AlreadyExists);
        }
        if request.segments.is_empty() {
            return Err(Rejection::invalid("segments", "are empty"));
        }
        if request.deadline <= now {
            return Err(Rejection::invalid("deadline", "has passed"));
        }
        Rejection::unless_at_most(SEGMENTS_MAX, "segments", request.segments.len())?;
        check_chain(&(0..).zip(&request.segments).collect::<Vec<_>>())?;
        let mut ids = BTreeSet::new();
        let drawn_once = |segment: &Segment| {
            ids.insert(segment.booking.as_uuid()) && ids.insert(segment.hold.as_uuid())
        };
        if !request.segments.iter().all(drawn_once) {
            return Err(Rejection::invalid("segments", "name an id twice"));
        }
        let event = CompositeEvent::CompositeRequested(CompositeRequested {
            composite: request.composite,
            segments: request.segments.clone(),
            deadline: request.deadline,
            waits_for_person: waits_for_person(&request.segments, now),
            everything_held: request.everything_held,
            key: request.sealable.key,
        });
        Ok(vec![Fact {
            event: Event::Composite(event),
            sealable: Some(request.sealable.clone()),
        }])
    }
}

/// The segments one after the other, each of a kind that can be a segment.
///
/// # Errors
/// [`Rejection::OfSegment`] with [`Rejection::Invalid`].
pub(super) fn check_chain(segments: &[(u32, &Segment)]) -> Result<(), Rejection> {
    let mut ends: Option<Timestamp> = None;
    for &(index, segment) in segments {
        let invalid = |field: &str, reason: &str| Rejection::OfSegment {
            segment: index,
            because: Box::new(Rejection::invalid(field, reason)),
        };
        if segment.terms.seats.is_some() {
            return Err(invalid("eventTypeId", "has seats"));
        }
        if ends.is_some_and(|end| segment.slot.start() < end) {
            return Err(invalid(
                "start",
                "is before the end of the segment before it",
            ));
        }
        ends = Some(segment.slot.end());
    }
    Ok(())
}

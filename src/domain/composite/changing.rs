//! Changes of a composite booking that stands or waits: as a whole, or of one segment alone.

use super::command::{Reschedule, SegmentChange};
use super::decision::{plain, refused_in};
use super::event::{CompositeEvent, CompositeRescheduled, Segment, SegmentChanged};
use super::evolution::position;
use super::requesting::check_chain;
use super::{Composite, Identity, Phase};
use crate::domain::aggregate::{Event, Fact, Sealable};
use crate::domain::personal::Personal;
use crate::domain::rejection::Rejection;

impl Composite {
    /// # Order of checks
    /// `CompositeNotFound`; `CompositeUnsettled`; `CompositeSettled` (it does not wait).
    pub(super) fn confirm(&self, identity: &Identity) -> Result<Vec<Fact>, Rejection> {
        if self.phase != Phase::Pending {
            return Err(refused_in(&self.phase));
        }
        let event = CompositeEvent::CompositeConfirmed(identity.mark());
        Ok(vec![plain(event)])
    }

    /// # Order of checks
    /// `CompositeNotFound`; `CompositeUnsettled`; `CompositeSettled` (it neither stands nor waits).
    pub(super) fn cancel(
        &self,
        identity: &Identity,
        personal: Option<&Personal>,
    ) -> Result<Vec<Fact>, Rejection> {
        self.stands_or_waits()?;
        let event = CompositeEvent::CompositeCancelled(identity.mark());
        Ok(vec![sealed(event, identity, personal)])
    }

    /// # Order of checks
    /// `CompositeNotFound`; `CompositeUnsettled`; `CompositeSettled` (it neither stands nor waits); `Invalid` unless the segments are its
    /// own, in order; each segment that is not cancelled: as for a request.
    pub(super) fn reschedule(
        &self,
        identity: &Identity,
        reschedule: &Reschedule,
    ) -> Result<Vec<Fact>, Rejection> {
        self.stands_or_waits()?;
        let bookings = |segments: &[Segment]| -> Vec<_> {
            segments
                .iter()
                .map(|segment| (segment.booking, segment.provider))
                .collect()
        };
        if bookings(&identity.segments) != bookings(&reschedule.segments) {
            return Err(Rejection::invalid("segments", "must be its own, in order"));
        }
        let cancelled = |segment: &u32| self.alone.get(segment) == Some(&SegmentChange::Cancelled);
        let standing: Vec<_> = (0..)
            .zip(&reschedule.segments)
            .filter(|(index, _)| !cancelled(index))
            .collect();
        check_chain(&standing)?;
        let event = CompositeEvent::CompositeRescheduled(CompositeRescheduled {
            generation: identity.generation.saturating_add(1),
            segments: reschedule.segments.clone(),
            waits_for_person: reschedule.waits_for_person,
        });
        Ok(vec![sealed(event, identity, reschedule.personal.as_ref())])
    }

    /// With the last segment that is cancelled alone, the whole is.
    ///
    /// # Order of checks
    /// `CompositeNotFound`; `CompositeUnsettled` (also while it waits for a person, but for a confirmation or another provider);
    /// `CompositeSettled`; `Invalid` (no such segment); `BookingCancelled` (alone, before), `BookingConfirmed`.
    pub(super) fn change_segment(
        &self,
        identity: &Identity,
        segment: u32,
        change: &SegmentChange,
    ) -> Result<Vec<Fact>, Rejection> {
        self.stands_or_waits()?;
        let waits = self.phase == Phase::Pending;
        if waits
            && matches!(
                change,
                SegmentChange::Cancelled | SegmentChange::Moved { .. }
            )
        {
            return Err(Rejection::CompositeUnsettled);
        }
        if position(segment).is_none_or(|index| self.progress.len() <= index) {
            return Err(Rejection::invalid("segment", "is unknown"));
        }
        let before = self.alone.get(&segment);
        if before == Some(&SegmentChange::Cancelled) {
            return Err(Rejection::BookingCancelled);
        }
        let is_confirmed = !waits || before == Some(&SegmentChange::Confirmed);
        if is_confirmed && *change == SegmentChange::Confirmed {
            return Err(Rejection::BookingConfirmed);
        }
        let generation = identity.generation;
        let mut facts = vec![plain(CompositeEvent::SegmentChanged(SegmentChanged {
            generation,
            segment,
            change: change.clone(),
        }))];
        let cancelled = self
            .alone
            .values()
            .filter(|known| **known == SegmentChange::Cancelled)
            .count();
        let is_last = cancelled.saturating_add(1) == self.progress.len();
        if is_last && *change == SegmentChange::Cancelled {
            facts.push(plain(CompositeEvent::CompositeCancelled(identity.mark())));
        }
        Ok(facts)
    }

    fn stands_or_waits(&self) -> Result<(), Rejection> {
        if matches!(self.phase, Phase::Confirmed | Phase::Pending) {
            return Ok(());
        }
        Err(refused_in(&self.phase))
    }
}

/// A fact with what was typed with it, if anything, sealed under the composite's key.
fn sealed(event: CompositeEvent, identity: &Identity, personal: Option<&Personal>) -> Fact {
    Fact {
        event: Event::Composite(event),
        sealable: personal.map(|personal| Sealable {
            key: identity.key,
            key_is_new: false,
            personal: personal.clone(),
        }),
    }
}

//! Segments of composite bookings: held, booked, undone; each step as often as it comes.
//!
//! # Invariants
//! - A step that is done already is accepted and records nothing.
//! - Once a segment is undone, nothing of it is held or booked again: until the deadline because it is barred, from then on
//!   because every hold and confirmation is too late. Undoing records an event even where there is nothing to undo, so the
//!   stream's time never falls behind what was answered, whatever the clock of another process says.

use chrono::Duration;

use super::Provider;
use super::bookings::{OpenBooking, closed};
use super::command::{BookingFacts, Occurrence, Place, SegmentAction, SegmentStep};
use super::counters::Counters;
use super::decision::Decision;
use super::event::{BookingCompensated, BookingEnded, HoldPlaced, ProviderEvent, SegmentBarred};
use super::holds::OpenHold;
use super::occupancy::Claimant;
use super::placing::{check_occurrences, sealed};
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

/// A segment stays barred for so long at least, so that an undo that is repeated after the deadline records nothing
/// more. In seconds; a driver repeats a step within a few.
const BARRED_MIN_SECONDS: i64 = 60;

impl Provider {
    /// One step of a segment; what is done already changes nothing.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; then by what is asked: see the three steps. The refusal names the segment (`OfSegment`).
    pub(super) fn segment(
        &self,
        now: Timestamp,
        step: &SegmentStep,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        match &step.action {
            SegmentAction::Hold(place) => self.hold_segment(now, step, place),
            SegmentAction::Confirm(place) => self.confirm_segment(now, step, place),
            SegmentAction::Compensate { cause, known } => {
                Ok(self.undo_segment(now, step, cause, known.as_deref()))
            }
        }
    }

    /// Keeps the slot for the segment, exclusively, under every rule of placing. Advisory holds of others do not refuse it.
    ///
    /// # Order of checks
    /// 1. accepted without a change: its booking, or its live hold, is there;
    /// 2. `StepTooLate` (barred, or past the deadline); `AlreadyExists` (the hold is another's);
    /// 3. `Invalid` (not one occurrence, or with seats), `AlreadyExists` (the booking is another's); `LengthNotOffered`,
    ///    `SlotInPast`;
    /// 4. unless out of bounds: `NoticeTooShort`, `ScheduleNotFound`, `OutsideWindow`, `OutsideSchedule`;
    /// 5. `TooManyHolds` of the provider; `LimitReached` (unless out of bounds, or limits are skipped); `SlotTaken`.
    fn hold_segment(
        &self,
        now: Timestamp,
        step: &SegmentStep,
        place: &Place,
    ) -> Result<Decision, Rejection> {
        if self.booked_segment(step).is_some() || self.held_segment(now, step).is_some() {
            return Ok(Decision::default());
        }
        self.in_time(now, step)?;
        if self.holds.get(step.hold).is_some() {
            return Err(Rejection::AlreadyExists);
        }
        let occurrence = self.one_occurrence(place)?;
        check_occurrences(now, place)?;
        if !place.out_of_bounds {
            self.within_bounds(now, &place.terms, occurrence.slot)?;
        }
        self.check_cap(now, step.hold)?;
        let lapsed = self.fit(now, place, occurrence, &mut Counters::default())?;
        let mut decision = Decision {
            lapsed,
            ..Decision::default()
        };
        decision.record(ProviderEvent::HoldPlaced(HoldPlaced {
            hold: step.hold,
            event_type: place.terms.event_type,
            event_type_number: place.terms.number,
            slot: occurrence.slot,
            before_minutes: place.terms.before_minutes,
            after_minutes: place.terms.after_minutes,
            expires_at: step.deadline,
            exclusive: true,
            seated: false,
            caller: step.composite.to_string(),
            composite: Some(step.composite),
            others: Vec::new(),
            claim: None,
        }));
        Ok(decision)
    }

    /// Makes the hold a booking. Notice, window and opening hours were asked when it was held; room and limits are asked
    /// again, because bookings of others count only once they stand.
    ///
    /// # Order of checks
    /// 1. accepted without a change: its booking is there;
    /// 2. `StepTooLate` (barred, or past the deadline);
    /// 3. `Invalid` (not one occurrence, or with seats), `AlreadyExists` (the booking is another's);
    /// 4. `HoldNotFound` (not held, or not this slot of this event type);
    /// 5. `LimitReached` (unless out of bounds, or limits are skipped); `SlotTaken`.
    fn confirm_segment(
        &self,
        now: Timestamp,
        step: &SegmentStep,
        place: &Place,
    ) -> Result<Decision, Rejection> {
        if self.booked_segment(step).is_some() {
            return Ok(Decision::default());
        }
        self.in_time(now, step)?;
        let occurrence = self.one_occurrence(place)?;
        let hold = self
            .held_segment(now, step)
            .filter(|hold| hold.event_type == place.terms.event_type)
            .filter(|hold| hold.slot == occurrence.slot)
            .ok_or(Rejection::HoldNotFound)?;
        let lapsed = self.fit(now, place, occurrence, &mut Counters::default())?;
        let mut decision = Decision {
            lapsed,
            ..Decision::default()
        };
        decision.record(ProviderEvent::HoldRedeemed(hold.ended(step.hold)));
        let host = self.identity()?.host();
        let event = self.placed(now, place, 0, occurrence, &host);
        decision.facts.push(sealed(place, event));
        Ok(decision)
    }

    /// Undoes whatever there is of the segment, also a booking whose end has passed: nobody was ever told that it stands. What
    /// is undone already changes nothing.
    ///
    /// Refuses nothing. Where the facts alone say that there is a booking, the ledger makes sure that they are its latest.
    fn undo_segment(
        &self,
        now: Timestamp,
        step: &SegmentStep,
        cause: &str,
        known: Option<&BookingFacts>,
    ) -> Decision {
        let mut decision = Decision::default();
        let ended = match self.booked_segment(step) {
            Some(booking) => Some(ended_in_state(step, booking)),
            None => known
                .filter(|facts| facts.booking == step.booking && closed(facts).is_none())
                .map(ended_before),
        };
        if let Some(ended) = ended {
            decision.record(ProviderEvent::BookingCompensated(BookingCompensated {
                ended,
                saga: step.composite.as_uuid(),
                cause: cause.to_owned(),
            }));
        }
        match self.held_segment(now, step) {
            Some(hold) => {
                decision.record(ProviderEvent::HoldReleased(hold.ended(step.hold)));
            }
            None if self.of_segment(step).is_some() => {
                decision.lapsed.push(Claimant::Hold(step.hold));
            }
            None => {}
        }
        if !self.barred.contains_key(&step.hold) {
            let least = now.checked_add_signed(Duration::seconds(BARRED_MIN_SECONDS));
            decision.record(ProviderEvent::SegmentBarred(SegmentBarred {
                composite: step.composite,
                generation: step.generation,
                segment: step.segment,
                hold: step.hold,
                booking: step.booking,
                until: step.deadline.max(least.unwrap_or(now)),
            }));
        }
        decision
    }

    /// # Errors
    /// [`Rejection::StepTooLate`].
    fn in_time(&self, now: Timestamp, step: &SegmentStep) -> Result<(), Rejection> {
        if self.barred.contains_key(&step.hold) || step.deadline <= now {
            return Err(Rejection::StepTooLate);
        }
        Ok(())
    }

    /// The segment's booking, while it is in the state.
    fn booked_segment(&self, step: &SegmentStep) -> Option<&OpenBooking> {
        self.bookings
            .get(step.booking)
            .filter(|booking| booking.composite == Some(step.composite))
    }

    /// The segment's hold, while it lasts.
    fn held_segment(&self, now: Timestamp, step: &SegmentStep) -> Option<&OpenHold> {
        self.of_segment(step).filter(|hold| !hold.is_expired(now))
    }

    /// The segment's hold, whether or not its time has run out.
    fn of_segment(&self, step: &SegmentStep) -> Option<&OpenHold> {
        self.holds
            .get(step.hold)
            .filter(|hold| hold.composite == Some(step.composite))
    }

    /// # Errors
    /// [`Rejection::Invalid`] unless it is one occurrence without seats; then as for placing.
    fn one_occurrence<'a>(&self, place: &'a Place) -> Result<&'a Occurrence, Rejection> {
        let [occurrence] = place.occurrences.as_slice() else {
            return Err(Rejection::invalid(
                "occurrences",
                "must be one for a segment",
            ));
        };
        if place.terms.seats.is_some() {
            return Err(Rejection::invalid("eventTypeId", "has seats"));
        }
        self.check_request(place)?;
        Ok(occurrence)
    }
}

fn ended_in_state(step: &SegmentStep, booking: &OpenBooking) -> BookingEnded {
    BookingEnded {
        booking: step.booking,
        uid: booking.uid.clone(),
        slot: booking.slot,
        claimed: booking.claims,
        moved_to: None,
    }
}

/// What has left the state has no claim any more.
fn ended_before(facts: &BookingFacts) -> BookingEnded {
    BookingEnded {
        booking: facts.booking,
        uid: facts.uid.clone(),
        slot: facts.slot,
        claimed: false,
        moved_to: None,
    }
}

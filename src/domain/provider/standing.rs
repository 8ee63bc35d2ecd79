//! Commands that leave a booking where it is: confirming, marking who was absent, saying that it took place.

use super::Provider;
use super::bookings::{OpenBooking, closed, whole_or_as_segment};
use super::command::{BookingFacts, MarkAbsent, OnBooking};
use super::decision::Decision;
use super::event::{AttendanceMarked, BookingConfirmed, BookingMark, ProviderEvent};
use super::room::Candidate;
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

impl Provider {
    /// Accepts a pending booking. One that does not occupy its slot yet is decided like a new one: the first wins.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `BookingRescheduled`, `BookingCancelled`, `BookingDeclined` by the facts; `BookingChanged`;
    /// `BookingEnded`; `BookingConfirmed`; `PartOfComposite`; `SlotTaken`. A pending booking that has started may still be confirmed, until it ends.
    pub(super) fn confirm(
        &self,
        now: Timestamp,
        confirm: &OnBooking,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        let facts = &confirm.facts;
        let booking = self.still_pending(now, confirm)?;
        let mut decision = Decision::default();
        if !booking.claims {
            decision.lapsed = self.room_for(
                now,
                Candidate {
                    terms: &facts.terms,
                    slot: booking.slot,
                    seats: booking.seats_count(),
                    moving: Some(facts.booking),
                    own_hold: None,
                },
            )?;
        }
        let event = ProviderEvent::BookingConfirmed(BookingConfirmed {
            booking: facts.booking,
            uid: booking.uid.clone(),
            slot: booking.slot,
            before_minutes: booking.before_minutes,
            after_minutes: booking.after_minutes,
        });
        decision.record_sealed(event, facts.key, confirm.personal.as_ref());
        Ok(decision)
    }

    /// Marks who was absent; each mark replaces the one before it.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `Invalid` when it marks nobody; `BookingRescheduled`, `BookingCancelled`, `BookingDeclined` by the facts;
    /// `BookingChanged`; `BookingNotStarted`.
    pub(super) fn mark_absent(
        &self,
        now: Timestamp,
        mark: &MarkAbsent,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        if mark.host_absent.is_none() && mark.attendees.is_empty() {
            return Err(Rejection::invalid("attendees", "or host must be given"));
        }
        let facts = &mark.facts;
        self.started(now, facts)?;
        Ok(Decision::one(ProviderEvent::AttendanceMarked(
            AttendanceMarked {
                booking: facts.booking,
                uid: facts.uid.clone(),
                host_absent: mark.host_absent,
                attendees: mark.attendees.clone(),
            },
        )))
    }

    /// Says that a booking took place.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `BookingRescheduled`, `BookingCancelled`, `BookingDeclined` by the facts; `BookingChanged`;
    /// `BookingNotStarted`.
    pub(super) fn complete(
        &self,
        now: Timestamp,
        complete: &OnBooking,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        let facts = &complete.facts;
        self.started(now, facts)?;
        let mut decision = Decision::default();
        let event = ProviderEvent::BookingCompleted(BookingMark {
            booking: facts.booking,
            uid: facts.uid.clone(),
        });
        decision.record_sealed(event, facts.key, complete.personal.as_ref());
        Ok(decision)
    }

    /// # Errors
    /// As [`super::bookings::Bookings::still_open`], then [`Rejection::BookingConfirmed`], [`Rejection::PartOfComposite`].
    pub(super) fn still_pending(
        &self,
        now: Timestamp,
        on: &OnBooking,
    ) -> Result<&OpenBooking, Rejection> {
        let booking = self.bookings.still_open(now, &on.facts)?;
        if !booking.pending {
            return Err(Rejection::BookingConfirmed);
        }
        whole_or_as_segment(&on.facts, on.as_segment)?;
        Ok(booking)
    }

    /// Checks a booking that must have started; it may have left the state.
    fn started(&self, now: Timestamp, facts: &BookingFacts) -> Result<(), Rejection> {
        if let Some(rejection) = closed(facts) {
            return Err(rejection);
        }
        self.bookings.as_read(now, facts)?;
        if now < facts.slot.start() {
            return Err(Rejection::BookingNotStarted);
        }
        Ok(())
    }
}

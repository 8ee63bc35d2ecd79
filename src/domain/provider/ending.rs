//! Ending: cancelling, declining, compensating. All of them free the slot and give the count back.

use std::collections::BTreeSet;

use super::Provider;
use super::bookings::{OpenBooking, closed, whole_or_as_segment};
use super::command::{BookingFacts, Cancel, Compensate, OnBooking};
use super::decision::Decision;
use super::event::{BookingCompensated, BookingEnded, ProviderEvent, SeatReleased};
use super::placing::OCCURRENCES_MAX;
use crate::domain::id::SeatId;
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

impl Provider {
    /// Cancels every booking named, or none; or one seat, and with the last seat its booking.
    ///
    /// What was typed is sealed under the key of the facts: for a seat, the caller puts the key of who sits there.
    ///
    /// # Order of checks
    /// 1. `ProviderNotFound`;
    /// 2. `Invalid`: no booking, more than a series may have, one twice, or a seat of several bookings;
    /// 3. each booking: `BookingRescheduled`, `BookingCancelled`, `BookingDeclined` by the facts; `BookingChanged`; `BookingEnded`;
    ///    `PartOfComposite`; `CancellingDisabled` (never for the host); `SeatNotFound`, or `SeatRequired` (no seat named, others sit there too, and it
    ///    is not the host).
    pub(super) fn cancel(&self, now: Timestamp, cancel: &Cancel) -> Result<Decision, Rejection> {
        self.identity()?;
        check_request(cancel)?;
        let mut decision = Decision::default();
        for facts in &cancel.bookings {
            let booking = self.bookings.still_open(now, facts)?;
            whole_or_as_segment(facts, cancel.as_segment)?;
            if facts.terms.cancelling_disabled && !cancel.by_host {
                return Err(Rejection::CancellingDisabled);
            }
            let event = match cancel.seat {
                Some(seat) => release(facts, booking, seat)?,
                None if 1 < booking.seats.len() && !cancel.by_host => {
                    return Err(Rejection::SeatRequired);
                }
                None => ProviderEvent::BookingCancelled(ended(facts, booking)),
            };
            decision.record_sealed(event, facts.key, cancel.personal.as_ref());
        }
        Ok(decision)
    }

    /// Refuses a pending booking.
    ///
    /// # Order of checks
    /// As for confirming: `ProviderNotFound`; `BookingRescheduled`, `BookingCancelled`, `BookingDeclined` by the facts;
    /// `BookingChanged`; `BookingEnded`; `BookingConfirmed`; `PartOfComposite`.
    pub(super) fn decline(
        &self,
        now: Timestamp,
        decline: &OnBooking,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        let facts = &decline.facts;
        let booking = self.still_pending(now, decline)?;
        let event = ProviderEvent::BookingDeclined(ended(facts, booking));
        let mut decision = Decision::default();
        decision.record_sealed(event, facts.key, decline.personal.as_ref());
        Ok(decision)
    }

    /// Undoes a booking for a saga, whatever its event type says about cancelling. What is cancelled or declined already is
    /// accepted again and changes nothing: an undo is repeated until it is known to be done.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `BookingRescheduled` by the facts; `BookingChanged`; `BookingEnded`; `SeatRequired` (others sit there
    /// too: the saga cancels its own seat instead).
    pub(super) fn compensate(
        &self,
        now: Timestamp,
        compensate: &Compensate,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        let facts = &compensate.facts;
        if let Some(Rejection::BookingCancelled | Rejection::BookingDeclined) = closed(facts) {
            return Ok(Decision::default());
        }
        let booking = self.bookings.still_open(now, facts)?;
        if 1 < booking.seats.len() {
            return Err(Rejection::SeatRequired);
        }
        Ok(Decision::one(ProviderEvent::BookingCompensated(
            BookingCompensated {
                ended: ended(facts, booking),
                saga: compensate.saga,
                cause: compensate.cause.clone(),
            },
        )))
    }
}

fn check_request(cancel: &Cancel) -> Result<(), Rejection> {
    let invalid = |reason: &str| Err(Rejection::invalid("bookings", reason));
    let count = u32::try_from(cancel.bookings.len()).unwrap_or(u32::MAX);
    let distinct: BTreeSet<_> = cancel.bookings.iter().map(|facts| facts.booking).collect();
    if count == 0 {
        return invalid("are empty");
    }
    if OCCURRENCES_MAX < count {
        return invalid("are more than a series has");
    }
    if distinct.len() < cancel.bookings.len() {
        return invalid("name one twice");
    }
    if cancel.seat.is_some() && 1 < count {
        return invalid("are several, with one seat");
    }
    Ok(())
}

fn release(
    facts: &BookingFacts,
    booking: &OpenBooking,
    seat: SeatId,
) -> Result<ProviderEvent, Rejection> {
    if !booking.seats.contains(&seat) {
        return Err(Rejection::SeatNotFound);
    }
    if booking.seats.len() == 1 {
        return Ok(ProviderEvent::BookingCancelled(ended(facts, booking)));
    }
    Ok(ProviderEvent::SeatReleased(SeatReleased {
        booking: facts.booking,
        uid: booking.uid.clone(),
        seat,
        moved_to: None,
    }))
}

pub(super) fn ended(facts: &BookingFacts, booking: &OpenBooking) -> BookingEnded {
    BookingEnded {
        booking: facts.booking,
        uid: booking.uid.clone(),
        slot: booking.slot,
        claimed: booking.claims,
        moved_to: None,
    }
}

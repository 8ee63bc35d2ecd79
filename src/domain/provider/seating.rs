//! One seat moves alone: given up in one slot and taken in another, or neither.

use super::Provider;
use super::bookings::OpenBooking;
use super::bounds::{self, Entry};
use super::command::{BookingFacts, MoveSeat, Reschedule, Standing};
use super::counters::Counters;
use super::decision::Decision;
use super::ending::ended;
use super::event::{BookingEnded, BookingPlaced, ProviderEvent, SeatReleased, SeatTaken};
use super::moving::{keeps_length, may_move_by_policy};
use super::placing::ics_uid;
use super::room::Candidate;
use crate::domain::id::{BookingId, BookingUid};
use crate::domain::rejection::Rejection;
use crate::domain::time::Timestamp;

impl Provider {
    /// Moves one seat: into the seated booking of exactly the new slot, or into a new one. The seat keeps its id. The
    /// last seat takes its booking along, unless there is one to join: then the booking it leaves has ended.
    ///
    /// # Order of checks
    /// 1. `ProviderNotFound`;
    /// 2. `BookingRescheduled`, `BookingCancelled`, `BookingDeclined` by the facts; `BookingChanged`; `BookingEnded`;
    ///    `SeatNotFound`; `BookingChanged` where its co-hosts were asked for other shares than are needed;
    /// 3. the last seat with nothing to join: as rescheduling the booking;
    /// 4. `ReschedulingDisabled` (never for the host); `LengthNotOffered` (not the booking's own), `SlotInPast`;
    /// 5. `NoticeTooShort`, `ScheduleNotFound`, `OutsideWindow`, `OutsideSchedule`;
    /// 6. when it joins: `SlotTaken` by its own booking, `SeatsExhausted`; else `LimitReached`, `SeatsExhausted`,
    ///    `SlotTaken`.
    pub(super) fn move_seat(
        &self,
        now: Timestamp,
        shift: &MoveSeat,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        let (facts, terms, slot) = (&shift.facts, &shift.terms, shift.to.slot);
        let booking = self.bookings.still_open(now, facts)?;
        if !booking.seats.contains(&shift.seat) {
            return Err(Rejection::SeatNotFound);
        }
        let there = self.bookings.seated_in(terms.event_type, slot);
        let joins = there.is_some_and(|(id, _)| id != facts.booking);
        if !facts.co_hosts.is_empty() && joins != shift.joins {
            return Err(Rejection::BookingChanged {
                booking: facts.booking,
                expected: facts.version,
            });
        }
        let is_last = booking.seats.len() == 1;
        if is_last && !joins {
            return self.reschedule(now, &whole(shift));
        }
        may_move_by_policy(now, facts, terms, shift.by_host)?;
        keeps_length(facts, slot)?;
        bounds::ahead(now, slot)?;
        let mut decision = self.redeem(now, shift.hold, terms, &[slot])?;
        self.within_bounds(now, terms, slot)?;
        let moved = match there {
            Some(there) => self.join_there(now, shift, booking, there),
            None => self.begin_there(now, shift, booking),
        }?;
        decision.lapsed = moved.lapsed;
        decision.facts.extend(moved.facts);
        Ok(decision)
    }

    fn join_there(
        &self,
        now: Timestamp,
        shift: &MoveSeat,
        booking: &OpenBooking,
        (id, there): (BookingId, &OpenBooking),
    ) -> Result<Decision, Rejection> {
        let (facts, slot) = (&shift.facts, shift.to.slot);
        if id == facts.booking {
            return Err(Rejection::SlotTaken { slot });
        }
        let per_slot = shift.terms.seats.as_ref().map_or(0, |seats| seats.per_slot);
        let held = self.seats_held(now, candidate(shift));
        if per_slot <= there.seats_count().saturating_add(held) {
            return Err(Rejection::SeatsExhausted { slot });
        }
        let mut decision = left(facts, booking, shift, &there.uid);
        let taken = ProviderEvent::SeatTaken(SeatTaken {
            booking: id,
            uid: there.uid.clone(),
            seat: shift.seat,
            attendee: shift.to.attendee,
            moved_from: Some(facts.uid.clone()),
        });
        decision.record_sealed(taken, facts.key, Some(&shift.personal));
        Ok(decision)
    }

    fn begin_there(
        &self,
        now: Timestamp,
        shift: &MoveSeat,
        booking: &OpenBooking,
    ) -> Result<Decision, Rejection> {
        let (facts, terms, slot) = (&shift.facts, &shift.terms, shift.to.slot);
        let counted_on = self.counted_on(terms, &slot);
        let planned = Counters::default();
        let reached = self
            .counters
            .limit_reached(&planned, terms, counted_on, slot.minutes());
        if let Some(period) = reached {
            return Err(Rejection::LimitReached { period });
        }
        let lapsed = self.room_for(now, candidate(shift))?;
        let entry = if shift.by_host {
            Entry::Accepted
        } else {
            Entry::by_terms(terms, slot, now)
        };
        let placed = BookingPlaced {
            booking: shift.to.booking,
            number: shift.to.number,
            uid: shift.to.uid.clone(),
            ics_uid: ics_uid(&shift.to.uid),
            slot,
            terms: terms.clone(),
            host: self.identity()?.host(),
            claims: entry.claims(),
            counted_on,
            attendee: shift.to.attendee,
            seat: Some(shift.seat),
            series: facts.series.clone(),
            guests: shift.to.guests.clone(),
            moved_from: Some(facts.uid.clone()),
            co_hosts: facts.co_hosts.clone(),
            composite: None,
        };
        let mut decision = left(facts, booking, shift, &shift.to.uid);
        decision.lapsed = lapsed;
        let event = if entry.is_pending() {
            ProviderEvent::BookingRequested(placed)
        } else {
            ProviderEvent::BookingPlaced(placed)
        };
        decision.record_sealed(event, facts.key, Some(&shift.personal));
        Ok(decision)
    }
}

/// The last seat takes its booking along: it is that attendee's now.
fn whole(shift: &MoveSeat) -> Reschedule {
    Reschedule {
        facts: BookingFacts {
            attendee: shift.to.attendee,
            guests: shift.to.guests.clone(),
            ..shift.facts.clone()
        },
        terms: shift.terms.clone(),
        number: shift.to.number,
        uid: shift.to.uid.clone(),
        slot: shift.to.slot,
        by_host: shift.by_host,
        out_of_bounds: false,
        standing: Standing::ByTerms,
        as_segment: false,
        hold: shift.hold,
        personal: shift.personal.clone(),
    }
}

/// The seat is given up, and with the last one its booking has ended.
fn left(
    facts: &BookingFacts,
    booking: &OpenBooking,
    shift: &MoveSeat,
    to: &BookingUid,
) -> Decision {
    let mut decision = Decision::one(ProviderEvent::SeatReleased(SeatReleased {
        booking: facts.booking,
        uid: booking.uid.clone(),
        seat: shift.seat,
        moved_to: Some(to.clone()),
    }));
    if booking.seats.len() == 1 {
        decision.record(ProviderEvent::BookingCancelled(BookingEnded {
            moved_to: Some(to.clone()),
            ..ended(facts, booking)
        }));
    }
    decision
}

fn candidate(shift: &MoveSeat) -> Candidate<'_> {
    Candidate {
        terms: &shift.terms,
        slot: shift.to.slot,
        seats: 1,
        moving: None,
        own_hold: shift.hold,
    }
}

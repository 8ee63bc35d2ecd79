//! Moving: to another slot, or to another provider.

use super::Provider;
use super::bookings::{closed, whole_or_as_segment};
use super::bounds::{self, Entry};
use super::command::{BookingFacts, BookingStatus, Depart, Receive, Reschedule, Standing};
use super::counters::Counters;
use super::decision::Decision;
use super::event::{
    BookingArrived, BookingDeparted, BookingEnded, BookingPlaced, BookingRescheduled, Host,
    ProviderEvent,
};
use super::room::Candidate;
use crate::domain::id::SeatId;
use crate::domain::rejection::Rejection;
use crate::domain::terms::Terms;
use crate::domain::time::{TimeSlot, Timestamp};

impl Provider {
    /// Moves a whole booking, with its seats and its place in a series. The terms as read now hold for the new slot, and say
    /// whether it may move at all. It waits for confirmation again where they ask for it, unless the host moves it.
    ///
    /// # Order of checks
    /// 1. `ProviderNotFound`;
    /// 2. `BookingRescheduled`, `BookingCancelled` (unless the terms allow it), `BookingDeclined` by the facts; `BookingChanged`,
    ///    `PartOfComposite`;
    /// 3. `BookingEnded` (unless the terms allow it), `ReschedulingDisabled` (never for the host: switched off, or too late),
    ///    `SeatRequired` (others sit there too, and it is not the host);
    /// 4. `LengthNotOffered` (not the booking's own), `SlotInPast`, `HoldNotFound`;
    /// 5. unless out of bounds: `NoticeTooShort`, `ScheduleNotFound`, `OutsideWindow`, `OutsideSchedule`, `LimitReached`;
    /// 6. `SeatsExhausted`, `SlotTaken`; its own claim does not block.
    pub(super) fn reschedule(
        &self,
        now: Timestamp,
        reschedule: &Reschedule,
    ) -> Result<Decision, Rejection> {
        let host = self.identity()?.host();
        let (facts, terms, slot) = (&reschedule.facts, &reschedule.terms, reschedule.slot);
        may_move_by_status(facts, terms)?;
        let booking = self.bookings.as_read(now, facts)?;
        whole_or_as_segment(facts, reschedule.as_segment)?;
        may_move_by_policy(now, facts, terms, reschedule.by_host)?;
        if !reschedule.by_host && 1 < facts.seats.len() {
            return Err(Rejection::SeatRequired);
        }
        keeps_length(facts, slot)?;
        bounds::ahead(now, slot)?;
        let mut decision = self.redeem(now, reschedule.hold, terms, &[slot])?;
        let counted_on = self.counted_on(terms, &slot);
        if !reschedule.out_of_bounds {
            self.within_bounds(now, terms, slot)?;
            let mut planned = Counters::default();
            if let Some(old) = booking {
                planned.take_back(old.event_type, old.counted_on, old.slot.minutes());
            }
            let minutes = slot.minutes();
            if let Some(period) = self
                .counters
                .limit_reached(&planned, terms, counted_on, minutes)
            {
                return Err(Rejection::LimitReached { period });
            }
        }
        let own = Candidate {
            terms,
            slot,
            seats: seats_count(facts),
            moving: Some(facts.booking),
            own_hold: reschedule.hold,
        };
        decision.lapsed = self.room_for(now, own)?;
        let stays_accepted = reschedule.by_host && reschedule.standing == Standing::ByTerms;
        let entry = if stays_accepted {
            Entry::Accepted
        } else {
            Entry::of(reschedule.standing, terms, slot, now)
        };
        let event = ProviderEvent::BookingRescheduled(BookingRescheduled {
            to: BookingPlaced {
                number: reschedule.number,
                uid: reschedule.uid.clone(),
                slot,
                terms: terms.clone(),
                claims: entry.claims(),
                counted_on,
                ..carried(facts, host)
            },
            pending: entry.is_pending(),
            from_uid: facts.uid.clone(),
            from_slot: facts.slot,
            from_claimed: booking.is_some_and(|old| old.claims),
            seats: further_seats(facts),
        });
        decision.record_sealed(event, facts.key, Some(&reschedule.personal));
        Ok(decision)
    }

    /// Gives a booking away. The other half of the linked command, [`Self::receive`], checks whether there is room.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `BookingRescheduled`, `BookingCancelled`, `BookingDeclined` by the facts; `BookingChanged`;
    /// `BookingEnded`; `PartOfComposite`.
    pub(super) fn depart(&self, now: Timestamp, depart: &Depart) -> Result<Decision, Rejection> {
        self.identity()?;
        let facts = &depart.facts;
        let booking = self.bookings.still_open(now, facts)?;
        whole_or_as_segment(facts, depart.as_segment)?;
        let event = ProviderEvent::BookingDeparted(BookingDeparted {
            ended: BookingEnded {
                booking: facts.booking,
                uid: booking.uid.clone(),
                slot: booking.slot,
                claimed: booking.claims,
                moved_to: None,
            },
            to: depart.to,
        });
        let mut decision = Decision::default();
        decision.record_sealed(event, facts.key, depart.personal.as_ref());
        Ok(decision)
    }

    /// Receives a booking of another provider, on the terms it was booked with. Notice, window and limits were for who booked it;
    /// it counts towards this provider's limits from now on.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `SameProvider`; `BookingRescheduled`, `BookingCancelled`, `BookingDeclined` by the facts;
    /// `AlreadyExists`; `BookingEnded`; `ScheduleNotFound`, `OutsideSchedule`; `SeatsExhausted`, `SlotTaken`.
    pub(super) fn receive(&self, now: Timestamp, receive: &Receive) -> Result<Decision, Rejection> {
        let identity = self.identity()?;
        if receive.from_host.number == identity.number {
            return Err(Rejection::SameProvider);
        }
        let facts = &receive.facts;
        if let Some(rejection) = closed(facts) {
            return Err(rejection);
        }
        if self.bookings.get(facts.booking).is_some() {
            return Err(Rejection::AlreadyExists);
        }
        if facts.slot.end() <= now {
            return Err(Rejection::BookingEnded);
        }
        self.within_schedule(&facts.terms, facts.slot)?;
        let mut decision = Decision {
            lapsed: self.room_for(
                now,
                Candidate {
                    terms: &facts.terms,
                    slot: facts.slot,
                    seats: seats_count(facts),
                    moving: None,
                    own_hold: None,
                },
            )?,
            ..Decision::default()
        };
        let event = ProviderEvent::BookingArrived(BookingArrived {
            placed: BookingPlaced {
                counted_on: self.counted_on(&facts.terms, &facts.slot),
                ..carried(facts, identity.host())
            },
            pending: facts.status == BookingStatus::Pending,
            from: receive.from,
            seats: further_seats(facts),
        });
        decision.record_sealed(event, facts.key, Some(&receive.personal));
        Ok(decision)
    }
}

/// A booking as it stands, with another host.
fn carried(facts: &BookingFacts, host: Host) -> BookingPlaced {
    BookingPlaced {
        booking: facts.booking,
        number: facts.number,
        uid: facts.uid.clone(),
        ics_uid: facts.ics_uid.clone(),
        slot: facts.slot,
        terms: facts.terms.clone(),
        host,
        claims: facts.claims,
        counted_on: facts.counted_on,
        attendee: facts.attendee,
        seat: facts.seats.first().copied(),
        series: facts.series.clone(),
        co_hosts: facts.co_hosts.clone(),
        guests: facts.guests.clone(),
        moved_from: None,
        composite: facts.composite,
    }
}

fn further_seats(facts: &BookingFacts) -> Vec<SeatId> {
    facts.seats.iter().skip(1).copied().collect()
}

fn seats_count(facts: &BookingFacts) -> u32 {
    u32::try_from(facts.seats.len()).unwrap_or(u32::MAX)
}

fn may_move_by_status(facts: &BookingFacts, terms: &Terms) -> Result<(), Rejection> {
    match closed(facts) {
        Some(Rejection::BookingCancelled) if terms.rescheduling.cancelled_allowed => Ok(()),
        Some(rejection) => Err(rejection),
        None => Ok(()),
    }
}

/// # Errors
/// In this order: [`Rejection::BookingEnded`], [`Rejection::ReschedulingDisabled`].
pub(super) fn may_move_by_policy(
    now: Timestamp,
    facts: &BookingFacts,
    terms: &Terms,
    by_host: bool,
) -> Result<(), Rejection> {
    let policy = &terms.rescheduling;
    let has_ended = facts.slot.end() <= now;
    if has_ended && !policy.past_allowed {
        return Err(Rejection::BookingEnded);
    }
    if by_host {
        return Ok(());
    }
    let too_late = policy
        .minutes_before
        .is_some_and(|minutes| facts.slot.start() < bounds::later(now, minutes));
    if policy.disabled || (too_late && !has_ended) {
        return Err(Rejection::ReschedulingDisabled);
    }
    Ok(())
}

/// # Errors
/// [`Rejection::LengthNotOffered`] unless the slot is as long as the booking.
pub(super) fn keeps_length(facts: &BookingFacts, slot: TimeSlot) -> Result<(), Rejection> {
    let minutes = slot.minutes();
    if minutes == facts.slot.minutes() {
        Ok(())
    } else {
        Err(Rejection::LengthNotOffered { minutes })
    }
}

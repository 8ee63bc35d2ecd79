//! Bookings with several hosts: what a co-host's stream decides of its share. The booking itself is the home stream's.
//!
//! Every command here is one half of a linked one. The home stream compares what the caller read of the booking, and
//! nothing of it is written unless all of it is: so a share needs no version of its own.

use super::Provider;
use super::bounds::Entry;
use super::command::{ChangeCoHosts, Demand, Disengage, Engage, Share};
use super::counters::Counters;
use super::decision::Decision;
use super::event::{CoHostsChanged, Disengaged, ProviderEngaged, ProviderEvent};
use super::room::Candidate;
use crate::domain::rejection::Rejection;
use crate::domain::time::{TimeSlot, Timestamp};

impl Provider {
    /// Takes a share in every booking named, or in none; a share that it has is moved, and does not block itself.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `AlreadyExists` where it is home to the booking itself; `HoldNotFound`; each share, as far as it
    /// is demanded: `NoticeTooShort`, `ScheduleNotFound`, `OutsideWindow`, `OutsideSchedule`; then each share beside those before it:
    /// `LimitReached` (where bounds are demanded), `SlotTaken`.
    pub(super) fn engage(&self, now: Timestamp, engage: &Engage) -> Result<Decision, Rejection> {
        self.identity()?;
        for share in &engage.shares {
            let known = self.bookings.get(share.booking);
            if known.is_some_and(|open| open.share.is_none()) {
                return Err(Rejection::AlreadyExists);
            }
        }
        let slots: Vec<TimeSlot> = engage.shares.iter().map(|share| share.slot).collect();
        let mut decision = self.redeem(now, engage.hold, &engage.terms, &slots)?;
        for share in &engage.shares {
            match engage.demand {
                Demand::Bounds => self.within_bounds(now, &engage.terms, share.slot)?,
                Demand::Schedule => self.within_schedule(&engage.terms, share.slot)?,
                Demand::Room => {}
            }
        }
        let mut planned = Counters::default();
        for share in &engage.shares {
            decision
                .lapsed
                .extend(self.fit_share(now, engage, share, &mut planned)?);
            decision.record(self.engaged(now, engage, share));
        }
        Ok(decision)
    }

    /// Gives the shares up that it has in these bookings.
    ///
    /// # Order of checks
    /// `ProviderNotFound`.
    pub(super) fn disengage(&self, disengage: &Disengage) -> Result<Decision, Rejection> {
        self.identity()?;
        let mut decision = Decision::default();
        for &booking in &disengage.bookings {
            if let Some((claim, open)) = self.bookings.shared(booking) {
                decision.record(ProviderEvent::ProviderDisengaged(Disengaged {
                    booking,
                    uid: open.uid.clone(),
                    claim,
                    claimed: open.claims,
                    replaced: disengage.replaced,
                }));
            }
        }
        Ok(decision)
    }

    /// Names other co-hosts of a booking that is at home here.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `BookingRescheduled`, `BookingCancelled`, `BookingDeclined` by the facts; `BookingChanged`;
    /// `BookingEnded`.
    pub(super) fn change_co_hosts(
        &self,
        now: Timestamp,
        change: &ChangeCoHosts,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        let booking = self.bookings.still_open(now, &change.facts)?;
        let event = ProviderEvent::CoHostsChanged(CoHostsChanged {
            booking: change.facts.booking,
            uid: booking.uid.clone(),
            co_hosts: change.co_hosts.clone(),
        });
        let mut decision = Decision::default();
        decision.record_sealed(event, change.facts.key, change.personal.as_ref());
        Ok(decision)
    }

    /// Limits and overlap of a share; answers the lapsed claims beneath it.
    fn fit_share(
        &self,
        now: Timestamp,
        engage: &Engage,
        share: &Share,
        planned: &mut Counters,
    ) -> Result<Vec<super::occupancy::Claimant>, Rejection> {
        let (terms, slot) = (&engage.terms, share.slot);
        let (day, minutes) = (self.counted_on(terms, &slot), slot.minutes());
        if let Some((_, old)) = self.bookings.shared(share.booking) {
            planned.take_back(old.event_type, old.counted_on, old.slot.minutes());
        }
        if engage.demand == Demand::Bounds
            && let Some(period) = self.counters.limit_reached(planned, terms, day, minutes)
        {
            return Err(Rejection::LimitReached { period });
        }
        planned.add(terms.event_type, day, minutes);
        self.room_for(
            now,
            Candidate {
                terms,
                slot,
                // Seats of the slot that others hold meanwhile are beside it, as they are at home.
                seats: u32::from(terms.seats.is_some()),
                moving: Some(share.booking),
                own_hold: engage.hold,
            },
        )
    }

    fn engaged(&self, now: Timestamp, engage: &Engage, share: &Share) -> ProviderEvent {
        let terms = &engage.terms;
        let entry = Entry::of(engage.standing, terms, share.slot, now);
        let old = self.bookings.shared(share.booking);
        ProviderEvent::ProviderEngaged(ProviderEngaged {
            booking: share.booking,
            uid: share.uid.clone(),
            home: engage.home,
            claim: old.map_or(share.claim, |(claim, _)| claim),
            slot: share.slot,
            event_type: terms.event_type,
            event_type_number: terms.number,
            before_minutes: terms.before_minutes,
            after_minutes: terms.after_minutes,
            claims: entry.claims(),
            pending: entry.is_pending(),
            counted_on: self.counted_on(terms, &share.slot),
            claimed: old.is_some_and(|(_, open)| open.claims),
        })
    }
}

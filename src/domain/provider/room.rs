//! Whether there is room for a slot: the rule that refuses overlap.
//!
//! Time before now is nobody's: a claim or busy time that has ended entirely does not reach into a slot ahead by the buffer
//! before it. Such a claim is reported back, to be recorded as gone.

use super::Provider;
use super::occupancy::Claimant;
use crate::domain::id::{BookingId, HoldId};
use crate::domain::rejection::Rejection;
use crate::domain::terms::Terms;
use crate::domain::time::{TimeSlot, Timestamp};

/// A slot that a command asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    /// The event type, with the buffers.
    pub(super) terms: &'a Terms,
    /// When.
    pub(super) slot: TimeSlot,
    /// Seats needed; 0 for the whole slot.
    pub(super) seats: u32,
    /// This booking's own claim does not block: it moves, or is confirmed.
    pub(super) moving: Option<BookingId>,
    /// This hold does not block: it is the caller's own.
    pub(super) own_hold: Option<HoldId>,
}

/// What lies over a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// A booking, or busy time.
    Taken,
    /// An exclusive hold of somebody else.
    Held,
}

impl Provider {
    /// Finds room for a booking; answers the lapsed claims beneath it, to be recorded first.
    ///
    /// # Errors
    /// In this order: [`Rejection::SeatsExhausted`] when exclusive holds keep the seats it needs, [`Rejection::SlotTaken`].
    pub(super) fn room_for(
        &self,
        now: Timestamp,
        candidate: Candidate<'_>,
    ) -> Result<Vec<Claimant>, Rejection> {
        let slot = candidate.slot;
        if 0 < candidate.seats {
            self.seats_left(now, candidate)?;
            // Two seated bookings of one slot would count their seats apart, even while they only wait.
            if self
                .bookings
                .seated_in(candidate.terms.event_type, slot)
                .is_some_and(|(booking, _)| Some(booking) != candidate.moving)
            {
                return Err(Rejection::SlotTaken { slot });
            }
        }
        self.probe(now, candidate)
            .map_err(|obstacle| match obstacle {
                Obstacle::Taken | Obstacle::Held => Rejection::SlotTaken { slot },
            })
    }

    /// Looks at everything that may lie over the padded slot; stops at the first that does.
    pub(super) fn probe(
        &self,
        now: Timestamp,
        candidate: Candidate<'_>,
    ) -> Result<Vec<Claimant>, Obstacle> {
        let terms = candidate.terms;
        let (start, end) = candidate
            .slot
            .padded(terms.before_minutes, terms.after_minutes);
        if self.busy.over(start.max(now), end).next().is_some() {
            return Err(Obstacle::Taken);
        }
        let mut lapsed = Vec::new();
        for claim in self.occupancy.over(start, end) {
            let (own, obstacle, over) = match claim.claimant {
                Claimant::Booking(booking) => (
                    candidate.moving == Some(booking),
                    Obstacle::Taken,
                    claim.end <= now,
                ),
                Claimant::Hold(hold) => (
                    candidate.own_hold == Some(hold),
                    Obstacle::Held,
                    self.holds.live(hold, now).is_none(),
                ),
            };
            match (own, over) {
                (true, _) => {}
                (false, true) => lapsed.push(claim.claimant),
                (false, false) => return Err(obstacle),
            }
        }
        lapsed.extend(self.held_seats_over(now, candidate, (start, end))?);
        Ok(lapsed)
    }

    /// Exclusive holds of seats have no claim: they refuse what is not a seat of their own slot.
    fn held_seats_over(
        &self,
        now: Timestamp,
        candidate: Candidate<'_>,
        (start, end): (Timestamp, Timestamp),
    ) -> Result<Vec<Claimant>, Obstacle> {
        let mut lapsed = Vec::new();
        for (id, hold) in self.holds.of_seats() {
            let (hold_start, hold_end) = hold.padded();
            let fellow =
                0 < candidate.seats && hold.is_seat_of(candidate.terms.event_type, candidate.slot);
            let beside = end <= hold_start || hold_end <= start;
            if !hold.exclusive || beside || candidate.own_hold == Some(id) {
                continue;
            }
            if hold.is_expired(now) {
                lapsed.push(Claimant::Hold(id));
            } else if !fellow {
                return Err(Obstacle::Held);
            }
        }
        Ok(lapsed)
    }

    /// Whether the candidate's seats fit beside those that others hold exclusively in its slot.
    fn seats_left(&self, now: Timestamp, candidate: Candidate<'_>) -> Result<(), Rejection> {
        let held = self.seats_held(now, candidate);
        let per_slot = candidate.terms.seats.as_ref().map(|seats| seats.per_slot);
        // Without foreign holds the seats are the booking's own, and stay whatever the event type offers by now.
        if 0 < held && per_slot.is_some_and(|max| max < candidate.seats.saturating_add(held)) {
            return Err(Rejection::SeatsExhausted {
                slot: candidate.slot,
            });
        }
        Ok(())
    }

    /// Seats of the candidate's slot that others hold exclusively.
    pub(super) fn seats_held(&self, now: Timestamp, candidate: Candidate<'_>) -> u32 {
        let held = self
            .holds
            .of_seats_in(candidate.terms.event_type, candidate.slot, now)
            .filter(|(id, hold)| hold.exclusive && candidate.own_hold != Some(*id))
            .count();
        u32::try_from(held).unwrap_or(u32::MAX)
    }
}

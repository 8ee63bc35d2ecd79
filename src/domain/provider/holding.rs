//! Holding a slot, or a seat of one, for a short time.

use chrono::Duration;

use super::Provider;
use super::bookings::OpenBooking;
use super::bounds;
use super::command::PlaceHold;
use super::decision::Decision;
use super::event::{HoldPlaced, ProviderEvent};
use super::holds::OpenHold;
use super::occupancy::Claimant;
use super::room::{Candidate, Obstacle};
use crate::domain::id::{BookingId, EventTypeId, HoldId};
use crate::domain::rejection::Rejection;
use crate::domain::terms::Terms;
use crate::domain::time::{TimeSlot, Timestamp};

/// Live holds of one provider: the slot list and new holds look at each of them.
pub const HOLDS_MAX: u32 = 1_000;

/// Live holds of one caller with one provider, so that nobody can hold a whole calendar.
pub const HOLDS_PER_CALLER_MAX: u32 = 50;

/// Longest hold: 24 hours, in minutes.
pub const HOLD_MAX_MINUTES: i64 = 24 * 60;

impl Provider {
    /// Keeps a slot, or a seat where the terms have seats. Two live holds never lie over one another, whoever holds; only seats of one
    /// slot are held side by side. Opening hours, notice, window and limits are left to the booking.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `AlreadyExists`; `Invalid` (expiry not after now, or later than 24 hours); `LengthNotOffered`;
    /// `SlotInPast`; `TooManyHolds` of the provider, then of the caller; `SeatsExhausted`; `SlotHeld` by any hold; `SlotTaken`.
    pub(super) fn hold(&self, now: Timestamp, place: &PlaceHold) -> Result<Decision, Rejection> {
        self.identity()?;
        if self.holds.get(place.hold).is_some() {
            return Err(Rejection::AlreadyExists);
        }
        let mut decision = self.keep(now, place)?;
        decision.record(ProviderEvent::HoldPlaced(placed(place)));
        Ok(decision)
    }

    /// Replaces slot, expiry and event type of a live hold.
    ///
    /// Where a claim appears or disappears with it, the change is recorded as a release and a new hold of the same id: an event must tell
    /// by itself what it does to the claims.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `HoldNotFound`; then as for a new hold, as if the old one were gone.
    pub(super) fn change_hold(
        &self,
        now: Timestamp,
        change: &PlaceHold,
    ) -> Result<Decision, Rejection> {
        self.identity()?;
        let old = self.live_hold(now, change.hold)?;
        let mut decision = self.keep(now, change)?;
        let placed = HoldPlaced {
            others: old.others.clone(),
            claim: old.claim,
            ..placed(change)
        };
        if OpenHold::from(&placed).claims() == old.claims() {
            decision.record(ProviderEvent::HoldChanged(placed));
        } else {
            decision.record(ProviderEvent::HoldReleased(old.ended(change.hold)));
            decision.record(ProviderEvent::HoldPlaced(placed));
        }
        Ok(decision)
    }

    /// Gives a hold up.
    ///
    /// # Order of checks
    /// `ProviderNotFound`; `HoldNotFound` (also when it has expired: it is gone already).
    pub(super) fn release_hold(&self, now: Timestamp, id: HoldId) -> Result<Decision, Rejection> {
        self.identity()?;
        let hold = self.live_hold(now, id)?;
        let released = ProviderEvent::HoldReleased(hold.ended(id));
        Ok(Decision::one(released))
    }

    /// Gives the caller's own hold up, advisory or exclusive, for a booking of its event type in exactly its slot; decides
    /// nothing without one.
    ///
    /// # Errors
    /// [`Rejection::HoldNotFound`]: unknown, expired, or not for this event type and one of the slots.
    pub(super) fn redeem(
        &self,
        now: Timestamp,
        own: Option<HoldId>,
        terms: &Terms,
        slots: &[TimeSlot],
    ) -> Result<Decision, Rejection> {
        let Some(id) = own else {
            return Ok(Decision::default());
        };
        let hold = self.live_hold(now, id)?;
        if hold.event_type != terms.event_type || !slots.contains(&hold.slot) {
            return Err(Rejection::HoldNotFound);
        }
        let redeemed = ProviderEvent::HoldRedeemed(hold.ended(id));
        Ok(Decision::one(redeemed))
    }

    /// Whether a booking of an event type in one of the slots has a live exclusive hold to redeem.
    pub fn can_redeem(
        &self,
        now: Timestamp,
        id: HoldId,
        event_type: EventTypeId,
        slots: &[TimeSlot],
    ) -> bool {
        let hold = self.holds.live(id, now).filter(|hold| hold.exclusive);
        hold.is_some_and(|hold| hold.event_type == event_type && slots.contains(&hold.slot))
    }

    /// A hold that a caller may change: that of a segment belongs to its composite booking.
    fn live_hold(&self, now: Timestamp, id: HoldId) -> Result<&OpenHold, Rejection> {
        self.holds
            .live(id, now)
            .filter(|hold| hold.composite.is_none())
            .ok_or(Rejection::HoldNotFound)
    }

    /// # Errors
    /// [`Rejection::TooManyHolds`] of the provider.
    pub(super) fn check_cap(&self, now: Timestamp, own: HoldId) -> Result<(), Rejection> {
        if reached(self.others(now, own).count(), HOLDS_MAX) {
            return Err(Rejection::TooManyHolds { max: HOLDS_MAX });
        }
        Ok(())
    }

    /// Live holds but one.
    fn others(&self, now: Timestamp, own: HoldId) -> impl Iterator<Item = (HoldId, &OpenHold)> {
        self.holds
            .iter()
            .filter(move |(id, hold)| *id != own && !hold.is_expired(now))
    }

    /// The checks of a hold; answers the lapsed claims beneath it.
    fn keep(&self, now: Timestamp, place: &PlaceHold) -> Result<Decision, Rejection> {
        let (terms, slot) = (&place.terms, place.slot);
        let latest = now.checked_add_signed(Duration::minutes(HOLD_MAX_MINUTES));
        if place.expires_at <= now || latest.is_some_and(|latest| latest < place.expires_at) {
            return Err(Rejection::invalid(
                "reservationDuration",
                &format!("must be 1 to {HOLD_MAX_MINUTES} minutes"),
            ));
        }
        bounds::offered(terms, slot)?;
        bounds::ahead(now, slot)?;
        self.check_caps(now, place)?;
        let seats = u32::from(terms.seats.is_some());
        let joined = self
            .bookings
            .seated_in(terms.event_type, slot)
            .or_else(|| self.share_in(terms, slot))
            .filter(|_| 0 < seats);
        if let Some(per_slot) = terms.seats.as_ref().map(|offered| offered.per_slot) {
            let held = self
                .holds
                .of_seats_in(terms.event_type, slot, now)
                .filter(|(id, _)| *id != place.hold)
                .count();
            let booked = joined.map_or(0, |(_, booking)| booking.seats_count());
            let taken = u32::try_from(held)
                .unwrap_or(u32::MAX)
                .saturating_add(booked);
            if per_slot <= taken {
                return Err(Rejection::SeatsExhausted { slot });
            }
        }
        self.check_holds(now, place)?;
        let candidate = Candidate {
            terms,
            slot,
            seats,
            moving: joined.map(|(booking, _)| booking),
            own_hold: Some(place.hold),
        };
        // Where a seated booking has the slot, its claim keeps others away, and a seat in it needs no room of its own.
        let lapsed = if joined.is_some_and(|(_, booking)| booking.claims) {
            Vec::<Claimant>::new()
        } else {
            self.probe(now, candidate)
                .map_err(|obstacle| match obstacle {
                    Obstacle::Taken => Rejection::SlotTaken { slot },
                    Obstacle::Held => Rejection::SlotHeld { slot },
                })?
        };
        Ok(Decision {
            lapsed,
            ..Decision::default()
        })
    }

    /// The share in a booking of the event type in exactly this slot: its seats are taken at home.
    fn share_in(&self, terms: &Terms, slot: TimeSlot) -> Option<(BookingId, &OpenBooking)> {
        let (start, end) = slot.padded(terms.before_minutes, terms.after_minutes);
        self.occupancy.over(start, end).find_map(|claim| {
            let Claimant::Booking(id) = claim.claimant else {
                return None;
            };
            let (_, open) = self.bookings.shared(id)?;
            let is_here = open.event_type == terms.event_type && open.slot == slot;
            is_here.then_some((id, open))
        })
    }

    fn check_caps(&self, now: Timestamp, place: &PlaceHold) -> Result<(), Rejection> {
        self.check_cap(now, place.hold)?;
        let by_caller = self
            .others(now, place.hold)
            .filter(|(_, hold)| hold.caller == place.caller);
        if reached(by_caller.count(), HOLDS_PER_CALLER_MAX) {
            return Err(Rejection::TooManyHolds {
                max: HOLDS_PER_CALLER_MAX,
            });
        }
        Ok(())
    }

    /// Looks at every hold: they are capped, and advisory ones are in no index because nothing else asks for them.
    fn check_holds(&self, now: Timestamp, place: &PlaceHold) -> Result<(), Rejection> {
        let slot = place.slot;
        let has_seats = place.terms.seats.is_some();
        let in_the_way = self.holds.iter().any(|(id, hold)| {
            id != place.hold
                && !hold.is_expired(now)
                && hold.slot.overlaps(&slot)
                && !(has_seats && hold.is_seat_of(place.terms.event_type, slot))
        });
        if in_the_way {
            Err(Rejection::SlotHeld { slot })
        } else {
            Ok(())
        }
    }
}

fn reached(count: usize, max: u32) -> bool {
    u32::try_from(count).is_ok_and(|count| max <= count)
}

fn placed(place: &PlaceHold) -> HoldPlaced {
    HoldPlaced {
        hold: place.hold,
        event_type: place.terms.event_type,
        event_type_number: place.terms.number,
        slot: place.slot,
        before_minutes: place.terms.before_minutes,
        after_minutes: place.terms.after_minutes,
        expires_at: place.expires_at,
        exclusive: place.terms.exclusive_holds,
        seated: place.terms.seats.is_some(),
        caller: place.caller.clone(),
        others: place.others.clone(),
        claim: place.claim,
        composite: None,
    }
}

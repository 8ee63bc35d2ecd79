//! What the slot list reads: everything that may hide a slot. Pure reads of the state; the next stop is
//! [`crate::domain::slots`], which cuts opening hours into slots.

use std::collections::BTreeSet;

use chrono::Duration;

use super::Provider;
use super::counters::Counters;
use super::occupancy::Claimant;
use crate::domain::id::{BookingId, BookingUid, EventTypeId, HoldId, ProviderId};
use crate::domain::rejection::Period;
use crate::domain::slots::SlotQuery;
use crate::domain::terms::Terms;
use crate::domain::time::{Day, TimeSlot, Timestamp};

impl Provider {
    /// An open hold whose time has not run out: its event type, its slot, and until when it is kept.
    pub fn open_hold(
        &self,
        hold: HoldId,
        now: Timestamp,
    ) -> Option<(EventTypeId, TimeSlot, Timestamp)> {
        let hold = self.holds.live(hold, now)?;
        Some((hold.event_type, hold.slot, hold.expires_at))
    }

    /// Further providers who keep the slot of an open hold; none where the hold is over, or not at home here.
    pub fn others_holding(&self, hold: HoldId, now: Timestamp) -> &[ProviderId] {
        let hold = self.holds.live(hold, now);
        hold.map_or(&[], |hold| hold.others.as_slice())
    }

    /// Intervals that the *padded* slot (buffers of the terms included) may not overlap: other claims with their own
    /// buffers, busy time, and open holds of others (advisory ones too: they hide slots). Sorted by start, not merged.
    /// A seated booking of the same event type is left out where it starts and ends exactly like a slot with free seats
    /// (`Self::seats_taken` tells of it; [`Self::seated_slots`] lists them).
    pub fn obstacles(&self, query: &SlotQuery<'_>) -> Vec<(Timestamp, Timestamp)> {
        self.obstacles_but(query, &BTreeSet::new())
    }

    /// As [`Self::obstacles`], without some bookings.
    pub fn obstacles_but(
        &self,
        query: &SlotQuery<'_>,
        but: &BTreeSet<BookingId>,
    ) -> Vec<(Timestamp, Timestamp)> {
        let (start, end) = reach(query);
        let seated = self.seated_slots(query);
        let open_seats =
            |slot: TimeSlot| seated.binary_search_by_key(&slot, |open| open.slot).is_ok();
        let busy = self.busy.over(start.max(query.now), end);
        let claims = self
            .occupancy
            .over(start, end)
            .filter(|claim| query.now < claim.end)
            .filter(|claim| match claim.claimant {
                Claimant::Booking(id) => {
                    let joinable = self.bookings.get(id).is_some_and(|booking| {
                        booking.event_type == query.terms.event_type
                            && !booking.seats.is_empty()
                            && open_seats(booking.slot)
                    });
                    Some(id) != query.moving && !joinable && !but.contains(&id)
                }
                // Holds with a claim are open holds too, and listed once, below.
                Claimant::Hold(_) => false,
            })
            .map(|claim| (claim.start, claim.end));
        let holds = self
            .holds
            .iter()
            .filter(|(id, hold)| !hold.is_expired(query.now) && Some(*id) != query.own_hold)
            .filter(|(_, hold)| {
                !(hold.is_seat_of(query.terms.event_type, hold.slot) && open_seats(hold.slot))
            })
            .map(|(_, hold)| hold.padded())
            .filter(|&(hold_start, hold_end)| hold_start < end && start < hold_end);
        let mut obstacles: Vec<_> = busy.chain(claims).chain(holds).collect();
        obstacles.sort_unstable();
        obstacles
    }

    /// Slots of the terms' event type and the query's length in which seats are taken (booked, or held by anybody) and
    /// some are left, by start: what [`Self::obstacles`] leaves out. A slot that lies over one of them, and is not it, is not free.
    pub fn seated_slots(&self, query: &SlotQuery<'_>) -> Vec<SeatedSlot> {
        let Some(seats) = &query.terms.seats else {
            return Vec::new();
        };
        let (start, end) = reach(query);
        let event_type = query.terms.event_type;
        let booked = self.bookings.seated_of(event_type);
        let held = self
            .holds
            .of_seats()
            .filter(|(_, hold)| hold.event_type == event_type)
            .map(|(_, hold)| hold.slot);
        let mut slots: Vec<TimeSlot> = booked
            .chain(held)
            .filter(|slot| slot.start() < end && start < slot.end())
            .filter(|slot| slot.minutes() == i64::from(query.length_minutes))
            .collect();
        slots.sort_unstable();
        slots.dedup();
        slots
            .into_iter()
            .map(|slot| self.seated_slot(query, slot))
            .filter(|open| 0 < open.taken && open.taken < seats.per_slot)
            .collect()
    }

    /// The open seated booking of the event type in exactly this slot, with seats taken (booked and held).
    pub fn seats_taken(
        &self,
        event_type: EventTypeId,
        slot: TimeSlot,
        now: Timestamp,
    ) -> Option<(BookingId, u32)> {
        let (id, booking) = self.bookings.seated_in(event_type, slot)?;
        let held = self.holds.of_seats_in(event_type, slot, now).count();
        let held = u32::try_from(held).unwrap_or(u32::MAX);
        Some((id, booking.seats_count().saturating_add(held)))
    }

    /// How much the provider has been booked with an event type lately: how often, and the last day. What turns are taken
    /// by.
    pub fn booked_with(&self, event_type: EventTypeId) -> (i64, Option<Day>) {
        self.counters.booked(event_type)
    }

    /// Whether a further booking of so many minutes on the day ([`Self::counted_on`]) exceeds a limit of the terms, beside
    /// bookings that are planned with it: event type, day and minutes of each.
    /// Bookings that move are no further ones: they are taken back first.
    pub fn limit_reached(
        &self,
        terms: &Terms,
        moving: impl IntoIterator<Item = BookingId>,
        beside: impl IntoIterator<Item = (EventTypeId, Day, i64)>,
        (day, minutes): (Day, i64),
    ) -> Option<Period> {
        let mut planned = Counters::default();
        for old in moving.into_iter().filter_map(|old| self.bookings.get(old)) {
            planned.take_back(old.event_type, old.counted_on, old.slot.minutes());
        }
        for (event_type, on, length) in beside {
            planned.add(event_type, on, length);
        }
        self.counters.limit_reached(&planned, terms, day, minutes)
    }

    fn seated_slot(&self, query: &SlotQuery<'_>, slot: TimeSlot) -> SeatedSlot {
        let event_type = query.terms.event_type;
        let booking = self
            .bookings
            .seated_in(event_type, slot)
            .filter(|(id, _)| Some(*id) != query.moving);
        let held = self
            .holds
            .of_seats_in(event_type, slot, query.now)
            .filter(|(id, _)| Some(*id) != query.own_hold)
            .count();
        let booked = booking.map_or(0, |(_, booking)| booking.seats_count());
        SeatedSlot {
            slot,
            booking: booking.map(|(id, booking)| (id, booking.uid.clone())),
            taken: u32::try_from(held)
                .unwrap_or(u32::MAX)
                .saturating_add(booked),
        }
    }
}

/// A slot of which some seats are taken and some are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatedSlot {
    /// When.
    pub slot: TimeSlot,
    /// The seated booking and its wire uid; `None` while seats are only held.
    pub booking: Option<(BookingId, BookingUid)>,
    /// Seats booked and held.
    pub taken: u32,
}

/// The interval that padded slots of the query can touch.
fn reach(query: &SlotQuery<'_>) -> (Timestamp, Timestamp) {
    let minutes = |count: u32| Duration::minutes(i64::from(count));
    let start = query
        .start
        .checked_sub_signed(minutes(query.terms.before_minutes))
        .unwrap_or(query.start);
    let end = query
        .end
        .checked_add_signed(minutes(query.length_minutes))
        .and_then(|end| end.checked_add_signed(minutes(query.terms.after_minutes)))
        .unwrap_or(query.end);
    (start, end)
}

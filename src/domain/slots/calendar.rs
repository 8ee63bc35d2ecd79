//! One host's part in the slot list: when it is free, and whether it takes a slot.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Seated, SlotQuery, overlaps, widened, window};
use crate::domain::id::{BookingId, EventTypeId};
use crate::domain::provider::{Provider, SeatedSlot};
use crate::domain::schedule::{Interval, Schedule, merge, subtract};
use crate::domain::terms::Terms;
use crate::domain::time::{Day, TimeSlot, Timestamp};

/// A host's time, as far as a query asks.
pub(super) struct Calendar<'a> {
    provider: &'a Provider,
    schedule: &'a Schedule,
    terms: &'a Terms,
    now: Timestamp,
    /// The booking to be moved, which limits do not count.
    moving: Option<BookingId>,
    /// Open and not blocked, sorted and merged: what is cut into starts. Seated bookings that can be joined are free here.
    pub(super) free: Vec<Interval>,
    /// Where seats are shared: what a slot that joins nobody must not overlap.
    blocked: Option<Vec<Interval>>,
    /// Slots in which a seat can be taken, by start.
    joinable: Vec<SeatedSlot>,
    /// Whether it shows seats.
    seated: bool,
    /// The last day asked for, and whether the limits leave room on it: slots come sorted.
    within_limits: Option<(Day, bool)>,
}

impl<'a> Calendar<'a> {
    /// Of a host with whom the booking is at home; `None` without a schedule.
    pub(super) fn of_home(provider: &'a Provider, query: &SlotQuery<'a>) -> Option<Self> {
        let schedule = provider.schedule_for(query.terms)?;
        let seated = query.terms.seats.is_some();
        // Joinable bookings are no obstacles, but a slot that overlaps one without being it is not free. Their own
        // buffers count too: an event type that shares no seats meets them all.
        let blocked = seated.then(|| {
            let stranger = Terms {
                event_type: EventTypeId::from_uuid(Uuid::nil()),
                ..alone(query.terms)
            };
            blocked(provider, query, &stranger, &BTreeSet::new())
        });
        Some(Self {
            provider,
            schedule,
            terms: query.terms,
            now: query.now,
            moving: query.moving,
            free: free(
                schedule,
                &blocked_by(provider.obstacles(query), query.terms),
                query,
            ),
            blocked,
            joinable: provider.seated_slots(query),
            seated,
            within_limits: None,
        })
    }

    /// Of a host who would have a share; `joined` are the bookings that can be joined at home, in which it has one already.
    pub(super) fn of_share(
        provider: &'a Provider,
        query: &SlotQuery<'a>,
        joined: &BTreeSet<BookingId>,
    ) -> Option<Self> {
        let schedule = provider.schedule_for(query.terms)?;
        let terms = alone(query.terms);
        let nobody = BTreeSet::new();
        let seated = query.terms.seats.is_some();
        Some(Self {
            provider,
            schedule,
            terms: query.terms,
            now: query.now,
            moving: query.moving,
            free: free(schedule, &blocked(provider, query, &terms, joined), query),
            blocked: seated.then(|| blocked(provider, query, &terms, &nobody)),
            joinable: Vec::new(),
            seated: false,
            within_limits: None,
        })
    }

    /// Whether the host takes a booking in a slot, and who sits there; `None` when it does not.
    pub(super) fn takes(&mut self, slot: &TimeSlot) -> Option<Seated> {
        if !covers(&self.free, slot) {
            return None;
        }
        let window = &self.terms.window;
        if !window.allows(slot.start(), self.now, self.schedule.zone) {
            return None;
        }
        let found = self.joinable.binary_search_by_key(slot, |open| open.slot);
        if let Some(open) = found.ok().and_then(|found| self.joinable.get(found)) {
            // A further seat is no further booking, unless seats are only held so far.
            let uid = open.booking.as_ref().map(|(_, uid)| uid.clone());
            let seated = Some((uid, open.taken));
            let is_free = open.booking.is_some() || self.keeps_within_limits(slot);
            return is_free.then_some(seated);
        }
        let is_blocked = self
            .blocked
            .as_ref()
            .is_some_and(|blocked| overlaps(blocked, slot));
        let is_free = !is_blocked && self.keeps_within_limits(slot);
        is_free.then_some(self.seated.then_some((None, 0)))
    }

    fn keeps_within_limits(&mut self, slot: &TimeSlot) -> bool {
        let day = self.provider.counted_on(self.terms, slot);
        match self.within_limits {
            Some((asked, within)) if asked == day => within,
            Some(_) | None => {
                let further = (day, slot.minutes());
                let reached = self
                    .provider
                    .limit_reached(self.terms, self.moving, None, further);
                let within = reached.is_none();
                self.within_limits = Some((day, within));
                within
            }
        }
    }
}

/// The terms of an event type that shares no seats.
fn alone(terms: &Terms) -> Terms {
    Terms {
        seats: None,
        ..terms.clone()
    }
}

/// What blocks slots of other terms than the query's, but for bookings that do not.
fn blocked(
    provider: &Provider,
    query: &SlotQuery<'_>,
    terms: &Terms,
    but: &BTreeSet<BookingId>,
) -> Vec<Interval> {
    let query = SlotQuery {
        terms,
        ..query.clone()
    };
    blocked_by(provider.obstacles_but(&query, but), terms)
}

pub(super) fn blocked_by(obstacles: Vec<Interval>, terms: &Terms) -> Vec<Interval> {
    merge(widened(obstacles, terms))
}

/// Open time that is not blocked.
pub(super) fn free(
    schedule: &Schedule,
    blocked: &[Interval],
    query: &SlotQuery<'_>,
) -> Vec<Interval> {
    let (from, to) = window(query);
    subtract(schedule.open_intervals(from, to), blocked)
}

/// Whether one of the intervals, sorted and apart from each other, has the whole slot.
fn covers(free: &[Interval], slot: &TimeSlot) -> bool {
    let behind = free.partition_point(|(_, end)| *end <= slot.start());
    free.get(behind)
        .is_some_and(|(start, end)| *start <= slot.start() && slot.end() <= *end)
}

//! Which slots can be booked: a pure function over schedule, occupancy, event type, window, zone and now.

mod cutting;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{Duration, Timelike};
use chrono_tz::Tz;
use uuid::Uuid;

use super::id::{BookingId, EventTypeId, HoldId};
use super::provider::Provider;
use super::schedule::{Interval, Schedule, day_interval, local_day, merge, subtract};
use super::terms::{BookingLimits, Terms};
use super::time::{TimeSlot, Timestamp};
use cutting::Cutting;

/// What is asked.
#[derive(Clone, Debug)]
pub struct SlotQuery<'a> {
    /// The event type.
    pub terms: &'a Terms,
    /// From.
    pub start: Timestamp,
    /// To, exclusive; at most 366 days after `start` (checked by the api).
    pub end: Timestamp,
    /// The length, minutes; one of the terms'.
    pub length_minutes: u32,
    /// The invitee's zone: starts are rounded in it.
    pub zone: Tz,
    /// Now.
    pub now: Timestamp,
    /// This booking does not block: it is the one to be moved.
    pub moving: Option<BookingId>,
    /// This hold does not block: it is the caller's own.
    pub own_hold: Option<HoldId>,
}

/// One slot that can be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeSlot {
    /// When.
    pub slot: TimeSlot,
    /// On a seated event type: the seated booking at this start, if any, and how many seats are taken.
    pub seated: Option<(Option<BookingId>, u32)>,
}

/// The slots of one provider, sorted by start (`reference/cal-v2.md` §11).
///
/// 1. Open time of the schedule, cut to the window asked for (an end of `23:59:59` reads as midnight), less the obstacles
///    (widened by the buffers of the terms) and less the local days on which a limit is used up.
/// 2. What is left is cut into starts, see [`Cutting`].
/// 3. Starts before the notice or outside the booking window fall away, and seated slots without a free seat.
/// 4. With `first_slot_only`, the first of each day in the invitee's zone stays.
///
/// Every slot listed is one that the rules accept at `now`. Window and limits count days of the schedule's zone.
/// A limit is asked without regard to `moving`: on a day that is used up by the very booking to be moved nothing is listed.
/// Costs one pass over the window's days, the obstacles and the starts.
pub fn free_slots(provider: &Provider, query: &SlotQuery<'_>) -> Vec<FreeSlot> {
    let Some(schedule) = provider.schedule_for(query.terms) else {
        return Vec::new();
    };
    let mut blocked = widened(provider.obstacles(query), query.terms);
    blocked.extend(used_up_days(provider, schedule, query));
    blocked.sort_unstable();
    let blocked = merge(blocked);
    let slots = listed(schedule, &blocked, query);
    let slots = match &query.terms.seats {
        None => slots
            .into_iter()
            .map(|slot| FreeSlot { slot, seated: None })
            .collect(),
        Some(seats) => with_seats(provider, query, seats.per_slot, slots),
    };
    if query.terms.first_slot_only {
        first_of_days(slots, query.zone)
    } else {
        slots
    }
}

/// The slots in open time that is not blocked, notice and booking window kept.
fn listed(schedule: &Schedule, blocked: &[Interval], query: &SlotQuery<'_>) -> Vec<TimeSlot> {
    let (from, to) = window(query);
    let free = subtract(schedule.open_intervals(from, to), blocked);
    let cutting = Cutting::of(query);
    let mut slots = cutting.slots(&free);
    slots.retain(|slot| {
        let window = &query.terms.window;
        cutting.earliest <= slot.start() && window.allows(slot.start(), query.now, schedule.zone)
    });
    slots
}

/// The window asked for in whole minutes, with the one second of tolerance at its end that `23:59:59` needs.
fn window(query: &SlotQuery<'_>) -> Interval {
    let end = query.end.checked_add_signed(Duration::seconds(1));
    (
        minute_up(query.start),
        minute_down(end.unwrap_or(query.end)),
    )
}

/// Obstacles of the padded slot as obstacles of the slot itself; sorted by start as they came.
///
/// `[start − before, end + after)` overlaps an obstacle if and only if `[start, end)` overlaps the obstacle with
/// `after` put before it and `before` behind it.
fn widened(obstacles: Vec<Interval>, terms: &Terms) -> Vec<Interval> {
    let before = Duration::minutes(i64::from(terms.before_minutes));
    let after = Duration::minutes(i64::from(terms.after_minutes));
    obstacles
        .into_iter()
        .map(|(start, end)| {
            (
                minute_down(start.checked_sub_signed(after).unwrap_or(start)),
                minute_up(end.checked_add_signed(before).unwrap_or(end)),
            )
        })
        .collect()
}

/// Local days of the window on which one more booking would exceed a limit.
fn used_up_days(provider: &Provider, schedule: &Schedule, query: &SlotQuery<'_>) -> Vec<Interval> {
    if query.terms.limits == BookingLimits::default() || query.end <= query.start {
        return Vec::new();
    }
    let last = schedule.local_day(query.end);
    let minutes = i64::from(query.length_minutes);
    schedule
        .local_day(query.start)
        .iter_days()
        .take_while(|day| *day <= last)
        .filter(|day| provider.limit_reached(query.terms, *day, minutes).is_some())
        .filter_map(|day| day_interval(day, schedule.zone))
        .collect()
}

/// Slots of a seated event type: those of an open seated booking while seats are left, and those that are free of any.
fn with_seats(
    provider: &Provider,
    query: &SlotQuery<'_>,
    per_slot: u32,
    slots: Vec<TimeSlot>,
) -> Vec<FreeSlot> {
    // Seated bookings with free seats were no obstacles so far, but a slot that only overlaps one is not free: an
    // event type that shares no seats sees them all.
    let mut stranger = query.terms.clone();
    stranger.event_type = EventTypeId::from_uuid(Uuid::nil());
    stranger.seats = None;
    let stranger = SlotQuery {
        terms: &stranger,
        ..query.clone()
    };
    let blocked = merge(widened(provider.obstacles(&stranger), query.terms));
    let seated =
        |slot: TimeSlot| match provider.seats_taken(query.terms.event_type, slot, query.now) {
            Some((_, taken)) if per_slot <= taken => None,
            Some((booking, taken)) => Some((Some(booking), taken)),
            None if overlaps(&blocked, &slot) => None,
            None => Some((None, 0)),
        };
    slots
        .into_iter()
        .filter_map(|slot| {
            let seated = Some(seated(slot)?);
            Some(FreeSlot { slot, seated })
        })
        .collect()
}

/// Whether any of the intervals, sorted and merged, overlaps the slot.
fn overlaps(merged: &[Interval], slot: &TimeSlot) -> bool {
    let behind = merged.partition_point(|(_, end)| *end <= slot.start());
    merged
        .get(behind)
        .is_some_and(|(start, _)| *start < slot.end())
}

/// The first slot of each local day.
fn first_of_days(mut slots: Vec<FreeSlot>, zone: Tz) -> Vec<FreeSlot> {
    let mut days = BTreeSet::new();
    slots.retain(|free| days.insert(local_day(free.slot.start(), zone)));
    slots
}

fn minute_down(at: Timestamp) -> Timestamp {
    at.with_second(0)
        .and_then(|at| at.with_nanosecond(0))
        .unwrap_or(at)
}

fn minute_up(at: Timestamp) -> Timestamp {
    let down = minute_down(at);
    if down == at {
        return at;
    }
    down.checked_add_signed(Duration::minutes(1)).unwrap_or(at)
}

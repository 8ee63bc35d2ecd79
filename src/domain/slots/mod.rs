//! Which slots can be booked: a pure function over schedule, occupancy, event type, window, zone and now.

mod cutting;
#[cfg(test)]
mod agreement;
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
use super::schedule::{Interval, Schedule, local_day, merge, subtract};
use super::terms::Terms;
use super::time::{Day, TimeSlot, Timestamp};
use cutting::Cutting;

/// What is asked.
#[derive(Clone, Debug)]
pub struct SlotQuery<'a> {
    /// The event type.
    pub terms: &'a Terms,
    /// From; open time is cut here, so that starts are rounded from here on.
    pub start: Timestamp,
    /// To, exclusive; `23:59:59` reads as midnight. At most 366 days after `start` (checked by the api).
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
///    (widened by the buffers of the terms).
/// 2. What is left is cut into starts, see [`Cutting`].
/// 3. Starts before the notice or outside the booking window fall away, then, unless somebody sits there already and seats
///    are left, those that overlap a seated booking, and those on a day on which a limit is used up.
/// 4. With `first_slot_only`, the first of each day in the invitee's zone stays.
///
/// Every slot listed is one that the rules accept at `now`: hours and window are the schedule's, limits are asked for
/// [`Provider::counted_on`]. A limit used up by the very booking to be moved hides slots that the rules would accept.
/// A `rolling` window is read as a plain one, as the rules read it.
/// Costs one pass over the window's days, the obstacles and the starts.
pub fn free_slots(provider: &Provider, query: &SlotQuery<'_>) -> Vec<FreeSlot> {
    let Some(schedule) = provider.schedule_for(query.terms) else {
        return Vec::new();
    };
    let blocked = merge(widened(provider.obstacles(query), query.terms));
    let slots = listed(schedule, &blocked, query);
    let slots = match &query.terms.seats {
        None => slots
            .into_iter()
            .filter(within_limits(provider, query))
            .map(|slot| FreeSlot { slot, seated: None })
            .collect(),
        Some(_) => with_seats(provider, query, slots),
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

/// Whether one more booking in a slot keeps within the limits; asked once per day, as slots come sorted.
fn within_limits<'a>(
    provider: &'a Provider,
    query: &'a SlotQuery<'_>,
) -> impl FnMut(&TimeSlot) -> bool + 'a {
    let mut known: Option<(Day, bool)> = None;
    move |slot| {
        let day = provider.counted_on(query.terms, slot);
        match known {
            Some((asked, within)) if asked == day => within,
            Some(_) | None => {
                let reached =
                    provider.limit_reached(query.terms, query.moving, day, slot.minutes());
                let within = reached.is_none();
                known = Some((day, within));
                within
            }
        }
    }
}

/// Slots of a seated event type: those in which some seats are taken and some are left, and those that are free of any.
fn with_seats(provider: &Provider, query: &SlotQuery<'_>, slots: Vec<TimeSlot>) -> Vec<FreeSlot> {
    let joinable = provider.seated_slots(query);
    // Those were no obstacles so far, but a slot that overlaps one without being it is not free. Their own buffers
    // count too: an event type that shares no seats meets them all.
    let stranger = Terms {
        event_type: EventTypeId::from_uuid(Uuid::nil()),
        seats: None,
        ..query.terms.clone()
    };
    let stranger = SlotQuery {
        terms: &stranger,
        ..query.clone()
    };
    let blocked = merge(widened(provider.obstacles(&stranger), query.terms));
    let mut within_limits = within_limits(provider, query);
    let mut seated = |slot: &TimeSlot| {
        if let Ok(found) = joinable.binary_search_by_key(slot, |open| open.slot)
            && let Some(open) = joinable.get(found)
        {
            // A further seat is no further booking, unless seats are only held so far.
            let is_free = open.booking.is_some() || within_limits(slot);
            return is_free.then_some((open.booking, open.taken));
        }
        (!overlaps(&blocked, slot) && within_limits(slot)).then_some((None, 0))
    };
    slots
        .into_iter()
        .filter_map(|slot| {
            let seated = Some(seated(&slot)?);
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

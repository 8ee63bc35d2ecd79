//! Which slots can be booked: a pure function over schedule, occupancy, event type, window, zone and now.

mod cutting;
mod calendar;
mod standing_in;
mod openings;
pub mod chain;
#[cfg(test)]
mod agreement;
#[cfg(test)]
mod chain_oracle;
#[cfg(test)]
mod chain_tests;
#[cfg(test)]
mod dst;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{Duration, Timelike};
use chrono_tz::Tz;

use super::id::{BookingId, BookingUid, HoldId};
use super::provider::Provider;
use super::schedule::{Interval, local_day, merge};
use super::terms::Terms;
use super::time::{TimeSlot, Timestamp};
use calendar::Calendar;
use cutting::Cutting;

pub use standing_in::free_slots_redirected;

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

impl SlotQuery<'_> {
    /// How many starts a host has in the window from now on when nothing blocks it: what cutting costs at most.
    pub fn starts_max(&self) -> u64 {
        let stride = Cutting::of(self).stride.num_minutes();
        let minutes = self.end.signed_duration_since(self.start.max(self.now));
        let starts = minutes
            .num_minutes()
            .checked_div(stride)
            .unwrap_or_default();
        u64::try_from(starts).map_or(0, |starts| starts.saturating_add(1))
    }
}

/// One slot that can be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeSlot {
    /// When.
    pub slot: TimeSlot,
    /// Who sits there.
    pub seated: Seated,
}

/// On a seated event type: the wire uid of the seated booking in a slot, if any, and how many seats are taken.
pub type Seated = Option<(Option<BookingUid>, u32)>;

/// Whose slots are asked for. A booking is at home with the first fixed host; where nobody is fixed, with whose turn it is.
#[derive(Clone, Debug)]
pub struct Hosts<'a> {
    /// All of them are needed.
    pub fixed: Vec<&'a Provider>,
    /// One of them is needed besides; nobody where nobody takes turns.
    pub by_turns: Vec<&'a Provider>,
}

/// The slots of one provider, sorted by start: see [`free_slots_of`].
pub fn free_slots(provider: &Provider, query: &SlotQuery<'_>) -> Vec<FreeSlot> {
    let alone = Hosts {
        fixed: vec![provider],
        by_turns: Vec::new(),
    };
    free_slots_of(&alone, query)
}

/// The slots of hosts, sorted by start (`reference/cal-v2.md` §11).
///
/// 1. Each host's open time of its schedule, cut to the window asked for (an end of `23:59:59` reads as midnight), less its
///    obstacles (widened by the buffers of the terms).
/// 2. The intersection over all fixed hosts and the union of those who take turns.
/// 3. What is left is cut into starts, see [`Cutting`].
/// 4. Starts before the notice fall away, and those that not every fixed host, or nobody of those who take turns, can take
///    as a whole: outside its booking window; unless somebody sits there already and seats are left, over a seated booking,
///    or on a day on which a limit is used up.
/// 5. With `first_slot_only`, the first of each day in the invitee's zone stays.
///
/// Every slot listed is one that the rules accept at `now`: hours and window are the schedule's, limits are asked for
/// [`Provider::counted_on`]. A limit used up by the very booking to be moved hides slots that the rules would accept.
/// A `rolling` window is read as a plain one, as the rules read it.
/// Costs one pass over the window's days, the obstacles and the starts of every host.
pub fn free_slots_of(hosts: &Hosts<'_>, query: &SlotQuery<'_>) -> Vec<FreeSlot> {
    let has_seats = query.terms.seats.is_some();
    let home = hosts.fixed.first();
    let joined: BTreeSet<BookingId> = home
        .filter(|_| has_seats)
        .map(|home| home.seated_slots(query))
        .into_iter()
        .flatten()
        .filter_map(|open| open.booking.map(|(booking, _)| booking))
        .collect();
    let mut calendars = Vec::with_capacity(hosts.fixed.len());
    for (index, provider) in hosts.fixed.iter().enumerate() {
        let calendar = if index == 0 {
            Calendar::of_home(provider, query)
        } else {
            Calendar::of_share(provider, query, &joined)
        };
        match calendar {
            Some(calendar) => calendars.push(calendar),
            None => return Vec::new(),
        }
    }
    let by_turns = hosts.by_turns.iter().filter_map(|provider| match home {
        None => Calendar::of_home(provider, query),
        Some(_) => Calendar::of_share(provider, query, &joined),
    });
    let mut together = Together {
        fixed: calendars,
        by_turns: by_turns.collect(),
        takes_turns: !hosts.by_turns.is_empty(),
    };
    let slots = together
        .starts(query)
        .into_iter()
        .filter_map(|slot| {
            let seated = together.taken(&slot)?;
            Some(FreeSlot { slot, seated })
        })
        .collect();
    if query.terms.first_slot_only {
        first_of_days(slots, query.zone)
    } else {
        slots
    }
}

/// The calendars of all hosts.
struct Together<'a> {
    fixed: Vec<Calendar<'a>>,
    by_turns: Vec<Calendar<'a>>,
    takes_turns: bool,
}

impl Together<'_> {
    /// Starts in what is free with all of them, and from the end of the notice on.
    fn starts(&self, query: &SlotQuery<'_>) -> Vec<TimeSlot> {
        let fixed = self.fixed.iter().map(|calendar| &calendar.free);
        let mut turns: Vec<Interval> = self
            .by_turns
            .iter()
            .flat_map(|calendar| calendar.free.iter().copied())
            .collect();
        turns.sort_unstable();
        let turns = self.takes_turns.then(|| merge(turns));
        let free = fixed
            .cloned()
            .chain(turns)
            .reduce(|free, other| intersect(&free, &other))
            .unwrap_or_default();
        starts(&free, query)
    }

    /// Whether the hosts take a slot, and who sits there.
    fn taken(&mut self, slot: &TimeSlot) -> Option<Seated> {
        let Some((home, others)) = self.fixed.split_first_mut() else {
            // Who sits there already is joined before somebody else begins anew.
            let taken = self.by_turns.iter_mut().filter_map(|one| one.takes(slot));
            return taken.max_by_key(|seated| matches!(seated, Some((Some(_), _))));
        };
        let seated = home.takes(slot)?;
        let joins = matches!(seated, Some((Some(_), _)));
        let all = joins
            || others.iter_mut().all(|other| other.takes(slot).is_some())
                && (!self.takes_turns
                    || self
                        .by_turns
                        .iter_mut()
                        .any(|other| other.takes(slot).is_some()));
        all.then_some(seated)
    }
}

/// What both have in common; each sorted and merged.
fn intersect(one: &[Interval], other: &[Interval]) -> Vec<Interval> {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut common = Vec::new();
    while let (Some((from, to)), Some((other_from, other_to))) = (one.peek(), other.peek()) {
        let (start, end) = (from.max(other_from), to.min(other_to));
        if start < end {
            common.push((*start, *end));
        }
        if to < other_to {
            one.next();
        } else {
            other.next();
        }
    }
    common
}

/// The starts in free time from the end of the notice on.
fn starts(free: &[Interval], query: &SlotQuery<'_>) -> Vec<TimeSlot> {
    let cutting = Cutting::of(query);
    let mut slots = cutting.slots(free);
    slots.retain(|slot| cutting.earliest <= slot.start());
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

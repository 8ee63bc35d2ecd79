//! How many bookings, and how many minutes, per event type and local day: what limits count.
//!
//! Weeks, months and years are sums over at most 366 days, so nothing has to be moved when a period ends. A booking that took
//! place keeps its count; one that was cancelled, declined, moved or given away gives it back.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::id::EventTypeId;
use crate::domain::rejection::Period;
use crate::domain::terms::{PeriodLimits, Terms};
use crate::domain::time::{Day, Timestamp};

/// Days that are counted into the past: a calendar year, and some slack for late cancellations.
const KEPT_DAYS: u64 = 400;

const PERIODS: [Period; 4] = [Period::Day, Period::Week, Period::Month, Period::Year];

/// Bookings and minutes. Signed, because what a command is about to take back is planned as a negative tally.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tally {
    /// Bookings.
    pub(super) count: i64,
    /// Minutes booked.
    pub(super) minutes: i64,
}

/// Tallies by day, then event type: old days are dropped from the front, whatever happened to their event types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counters {
    days: BTreeMap<Day, BTreeMap<EventTypeId, Tally>>,
}

impl Counters {
    /// The first limit, shortest period first, that a further booking of so many minutes exceeds. `planned` is counted too:
    /// what the command books before this one, less what it takes back.
    pub(super) fn limit_reached(
        &self,
        planned: &Self,
        terms: &Terms,
        day: Day,
        minutes: i64,
    ) -> Option<Period> {
        PERIODS.into_iter().find(|&period| {
            let count_max = limit(&terms.limits.count, period);
            let minutes_max = limit(&terms.limits.minutes, period);
            if count_max.is_none() && minutes_max.is_none() {
                return false;
            }
            let (first, end) = bounds(period, day);
            let so_far = self.tally(terms.event_type, first, end).plus(planned.tally(
                terms.event_type,
                first,
                end,
            ));
            let exceeds =
                |max: Option<u32>, taken: i64| max.is_some_and(|max| i64::from(max) < taken);
            exceeds(count_max, so_far.count.saturating_add(1))
                || exceeds(minutes_max, so_far.minutes.saturating_add(minutes))
        })
    }

    pub(super) fn add(&mut self, event_type: EventTypeId, day: Day, minutes: i64) {
        self.change(event_type, day, Tally { count: 1, minutes });
    }

    pub(super) fn take_back(&mut self, event_type: EventTypeId, day: Day, minutes: i64) {
        let minutes = minutes.saturating_neg();
        self.change(event_type, day, Tally { count: -1, minutes });
    }

    /// Drops the days that no limit can reach any more.
    pub(super) fn forget_old(&mut self, now: Timestamp) {
        let Some(first) = now.date_naive().checked_sub_days(Days::new(KEPT_DAYS)) else {
            return;
        };
        while self
            .days
            .first_key_value()
            .is_some_and(|(day, _)| *day < first)
        {
            self.days.pop_first();
        }
    }

    /// Bookings of an event type on all days that are counted, and the last of those days.
    pub(super) fn booked(&self, event_type: EventTypeId) -> (i64, Option<Day>) {
        self.tallies()
            .filter(|(_, of, _)| *of == event_type)
            .fold((0, None), |(count, _), (day, _, tally)| {
                (tally.count.saturating_add(count), Some(day))
            })
    }

    /// Every tally, by day and event type.
    pub(super) fn tallies(&self) -> impl Iterator<Item = (Day, EventTypeId, Tally)> + '_ {
        self.days.iter().flat_map(|(&day, tallies)| {
            tallies
                .iter()
                .map(move |(&event_type, &tally)| (day, event_type, tally))
        })
    }

    /// Adds a tally; one that comes to nothing leaves no trace, so that equal histories fold to equal states.
    pub(super) fn change(&mut self, event_type: EventTypeId, day: Day, change: Tally) {
        let tallies = self.days.entry(day).or_default();
        let tally = tallies.entry(event_type).or_default();
        *tally = tally.plus(change);
        if *tally == Tally::default() {
            tallies.remove(&event_type);
        }
        if tallies.is_empty() {
            self.days.remove(&day);
        }
    }

    /// The sum over the days `[first, end)`.
    fn tally(&self, event_type: EventTypeId, first: Day, end: Day) -> Tally {
        self.days
            .range(first..end)
            .filter_map(|(_, tallies)| tallies.get(&event_type))
            .fold(Tally::default(), |sum, tally| sum.plus(*tally))
    }
}

impl Tally {
    const fn plus(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            minutes: self.minutes.saturating_add(other.minutes),
        }
    }
}

const fn limit(limits: &PeriodLimits, period: Period) -> Option<u32> {
    match period {
        Period::Day => limits.day,
        Period::Week => limits.week,
        Period::Month => limits.month,
        Period::Year => limits.year,
    }
}

/// The days `[first, end)` of the period around a day. At the ends of the calendar, which no slot reaches, it is cut off.
fn bounds(period: Period, day: Day) -> (Day, Day) {
    let month = |year: i32, month: u32| NaiveDate::from_ymd_opt(year, month, 1);
    let (first, end) = match period {
        Period::Day => (Some(day), day.succ_opt()),
        Period::Week => {
            let back = Days::new(u64::from(day.weekday().num_days_from_monday()));
            let first = day.checked_sub_days(back);
            (
                first,
                first.and_then(|monday| monday.checked_add_days(Days::new(7))),
            )
        }
        Period::Month => {
            let next = match day.month() {
                12 => month(day.year().saturating_add(1), 1),
                number => month(day.year(), number.saturating_add(1)),
            };
            (month(day.year(), day.month()), next)
        }
        Period::Year => (month(day.year(), 1), month(day.year().saturating_add(1), 1)),
    };
    (first.unwrap_or(Day::MIN), end.unwrap_or(Day::MAX))
}

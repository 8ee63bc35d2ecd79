//! Opening hours: weekly rows and date overrides in a zone.

use std::collections::BTreeMap;

use chrono::{
    DateTime, Datelike, NaiveDateTime, NaiveTime, Offset, TimeZone, Timelike, Utc, Weekday,
};
use chrono_tz::{GapInfo, Tz};
use serde::{Deserialize, Serialize};

use super::rejection::Rejection;
use super::time::{Day, TimeSlot, Timestamp};

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(in crate::domain) mod zones;

/// Half-open `[start, end)` in UTC, of any length: open time, busy time, free time.
pub type Interval = (Timestamp, Timestamp);

/// A named set of opening hours of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// Display name.
    pub name: String,
    /// IANA zone in which the hours are wall-clock times.
    pub zone: Tz,
    /// Weekly rows; rows may overlap, their union is open.
    pub weekly: Vec<WeeklyHours>,
    /// Rows for single days; a day with any override ignores its weekly rows.
    pub overrides: Vec<DayHours>,
}

impl Schedule {
    /// Monday to Friday, 09:00 to 17:00: what a provider begins with, and a schedule without hours of its own has.
    pub fn working_week(zone: Tz) -> Self {
        use Weekday::{Fri, Mon, Thu, Tue, Wed};
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self {
            name: "Working hours".to_owned(),
            zone,
            weekly: vec![WeeklyHours {
                days: vec![Mon, Tue, Wed, Thu, Fri],
                hours: OpeningHours {
                    from: at(9),
                    to: at(17),
                },
            }],
            overrides: Vec::new(),
        }
    }
}

/// Opening hours on some days of every week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WeeklyHours {
    /// On these days.
    pub days: Vec<Weekday>,
    /// The hours, local.
    pub hours: OpeningHours,
}

/// Opening hours of one day, replacing the weekly rows; a zero-length one closes the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DayHours {
    /// The local day.
    pub day: Day,
    /// The hours, local.
    pub hours: OpeningHours,
}

/// Local wall-clock hours within one day, half open; an end of `23:59` is read as midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpeningHours {
    /// Opens at, whole minutes.
    pub from: NaiveTime,
    /// Closes at, whole minutes; not before `from`.
    pub to: NaiveTime,
}

impl OpeningHours {
    /// The last minute that can be written as an end; it is read as midnight (`reference/cal-v2.md` §6).
    fn reads_as_midnight(self) -> bool {
        self.to.hour() == 23 && self.to.minute() == 59
    }

    fn reject(self, field: &str) -> Result<(), Rejection> {
        let whole = |time: NaiveTime| time.second() == 0 && time.nanosecond() == 0;
        if !whole(self.from) || !whole(self.to) {
            return Err(Rejection::invalid(
                field,
                "must open and close on whole minutes",
            ));
        }
        if self.to < self.from {
            return Err(Rejection::invalid(field, "must not close before it opens"));
        }
        Ok(())
    }

    /// The hours on a day, as instants; `None` when nothing is open.
    ///
    /// Zero-length hours close the day. Hours whose ends meet, or cross, inside a DST gap are open for no time.
    fn on(self, day: Day, zone: Tz) -> Option<Interval> {
        if self.to <= self.from {
            return None;
        }
        let closes = if self.reads_as_midnight() {
            day.succ_opt()?.and_time(NaiveTime::MIN)
        } else {
            day.and_time(self.to)
        };
        let start = instant(day.and_time(self.from), zone)?;
        let end = instant(closes, zone)?;
        (start < end).then_some((start, end))
    }
}

impl Schedule {
    /// Longest name, in characters.
    pub const NAME_MAX: usize = 200;
    /// Most weekly rows: one per quarter hour of a day is enough for anybody.
    pub const WEEKLY_MAX: u32 = 100;
    /// Most overrides: nearly three years of single days.
    pub const OVERRIDES_MAX: u32 = 1_000;

    /// A schedule that passes [`Self::validate`].
    ///
    /// # Errors
    /// As [`Self::validate`].
    pub fn new(
        name: String,
        zone: Tz,
        weekly: Vec<WeeklyHours>,
        overrides: Vec<DayHours>,
    ) -> Result<Self, Rejection> {
        let schedule = Self {
            name,
            zone,
            weekly,
            overrides,
        };
        schedule.validate()?;
        Ok(schedule)
    }

    /// Checks, in this order: name, number of weekly rows, number of overrides, each weekly row, each override.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] on `name` (1 to [`Self::NAME_MAX`] characters), `availability` or `overrides` (whole
    /// minutes, not closing before opening, at most seven days in a row); [`Rejection::TooMany`] beyond
    /// [`Self::WEEKLY_MAX`] or [`Self::OVERRIDES_MAX`].
    pub fn validate(&self) -> Result<(), Rejection> {
        if self.name.trim().is_empty() || Self::NAME_MAX < self.name.chars().count() {
            return Err(Rejection::invalid("name", "must have 1 to 200 characters"));
        }
        Rejection::unless_at_most(Self::WEEKLY_MAX, "weekly rows", self.weekly.len())?;
        Rejection::unless_at_most(Self::OVERRIDES_MAX, "overrides", self.overrides.len())?;
        for row in &self.weekly {
            if 7 < row.days.len() {
                return Err(Rejection::invalid(
                    "availability",
                    "must name at most seven days",
                ));
            }
            row.hours.reject("availability")?;
        }
        for row in &self.overrides {
            row.hours.reject("overrides")?;
        }
        Ok(())
    }

    /// The local day of an instant in the schedule's zone.
    pub fn local_day(&self, at: Timestamp) -> Day {
        local_day(at, self.zone)
    }

    /// Open time within `[from, to)`: sorted, merged (also over midnight), cut at both ends.
    ///
    /// Hours are wall-clock times: 09:00 to 17:00 stays so on both sides of a DST change. A local time in a DST gap
    /// is read with the offset before the gap, one that occurs twice is its first occurrence (RFC 5545 §3.3.5).
    /// Costs one pass over the rows, then the days of the window: the caller bounds the window.
    pub fn open_intervals(&self, from: Timestamp, to: Timestamp) -> Vec<Interval> {
        if to <= from {
            return Vec::new();
        }
        // A neighbour day can reach in where a gap pushes its hours over midnight.
        let first = self.local_day(from);
        let last = self.local_day(to);
        let first = first.pred_opt().unwrap_or(first);
        let last = last.succ_opt().unwrap_or(last);
        let mut open: Vec<Interval> = self
            .hours_of_days(first, last)
            .into_iter()
            .filter_map(|(day, hours)| hours.on(day, self.zone))
            .map(|(start, end)| (start.max(from), end.min(to)))
            .filter(|(start, end)| start < end)
            .collect();
        open.sort_unstable();
        merge(open)
    }

    /// Whether the whole slot is open. Only the days it touches are looked at; it may cross midnight where the hours
    /// of both days meet there.
    pub fn covers(&self, slot: &TimeSlot) -> bool {
        self.open_intervals(slot.start(), slot.end()) == [(slot.start(), slot.end())]
    }

    /// Every row in force on each day from `first` to `last`, both included.
    fn hours_of_days(&self, first: Day, last: Day) -> Vec<(Day, OpeningHours)> {
        let mut overrides: BTreeMap<Day, Vec<OpeningHours>> = BTreeMap::new();
        for row in &self.overrides {
            if first <= row.day && row.day <= last {
                overrides.entry(row.day).or_default().push(row.hours);
            }
        }
        let mut rows = Vec::new();
        for day in first.iter_days().take_while(|day| *day <= last) {
            if let Some(hours) = overrides.get(&day) {
                rows.extend(hours.iter().map(|hours| (day, *hours)));
                continue;
            }
            let of_weekday = |row: &&WeeklyHours| row.days.contains(&day.weekday());
            rows.extend(
                self.weekly
                    .iter()
                    .filter(of_weekday)
                    .map(|row| (day, row.hours)),
            );
        }
        rows
    }
}

/// The local day of an instant in a zone; at the very ends of the calendar, where no local time exists, the UTC day.
pub fn local_day(at: Timestamp, zone: Tz) -> Day {
    let utc = at.naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix();
    utc.checked_add_offset(offset).unwrap_or(utc).date()
}

/// What of `open` is not `blocked`; both come sorted and merged. One pass over both.
pub(super) fn subtract(open: Vec<Interval>, blocked: &[Interval]) -> Vec<Interval> {
    let mut free = Vec::with_capacity(open.len());
    let mut blocked = blocked.iter().peekable();
    for (start, end) in open {
        let mut from = start;
        while let Some((blocked_from, blocked_to)) = blocked.peek() {
            if end <= *blocked_from {
                break;
            }
            if from < *blocked_from {
                free.push((from, *blocked_from));
            }
            from = from.max(*blocked_to);
            if end <= from {
                // It may reach into the next open interval too.
                break;
            }
            blocked.next();
        }
        if from < end {
            free.push((from, end));
        }
    }
    free
}

/// Joins intervals that overlap or touch; they come sorted by start.
pub(super) fn merge(sorted: impl IntoIterator<Item = Interval>) -> Vec<Interval> {
    let mut merged: Vec<Interval> = Vec::new();
    for (start, end) in sorted {
        match merged.last_mut() {
            Some((_, reached)) if start <= *reached => *reached = end.max(*reached),
            Some(_) | None => merged.push((start, end)),
        }
    }
    merged
}

/// A wall-clock time as an instant; in a gap with the offset before it, where it occurs twice the first.
pub(in crate::domain) fn instant(local: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    if let Some(at) = zone.from_local_datetime(&local).earliest() {
        return Some(at.with_timezone(&Utc));
    }
    let (_, before) = GapInfo::new(&local, &zone)?.begin?;
    let at = local.checked_sub_offset(before.fix())?;
    Some(DateTime::from_naive_utc_and_offset(at, Utc))
}

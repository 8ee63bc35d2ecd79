//! Opening hours in every zone, around every change of offset from 2026 to 2030, against a minute-by-minute oracle.
//!
//! The oracle shares nothing with the code: it walks UTC minutes and reads the wall clock at each. An hour's instant
//! is the first minute whose wall clock reached it; where the clock jumped over it, the time missing is added to
//! the minute before the jump (the offset before the gap).

use std::collections::BTreeSet;

use chrono::{Duration, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc, Weekday};
use chrono_tz::{TZ_VARIANTS, Tz};

use super::{Interval, OpeningHours, Schedule, WeeklyHours};
use crate::domain::time::Timestamp;

/// Minutes looked at on each side of a change.
const AROUND_MINUTES: i64 = 40 * 60;
/// The first and last minutes are not compared: the oracle cannot see hours that begin before its first minute.
const MARGIN_MINUTES: i64 = 26 * 60;

fn instant(year: i32) -> Timestamp {
    Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap()
}

pub(in crate::domain) fn offset_seconds(zone: Tz, at: Timestamp) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc())
        .fix()
        .local_minus_utc()
}

/// Changes of offset: found by scanning days, then by bisection to the minute.
pub(in crate::domain) fn changes(zone: Tz) -> Vec<Timestamp> {
    let mut found = Vec::new();
    let mut day = instant(2026);
    while day < instant(2031) {
        let next = day + Duration::days(1);
        let before = offset_seconds(zone, day);
        if before != offset_seconds(zone, next) {
            let (mut low, mut high) = (0, 24 * 60);
            while 1 < high - low {
                let middle = i64::midpoint(low, high);
                if offset_seconds(zone, day + Duration::minutes(middle)) == before {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            found.push(day + Duration::minutes(high));
        }
        day = next;
    }
    found
}

/// One wall clock per minute.
struct WallClock {
    first: Timestamp,
    reads: Vec<NaiveDateTime>,
}

impl WallClock {
    fn around(zone: Tz, change: Timestamp) -> Self {
        let first = change - Duration::minutes(AROUND_MINUTES + MARGIN_MINUTES);
        let reads = (0..2 * (AROUND_MINUTES + MARGIN_MINUTES)).map(|minute| {
            let at = first + Duration::minutes(minute);
            at.naive_utc() + Duration::seconds(i64::from(offset_seconds(zone, at)))
        });
        Self {
            first,
            reads: reads.collect(),
        }
    }

    /// The minute at which the wall clock shows `local`: the first or the last one where that was not read.
    fn minute_of(&self, local: NaiveDateTime) -> i64 {
        let Some(reached) = self.reads.iter().position(|read| local <= *read) else {
            return i64::try_from(self.reads.len()).unwrap();
        };
        if reached == 0 || self.reads[reached] == local {
            return i64::try_from(reached).unwrap();
        }
        let missing = local - self.reads[reached - 1];
        i64::try_from(reached - 1).unwrap() + missing.num_minutes()
    }

    fn open_minutes(&self, from: NaiveTime, to: Option<NaiveTime>) -> BTreeSet<i64> {
        let days: BTreeSet<_> = self.reads.iter().map(NaiveDateTime::date).collect();
        let mut open = BTreeSet::new();
        for day in days {
            let closes = to.map_or_else(
                || day.succ_opt().unwrap().and_time(NaiveTime::MIN),
                |to| day.and_time(to),
            );
            open.extend(self.minute_of(day.and_time(from))..self.minute_of(closes));
        }
        open
    }

    fn compared(&self) -> (Timestamp, Timestamp) {
        let from = self.first + Duration::minutes(MARGIN_MINUTES);
        (from, from + Duration::minutes(2 * AROUND_MINUTES))
    }

    /// The oracle's minutes as merged intervals, within what is compared.
    fn open_intervals(&self, from: NaiveTime, to: Option<NaiveTime>) -> Vec<Interval> {
        let mut merged: Vec<Interval> = Vec::new();
        let (first, last) = self.compared();
        for minute in self.open_minutes(from, to) {
            let start = self.first + Duration::minutes(minute);
            let end = start + Duration::minutes(1);
            if start < first || last <= start {
                continue;
            }
            match merged.last_mut() {
                Some((_, reached)) if *reached == start => *reached = end,
                Some(_) | None => merged.push((start, end)),
            }
        }
        merged
    }
}

fn every_day(zone: Tz, from: NaiveTime, to: Option<NaiveTime>) -> Schedule {
    let mut days = vec![Weekday::Mon];
    while days.len() < 7 {
        days.push(days[days.len() - 1].succ());
    }
    let to = to.unwrap_or(NaiveTime::from_hms_opt(23, 59, 0).unwrap());
    let hours = OpeningHours { from, to };
    let rows = vec![WeeklyHours { days, hours }];
    Schedule::new(zone.to_string(), zone, rows, Vec::new()).unwrap()
}

#[test]
fn hours_keep_to_the_wall_clock_in_every_zone() {
    let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    let all_day = (time(0, 0), None);
    let work = (time(9, 0), Some(time(17, 0)));
    // Its ends lie inside the gap or the repeated hour of most zones.
    let night = (time(0, 30), Some(time(2, 30)));
    let mut seen = BTreeSet::new();
    for zone in TZ_VARIANTS {
        for change in changes(zone) {
            let clock = WallClock::around(zone, change);
            let (from, to) = clock.compared();
            // Zones that are one another's aliases need one look.
            let offsets = (offset_seconds(zone, from), offset_seconds(zone, to));
            if !seen.insert((change, offsets)) {
                continue;
            }
            for (opens, closes) in [all_day, work, night] {
                assert_eq!(
                    every_day(zone, opens, closes).open_intervals(from, to),
                    clock.open_intervals(opens, closes),
                    "{zone} around {change}"
                );
            }
        }
    }
    assert!(100 < seen.len(), "only {} changes", seen.len());
}

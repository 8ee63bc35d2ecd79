//! Slots of random schedules and obstacles against an oracle that walks minutes and shares no code with the cutting.

use chrono::{Duration, NaiveTime, Timelike, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::tests::{at, listed, terms};
use super::{SlotQuery, Terms, merge, widened};
use crate::domain::schedule::{OpeningHours, Schedule, WeeklyHours};

/// Three days from Monday 2031-03-03, in minutes.
const MINUTES: i64 = 3 * 24 * 60;

#[derive(Clone, Debug)]
struct Case {
    /// Opening hours of every day, minutes of the day.
    rows: Vec<(i64, i64)>,
    /// Obstacles, minutes from the first midnight.
    obstacles: Vec<(i64, i64)>,
    terms: Terms,
    zone: Tz,
    /// Seconds from the first midnight.
    now_seconds: i64,
}

/// Opening hours, overlapping or not.
fn rows() -> impl Strategy<Value = Vec<(i64, i64)>> {
    let row = (0..1_430_i64, 5..700_i64);
    let row = row.prop_map(|(from, length)| (from, (from + length).min(1_438)));
    prop::collection::vec(row, 1..4)
}

fn obstacles() -> impl Strategy<Value = Vec<(i64, i64)>> {
    let obstacle = (0..MINUTES, 1..300_i64).prop_map(|(from, length)| (from, from + length));
    prop::collection::vec(obstacle, 0..8).prop_map(|mut unsorted| {
        unsorted.sort_unstable();
        unsorted
    })
}

fn random_terms() -> impl Strategy<Value = Terms> {
    let lengths = prop_oneof![Just(60_u32), Just(30), Just(45), 1..200_u32];
    let intervals = prop_oneof![Just(None), Just(Some(15)), (1..200_u32).prop_map(Some)];
    let offsets = prop_oneof![4 => Just(0), 1 => 0..40_u32];
    let buffers = (0..40_u32, 0..40_u32);
    let rules = (
        lengths,
        intervals,
        offsets,
        buffers,
        0..300_u32,
        any::<bool>(),
    );
    rules.prop_map(
        |(length, interval, offset, (before, after), notice, optimized)| Terms {
            lengths_minutes: vec![length],
            interval_minutes: interval,
            offset_minutes: offset,
            before_minutes: before,
            after_minutes: after,
            notice_minutes: notice,
            optimized_slots: optimized,
            ..terms()
        },
    )
}

fn cases() -> impl Strategy<Value = Case> {
    let all = vec![
        Tz::UTC,
        Tz::Asia__Kolkata,
        Tz::Asia__Kathmandu,
        Tz::America__New_York,
    ];
    let zones = prop::sample::select(all);
    let now = -100_000..100_000_i64;
    let parts = (rows(), obstacles(), random_terms(), zones, now);
    parts.prop_map(|(rows, obstacles, terms, zone, now_seconds)| Case {
        rows,
        obstacles,
        terms,
        zone,
        now_seconds,
    })
}

impl Case {
    fn schedule(&self) -> Schedule {
        let time = |minute: i64| {
            NaiveTime::MIN
                .overflowing_add_signed(Duration::minutes(minute))
                .0
        };
        let mut days = vec![Weekday::Mon];
        while days.len() < 7 {
            days.push(days[days.len() - 1].succ());
        }
        let row = |(from, to): &(i64, i64)| WeeklyHours {
            days: days.clone(),
            hours: OpeningHours {
                from: time(*from),
                to: time(*to),
            },
        };
        let rows = self.rows.iter().map(row).collect();
        Schedule::new("Random".to_owned(), Tz::UTC, rows, Vec::new()).unwrap()
    }

    /// What the code under test lists, as minutes from the first midnight.
    fn listed(&self) -> Vec<i64> {
        let zero = at("2031-03-03T00:00:00");
        let query = SlotQuery {
            terms: &self.terms,
            start: zero,
            end: zero + Duration::minutes(MINUTES),
            length_minutes: self.terms.lengths_minutes[0],
            zone: self.zone,
            now: zero + Duration::seconds(self.now_seconds),
            moving: None,
            own_hold: None,
        };
        let minute = |minute: &i64| zero + Duration::minutes(*minute);
        let obstacles = self
            .obstacles
            .iter()
            .map(|(from, to)| (minute(from), minute(to)));
        let blocked = merge(widened(obstacles.collect(), &self.terms));
        let slots = listed(&self.schedule(), &blocked, &query);
        slots
            .iter()
            .map(|slot| (slot.start() - zero).num_minutes())
            .collect()
    }

    fn is_open(&self, minute: i64) -> bool {
        let of_day = minute.rem_euclid(1_440);
        (0..MINUTES).contains(&minute)
            && self
                .rows
                .iter()
                .any(|(from, to)| *from <= of_day && of_day < *to)
    }

    /// A slot of one minute at `minute`, padded, hits no obstacle.
    fn is_clear(&self, minute: i64, length: i64) -> bool {
        let from = minute - i64::from(self.terms.before_minutes);
        let to = minute + length + i64::from(self.terms.after_minutes);
        !self
            .obstacles
            .iter()
            .any(|(start, end)| *start < to && from < *end)
    }

    fn earliest_seconds(&self) -> i64 {
        self.now_seconds + 60 * i64::from(self.terms.notice_minutes)
    }

    /// What a rule would say of a slot, minute by minute.
    fn is_bookable(&self, start: i64) -> bool {
        let length = i64::from(self.terms.lengths_minutes[0]);
        self.earliest_seconds() <= start * 60
            && (start..start + length).all(|minute| self.is_open(minute))
            && self.is_clear(start, length)
    }

    fn minute_of_hour(&self, minute: i64) -> i64 {
        let at = at("2031-03-03T00:00:00") + Duration::minutes(minute);
        at.with_timezone(&self.zone).minute().into()
    }

    /// The first start of a free run `[from, to)`: each minute is tried until it is round enough.
    fn first_start(&self, from: i64, to: i64) -> i64 {
        let length = i64::from(self.terms.lengths_minutes[0]);
        let step = self.terms.interval_minutes.map_or(length, i64::from);
        let offset = i64::from(self.terms.offset_minutes);
        let grid = [60, 30, 20, 15, 10, 5, 1]
            .into_iter()
            .find(|grid| step % grid == 0)
            .unwrap();
        let fitting = |first: i64| {
            let mut start = first + offset;
            let mut count = 0;
            while start + length <= to {
                count += 1;
                start += step + offset;
            }
            count
        };
        if self.minute_of_hour(from) % grid == 0 {
            return from;
        }
        let next = |mark| {
            (from + 1..=from + 60)
                .find(|at| self.minute_of_hour(*at) % mark == 0)
                .unwrap()
        };
        if !self.terms.optimized_slots {
            return next(grid);
        }
        [grid, 15, 5]
            .map(next)
            .into_iter()
            .find(|moved| 0 < fitting(from) && fitting(*moved) == fitting(from))
            .unwrap_or(from)
    }

    fn expected(&self) -> Vec<i64> {
        let length = i64::from(self.terms.lengths_minutes[0]);
        let offset = i64::from(self.terms.offset_minutes);
        let stride = self.terms.interval_minutes.map_or(length, i64::from) + offset;
        let free = |minute: i64| self.is_open(minute) && self.is_clear(minute, 1);
        let mut starts: Vec<i64> = Vec::new();
        let mut minute = 0;
        while minute < MINUTES {
            if !free(minute) {
                minute += 1;
                continue;
            }
            let to = (minute..=MINUTES).find(|minute| !free(*minute)).unwrap();
            let from = minute.max(self.earliest_seconds().div_euclid(60));
            minute = to;
            if to < from + length {
                continue;
            }
            let mut start = self.first_start(from, to) + offset;
            while let Some(previous) = starts.last()
                && start < previous + stride
            {
                start += 1;
            }
            while start + length <= to {
                starts.push(start);
                start += stride;
            }
        }
        starts.retain(|start| self.earliest_seconds() <= start * 60);
        starts
    }
}

proptest! {
    #[test]
    fn slots_are_those_of_the_oracle(case in cases()) {
        prop_assert_eq!(case.listed(), case.expected());
    }

    #[test]
    fn every_slot_listed_is_bookable(case in cases()) {
        for start in case.listed() {
            prop_assert!(case.is_bookable(start), "minute {}", start);
        }
    }
}

//! Slots in every zone, on both sides of every change of offset from 2026 to 2030, against an oracle that walks minutes.
//!
//! The oracle reads a wall clock per UTC minute and shares no code with schedules and cutting. `FULL=1` looks at every
//! zone; else those whose change is another zone's, too, are looked at once.

use std::collections::BTreeSet;

use chrono::{Duration, NaiveTime, Timelike, Weekday};
use chrono_tz::{TZ_VARIANTS, Tz};

use super::tests::listed;
use super::tests::terms;
use super::{SlotQuery, Terms};
use crate::domain::schedule::zones::{changes, offset_seconds};
use crate::domain::schedule::{OpeningHours, Schedule, WeeklyHours};
use crate::domain::time::Timestamp;

/// Hours looked at on each side of a change.
const AROUND_HOURS: i64 = 40;

/// Opening hours, in minutes of the local day.
type Hours = (u32, u32);
/// They touch no gap and no repeated hour; all day long; and from an odd minute.
const HOURS: [Hours; 3] = [
    (9 * 60, 17 * 60),
    (0, 24 * 60),
    (10 * 60 + 20, 14 * 60 + 50),
];
const LENGTHS: [u32; 2] = [30, 60];

/// One change of a zone, with what its wall clock shows around it.
struct Change {
    zone: Tz,
    at: Timestamp,
    before: Duration,
    after: Duration,
}

impl Change {
    fn of(zone: Tz, at: Timestamp) -> Self {
        let offset = |then| Duration::seconds(i64::from(offset_seconds(zone, then)));
        Self {
            zone,
            at,
            before: offset(at - Duration::minutes(1)),
            after: offset(at),
        }
    }

    fn window(&self) -> (Timestamp, Timestamp) {
        let around = Duration::hours(AROUND_HOURS);
        (self.at - around, self.at + around)
    }

    fn wall_minute(&self, at: Timestamp) -> u32 {
        let offset = if at < self.at {
            self.before
        } else {
            self.after
        };
        let wall = (at + offset).time();
        wall.hour() * 60 + wall.minute()
    }

    /// Runs of open minutes.
    fn open(&self, (opens, closes): Hours) -> Vec<(Timestamp, Timestamp)> {
        let (mut minute, end) = self.window();
        let mut runs: Vec<(Timestamp, Timestamp)> = Vec::new();
        while minute < end {
            let next = minute + Duration::minutes(1);
            let wall = self.wall_minute(minute);
            if opens <= wall && wall < closes {
                match runs.last_mut() {
                    Some((_, reached)) if *reached == minute => *reached = next,
                    Some(_) | None => runs.push((minute, next)),
                }
            }
            minute = next;
        }
        runs
    }

    /// The starts that the reference's § 11 makes of open time, for an event type without interval and buffers.
    fn starts(&self, runs: &[(Timestamp, Timestamp)], length: u32, invitee: Tz) -> Vec<Timestamp> {
        let minutes = Duration::minutes(length.into());
        let mut starts: Vec<Timestamp> = Vec::new();
        for (opens, closes) in runs {
            let wall = if invitee == self.zone {
                self.wall_minute(*opens)
            } else {
                opens.hour() * 60 + opens.minute()
            };
            // 30 and 60 are grids of their own.
            let past = (wall % 60) % length;
            let mut start = match past {
                0 => *opens,
                past => *opens + Duration::minutes((length - past).into()),
            };
            if let Some(previous) = starts.last() {
                start = start.max(*previous + minutes);
            }
            while start + minutes <= *closes {
                starts.push(start);
                start += minutes;
            }
        }
        starts
    }

    fn schedule(&self, (opens, closes): Hours) -> Schedule {
        // What ends with the day is written 23:59.
        let time = |minutes: u32| {
            let minutes = minutes.min(24 * 60 - 1);
            NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap()
        };
        let days = std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ()));
        let row = WeeklyHours {
            days: days.take(7).collect(),
            hours: OpeningHours {
                from: time(opens),
                to: time(closes),
            },
        };
        Schedule::new("Hours".to_owned(), self.zone, vec![row], Vec::new()).unwrap()
    }

    fn listed(&self, hours: Hours, length: u32, invitee: Tz) -> Vec<Timestamp> {
        let (start, end) = self.window();
        let terms = Terms {
            lengths_minutes: vec![length],
            notice_minutes: 0,
            ..terms()
        };
        let query = SlotQuery {
            terms: &terms,
            start,
            end,
            length_minutes: length,
            zone: invitee,
            now: start - Duration::days(1),
            moving: None,
            own_hold: None,
        };
        let slots = listed(&self.schedule(hours), &[], &query);
        slots
            .iter()
            .map(crate::domain::time::TimeSlot::start)
            .collect()
    }
}

#[expect(clippy::disallowed_methods, reason = "tests have no Config")]
fn looks_at_every_zone() -> bool {
    std::env::var("FULL").is_ok_and(|full| full == "1")
}

#[test]
fn slots_keep_to_the_wall_clock_in_every_zone() {
    let mut seen = BTreeSet::new();
    for zone in TZ_VARIANTS {
        for at in changes(zone) {
            let change = Change::of(zone, at);
            let is_new = seen.insert((at, change.before, change.after));
            if !is_new && !looks_at_every_zone() {
                continue;
            }
            for hours in HOURS {
                let open = change.open(hours);
                for length in LENGTHS {
                    for invitee in [zone, Tz::UTC] {
                        assert_eq!(
                            change.listed(hours, length, invitee),
                            change.starts(&open, length, invitee),
                            "{zone} around {at}, {hours:?}, {length} minutes, for {invitee}"
                        );
                    }
                }
            }
        }
    }
    assert!(100 < seen.len(), "only {} changes", seen.len());
}

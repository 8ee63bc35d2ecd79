//! The test vectors of `reference/cal-v2.md` §11, and every step of the algorithm on its own.

use chrono::{NaiveTime, Weekday};
use chrono_tz::Tz;
use uuid::Uuid;

use super::{
    Duration, FreeSlot, Interval, SlotQuery, Terms, TimeSlot, Timestamp, calendar, first_of_days,
    free_slots, merge, overlaps, starts, widened,
};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::{EventTypeId, EventTypeNumber};
use crate::domain::provider::Provider;
use crate::domain::schedule::{OpeningHours, Schedule, WeeklyHours};
use crate::domain::terms::BookingWindow;

pub(super) fn at(text: &str) -> Timestamp {
    format!("{text}Z").parse().unwrap()
}

/// The slots in open time that is not blocked, notice and booking window kept.
pub(super) fn listed(
    schedule: &Schedule,
    blocked: &[Interval],
    query: &SlotQuery<'_>,
) -> Vec<TimeSlot> {
    let mut slots = starts(&calendar::free(schedule, blocked, query), query);
    let window = &query.terms.window;
    slots.retain(|slot| window.allows(slot.start(), query.now, schedule.zone));
    slots
}

/// Terms of 60 minutes without notice, buffers, window, or limits.
pub(super) fn terms() -> Terms {
    let settings = EventTypeSettings {
        notice_minutes: 0,
        ..EventTypeSettings::plain("Intro".to_owned(), "intro".to_owned(), 60)
    };
    settings.terms(
        EventTypeId::from_uuid(Uuid::from_u128(7)),
        EventTypeNumber::new(7),
        1,
    )
}

/// Open on the days, between the hours; an hour of 24:00 is written 23:59.
pub(super) fn schedule(zone: Tz, days: &[Weekday], from: &str, to: &str) -> Schedule {
    let time = |text| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
    let hours = OpeningHours {
        from: time(from),
        to: time(to),
    };
    let row = WeeklyHours {
        days: days.to_vec(),
        hours,
    };
    Schedule::new("Hours".to_owned(), zone, vec![row], Vec::new()).unwrap()
}

/// A day's worth of asking: Tuesday 2031-03-04, UTC, a week ahead of now.
struct Day<'a> {
    open: (&'a str, &'a str),
    obstacles: &'a [(&'a str, &'a str)],
    terms: Terms,
    zone: Tz,
    now: &'a str,
}

impl Day<'_> {
    fn starts(&self) -> Vec<String> {
        let schedule = schedule(Tz::UTC, &[Weekday::Tue], self.open.0, self.open.1);
        let query = SlotQuery {
            terms: &self.terms,
            start: at("2031-03-04T00:00:00"),
            end: at("2031-03-04T23:59:59"),
            length_minutes: self.terms.lengths_minutes[0],
            zone: self.zone,
            now: at(self.now),
            moving: None,
            own_hold: None,
        };
        let instant = |time: &str| at(&format!("2031-03-04T{time}:00"));
        let obstacles = self.obstacles.iter();
        let obstacles = obstacles.map(|(from, to)| (instant(from), instant(to)));
        let blocked = merge(widened(obstacles.collect(), &self.terms));
        times(&listed(&schedule, &blocked, &query))
    }
}

fn times(slots: &[TimeSlot]) -> Vec<String> {
    let text = |slot: &TimeSlot| slot.start().format("%H:%M").to_string();
    slots.iter().map(text).collect()
}

fn open<'a>(from: &'a str, to: &'a str) -> Day<'a> {
    Day {
        open: (from, to),
        obstacles: &[],
        terms: terms(),
        zone: Tz::UTC,
        now: "2031-02-25T00:00:00",
    }
}

#[test]
fn vector_a_a_working_week_in_rome() {
    use Weekday::{Fri, Mon, Thu, Tue, Wed};
    let schedule = schedule(
        Tz::Europe__Rome,
        &[Mon, Tue, Wed, Thu, Fri],
        "09:00",
        "17:00",
    );
    let terms = terms();
    let query = SlotQuery {
        terms: &terms,
        start: at("2050-09-05T00:00:00"),
        end: at("2050-09-09T23:59:59"),
        length_minutes: 60,
        zone: Tz::UTC,
        now: at("2049-01-01T00:00:00"),
        moving: None,
        own_hold: None,
    };
    let slots = listed(&schedule, &[], &query);
    let expected: Vec<String> = (5..=9)
        .flat_map(|day| (7..=14).map(move |hour| format!("2050-09-{day:02}T{hour:02}:00")))
        .collect();
    let starts: Vec<String> = slots
        .iter()
        .map(|slot| slot.start().format("%FT%H:%M").to_string())
        .collect();
    assert_eq!(starts, expected);
}

#[test]
fn vector_b_an_odd_opening_is_rounded() {
    assert_eq!(open("09:05", "12:00").starts(), ["10:00", "11:00"]);
    assert_eq!(open("09:05", "11:55").starts(), ["10:00"]);
}

#[test]
fn vector_b_optimised_slots_lose_none() {
    let mut day = open("09:05", "11:55");
    day.terms.optimized_slots = true;
    assert_eq!(day.starts(), ["09:15", "10:15"]);
    day.open = ("09:05", "12:00");
    assert_eq!(day.starts(), ["10:00", "11:00"]);
    // Only the next five minutes are left over; then nothing is.
    day.open = ("09:03", "11:05");
    assert_eq!(day.starts(), ["09:05", "10:05"]);
    day.open = ("09:03", "11:03");
    assert_eq!(day.starts(), ["09:03", "10:03"]);
}

#[test]
fn the_grid_follows_the_interval() {
    let mut day = open("09:10", "11:00");
    for (interval, expected) in [
        (60, vec!["10:00"]),
        (30, vec!["09:30", "10:00"]),
        (45, vec!["09:15", "10:00"]),
        (20, vec!["09:20", "09:40", "10:00"]),
        (25, vec!["09:10", "09:35", "10:00"]),
        (
            7,
            vec![
                "09:10", "09:17", "09:24", "09:31", "09:38", "09:45", "09:52", "09:59",
            ],
        ),
    ] {
        day.terms.interval_minutes = Some(interval);
        assert_eq!(day.starts(), expected, "interval {interval}");
    }
}

#[test]
fn starts_are_rounded_in_the_invitees_zone() {
    // Half an hour off: a full hour there is 09:30 here.
    let mut day = open("09:00", "12:00");
    day.zone = Tz::Asia__Kolkata;
    assert_eq!(day.starts(), ["09:30", "10:30"]);
}

#[test]
fn the_offset_shifts_every_start() {
    let mut day = open("09:00", "12:00");
    day.terms.offset_minutes = 10;
    assert_eq!(day.starts(), ["09:10", "10:20"]);
}

#[test]
fn notice_moves_the_first_start() {
    let mut day = open("09:00", "13:00");
    day.now = "2031-03-04T09:00:00";
    day.terms.notice_minutes = 75;
    assert_eq!(day.starts(), ["11:00", "12:00"]);
    // Exactly at the notice is allowed; half a minute before it is not.
    day.terms.notice_minutes = 120;
    assert_eq!(day.starts(), ["11:00", "12:00"]);
    day.now = "2031-03-04T09:00:30";
    assert_eq!(day.starts(), ["12:00"]);
}

#[test]
fn what_is_taken_is_not_listed_and_touching_is_free() {
    let mut day = open("09:00", "13:00");
    day.obstacles = &[("10:00", "11:00")];
    assert_eq!(day.starts(), ["09:00", "11:00", "12:00"]);
}

#[test]
fn buffers_keep_their_distance() {
    let mut day = open("09:00", "14:00");
    day.terms.interval_minutes = Some(15);
    day.terms.before_minutes = 15;
    day.terms.after_minutes = 30;
    day.obstacles = &[("10:45", "11:00")];
    // Ends 30 minutes before the obstacle, begins 15 after it. Buffers may reach out of opening hours.
    let mut expected = vec!["09:00", "09:15"];
    expected.extend([
        "11:15", "11:30", "11:45", "12:00", "12:15", "12:30", "12:45", "13:00",
    ]);
    assert_eq!(day.starts(), expected);
}

#[test]
fn strides_go_on_behind_an_obstacle_that_fits_between_starts() {
    // 20-minute slots every 90 minutes: the stride of 09:00 still runs at 09:40.
    let mut day = open("09:00", "13:00");
    day.terms.lengths_minutes = vec![20];
    day.terms.interval_minutes = Some(90);
    day.obstacles = &[("09:20", "09:40")];
    assert_eq!(day.starts(), ["09:00", "10:30", "12:00"]);
    // Behind the stride the grid begins anew.
    day.obstacles = &[("09:20", "10:40")];
    assert_eq!(day.starts(), ["09:00", "11:00", "12:30"]);
}

#[test]
fn the_booking_window_ends_the_list() {
    let mut day = open("09:00", "11:00");
    day.terms.window = BookingWindow::CalendarDays {
        days: 7,
        rolling: false,
    };
    assert_eq!(day.starts(), ["09:00", "10:00"]);
    day.now = "2031-02-24T23:59:00";
    assert_eq!(day.starts(), Vec::<String>::new());
}

#[test]
fn a_slot_that_ends_with_the_window_at_midnight_is_listed() {
    assert_eq!(open("22:00", "23:59").starts(), ["22:00", "23:00"]);
}

#[test]
fn obstacles_with_seconds_are_kept_off() {
    let mut day = open("09:00", "12:00");
    day.terms.interval_minutes = Some(1);
    let (from, to) = (at("2031-03-04T09:59:30"), at("2031-03-04T10:00:30"));
    let blocked = widened(vec![(from, to)], &day.terms);
    assert_eq!(
        blocked,
        [(at("2031-03-04T09:59:00"), at("2031-03-04T10:01:00"))]
    );
}

#[test]
fn the_first_slot_of_a_day_is_one_in_the_invitees_zone() {
    let free = |text: &str| FreeSlot {
        slot: TimeSlot::starting(at(text), 60).unwrap(),
        seated: None,
    };
    let slots = vec![
        free("2031-03-04T09:00:00"),
        free("2031-03-04T10:00:00"),
        free("2031-03-04T23:00:00"),
        free("2031-03-05T09:00:00"),
    ];
    let first = |zone| first_of_days(slots.clone(), zone);
    assert_eq!(first(Tz::UTC), [slots[0].clone(), slots[3].clone()]);
    assert_eq!(
        first(Tz::Europe__Riga),
        [slots[0].clone(), slots[2].clone()]
    );
}

#[test]
fn an_overlap_is_found_among_merged_intervals() {
    let minutes = |from: i64, to: i64| -> Interval {
        let zero = at("2031-03-04T00:00:00");
        (zero + Duration::minutes(from), zero + Duration::minutes(to))
    };
    let merged = [minutes(10, 20), minutes(30, 40)];
    for from in 0..50 {
        for to in from + 1..50 {
            let (start, end) = minutes(from, to);
            let expected = (from < 20 && 10 < to) || (from < 40 && 30 < to);
            assert_eq!(
                overlaps(&merged, &TimeSlot::new(start, end).unwrap()),
                expected
            );
        }
    }
}

#[test]
fn a_provider_without_a_schedule_has_no_slots() {
    let day = open("09:00", "12:00");
    let query = SlotQuery {
        terms: &day.terms,
        start: at("2031-03-04T00:00:00"),
        end: at("2031-03-05T00:00:00"),
        length_minutes: 60,
        zone: Tz::UTC,
        now: at(day.now),
        moving: None,
        own_hold: None,
    };
    assert_eq!(free_slots(&Provider::default(), &query), []);
}

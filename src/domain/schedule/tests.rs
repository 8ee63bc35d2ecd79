//! Rows, overrides, midnight, caps.

use chrono::{Duration, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use super::{DayHours, Interval, OpeningHours, Schedule, WeeklyHours};
use crate::domain::rejection::Rejection;
use crate::domain::time::{TimeSlot, Timestamp};

const WORKDAYS: [Weekday; 5] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
];
const EVERY_DAY: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

fn hours(from: &str, to: &str) -> OpeningHours {
    let time = |text| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
    OpeningHours {
        from: time(from),
        to: time(to),
    }
}

fn schedule(zone: Tz, days: &[Weekday], rows: &[(&str, &str)]) -> Schedule {
    let weekly = rows.iter().map(|(from, to)| WeeklyHours {
        days: days.to_vec(),
        hours: hours(from, to),
    });
    Schedule::new("Studio".to_owned(), zone, weekly.collect(), Vec::new()).unwrap()
}

fn with_overrides(mut schedule: Schedule, rows: &[(&str, &str, &str)]) -> Schedule {
    schedule.overrides = rows
        .iter()
        .map(|(day, from, to)| DayHours {
            day: day.parse().unwrap(),
            hours: hours(from, to),
        })
        .collect();
    schedule.validate().unwrap();
    schedule
}

fn at(text: &str) -> Timestamp {
    format!("{text}:00Z").parse().unwrap()
}

fn intervals(rows: &[(&str, &str)]) -> Vec<Interval> {
    rows.iter().map(|(from, to)| (at(from), at(to))).collect()
}

fn slot(from: &str, to: &str) -> TimeSlot {
    TimeSlot::new(at(from), at(to)).unwrap()
}

// 2031-03-03 is a Monday.

#[test]
fn weekly_rows_open_their_days_only() {
    let schedule = schedule(Tz::Europe__Riga, &WORKDAYS, &[("09:00", "17:00")]);
    let open = schedule.open_intervals(at("2031-03-06T22:00"), at("2031-03-10T22:00"));
    assert_eq!(
        open,
        intervals(&[
            ("2031-03-07T07:00", "2031-03-07T15:00"),
            ("2031-03-10T07:00", "2031-03-10T15:00"),
        ])
    );
}

#[test]
fn overlapping_and_touching_rows_merge() {
    let rows = [("13:00", "17:00"), ("09:00", "11:00"), ("10:00", "13:00")];
    let schedule = schedule(Tz::UTC, &WORKDAYS, &rows);
    let open = schedule.open_intervals(at("2031-03-03T00:00"), at("2031-03-04T00:00"));
    assert_eq!(open, intervals(&[("2031-03-03T09:00", "2031-03-03T17:00")]));
}

#[test]
fn overrides_replace_the_day_and_add_up() {
    let schedule = with_overrides(
        schedule(Tz::UTC, &WORKDAYS, &[("09:00", "17:00")]),
        &[
            ("2031-03-04", "18:00", "19:00"),
            ("2031-03-04", "12:00", "15:00"),
            ("2031-03-08", "10:00", "11:00"),
        ],
    );
    let open = schedule.open_intervals(at("2031-03-04T00:00"), at("2031-03-05T00:00"));
    assert_eq!(
        open,
        intervals(&[
            ("2031-03-04T12:00", "2031-03-04T15:00"),
            ("2031-03-04T18:00", "2031-03-04T19:00"),
        ])
    );
    // A day without weekly rows opens by an override.
    assert!(schedule.covers(&slot("2031-03-08T10:00", "2031-03-08T11:00")));
}

#[test]
fn a_zero_length_override_closes_the_day() {
    let schedule = with_overrides(
        schedule(Tz::UTC, &WORKDAYS, &[("09:00", "17:00")]),
        &[("2031-03-04", "00:00", "00:00")],
    );
    assert_eq!(
        schedule.open_intervals(at("2031-03-04T00:00"), at("2031-03-05T00:00")),
        []
    );
}

#[test]
fn an_end_of_23_59_is_midnight_and_days_meet_there() {
    let schedule = schedule(Tz::UTC, &EVERY_DAY, &[("00:00", "23:59")]);
    let (from, to) = (at("2031-03-03T05:00"), at("2031-03-29T06:00"));
    assert_eq!(schedule.open_intervals(from, to), [(from, to)]);
}

#[test]
fn a_slot_may_cross_midnight_where_open_time_does() {
    let schedule = schedule(
        Tz::UTC,
        &EVERY_DAY,
        &[("22:00", "23:59"), ("00:00", "02:00")],
    );
    assert!(schedule.covers(&slot("2031-03-03T23:30", "2031-03-04T00:30")));
    assert!(schedule.covers(&slot("2031-03-03T22:00", "2031-03-04T02:00")));
    assert!(!schedule.covers(&slot("2031-03-03T22:00", "2031-03-04T02:01")));
    assert!(!schedule.covers(&slot("2031-03-03T21:59", "2031-03-03T23:00")));
    assert!(!schedule.covers(&slot("2031-03-03T01:00", "2031-03-03T23:00")));
}

#[test]
fn hours_in_a_gap_are_read_with_the_offset_before_it() {
    // Rome skips 02:00 to 03:00 on 2031-03-30: 02:30 is 01:30Z.
    let night = schedule(Tz::Europe__Rome, &[Weekday::Sun], &[("02:30", "05:00")]);
    let (from, to) = (at("2031-03-29T00:00"), at("2031-03-31T00:00"));
    assert_eq!(
        night.open_intervals(from, to),
        intervals(&[("2031-03-30T01:30", "2031-03-30T03:00")])
    );
    // Opening 02:30 (01:30Z) and closing 03:15 (01:15Z): no time is open.
    let crossed = schedule(Tz::Europe__Rome, &[Weekday::Sun], &[("02:30", "03:15")]);
    assert_eq!(crossed.open_intervals(from, to), []);
}

#[test]
fn hours_that_occur_twice_are_their_first_occurrence() {
    // Rome repeats 02:00 to 03:00 on 2031-10-26: first from 00:00Z, again from 01:00Z.
    let (from, to) = (at("2031-10-25T00:00"), at("2031-10-27T00:00"));
    let ends_inside = schedule(Tz::Europe__Rome, &[Weekday::Sun], &[("01:00", "02:30")]);
    assert_eq!(
        ends_inside.open_intervals(from, to),
        intervals(&[("2031-10-25T23:00", "2031-10-26T00:30")])
    );
    let starts_inside = schedule(Tz::Europe__Rome, &[Weekday::Sun], &[("02:30", "04:00")]);
    assert_eq!(
        starts_inside.open_intervals(from, to),
        intervals(&[("2031-10-26T00:30", "2031-10-26T03:00")])
    );
}

#[test]
fn the_local_day_is_the_zones() {
    let schedule = schedule(Tz::Pacific__Auckland, &WORKDAYS, &[]);
    let day = NaiveDate::from_ymd_opt(2031, 3, 4).unwrap();
    assert_eq!(schedule.local_day(at("2031-03-03T12:00")), day);
}

#[test]
fn an_empty_window_is_closed() {
    let schedule = schedule(Tz::UTC, &EVERY_DAY, &[("00:00", "23:59")]);
    let noon = at("2031-03-03T12:00");
    assert_eq!(schedule.open_intervals(noon, noon), []);
    assert_eq!(
        schedule.open_intervals(noon, noon - Duration::minutes(1)),
        []
    );
}

#[test]
fn a_schedule_that_breaks_a_rule_is_refused() {
    let valid = schedule(Tz::UTC, &WORKDAYS, &[("09:00", "17:00")]);
    let refused = |change: fn(&mut Schedule)| {
        let mut schedule = valid.clone();
        change(&mut schedule);
        schedule.validate().unwrap_err().to_string()
    };
    assert_eq!(
        refused(|schedule| schedule.name = " ".to_owned()),
        "name must have 1 to 200 characters"
    );
    assert_eq!(
        refused(|schedule| schedule.name = "é".repeat(201)),
        "name must have 1 to 200 characters"
    );
    assert_eq!(
        refused(|schedule| schedule.weekly[0].hours = hours("17:00", "09:00")),
        "availability must not close before it opens"
    );
    assert_eq!(
        refused(|schedule| schedule.weekly[0].hours.to += Duration::seconds(1)),
        "availability must open and close on whole minutes"
    );
    assert_eq!(
        refused(|schedule| schedule.weekly[0].days = vec![Weekday::Mon; 8]),
        "availability must name at most seven days"
    );
    assert_eq!(
        refused(|schedule| schedule.overrides.push(DayHours {
            day: NaiveDate::MIN,
            hours: hours("10:00", "09:00"),
        })),
        "overrides must not close before it opens"
    );
}

#[test]
fn rows_are_capped() {
    let mut schedule = schedule(Tz::UTC, &WORKDAYS, &[("09:00", "17:00")]);
    let day = Utc.with_ymd_and_hms(2031, 3, 3, 0, 0, 0).unwrap();
    let row = DayHours {
        day: day.date_naive(),
        hours: hours("09:00", "10:00"),
    };
    schedule.overrides = vec![row; 1_000];
    schedule.name = "é".repeat(200);
    assert_eq!(schedule.validate(), Ok(()));
    schedule.overrides.push(schedule.overrides[0].clone());
    let too_many = |what: &str, max| {
        Err(Rejection::TooMany {
            what: what.to_owned(),
            max,
        })
    };
    assert_eq!(schedule.validate(), too_many("overrides", 1_000));
    schedule.weekly = vec![schedule.weekly[0].clone(); 101];
    assert_eq!(schedule.validate(), too_many("weekly rows", 100));
}

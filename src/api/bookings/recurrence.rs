//! When the occurrences of a series start: constant local time in the attendee's zone, whatever the clocks do.

use chrono::{Duration, Months, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

use crate::domain::terms::{Frequency, Recurrence};
use crate::domain::time::Timestamp;

/// The starts of `count` occurrences, the first at `start`; `None` beyond the last year that exists.
///
/// Each is counted from the first, not from the one before, so that a month without the day (31 January, monthly)
/// takes its last day and the month after has the 31st again; 29 February, yearly, is 28 February in other years.
/// A local time that a clock change skips is read with the offset in force before the change (RFC 5545 § 3.3.5);
/// one that occurs twice keeps the offset of the first start where it can, else it is the earlier.
pub(crate) fn occurrence_starts(
    start: Timestamp,
    zone: Tz,
    recurrence: &Recurrence,
    count: u32,
) -> Option<Vec<Timestamp>> {
    let first = start.with_timezone(&zone);
    let offset = first.offset().fix();
    (0..count)
        .map(|index| {
            let steps = index.checked_mul(recurrence.interval)?;
            let local = advanced(first.naive_local(), recurrence.frequency, steps)?;
            Some(match zone.from_local_datetime(&local) {
                chrono::LocalResult::Single(instant) => instant.to_utc(),
                chrono::LocalResult::Ambiguous(earlier, later) => {
                    if later.offset().fix() == offset {
                        later.to_utc()
                    } else {
                        earlier.to_utc()
                    }
                }
                chrono::LocalResult::None => after_gap(zone, local)?,
            })
        })
        .collect()
}

fn advanced(first: NaiveDateTime, frequency: Frequency, steps: u32) -> Option<NaiveDateTime> {
    match frequency {
        Frequency::Weekly => first.checked_add_signed(Duration::try_weeks(i64::from(steps))?),
        Frequency::Monthly => first.checked_add_months(Months::new(steps)),
        Frequency::Yearly => first.checked_add_months(Months::new(steps.checked_mul(12)?)),
    }
}

/// Reads a local time that does not exist with the offset before the gap. The longest gap is a day (Samoa, 2011).
fn after_gap(zone: Tz, local: NaiveDateTime) -> Option<Timestamp> {
    const QUARTERS_MAX: i64 = 25 * 4;
    (1..=QUARTERS_MAX).find_map(|quarters| {
        let before = local.checked_sub_signed(Duration::minutes(15 * quarters))?;
        let offset = zone.from_local_datetime(&before).latest()?.offset().fix();
        offset
            .from_local_datetime(&local)
            .single()
            .map(|instant| instant.to_utc())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(
        start: &str,
        zone: &str,
        frequency: Frequency,
        interval: u32,
        count: u32,
    ) -> Vec<String> {
        let recurrence = Recurrence {
            interval,
            occurrences: count,
            frequency,
        };
        occurrence_starts(
            start.parse().unwrap(),
            zone.parse().unwrap(),
            &recurrence,
            count,
        )
        .unwrap()
        .iter()
        .map(|start| start.format("%FT%RZ").to_string())
        .collect()
    }

    #[test]
    fn local_time_stays_over_the_spring_change() {
        assert_eq!(
            starts(
                "2031-03-27T08:00:00Z",
                "Europe/Riga",
                Frequency::Weekly,
                1,
                2
            ),
            ["2031-03-27T08:00Z", "2031-04-03T07:00Z"]
        );
        assert_eq!(
            starts(
                "2031-03-05T14:00:00Z",
                "America/New_York",
                Frequency::Weekly,
                1,
                2
            ),
            ["2031-03-05T14:00Z", "2031-03-12T13:00Z"]
        );
    }

    #[test]
    fn local_time_stays_over_the_autumn_change_south_of_the_equator() {
        assert_eq!(
            starts(
                "2031-03-31T22:00:00Z",
                "Australia/Sydney",
                Frequency::Weekly,
                1,
                2
            ),
            ["2031-03-31T22:00Z", "2031-04-07T23:00Z"]
        );
        // Lord Howe changes by half an hour.
        assert_eq!(
            starts(
                "2031-03-31T22:00:00Z",
                "Australia/Lord_Howe",
                Frequency::Weekly,
                1,
                2
            ),
            ["2031-03-31T22:00Z", "2031-04-07T22:30Z"]
        );
    }

    #[test]
    fn a_zone_without_changes_is_plain_addition() {
        assert_eq!(
            starts(
                "2031-03-01T00:30:00Z",
                "Asia/Kolkata",
                Frequency::Weekly,
                2,
                3
            ),
            [
                "2031-03-01T00:30Z",
                "2031-03-15T00:30Z",
                "2031-03-29T00:30Z"
            ]
        );
    }

    #[test]
    fn a_skipped_local_time_is_read_with_the_offset_before() {
        // 03:30 in Riga does not exist on 2031-03-30; the offset before is +02:00.
        assert_eq!(
            starts(
                "2031-03-23T01:30:00Z",
                "Europe/Riga",
                Frequency::Weekly,
                1,
                3
            ),
            [
                "2031-03-23T01:30Z",
                "2031-03-30T01:30Z",
                "2031-04-06T00:30Z"
            ]
        );
        // Samoa skipped the whole of 2011-12-30.
        assert_eq!(
            starts(
                "2011-12-23T20:00:00Z",
                "Pacific/Apia",
                Frequency::Weekly,
                1,
                2
            ),
            ["2011-12-23T20:00Z", "2011-12-30T20:00Z"]
        );
    }

    #[test]
    fn a_repeated_local_time_keeps_the_first_offset() {
        // 03:30 in Riga occurs twice on 2031-10-26, first with +03:00.
        assert_eq!(
            starts(
                "2031-10-19T00:30:00Z",
                "Europe/Riga",
                Frequency::Weekly,
                1,
                3
            ),
            [
                "2031-10-19T00:30Z",
                "2031-10-26T00:30Z",
                "2031-11-02T01:30Z"
            ]
        );
        assert_eq!(
            starts(
                "2031-10-26T01:30:00Z",
                "Europe/Riga",
                Frequency::Weekly,
                1,
                2
            ),
            ["2031-10-26T01:30Z", "2031-11-02T01:30Z"]
        );
    }

    #[test]
    fn a_month_without_the_day_takes_its_last() {
        assert_eq!(
            starts("2031-01-31T10:00:00Z", "UTC", Frequency::Monthly, 1, 4),
            [
                "2031-01-31T10:00Z",
                "2031-02-28T10:00Z",
                "2031-03-31T10:00Z",
                "2031-04-30T10:00Z"
            ]
        );
        assert_eq!(
            starts("2032-02-29T10:00:00Z", "UTC", Frequency::Yearly, 2, 3),
            [
                "2032-02-29T10:00Z",
                "2034-02-28T10:00Z",
                "2036-02-29T10:00Z"
            ]
        );
    }

    #[test]
    fn beyond_the_calendar_there_is_no_series() {
        let recurrence = Recurrence {
            interval: u32::MAX,
            occurrences: 3,
            frequency: Frequency::Yearly,
        };
        let start = "2031-01-31T10:00:00Z".parse().unwrap();
        assert_eq!(occurrence_starts(start, Tz::UTC, &recurrence, 3), None);
    }
}

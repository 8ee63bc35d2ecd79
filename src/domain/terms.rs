//! The terms of a booking: what the rules need of an event type, as it was read, recorded with every booking.

use chrono::{Datelike, Days};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::id::{EventTypeId, EventTypeNumber, ScheduleNumber};
use super::schedule::local_day;
use super::time::{Day, Timestamp};

/// What an event type leaves at its default is left out of the log: terms are recorded with every booking.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// An event type as a command read it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, each a member of the wire"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// Which event type.
    pub event_type: EventTypeId,
    /// Its wire number.
    pub number: EventTypeNumber,
    /// Version of the event type's stream that was read; compared again at commit.
    pub version: u64,
    /// Its slug then.
    pub slug: String,
    /// Its title then.
    pub title: String,
    /// What its bookings are called (Cal.com's `customName`), with placeholders; see [`Self::booking_title`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_name: Option<String>,
    /// Lengths offered, minutes; the first is the default.
    pub lengths_minutes: Vec<u32>,
    /// Buffer before, minutes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub before_minutes: u32,
    /// Buffer after, minutes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub after_minutes: u32,
    /// Minimum notice, minutes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub notice_minutes: u32,
    /// Stride of starts, minutes; the length when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_minutes: Option<u32>,
    /// Shift of every start, minutes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub offset_minutes: u32,
    /// How far ahead may be booked.
    pub window: BookingWindow,
    /// The schedule; the provider's default when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleNumber>,
    /// How many bookings, and how many minutes, per period.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: BookingLimits,
    /// Seats per slot; absent for one attendee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<Seats>,
    /// Whether a person must confirm.
    pub confirmation: Confirmation,
    /// How it may recur.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<Recurrence>,
    /// Whether holds block other bookings (`daybookHolds: "exclusive"`).
    #[serde(default, skip_serializing_if = "is_default")]
    pub exclusive_holds: bool,
    /// Only the first free slot of a day is offered.
    #[serde(default, skip_serializing_if = "is_default")]
    pub first_slot_only: bool,
    /// Starts are moved to rounder times where none is lost.
    #[serde(default, skip_serializing_if = "is_default")]
    pub optimized_slots: bool,
    /// Cancelling is forbidden.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cancelling_disabled: bool,
    /// When moving is forbidden.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rescheduling: ReschedulingPolicy,
}

/// How far ahead may be booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum BookingWindow {
    /// No bound.
    Unlimited,
    /// So many days from today; `rolling` moves on until that many days have a free slot (read as a plain window by the rules).
    CalendarDays {
        /// Days.
        days: u32,
        /// Whether it rolls.
        rolling: bool,
    },
    /// So many Mondays to Fridays from today.
    BusinessDays {
        /// Days.
        days: u32,
        /// Whether it rolls.
        rolling: bool,
    },
    /// From the first to the last day, both included.
    Range {
        /// First local day.
        first: Day,
        /// Last local day.
        last: Day,
    },
}

impl BookingWindow {
    /// Whether a slot that starts at `start` may be booked at `now`. Days are local days of `zone`, the one of the
    /// schedule; the last day is included, so a window of 0 days is today. The past is the notice's matter.
    pub fn allows(&self, start: Timestamp, now: Timestamp, zone: Tz) -> bool {
        let day = || local_day(start, zone);
        let today = || local_day(now, zone);
        match self {
            Self::Unlimited => true,
            Self::CalendarDays { days, .. } => today()
                .checked_add_days(Days::new(u64::from(*days)))
                .is_none_or(|last| day() <= last),
            Self::BusinessDays { days, .. } => {
                business_days_after(today(), *days).is_none_or(|last| day() <= last)
            }
            Self::Range { first, last } => (*first..=*last).contains(&day()),
        }
    }
}

/// The day so many Mondays to Fridays after `today`; weekends in between pass uncounted. `None` beyond the calendar.
/// Computed, not counted: a window may be thousands of days long and is asked per slot.
fn business_days_after(today: Day, days: u32) -> Option<Day> {
    if days == 0 {
        return Some(today);
    }
    // From a weekend the first counted day is Monday, as it is from Friday.
    let weekday = today.weekday().num_days_from_monday();
    let monday = today.checked_sub_days(Days::new(u64::from(weekday)))?;
    let total = u64::from(weekday.min(4)).checked_add(u64::from(days))?;
    let weeks = total.div_euclid(5).checked_mul(7)?;
    monday.checked_add_days(Days::new(weeks.checked_add(total.rem_euclid(5))?))
}

/// Limits per period; absent means unlimited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingLimits {
    /// Bookings.
    #[serde(default, skip_serializing_if = "is_default")]
    pub count: PeriodLimits,
    /// Minutes booked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub minutes: PeriodLimits,
}

/// One number per period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeriodLimits {
    /// Per local day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<u32>,
    /// Per week from Monday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub week: Option<u32>,
    /// Per calendar month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<u32>,
    /// Per calendar year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<u32>,
}

/// Seats of a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seats {
    /// Seats per slot, 1 to 1000.
    pub per_slot: u32,
    /// Attendees see each other.
    pub show_attendees: bool,
    /// The slot list tells how many are left.
    pub show_availability: bool,
}

/// Whether a person must confirm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Confirmation {
    /// Accepted at once.
    NotRequired,
    /// Always pending first.
    Always {
        /// Pendings take the slot.
        blocks_slot: bool,
    },
    /// Pending first when booked less than this long before the start.
    WithinNotice {
        /// The threshold.
        minutes: u32,
        /// Pendings take the slot.
        blocks_slot: bool,
    },
}

/// How an event type may recur.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recurrence {
    /// Every so many units, from 1.
    pub interval: u32,
    /// At most so many occurrences.
    pub occurrences: u32,
    /// The unit.
    pub frequency: Frequency,
}

/// The unit of a recurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Frequency {
    /// Weeks.
    Weekly,
    /// Months.
    Monthly,
    /// Years.
    Yearly,
}

/// When moving a booking is forbidden or, unusually, allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReschedulingPolicy {
    /// Never.
    #[serde(default, skip_serializing_if = "is_default")]
    pub disabled: bool,
    /// Not later than so many minutes before the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_before: Option<u32>,
    /// Bookings that ended may be moved.
    #[serde(default, skip_serializing_if = "is_default")]
    pub past_allowed: bool,
    /// Cancelled bookings may be moved.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cancelled_allowed: bool,
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};
    use chrono_tz::Tz;

    use super::{BookingWindow, business_days_after};
    use crate::domain::time::{Day, Timestamp};

    fn at(text: &str) -> Timestamp {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn calendar(days: u32) -> BookingWindow {
        BookingWindow::CalendarDays {
            days,
            rolling: false,
        }
    }

    #[test]
    fn a_window_of_days_ends_with_its_last_local_day() {
        // Riga is two hours ahead: its 4 March begins at 22:00Z.
        let now = at("2031-03-03T22:30:00Z");
        let allows = |days, start| calendar(days).allows(at(start), now, Tz::Europe__Riga);
        assert!(allows(0, "2031-03-04T21:59:00Z"));
        assert!(!allows(0, "2031-03-04T22:00:00Z"));
        assert!(allows(2, "2031-03-06T21:59:00Z"));
        assert!(!allows(2, "2031-03-06T22:00:00Z"));
    }

    #[test]
    fn business_days_pass_over_weekends() {
        // 2031-03-07 is a Friday.
        let window = BookingWindow::BusinessDays {
            days: 1,
            rolling: true,
        };
        let now = at("2031-03-07T10:00:00Z");
        assert!(window.allows(at("2031-03-09T23:00:00Z"), now, Tz::UTC));
        assert!(window.allows(at("2031-03-10T23:00:00Z"), now, Tz::UTC));
        assert!(!window.allows(at("2031-03-11T00:00:00Z"), now, Tz::UTC));
    }

    #[test]
    fn business_days_are_those_counted_one_by_one() {
        let mut today: Day = "2031-03-03".parse().unwrap();
        for _ in 0..14 {
            let mut counted = today;
            for days in 0..40 {
                assert_eq!(business_days_after(today, days), Some(counted));
                counted += Duration::days(1);
                while matches!(counted.format("%a").to_string().as_str(), "Sat" | "Sun") {
                    counted += Duration::days(1);
                }
            }
            today += Duration::days(1);
        }
    }

    #[test]
    fn a_range_includes_both_days() {
        let window = BookingWindow::Range {
            first: "2031-03-04".parse().unwrap(),
            last: "2031-03-05".parse().unwrap(),
        };
        let allows = |start| window.allows(at(start), at("2031-01-01T00:00:00Z"), Tz::Europe__Riga);
        assert!(!allows("2031-03-03T21:59:00Z"));
        assert!(allows("2031-03-03T22:00:00Z"));
        assert!(allows("2031-03-05T21:59:00Z"));
        assert!(!allows("2031-03-05T22:00:00Z"));
    }

    #[test]
    fn a_window_beyond_the_calendar_allows_everything() {
        let far = at("9999-12-31T00:00:00Z");
        assert!(calendar(u32::MAX).allows(far, far, Tz::UTC));
        let window = BookingWindow::BusinessDays {
            days: u32::MAX,
            rolling: false,
        };
        assert!(window.allows(far, far, Tz::UTC));
        assert!(BookingWindow::Unlimited.allows(far, at("1970-01-01T00:00:00Z"), Tz::UTC));
    }
}

//! Opening hours: weekly rows and date overrides in a zone.

use chrono::{NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::time::Day;

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

// replaced by the schedule engineer
impl Schedule {
    /// Whether every minute of the slot is open.
    pub fn covers(&self, slot: &super::time::TimeSlot) -> bool {
        use chrono::Datelike;
        (0..slot.minutes()).all(|minute| {
            let Some(at) = slot
                .start()
                .checked_add_signed(chrono::Duration::minutes(minute))
            else {
                return false;
            };
            let local = at.with_timezone(&self.zone).naive_local();
            let inside = |hours: &OpeningHours| {
                let midnight =
                    NaiveTime::from_hms_opt(23, 59, 0).is_some_and(|end| end == hours.to);
                hours.from <= local.time() && (midnight || local.time() < hours.to)
            };
            let mut of_day = self
                .overrides
                .iter()
                .filter(|row| row.day == local.date())
                .peekable();
            if of_day.peek().is_some() {
                return of_day.any(|row| inside(&row.hours));
            }
            self.weekly
                .iter()
                .any(|row| row.days.contains(&local.weekday()) && inside(&row.hours))
        })
    }
}

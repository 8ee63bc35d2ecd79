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

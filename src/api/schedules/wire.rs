//! Schedules to create and change, for the API document (`reference` § 6): what [`super::body`] reads.

use serde::Serialize;
use utoipa::ToSchema;

/// A schedule to create.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewSchedule {
    /// Display name.
    #[schema(max_length = 200)]
    pub name: String,
    /// IANA zone; aliases are accepted.
    pub time_zone: String,
    /// Whether it becomes the user's default.
    pub is_default: bool,
    /// Weekly hours; Monday to Friday 09:00 to 17:00 by default. Null counts as absent.
    #[schema(max_items = 100)]
    pub availability: Option<Vec<Hours>>,
    /// Hours of single days; they replace the weekly ones of their day.
    #[schema(max_items = 1_000)]
    pub overrides: Option<Vec<HoursOfDay>>,
    /// The user it is for; of owners and agents only.
    pub owner_id: Option<i32>,
}

/// A change of a schedule; arrays replace the stored ones.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangedSchedule {
    /// Display name.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// True makes it the default; false leaves the default where it is.
    pub is_default: Option<bool>,
    /// Weekly hours.
    #[schema(max_items = 100)]
    pub availability: Option<Vec<Hours>>,
    /// Hours of single days.
    #[schema(max_items = 1_000)]
    pub overrides: Option<Vec<HoursOfDay>>,
}

/// Hours on some days of every week, local.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hours {
    /// English names, `Monday` to `Sunday`.
    #[schema(max_items = 7)]
    pub days: Vec<String>,
    /// `HH:MM`.
    #[schema(example = "09:00")]
    pub start_time: String,
    /// `HH:MM`, not before the start; `23:59` is read as midnight.
    #[schema(example = "17:00")]
    pub end_time: String,
}

/// Hours of one day, local; of no length (`00:00` to `00:00`) closes it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoursOfDay {
    /// `YYYY-MM-DD`.
    #[schema(example = "2031-03-06")]
    pub date: String,
    /// `HH:MM`.
    #[schema(example = "12:00")]
    pub start_time: String,
    /// `HH:MM`, not before the start.
    #[schema(example = "15:00")]
    pub end_time: String,
}

//! A schedule as the wire shows it.

use chrono::Weekday;
use serde::Serialize;

use crate::domain::id::{ProviderNumber, ScheduleNumber};
use crate::domain::schedule;

/// Days by their English names.
pub const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "Monday"),
    (Weekday::Tue, "Tuesday"),
    (Weekday::Wed, "Wednesday"),
    (Weekday::Thu, "Thursday"),
    (Weekday::Fri, "Friday"),
    (Weekday::Sat, "Saturday"),
    (Weekday::Sun, "Sunday"),
];

/// A schedule.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    id: i32,
    owner_id: i32,
    name: String,
    time_zone: String,
    availability: Vec<Availability>,
    is_default: bool,
    overrides: Vec<Override>,
}

/// Hours on some days of every week.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Availability {
    days: Vec<&'static str>,
    start_time: String,
    end_time: String,
}

/// Hours of one day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Override {
    date: String,
    start_time: String,
    end_time: String,
}

impl Schedule {
    /// From what was recorded.
    pub fn of(
        owner: ProviderNumber,
        number: ScheduleNumber,
        is_default: bool,
        definition: &schedule::Schedule,
    ) -> Self {
        let time = |at: chrono::NaiveTime| at.format("%H:%M").to_string();
        let availability = definition.weekly.iter().map(|row| Availability {
            days: row.days.iter().map(|day| name_of(*day)).collect(),
            start_time: time(row.hours.from),
            end_time: time(row.hours.to),
        });
        let overrides = definition.overrides.iter().map(|row| Override {
            date: row.day.format("%Y-%m-%d").to_string(),
            start_time: time(row.hours.from),
            end_time: time(row.hours.to),
        });
        Self {
            id: number.get(),
            owner_id: owner.get(),
            name: definition.name.clone(),
            time_zone: definition.zone.name().to_owned(),
            availability: availability.collect(),
            is_default,
            overrides: overrides.collect(),
        }
    }
}

fn name_of(day: Weekday) -> &'static str {
    DAYS.into_iter()
        .find(|(known, _)| *known == day)
        .map_or("", |(_, name)| name)
}

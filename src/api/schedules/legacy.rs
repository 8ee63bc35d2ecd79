//! Schedules of 2024-04-15: days are numbers from Sunday, times are instants of the first day of 1970 or minutes.

use chrono::{NaiveTime, Timelike, Weekday};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::body::{Given, OVERRIDES_MAX, WEEKLY_MAX, name};
use crate::api::failure::Failure;
use crate::api::validation::{Broken, Members, Read, Style, value};
use crate::domain::id::{ProviderNumber, ScheduleNumber};
use crate::domain::schedule::{DayHours, OpeningHours, Schedule, WeeklyHours};

/// A schedule of 2024-04-15 to create; to change one, any of these members.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewLegacySchedule {
    /// Display name.
    #[schema(max_length = 200)]
    pub name: String,
    /// IANA zone; aliases are accepted.
    pub time_zone: String,
    /// Whether it becomes the user's default.
    pub is_default: bool,
    /// Weekly hours; Monday to Friday 09:00 to 17:00 by default.
    #[schema(max_items = 100)]
    pub availabilities: Option<Vec<LegacyHours>>,
    /// Hours of single days.
    #[schema(max_items = 1_000)]
    pub date_overrides: Option<Vec<LegacyRange>>,
}

/// Hours on some days of every week.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyHours {
    /// 0 is Sunday, 6 Saturday.
    #[schema(max_items = 7)]
    pub days: Vec<u32>,
    /// The time of an instant in UTC is the local time meant.
    #[schema(example = "1970-01-01T09:00:00.000Z")]
    pub start_time: String,
    /// Not before the start.
    #[schema(example = "1970-01-01T17:00:00.000Z")]
    pub end_time: String,
}

/// Hours of one day: day and time of instants in UTC are the local ones meant.
#[derive(Debug, Serialize, ToSchema)]
pub struct LegacyRange {
    /// Opens.
    #[schema(example = "2031-03-06T12:00:00.000Z")]
    pub start: String,
    /// Closes, on the same day.
    #[schema(example = "2031-03-06T15:00:00.000Z")]
    pub end: String,
}

/// A schedule of 2024-04-15.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacySchedule {
    id: i32,
    user_id: i32,
    name: String,
    time_zone: String,
    is_default: bool,
    /// Weekly hours.
    availability: Vec<LegacyHours>,
    /// The same in minutes of the day.
    working_hours: Vec<WorkingHours>,
    /// Hours of single days.
    date_overrides: Vec<LegacyRange>,
}

/// Hours on some days of every week, minutes from midnight.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WorkingHours {
    /// 0 is Sunday, 6 Saturday.
    days: Vec<u32>,
    /// Opens.
    start_time: u32,
    /// Closes.
    end_time: u32,
}

impl LegacySchedule {
    /// From what was recorded.
    pub(super) fn of(
        owner: ProviderNumber,
        number: ScheduleNumber,
        is_default: bool,
        definition: &Schedule,
    ) -> Self {
        let days = |row: &WeeklyHours| -> Vec<u32> {
            let days = row.days.iter();
            days.map(Weekday::num_days_from_sunday).collect()
        };
        let time = |at: NaiveTime| at.format("1970-01-01T%H:%M:%S.000Z").to_string();
        let minutes = |at: NaiveTime| at.num_seconds_from_midnight() / 60;
        let weekly = &definition.weekly;
        Self {
            id: number.get(),
            user_id: owner.get(),
            name: definition.name.clone(),
            time_zone: definition.zone.name().to_owned(),
            is_default,
            availability: weekly
                .iter()
                .map(|row| LegacyHours {
                    days: days(row),
                    start_time: time(row.hours.from),
                    end_time: time(row.hours.to),
                })
                .collect(),
            working_hours: weekly
                .iter()
                .map(|row| WorkingHours {
                    days: days(row),
                    start_time: minutes(row.hours.from),
                    end_time: minutes(row.hours.to),
                })
                .collect(),
            date_overrides: definition
                .overrides
                .iter()
                .map(|row| LegacyRange {
                    start: on_day(row, row.hours.from),
                    end: on_day(row, row.hours.to),
                })
                .collect(),
        }
    }
}

fn on_day(row: &DayHours, at: NaiveTime) -> String {
    let local = row.day.and_time(at);
    local.format("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

/// Reads the body of a new schedule.
///
/// # Errors
/// 400 with every fault.
pub(super) fn new_one(body: &Map<String, Value>) -> Result<Given, Failure> {
    let mut members = Members::new(body);
    let name = members.required("name", name());
    let zone = members.required_or("timeZone", value::zone, Tz::UTC);
    let is_default = members.required("isDefault", value::boolean);
    let weekly = weekly(&mut members);
    let overrides = overrides(&mut members);
    members.finish(Style::Dropping)?;
    let definition = Schedule {
        name,
        zone,
        weekly: weekly.unwrap_or_else(|| Schedule::working_week(zone).weekly),
        overrides: overrides.unwrap_or_default(),
    };
    Ok(Given {
        definition,
        is_default,
        owner: None,
    })
}

/// Reads a change of a schedule.
///
/// # Errors
/// 400 with every fault.
pub(super) fn changed(body: &Map<String, Value>, base: &Schedule) -> Result<Given, Failure> {
    let mut members = Members::new(body);
    let definition = Schedule {
        name: members
            .optional("name", name())
            .unwrap_or_else(|| base.name.clone()),
        zone: members
            .optional("timeZone", value::zone)
            .unwrap_or(base.zone),
        weekly: weekly(&mut members).unwrap_or_else(|| base.weekly.clone()),
        overrides: overrides(&mut members).unwrap_or_else(|| base.overrides.clone()),
    };
    let is_default = members.optional("isDefault", value::boolean);
    members.finish(Style::Dropping)?;
    Ok(Given {
        definition,
        is_default: is_default.unwrap_or(false),
        owner: None,
    })
}

fn weekly(members: &mut Members<'_>) -> Option<Vec<WeeklyHours>> {
    members.objects("availabilities", WEEKLY_MAX, |row| WeeklyHours {
        days: row.required("days", value::array(0..=7, weekday)),
        hours: hours(
            row.required("startTime", time),
            row.required("endTime", time),
            row,
            "endTime",
        ),
    })
}

fn overrides(members: &mut Members<'_>) -> Option<Vec<DayHours>> {
    members.objects("dateOverrides", OVERRIDES_MAX, |row| {
        let start = row.required("start", |value| value::instant(value).map(Some));
        let end = row.required("end", |value| value::instant(value).map(Some));
        let (start, end) = (start.unwrap_or_default(), end.unwrap_or_default());
        if start.date_naive() != end.date_naive() {
            row.fault("end", "isSameDay", "must be on the day of start");
        }
        DayHours {
            day: start.date_naive(),
            hours: hours(start.time(), end.time(), row, "end"),
        }
    })
}

fn hours(
    from: NaiveTime,
    to: NaiveTime,
    row: &mut Members<'_>,
    name: &'static str,
) -> OpeningHours {
    if to < from && row.is_sound() {
        row.fault(name, "isAfter", "must not be before the start");
    }
    for at in [from, to] {
        if at.second() != 0 || at.nanosecond() != 0 {
            row.fault(name, "isWholeMinute", "must be in whole minutes");
        }
    }
    OpeningHours { from, to }
}

/// The time of day of an instant in UTC.
fn time(value: &Value) -> Read<NaiveTime> {
    value::instant(value).map(|at| at.time())
}

fn weekday(value: &Value) -> Read<Weekday> {
    const FROM_SUNDAY: [Weekday; 7] = [
        Weekday::Sun,
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
    ];
    let day = value::count(0..=6)(value)?;
    let day = usize::try_from(day)
        .ok()
        .and_then(|day| FROM_SUNDAY.get(day));
    day.copied()
        .ok_or_else(|| Broken::new("max", "must not be greater than 6"))
}

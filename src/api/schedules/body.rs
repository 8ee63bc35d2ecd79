//! The body of a created or changed schedule.

use chrono::Weekday;
use chrono_tz::Tz;
use serde_json::{Map, Value};

use crate::api::failure::Failure;
use crate::api::validation::{Broken, Members, Read, Style, value};
use crate::domain::schedule::{DayHours, OpeningHours, Schedule, WeeklyHours};

/// Weekly rows of one schedule.
pub(super) const WEEKLY_MAX: usize = 100;
/// Days with hours of their own in one schedule.
pub(super) const OVERRIDES_MAX: usize = 1_000;
const _: () = assert!(Schedule::WEEKLY_MAX == 100 && Schedule::OVERRIDES_MAX == 1_000);

/// What is given.
#[derive(Debug)]
pub struct Given {
    /// The schedule as a whole.
    pub definition: Schedule,
    /// Whether it is to be the default.
    pub is_default: bool,
    /// The user an owner names.
    pub owner: Option<i32>,
}

/// Reads the body of a new schedule.
///
/// # Errors
/// 400 with every fault.
pub fn new(body: &Map<String, Value>) -> Result<Given, Failure> {
    let mut members = Members::new(body);
    let definition = definition(&mut members);
    let given = Given {
        definition,
        is_default: members.required("isDefault", value::boolean),
        owner: members.optional("ownerId", value::wire_number),
    };
    members.finish(Style::Dropping)?;
    Ok(given)
}

/// Reads a change of a schedule.
///
/// # Errors
/// 400 with every fault.
pub fn changed(body: &Map<String, Value>, base: &Schedule) -> Result<Given, Failure> {
    let mut members = Members::new(body);
    let mut definition = base.clone();
    if let Some(name) = members.optional("name", name()) {
        definition.name = name;
    }
    if let Some(zone) = members.optional("timeZone", value::zone) {
        definition.zone = zone;
    }
    if let Some(weekly) = weekly(&mut members) {
        definition.weekly = weekly;
    }
    if let Some(overrides) = overrides(&mut members) {
        definition.overrides = overrides;
    }
    let is_default = members.optional("isDefault", value::boolean);
    members.finish(Style::Dropping)?;
    Ok(Given {
        definition,
        is_default: is_default.unwrap_or(false),
        owner: None,
    })
}

/// A whole schedule, of which name and zone must be given.
pub fn definition(members: &mut Members<'_>) -> Schedule {
    let name = members.required("name", name());
    let zone = members.required_or("timeZone", value::zone, Tz::UTC);
    let default = Schedule::working_week(zone);
    Schedule {
        name,
        weekly: weekly(members).unwrap_or(default.weekly),
        overrides: overrides(members).unwrap_or_default(),
        zone,
    }
}

/// A display name.
pub(super) fn name() -> impl Fn(&Value) -> Read<String> {
    value::name_within(Schedule::NAME_MAX)
}

fn weekly(members: &mut Members<'_>) -> Option<Vec<WeeklyHours>> {
    members.objects("availability", WEEKLY_MAX, |row| WeeklyHours {
        days: row.required("days", value::array(0..=7, weekday)),
        hours: hours(row),
    })
}

fn overrides(members: &mut Members<'_>) -> Option<Vec<DayHours>> {
    members.objects("overrides", OVERRIDES_MAX, |row| DayHours {
        day: row.required("date", value::day),
        hours: hours(row),
    })
}

fn hours(members: &mut Members<'_>) -> OpeningHours {
    let from = members.required("startTime", value::time_of_day);
    let to = members.required("endTime", value::time_of_day);
    if to < from && members.is_sound() {
        members.fault("endTime", "isAfter", "must not be before startTime");
    }
    OpeningHours { from, to }
}

fn weekday(value: &Value) -> Read<Weekday> {
    let broken = || {
        Broken::new(
            "isEnum",
            "must be one of the following values: Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday",
        )
    };
    let text = value.as_str().ok_or_else(broken)?;
    super::view::DAYS
        .into_iter()
        .find(|(_, name)| *name == text)
        .map(|(day, _)| day)
        .ok_or_else(broken)
}

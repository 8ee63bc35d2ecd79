//! Readers of single values: each takes JSON and gives a typed value or the rule it breaks.
//!
//! Readers ending in `_text` also take the text of a query string.

#![expect(
    clippy::missing_errors_doc,
    reason = "a reader fails with the rule that the value breaks, and its first line says the rule"
)]

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::{Broken, Read};
use crate::domain::time::{Day, Timestamp};

/// Longest single line a person types: names, titles, slugs.
pub const LINE_MAX: usize = 1_000;
/// Longest free text.
pub const TEXT_MAX: usize = 50_000;

/// Text of any content, at most [`TEXT_MAX`] characters.
pub fn text(value: &Value) -> Read<String> {
    bounded(value, TEXT_MAX)
}

/// A line, perhaps empty, at most [`LINE_MAX`] characters.
pub fn line(value: &Value) -> Read<String> {
    bounded(value, LINE_MAX)
}

/// A line that is not blank.
pub fn name(value: &Value) -> Read<String> {
    let text = line(value)?;
    if text.trim().is_empty() {
        return Err(Broken::new("isNotEmpty", "should not be empty"));
    }
    Ok(text)
}

/// A line that is not blank, of at most so many characters.
pub fn name_within(max: usize) -> impl Fn(&Value) -> Read<String> {
    move |value| {
        name(value)?;
        bounded(value, max)
    }
}

fn bounded(value: &Value, max: usize) -> Read<String> {
    let text = value
        .as_str()
        .ok_or_else(|| Broken::new("isString", "must be a string"))?;
    if max < text.chars().count() {
        let rule = format!("must be shorter than or equal to {max} characters");
        return Err(Broken::new("maxLength", rule));
    }
    Ok(text.to_owned())
}

/// `true` or `false`.
pub fn boolean(value: &Value) -> Read<bool> {
    value
        .as_bool()
        .ok_or_else(|| Broken::new("isBoolean", "must be a boolean value"))
}

/// `true` or `false`, as text too.
pub fn boolean_text(value: &Value) -> Read<bool> {
    match value.as_str() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) | None => boolean(value),
    }
}

/// An integer within a range; `60.0` is one, `1e30` and `0.5` are not.
pub fn integer(range: RangeInclusive<i64>) -> impl Fn(&Value) -> Read<i64> {
    move |value| within(whole(value), &range)
}

/// An integer within a range that fits 32 bits without sign.
pub fn count(range: RangeInclusive<u32>) -> impl Fn(&Value) -> Read<u32> {
    move |value| {
        let range = i64::from(*range.start())..=i64::from(*range.end());
        let number = within(whole(value), &range)?;
        u32::try_from(number).map_err(|_source| not_whole())
    }
}

/// A positive wire number.
pub fn wire_number(value: &Value) -> Read<i32> {
    let number = within(whole(value), &(1..=i64::from(i32::MAX)))?;
    i32::try_from(number).map_err(|_source| not_whole())
}

/// A positive wire number, as text too.
pub fn wire_number_text(value: &Value) -> Read<i32> {
    wire_number(&from_text(value))
}

/// An integer within a range, as text too.
pub fn integer_text(range: RangeInclusive<i64>) -> impl Fn(&Value) -> Read<i64> {
    move |value| within(whole(&from_text(value)), &range)
}

/// A count within a range, as text too.
pub fn count_text(range: RangeInclusive<u32>) -> impl Fn(&Value) -> Read<u32> {
    move |value| count(range.clone())(&from_text(value))
}

fn from_text(value: &Value) -> Value {
    value
        .as_str()
        .and_then(|text| text.trim().parse::<i64>().ok())
        .map_or_else(|| value.clone(), Value::from)
}

fn whole(value: &Value) -> Option<i64> {
    if let Some(number) = value.as_i64() {
        return Some(number);
    }
    // Beyond 2^53 a fraction may have been lost, and no number of the api is that large.
    let float = value.as_f64()?;
    let is_whole = float.fract().abs() < f64::MIN_POSITIVE && float.abs() < 9_007_199_254_740_992.0;
    if !is_whole {
        return None;
    }
    format!("{float:.0}").parse().ok()
}

fn not_whole() -> Broken {
    Broken::new("isInt", "must be an integer number")
}

fn within(number: Option<i64>, range: &RangeInclusive<i64>) -> Read<i64> {
    let number = number.ok_or_else(not_whole)?;
    if number < *range.start() {
        let text = format!("must not be less than {}", range.start());
        return Err(Broken::new("min", text));
    }
    if *range.end() < number {
        let text = format!("must not be greater than {}", range.end());
        return Err(Broken::new("max", text));
    }
    Ok(number)
}

fn iso_broken() -> Broken {
    Broken::new("isDateString", "must be a valid ISO 8601 date string")
}

/// An instant with any offset, as UTC; without an offset it is read as UTC. Years 1970 to 9999.
pub fn instant(value: &Value) -> Read<Timestamp> {
    let text = value.as_str().ok_or_else(iso_broken)?;
    parse_instant(text).ok_or_else(iso_broken)
}

/// An instant, or a day, of which it is the first instant in UTC; with whether it was a day.
pub fn instant_or_day(value: &Value) -> Read<(Timestamp, bool)> {
    let text = value.as_str().ok_or_else(iso_broken)?;
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(day) if text.len() == 10 => in_range(day.and_time(NaiveTime::MIN).and_utc())
            .map(|at| (at, true))
            .ok_or_else(iso_broken),
        Ok(_) | Err(_) => instant(value).map(|at| (at, false)),
    }
}

fn parse_instant(text: &str) -> Option<Timestamp> {
    const FORMATS: [&str; 3] = [
        "%Y-%m-%dT%H:%M:%S%.f%#z",
        "%Y-%m-%dT%H:%M%#z",
        "%Y-%m-%dT%H:%M:%S%.f%:z",
    ];
    const LOCAL: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    if 40 < text.len() {
        return None;
    }
    let with_offset = DateTime::parse_from_rfc3339(text)
        .ok()
        .or_else(|| {
            // RFC 3339 wants seconds; ISO 8601 does not.
            let text = text
                .strip_suffix(['Z', 'z'])
                .map(|rest| format!("{rest}+00:00"));
            let text = text.as_deref()?;
            FORMATS
                .iter()
                .find_map(|format| DateTime::parse_from_str(text, format).ok())
        })
        .or_else(|| {
            FORMATS
                .iter()
                .find_map(|format| DateTime::parse_from_str(text, format).ok())
        })
        .map(|at| at.with_timezone(&Utc));
    let instant = with_offset.or_else(|| {
        LOCAL
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
            .map(|local| local.and_utc())
    })?;
    in_range(instant)
}

fn in_range(instant: Timestamp) -> Option<Timestamp> {
    (0..253_402_300_800)
        .contains(&instant.timestamp())
        .then_some(instant)
}

/// A calendar day, `YYYY-MM-DD`.
pub fn day(value: &Value) -> Read<Day> {
    let broken = || Broken::new("isDateString", "must be a date, for example 2031-03-04");
    let text = value.as_str().ok_or_else(broken)?;
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|_| text.len() == 10)
        .ok_or_else(broken)
}

/// A time of day, `HH:MM`, 24 hours.
pub fn time_of_day(value: &Value) -> Read<NaiveTime> {
    let broken = || {
        Broken::new(
            "matches",
            "must be a valid time format HH:MM, for example 09:00",
        )
    };
    let text = value.as_str().ok_or_else(broken)?;
    NaiveTime::parse_from_str(text, "%H:%M")
        .ok()
        .filter(|_| text.len() == 5)
        .ok_or_else(broken)
}

/// An IANA zone; aliases and other spellings are normalised.
pub fn zone(value: &Value) -> Read<Tz> {
    let broken = || Broken::new("isTimeZone", "must be a valid IANA time-zone");
    let text = value.as_str().ok_or_else(broken)?;
    parse_zone(text).ok_or_else(broken)
}

/// Reads a zone name in any case, and turns outdated names into today's.
pub fn parse_zone(text: &str) -> Option<Tz> {
    const ALIASES: [(&str, &str); 10] = [
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Asia/Katmandu", "Asia/Kathmandu"),
        ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
        ("Asia/Rangoon", "Asia/Yangon"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("America/Godthab", "America/Nuuk"),
        ("Atlantic/Faeroe", "Atlantic/Faroe"),
        ("US/Eastern", "America/New_York"),
        ("US/Pacific", "America/Los_Angeles"),
    ];
    let name = ALIASES
        .iter()
        .find(|(alias, _)| alias.eq_ignore_ascii_case(text))
        .map_or(text, |(_, name)| name);
    if ["utc", "etc/utc", "gmt", "etc/gmt", "zulu"].contains(&name.to_ascii_lowercase().as_str()) {
        return Some(Tz::UTC);
    }
    name.parse().ok().or_else(|| {
        chrono_tz::TZ_VARIANTS
            .into_iter()
            .find(|zone| zone.name().eq_ignore_ascii_case(name))
    })
}

/// A UUID.
pub fn uuid(value: &Value) -> Read<uuid::Uuid> {
    value
        .as_str()
        .and_then(|text| uuid::Uuid::parse_str(text).ok())
        .ok_or_else(|| Broken::new("isUUID", "must be a UUID"))
}

/// One of some words, as it is written in the list.
pub fn one_of(words: &'static [&'static str]) -> impl Fn(&Value) -> Read<&'static str> {
    move |value| {
        value
            .as_str()
            .and_then(|text| words.iter().find(|word| **word == text))
            .copied()
            .ok_or_else(|| {
                let text = format!("must be one of the following values: {}", words.join(", "));
                Broken::new("isEnum", text)
            })
    }
}

/// An array whose elements are all read by one reader.
pub fn array<T>(
    length: RangeInclusive<usize>,
    each: impl Fn(&Value) -> Read<T>,
) -> impl Fn(&Value) -> Read<Vec<T>> {
    move |value| {
        let items = value
            .as_array()
            .ok_or_else(|| Broken::new("isArray", "must be an array"))?;
        if items.len() < *length.start() {
            let text = format!("must contain at least {} elements", length.start());
            return Err(Broken::new("arrayMinSize", text));
        }
        if *length.end() < items.len() {
            let text = format!("must contain no more than {} elements", length.end());
            return Err(Broken::new("arrayMaxSize", text));
        }
        items
            .iter()
            .map(&each)
            .collect::<Read<Vec<T>>>()
            .map_err(|broken| Broken::new(broken.rule, format!("each value {}", broken.text)))
    }
}

/// A comma-separated list in a query, each part read by one reader.
pub fn list_text<T>(
    length_max: usize,
    each: impl Fn(&Value) -> Read<T>,
) -> impl Fn(&Value) -> Read<Vec<T>> {
    move |value| {
        if let Value::Array(_) = value {
            return array(1..=length_max, &each)(value);
        }
        let parts: Vec<Value> = value
            .as_str()
            .ok_or_else(|| Broken::new("isString", "must be a string"))?
            .split(',')
            .map(|part| Value::from(part.trim()))
            .collect();
        array(1..=length_max, &each)(&Value::Array(parts))
    }
}

/// An object as it is.
pub fn object(value: &Value) -> Read<&Map<String, Value>> {
    value
        .as_object()
        .ok_or_else(|| Broken::new("isObject", "must be an object"))
}

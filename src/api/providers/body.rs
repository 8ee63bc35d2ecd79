//! The body of a created or changed provider.

use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use crate::api::failure::Failure;
use crate::api::me::WEEK_STARTS;
use crate::api::schedules::body::definition;
use crate::api::validation::{Broken, Members, Read, Style, contact, value};
use crate::domain::provider::event::Profile;
use crate::domain::schedule::Schedule;

/// Descriptive members that are one line.
const LINES: [&str; 11] = [
    "specialty",
    "imageUrl",
    "badge",
    "education",
    "degree",
    "locationType",
    "languages",
    "certifications",
    "availability",
    "sessionFormat",
    "preferredVideoPlatform",
];
/// Descriptive members that are a number from 0.
const NUMBERS: [&str; 3] = ["reviews", "price", "yearsExperience"];

/// A provider to create.
#[derive(Debug)]
pub(super) struct New {
    /// Who it is.
    pub(super) profile: Profile,
    /// Its first schedule; absent when it cannot be booked.
    pub(super) schedule: Option<Schedule>,
}

/// Reads the body of a new provider.
///
/// # Errors
/// 422 with every fault.
pub(super) fn new(body: &Map<String, Value>) -> Result<New, Failure> {
    let mut members = Members::new(body);
    let name = members.required("name", value::name);
    let email = members.required("email", contact::email);
    let zone = members.required_or("timeZone", value::zone, Tz::UTC);
    let username = contact::slugified(&name);
    let mut profile = Profile::new(name, email, username, zone);
    read(&mut members, &mut profile);
    if profile.username.is_empty() {
        members.fault("username", "isSlug", "must contain letters or digits");
    }
    let bookable = members.optional("bookable", value::boolean).unwrap_or(true);
    let given = members.object("schedule", definition);
    members.finish(Style::Own)?;
    let schedule = given.unwrap_or_else(|| Schedule::working_week(profile.zone));
    Ok(New {
        profile,
        schedule: bookable.then_some(schedule),
    })
}

/// Reads a change of a provider.
///
/// # Errors
/// 422 with every fault.
pub(super) fn changed(body: &Map<String, Value>, base: &Profile) -> Result<Profile, Failure> {
    let mut members = Members::new(body);
    let mut profile = base.clone();
    if members.has("name") {
        profile.name = members.required("name", value::name);
    }
    if members.has("email") {
        profile.email = members.required("email", contact::email);
    }
    if members.has("timeZone") {
        profile.zone = members.required_or("timeZone", value::zone, Tz::UTC);
    }
    read(&mut members, &mut profile);
    members.finish(Style::Own)?;
    Ok(profile)
}

/// Members that may be absent.
fn read(members: &mut Members<'_>, profile: &mut Profile) {
    if let Some(username) = members.optional("username", contact::slug) {
        profile.username = username;
    }
    if let Some(format) = members.optional("timeFormat", time_format) {
        profile.time_format = format;
    }
    if let Some(day) = members.optional("weekStart", value::one_of(WEEK_STARTS)) {
        day.clone_into(&mut profile.week_start);
    }
    if let Some(bio) = members.given("bio", value::text) {
        profile.bio = bio;
    }
    if let Some(url) = members.given("avatarUrl", contact::url) {
        profile.avatar_url = url;
    }
    if let Some(locale) = members.optional("locale", value::name) {
        profile.locale = locale;
    }
    let mut details: Map<String, Value> = profile
        .details_json
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    read_details(members, &mut details);
    profile.details_json = (!details.is_empty()).then(|| Value::Object(details).to_string());
}

fn time_format(value: &Value) -> Read<u8> {
    match value.as_i64() {
        Some(12) => Ok(12),
        Some(24) => Ok(24),
        Some(_) | None => {
            let text = "must be one of the following values: 12, 24";
            Err(Broken::new("isIn", text))
        }
    }
}

/// Descriptive members: carried, never interpreted. Null removes one.
fn read_details(members: &mut Members<'_>, details: &mut Map<String, Value>) {
    let mut put = |name: &str, given: Option<Option<Value>>| match given {
        Some(Some(value)) => {
            details.insert(name.to_owned(), value);
        }
        Some(None) => {
            details.remove(name);
        }
        None => {}
    };
    for name in LINES {
        put(
            name,
            members.given(name, |value| value::line(value).map(Value::from)),
        );
    }
    for name in NUMBERS {
        let number = |value: &Value| value::count(0..=u32::MAX)(value).map(Value::from);
        put(name, members.given(name, number));
    }
    let approach = members.given("approach", |value| value::text(value).map(Value::from));
    put("approach", approach);
    put("rating", members.given("rating", rating));
    let conditions = members.given("conditions", |value| {
        value::array(0..=200, value::line)(value).map(|list| json!(list))
    });
    put("conditions", conditions);
    put(
        "insuranceAccepted",
        members.given("insuranceAccepted", insurance),
    );
}

/// A number, kept as it is written.
fn rating(value: &Value) -> Read<Value> {
    match value {
        Value::Number(_) => Ok(value.clone()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            Err(Broken::new("isNumber", "must be a number"))
        }
    }
}

/// Yes, no, or in words.
fn insurance(value: &Value) -> Read<Value> {
    value::boolean(value)
        .map(Value::from)
        .or_else(|_words| value::line(value).map(Value::from))
}

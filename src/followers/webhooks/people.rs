//! People in payloads: the provider as organizer, and attendees.

use chrono::Offset as _;
use chrono::TimeZone as _;
use chrono_tz::Tz;
use serde::Serialize;

use crate::domain::personal::Attendee;
use crate::domain::provider::event::{Host, Profile};
use crate::domain::time::Timestamp;

/// Stands where a person's data is erased.
pub(super) const ERASED: &str = "unknown";

/// `language` of a person.
#[derive(Debug, Serialize)]
pub(super) struct Language {
    locale: String,
}

/// The provider.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Organizer {
    id: i32,
    name: String,
    email: String,
    username: String,
    time_zone: String,
    time_format: &'static str,
    language: Language,
    utc_offset: i32,
}

impl Organizer {
    /// The provider as the booking has it, with what only its profile says.
    pub(super) fn of(host: &Host, profile: Option<&Profile>, at: Timestamp) -> Self {
        let is_24 = profile.is_some_and(|profile| profile.time_format == 24);
        Self {
            id: host.number.get(),
            name: host.name.clone(),
            email: host.email.clone(),
            username: host.username.clone(),
            time_zone: host.zone.name().to_owned(),
            time_format: if is_24 { "HH:mm" } else { "h:mma" },
            language: Language {
                locale: profile.map_or_else(|| "en".to_owned(), |profile| profile.locale.clone()),
            },
            utc_offset: offset_minutes(host.zone, at),
        }
    }
}

/// An attendee, or a guest.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Person {
    name: String,
    first_name: String,
    last_name: String,
    pub(super) email: String,
    time_zone: String,
    language: Language,
    utc_offset: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
}

impl Person {
    /// An attendee; placeholders when its data is erased.
    pub(super) fn of(attendee: Option<&Attendee>, at: Timestamp) -> Self {
        let name = attendee.map_or(ERASED, |attendee| attendee.name.trim());
        let (first, last) = name.split_once(char::is_whitespace).unwrap_or((name, ""));
        let zone = attendee.and_then(|attendee| attendee.time_zone.parse().ok());
        let zone: Tz = zone.unwrap_or(Tz::UTC);
        let language = attendee.map_or("en", |attendee| attendee.language.as_str());
        Self {
            name: name.to_owned(),
            first_name: first.to_owned(),
            last_name: last.trim_start().to_owned(),
            email: attendee.map_or_else(
                || ERASED.to_owned(),
                |attendee| attendee.email.clone().unwrap_or_default(),
            ),
            time_zone: zone.name().to_owned(),
            language: Language {
                locale: language.to_owned(),
            },
            utc_offset: offset_minutes(zone, at),
            phone_number: attendee.and_then(|attendee| attendee.phone_number.clone()),
        }
    }

    /// A guest of an attendee: an address, and the attendee's zone and language.
    pub(super) fn guest(email: &str, of: Option<&Attendee>, at: Timestamp) -> Self {
        Self {
            name: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            email: email.to_owned(),
            phone_number: None,
            ..Self::of(of, at)
        }
    }
}

/// Minutes east of UTC at an instant.
fn offset_minutes(zone: Tz, at: Timestamp) -> i32 {
    let offset = zone.offset_from_utc_datetime(&at.naive_utc());
    offset.fix().local_minus_utc() / 60
}

//! Bodies as they are sent: read member by member, unknown ones rejected.

use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::cancel::CancelBody;
use super::location::{ChosenLocation, Location};
use super::reschedule::RescheduleBody;
use super::selector::Selector;
use crate::api::failure::Failure;
use crate::api::validation::{Broken, Members, Read, Style, contact, value};
use crate::api::version::Version;
use crate::domain::id::EventTypeNumber;
use crate::domain::personal::Attendee;
use crate::domain::time::{SlotError, TimeSlot, Timestamp};

/// Guests of one booking: with the attendee 100 people (DESIGN § 13).
pub(crate) const GUESTS_MAX: usize = 99;
const ANSWERS_MAX: usize = 200;
const METADATA_MAX: usize = 50;
const METADATA_KEY_MAX: usize = 40;
const METADATA_VALUE_MAX: usize = 500;
/// Longest series asked for at all; the event type allows fewer.
const RECURRENCES_MAX: u32 = 100_000;

/// Languages of Cal.com's booking pages.
pub(crate) const LANGUAGES: [&str; 44] = [
    "ar", "ca", "de", "es", "eu", "he", "id", "ja", "lv", "pl", "ro", "sr", "th", "vi", "az", "cs",
    "el", "es-419", "fi", "hr", "it", "km", "nl", "pt", "ru", "sv", "tr", "zh-CN", "bg", "da",
    "en", "et", "fr", "hu", "iw", "ko", "no", "pt-BR", "sk", "ta", "uk", "zh-TW", "bn", "lt",
];

/// What is to be booked, by whom.
#[derive(Clone, Debug)]
pub(crate) struct PlaceBody {
    /// The event type.
    pub selector: Selector,
    /// The (first) start.
    pub start: Timestamp,
    /// Who books.
    pub attendee: Attendee,
    /// The attendee's zone: series keep their local time in it.
    pub attendee_zone: Tz,
    /// E-mail addresses of guests.
    pub guests: Vec<String>,
    /// Answers by booking field.
    pub answers: Map<String, Value>,
    /// What the client wants to find again.
    pub metadata: Map<String, Value>,
    /// Where.
    pub location: Option<Location>,
    /// One of several lengths.
    pub length_in_minutes: Option<u32>,
    /// Occurrences of a series.
    pub recurrence_count: Option<u32>,
    /// A host asks to book outside opening hours, notice, window and limits.
    pub is_out_of_bounds: bool,
    /// A host asks to book beyond the limits per period.
    pub skips_limits: bool,
    /// What was sent to the attendee's address, typed back.
    pub email_verification_code: Option<String>,
}

/// Reads the body of `POST /v2/bookings` (`reference` § 4.2).
///
/// # Errors
/// 400 with every fault.
pub(crate) fn place(members: &Map<String, Value>, version: Version) -> Result<PlaceBody, Failure> {
    let mut body = Members::new(members);
    let start = body.required("start", value::instant);
    let attendee = attendee(&mut body);
    let number = body.optional("eventTypeId", value::wire_number);
    let slug = body.optional("eventTypeSlug", value::name);
    let username = body.optional("username", value::name);
    let team = body.optional("teamSlug", value::name);
    let organization = body.optional("organizationSlug", value::name);
    let answers = body.optional("bookingFieldsResponses", answers);
    let guests = body.optional("guests", value::array(0..=GUESTS_MAX, contact::email));
    let location = location(&mut body);
    let meeting_url = body.optional("meetingUrl", contact::url);
    let metadata = body.optional("metadata", metadata);
    let length_in_minutes = body.optional("lengthInMinutes", value::count(1..=length_max()));
    let recurrence_count = body.optional("recurrenceCount", value::count(1..=RECURRENCES_MAX));
    let instant = body.optional("instant", value::boolean);
    // Team routing: accepted as Cal.com accepts it, without effect on a single host.
    body.optional("routing", value::object);
    let email_verification_code = body.optional("emailVerificationCode", value::line);
    let (is_out_of_bounds, skips_limits) = host_flags(&mut body, version);
    body.finish(Style::Rejecting)?;
    let Some((attendee, attendee_zone)) = attendee else {
        return Err(Failure::internal());
    };
    if attendee.email.is_none() && attendee.phone_number.is_none() {
        return Err(Failure::bad_request(
            "Attendee must have at least one contact method (email or phone number)",
        ));
    }
    if instant == Some(true) {
        return Err(Failure::bad_request(
            "Instant bookings are for team event types only.",
        ));
    }
    Ok(PlaceBody {
        selector: selector(number, slug, username, team, organization)?,
        start,
        attendee,
        attendee_zone,
        guests: guests.unwrap_or_default(),
        answers: answers.unwrap_or_default(),
        metadata: metadata.unwrap_or_default(),
        location: location.or(meeting_url.map(Location::Text)),
        length_in_minutes,
        recurrence_count,
        is_out_of_bounds,
        skips_limits,
        email_verification_code,
    })
}

/// Reads the body of a reschedule (`reference` § 4.4).
///
/// # Errors
/// 400 with every fault.
pub(crate) fn reschedule(
    members: &Map<String, Value>,
    version: Version,
) -> Result<RescheduleBody, Failure> {
    let mut body = Members::new(members);
    let read = RescheduleBody {
        start: body.required("start", value::instant),
        rescheduled_by: body.optional("rescheduledBy", contact::email),
        rescheduling_reason: body.optional("reschedulingReason", value::text),
        seat_uid: body.optional("seatUid", value::line),
        hold: None,
    };
    body.optional("emailVerificationCode", value::line);
    if Version::V2026_02_25 <= version {
        // A booking always moves with its hosts.
        body.optional("rescheduleWithSameHost", value::boolean);
    }
    body.finish(Style::Rejecting)?;
    Ok(read)
}

/// Reads the body of a cancellation (`reference` § 4.5).
///
/// # Errors
/// 400 with every fault.
pub(crate) fn cancel(members: &Map<String, Value>) -> Result<CancelBody, Failure> {
    let mut body = Members::new(members);
    let read = CancelBody {
        cancellation_reason: body.optional("cancellationReason", value::text),
        cancel_subsequent_bookings: body
            .optional("cancelSubsequentBookings", value::boolean)
            .unwrap_or_default(),
        seat_uid: body.optional("seatUid", value::line),
    };
    body.finish(Style::Rejecting)?;
    Ok(read)
}

/// 400: the start and length are not a slot.
pub(crate) fn start_refused(error: &SlotError) -> Failure {
    Failure::bad_request(format!("start property is wrong,{error} "))
}

/// Longest booking, minutes.
pub(crate) fn length_max() -> u32 {
    u32::try_from(TimeSlot::LENGTH_MAX_MINUTES).unwrap_or(u32::MAX)
}

/// Flags of hosts: out of bounds, and beyond limits. Conflicts are never allowed: `allowConflicts` is accepted and has
/// no effect.
fn host_flags(body: &mut Members<'_>, version: Version) -> (bool, bool) {
    if version < Version::V2026_02_25 {
        return (false, false);
    }
    body.optional("allowConflicts", value::boolean);
    let mut flag = |name| body.optional(name, value::boolean) == Some(true);
    (flag("allowBookingOutOfBounds"), flag("skipBookingLimits"))
}

/// Who books, with its zone.
pub(crate) fn attendee(body: &mut Members<'_>) -> Option<(Attendee, Tz)> {
    let read = body.object("attendee", |attendee| {
        let zone = attendee.required_or("timeZone", value::zone, Tz::UTC);
        let person = Attendee {
            name: attendee.required("name", value::name),
            email: attendee.optional("email", contact::email),
            phone_number: attendee.optional("phoneNumber", contact::phone),
            time_zone: zone.name().to_owned(),
            language: attendee
                .optional("language", value::one_of(&LANGUAGES))
                .unwrap_or("en")
                .to_owned(),
        };
        (person, zone)
    });
    if read.is_none() && body.value("attendee").is_none() {
        body.fault("attendee", "isNotEmpty", "should not be null or undefined");
    }
    read
}

/// Where, as it is chosen.
pub(crate) fn location(body: &mut Members<'_>) -> Option<Location> {
    if body.value("location").is_some_and(Value::is_string) {
        return body.optional("location", value::name).map(Location::Text);
    }
    let chosen = body.object("location", |location| ChosenLocation {
        kind: location.required("type", value::name),
        address: location.optional("address", value::line),
        phone: location.optional("phone", contact::phone),
        location: location.optional("location", value::line),
        integration: location.optional("integration", value::line),
        link: location.optional("link", value::line),
    });
    chosen.map(Location::Chosen)
}

/// Answers by booking field.
///
/// # Errors
/// When they are no object, or too many.
pub(crate) fn answers(value: &Value) -> Read<Map<String, Value>> {
    let answers = value::object(value)?;
    if ANSWERS_MAX < answers.len() {
        let text = format!("must contain no more than {ANSWERS_MAX} answers");
        return Err(Broken::new("maxProperties", text));
    }
    Ok(answers.clone())
}

/// Client metadata: flat and small.
///
/// # Errors
/// When it is no object, too large, or nested.
pub(crate) fn metadata(value: &Value) -> Read<Map<String, Value>> {
    let metadata = value::object(value)?;
    let is_small = |entry: &Value| match entry {
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => text.chars().count() <= METADATA_VALUE_MAX,
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    };
    let fits = metadata.len() <= METADATA_MAX
        && metadata
            .iter()
            .all(|(key, entry)| key.chars().count() <= METADATA_KEY_MAX && is_small(entry));
    if fits {
        return Ok(metadata.clone());
    }
    Err(Broken::new(
        "validateMetadata",
        format!(
            "must have at most {METADATA_MAX} keys, each up to {METADATA_KEY_MAX} characters, with values that are strings of up to {METADATA_VALUE_MAX} characters, numbers or booleans"
        ),
    ))
}

fn selector(
    number: Option<i32>,
    slug: Option<String>,
    username: Option<String>,
    team: Option<String>,
    organization: Option<String>,
) -> Result<Selector, Failure> {
    match (number, slug, username, team) {
        (Some(number), _, _, _) => Ok(Selector::Number(EventTypeNumber::new(number))),
        (None, Some(slug), Some(username), _) => Ok(Selector::Slug {
            slug,
            username,
            organization,
        }),
        (None, Some(slug), None, Some(team)) => Ok(Selector::OfTeam {
            slug,
            team,
            organization,
        }),
        (None, _, _, _) => Err(Failure::bad_request(
            "Either eventTypeId or eventTypeSlug + username or eventTypeSlug + teamSlug must be provided",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn minimal() -> Value {
        json!({"eventTypeId":41,"start":"2031-03-04T07:00:00Z",
            "attendee":{"name":"Ilze Berga","email":"Ilze@Example.org","timeZone":"Europe/Riga"}})
    }

    fn read(body: &Value, version: Version) -> Result<PlaceBody, Failure> {
        place(body.as_object().unwrap(), version)
    }

    fn refusal(change: impl FnOnce(&mut Value)) -> (u16, String) {
        let mut body = minimal();
        change(&mut body);
        let failure = read(&body, Version::V2024_08_13).unwrap_err();
        let refusal = failure.refusal();
        (refusal.status.as_u16(), refusal.message.clone())
    }

    #[test]
    fn the_least_body_is_read() {
        let body = read(&minimal(), Version::V2024_08_13).unwrap();
        assert_eq!(body.selector, Selector::Number(EventTypeNumber::new(41)));
        assert_eq!(body.attendee.email.as_deref(), Some("ilze@example.org"));
        assert_eq!(body.attendee.language, "en");
        assert_eq!(body.attendee_zone, chrono_tz::Europe::Riga);
        assert!(!body.is_out_of_bounds);
    }

    #[test]
    fn flags_of_hosts_belong_to_newer_versions() {
        let mut body = minimal();
        body["allowBookingOutOfBounds"] = json!(true);
        body["allowConflicts"] = json!(true);
        assert!(read(&body, Version::V2026_05_01).unwrap().is_out_of_bounds);
        let (status, text) = refusal(|older| older["allowConflicts"] = json!(true));
        assert_eq!(status, 400);
        assert!(
            text.contains("property allowConflicts should not exist"),
            "{text}"
        );
    }

    #[test]
    fn refusals_have_the_texts_clients_compare() {
        let contact = refusal(|body| body["attendee"]["email"] = Value::Null);
        assert_eq!(
            contact.1,
            "Attendee must have at least one contact method (email or phone number)"
        );
        let selector = refusal(|body| body["eventTypeId"] = Value::Null);
        assert!(
            selector
                .1
                .starts_with("Either eventTypeId or eventTypeSlug + username or")
        );
        let zone = refusal(|body| body["attendee"]["timeZone"] = json!("Riga"));
        assert!(
            zone.1.starts_with("attendee property is wrong,"),
            "{}",
            zone.1
        );
        let nobody = refusal(|body| body["attendee"] = Value::Null);
        assert!(
            nobody.1.starts_with("attendee property is wrong,"),
            "{}",
            nobody.1
        );
    }

    #[test]
    fn every_documented_member_is_known() {
        use utoipa::PartialSchema as _;
        let schema = serde_json::to_value(super::super::wire::NewBooking::schema()).unwrap();
        let documented = schema["properties"].as_object().unwrap();
        let body = documented.keys().map(|name| (name.clone(), json!([])));
        let failure = place(&body.collect(), Version::V2026_05_01).unwrap_err();
        let text = failure.refusal().message.clone();
        assert!(!text.contains("should not exist"), "{text}");
    }

    #[test]
    fn metadata_is_small_and_flat() {
        for metadata in [
            json!({"k": {"nested": 1}}),
            json!({"k": "x".repeat(501)}),
            json!({"k".repeat(41): "x"}),
            Value::Object((0..51).map(|key| (key.to_string(), json!(1))).collect()),
        ] {
            assert_eq!(refusal(|body| body["metadata"] = metadata).0, 400);
        }
        let mut body = minimal();
        body["metadata"] = json!({"a": 1, "b": true, "c": "x".repeat(500)});
        assert_eq!(read(&body, Version::V2024_08_13).unwrap().metadata.len(), 3);
    }

    #[test]
    fn a_location_is_an_object_or_text() {
        let mut body = minimal();
        body["location"] = json!("the park");
        let location = read(&body, Version::V2024_08_13).unwrap().location;
        assert_eq!(location, Some(Location::Text("the park".to_owned())));
        body["location"] = json!({"type":"integration","integration":"zoom"});
        assert!(read(&body, Version::V2024_08_13).is_ok());
        assert_eq!(
            refusal(|wrong| wrong["location"] = json!({"type":"link","x":1})).0,
            400
        );
    }
}

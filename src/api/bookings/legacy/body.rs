//! Bodies of the oldest shape, read: faults are listed by property, unknown members are dropped.

use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::wire::LegacyNoShow;
use crate::api::bookings::absence::{AbsentAttendee, MarkAbsentBody};
use crate::api::bookings::body::{self, PlaceBody};
use crate::api::bookings::cancel::CancelBody;
use crate::api::bookings::location::Location;
use crate::api::bookings::reschedule::RescheduleBody;
use crate::api::bookings::selector::Selector;
use crate::api::failure::Failure;
use crate::api::validation::{Broken, Members, Read, Style, contact, value};
use crate::domain::id::EventTypeNumber;
use crate::domain::personal::Attendee;
use crate::domain::time::Timestamp;

/// Members of `responses` that are no answers to fields.
const OWN_RESPONSES: [&str; 6] = [
    "name",
    "email",
    "guests",
    "location",
    "attendeePhoneNumber",
    "rescheduleReason",
];

/// What is to be booked, or moved.
#[derive(Clone, Debug)]
pub(super) struct LegacyBody {
    /// As the current version has it; lengths and occurrences are settled with the event type.
    pub(super) place: PlaceBody,
    /// The end, when it is given.
    pub(super) end: Option<Timestamp>,
    /// Moves this booking instead.
    pub(super) reschedule: Option<(String, RescheduleBody)>,
}

/// Reads a body that books.
///
/// # Errors
/// 400 with every fault.
pub(super) fn place(members: &Map<String, Value>) -> Result<LegacyBody, Failure> {
    let mut body = Members::new(members);
    let start = body.required("start", value::instant);
    let end = body.optional("end", value::instant);
    let number = body.required("eventTypeId", value::wire_number);
    let zone = body.required_or("timeZone", value::zone, Tz::UTC);
    let language = body.required("language", value::name);
    let metadata = body.required("metadata", body::metadata);
    let responses = responses(&mut body);
    let reschedule_uid = body.optional("rescheduleUid", value::line);
    let rescheduled_by = body.optional("rescheduledBy", contact::email);
    let seat_uid = body.optional("seatReferenceUid", value::line);
    body.finish(Style::Dropping)?;
    let responses = responses.ok_or_else(Failure::internal)?;
    if responses.email.is_none() && responses.phone_number.is_none() {
        return Err(Failure::bad_request(
            "Attendee must have at least one contact method (email or phone number)",
        ));
    }
    let reschedule = reschedule_uid.map(|uid| {
        let moved = RescheduleBody {
            start,
            rescheduled_by,
            rescheduling_reason: responses.reason,
            seat_uid,
            hold: None,
        };
        (uid, moved)
    });
    let place = PlaceBody {
        selector: Selector::Number(EventTypeNumber::new(number)),
        start,
        attendee: Attendee {
            name: responses.name,
            email: responses.email,
            phone_number: responses.phone_number,
            time_zone: zone.name().to_owned(),
            language,
        },
        attendee_zone: zone,
        guests: responses.guests,
        answers: responses.answers,
        metadata,
        location: responses.location,
        length_in_minutes: None,
        recurrence_count: None,
        is_out_of_bounds: false,
        skips_limits: false,
        email_verification_code: None,
    };
    Ok(LegacyBody {
        place,
        end,
        reschedule,
    })
}

/// What `responses` says.
struct Responses {
    name: String,
    email: Option<String>,
    phone_number: Option<String>,
    guests: Vec<String>,
    location: Option<Location>,
    reason: Option<String>,
    answers: Map<String, Value>,
}

fn responses(body: &mut Members<'_>) -> Option<Responses> {
    let answers = body.value("responses").and_then(Value::as_object).cloned();
    let read = body.object("responses", |members| Responses {
        name: members.required("name", name),
        email: members.optional("email", contact::email),
        phone_number: members.optional("attendeePhoneNumber", contact::phone),
        guests: members
            .optional("guests", value::array(0..=body::GUESTS_MAX, contact::email))
            .unwrap_or_default(),
        location: members.optional("location", location).flatten(),
        reason: members.optional("rescheduleReason", value::text),
        answers: answers
            .into_iter()
            .flatten()
            .filter(|(slug, _)| !OWN_RESPONSES.contains(&slug.as_str()))
            .collect(),
    });
    if read.is_none() && body.value("responses").is_none() {
        body.fault("responses", "isObject", "must be an object");
    }
    read
}

/// A name, or its first and last part.
fn name(given: &Value) -> Read<String> {
    let Some(parts) = given.as_object() else {
        return value::name(given);
    };
    let part = |name: &str| parts.get(name).and_then(Value::as_str).unwrap_or_default();
    let whole = format!("{} {}", part("firstName"), part("lastName"));
    value::name(&Value::String(whole.trim().to_owned()))
}

/// `{value, optionValue}`: what the attendee says of the place; what the host determines is the event type's own.
fn location(given: &Value) -> Read<Option<Location>> {
    const OF_HOST: [&str; 4] = ["inPerson", "link", "userPhone", "conferencing"];
    let broken = || Broken::new("isObject", "must be an object with value and optionValue");
    let members = given.as_object().ok_or_else(broken)?;
    let text = |name: &str| match members.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(text) => value::line(text),
    };
    let (kind, option) = (text("value")?, text("optionValue")?);
    let said = if option.trim().is_empty() {
        kind
    } else {
        option
    };
    let is_of_host = said.is_empty() || OF_HOST.contains(&said.as_str());
    Ok((!is_of_host).then_some(Location::Text(said)))
}

/// Reads a body that cancels.
///
/// # Errors
/// 400 with every fault.
pub(super) fn cancel(members: &Map<String, Value>) -> Result<CancelBody, Failure> {
    let mut body = Members::new(members);
    let read = CancelBody {
        cancellation_reason: body.optional("cancellationReason", value::text),
        cancel_subsequent_bookings: body
            .optional("allRemainingBookings", value::boolean)
            .unwrap_or_default(),
        seat_uid: body.optional("seatReferenceUid", value::line),
    };
    body.finish(Style::Dropping)?;
    Ok(read)
}

/// Reads a body that marks absences.
///
/// # Errors
/// 400 with every fault.
pub(super) fn no_shows(members: &Map<String, Value>) -> Result<MarkAbsentBody, Failure> {
    const ATTENDEES_MAX: usize = 100;
    let mut body = Members::new(members);
    let host = body.optional("noShowHost", value::boolean);
    let attendees = body.objects("attendees", ATTENDEES_MAX, |attendee| LegacyNoShow {
        email: attendee.required("email", contact::email),
        no_show: attendee.required("noShow", value::boolean),
    });
    body.finish(Style::Dropping)?;
    if host.is_none() && attendees.as_ref().is_none_or(Vec::is_empty) {
        return Err(Failure::bad_request(
            "Either noShowHost or attendees must be provided.",
        ));
    }
    let marked = attendees.into_iter().flatten().map(|mark| AbsentAttendee {
        email: mark.email,
        absent: mark.no_show,
    });
    Ok(MarkAbsentBody {
        host,
        attendees: Some(marked.collect()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: &Value) -> Result<LegacyBody, Failure> {
        place(body.as_object().unwrap())
    }

    fn least() -> Value {
        json!({"start": "2031-03-04T07:00:00Z", "eventTypeId": 41, "timeZone": "Europe/Riga", "language": "lv",
            "metadata": {}, "responses": {"name": "Ilze Berga", "email": "ilze@example.org"}})
    }

    #[test]
    fn the_new_shape_is_told_what_it_lacks() {
        let new = json!({"eventTypeId": 41, "start": "2031-03-04T07:00:00Z",
            "attendee": {"name": "I", "email": "i@example.org", "timeZone": "UTC"}});
        let failure = read(&new).unwrap_err();
        let details = failure.refusal().details_json().unwrap().to_string();
        for property in ["timeZone", "language", "metadata", "responses"] {
            assert!(
                details.contains(&format!("\"property\":\"{property}\"")),
                "{details}"
            );
        }
    }

    #[test]
    fn responses_become_who_books_and_answers() {
        let mut body = least();
        body["responses"]["name"] = json!({"firstName": "Ilze", "lastName": "Berga"});
        body["responses"]["notes"] = json!("by bike");
        body["responses"]["guests"] = json!(["karlis@example.org"]);
        body["responses"]["location"] =
            json!({"value": "attendeeInPerson", "optionValue": "the park"});
        let place = read(&body).unwrap().place;
        assert_eq!(place.attendee.name, "Ilze Berga");
        assert_eq!(
            place.answers,
            *json!({"notes": "by bike"}).as_object().unwrap()
        );
        assert_eq!(place.guests, ["karlis@example.org"]);
        assert_eq!(place.location, Some(Location::Text("the park".to_owned())));
        body["responses"]["location"] = json!({"value": "link", "optionValue": ""});
        assert_eq!(read(&body).unwrap().place.location, None);
        body["responses"]["location"] = json!("here");
        assert!(read(&body).is_err());
    }

    #[test]
    fn a_uid_to_reschedule_makes_it_a_move() {
        let mut body = least();
        body["rescheduleUid"] = json!("p4Tq8xWnKe2RzVbHs6Yc1d");
        body["responses"]["rescheduleReason"] = json!("train strike");
        let (uid, moved) = read(&body).unwrap().reschedule.unwrap();
        assert_eq!(uid, "p4Tq8xWnKe2RzVbHs6Yc1d");
        assert_eq!(moved.rescheduling_reason.as_deref(), Some("train strike"));
    }

    #[test]
    fn somebody_is_marked() {
        let marks = |body: &Value| no_shows(body.as_object().unwrap());
        assert!(marks(&json!({})).is_err());
        assert!(marks(&json!({"attendees": [{"email": "a@example.org"}]})).is_err());
        assert_eq!(
            marks(&json!({"noShowHost": true})).unwrap().host,
            Some(true)
        );
    }
}

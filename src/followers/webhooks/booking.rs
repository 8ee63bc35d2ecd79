//! The payload of a booking's events (`reference` § 7.3). Members are written in the order of the reference's example.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::people::{ERASED, Organizer, Person};
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::id::AttendeeNumber;
use crate::domain::personal::{Attendee, Personal};
use crate::domain::provider::command::BookingStatus;
use crate::domain::provider::event::{AttendanceMarked, Profile};
use crate::domain::terms::Confirmation;
use crate::domain::time::{TimeSlot, Timestamp};
use crate::domain::title::Titled;
use crate::domain::webhook::Trigger;
use crate::projections::bookings::{Guest, Opened};
use crate::projections::row;

/// A booking as somebody is told of it: the row as it stood after the event, and what was sealed of it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The wire booking.
    pub row: &'a row::Booking,
    /// What it holds sealed.
    pub opened: &'a Opened,
    /// Reason and by whom it was moved, cancelled or declined.
    pub reason: Option<&'a Personal>,
    /// The provider's profile, for how it writes times.
    pub profile: Option<&'a Profile>,
    /// The event type as it is now; `None` when it is deleted.
    pub event_type: Option<&'a EventTypeSettings>,
    /// The wire booking it replaces, or that a seat of it moved from.
    pub replaced: Option<&'a row::Booking>,
}

impl<'a> Told<'a> {
    /// What the first attendee typed; `None` when it is erased.
    const fn placed(&self) -> Option<&'a Personal> {
        self.opened.placed.as_ref()
    }

    fn attendee(&self) -> Option<&'a Attendee> {
        self.placed()?.attendee.as_ref()
    }
}

/// See [`payload`].
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingPayload {
    booking_id: i32,
    uid: String,
    #[serde(rename = "iCalUID")]
    i_cal_uid: String,
    #[serde(rename = "type")]
    slug: String,
    event_type_id: i32,
    event_title: String,
    event_description: String,
    title: String,
    description: String,
    additional_notes: String,
    start_time: String,
    end_time: String,
    length: i64,
    status: &'static str,
    organizer: Organizer,
    attendees: Vec<Person>,
    responses: BTreeMap<String, Response>,
    user_fields_responses: BTreeMap<String, Response>,
    custom_inputs: BTreeMap<String, Value>,
    location: Option<String>,
    destination_calendar: Option<Value>,
    metadata: BTreeMap<String, Value>,
    requires_confirmation: bool,
    price: i64,
    currency: &'static str,
    seats_per_time_slot: Option<u32>,
    scheduling_type: Option<&'static str>,
    #[serde(flatten)]
    change: Change,
}

/// What only some triggers add.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Change {
    #[serde(rename_all = "camelCase")]
    Rescheduled {
        reschedule_id: Option<i32>,
        reschedule_uid: String,
        reschedule_start_time: Option<String>,
        reschedule_end_time: Option<String>,
        rescheduled_by: Option<String>,
    },
    #[serde(rename_all = "camelCase")]
    Cancelled {
        cancelled_by: Option<String>,
        cancellation_reason: String,
        request_reschedule: bool,
    },
    #[serde(rename_all = "camelCase")]
    Rejected {
        rejection_reason: String,
    },
    None {},
}

/// An answer to a field of the booking form.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    label: String,
    value: Value,
    is_hidden: bool,
}

/// What subscribers of any trigger about a booking but [`no_show`] are told.
pub fn payload(trigger: Trigger, told: &Told<'_>) -> BookingPayload {
    let row = told.row;
    let start = row.slot.start();
    let custom = custom_responses(told);
    let mut responses = default_responses(told);
    responses.extend(custom.clone());
    let notes = answer(told, "notes")
        .and_then(|notes| notes.as_str().map(str::to_owned))
        .unwrap_or_default();
    BookingPayload {
        booking_id: row.number.get(),
        uid: row.uid.to_string(),
        i_cal_uid: row.ics_uid.clone(),
        slug: row.terms.slug.clone(),
        event_type_id: row.terms.number.get(),
        event_title: row.terms.title.clone(),
        event_description: told
            .event_type
            .map_or_else(String::new, |settings| settings.description.clone()),
        title: title(told),
        description: notes.clone(),
        additional_notes: notes,
        start_time: instant(start),
        end_time: instant(row.slot.end()),
        length: row.slot.minutes(),
        status: status(row.status),
        organizer: Organizer::of(&row.host, told.profile, start),
        attendees: attendees(told),
        responses,
        user_fields_responses: custom,
        custom_inputs: BTreeMap::new(),
        location: told.opened.location().map(str::to_owned),
        destination_calendar: None,
        metadata: told
            .placed()
            .map_or_else(BTreeMap::new, |personal| values(&personal.metadata)),
        requires_confirmation: row.terms.confirmation != Confirmation::NotRequired,
        price: 0,
        currency: "usd",
        seats_per_time_slot: row.terms.seats.as_ref().map(|seats| seats.per_slot),
        scheduling_type: None,
        change: change(trigger, told),
    }
}

/// What subscribers of `BOOKING_NO_SHOW_UPDATED` are told.
pub fn no_show(marked: &AttendanceMarked, told: &Told<'_>) -> Value {
    let row = told.row;
    let address = |number| {
        let seat = row.seats.iter().position(|seat| seat.attendee == number);
        let Some(seat) = seat else {
            let mut people = people(told).into_iter();
            let found = people.find(|(known, _)| *known == Some(number));
            return found.map_or_else(|| ERASED.to_owned(), |(_, person)| person.email);
        };
        let typed = told.opened.seats.get(seat).and_then(Option::as_ref);
        let attendee = typed.and_then(|personal| personal.attendee.as_ref());
        Person::of(attendee, row.slot.start()).email
    };
    let attendees: Vec<(String, bool)> = marked
        .attendees
        .iter()
        .map(|(number, absent)| (address(*number), *absent))
        .collect();
    let mut said: Vec<String> = attendees
        .iter()
        .map(|(email, absent)| format!("{email} {}", marked_as(*absent)))
        .collect();
    if let Some(absent) = marked.host_absent {
        said.push(format!("{} {}", row.host.email, marked_as(absent)));
    }
    let attendees: Vec<Value> = attendees
        .into_iter()
        .map(|(email, absent)| json!({"email": email, "noShow": absent}))
        .collect();
    json!({
        "message": said.join(", "),
        "bookingUid": row.uid,
        "bookingId": row.number,
        "attendees": attendees,
    })
}

const fn marked_as(absent: bool) -> &'static str {
    if absent {
        "marked as no-show"
    } else {
        "unmarked as no-show"
    }
}

fn change(trigger: Trigger, told: &Told<'_>) -> Change {
    let by = told.reason.and_then(|personal| personal.acted_by.clone());
    let reason = told.reason.and_then(|personal| personal.reason.clone());
    let reason = reason.unwrap_or_default();
    let old = told.replaced;
    let at = |pick: fn(&TimeSlot) -> Timestamp| old.map(|old| instant(pick(&old.slot)));
    // The booking that a seat moved to is nobody's successor: what it was moved from is known from its event.
    let from = told.row.rescheduled_from.as_ref();
    match (trigger, from.or(old.map(|old| &old.uid))) {
        (Trigger::BookingRescheduled, Some(uid)) => Change::Rescheduled {
            reschedule_id: old.map(|old| old.number.get()),
            reschedule_uid: uid.to_string(),
            reschedule_start_time: at(TimeSlot::start),
            reschedule_end_time: at(TimeSlot::end),
            rescheduled_by: by,
        },
        (Trigger::BookingCancelled, _) => Change::Cancelled {
            cancelled_by: by,
            cancellation_reason: reason,
            request_reschedule: false,
        },
        (Trigger::BookingRejected, _) => Change::Rejected {
            rejection_reason: reason,
        },
        (_, _) => Change::None {},
    }
}

/// As the API shows it to whoever sees the attendees.
fn title(told: &Told<'_>) -> String {
    let attendee = told
        .attendee()
        .map_or(ERASED, |attendee| attendee.name.as_str());
    told.row.terms.booking_title(Titled {
        host: &told.row.host.name,
        attendee: Some(attendee),
        location: told.opened.location(),
    })
}

const fn status(status: BookingStatus) -> &'static str {
    match status {
        BookingStatus::Accepted => "ACCEPTED",
        BookingStatus::Pending => "PENDING",
        BookingStatus::Cancelled => "CANCELLED",
        BookingStatus::Rejected => "REJECTED",
    }
}

/// The attendee and guests; on a seated booking whoever has a seat.
fn attendees(told: &Told<'_>) -> Vec<Person> {
    let (row, at) = (told.row, told.row.slot.start());
    if row.terms.seats.is_some() {
        let seats = row.seats.iter().enumerate();
        return seats
            .filter(|(_, seat)| !seat.released)
            .map(|(index, _)| {
                let typed = told.opened.seats.get(index).and_then(Option::as_ref);
                Person::of(typed.and_then(|personal| personal.attendee.as_ref()), at)
            })
            .collect();
    }
    people(told).into_iter().map(|(_, person)| person).collect()
}

/// Who booked, and the guests who come, with their wire numbers; `None` for a guest from before guests had them.
fn people(told: &Told<'_>) -> Vec<(Option<AttendeeNumber>, Person)> {
    let (row, at) = (told.row, told.row.slot.start());
    let attendee = told.attendee();
    let mut people = vec![(Some(row.attendee), Person::of(attendee, at))];
    let guests = told.opened.guests(row).into_iter();
    people.extend(guests.map(|(number, guest)| {
        let person = match guest {
            Guest::Address(email) => Person::guest(email, attendee, at),
            Guest::Companion(companion) => Person::of(Some(companion), at),
        };
        (number, person)
    }));
    people
}

/// Answers to the fields that every form has; their labels are keys of Cal.com's texts.
fn default_responses(told: &Told<'_>) -> BTreeMap<String, Response> {
    let person = attendees(told).into_iter().next();
    let attendee = told.attendee();
    let guests = told.opened.guests(told.row).into_iter();
    let guests: Vec<&str> = guests
        .map(|(_, guest)| match guest {
            Guest::Address(email) => email,
            Guest::Companion(companion) => companion.email.as_deref().unwrap_or_default(),
        })
        .collect();
    let reason = told.reason.and_then(|moved| moved.reason.clone());
    let moved = told.row.rescheduled_from.is_some();
    let all = [
        ("name", "your_name", attendee.map(|it| json!(it.name))),
        ("email", "email_address", person.map(|it| json!(it.email))),
        (
            "attendeePhoneNumber",
            "phone_number",
            attendee
                .and_then(|it| it.phone_number.as_ref())
                .map(|it| json!(it)),
        ),
        ("notes", "additional_notes", answer(told, "notes")),
        (
            "guests",
            "additional_guests",
            (!guests.is_empty()).then(|| json!(guests)),
        ),
        (
            "rescheduleReason",
            "reason_for_reschedule",
            reason.filter(|_| moved).map(|it| json!(it)),
        ),
    ];
    let given = all.into_iter().filter_map(|(slug, label, value)| {
        let response = Response {
            label: label.to_owned(),
            value: value?,
            is_hidden: false,
        };
        Some((slug.to_owned(), response))
    });
    given.collect()
}

/// Answers to the event type's own fields, under their labels.
fn custom_responses(told: &Told<'_>) -> BTreeMap<String, Response> {
    let Some(personal) = told.placed() else {
        return BTreeMap::new();
    };
    let fields: Vec<Map<String, Value>> = told
        .event_type
        .and_then(|settings| serde_json::from_str(&settings.booking_fields_json).ok())
        .unwrap_or_default();
    let of = |slug: &str, name: &str| {
        let field = fields
            .iter()
            .find(|field| field.get("slug").and_then(Value::as_str) == Some(slug));
        field.and_then(|field| field.get(name)).cloned()
    };
    let answers = values(&personal.answers).into_iter();
    answers
        .filter(|(slug, _)| slug != "notes")
        .map(|(slug, value)| {
            let label = of(&slug, "label").and_then(|label| label.as_str().map(str::to_owned));
            let hidden = of(&slug, "hidden").and_then(|hidden| hidden.as_bool());
            let response = Response {
                label: label.unwrap_or_else(|| slug.clone()),
                value,
                is_hidden: hidden.unwrap_or(false),
            };
            (slug, response)
        })
        .collect()
}

fn answer(told: &Told<'_>, slug: &str) -> Option<Value> {
    let text = told.placed()?.answers.get(slug)?;
    Some(value(text))
}

/// JSON texts back to values.
fn values(texts: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    texts
        .iter()
        .map(|(key, text)| (key.clone(), value(text)))
        .collect()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// UTC with milliseconds and `Z`.
pub(super) fn instant(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

//! The booking as an internal row, and the bodies that the API document names.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::api::bookings::wire::{Attendee, Booking, Status};

/// One booking as Cal.com's oldest API answers with it: a row of its database.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyBooking {
    /// Wire number.
    id: i32,
    /// 22 characters.
    uid: String,
    /// The provider's wire number.
    user_id: Option<i32>,
    /// The provider's address.
    user_primary_email: Option<String>,
    /// Wire number.
    event_type_id: i32,
    /// `<event type> between <host> and <attendee>`.
    title: String,
    /// The answer to the field `notes`.
    description: String,
    /// Answers by field; empty on a seated booking.
    responses: BTreeMap<String, Value>,
    /// First instant.
    start_time: String,
    /// First instant after.
    end_time: String,
    /// Where.
    location: Option<String>,
    /// When it was booked.
    created_at: String,
    /// When it changed last.
    updated_at: String,
    /// `ACCEPTED`, `PENDING`, `CANCELLED` or `REJECTED`.
    status: &'static str,
    /// Always false.
    paid: bool,
    /// Empty when there is none.
    cancellation_reason: Option<String>,
    /// Always null: why it was declined is told to nobody who books.
    rejection_reason: Option<String>,
    /// Whether another booking replaces it.
    rescheduled: bool,
    /// The uid it replaces.
    from_reschedule: Option<String>,
    /// The series.
    recurring_event_id: Option<String>,
    /// What the client sent.
    metadata: BTreeMap<String, Value>,
    /// Calendar UID; survives moves.
    #[serde(rename = "iCalUID")]
    ical_uid: String,
    /// Sequence of the booking's last event.
    #[serde(rename = "iCalSequence")]
    ical_sequence: u64,
    /// Whether the provider was absent.
    no_show_host: bool,
    /// Who comes.
    attendees: Vec<LegacyAttendee>,
    /// The caller's own seat, in answers to booking and moving.
    #[serde(skip_serializing_if = "Option::is_none")]
    seat_reference_uid: Option<uuid::Uuid>,
}

/// Who comes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyAttendee {
    /// Display name.
    name: String,
    /// E-mail address.
    email: String,
    /// IANA zone.
    time_zone: String,
    /// Language code.
    locale: String,
    /// E.164.
    phone_number: Option<String>,
    /// Marked absent.
    no_show: bool,
}

/// A page of bookings.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyBookings {
    /// The bookings.
    pub(super) bookings: Vec<LegacyBooking>,
    /// Always empty.
    pub(super) recurring_info: Vec<String>,
    /// The `cursor` of the next page; null on the last.
    pub(super) next_cursor: Option<u64>,
}

/// What was cancelled.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyCancelled {
    /// Always true.
    pub(super) success: bool,
    /// For a person.
    pub(super) message: &'static str,
    /// Whether only one seat was given up.
    pub(super) only_removed_attendee: bool,
    /// Wire number.
    pub(super) booking_id: i32,
    /// Of the booking.
    pub(super) booking_uid: String,
}

/// Who was absent, as it was asked for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyNoShows {
    /// For a person.
    pub(super) message: &'static str,
    /// Whether the provider was absent.
    pub(super) no_show_host: bool,
    /// Attendees with their marks.
    pub(super) attendees: Vec<LegacyNoShow>,
}

/// Whether one attendee was absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyNoShow {
    /// E-mail address.
    pub email: String,
    /// Whether absent.
    pub no_show: bool,
}

/// Who was absent; at least one of the two.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewLegacyNoShow {
    /// Whether the provider was absent.
    pub no_show_host: Option<bool>,
    /// Attendees with their marks.
    pub attendees: Option<Vec<LegacyNoShow>>,
}

/// The body of `POST /v2/bookings` in the oldest shape; [`super::body`] reads it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewLegacyBooking {
    /// The start, UTC.
    pub start: String,
    /// The end; the event type's length by default.
    pub end: Option<String>,
    /// Wire number.
    pub event_type_id: i32,
    /// IANA zone of who books.
    pub time_zone: String,
    /// Language code of who books.
    pub language: String,
    /// What the client wants to find again.
    #[schema(value_type = Object)]
    pub metadata: Value,
    /// `name`, `email`, and perhaps `guests`, `location`, `notes`, answers by field.
    #[schema(value_type = Object)]
    pub responses: Value,
    /// Moves this booking instead.
    pub reschedule_uid: Option<String>,
    /// With several: what they have in common.
    pub recurring_event_id: Option<String>,
}

/// The body of a cancellation in the oldest shape.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewLegacyCancellation {
    /// Why.
    pub cancellation_reason: Option<String>,
    /// This occurrence of a series and all later ones.
    pub all_remaining_bookings: Option<bool>,
    /// Only this seat.
    pub seat_reference_uid: Option<String>,
}

impl LegacyBooking {
    /// The row of a booking as the current version shows it.
    pub(super) fn of(booking: Booking) -> Self {
        let host = booking.hosts.into_iter().next();
        let (user_id, user_primary_email) = host.map(|host| (host.id, host.email)).unzip();
        Self {
            id: booking.id,
            uid: booking.uid,
            user_id,
            user_primary_email,
            event_type_id: booking.event_type_id,
            title: booking.title,
            description: booking.description,
            responses: responses(
                booking.booking_fields_responses,
                booking.location.as_deref(),
            ),
            start_time: booking.start,
            end_time: booking.end,
            location: booking.location,
            created_at: booking.created_at,
            updated_at: booking.updated_at,
            status: status(booking.status),
            paid: false,
            cancellation_reason: Some(booking.cancellation_reason).filter(|text| !text.is_empty()),
            rejection_reason: None,
            rescheduled: booking.rescheduled_to_uid.is_some(),
            from_reschedule: booking.rescheduled_from_uid,
            recurring_event_id: booking.recurring_booking_uid,
            metadata: booking.metadata,
            ical_uid: booking.ics_uid,
            ical_sequence: booking.version,
            no_show_host: booking.absent_host,
            attendees: booking
                .attendees
                .into_iter()
                .map(LegacyAttendee::of)
                .collect(),
            seat_reference_uid: booking.seat_uid,
        }
    }
}

impl LegacyAttendee {
    fn of(attendee: Attendee) -> Self {
        Self {
            name: attendee.name,
            email: attendee.email,
            time_zone: attendee.time_zone,
            locale: attendee.language,
            phone_number: attendee.phone_number,
            no_show: attendee.absent,
        }
    }
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Accepted => "ACCEPTED",
        Status::Pending => "PENDING",
        Status::Cancelled => "CANCELLED",
        Status::Rejected => "REJECTED",
    }
}

/// Answers without the members that newer versions added, with the location as the oldest has it.
fn responses(
    answers: Option<BTreeMap<String, Value>>,
    location: Option<&str>,
) -> BTreeMap<String, Value> {
    let Some(mut responses) = answers else {
        return BTreeMap::new();
    };
    responses.remove("displayEmail");
    responses.remove("displayGuests");
    if let Some(location) = location {
        let chosen = json!({"value": location, "optionValue": ""});
        responses.insert("location".to_owned(), chosen);
    }
    responses
}

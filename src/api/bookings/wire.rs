//! The booking as Cal.com's wire has it (`reference` § 4.2.4, § 4.8).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// One booking. Members that are `None` are absent.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Booking {
    /// Wire number.
    pub id: i32,
    /// 22 characters; a moved booking gets a new one.
    pub uid: String,
    /// The ledger's own id: the same however often the booking moves. Not in Cal.com.
    pub booking_id: Uuid,
    /// Sequence of the booking's last event. Not in Cal.com.
    pub version: u64,
    /// The composite booking that it is a segment of. Not in Cal.com.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub composite_booking: Option<CompositePlace>,
    /// `<event type> between <host> and <attendee>`.
    pub title: String,
    /// The answer to the field `notes`.
    pub description: String,
    /// The provider as it was when the booking was placed; one entry.
    pub hosts: Vec<Host>,
    /// Where it stands.
    pub status: Status,
    /// Empty when there is none.
    pub cancellation_reason: String,
    /// Empty when it is not known.
    pub cancelled_by_email: String,
    /// Why it was moved here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescheduling_reason: Option<String>,
    /// Who moved it here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescheduled_by_email: Option<String>,
    /// The uid it replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescheduled_from_uid: Option<String>,
    /// The uid that replaces it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescheduled_to_uid: Option<String>,
    /// First instant.
    pub start: String,
    /// First instant after.
    pub end: String,
    /// Minutes.
    pub duration: i64,
    /// Deprecated by Cal.com: see `eventType`.
    pub event_type_id: i32,
    /// What was booked.
    pub event_type: EventType,
    /// Where; deprecated by Cal.com: see `location`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting_url: Option<String>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Who comes.
    pub attendees: Vec<Attendee>,
    /// E-mail addresses of guests; absent when there are none, and on a seated booking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guests: Option<Vec<String>>,
    /// Whether the provider was absent.
    pub absent_host: bool,
    /// When it was booked.
    pub created_at: String,
    /// When it changed last.
    pub updated_at: String,
    /// What the client sent.
    pub metadata: BTreeMap<String, Value>,
    /// Always null.
    pub rating: Option<i32>,
    /// Calendar UID; survives moves.
    pub ics_uid: String,
    /// Answers by field; absent on a seated booking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_fields_responses: Option<BTreeMap<String, Value>>,
    /// The series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurring_booking_uid: Option<String>,
    /// The caller's own seat, in answers to booking and moving.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_uid: Option<Uuid>,
    /// Always false; in answers to booking and moving.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_platform_managed_user_booking: Option<bool>,
}

/// The composite booking that a booking is a segment of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BookingCompositePlace)]
pub struct CompositePlace {
    /// Uid of the composite booking.
    pub uid: Uuid,
    /// Which of its segments, from 0.
    pub segment: u32,
    /// How many segments it has.
    pub count: u32,
}

/// Where a wire booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BookingStatus)]
pub enum Status {
    /// It stands.
    Accepted,
    /// It waits for a person.
    Pending,
    /// It was cancelled, or replaced by a move.
    Cancelled,
    /// It was declined.
    Rejected,
}

/// The provider of a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BookingHost)]
pub struct Host {
    /// Wire number.
    pub id: i32,
    /// Display name.
    pub name: String,
    /// Contact address.
    pub email: String,
    /// The same.
    pub display_email: String,
    /// Unique per tenant.
    pub username: String,
    /// IANA zone.
    pub time_zone: String,
}

/// What was booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BookingEventType)]
pub struct EventType {
    /// Wire number.
    pub id: i32,
    /// Its slug then.
    pub slug: String,
}

/// Who comes.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BookingAttendee)]
pub struct Attendee {
    /// Display name; empty for guests.
    pub name: String,
    /// E-mail address; empty when only a phone number is known.
    pub email: String,
    /// The same.
    pub display_email: String,
    /// IANA zone.
    pub time_zone: String,
    /// Language code.
    pub language: String,
    /// Marked absent.
    pub absent: bool,
    /// E.164 number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// On a seated booking: the seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_uid: Option<Uuid>,
    /// On a seated booking: this attendee's answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_fields_responses: Option<BTreeMap<String, Value>>,
    /// On a seated booking: what this attendee's client sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, Value>>,
}

/// One booking, or the bookings of a series.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = OneOrManyBookings)]
pub enum OneOrMany {
    /// One.
    One(Box<Booking>),
    /// A series.
    Many(Vec<Booking>),
}

/// The body of `POST /v2/bookings` as the API document has it; [`super::body::place`] reads it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewBooking {
    /// The (first) start, UTC.
    pub start: String,
    /// Who books.
    pub attendee: NewAttendee,
    /// The event type; or `eventTypeSlug` with `username` or `teamSlug`.
    pub event_type_id: Option<i32>,
    /// With `username` or `teamSlug`.
    pub event_type_slug: Option<String>,
    /// Whose event type.
    pub username: Option<String>,
    /// Whose event type, instead of `username`.
    pub team_slug: Option<String>,
    /// The tenant's slug, where the username alone is ambiguous.
    pub organization_slug: Option<String>,
    /// Answers by booking field.
    #[schema(value_type = Option<Object>)]
    pub booking_fields_responses: Option<Value>,
    /// E-mail addresses.
    pub guests: Option<Vec<String>>,
    /// One of the event type's locations.
    pub location: Option<super::location::Location>,
    /// Deprecated by Cal.com: see `location`.
    pub meeting_url: Option<String>,
    /// At most 50 keys of 40 characters; strings of 500 characters, numbers, booleans.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Value>,
    /// Only where the event type has several lengths.
    pub length_in_minutes: Option<u32>,
    /// Only where the event type recurs.
    pub recurrence_count: Option<u32>,
    /// Only for teams.
    pub instant: Option<bool>,
    /// Accepted without effect.
    #[schema(value_type = Option<Object>)]
    pub routing: Option<Value>,
    /// Where the event type demands a verified address: never valid, for nothing here verifies one.
    pub email_verification_code: Option<String>,
    /// From 2026-02-25; accepted without effect: bookings never overlap.
    pub allow_conflicts: Option<bool>,
    /// From 2026-02-25, for hosts: outside opening hours, notice, window and limits.
    pub allow_booking_out_of_bounds: Option<bool>,
    /// From 2026-02-25, for hosts: beyond the limits per period.
    pub skip_booking_limits: Option<bool>,
}

/// Who books.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewAttendee {
    /// Display name.
    pub name: String,
    /// IANA zone.
    pub time_zone: String,
    /// This or `phoneNumber`.
    pub email: Option<String>,
    /// E.164.
    pub phone_number: Option<String>,
    /// `en` by default.
    pub language: Option<String>,
}

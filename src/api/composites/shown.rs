//! Composite bookings as they are answered: what [`super::view`] writes.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// A composite booking: all of its segments or none.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompositeBooking, example = example)]
pub struct Composite {
    /// Its uid; it stays, however often it moves.
    pub uid: Uuid,
    /// Version of its stream, its `ETag`.
    pub version: u64,
    /// Where it stands.
    pub status: Status,
    /// How often it was planned: 1, and one more with every move of the whole.
    pub generation: u32,
    /// Start of the first segment.
    pub start: String,
    /// End of the last segment.
    pub end: String,
    /// Whether a person has to confirm it before it stands.
    pub requires_confirmation: bool,
    /// In order of time.
    pub segments: Vec<Segment>,
    /// Who comes.
    pub attendee: Attendee,
    /// E-mail addresses of guests.
    pub guests: Vec<String>,
    /// What the client sent.
    #[schema(value_type = Object)]
    pub metadata: BTreeMap<String, Value>,
    /// Why it is undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Where undoing it failed; an owner retries or abandons it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stuck: Option<Stuck>,
    /// Why it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancellation_reason: Option<String>,
    /// Why it was moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescheduling_reason: Option<String>,
    /// When it was requested.
    pub created_at: String,
    /// When it changed last.
    pub updated_at: String,
}

/// Where a composite booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompositeStatus)]
pub enum Status {
    /// Its segments are being held and confirmed.
    Requested,
    /// Its segments occupy their providers and wait for a person.
    Pending,
    /// Every segment stands.
    Confirmed,
    /// It is being undone.
    Compensating,
    /// No segment stands.
    RolledBack,
    /// Undoing it failed: an owner must look.
    Stuck,
    /// An owner gave it up as it was.
    Abandoned,
    /// It was cancelled.
    Cancelled,
}

/// One segment of a composite booking; also a booking, under `bookingUid`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompositeSegment)]
pub struct Segment {
    /// From 0.
    pub segment: u32,
    /// How far it is.
    pub status: SegmentStatus,
    /// `uid` of its provider.
    pub provider_uid: Uuid,
    /// Wire number of its event type.
    pub event_type_id: i32,
    /// The event type's slug then.
    pub event_type_slug: String,
    /// The event type's title then.
    pub title: String,
    /// First instant.
    pub start: String,
    /// First instant after.
    pub end: String,
    /// Minutes.
    pub length_in_minutes: i64,
    /// Whether a person of its provider has to confirm it.
    pub requires_confirmation: bool,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Uid of its booking under `/v2/bookings`; null as long as there is none.
    #[schema(required)]
    pub booking_uid: Option<String>,
    /// The ledger's own id of its booking: the same however often it moves.
    pub booking_id: Uuid,
}

/// How far a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompositeSegmentStatus)]
pub enum SegmentStatus {
    /// Nothing is known to be done.
    Planned,
    /// Its slot is held.
    Held,
    /// A booking that occupies its provider and waits for a person.
    Pending,
    /// A booking that stands.
    Confirmed,
    /// Its provider refused it.
    Refused,
    /// It is undone.
    Compensated,
    /// It was cancelled, alone or with the others.
    Cancelled,
    /// It stands where it was moved alone.
    Moved,
}

/// Who comes to a composite booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompositeAttendee)]
pub struct Attendee {
    /// Display name; `unknown` once it is erased.
    pub name: String,
    /// E-mail address; empty when only a phone number is known.
    pub email: String,
    /// E.164 number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// IANA zone.
    pub time_zone: String,
    /// Language code.
    pub language: String,
}

/// Why a composite booking is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompositeCause)]
pub struct Cause {
    /// `segmentRefused`, `segmentUnavailable`, `deadlinePassed` or `declined`.
    pub code: String,
    /// Because of which segment, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<u32>,
    /// For a person.
    pub detail: String,
}

/// Where undoing a composite booking failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompositeStuck)]
pub struct Stuck {
    /// At which segment, from 0.
    pub segment: u32,
    /// A code: why.
    pub reason: String,
}

/// A page of composite bookings.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompositePage)]
pub struct Page {
    /// By start.
    pub data: Vec<Composite>,
    /// Where the list goes on.
    pub pagination: crate::api::providers::wire::Place,
}

fn example() -> Value {
    json!({
        "uid": "0192f3c8-1c5e-7a44-9d6f-2f1f5a3f0b11", "version": 2, "status": "confirmed", "generation": 1,
        "start": "2031-03-04T07:00:00.000Z", "end": "2031-03-04T09:15:00.000Z", "requiresConfirmation": false,
        "segments": [
            {"segment": 0, "status": "confirmed", "providerUid": "0192f3c8-1c5e-7a44-9d6f-2f1f5a3f0b12",
             "eventTypeId": 41, "eventTypeSlug": "consultation", "title": "Consultation",
             "start": "2031-03-04T07:00:00.000Z", "end": "2031-03-04T08:00:00.000Z", "lengthInMinutes": 60, "requiresConfirmation": false,
             "bookingUid": "p4Tq8xWnKe2RzVbHs6Yc1d", "bookingId": "0192f3c8-1c5e-7a44-9d6f-2f1f5a3f0b13"},
            {"segment": 1, "status": "confirmed", "providerUid": "0192f3c8-1c5e-7a44-9d6f-2f1f5a3f0b14",
             "eventTypeId": 42, "eventTypeSlug": "treatment", "title": "Treatment",
             "start": "2031-03-04T08:15:00.000Z", "end": "2031-03-04T09:15:00.000Z", "lengthInMinutes": 60, "requiresConfirmation": false,
             "bookingUid": "w9LmC3sEjX5aQvUtD7gNk2", "bookingId": "0192f3c8-1c5e-7a44-9d6f-2f1f5a3f0b15"},
        ],
        "attendee": {"name": "Ilze Berga", "email": "ilze@example.org", "timeZone": "Europe/Riga", "language": "en"},
        "guests": [], "metadata": {},
        "createdAt": "2031-03-01T10:20:00.000Z", "updatedAt": "2031-03-01T10:20:00.000Z",
    })
}

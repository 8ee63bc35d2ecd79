//! Bodies about composite bookings, for the API document.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::api::bookings::location::Location;
use crate::api::bookings::wire::NewAttendee;

/// The body of `POST /v2/composite-bookings`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewCompositeBooking, example = new_example)]
pub struct NewComposite {
    /// 1 to 32, in order of time. The first has `start`.
    #[schema(min_items = 1, max_items = 32)]
    pub segments: Vec<NewSegment>,
    /// Who comes.
    pub attendee: NewAttendee,
    /// E-mail addresses.
    #[schema(max_items = 99)]
    pub guests: Option<Vec<String>>,
    /// At most 50 keys of 40 characters; strings of 500 characters, numbers, booleans.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Value>,
}

/// A segment to book: one of `eventTypeId`, `providerId` and `teamId`; one of `start` and `gapMinutes`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewCompositeSegment)]
pub struct NewSegment {
    /// Wire number of an event type of one provider, or of a round robin.
    pub event_type_id: Option<i32>,
    /// `id` of a provider: its event type `eventTypeSlug`, or its first one that offers the length.
    pub provider_id: Option<i32>,
    /// Wire number of a team: the first of its members who is free.
    pub team_id: Option<i32>,
    /// With `providerId` or `teamId`.
    pub event_type_slug: Option<String>,
    /// When it starts, UTC. The first segment has it.
    pub start: Option<String>,
    /// How long after the end of the one before it it starts.
    #[schema(default = 0)]
    pub gap_minutes: Option<u32>,
    /// How much later than `gapMinutes` it may start: the earliest that fits is taken.
    #[schema(default = 0)]
    pub window_minutes: Option<u32>,
    /// Only where the event type has several lengths.
    pub length_in_minutes: Option<u32>,
    /// One of the event type's locations.
    pub location: Option<Location>,
    /// Answers by booking field of its event type.
    #[schema(value_type = Option<Object>)]
    pub booking_fields_responses: Option<Value>,
}

/// The body of a cancellation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CancelCompositeBooking)]
pub struct CancelComposite {
    /// Why; mandatory when the event type of a segment says so.
    pub cancellation_reason: Option<String>,
}

/// The body of a move: `start`, or `segments`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RescheduleCompositeBooking, example = json!({"start": "2031-03-05T09:00:00Z", "reschedulingReason": "train strike"}))]
pub struct RescheduleComposite {
    /// When the first segment starts; the others keep their distance.
    pub start: Option<String>,
    /// When each segment starts, one for each in order; those that were cancelled alone, too.
    #[schema(min_items = 1, max_items = 32)]
    pub segments: Option<Vec<MovedSegment>>,
    /// Why.
    pub rescheduling_reason: Option<String>,
}

/// When a segment starts: one of them; the first segment has `start`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MovedCompositeSegment)]
pub struct MovedSegment {
    /// UTC.
    pub start: Option<String>,
    /// How long after the end of the one before it.
    pub gap_minutes: Option<u32>,
}

/// The body of a decline.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeclineCompositeBooking)]
pub struct DeclineComposite {
    /// Why; recorded with the segment.
    pub reason: Option<String>,
}

fn new_example() -> Value {
    json!({
        "segments": [
            {"eventTypeId": 41, "start": "2031-03-04T07:00:00Z"},
            {"providerId": 18, "gapMinutes": 15, "windowMinutes": 30, "lengthInMinutes": 60},
        ],
        "attendee": {"name": "Ilze Berga", "email": "ilze@example.org", "timeZone": "Europe/Riga"},
    })
}

//! Composite bookings on the wire, for the API document.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::bookings::location::Location;

/// What to look for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompositeSearch)]
pub struct Search {
    /// The segments, in order.
    #[schema(min_items = 1, max_items = 32)]
    pub segments: Vec<SoughtSegment>,
    /// The first segment lies after this instant.
    pub from: String,
    /// The first segment ends before this instant, at most 366 days later.
    pub to: String,
    /// How many starts.
    #[schema(minimum = 1, maximum = 50, default = 10)]
    pub limit: Option<u32>,
    /// IANA zone in which starts are rounded; UTC by default.
    pub time_zone: Option<String>,
}

/// A segment to look for: one of `eventTypeId`, `providerId` and `teamId`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SoughtSegment {
    /// Whoever is booked with this event type: its provider, or whose turn it is.
    pub event_type_id: Option<i32>,
    /// This provider, with its event type of that slug, else the first one that offers the length.
    pub provider_id: Option<i32>,
    /// Any of this team, by turns.
    pub team_id: Option<i32>,
    /// With `providerId` or `teamId`.
    #[schema(max_length = 1_000)]
    pub event_type_slug: Option<String>,
    /// After the end of the segment before it; not for the first one.
    #[schema(minimum = 0, maximum = 44_640)]
    pub gap_minutes: Option<u32>,
    /// How much later it may begin; not for the first one.
    #[schema(minimum = 0, maximum = 10_080)]
    pub window_minutes: Option<u32>,
    /// One of the event type's lengths; its default without it.
    #[schema(minimum = 1, maximum = 44_640)]
    pub length_in_minutes: Option<u32>,
    /// As it would be booked; it does not matter here.
    pub location: Option<Location>,
    /// As it would be booked; it does not matter here.
    pub booking_fields_responses: Option<BTreeMap<String, Value>>,
}

/// Starts at which the whole chain fits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompositeStarts)]
pub struct Starts {
    /// By time.
    pub starts: Vec<Start>,
    /// `from` of the search that goes on; null when there is nothing more in the window.
    pub next: Option<String>,
    /// Whether it ended because enough was looked at, not because enough was found.
    pub truncated: bool,
}

/// A start, with what would be booked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompositeStart)]
pub struct Start {
    /// Start of the first segment.
    pub start: String,
    /// End of the last segment.
    pub end: String,
    /// In order.
    pub segments: Vec<FoundSegment>,
}

/// A segment as it would be booked now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundSegment {
    /// With what.
    pub event_type_id: i32,
    /// With whom.
    pub provider_id: i32,
    /// From.
    pub start: String,
    /// To.
    pub end: String,
}

//! What is recorded with a provider about segments of composite bookings.

use serde::{Deserialize, Serialize};

#[cfg(doc)]
use super::ProviderEvent;
use crate::domain::id::{BookingId, CompositeId, HoldId};
use crate::domain::time::Timestamp;

/// The composite booking that a booking is a segment of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SegmentPlace {
    /// Which composite.
    pub composite: CompositeId,
    /// From 0.
    pub segment: u32,
    /// Segments in all.
    pub count: u32,
}

/// See [`ProviderEvent::SegmentBarred`]: an undo that a late hold or confirmation must not overtake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SegmentBarred {
    /// Whose segment.
    pub composite: CompositeId,
    /// From 1.
    pub generation: u32,
    /// From 0.
    pub segment: u32,
    /// Is not held any more.
    pub hold: HoldId,
    /// Is not booked any more.
    pub booking: BookingId,
    /// Until then; later ones are too late anyway.
    pub until: Timestamp,
}

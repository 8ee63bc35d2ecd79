//! Steps of a composite booking's segment. Each is repeated until it is known to be done.

use super::{BookingFacts, Place};
use crate::domain::id::{BookingId, CompositeId, HoldId};
use crate::domain::time::Timestamp;

/// See [`super::ProviderCommand::Segment`]; [`Composite::step`](crate::domain::composite::Composite::step) makes it. Its key is
/// `composite:generation:segment:action`; the provider's own state tells a repetition: the hold is there, the booking is there,
/// or both are barred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentStep {
    /// Whose segment.
    pub composite: CompositeId,
    /// From 1.
    pub generation: u32,
    /// From 0.
    pub segment: u32,
    /// No hold and no booking after it.
    pub deadline: Timestamp,
    /// The segment's hold.
    pub hold: HoldId,
    /// The segment's booking.
    pub booking: BookingId,
    /// What is asked.
    pub action: SegmentAction,
}

/// What is asked of a segment's provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SegmentAction {
    /// Holds the slot under every rule of placing, until the deadline. The place names the segment's hold as its own.
    Hold(Box<Place>),
    /// Makes the hold a booking. The place names the segment's hold as its own.
    Confirm(Box<Place>),
    /// Releases the hold, compensates the booking, whichever there is, and bars both until the deadline.
    Compensate {
        /// A code.
        cause: String,
        /// The booking as it was read, if it is known: needed when it has left the state since, because its end has
        /// passed (a recovery after hours).
        known: Option<Box<BookingFacts>>,
    },
}

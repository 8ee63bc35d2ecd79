//! Which slots can be booked: a pure function over schedule, occupancy, event type, window, zone and now.

use chrono_tz::Tz;

use super::id::{BookingId, HoldId};
use super::provider::Provider;
use super::terms::Terms;
use super::time::{TimeSlot, Timestamp};

/// What is asked.
#[derive(Clone, Debug)]
pub struct SlotQuery<'a> {
    /// The event type.
    pub terms: &'a Terms,
    /// From.
    pub start: Timestamp,
    /// To, exclusive; at most 366 days after `start` (checked by the api).
    pub end: Timestamp,
    /// The length, minutes; one of the terms'.
    pub length_minutes: u32,
    /// The invitee's zone: starts are rounded in it.
    pub zone: Tz,
    /// Now.
    pub now: Timestamp,
    /// This booking does not block: it is the one to be moved.
    pub moving: Option<BookingId>,
    /// This hold does not block: it is the caller's own.
    pub own_hold: Option<HoldId>,
}

/// One slot that can be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeSlot {
    /// When.
    pub slot: TimeSlot,
    /// On a seated event type: the seated booking at this start, if any, and how many seats are taken.
    pub seated: Option<(Option<BookingId>, u32)>,
}

/// The slots of one provider, sorted by start.
pub fn free_slots(_provider: &Provider, _query: &SlotQuery<'_>) -> Vec<FreeSlot> {
    Vec::new()
}

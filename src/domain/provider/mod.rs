//! The provider: a person or resource that is booked, one at a time. Its stream refuses overlap.

pub mod command;
pub mod event;

use serde::{Deserialize, Serialize};

use crate::domain::aggregate::{ClaimChange, Fact};
use crate::domain::id::{BookingId, EventTypeId};
use crate::domain::rejection::{Period, Rejection};
use crate::domain::schedule::Schedule;
use crate::domain::slots::SlotQuery;
use crate::domain::terms::Terms;
use crate::domain::time::{Day, TimeSlot, Timestamp};
use command::ProviderCommand;
use event::ProviderEvent;

/// The state of a provider: schedules, occupancy, busy time, seats, counters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provider {}

impl Provider {
    /// The schedule the terms name, else the default; `None` when there is none.
    pub fn schedule_for(&self, _terms: &Terms) -> Option<&Schedule> {
        None
    }

    /// Intervals that the *padded* slot (buffers of the terms included) may not overlap: other claims with their own
    /// buffers, busy time, and open holds of others (advisory ones too: they hide slots). Sorted by start, not merged.
    /// A seated booking of the same event type is left out where it starts and ends exactly like a slot with free seats
    /// (`Self::seats_taken` tells of it).
    pub fn obstacles(&self, _query: &SlotQuery<'_>) -> Vec<(Timestamp, Timestamp)> {
        Vec::new()
    }

    /// Slots of the terms' event type and the query's length in which seats are taken (booked, or held by anybody) and
    /// some are left, by start: what [`Self::obstacles`] leaves out.
    pub fn seated_slots(&self, _query: &SlotQuery<'_>) -> Vec<SeatedSlot> {
        Vec::new()
    }

    /// The local day on which limits count a slot: in the zone of the schedule, like the booking window; without a
    /// schedule, in that of the profile.
    pub fn counted_on(&self, _terms: &Terms, slot: &TimeSlot) -> Day {
        slot.start().date_naive()
    }

    /// Whether a further booking of so many minutes on the day exceeds a limit of the terms.
    pub fn limit_reached(&self, _terms: &Terms, _day: Day, _minutes: i64) -> Option<Period> {
        None
    }

    /// The open seated booking of the event type in exactly this slot, with seats taken (booked and held).
    pub fn seats_taken(
        &self,
        _event_type: EventTypeId,
        _slot: TimeSlot,
        _now: Timestamp,
    ) -> Option<(BookingId, u32)> {
        None
    }

    pub(super) fn decide(
        &self,
        _now: Timestamp,
        _command: &ProviderCommand,
    ) -> Result<Vec<Fact>, Rejection> {
        Err(Rejection::ProviderNotFound)
    }
    pub(super) fn evolve(&mut self, _sequence: u64, _at: Timestamp, _event: &ProviderEvent) {}
}

/// A slot of which some seats are taken and some are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatedSlot {
    /// When.
    pub slot: TimeSlot,
    /// The seated booking; `None` while seats are only held.
    pub booking: Option<BookingId>,
    /// Seats booked and held.
    pub taken: u32,
}

impl ProviderEvent {
    /// The booking the event is about.
    pub fn subject(&self) -> Option<BookingId> {
        None
    }
    /// What the event does to the claims.
    pub fn claims(&self) -> Vec<ClaimChange> {
        Vec::new()
    }
}

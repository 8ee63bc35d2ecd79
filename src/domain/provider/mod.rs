//! The provider: a person or resource that is booked, one at a time. Its stream refuses overlap.

pub mod command;
pub mod event;

use serde::{Deserialize, Serialize};

use crate::domain::aggregate::{ClaimChange, Fact};
use crate::domain::id::{BookingId, EventTypeId, HoldId};
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

impl Provider {
    /// An open hold whose time has not run out: its event type, its slot, and until when it is kept.
    pub fn open_hold(
        &self,
        _hold: HoldId,
        _now: Timestamp,
    ) -> Option<(EventTypeId, TimeSlot, Timestamp)> {
        None
    }
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

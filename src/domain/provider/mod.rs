//! The provider: a person or resource that is booked, one at a time. Its stream refuses overlap.
//!
//! Stop 3 of 6 on the path of a booking. From `ledger::execute`, which holds the provider's lane and hands over the command
//! with its instant; next: the events decided here are appended by `ledger::commit`, which folds them back.
//!
//! # Invariants
//! - Claims never overlap, buffers included ([`room`] decides, [`occupancy`] finds the neighbours; the database asserts it again).
//! - What is past its time is free by the command's own `now`, and recorded (`HoldExpired`, `BookingFinished`) before
//!   what replaces it ([`lapse`]): the answer never depends on whether somebody recorded it earlier.
//! - The state is bounded by what is open: bookings that stand or wait, holds, blocks, schedules, segments undone in the last
//!   minute, and 400 days of counters.
//! - Deciding costs O(log n) in the open bookings, plus the days of a limit and the occurrences of a series.
//! - `evolve` never fails and never asks whether an event was right.
//!
//! # To add a command
//! Its type in [`command`], its event in [`event`] (names are permanent), a handler in the file of its kind with its
//! order of checks, its arms in [`decision`], [`evolution`] and [`claims`], a test per rejection.

pub mod command;
pub mod event;
mod decision;
mod placing;
mod standing;
mod attending;
mod moving;
mod seating;
mod ending;
mod engaging;
mod segments;
mod holding;
mod settings;
mod out_of_office;
mod bounds;
mod room;
mod lapse;
mod remembered;
mod evolution;
mod claims;
mod availability;
mod bookings;
mod holds;
mod occupancy;
mod busy;
mod counters;
mod snapshot;
#[cfg(test)]
pub(in crate::domain) mod tests;

pub use attending::{GUESTS_ADDED_MAX, GUESTS_MAX};
pub use availability::SeatedSlot;
pub(in crate::domain) use bounds::waits_for_person;
pub use busy::BLOCKS_MAX;
pub use holding::{HOLD_MAX_MINUTES, HOLDS_MAX, HOLDS_PER_CALLER_MAX};
pub use lapse::LAPSES_MAX;
pub use out_of_office::OUT_OF_OFFICE_MAX;
pub use placing::OCCURRENCES_MAX;
pub use settings::SCHEDULES_MAX;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::id::{HoldId, ProviderNumber, ScheduleNumber};
use crate::domain::rejection::Rejection;
use crate::domain::schedule::Schedule;
use crate::domain::terms::Terms;
use crate::domain::time::{Day, TimeSlot, Timestamp};
use bookings::Bookings;
use busy::BusyTime;
use counters::Counters;
use event::{Host, Profile};
use holds::Holds;
use occupancy::Occupancy;
use out_of_office::Entries;
use snapshot::Snapshot;

/// The state of a provider: schedules, occupancy, busy time, seats, counters.
///
/// Serialises without its indexes, as sorted lists: equal states have equal text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Snapshot", into = "Snapshot")]
pub struct Provider {
    /// Absent before creation.
    identity: Option<Identity>,
    /// Sequence of the last event that changed identity or schedules.
    settings_version: u64,
    schedules: BTreeMap<ScheduleNumber, Schedule>,
    schedule_default: Option<ScheduleNumber>,
    bookings: Bookings,
    holds: Holds,
    /// Claims of bookings and holds: an index over both.
    occupancy: Occupancy,
    busy: BusyTime,
    out_of_office: Entries,
    counters: Counters,
    /// Holds of segments that were undone: neither held nor booked until then ([`segments`]).
    barred: BTreeMap<HoldId, Timestamp>,
}

/// Who the provider is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    number: ProviderNumber,
    profile: Profile,
}

impl Provider {
    /// Its wire number; `None` before creation.
    pub fn number(&self) -> Option<ProviderNumber> {
        self.identity.as_ref().map(|identity| identity.number)
    }

    /// Its profile; `None` before creation.
    pub fn profile(&self) -> Option<&Profile> {
        self.identity.as_ref().map(|identity| &identity.profile)
    }

    /// The provider as a booking shows it; `None` before creation.
    pub fn host(&self) -> Option<Host> {
        self.identity.as_ref().map(Identity::host)
    }

    /// Sequence of the last event that changed its profile or schedules, 0 before creation: what their changes are
    /// fenced with, and the `ETag` of a provider. Bookings do not move it.
    pub const fn settings_version(&self) -> u64 {
        self.settings_version
    }

    /// Its schedules by number.
    pub const fn schedules(&self) -> &BTreeMap<ScheduleNumber, Schedule> {
        &self.schedules
    }

    /// The number of its default schedule; `None` for a user that cannot be booked.
    pub const fn schedule_default(&self) -> Option<ScheduleNumber> {
        self.schedule_default
    }

    /// The schedule the terms name, else the default; `None` when there is none.
    pub fn schedule_for(&self, terms: &Terms) -> Option<&Schedule> {
        terms
            .schedule
            .and_then(|number| self.schedules.get(&number))
            .or_else(|| self.schedules.get(&self.schedule_default?))
    }

    /// The local day on which limits count a slot: in the zone of the schedule, like the booking window and the slot
    /// list; without a schedule, in that of the profile.
    pub fn counted_on(&self, terms: &Terms, slot: &TimeSlot) -> Day {
        let zone = self
            .schedule_for(terms)
            .map(|schedule| schedule.zone)
            .or_else(|| self.profile().map(|profile| profile.zone))
            .unwrap_or_default();
        slot.start().with_timezone(&zone).date_naive()
    }

    /// # Errors
    /// [`Rejection::ProviderNotFound`] before creation.
    fn identity(&self) -> Result<&Identity, Rejection> {
        self.identity.as_ref().ok_or(Rejection::ProviderNotFound)
    }
}

impl Identity {
    /// The provider as a booking shows it.
    fn host(&self) -> Host {
        Host {
            number: self.number,
            name: self.profile.name.clone(),
            email: self.profile.email.clone(),
            username: self.profile.username.clone(),
            zone: self.profile.zone,
        }
    }
}

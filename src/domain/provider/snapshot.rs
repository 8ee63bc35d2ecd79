//! The state as a snapshot stores it: without indexes, which are built again on reading. Its shape is not part of the log:
//! a snapshot of another layout is ignored and the stream replayed.

use serde::{Deserialize, Serialize};

use super::bookings::OpenBooking;
use super::counters::Tally;
use super::holds::OpenHold;
use super::out_of_office::Entry;
use super::{Identity, Provider};
use crate::domain::id::{BlockId, BookingId, EventTypeId, HoldId, ScheduleNumber};
use crate::domain::schedule::Schedule;
use crate::domain::time::{Day, Timestamp};

/// A provider without its indexes; every list is sorted by its first member.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Snapshot {
    identity: Option<Identity>,
    settings_version: u64,
    schedules: Vec<(ScheduleNumber, Schedule)>,
    schedule_default: Option<ScheduleNumber>,
    bookings: Vec<(BookingId, OpenBooking)>,
    holds: Vec<(HoldId, OpenHold)>,
    blocks: Vec<(BlockId, Timestamp, Timestamp)>,
    out_of_office: Vec<Entry>,
    tallies: Vec<(Day, EventTypeId, Tally)>,
    barred: Vec<(HoldId, Timestamp)>,
}

impl From<Provider> for Snapshot {
    fn from(provider: Provider) -> Self {
        Self {
            bookings: provider
                .bookings
                .iter()
                .map(|(id, booking)| (id, booking.clone()))
                .collect(),
            holds: provider
                .holds
                .iter()
                .map(|(id, hold)| (id, hold.clone()))
                .collect(),
            blocks: provider.busy.blocks().collect(),
            tallies: provider.counters.tallies().collect(),
            out_of_office: provider.out_of_office.into_values().collect(),
            barred: provider.barred.into_iter().collect(),
            identity: provider.identity,
            settings_version: provider.settings_version,
            schedules: provider.schedules.into_iter().collect(),
            schedule_default: provider.schedule_default,
        }
    }
}

impl From<Snapshot> for Provider {
    fn from(snapshot: Snapshot) -> Self {
        let mut provider = Self {
            identity: snapshot.identity,
            settings_version: snapshot.settings_version,
            schedules: snapshot.schedules.into_iter().collect(),
            schedule_default: snapshot.schedule_default,
            barred: snapshot.barred.into_iter().collect(),
            ..Self::default()
        };
        for (id, booking) in snapshot.bookings {
            provider.open_booking(id, booking);
        }
        for (id, hold) in snapshot.holds {
            provider.keep_hold(id, hold);
        }
        for (block, start, end) in snapshot.blocks {
            provider.busy.insert(block, start, end);
        }
        for entry in snapshot.out_of_office {
            provider.out_of_office.insert(entry.number(), entry);
        }
        for (day, event_type, tally) in snapshot.tallies {
            provider.counters.change(event_type, day, tally);
        }
        provider
    }
}

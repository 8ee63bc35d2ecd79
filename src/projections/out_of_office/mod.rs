//! The out-of-office read model: one row per entry that is not removed.

mod table;
mod read;
#[cfg(test)]
mod event_test;

pub use read::{Filter, Order, by_number, list};
pub use table::OutOfOffices;

use crate::domain::Event;
use crate::domain::id::ProviderId;
use crate::domain::provider::event::{self, ProviderEvent};
use crate::ledger::record::RecordedEvent;

use super::row::OutOfOffice;

/// Folds events about one entry into its row; `None` after removal.
pub fn apply(row: &mut Option<OutOfOffice>, recorded: &RecordedEvent) {
    match change(recorded) {
        Some(EntryChange::Begin(entry)) => {
            *row = Some(OutOfOffice {
                provider: ProviderId::from_uuid(recorded.stream.id),
                entry: entry.clone(),
                notes: recorded.personal.clone(),
                version: recorded.sequence,
                created_at: recorded.decided_at,
                updated_at: recorded.decided_at,
            });
        }
        Some(EntryChange::Replace(entry)) => {
            if let Some(row) = row {
                row.entry = entry.clone();
                row.notes.clone_from(&recorded.personal);
                row.version = recorded.sequence;
                row.updated_at = recorded.decided_at;
            }
        }
        Some(EntryChange::Delete(_)) => *row = None,
        None => {}
    }
}

/// The entry that an event is about, as it recorded it.
pub fn entry(recorded: &RecordedEvent) -> Option<&event::OutOfOffice> {
    match change(recorded)? {
        EntryChange::Begin(entry) | EntryChange::Replace(entry) | EntryChange::Delete(entry) => {
            Some(entry)
        }
    }
}

/// What an event does to an entry: the one place that says it, for structs and for rows.
enum EntryChange<'a> {
    Begin(&'a event::OutOfOffice),
    Replace(&'a event::OutOfOffice),
    Delete(&'a event::OutOfOffice),
}

fn change(recorded: &RecordedEvent) -> Option<EntryChange<'_>> {
    let event = match &recorded.event {
        Event::Provider(event) => event.as_ref(),
        Event::Tenant(_) | Event::EventType(_) | Event::Webhook(_) | Event::Composite(_) => {
            return None;
        }
    };
    match event {
        ProviderEvent::OutOfOfficeEntered(entry) => Some(EntryChange::Begin(entry)),
        ProviderEvent::OutOfOfficeChanged(entry) => Some(EntryChange::Replace(entry)),
        ProviderEvent::OutOfOfficeRemoved(entry) => Some(EntryChange::Delete(entry)),
        ProviderEvent::ProviderCreated(_)
        | ProviderEvent::ProfileChanged(_)
        | ProviderEvent::ScheduleSet(_)
        | ProviderEvent::ScheduleRemoved(_)
        | ProviderEvent::BookingPlaced(_)
        | ProviderEvent::BookingRequested(_)
        | ProviderEvent::BookingConfirmed(_)
        | ProviderEvent::BookingDeclined(_)
        | ProviderEvent::SeatTaken(_)
        | ProviderEvent::SeatReleased(_)
        | ProviderEvent::BookingRescheduled(_)
        | ProviderEvent::BookingCancelled(_)
        | ProviderEvent::BookingCompensated(_)
        | ProviderEvent::AttendanceMarked(_)
        | ProviderEvent::BookingCompleted(_)
        | ProviderEvent::BookingFinished(_)
        | ProviderEvent::BookingDeparted(_)
        | ProviderEvent::BookingArrived(_)
        | ProviderEvent::ProviderEngaged(_)
        | ProviderEvent::ProviderDisengaged(_)
        | ProviderEvent::EngagementFinished(_)
        | ProviderEvent::CoHostsChanged(_)
        | ProviderEvent::AttendeesAdded(_)
        | ProviderEvent::AttendeeRemoved(_)
        | ProviderEvent::LocationChanged(_)
        | ProviderEvent::SegmentBarred(_)
        | ProviderEvent::HoldPlaced(_)
        | ProviderEvent::HoldChanged(_)
        | ProviderEvent::HoldReleased(_)
        | ProviderEvent::HoldExpired(_)
        | ProviderEvent::HoldRedeemed(_)
        | ProviderEvent::TimeBlocked(_)
        | ProviderEvent::TimeUnblocked(_) => None,
    }
}

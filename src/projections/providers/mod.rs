//! The providers read model: one row per provider, its schedules in it.
//!
//! Bookings are events of the same stream and change nothing here: on their path this projection costs one `match`.

mod table;
mod read;
#[cfg(test)]
mod event_test;

pub use read::{by_id, by_ids, list};
pub use table::Providers;

use crate::domain::Event;
use crate::domain::id::{ProviderId, ScheduleNumber};
use crate::domain::provider::event::{Profile, ProviderEvent, ScheduleSet};
use crate::ledger::record::RecordedEvent;

use super::row::{Provider, ScheduleRow};

/// Folds events of one provider's stream into its row; events of bookings change nothing.
pub fn apply(row: &mut Option<Provider>, event: &RecordedEvent) {
    let Some(change) = change(event) else {
        return;
    };
    if let ProviderChange::Begin(provider) = change {
        *row = Some(*provider);
        return;
    }
    let Some(row) = row else {
        return;
    };
    row.version = event.sequence;
    row.updated_at = event.decided_at;
    match change {
        ProviderChange::Begin(_) => {}
        ProviderChange::Profile(profile) => row.profile = profile.clone(),
        ProviderChange::SetSchedule(set) => set_schedule(&mut row.schedules, set),
        ProviderChange::RemoveSchedule(removed) => {
            row.schedules.retain(|row| row.schedule != removed);
        }
    }
}

fn set_schedule(schedules: &mut Vec<ScheduleRow>, set: &ScheduleSet) {
    schedules.retain(|row| row.schedule != set.schedule);
    for row in schedules.iter_mut() {
        // One schedule is the default; a new default ends the old one.
        row.is_default &= !set.is_default;
    }
    schedules.push(ScheduleRow {
        schedule: set.schedule,
        is_default: set.is_default,
        definition: set.definition.clone(),
    });
    schedules.sort_by_key(|row| row.schedule);
}

/// What an event does to a provider: the one place that says it, for structs and for rows.
enum ProviderChange<'a> {
    Begin(Box<Provider>),
    Profile(&'a Profile),
    SetSchedule(&'a ScheduleSet),
    RemoveSchedule(ScheduleNumber),
}

fn change(recorded: &RecordedEvent) -> Option<ProviderChange<'_>> {
    let event = match &recorded.event {
        Event::Provider(event) => event.as_ref(),
        Event::Tenant(_) | Event::EventType(_) | Event::Webhook(_) | Event::Composite(_) => {
            return None;
        }
    };
    match event {
        ProviderEvent::ProviderCreated(created) => {
            Some(ProviderChange::Begin(Box::new(Provider {
                provider: ProviderId::from_uuid(recorded.stream.id),
                number: created.number,
                profile: created.profile.clone(),
                bookable: created.bookable,
                schedules: Vec::new(),
                version: recorded.sequence,
                created_at: recorded.decided_at,
                updated_at: recorded.decided_at,
            })))
        }
        ProviderEvent::ProfileChanged(changed) => Some(ProviderChange::Profile(&changed.profile)),
        ProviderEvent::ScheduleSet(set) => Some(ProviderChange::SetSchedule(set)),
        ProviderEvent::ScheduleRemoved(removed) => {
            Some(ProviderChange::RemoveSchedule(removed.schedule))
        }
        ProviderEvent::BookingPlaced(_)
        | ProviderEvent::BookingRequested(_)
        | ProviderEvent::BookingConfirmed(_)
        | ProviderEvent::BookingDeclined(_)
        | ProviderEvent::SeatTaken(_)
        | ProviderEvent::SeatReleased(_)
        | ProviderEvent::BookingRescheduled(_)
        | ProviderEvent::BookingCancelled(_)
        | ProviderEvent::BookingCompensated(_)
        | ProviderEvent::AttendanceMarked(_)
        | ProviderEvent::AttendeesAdded(_)
        | ProviderEvent::AttendeeRemoved(_)
        | ProviderEvent::LocationChanged(_)
        | ProviderEvent::BookingCompleted(_)
        | ProviderEvent::BookingFinished(_)
        | ProviderEvent::BookingDeparted(_)
        | ProviderEvent::BookingArrived(_)
        | ProviderEvent::ProviderEngaged(_)
        | ProviderEvent::ProviderDisengaged(_)
        | ProviderEvent::EngagementFinished(_)
        | ProviderEvent::CoHostsChanged(_)
        | ProviderEvent::SegmentBarred(_)
        | ProviderEvent::HoldPlaced(_)
        | ProviderEvent::HoldChanged(_)
        | ProviderEvent::HoldReleased(_)
        | ProviderEvent::HoldExpired(_)
        | ProviderEvent::HoldRedeemed(_)
        | ProviderEvent::TimeBlocked(_)
        | ProviderEvent::TimeUnblocked(_)
        | ProviderEvent::OutOfOfficeEntered(_)
        | ProviderEvent::OutOfOfficeChanged(_)
        | ProviderEvent::OutOfOfficeRemoved(_) => None,
    }
}

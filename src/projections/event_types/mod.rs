//! The event types read model: one row per event type that is not deleted.

mod table;
mod read;
#[cfg(test)]
mod event_test;

pub use read::{Filter, by_ids, list};
pub use table::EventTypes;

use crate::domain::Event;
use crate::domain::event_type::EventTypeEvent;
use crate::domain::id::EventTypeId;
use crate::ledger::record::RecordedEvent;

use super::row::EventType;

/// Folds events of one event type's stream into its row; `None` after deletion.
pub fn apply(row: &mut Option<EventType>, event: &RecordedEvent) {
    match change(event) {
        Some(EventTypeChange::Begin(created)) => *row = Some(*created),
        Some(EventTypeChange::Settings(changed)) => {
            if let Some(row) = row {
                row.settings = changed.settings.clone();
                if let Some(assignment) = &changed.assignment {
                    row.hosts = assignment.providers();
                    row.assignment = Some(assignment.clone());
                }
                row.version = event.sequence;
                row.updated_at = event.decided_at;
            }
        }
        Some(EventTypeChange::Delete) => *row = None,
        None => {}
    }
}

/// What an event does to an event type: the one place that says it, for structs and for rows.
enum EventTypeChange<'a> {
    Begin(Box<EventType>),
    Settings(&'a crate::domain::event_type::EventTypeChanged),
    Delete,
}

fn change(recorded: &RecordedEvent) -> Option<EventTypeChange<'_>> {
    let event = match &recorded.event {
        Event::EventType(event) => event,
        Event::Tenant(_) | Event::Provider(_) | Event::Webhook(_) | Event::Composite(_) => {
            return None;
        }
    };
    Some(match event {
        EventTypeEvent::EventTypeCreated(created) => EventTypeChange::Begin(Box::new(EventType {
            event_type: EventTypeId::from_uuid(recorded.stream.id),
            number: created.number,
            owner: created.owner,
            owner_number: created.owner_number,
            hosts: created.hosts.clone(),
            team: created.team,
            assignment: created.assignment.clone(),
            settings: created.settings.clone(),
            version: recorded.sequence,
            created_at: recorded.decided_at,
            updated_at: recorded.decided_at,
        })),
        EventTypeEvent::EventTypeChanged(changed) => EventTypeChange::Settings(changed),
        EventTypeEvent::EventTypeDeleted(_) => EventTypeChange::Delete,
        EventTypeEvent::PrivateLinkSet(_) | EventTypeEvent::PrivateLinkRemoved(_) => return None,
    })
}

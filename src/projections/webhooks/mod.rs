//! The webhooks read model: one row per webhook that is not deleted.

mod table;
mod read;
#[cfg(test)]
mod event_test;

pub use read::{by_id, count, of_scope};
pub use table::Webhooks;

use crate::domain::Event;
use crate::domain::id::WebhookId;
use crate::domain::webhook::{Definition, WebhookEvent};
use crate::ledger::record::{RecordedEvent, SealedPersonal};

use super::row::Webhook;

/// Folds events of one webhook's stream into its row; `None` after deletion.
pub fn apply(row: &mut Option<Webhook>, event: &RecordedEvent) {
    match change(event) {
        Some(WebhookChange::Begin(definition, sealed)) => {
            *row = Some(Webhook {
                webhook: WebhookId::from_uuid(event.stream.id),
                definition: definition.clone(),
                sealed: sealed.clone(),
                version: event.sequence,
                created_at: event.decided_at,
            });
        }
        Some(WebhookChange::Replace(definition, sealed)) => {
            if let Some(row) = row {
                row.definition = definition.clone();
                row.sealed = sealed.clone();
                row.version = event.sequence;
            }
        }
        Some(WebhookChange::Delete) => *row = None,
        None => {}
    }
}

/// What an event does to a webhook: the one place that says it, for structs and for rows.
enum WebhookChange<'a> {
    Begin(&'a Definition, &'a SealedPersonal),
    Replace(&'a Definition, &'a SealedPersonal),
    Delete,
}

fn change(recorded: &RecordedEvent) -> Option<WebhookChange<'_>> {
    let event = match &recorded.event {
        Event::Webhook(event) => event,
        Event::Tenant(_) | Event::Provider(_) | Event::EventType(_) | Event::Composite(_) => {
            return None;
        }
    };
    // Every command seals where the webhook goes; without it there is nothing to show or to send.
    let sealed = recorded.personal.as_ref()?;
    Some(match event {
        WebhookEvent::WebhookCreated(definition) => WebhookChange::Begin(definition, sealed),
        WebhookEvent::WebhookChanged(changed) => {
            WebhookChange::Replace(&changed.definition, sealed)
        }
        WebhookEvent::WebhookDeleted(_) => WebhookChange::Delete,
    })
}

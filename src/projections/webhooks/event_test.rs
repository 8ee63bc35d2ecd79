//! What each event does to a webhook: folded, and written, and the same.

use crate::domain::Event;
use crate::domain::id::{EventTypeNumber, ProviderNumber, WebhookId};
use crate::domain::webhook::{Definition, Trigger, WatchedEventType, WebhookChanged, WebhookEvent};
use crate::ledger::record::RecordedEvent;
use crate::projections::Part;
use crate::projections::check::differences;
use crate::projections::sample::*;
use crate::projections::sample_database::{databases, dump, write};

use super::{Webhooks, apply, by_id, count, of_scope};

const ALL: Part = Part { skip: 0, take: 250 };

fn definition(owner: u128, url_hash: &str, watched: Option<u128>) -> Definition {
    Definition {
        owner: provider(owner),
        owner_number: ProviderNumber::new(17),
        event_type: watched.map(|number| WatchedEventType {
            id: event_type(number),
            number: EventTypeNumber::new(41),
        }),
        url_hash: url_hash.into(),
        triggers: vec![Trigger::BookingCreated],
        active: true,
    }
}

fn created(definition: Definition) -> Event {
    Event::Webhook(WebhookEvent::WebhookCreated(definition))
}

#[tokio::test]
async fn a_webhook_is_created_changed_and_deleted() {
    let mut recorder = Recorder::default();
    let changed = WebhookEvent::WebhookChanged(WebhookChanged {
        previous_url_hash: Some("a".into()),
        definition: definition(1, "b", None),
    });
    let deleted = WebhookEvent::WebhookDeleted(definition(1, "b", None));
    let events: Vec<RecordedEvent> = [
        created(definition(1, "a", None)),
        Event::Webhook(changed),
        Event::Webhook(deleted),
    ]
    .into_iter()
    .map(|event| sealed(recorder.record(webhook_stream(1), event), 1))
    .collect();
    let id = WebhookId::from_uuid(webhook_stream(1).id);
    for database in databases(&Webhooks).await {
        let mut row = None;
        for (index, event) in events.iter().enumerate() {
            apply(&mut row, event);
            write(&database, &Webhooks, event).await;
            assert_eq!(by_id(&database, tenant(), id).await.unwrap(), row);
            let dumped = dump(&database, &Webhooks).await;
            assert_eq!(differences(&Webhooks, &events[..=index], dumped), []);
        }
        assert_eq!(row, None);
    }
}

#[tokio::test]
async fn a_list_is_that_of_a_user_or_of_an_event_type() {
    let mut recorder = Recorder::default();
    let events: Vec<RecordedEvent> = [
        definition(1, "a", None),
        definition(1, "a", Some(1)),
        definition(2, "a", None),
        definition(1, "b", None),
    ]
    .into_iter()
    .zip(1..)
    .map(|(definition, number)| {
        sealed(
            recorder.record(webhook_stream(number), created(definition)),
            1,
        )
    })
    .collect();
    for database in databases(&Webhooks).await {
        for event in &events {
            write(&database, &Webhooks, event).await;
        }
        let listed = async |scope, part| -> Vec<u128> {
            let rows = of_scope(&database, tenant(), scope, part).await.unwrap();
            let numbers = rows.iter().map(|row| row.webhook.as_uuid().as_u128());
            numbers.map(|id| id - 0x500).collect()
        };
        let (user, watched) = (provider(1).as_uuid(), event_type(1).as_uuid());
        assert_eq!(listed(user, ALL).await, [1, 4]);
        assert_eq!(listed(watched, ALL).await, [2]);
        assert_eq!(listed(user, Part { skip: 1, take: 1 }).await, [4]);
        assert_eq!(count(&database, tenant(), user).await.unwrap(), 2);
    }
}

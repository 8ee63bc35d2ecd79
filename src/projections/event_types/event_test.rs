//! What each event does to an event type: folded, and written, and the same.

use crate::domain::Event;
use crate::domain::event_type::settings::EventTypeSettings;
use crate::domain::event_type::{
    EventTypeChanged, EventTypeCreated, EventTypeDeleted, EventTypeEvent,
};
use crate::domain::id::{EventTypeNumber, ProviderNumber, TeamId};
use crate::ledger::record::RecordedEvent;
use crate::projections::check::differences;
use crate::projections::sample::*;
use crate::projections::sample_database::{databases, dump, write};

use super::{EventTypes, Filter, apply, by_ids, list};

fn settings(slug: &str, hidden: bool) -> EventTypeSettings {
    EventTypeSettings {
        hidden,
        ..EventTypeSettings::plain("Intro".into(), slug.into(), 30)
    }
}

fn created(number: i32, owner: u128, slug: &str, hidden: bool) -> Event {
    Event::EventType(EventTypeEvent::EventTypeCreated(EventTypeCreated {
        number: EventTypeNumber::new(number),
        owner: provider(owner),
        owner_number: ProviderNumber::new(17),
        hosts: vec![provider(owner)],
        team: None,
        assignment: None,
        settings: settings(slug, hidden),
    }))
}

fn team() -> TeamId {
    TeamId::from_uuid(provider(99).as_uuid())
}

fn of_team(number: i32) -> Event {
    Event::EventType(EventTypeEvent::EventTypeCreated(EventTypeCreated {
        number: EventTypeNumber::new(number),
        owner: provider(1),
        owner_number: ProviderNumber::new(17),
        hosts: vec![provider(1)],
        team: Some(team()),
        assignment: None,
        settings: settings("intro", false),
    }))
}

fn changed(slug: &str) -> Event {
    Event::EventType(EventTypeEvent::EventTypeChanged(EventTypeChanged {
        team: None,
        assignment: None,
        number: EventTypeNumber::new(41),
        owner: provider(1),
        previous_slug: Some("intro".into()),
        settings: settings(slug, true),
    }))
}

fn deleted() -> Event {
    Event::EventType(EventTypeEvent::EventTypeDeleted(EventTypeDeleted {
        team: None,
        number: EventTypeNumber::new(41),
        owner: provider(1),
        slug: "intro".into(),
    }))
}

#[tokio::test]
async fn an_event_type_is_created_changed_and_deleted() {
    let mut recorder = Recorder::default();
    let events: Vec<RecordedEvent> = [created(41, 1, "intro", false), changed("first"), deleted()]
        .into_iter()
        .map(|event| recorder.record(event_type_stream(1), event))
        .collect();
    for database in databases(&EventTypes).await {
        let mut row = None;
        for (index, event) in events.iter().enumerate() {
            apply(&mut row, event);
            write(&database, &EventTypes, event).await;
            let stored = by_ids(&database, tenant(), &[event_type(1)]).await.unwrap();
            assert_eq!(stored, row.clone().into_iter().collect::<Vec<_>>());
            let dumped = dump(&database, &EventTypes).await;
            assert_eq!(differences(&EventTypes, &events[..=index], dumped), []);
            if index == 1 {
                let row = row.as_ref().unwrap();
                assert_eq!((row.settings.slug.as_str(), row.version), ("first", 2));
                assert_eq!(row.created_at, events[0].decided_at);
                assert_eq!(row.updated_at, events[1].decided_at);
            }
        }
        assert_eq!(row, None);
    }
}

#[tokio::test]
async fn a_list_is_narrowed_by_owner_slug_and_hiddenness() {
    let mut recorder = Recorder::default();
    let events = [
        recorder.record(event_type_stream(1), created(41, 1, "intro", false)),
        recorder.record(event_type_stream(2), created(42, 2, "intro", false)),
        recorder.record(event_type_stream(3), created(43, 1, "secret", true)),
        recorder.record(event_type_stream(4), of_team(44)),
    ];
    for database in databases(&EventTypes).await {
        for event in &events {
            write(&database, &EventTypes, event).await;
        }
        let listed = async |filter: Filter| -> Vec<i32> {
            let rows = list(&database, tenant(), &filter).await.unwrap();
            rows.iter().map(|row| row.number.get()).collect()
        };
        let all = Filter {
            hidden: true,
            ..Filter::default()
        };
        assert_eq!(listed(Filter::default()).await, [41, 42]);
        assert_eq!(listed(all.clone()).await, [41, 42, 43]);
        assert_eq!(
            listed(Filter {
                descending: true,
                ..all.clone()
            })
            .await,
            [43, 42, 41]
        );
        assert_eq!(
            listed(Filter {
                owners: vec![provider(1)],
                ..all.clone()
            })
            .await,
            [41, 43]
        );
        let slug = Filter {
            slug: Some("intro".into()),
            owners: vec![provider(2)],
            ..all
        };
        assert_eq!(listed(slug).await, [42]);
        assert_eq!(listed(Filter::of_team(team())).await, [44]);
    }
}

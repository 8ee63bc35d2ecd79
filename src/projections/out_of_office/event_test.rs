//! What each event does to an entry out of office: folded, and written, and the same.

use crate::domain::id::{BlockId, OutOfOfficeNumber, ProviderNumber};
use crate::domain::provider::event::{OutOfOffice, OutOfOfficeReason, ProviderEvent, Redirect};
use crate::ledger::record::RecordedEvent;
use crate::projections::Part;
use crate::projections::check::differences;
use crate::projections::sample::*;
use crate::projections::sample_database::{databases, dump, write};

use super::{Filter, Order, OutOfOffices, apply, by_number, list};

fn entry(number: i32, first: &str, last: &str) -> OutOfOffice {
    let midnight = |day: &str| format!("{day}T00:00:00Z").parse().unwrap();
    OutOfOffice {
        number: OutOfOfficeNumber::new(number),
        block: BlockId::from_uuid(id(0x600 + u128::try_from(number).unwrap())),
        provider_number: ProviderNumber::new(17),
        first: first.parse().unwrap(),
        last: last.parse().unwrap(),
        start: midnight(first),
        end: midnight(last) + chrono::Duration::days(1),
        reason: OutOfOfficeReason::Vacation,
        redirect: Some(Redirect {
            provider: provider(2),
            number: ProviderNumber::new(18),
        }),
    }
}

#[tokio::test]
async fn an_entry_is_entered_changed_and_removed() {
    let mut recorder = Recorder::default();
    let moved = entry(8, "2031-08-01", "2031-08-02");
    let events: Vec<RecordedEvent> = [
        ProviderEvent::OutOfOfficeEntered(entry(8, "2031-07-01", "2031-07-14")),
        ProviderEvent::OutOfOfficeChanged(moved.clone()),
        ProviderEvent::OutOfOfficeRemoved(moved),
    ]
    .into_iter()
    .zip([true, false, true])
    .map(|(event, has_notes)| {
        let event = recorder.of_provider(1, event);
        if has_notes { sealed(event, 1) } else { event }
    })
    .collect();
    for database in databases(&OutOfOffices).await {
        let mut row = None;
        for (index, event) in events.iter().enumerate() {
            apply(&mut row, event);
            write(&database, &OutOfOffices, event).await;
            let number = OutOfOfficeNumber::new(8);
            let stored = by_number(&database, tenant(), provider(1), number).await;
            assert_eq!(stored.unwrap(), row);
            let dumped = dump(&database, &OutOfOffices).await;
            assert_eq!(differences(&OutOfOffices, &events[..=index], dumped), []);
        }
        assert_eq!(row, None);
    }
}

#[tokio::test]
async fn a_list_is_narrowed_and_sorted() {
    let mut recorder = Recorder::default();
    let entered = [
        (1, entry(1, "2031-07-01", "2031-07-20")),
        (1, entry(2, "2031-06-01", "2031-06-02")),
        (2, entry(3, "2031-07-01", "2031-07-02")),
    ];
    let events = entered.map(|(whose, entry)| {
        recorder.of_provider(whose, ProviderEvent::OutOfOfficeEntered(entry))
    });
    for database in databases(&OutOfOffices).await {
        for event in &events {
            write(&database, &OutOfOffices, event).await;
        }
        let whole = Part { skip: 0, take: 250 };
        let listed = async |filter: Filter, part: Part| -> Vec<i32> {
            let rows = list(&database, tenant(), &filter, part).await.unwrap();
            rows.iter().map(|row| row.entry.number.get()).collect()
        };
        assert_eq!(listed(Filter::default(), whole).await, [1, 2, 3]);
        let second = Part { skip: 1, take: 1 };
        assert_eq!(listed(Filter::default(), second).await, [2]);
        let own = Filter {
            provider: Some(provider(1)),
            ..Filter::default()
        };
        assert_eq!(listed(own, whole).await, [1, 2]);
        let sorted = Filter {
            by_start: Some(Order::Descending),
            by_end: Some(Order::Ascending),
            ..Filter::default()
        };
        assert_eq!(listed(sorted, whole).await, [3, 1, 2]);
        let nobodys = Filter {
            email: Some("nobody@example.org".into()),
            ..Filter::default()
        };
        assert_eq!(listed(nobodys, whole).await, [] as [i32; 0]);
    }
}

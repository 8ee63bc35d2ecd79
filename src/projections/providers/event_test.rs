//! What each event does to a provider: folded, and written, and the same.

use crate::domain::id::{ProviderNumber, ScheduleNumber};
use crate::domain::provider::event::{
    ProfileChanged, ProviderCreated, ProviderEvent as E, ScheduleRemoved,
};
use crate::ledger::record::RecordedEvent;
use crate::ledger::row::Projection as _;
use crate::projections::check::differences;
use crate::projections::row::Provider;
use crate::projections::sample::*;
use crate::projections::sample_database::{databases, dump, write};

use super::{Providers, apply, by_id, by_ids, list};

fn created(number: i32, bookable: bool) -> E {
    E::ProviderCreated(ProviderCreated {
        number: ProviderNumber::new(number),
        profile: profile("Ana Roze"),
        bookable,
    })
}

fn removed(schedule: i32) -> E {
    E::ScheduleRemoved(ScheduleRemoved {
        schedule: ScheduleNumber::new(schedule),
    })
}

/// Given events of one provider, folds them; and asserts that every database, after every event, has the same row.
async fn fold(events: Vec<E>) -> Provider {
    let mut recorder = Recorder::default();
    let events: Vec<RecordedEvent> = events
        .into_iter()
        .map(|event| recorder.of_provider(1, event))
        .collect();
    let mut row = None;
    for database in databases(&Providers).await {
        row = None;
        for event in &events {
            apply(&mut row, event);
            write(&database, &Providers, event).await;
            assert_eq!(by_id(&database, tenant(), provider(1)).await.unwrap(), row);
        }
        let dumped = dump(&database, &Providers).await;
        assert_eq!(differences(&Providers, &events, dumped), []);
    }
    row.unwrap()
}

fn schedules(provider: &Provider) -> Vec<(i32, &str, bool)> {
    let rows = provider.schedules.iter();
    rows.map(|row| {
        (
            row.schedule.get(),
            row.definition.name.as_str(),
            row.is_default,
        )
    })
    .collect()
}

#[tokio::test]
async fn a_provider_is_created_and_its_profile_changes() {
    let change = E::ProfileChanged(ProfileChanged {
        previous_username: None,
        profile: profile("Ana Berga"),
    });
    let row = fold(vec![created(17, true), change]).await;
    assert_eq!(
        (row.number, row.profile.name.as_str()),
        (ProviderNumber::new(17), "Ana Berga")
    );
    assert_eq!(
        (row.version, row.created_at, row.updated_at),
        (2, at(-9_999), at(-9_998))
    );
}

#[tokio::test]
async fn one_schedule_is_the_default() {
    let set = |number, name, default| E::ScheduleSet(schedule_set(number, name, default));
    let mut events = vec![
        created(17, true),
        set(5, "week", true),
        set(3, "summer", false),
    ];
    let row = fold(events.clone()).await;
    assert_eq!(schedules(&row), [(3, "summer", false), (5, "week", true)]);
    events.push(set(3, "winter", true));
    assert_eq!(
        schedules(&fold(events.clone()).await),
        [(3, "winter", true), (5, "week", false)]
    );
    events.push(removed(3));
    assert_eq!(schedules(&fold(events.clone()).await), [(5, "week", false)]);
    events.push(set(3, "spring", false));
    let last = fold(events).await;
    assert_eq!(schedules(&last), [(3, "spring", false), (5, "week", false)]);
    assert_eq!(last.version, 6);
}

#[tokio::test]
async fn bookings_do_not_change_a_provider() {
    let mut recorder = Recorder::default();
    let booking = placed(1, 60);
    let bookings = [
        E::BookingPlaced(booking.clone()),
        E::BookingFinished(mark(&booking)),
    ];
    for event in unrelated().into_iter().chain(bookings) {
        assert!(
            Providers
                .project(&recorder.of_provider(1, event))
                .is_empty()
        );
    }
}

#[tokio::test]
async fn the_directory_is_paged_by_number_and_leaves_out_who_cannot_be_booked() {
    let mut recorder = Recorder::default();
    let events = [
        recorder.of_provider(1, created(19, true)),
        recorder.of_provider(1, E::ScheduleSet(schedule_set(1, "week", true))),
        recorder.of_provider(1, E::ScheduleSet(schedule_set(2, "summer", false))),
        recorder.of_provider(2, created(18, true)),
        recorder.of_provider(3, created(17, false)),
    ];
    for database in databases(&Providers).await {
        for event in &events {
            write(&database, &Providers, event).await;
        }
        let page = async |after, limit| -> Vec<(i32, usize)> {
            let rows = list(&database, tenant(), after, limit).await.unwrap();
            rows.iter()
                .map(|row| (row.number.get(), row.schedules.len()))
                .collect()
        };
        assert_eq!(page(0, 10).await, [(18, 0), (19, 2)]);
        assert_eq!(page(0, 1).await, [(18, 0)]);
        assert_eq!(page(18, 1).await, [(19, 2)]);
        let ids = [provider(1), provider(3), provider(9)];
        let rows = by_ids(&database, tenant(), &ids).await.unwrap();
        let numbers: Vec<_> = rows.iter().map(|row| row.number.get()).collect();
        assert_eq!(numbers, [17, 19]);
        let other = crate::domain::id::TenantId::from_uuid(id(99));
        assert_eq!(by_ids(&database, other, &ids).await.unwrap(), []);
    }
}

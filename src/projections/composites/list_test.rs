//! Lists: statuses, providers, attendees, times, pages, on every database.

use super::event_test::{composite, requested, stream};
use super::{After, Composites, Filter, Listing};
use crate::domain::Event;
use crate::domain::composite::command::SegmentChange;
use crate::domain::composite::event::{CompositeEvent as E, CompositeMark, SegmentChanged};
use crate::ledger::database::Database;
use crate::projections::row::CompositeStatus;
use crate::projections::sample::*;
use crate::projections::sample_database::{Scratch, databases, enter_term, write};

/// Composite bookings by number: 1 confirmed, 2 and 3 at one start, 3 with its second segment given to provider 3,
/// 4 cancelled and of another attendee.
async fn clinics() -> Vec<Scratch> {
    let mut recorder = Recorder::default();
    let mut of = |number, event, key| {
        sealed(
            recorder.record(stream(number), Event::Composite(event)),
            key,
        )
    };
    let whole = CompositeMark { generation: 1 };
    let given = SegmentChanged {
        generation: 1,
        segment: 1,
        change: SegmentChange::Reassigned {
            provider: provider(3),
        },
    };
    let events = [
        of(1, E::CompositeRequested(requested(1, 300)), 1),
        of(2, E::CompositeRequested(requested(2, 60)), 1),
        of(3, E::CompositeRequested(requested(3, 60)), 1),
        of(4, E::CompositeRequested(requested(4, 500)), 2),
        of(1, E::CompositeConfirmed(whole), 1),
        of(3, E::SegmentChanged(given), 1),
        of(4, E::CompositeCancelled(whole), 2),
    ];
    let databases = databases(&Composites).await;
    for database in &databases {
        for event in &events {
            write(database, &Composites, event).await;
        }
        enter_term(database, "ilze", key(1)).await;
    }
    databases
}

async fn listed(
    database: &Database,
    filter: &Filter,
    after: Option<After>,
    take: u32,
) -> Vec<u128> {
    let listing = Listing {
        tenant: tenant(),
        filter,
        after,
        take,
    };
    let rows = listing.page(database).await.unwrap();
    let ids = rows.iter().map(|row| row.composite.as_uuid().as_u128());
    ids.map(|id| id - 0x700).collect()
}

#[tokio::test]
async fn a_list_is_in_order_of_starts_and_narrowed_by_all_that_is_given() {
    let none = Filter::default;
    let cases = [
        (none(), vec![2, 3, 1, 4]),
        (
            Filter {
                statuses: vec![CompositeStatus::Confirmed],
                ..none()
            },
            vec![1],
        ),
        (
            Filter {
                statuses: vec![CompositeStatus::Cancelled, CompositeStatus::Requested],
                ..none()
            },
            vec![2, 3, 4],
        ),
        (
            Filter {
                providers: vec![provider(3)],
                ..none()
            },
            vec![3],
        ),
        (
            Filter {
                providers: vec![provider(1), provider(2)],
                ..none()
            },
            vec![2, 1, 4],
        ),
        (
            Filter {
                terms: vec!["ilze".to_owned()],
                ..none()
            },
            vec![2, 3, 1],
        ),
        (
            Filter {
                from: Some(at(60)),
                to: Some(at(300)),
                ..none()
            },
            vec![2, 3],
        ),
        (
            Filter {
                after_created: Some(at(-9_997)),
                before_created: Some(at(-9_996)),
                ..none()
            },
            vec![3],
        ),
    ];
    for database in clinics().await {
        for (filter, expected) in &cases {
            assert_eq!(
                listed(&database, filter, None, 250).await,
                *expected,
                "{filter:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_page_goes_on_after_the_one_before_it() {
    let filters = [
        Filter::default(),
        Filter {
            providers: vec![provider(1)],
            ..Filter::default()
        },
        Filter {
            terms: vec!["ilze".to_owned()],
            ..Filter::default()
        },
    ];
    for database in clinics().await {
        for filter in &filters {
            let whole = listed(&database, filter, None, 250).await;
            let mut after = None;
            let mut paged = Vec::new();
            while let [number] = listed(&database, filter, after, 1).await.as_slice() {
                let starts = [300, 60, 60, 500];
                let start = at(starts[usize::try_from(*number).unwrap() - 1]);
                after = Some(After {
                    start,
                    composite: composite(*number),
                });
                paged.push(*number);
            }
            assert_eq!(paged, whole);
        }
    }
}

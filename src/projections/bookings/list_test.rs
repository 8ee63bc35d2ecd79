//! Lists: classes, orders, pages, filters, on every database.

use chrono::Duration;

use crate::domain::provider::event::{BookingPlaced, ProviderEvent as E};
use crate::ledger::database::{Database, DatabaseError};
use crate::ledger::record::RecordedEvent;
use crate::ledger::row::{Cell, Change, Projection as _};
use crate::projections::row::Booking;
use crate::projections::sample::*;
use crate::projections::sample_database::{Scratch, databases, enter_term, execute, write};

use super::{Bookings, Class, Counts, Filter, Listing, Page, SortBy};

const FIRST: Page = Page {
    sort: SortBy::Start,
    descending: false,
    skip: 0,
    take: 250,
};

/// Bookings by number: 1 past, 2 upcoming, 3 pending, 4 pending in a series, 5 accepted in a series, 6 cancelled,
/// 7 declined, 8 with another provider and of another event type, running now; 9 seated, with a second attendee.
/// The other provider has shares in 6 and 9, and gave one in 5 away.
fn clinic() -> Vec<RecordedEvent> {
    let mut recorder = Recorder::default();
    let mut of = |provider, event, key| sealed(recorder.of_provider(provider, event), key);
    let mut elsewhere = placed(8, -10);
    elsewhere.terms.event_type = event_type(2);
    let seats = seated(placed(9, 400), 1);
    vec![
        of(1, E::BookingPlaced(placed(1, -40)), 1),
        of(1, E::BookingPlaced(placed(2, 700)), 2),
        of(1, E::BookingRequested(placed(3, 600)), 1),
        of(1, E::BookingRequested(in_series(placed(4, 500), 1)), 4),
        of(1, E::BookingPlaced(in_series(placed(5, 450), 0)), 4),
        of(1, E::BookingPlaced(placed(6, 300)), 6),
        of(1, E::BookingRequested(placed(7, -600)), 7),
        of(2, E::BookingPlaced(elsewhere), 8),
        of(1, E::BookingPlaced(seats.clone()), 9),
        of(1, E::BookingCancelled(ended(&placed(6, 300))), 6),
        of(1, E::BookingDeclined(ended(&placed(7, -600))), 7),
        of(1, E::SeatTaken(taken(&seats, 2, 2002)), 1),
        of(2, E::ProviderEngaged(engaged(&seats)), 1),
        of(2, E::ProviderEngaged(engaged(&placed(6, 300))), 1),
        of(2, E::ProviderEngaged(engaged(&placed(5, 450))), 1),
        of(
            2,
            E::ProviderDisengaged(disengaged(&placed(6, 300), false)),
            1,
        ),
        of(
            2,
            E::ProviderDisengaged(disengaged(&placed(5, 450), true)),
            1,
        ),
    ]
}

async fn clinics() -> Vec<Scratch> {
    let databases = databases(&Bookings).await;
    for database in &databases {
        for event in &clinic() {
            write(database, &Bookings, event).await;
        }
    }
    databases
}

async fn read(
    database: &Database,
    filter: &Filter,
    page: Page,
) -> Result<(Vec<Booking>, u64), DatabaseError> {
    let listing = Listing {
        tenant: tenant(),
        now: at(0),
        filter,
    };
    let counts = Counts::default();
    listing.counted_page(database, &counts, page).await
}

async fn numbers(database: &Database, filter: &Filter, page: Page) -> (Vec<i32>, u64) {
    let (rows, matches) = read(database, filter, page).await.unwrap();
    (rows.iter().map(|row| row.number.get()).collect(), matches)
}

async fn all(database: &Database, filter: Filter) -> Vec<i32> {
    let (numbers, matches) = numbers(database, &filter, FIRST).await;
    assert_eq!(numbers.len(), usize::try_from(matches).unwrap());
    numbers
}

fn of_classes(classes: &[Class]) -> Filter {
    Filter {
        classes: classes.to_vec(),
        ..Filter::default()
    }
}

#[tokio::test]
async fn classes_are_those_of_the_reference_and_combine_by_or() {
    for database in clinics().await {
        let of = async |classes: &[Class]| all(&database, of_classes(classes)).await;
        assert_eq!(of(&[Class::Upcoming]).await, [8, 9, 5, 3, 2]);
        assert_eq!(of(&[Class::Recurring]).await, [5, 4]);
        assert_eq!(of(&[Class::Past]).await, [1]);
        assert_eq!(of(&[Class::Cancelled]).await, [7, 6]);
        assert_eq!(of(&[Class::Unconfirmed]).await, [4, 3]);
        assert_eq!(of(&[Class::Past, Class::Unconfirmed]).await, [1, 4, 3]);
        assert_eq!(of(&[]).await, [7, 1, 8, 6, 9, 5, 4, 3, 2]);
    }
}

#[tokio::test]
async fn what_ends_now_is_both_past_and_upcoming() {
    let mut recorder = Recorder::default();
    let event = recorder.of_provider(1, E::BookingPlaced(placed(1, -30)));
    let longest = BookingPlaced {
        slot: crate::domain::time::TimeSlot::new(at(0) - Duration::days(31), at(0)).unwrap(),
        ..placed(2, 0)
    };
    let longest = recorder.of_provider(1, E::BookingPlaced(longest));
    for database in databases(&Bookings).await {
        write(&database, &Bookings, &event).await;
        write(&database, &Bookings, &longest).await;
        assert_eq!(all(&database, of_classes(&[Class::Past])).await, [2, 1]);
        assert_eq!(all(&database, of_classes(&[Class::Upcoming])).await, [2, 1]);
    }
}

#[tokio::test]
async fn every_order_runs_both_ways() {
    let by = |sort, descending| Page {
        sort,
        descending,
        ..FIRST
    };
    for database in clinics().await {
        let of = async |page| numbers(&database, &Filter::default(), page).await.0;
        assert_eq!(
            of(by(SortBy::Start, true)).await,
            [2, 3, 4, 5, 9, 6, 8, 1, 7]
        );
        assert_eq!(
            of(by(SortBy::End, false)).await,
            [7, 1, 8, 6, 9, 5, 4, 3, 2]
        );
        assert_eq!(
            of(by(SortBy::Created, false)).await,
            [1, 2, 3, 4, 5, 6, 7, 8, 9]
        );
        assert_eq!(
            of(by(SortBy::Updated, true)).await,
            [9, 7, 6, 8, 5, 4, 3, 2, 1]
        );
    }
}

#[tokio::test]
async fn a_page_is_a_window_of_the_list_and_counts_the_whole() {
    for database in clinics().await {
        let page = Page {
            skip: 2,
            take: 3,
            ..FIRST
        };
        assert_eq!(
            numbers(&database, &Filter::default(), page).await,
            (vec![8, 6, 9], 9)
        );
        let beyond = Page { skip: 20, ..page };
        assert_eq!(
            numbers(&database, &Filter::default(), beyond).await,
            (vec![], 9)
        );
    }
}

async fn assert_narrows(change: impl Fn(&mut Filter), expected: &[i32]) {
    let mut filter = Filter::default();
    change(&mut filter);
    for database in clinics().await {
        assert_eq!(all(&database, filter.clone()).await, expected);
    }
}

#[tokio::test]
async fn a_list_is_of_what_a_provider_hosts() {
    assert_narrows(
        |f| f.provider = Some(provider(1)),
        &[7, 1, 6, 9, 5, 4, 3, 2],
    )
    .await;
    // 8 is at home with it; in 9 and 6 it has a share, and had one in 5.
    assert_narrows(|f| f.provider = Some(provider(2)), &[8, 6, 9]).await;
    assert_narrows(|f| f.provider = Some(provider(3)), &[]).await;
    let of_two = |change: fn(&mut Filter), expected: &'static [i32]| {
        assert_narrows(
            move |f| {
                f.provider = Some(provider(2));
                change(f);
            },
            expected,
        )
    };
    of_two(|f| f.classes = vec![Class::Upcoming], &[8, 9]).await;
    of_two(|f| f.classes = vec![Class::Cancelled], &[6]).await;
    of_two(|f| f.event_types = vec![event_type(2)], &[8]).await;
    of_two(|f| f.uid = Some(uid("uid9")), &[9]).await;
    of_two(|f| f.uid = Some(uid("uid2")), &[]).await;
    of_two(|f| f.after_start = Some(at(300)), &[6, 9]).await;
    of_two(|f| f.before_end = Some(at(330)), &[8, 6]).await;
}

#[tokio::test]
async fn shares_are_in_every_order_and_page_of_their_providers_list() {
    let own = Filter {
        provider: Some(provider(2)),
        ..Filter::default()
    };
    for database in clinics().await {
        let of = async |page| numbers(&database, &own, page).await;
        for (sort, expected) in [
            (SortBy::Start, [8, 6, 9]),
            (SortBy::End, [8, 6, 9]),
            (SortBy::Created, [6, 8, 9]),
            (SortBy::Updated, [8, 6, 9]),
        ] {
            let page = Page { sort, ..FIRST };
            assert_eq!(of(page).await, (expected.to_vec(), 3), "{sort:?}");
            let descending = Page {
                descending: true,
                ..page
            };
            let mut newest_first = expected.to_vec();
            newest_first.reverse();
            assert_eq!(of(descending).await, (newest_first, 3), "{sort:?}");
            for (skip, number) in (0..).zip(expected) {
                let one = Page {
                    skip,
                    take: 1,
                    ..page
                };
                assert_eq!(of(one).await, (vec![number], 3), "{sort:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_list_is_of_event_types_or_of_a_uid() {
    assert_narrows(|f| f.event_types = vec![event_type(2)], &[8]).await;
    assert_narrows(|f| f.event_types = vec![event_type(2), event_type(3)], &[8]).await;
    assert_narrows(|f| f.uid = Some(uid("series")), &[5, 4]).await;
    assert_narrows(|f| f.uid = Some(uid("uid9")), &[9]).await;
}

#[tokio::test]
async fn bounds_in_time_include_themselves() {
    assert_narrows(|f| f.after_start = Some(at(600)), &[3, 2]).await;
    assert_narrows(|f| f.before_end = Some(at(-10)), &[7, 1]).await;
    assert_narrows(|f| f.after_created = Some(at(-9_992)), &[8, 9]).await;
    assert_narrows(|f| f.before_created = Some(at(-9_998)), &[1, 2]).await;
    assert_narrows(|f| f.after_updated = Some(at(-9_990)), &[7, 6, 9]).await;
    assert_narrows(|f| f.before_updated = Some(at(-9_999)), &[1]).await;
}

#[tokio::test]
async fn an_attendee_is_found_by_all_terms_on_a_booking_or_a_seat() {
    for database in clinics().await {
        enter_term(&database, "mail-of-1", key(1)).await;
        enter_term(&database, "name-of-9", key(9)).await;
        enter_term(&database, "name-of-9", key(4)).await;
        let of = async |terms: &[&str]| {
            let terms = terms.iter().map(|term| (*term).to_owned()).collect();
            all(
                &database,
                Filter {
                    terms,
                    ..Filter::default()
                },
            )
            .await
        };
        assert_eq!(of(&["mail-of-1"]).await, [1, 9, 3]);
        assert_eq!(of(&["name-of-9"]).await, [9, 5, 4]);
        assert_eq!(of(&["mail-of-1", "name-of-9"]).await, [9]);
        assert!(of(&["nobody"]).await.is_empty());
    }
}

#[tokio::test]
async fn a_corrupt_row_names_its_table_and_column() {
    let mut recorder = Recorder::default();
    let event = recorder.of_provider(1, E::BookingPlaced(placed(1, 60)));
    let change = Bookings.project(&event).remove(0);
    let Change::Put(cells) = change.change else {
        panic!("a booking begins with a put");
    };
    let row = [change.key, cells].concat();
    let corrupt = [
        (6, "unheard", "bookings.status"),
        (14, "{}", "bookings.doc"),
    ];
    for database in databases(&Bookings).await {
        for (index, text, name) in corrupt {
            let mut altered = row.clone();
            altered[index] = Cell::Text(text.into());
            execute(&database, change.table, change.table.put, &[altered]).await;
            let filter = Filter::default();
            match read(&database, &filter, FIRST).await {
                Err(DatabaseError::Corrupt { column, .. }) => assert_eq!(column, name),
                other => panic!("{other:?}"),
            }
        }
    }
}

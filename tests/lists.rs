//! A list says how many bookings it has: as many as its pages show, while bookings arrive and end.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use daybook::clock::Clock as _;
use daybook::domain::id::TenantId;
use daybook::domain::provider::command::{BookingFacts, Cancel, ProviderCommand};
use daybook::projections::bookings::{Class, Counts, Filter, Listing, Page, SortBy};
use reqwest::Method;
use serde_json::Value;

use crate::harness::library::nine;
use crate::harness::salon::Client;
use crate::harness::{Library, Salon, Veteran, times};
use crate::race::all;

/// Bookings per page, so that lists have several.
const TAKE: u32 = 7;
/// Bookings that arrive while lists are read.
const ARRIVALS: usize = 48;

/// Lists of every class, alone and together, of the tenant and of one of its providers.
fn filters(veteran: &Veteran) -> Vec<Filter> {
    let classes = [
        vec![],
        vec![Class::Upcoming],
        vec![Class::Past],
        vec![Class::Cancelled],
        vec![Class::Unconfirmed],
        vec![Class::Recurring],
        vec![Class::Past, Class::Cancelled],
        vec![Class::Upcoming, Class::Past],
    ];
    let of_all = classes.map(|classes| Filter {
        classes,
        ..Filter::default()
    });
    let of_one = of_all.clone().map(|filter| Filter {
        provider: veteran.stream.id.to_string().parse().ok(),
        ..filter
    });
    of_all.into_iter().chain(of_one).collect()
}

/// Reads every page; each says how many there are, by what was counted before.
async fn assert_counted(library: &Library, counts: &Counts, listing: Listing<'_>) -> u64 {
    let mut uids = BTreeSet::new();
    let mut skip = 0;
    loop {
        let page = Page {
            sort: SortBy::Start,
            descending: false,
            skip,
            take: TAKE,
        };
        let database = library.ledger.database();
        let read = listing.counted_page(database, counts, page).await;
        let (rows, matches) = read.expect("the list can be read");
        skip += TAKE;
        if rows.is_empty() {
            let shown = u64::try_from(uids.len()).expect("few");
            assert_eq!(matches, shown, "{listing:?}");
            return matches;
        }
        uids.extend(rows.into_iter().map(|row| row.uid));
    }
}

/// All lists at an instant; the numbers of upcoming and of past bookings.
async fn assert_lists(
    library: &Library,
    counts: &Counts,
    (tenant, filters): (TenantId, &[Filter]),
    now: DateTime<Utc>,
) -> (u64, u64) {
    let mut matches = Vec::new();
    for filter in filters {
        let listing = Listing {
            tenant,
            now,
            filter,
        };
        matches.push(assert_counted(library, counts, listing).await);
    }
    (matches[1], matches[2])
}

async fn cancel(library: &Library, veteran: &Veteran, booking: BookingFacts) {
    let cancel = Cancel {
        as_segment: false,
        bookings: vec![booking],
        seat: None,
        by_host: true,
        personal: None,
    };
    let cancelled = library.execute(veteran.stream, vec![ProviderCommand::Cancel(cancel)]);
    cancelled.await.expect("it is cancelled");
}

/// A list of at most a page, as of one moment: its rows are as many as it counts.
async fn assert_page(client: &Client, query: &str) -> usize {
    let request = client.bookings(Method::GET, &format!("?take=250{query}"));
    let page = client.send(request.bearer_auth(&client.owner_key)).await;
    let page = page.expect(200).json();
    let shown = page["data"].as_array().map(Vec::len);
    let total = page["pagination"]["totalItems"].as_u64();
    assert_eq!(
        shown,
        total.and_then(|total| usize::try_from(total).ok()),
        "{query}"
    );
    shown.expect("a list")
}

on_both_databases! {
    async fn a_list_counts_what_its_pages_show_as_time_passes(salon: &mut Salon) {
        salon.take_server().stop();
        let today = times::now();
        let library = Library::open(salon, today).await;
        let veteran = Veteran::hire(salon, &library).await;
        let (counts, filters) = (Counts::default(), filters(&veteran));
        let lists = (veteran.stream.tenant, filters.as_slice());

        let opening = nine(today, 2);
        for index in 0..12 {
            let start = opening + Duration::minutes(15 * index);
            let booked = veteran.book(&library, start).await;
            if index % 5 == 0 {
                cancel(&library, &veteran, booked).await;
            }
            assert_lists(&library, &counts, lists, library.clock.now()).await;
        }
        let mut seen = Vec::new();
        // Before, at and after the ends of bookings, in leaps, and back: requests are answered in no order.
        for minutes in [-60, 0, 15, 29, 30, 31, 90, 90, 20, 180, 60, 100_000, 30] {
            let now = opening + Duration::minutes(minutes);
            let counted = assert_lists(&library, &counts, lists, now).await;
            let afresh = assert_lists(&library, &Counts::default(), lists, now).await;
            assert_eq!(counted, afresh, "{minutes}");
            seen.push(counted);
        }
        library.close().await;

        // What ends now is both; the first, sixth and eleventh are cancelled.
        let expected = [
            (9, 0), (9, 0), (9, 0), (9, 0), (9, 1), (8, 1), (5, 4), (5, 4), (9, 0), (1, 9), (7, 3), (0, 9), (9, 1),
        ];
        assert_eq!(seen, expected);
    }

    async fn a_list_counts_what_it_shows_while_bookings_arrive(salon: &mut Salon) {
        let client = salon.client();
        let readers = (0..4).map(|reader| {
            let client = client.clone();
            async move {
                let mut shown = 0;
                while shown < ARRIVALS {
                    assert_page(&client, "&status=upcoming").await;
                    let now = assert_page(&client, "").await;
                    assert!(shown <= now, "{reader}");
                    shown = now;
                }
                assert_page(&client, "&status=cancelled").await
            }
        });
        let readers = readers.collect::<tokio::task::JoinSet<_>>();

        let booked = all((0..ARRIVALS).map(|index| {
            let client = client.clone();
            async move { client.book(times::slot(index)).await }
        }))
        .await;

        assert!(booked.iter().all(|answer| answer.status == 201));
        readers.join_all().await;
        let uid = booked[0].uid();
        client.cancel(&uid).await.expect(200);
        assert_eq!(assert_page(&client, "&status=cancelled").await, 1);
        assert_eq!(assert_page(&client, "&status=upcoming").await, ARRIVALS - 1);
        assert_eq!(assert_page(&client, "").await, ARRIVALS);
    }

    async fn a_list_by_cursor_shows_every_booking_once_and_counts_none(salon: &mut Salon) {
        let client = salon.client();
        for index in 0..10 {
            client.book(times::slot(index)).await.expect(201);
        }
        let (mut shown, mut cursor) = (BTreeSet::new(), String::new());
        loop {
            let path = format!("/v2/bookings?status=upcoming&limit=3{cursor}");
            let request = client.request(Method::GET, &path).header("cal-api-version", "2026-05-01");
            let page = client.send(request.bearer_auth(&client.owner_key)).await.expect(200).json();
            assert_eq!(page["pagination"].get("totalItems"), None);
            let uids = page["data"].as_array().expect("a list").iter();
            shown.extend(uids.map(|booking| booking["uid"].to_string()));
            let Some(next) = page["pagination"]["nextCursor"].as_str() else {
                assert_eq!(page["pagination"]["hasMore"], Value::Bool(false));
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(shown.len(), 10);
    }
}

//! kill -9 under load: what was acknowledged is there, once; the next server is up at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::harness::salon::Client;
use crate::harness::{Salon, count, times, until};

/// From the start of the process until it listens: two seconds on a quiet machine, ten times that on a busy one.
const START_MAX: Duration = Duration::from_secs(20);

const CLIENTS: usize = 8;

/// Keys that were asked with, each for the slot of its index, and the uids of those that were acknowledged.
type Asked = BTreeMap<usize, Option<String>>;

/// Books slot after slot, each under a key of its own, until the connection breaks.
async fn book_on(client: Client, next: Arc<AtomicUsize>, done: Arc<AtomicUsize>) -> Asked {
    let mut asked = Asked::new();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let answer = client.book_once(times::slot(index), &key(index)).await;
        match answer {
            Ok(answer) => asked.insert(index, Some(answer.expect(201).uid())),
            Err(_broken) => {
                asked.insert(index, None);
                return asked;
            }
        };
        done.fetch_add(1, Ordering::Relaxed);
    }
}

fn key(index: usize) -> String {
    format!("k-{index}")
}

/// Asks again with every key: each is one booking, an acknowledged one is the booking that was acknowledged.
async fn assert_once(salon: &Salon, asked: &Asked) {
    let client = salon.client();
    let mut uids = BTreeSet::new();
    for (index, acknowledged) in asked {
        let again = client.book_once(times::slot(*index), &key(*index)).await;
        let again = again.expect("answers").expect(201);
        let is_replay = again.headers.contains_key("idempotent-replayed");
        assert!(is_replay || acknowledged.is_none(), "{index} was forgotten");
        let uid = again.uid();
        if let Some(acknowledged) = acknowledged {
            assert_eq!(&uid, acknowledged);
            let booking = client.booking_of(&uid).await.expect(200).data();
            assert_eq!(booking["status"], "accepted");
            assert_eq!(booking["start"], times::answered(times::slot(*index)));
        }
        assert!(uids.insert(uid), "two keys share a booking");
    }
    for query in [
        "select count(*) from events where event_type = 'BookingPlaced'",
        "select count(*) from bookings",
        "select count(*) from claims",
    ] {
        let rows = salon.database().integer(query).await;
        assert_eq!(
            usize::try_from(rows).expect("a count"),
            asked.len(),
            "{query}"
        );
    }
}

on_both_databases! {
    async fn every_acknowledged_booking_survives_a_kill(salon: &mut Salon) {
        let next = Arc::new(AtomicUsize::new(0));
        let mut asked = Asked::new();
        for round in 0..count(6, 20) {
            let done = Arc::new(AtomicUsize::new(0));
            let load: JoinSet<_> = (0..CLIENTS)
                .map(|_| book_on(salon.client(), Arc::clone(&next), Arc::clone(&done)))
                .collect();
            let enough = 12 + 3 * round;
            until("the load runs", async || {
                (enough <= done.load(Ordering::Relaxed)).then_some(())
            })
            .await;
            salon.kill();
            asked.extend(load.join_all().await.into_iter().flatten());
            salon.start();
            let started_in = salon.server().started_in();
            assert!(started_in < START_MAX, "{started_in:?}");
        }
        assert!(asked.values().any(Option::is_some));
        assert_once(salon, &asked).await;
    }
}

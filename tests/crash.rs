//! kill -9 under load: what was acknowledged is there, once; the next server is up at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::harness::salon::Client;
use crate::harness::{Salon, count, times, until};

/// From the start of the process until it listens.
const START_MAX: Duration = Duration::from_secs(2);

const CLIENTS: usize = 8;

/// Books slot after slot until the connection breaks; returns the uids that were acknowledged.
async fn book_on(client: Client, next: Arc<AtomicUsize>, done: Arc<AtomicUsize>) -> Vec<String> {
    let mut acknowledged = Vec::new();
    loop {
        let start = times::slot(next.fetch_add(1, Ordering::Relaxed));
        match client.try_send(client.book_request(start)).await {
            Ok(answer) => acknowledged.push(answer.expect(201).uid()),
            Err(_broken) => return acknowledged,
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
}

on_both_databases! {
    async fn every_acknowledged_booking_survives_a_kill(salon: &mut Salon) {
        let next = Arc::new(AtomicUsize::new(0));
        let mut acknowledged = BTreeSet::new();
        for round in 0..count(3, 20) {
            let done = Arc::new(AtomicUsize::new(0));
            let load: JoinSet<_> = (0..CLIENTS)
                .map(|_| book_on(salon.client(), Arc::clone(&next), Arc::clone(&done)))
                .collect();
            let enough = 20 + 7 * round;
            until("the load runs", async || {
                (enough <= done.load(Ordering::Relaxed)).then_some(())
            })
            .await;
            salon.kill();
            acknowledged.extend(load.join_all().await.into_iter().flatten());
            salon.start();
            let started_in = salon.server().started_in();
            assert!(started_in < START_MAX, "{started_in:?}");
        }

        let client = salon.client();
        for uid in &acknowledged {
            let booking = client.booking_of(uid).await.expect(200).data();
            assert_eq!(booking["status"], "accepted");
        }
        assert!(!acknowledged.is_empty());
        let placed = salon
            .database()
            .integer("select count(*) from events where event_type = 'BookingPlaced'")
            .await;
        assert!(acknowledged.len() <= usize::try_from(placed).expect("a count"));
    }
}

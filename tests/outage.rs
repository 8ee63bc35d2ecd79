//! Postgres is stopped as by a power failure and started again, under load: what was acknowledged is there, once, and
//! the service is back by itself.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::harness::database::TestDatabase;
use crate::harness::postgres::Cluster;
use crate::harness::program::Program;
use crate::harness::salon::Client;
use crate::harness::{PATIENCE, Salon, count, run_in, times, until};

const CLIENTS: usize = 8;

/// From the first answer of Postgres to the first booking: 5 s on a machine of its own, four times that on a shared one.
/// Shorter than the patience of who waits for that booking, or it would never be asked.
const BACK_WITHIN: Duration = Duration::from_secs(20);
const _: () = assert!(BACK_WITHIN.as_secs() < PATIENCE.as_secs());

#[derive(Debug, Default)]
struct Load {
    next: AtomicUsize,
    acknowledged: AtomicUsize,
    is_over: AtomicBool,
}

/// Books slot after slot, each with its key, again and again until the answer is final; returns the uids.
async fn book_on(client: Client, load: Arc<Load>) -> Vec<String> {
    let mut uids = Vec::new();
    while !load.is_over.load(Ordering::Acquire) {
        let index = load.next.fetch_add(1, Ordering::Relaxed);
        let (start, key) = (times::slot(index), format!("k-{index}"));
        loop {
            let answer = client
                .book_once(start, &key)
                .await
                .expect("our server goes on");
            match answer.status.as_u16() {
                201 => {
                    uids.push(answer.uid());
                    break;
                }
                503 => assert!(answer.headers.contains_key("retry-after"), "{answer:?}"),
                _ => panic!("{answer:?}"),
            }
        }
        load.acknowledged.fetch_add(1, Ordering::AcqRel);
    }
    uids
}

#[test]
fn nothing_acknowledged_is_lost_when_postgres_dies() {
    let cluster = Cluster::private();
    let its = Arc::clone(&cluster);
    let open = async move || {
        let database = TestDatabase::create_in(its).await;
        let program = Program::on(&database);
        Salon::with(database, program).await
    };
    run_in(open, async |salon: &mut Salon| {
        let load = Arc::new(Load::default());
        let clients: JoinSet<_> = (0..CLIENTS)
            .map(|_| book_on(salon.client(), Arc::clone(&load)))
            .collect();
        let more = async |by: usize| {
            let enough = load.acknowledged.load(Ordering::Acquire) + by;
            until("bookings go on", async || {
                (enough <= load.acknowledged.load(Ordering::Acquire)).then_some(())
            })
            .await;
        };
        more(20).await;
        for round in 0..count(2, 5) {
            cluster.stop_immediately();
            cluster.start_again();
            let started = Instant::now();
            more(1).await;
            let back_in = started.elapsed();
            eprintln!("outage {round}: back in {back_in:?}");
            assert!(back_in < BACK_WITHIN, "{back_in:?}");
            more(20 + 3 * round).await;
        }
        load.is_over.store(true, Ordering::Release);
        let uids: Vec<String> = clients.join_all().await.into_iter().flatten().collect();

        let unique: BTreeSet<&String> = uids.iter().collect();
        assert_eq!(unique.len(), uids.len());
        let placed = "select count(*) from events where event_type = 'BookingPlaced'";
        let placed = salon.database().integer(placed).await;
        assert_eq!(usize::try_from(placed).expect("a count"), uids.len());
        let client = salon.client();
        for uid in &uids {
            assert_eq!(
                client.booking_of(uid).await.expect(200).data()["status"],
                "accepted"
            );
        }
        let health = client.request(reqwest::Method::GET, "/readyz");
        client.send(health).await.expect(200);
    });
}

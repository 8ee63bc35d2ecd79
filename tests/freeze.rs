//! A process that is frozen in the middle of a batch holds its locks, but not for long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::harness::{Kind, Salon, count, run, times, within};

/// What the session of a frozen process may hold: its `idle_in_transaction_session_timeout` is 3 s, the lock timeout of
/// who waits for it 5 s. Four times that on a machine with other work, and less than the 30 s after which the server
/// gives any request up.
const STOPPED_FOR_MAX: Duration = Duration::from_secs(20);

/// Sessions that have been idle in a writing transaction for longer than any batch pauses.
const STUCK: &str = "
select count(*) from pg_stat_activity
 where datname = current_database() and state = 'idle in transaction'
   and backend_xid is not null and state_change < clock_timestamp() - interval '200 milliseconds'";

#[test]
fn a_frozen_process_stops_the_others_for_at_most_the_lock_timeout() {
    run(Kind::Postgres, async |salon: &mut Salon| {
        let frozen = salon.program().serve();
        let is_over = Arc::new(AtomicBool::new(false));
        let mut load = JoinSet::new();
        for worker in 0..8 {
            let client = salon.client_of(&frozen);
            let is_over = Arc::clone(&is_over);
            load.spawn(async move {
                for index in 0.. {
                    if is_over.load(Ordering::Acquire) {
                        break;
                    }
                    let answer = client.book(times::slot(1000 + 8 * index + worker)).await;
                    // Overtaken by the other process while it was frozen, or its batch given up.
                    assert!(matches!(answer.status.as_u16(), 201 | 503), "{answer:?}");
                }
            });
        }

        let client = salon.client();
        for round in 0..count(2, 10) {
            freeze_in_a_batch(salon, &frozen).await;
            let asked = Instant::now();
            client.book(times::slot(round)).await.expect(201);
            let stopped_for = asked.elapsed();
            eprintln!("freeze {round}: stopped for {stopped_for:?}");
            assert!(stopped_for < STOPPED_FOR_MAX, "{stopped_for:?}");
            frozen.signal("CONT");
        }
        is_over.store(true, Ordering::Release);
        load.join_all().await;
        frozen.stop();
        assert!(!salon.database().log().contains("invariant broken"));
    });
}

/// Freezes a process until it is found to hold the locks of a batch.
async fn freeze_in_a_batch(salon: &Salon, server: &crate::harness::program::Server) {
    let patience = Duration::from_mins(1);
    within(patience, "the process freezes in a batch", async || {
        server.signal("STOP");
        let deadline = Instant::now() + Duration::from_millis(400);
        while Instant::now() < deadline {
            if 0 < salon.database().integer(STUCK).await {
                return Some(());
            }
        }
        server.signal("CONT");
        None
    })
    .await;
}

//! The log of a tenant: positions 1..n without a hole, and a reader that tails it sees each once, in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinSet;

use crate::harness::{Kind, Salon, count, times, until};

/// What a follower does: everything after what it has seen.
const TAIL: &str = "select position, recorded_at, sequence from events order by position";

on_both_databases! {
    async fn a_tailing_reader_sees_every_position_once_in_order(salon: &mut Salon) {
        let load_is_over = Arc::new(AtomicBool::new(false));
        let mut load = JoinSet::new();
        for worker in 0..8 {
            let client = salon.client();
            load.spawn(async move {
                for index in 0..count(20, 200) {
                    // Half of the slots are shared with another client: conflicts and refusals among what is accepted.
                    let start = times::slot(if index % 2 == 0 { index } else { 1000 + 8 * index + worker });
                    let answer = client.book(start).await;
                    if answer.status == 201 && index % 3 == 0 {
                        client.cancel(&answer.uid()).await.expect(200);
                    }
                }
            });
        }
        let over = Arc::clone(&load_is_over);
        let mut watch = JoinSet::new();
        watch.spawn(async move {
            load.join_all().await;
            over.store(true, Ordering::Release);
        });

        let mut seen: Vec<Vec<i64>> = Vec::new();
        until("the load is over", async || {
            let was_over = load_is_over.load(Ordering::Acquire);
            let rows = salon.database().integers(TAIL).await;
            assert_eq!(rows[..seen.len()], seen[..], "what was seen has changed");
            seen = rows;
            was_over.then_some(())
        })
        .await;
        watch.join_all().await;

        let expected: Vec<i64> = (1..).take(seen.len()).collect();
        let positions: Vec<i64> = seen.iter().map(|row| row[0]).collect();
        assert_eq!(positions, expected);
        assert!(seen.len() > 80, "{}", seen.len());
    }
}

/// By hand, past the rules: the database refuses what the rules would have refused.
async fn by_hand(salon: &Salon, statement: &'static str) -> Result<(), String> {
    salon.database().write_by_hand(statement).await
}

on_both_databases! {
    async fn the_database_refuses_an_overlap_written_past_the_rules(salon: &mut Salon) {
        salon.book(times::slot(0)).await.expect(201);
        salon.take_server().stop();
        let copy = match salon.kind() {
            Kind::Sqlite => "
                insert into claims (tenant, provider, claim, owner, starts_at, ends_at)
                select tenant, provider, '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000001',
                       starts_at + 60000000, ends_at + 60000000 from claims",
            Kind::Postgres => "
                insert into claims (tenant, provider, claim, owner, starts_at, ends_at)
                select tenant, provider, '00000000-0000-7000-8000-000000000001'::uuid,
                       '00000000-0000-7000-8000-000000000001'::uuid, starts_at + 60000000, ends_at + 60000000 from claims",
        };

        let refused = by_hand(salon, copy).await;

        assert!(refused.is_err());
        assert_eq!(salon.database().integer("select count(*) from claims").await, 1);
        salon.start();
    }

    async fn the_log_cannot_be_altered(salon: &mut Salon) {
        salon.book(times::slot(0)).await.expect(201);
        salon.take_server().stop();
        let before = salon.database().integer("select count(*) from events").await;

        for statement in [
            "update events set actor = 'nobody'",
            "delete from events",
            "delete from events where position = 1",
        ] {
            assert!(by_hand(salon, statement).await.is_err(), "{statement}");
        }

        assert_eq!(salon.database().integer("select count(*) from events").await, before);
        salon.start();
    }
}

//! The log of a tenant: positions 1..n without a hole, and a reader that tails it sees each once, in order; what the
//! rules refuse, the database refuses too.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinSet;

use crate::harness::rows::Rows;
use crate::harness::salon::Client;
use crate::harness::{Kind, Library, Salon, count, times, until};

/// Most events that the reader takes at a time: small, so that it goes on from the middle of a batch.
const PAGE: u32 = 7;
/// The slot that a claim written by hand occupies: the rules do not know it, the database refuses it.
const POISONED: usize = 900;

/// Books, moves and cancels; every second slot is wanted by somebody else, too.
async fn load(client: Client, worker: usize) {
    for index in 0..count(20, 200) {
        let start = times::slot(if index % 2 == 0 {
            index
        } else {
            1000 + 8 * index + worker
        });
        let answer = client.book(start).await;
        match answer.status.as_u16() {
            201 if index % 3 == 0 => drop(client.cancel(&answer.uid()).await.expect(200)),
            201 => {}
            _ => answer.expect_taken(),
        }
        if index % 5 == 0 {
            // Its transaction is rolled back: whatever shared it is written all the same.
            let refused = client.book(times::slot(POISONED)).await;
            assert!(!refused.status.is_success(), "{}", refused.text);
        }
    }
}

/// Claims of nobody's, over [`POISONED`].
async fn poison(salon: &Salon) {
    let starts_at = times::slot(POISONED).timestamp_micros();
    let (tenant, provider) = (&salon.tenant.id, &salon.tenant.provider_uid);
    let id = "00000000-0000-7000-8000-000000000001";
    let claim = format!(
        "insert into claims (tenant, provider, claim, owner, starts_at, ends_at)
         values ('{tenant}', '{provider}', '{id}', '{id}', {starts_at}, {starts_at} + 1800000000)"
    );
    salon
        .database()
        .execute(&claim)
        .await
        .expect("nothing is in its way");
}

on_both_databases! {
    async fn a_tailing_reader_sees_every_position_once_in_order(salon: &mut Salon) {
        poison(salon).await;
        let own = Library::open(salon, times::now()).await;
        let load_is_over = Arc::new(AtomicBool::new(false));
        let workers: JoinSet<_> = (0..8).map(|worker| load(salon.client(), worker)).collect();
        let over = Arc::clone(&load_is_over);
        let mut watch = JoinSet::new();
        watch.spawn(async move {
            workers.join_all().await;
            over.store(true, Ordering::Release);
        });

        // As a follower does, in another process, as the runtime role: what lies after the last position seen.
        let mut seen: Vec<(u64, String, i64)> = Vec::new();
        until("the load is over", async || {
            let was_over = load_is_over.load(Ordering::Acquire);
            loop {
                let after = seen.last().map_or(0, |(position, ..)| *position);
                let page = own.ledger.log(salon.tenant_id(), after, PAGE).await;
                let page = page.expect("the log has no hole");
                if page.is_empty() {
                    break;
                }
                seen.extend(page.iter().map(|logged| {
                    (logged.position, logged.event.id.to_string(), logged.recorded_at.timestamp_micros())
                }));
            }
            was_over.then_some(())
        })
        .await;
        watch.join_all().await;
        own.close().await;

        let expected: Vec<u64> = (1..).take(seen.len()).collect();
        let positions: Vec<u64> = seen.iter().map(|(position, ..)| *position).collect();
        assert_eq!(positions, expected);
        assert!(80 < seen.len(), "{}", seen.len());
        let ids: BTreeSet<_> = seen.iter().map(|(_, id, _)| id).collect();
        assert_eq!(ids.len(), seen.len(), "an event was seen twice");
        assert!(seen.windows(2).all(|pair| pair[0].2 <= pair[1].2), "recorded_at goes back");

        // What was seen while it was written is what is there now.
        let mut rows = Rows::of(salon.database()).await;
        let all = format!(
            "select {}, {} from events where tenant = '{}' order by events.position",
            rows.as_text("position", false), rows.as_text("event_id", false), salon.tenant.id
        );
        let there = rows.texts(all).await;
        rows.close().await;
        let seen: Vec<_> = seen.into_iter().map(|(position, id, _)| vec![position.to_string(), id]).collect();
        assert_eq!(there, seen);
        let poison = "delete from claims where claim = '00000000-0000-7000-8000-000000000001'";
        salon.database().execute(poison).await.expect("it is nobody's");
    }

    async fn two_tenants_have_a_log_each(salon: &mut Salon) {
        let neighbour = salon.neighbour("Neighbour").await;
        for index in 0..5 {
            for event_type in [salon.tenant.event_type, neighbour.event_type] {
                let mut client = salon.client();
                client.event_type = event_type;
                client.book(times::slot(index)).await.expect(201);
            }
        }
        let logs = "select count(*), min(position), max(position) from events group by tenant";
        let logs = salon.database().integers(logs).await;
        assert_eq!(logs.len(), 2);
        assert!(logs.iter().all(|log| log[1] == 1 && log[2] == log[0]), "{logs:?}");
    }
}

/// By hand, past the rules: the database refuses what the rules would have refused.
async fn by_hand(salon: &Salon, statement: &str) -> String {
    let refused = salon.database().execute(statement).await;
    refused.expect_err(statement)
}

on_both_databases! {
    async fn the_database_refuses_an_overlap_written_past_the_rules(salon: &mut Salon) {
        let client = salon.client();
        client.book(times::slot(0)).await.expect(201);
        client.book(times::slot(4)).await.expect(201);
        salon.take_server().stop();
        let id = match salon.kind() {
            Kind::Sqlite => "'00000000-0000-7000-8000-000000000001'",
            Kind::Postgres => "'00000000-0000-7000-8000-000000000001'::uuid",
        };
        let before = claims(salon).await;

        // A minute into the first, a minute before its end, around it, within it, the same.
        for (earlier, later) in [(1, 1), (-29, -29), (-1, 1), (1, -1), (0, 0)] {
            let copy = format!(
                "insert into claims (tenant, provider, claim, owner, starts_at, ends_at)
                 select tenant, provider, {id}, {id}, starts_at + {earlier} * 60000000, ends_at + {later} * 60000000
                   from claims order by starts_at limit 1"
            );
            let refused = by_hand(salon, &copy).await;
            assert!(refused.contains("claims_no_overlap"), "{refused}");
        }
        for change in [
            // The second onto the first; both onto one place; an end over the other's start; somebody else's claim.
            "update claims set starts_at = (select min(starts_at) from claims), ends_at = (select min(ends_at) from claims)
              where starts_at = (select max(starts_at) from claims)",
            "update claims set starts_at = 60000000, ends_at = 120000000",
            "update claims set ends_at = (select max(ends_at) from claims) where starts_at = (select min(starts_at) from claims)",
        ] {
            let refused = by_hand(salon, change).await;
            assert!(refused.contains("claims_no_overlap"), "{refused}");
        }
        let empty = by_hand(salon, "update claims set ends_at = starts_at").await;
        assert!(empty.contains("claims_not_empty"), "{empty}");
        let long = by_hand(salon, LONG).await;
        assert!(long.contains("claims_length_max"), "{long}");

        assert_eq!(claims(salon).await, before);
        // Touching is no overlap: the guard refuses nothing else.
        let touching = format!(
            "insert into claims (tenant, provider, claim, owner, starts_at, ends_at)
             select tenant, provider, {id}, {id}, ends_at, ends_at + 60000000 from claims order by starts_at limit 1"
        );
        salon.database().execute(&touching).await.expect("touching claims do not overlap");
        salon.start();
    }

    async fn the_log_cannot_be_altered(salon: &mut Salon) {
        let client = salon.client();
        let uid = client.book(times::slot(0)).await.expect(201).uid();
        client.cancel(&uid).await.expect(200);
        salon.take_server().stop();
        let before = log(salon).await;

        let mut statements = vec![
            "update events set actor = 'nobody'",
            "update events set position = position + 1 where position = 1",
            "update events set payload = payload",
            "delete from events",
            "delete from events where position = 1",
            "delete from events where position = (select max(position) from events)",
        ];
        match salon.kind() {
            Kind::Postgres => statements.extend(["truncate events", "truncate events cascade"]),
            // SQLite has no TRUNCATE; replacing a row is its own way to alter one.
            Kind::Sqlite => statements.push("update or replace events set sequence = 1 where sequence = 2"),
        }
        for statement in statements {
            let refused = by_hand(salon, statement).await;
            assert!(refused.contains("append-only"), "{statement}: {refused}");
        }

        assert_eq!(log(salon).await, before);
        salon.start();
    }

    async fn an_event_cannot_be_replaced(salon: &mut Salon) {
        salon.book(times::slot(0)).await.expect(201);
        salon.take_server().stop();
        let before = log(salon).await;
        // By each key that a row can collide with.
        let columns = "sequence, event_type, event_version, payload, metadata, tenant, position, event_id, command_id,
            correlation, actor, decided_at, recorded_at, previous_hash, hash";
        let (sequence, position, id, rowid) = ("sequence + 90", "position + 90", "'other'", "");
        let statements: Vec<String> = match salon.kind() {
            Kind::Sqlite => [
                (sequence, position, "event_id", rowid),
                (sequence, "position", id, rowid),
                ("sequence", position, id, rowid),
                (sequence, position, id, "rowid, "),
            ]
            .into_iter()
            .map(|(sequence, position, id, rowid)| {
                let values = columns.replace("sequence,", &format!("{sequence},"))
                    .replace("position,", &format!("{position},")).replace("event_id,", &format!("{id},"));
                let kind = "aggregate_type, aggregate_id, ";
                format!(
                    "insert or replace into events ({rowid}{kind}{columns})
                     select {rowid}{kind}{values} from events where position = 1"
                )
            })
            .collect(),
            Kind::Postgres => vec![
                "insert into events select * from events where position = 1
                 on conflict (tenant, position) do update set actor = 'nobody'".to_owned(),
            ],
        };

        for statement in statements {
            let refused = by_hand(salon, &statement).await;
            assert!(refused.contains("append-only"), "{statement}: {refused}");
        }

        assert_eq!(log(salon).await, before);
        salon.start();
    }
}

/// Longer than a claim may be, and in nobody's way.
const LONG: &str = "update claims set ends_at = starts_at + 3024000000001
    where starts_at = (select max(starts_at) from claims)";

async fn claims(salon: &Salon) -> Vec<String> {
    dump(salon, "claims").await
}

async fn log(salon: &Salon) -> Vec<String> {
    dump(salon, "events").await
}

async fn dump(salon: &Salon, table: &str) -> Vec<String> {
    let mut rows = Rows::of(salon.database()).await;
    let dumped = rows.dump(table).await;
    rows.close().await;
    dumped
}

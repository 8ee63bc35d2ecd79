//! What only Postgres can break: tenants kept apart by the server, races between connections, plans under row-level
//! security, settings of the server.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use super::fixture::{
    Fixture, at, claim, committed, event_type, key, provider, stream, tenant, unit, write, writing,
};
use crate::ledger::database::{Database, Sql};
use crate::ledger::safety::durability::Danger;
use crate::ledger::store::append::stage;
use crate::ledger::store::candidates::Candidates;
use crate::ledger::store::connect::{ConnectError, OpenOptions};
use crate::ledger::store::migration::migrate;
use crate::ledger::store::statements::{LOG_ROWS, STREAM_ROWS, STREAMS_READ, SUBJECT_ROWS};
use crate::ledger::store::transaction::Transaction;
use crate::ledger::store::{AppendError, Store};
use crate::ledger::unit::{NameUse, Unit, UnitOutcome};

const TABLES: [&str; 9] = [
    "events",
    "streams",
    "heads",
    "idempotency",
    "claims",
    "directory",
    "attendee_keys",
    "person_terms",
    "snapshots",
];

/// Appends until no lock race is lost.
async fn append(store: &Store, units: &[Unit]) -> Vec<UnitOutcome> {
    loop {
        match store.append(units, at(1)).await {
            Ok(outcomes) => return outcomes,
            Err(AppendError::Retry(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test]
async fn another_tenants_rows_are_not_there() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let one = tenant(1);
    let mut unit = writing(stream(one, 1), 0, 1);
    unit.key = Some(key("k"));
    unit.names = vec![super::fixture::name("a", NameUse::Claim("{}".to_owned()))];
    unit.claims = vec![(provider(1), claim(1, 0, 10))];
    fixture.append(&[unit]).await;
    let snapshot = super::snapshots::snapshot(stream(one, 1), 1);
    fixture.store.put_snapshot(&snapshot, &[]).await.unwrap();
    for table in TABLES {
        let sql: &'static str = format!("select count(*) as n from {table}").leak();
        let unnamed = fixture.store.database();
        let rows = unnamed.fetch_untenanted(Sql::both(sql), Vec::new()).await;
        assert_eq!(rows.unwrap()[0].int("n").unwrap(), 0, "{table} unnamed");
        assert_eq!(fixture.count(tenant(2), sql).await, 0, "{table} of two");
    }
    assert_eq!(
        fixture.count(one, "select count(*) as n from events").await,
        1
    );
    // Nor can a row be written for it, nor one of it be changed.
    let forged =
        "insert into idempotency values ('00000000-0000-0000-0000-0000aaaa0001', 'x', '', '', 0)";
    assert!(fixture.by_hand(tenant(2), forged).await.is_err());
    let changed = fixture
        .by_hand(tenant(2), "update streams set version = 9")
        .await;
    assert_eq!(changed, Ok(0));
    fixture.remove().await;
}

#[tokio::test]
async fn not_even_the_owner_changes_the_log() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    fixture.append(&[writing(stream(tenant(1), 1), 0, 1)]).await;
    let mut owner = PgConnection::connect(&fixture.url).await.unwrap();
    for sql in [
        "update events set actor = 'x'",
        "delete from events",
        "truncate events",
    ] {
        let error = sqlx::query(sql).execute(&mut owner).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    let rows = sqlx::query(
        "select c.relname from pg_class c \
         cross join unnest(array['update', 'delete', 'truncate']) as p (privilege) \
         where c.relname = 'events' and has_table_privilege('daybook_runtime', c.oid, p.privilege)",
    );
    assert_eq!(rows.fetch_all(&mut owner).await.unwrap().len(), 0);
    owner.close().await.unwrap();
    fixture.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_connections_that_race_one_moves() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let store = &fixture.store;
    for version in 0..20 {
        let contested = || [writing(stream(tenant(1), 1), version, 1)];
        let (left, right) = (contested(), contested());
        let (left, right) = tokio::join!(append(store, &left), append(store, &right));
        let moved = [left[0], right[0]]
            .iter()
            .filter(|outcome| **outcome == UnitOutcome::Moved)
            .count();
        assert_eq!(moved, 1, "{left:?} {right:?}");
    }
    fixture.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_read_what_the_other_writes_one_reads_again() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let store = &fixture.store;
    let (left, right) = (stream(tenant(1), 1), stream(tenant(1), 2));
    fixture
        .append(&[writing(left, 0, 1), writing(right, 0, 1)])
        .await;
    let (mut left_at, mut right_at) = (1, 1);
    for _ in 0..20 {
        let mut one = writing(left, left_at, 1);
        one.reads = vec![(right, right_at)];
        let mut two = writing(right, right_at, 1);
        two.reads = vec![(left, left_at)];
        let (one, two) = ([one], [two]);
        let (one, two) = tokio::join!(store.append(&one, at(1)), store.append(&two, at(1)));
        match (one.unwrap()[0], two.unwrap()[0]) {
            (UnitOutcome::Committed { .. }, UnitOutcome::ReadMoved) => left_at += 1,
            (UnitOutcome::ReadMoved, UnitOutcome::Committed { .. }) => right_at += 1,
            both => panic!("{both:?}"),
        }
    }
    fixture.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_connections_that_claim_a_name_one_is_refused() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let store = &fixture.store;
    for number in 0..20 {
        let claiming = |owner| {
            let mut unit = writing(stream(tenant(owner), number), 0, 1);
            let slug = number.to_string();
            unit.names = vec![super::fixture::name(&slug, NameUse::Claim("{}".to_owned()))];
            [unit]
        };
        let (left, right) = (claiming(1), claiming(2));
        let (left, right) = tokio::join!(store.append(&left, at(1)), store.append(&right, at(1)));
        let outcomes = [left.unwrap()[0], right.unwrap()[0]];
        let refused = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, UnitOutcome::NameTaken(_)))
            .count();
        assert_eq!(refused, 1, "{outcomes:?}");
    }
    fixture.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_batches_leave_no_hole_and_no_deadlock() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let store = &fixture.store;
    fixture
        .append(&[writing(event_type(tenant(1), 1), 0, 1)])
        .await;
    // Each batch touches all tenants and reads the one event type, its units in an order of their own.
    let batches = async |number: u128| {
        for round in 0..10 {
            let mut units: Vec<Unit> = (1..=4)
                .map(|owner| {
                    let mut unit = unit(tenant(owner));
                    let stream = stream(tenant(owner), number);
                    unit.writes.push(write(unit.command, stream, round * 2, 2));
                    unit
                })
                .collect();
            units[0].reads = vec![(event_type(tenant(1), 1), 1)];
            units.rotate_left(usize::try_from(number).unwrap() % 4);
            // A deadlock or a lock timeout would be an error here.
            for outcome in store.append(&units, at(1)).await.unwrap() {
                assert!(matches!(outcome, UnitOutcome::Committed { .. }));
            }
        }
    };
    tokio::join!(batches(1), batches(2), batches(3), batches(4));
    for owner in 1..=4 {
        let log = store.log_rows(tenant(owner), 0, 10_000).await.unwrap();
        let contiguous = (1..)
            .zip(&log)
            .all(|(position, row)| row.position == position);
        assert!(contiguous);
        assert_eq!(log.len(), if owner == 1 { 81 } else { 80 });
        let head = store.head(tenant(owner)).await.unwrap().unwrap();
        assert_eq!(usize::try_from(head.0).unwrap(), log.len());
    }
    fixture.remove().await;
}

#[tokio::test]
async fn plans_as_the_runtime_role_use_the_indexes() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    for owner in 1..=5 {
        let units: Vec<Unit> = (0..400)
            .map(|number| writing(stream(tenant(owner), number), 0, 5))
            .collect();
        assert_eq!(fixture.append(&units).await[399], committed(2_000));
    }
    let mut owner = PgConnection::connect(&fixture.url).await.unwrap();
    sqlx::query("analyze events, streams")
        .execute(&mut owner)
        .await
        .unwrap();
    owner.close().await.unwrap();
    let (id, kind) = (tenant(1).as_uuid(), "provider");
    let stream = stream(tenant(1), 1).id;
    for (sql, index) in [
        (STREAM_ROWS, "events_pkey"),
        (LOG_ROWS, "events_position_unique"),
        (SUBJECT_ROWS, "events_subject"),
        (STREAMS_READ, "streams_pkey"),
    ] {
        let Database::Postgres { pool, .. } = fixture.store.database() else {
            unreachable!()
        };
        let begin = format!("begin; set local daybook.tenants = '{id}'");
        let mut transaction = pool.begin_with(AssertSqlSafe(begin)).await.unwrap();
        let explain = sqlx::query(AssertSqlSafe(format!("explain {}", sql.postgres))).bind(id);
        let explain = match index {
            "events_pkey" => explain
                .bind(kind)
                .bind(stream.to_string())
                .bind(0_i64)
                .bind(9_i64),
            "events_position_unique" => explain.bind(1_990_i64).bind(9_i64),
            "events_subject" => explain.bind(stream).bind(0_i64).bind(9_i64),
            _ => sqlx::query(AssertSqlSafe(format!("explain {}", sql.postgres)))
                .bind(vec![id])
                .bind(vec![kind])
                .bind(vec![stream]),
        };
        let plan = explain.fetch_all(&mut *transaction).await.unwrap();
        let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
        let plan = plan.join("\n");
        assert!(plan.contains(index), "{plan}");
        assert!(!plan.contains("Seq Scan on events"), "{plan}");
        assert!(!plan.contains("Seq Scan on streams"), "{plan}");
    }
    fixture.remove().await;
}

#[tokio::test]
async fn a_server_that_may_lose_writes_is_refused() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let (_, name) = fixture.url.rsplit_once('/').unwrap();
    let mut owner = PgConnection::connect(&fixture.url).await.unwrap();
    let sql = format!("alter database {name} set synchronous_commit = off");
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut owner)
        .await
        .unwrap();
    owner.close().await.unwrap();
    let refused = Database::open(&fixture.url, &OpenOptions::default()).await;
    assert!(matches!(
        refused,
        Err(ConnectError::Unsafe(Danger::UnsafeSetting {
            setting: "synchronous_commit",
            ..
        }))
    ));
    // Migrating again changes nothing.
    migrate(&fixture.url, &[]).await.unwrap();
    fixture.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_under_way_is_waited_for_before_its_outcome_is_told() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let (one, store) = (tenant(1), &fixture.store);
    // The first time the head exists only in the lost transaction.
    for version in 0..2 {
        let units = [writing(stream(one, 1), version, 1)];
        let mut lost = Transaction::begin(store.database(), &BTreeSet::from([one]))
            .await
            .unwrap();
        let mut candidates = Candidates::new(&units);
        stage(&mut lost, &mut candidates, at(1)).await.unwrap();
        let mut watch = PgConnection::connect(&fixture.url).await.unwrap();
        let commit = async {
            let waits = "select count(*) from pg_stat_activity \
                where datname = current_database() and wait_event_type = 'Lock'";
            while sqlx::query_scalar::<_, i64>(waits)
                .fetch_one(&mut watch)
                .await
                .unwrap()
                == 0
            {}
            lost.commit().await.unwrap();
        };
        let command = units[0].command;
        let sought = [(one, command)];
        let (found, ()) = tokio::join!(store.resolve(&sought), commit);
        assert_eq!(found.unwrap().get(&command), Some(&(version + 1)));
        watch.close().await.unwrap();
    }
    fixture.remove().await;
}

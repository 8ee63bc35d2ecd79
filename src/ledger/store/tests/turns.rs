//! A command in its turn is not overtaken; a session that is frozen in a transaction is ended by the server.

use std::collections::BTreeMap;

use sqlx::{Connection as _, PgConnection};

use super::fixture::{Fixture, at, committed, event_type, promises, stream, tenant, unit, writing};
use crate::ledger::database::{Database, Sql};
use crate::ledger::store::{AppendError, Store};
use crate::ledger::unit::{Unit, UnitOutcome};

promises! {
    a_turn_writes_what_was_decided_in_it
    a_turn_that_was_decided_too_early_writes_nothing
}

async fn a_turn_writes_what_was_decided_in_it(fixture: &Fixture) {
    let (one, store) = (tenant(1), &fixture.store);
    let kind = event_type(one, 1);
    let [first, second] = [stream(one, 1), stream(one, 2)];
    fixture
        .append(&[writing(first, 0, 1), writing(kind, 0, 1)])
        .await;
    // The second stream does not exist yet.
    let locks = BTreeMap::from([(kind, false), (first, true), (second, true)]);
    let turn = store.take_turn(one, &locks).await.unwrap();
    let mut both = writing(first, 1, 1);
    both.reads.push((kind, 1));
    both.writes.extend(writing(second, 0, 1).writes);

    let outcome = store.append_in_turn(turn, &both, at(1)).await;

    assert_eq!(outcome, committed(4));
}

async fn a_turn_that_was_decided_too_early_writes_nothing(fixture: &Fixture) {
    let (one, store) = (tenant(1), &fixture.store);
    fixture.append(&[writing(stream(one, 1), 0, 1)]).await;
    let locks = BTreeMap::from([(stream(one, 1), true)]);
    let turn = store.take_turn(one, &locks).await.unwrap();

    let early = writing(stream(one, 1), 0, 1);

    assert_eq!(
        store.append_in_turn(turn, &early, at(1)).await,
        UnitOutcome::Moved
    );
    assert_eq!(store.head(one).await.unwrap().map(|head| head.0), Some(1));
}

/// Appends, and waits while somebody else has the stream.
async fn append(store: &Store, units: &[Unit]) -> UnitOutcome {
    loop {
        match store.append(units, at(1)).await {
            Ok(outcomes) => return outcomes[0],
            Err(AppendError::Retry(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_overtakes_a_turn() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let (one, store) = (tenant(1), &fixture.store);
    let contended = stream(one, 1);
    fixture.append(&[writing(contended, 0, 1)]).await;
    let locks = BTreeMap::from([(contended, true)]);
    let turn = store.take_turn(one, &locks).await.unwrap();
    let units = [writing(contended, 1, 1)];
    let rival = append(store, &units);
    let in_turn = async {
        wait_for_a_lock(&fixture).await;
        // Decided only now, on a version that nobody can move any more.
        let version = store.versions(&[contended]).await.unwrap()[&contended];
        let unit = writing(contended, version, 1);
        store.append_in_turn(turn, &unit, at(1)).await
    };

    let (overtaken, outcome) = tokio::join!(rival, in_turn);

    assert_eq!((overtaken, outcome), (UnitOutcome::Moved, committed(2)));
    fixture.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_idle_with_a_lock_loses_it_before_others_give_up() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let (one, store) = (tenant(1), &fixture.store);
    let contended = stream(one, 1);
    fixture.append(&[writing(contended, 0, 1)]).await;
    let locks = BTreeMap::from([(contended, true)]);
    let frozen = store.take_turn(one, &locks).await.unwrap();

    // Waits for the lock, and has it before its own lock timeout: no retry.
    let units = [writing(contended, 1, 1)];
    let outcomes = store.append(&units, at(1)).await.unwrap();

    assert_eq!(outcomes, [committed(2)]);
    // The frozen one wakes up: its session is gone, and nothing of it is written.
    let late = store
        .append_in_turn(frozen, &writing(contended, 1, 1), at(1))
        .await;
    assert_eq!(late, UnitOutcome::Retry);
    assert_eq!(append(store, &[unit(one)]).await, committed(0));
    fixture.remove().await;
}

async fn wait_for_a_lock(fixture: &Fixture) {
    let waits = "select count(*) from pg_stat_activity \
        where datname = current_database() and wait_event_type = 'Lock'";
    let mut watch = PgConnection::connect(&fixture.url).await.unwrap();
    while sqlx::query_scalar::<_, i64>(waits)
        .fetch_one(&mut watch)
        .await
        .unwrap()
        == 0
    {}
    watch.close().await.unwrap();
}

#[tokio::test]
async fn every_session_has_its_timeouts() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let Database::Postgres { pool, .. } = fixture.store.database() else {
        unreachable!()
    };
    // The timeouts belong to the session: they are there again after a transaction has ended, well or not.
    for end in ["commit", "rollback"] {
        let mut connection = pool.acquire().await.unwrap();
        sqlx::raw_sql("begin; select 1")
            .execute(&mut *connection)
            .await
            .unwrap();
        sqlx::raw_sql(end).execute(&mut *connection).await.unwrap();
    }
    for (setting, value) in [
        ("role", "daybook_runtime"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "3s"),
        ("statement_timeout", "30s"),
        ("tcp_keepalives_idle", "10"),
        ("tcp_keepalives_interval", "5"),
        ("tcp_keepalives_count", "3"),
        ("client_connection_check_interval", "5s"),
    ] {
        let sql: &'static str = format!("select current_setting('{setting}') as value").leak();
        let rows = fixture.store.database();
        let rows = rows.fetch_untenanted(Sql::both(sql), Vec::new()).await;
        assert_eq!(rows.unwrap()[0].text("value").unwrap(), value, "{setting}");
    }
    fixture.remove().await;
}

//! A server that says nothing holds nobody for long, and no place in the pool.

use std::time::Duration;

use sqlx::postgres::{PgArguments, PgPool};

use super::fixture::Fixture;
use crate::ledger::database::Database;
use crate::ledger::session::Session;

fn pool(fixture: &Fixture) -> &PgPool {
    match fixture.store.database() {
        Database::Postgres { pool, .. } => pool,
        Database::Sqlite { .. } => unreachable!("a fixture of Postgres"),
    }
}

/// Waits, with a bound, for what the driver does by itself.
async fn until(mut is_so: impl FnMut() -> bool) {
    let looking = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    let looked = tokio::time::timeout(Duration::from_secs(15), looking).await;
    looked.expect("the driver does it soon");
}

/// Whether the only connection in use is waited for by nobody and counted by nobody.
async fn is_closed_within(within: Duration, begun: bool) {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let pool = pool(&fixture);
    let mut session = if begun {
        Session::begin(pool, "begin read only".to_owned()).await
    } else {
        Session::new(pool).await
    }
    .unwrap();
    let connections = pool.size();

    let asked = session.fetch_within(within, "select pg_sleep(25)", PgArguments::default());
    let answer = tokio::time::timeout(Duration::from_millis(1_200), asked).await;

    assert!(!matches!(answer, Ok(Ok(_))), "it has not answered");
    if let Ok(answer) = answer {
        assert!(matches!(answer, Err(sqlx::Error::Io(_))), "{answer:?}");
    }
    drop(session);
    until(|| pool.size() < connections).await;
    fixture.remove().await;
}

#[tokio::test]
async fn a_connection_that_does_not_answer_in_time_is_closed() {
    is_closed_within(Duration::from_millis(1_100), false).await;
    is_closed_within(Duration::from_millis(1_100), true).await;
}

#[tokio::test]
async fn a_connection_whose_reader_left_after_waiting_long_is_closed() {
    is_closed_within(Duration::from_mins(1), false).await;
}

#[tokio::test]
async fn a_connection_whose_reader_left_at_once_goes_on_without_its_transaction() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let pool = pool(&fixture);
    let mut session = Session::begin(pool, "begin".to_owned()).await.unwrap();
    let connections = pool.size();
    session
        .fetch(
            "create temporary table left_behind ()",
            PgArguments::default(),
        )
        .await
        .unwrap();
    let asked = session.fetch("select pg_sleep(0.3)", PgArguments::default());
    let asked = tokio::time::timeout(Duration::from_millis(50), asked).await;
    assert!(asked.is_err());

    drop(session);
    until(|| pool.num_idle() == usize::try_from(connections).unwrap()).await;

    let mut next = Session::begin(pool, "begin".to_owned()).await.unwrap();
    let left = "select 1 from pg_class where relname = 'left_behind'";
    let left = next.fetch(left, PgArguments::default()).await.unwrap();
    assert!(left.is_empty());
    next.commit().await.unwrap();
    fixture.remove().await;
}

//! Who waits for the log to move is woken: by this process, by another one, and by the tick whatever happens; and the
//! clocks are compared.

use std::sync::Arc;
use std::time::Duration;

use chrono::Duration as Span;
use sqlx::{Connection as _, PgConnection};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::fixture::{Fixture, promises};
use crate::clock::{Clock as _, ManualClock, SystemClock};
use crate::ledger::safety::ClockWatch;
use crate::ledger::wakeup::Wakeup;

promises! {
    a_commit_wakes_its_own_process
    the_tick_wakes_whatever_happens
    a_clock_that_is_off_is_noticed_and_forgiven
}

/// No tick comes while a test lasts.
const NEVER: Duration = Duration::from_hours(1);
const PATIENCE: Duration = Duration::from_secs(30);

/// A process's wake-ups, and what ends them.
struct Process {
    wakeup: Wakeup,
    moved: watch::Receiver<u64>,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Process {
    fn start(fixture: &Fixture, name: &str, poll: Duration) -> Self {
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        let database = fixture.store.database();
        let wakeup = Wakeup::start(database, name.to_owned(), poll, &tracker, &stop);
        Self {
            moved: wakeup.subscribe(),
            wakeup,
            tracker,
            stop,
        }
    }

    async fn is_woken(&mut self) {
        let woken = tokio::time::timeout(PATIENCE, self.moved.changed()).await;
        woken.expect("it is woken in time").unwrap();
    }

    async fn end(self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

async fn a_commit_wakes_its_own_process(fixture: &Fixture) {
    let mut process = Process::start(fixture, "one", NEVER);
    process.wakeup.committed();
    process.is_woken().await;
    process.end().await;
}

async fn the_tick_wakes_whatever_happens(fixture: &Fixture) {
    let mut process = Process::start(fixture, "one", Duration::from_millis(10));
    for _ in 0..3 {
        process.is_woken().await;
    }
    process.end().await;
}

/// Waits until `count` sessions listen, then forgets what woke anybody so far.
async fn all_listen(fixture: &Fixture, count: i64, processes: &mut [&mut Process]) {
    let mut watch = PgConnection::connect(&fixture.url).await.unwrap();
    let listening = "select count(*) from pg_stat_activity \
        where datname = current_database() and query ilike 'listen %' and state = 'idle'";
    while sqlx::query_scalar::<_, i64>(listening)
        .fetch_one(&mut watch)
        .await
        .unwrap()
        != count
    {}
    watch.close().await.unwrap();
    for process in processes {
        // The first tick, and the one when it began to listen.
        let both = process.moved.wait_for(|wakes| 2 <= *wakes);
        tokio::time::timeout(PATIENCE, both).await.unwrap().unwrap();
        process.moved.mark_unchanged();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_wakes_the_other_process_and_again_after_its_connection_was_lost() {
    let Some(fixture) = Fixture::postgres().await else {
        return;
    };
    let mut one = Process::start(&fixture, "one", NEVER);
    let mut two = Process::start(&fixture, "two", NEVER);
    all_listen(&fixture, 2, &mut [&mut one, &mut two]).await;
    for _ in 0..100 {
        one.wakeup.committed();
    }
    two.is_woken().await;

    // Both side connections of both processes are lost.
    let mut admin = PgConnection::connect(&fixture.url).await.unwrap();
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity \
        where datname = current_database() and query ilike 'listen %'";
    sqlx::query(kill).execute(&mut admin).await.unwrap();
    admin.close().await.unwrap();
    two.is_woken().await;
    all_listen(&fixture, 2, &mut []).await;
    two.moved.mark_unchanged();
    one.wakeup.committed();
    two.is_woken().await;

    one.end().await;
    two.end().await;
    fixture.remove().await;
}

async fn a_clock_that_is_off_is_noticed_and_forgiven(fixture: &Fixture) {
    let database = fixture.store.database();
    let (watch, clock) = (
        ClockWatch::default(),
        Arc::new(ManualClock::new(SystemClock.now())),
    );
    watch.look(database, clock.as_ref()).await;
    assert_eq!(watch.too_far_apart(), None);

    clock.advance(Span::seconds(-20));
    watch.look(database, clock.as_ref()).await;
    let apart = watch.too_far_apart().unwrap();
    assert!(Span::seconds(18) < apart, "{apart}");

    clock.advance(SystemClock.now() - clock.now());
    watch.look(database, clock.as_ref()).await;
    assert_eq!(watch.too_far_apart(), None);
}

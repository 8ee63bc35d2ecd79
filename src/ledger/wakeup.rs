//! The log has moved: what wakes those who read it after the commit.
//!
//! A wake-up carries no position, may be superfluous and may be one for many commits: whoever is woken compares what it
//! has seen with the heads. In this process a commit wakes at once. On Postgres other processes are woken by one NOTIFY
//! for all commits of some milliseconds, sent after them from a connection of its own: inside the append it would make
//! every commit of the database queue for one lock. A notification may be lost with its connection, and other programs
//! write to an SQLite file, so everybody is woken by a tick as well: correctness never depends on a message.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPool, PgPoolOptions};
use tokio::sync::{Notify, watch};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::database::Database;

/// Postgres's name for it.
const CHANNEL: &str = "daybook_log";
/// Longest time between two wake-ups: what a lost notification costs.
pub(super) const POLL: Duration = Duration::from_secs(1);
/// Shortest time between two notifications of a process: bounds what they cost at any load.
const GAP: Duration = Duration::from_millis(20);
/// Pause before the side connection is opened again.
const RECONNECT: Duration = Duration::from_millis(500);
/// Longest wait for a side connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// One that listens, one that notifies.
const SIDE_CONNECTIONS: u32 = 2;

/// Wakes who waits for the log to move.
#[derive(Debug)]
pub(super) struct Wakeup {
    moved: watch::Sender<u64>,
    /// Holds at most one permit: commits while a notification is under way are one more notification.
    news: Arc<Notify>,
}

impl Wakeup {
    /// Starts ticking every `poll` and, on Postgres, telling and hearing other processes. `process` is a name that no
    /// other process has: its own notifications are not news.
    pub(super) fn start(
        database: &Database,
        process: String,
        poll: Duration,
        tracker: &TaskTracker,
        stop: &CancellationToken,
    ) -> Self {
        let (moved, _receiver) = watch::channel(0);
        let news = Arc::new(Notify::new());
        let spawn = |task: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>| {
            let stop = stop.clone();
            tracker.spawn(async move { stop.run_until_cancelled_owned(task).await })
        };
        spawn(Box::pin(tick(paced(poll), moved.clone())));
        if let Database::Postgres { pool, .. } = database {
            let side = PgPoolOptions::new()
                .max_connections(SIDE_CONNECTIONS)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .idle_timeout(None)
                .max_lifetime(None)
                .connect_lazy_with((*pool.connect_options()).clone());
            let heard = hear(side.clone(), process.clone(), moved.clone());
            spawn(Box::pin(heard));
            spawn(Box::pin(tell(side, process, Arc::clone(&news))));
        }
        Self { moved, news }
    }

    /// A commit of this process is in the log.
    pub(super) fn committed(&self) {
        wake(&self.moved);
        self.news.notify_one();
    }

    /// Changes whenever the log may have moved; the number means nothing.
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }
}

fn wake(moved: &watch::Sender<u64>) {
    moved.send_modify(|count| *count = count.wrapping_add(1));
}

fn paced(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

#[expect(
    clippy::infinite_loop,
    reason = "the task is dropped when the ledger stops"
)]
async fn tick(mut poll: Interval, moved: watch::Sender<u64>) {
    loop {
        poll.tick().await;
        wake(&moved);
    }
}

#[expect(
    clippy::infinite_loop,
    reason = "the task is dropped when the ledger stops"
)]
async fn tell(side: PgPool, process: String, news: Arc<Notify>) {
    let mut gap = paced(GAP);
    loop {
        news.notified().await;
        gap.tick().await;
        let told = sqlx::query("select pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(&process)
            .execute(&side)
            .await;
        if let Err(error) = told {
            tracing::debug!(%error, "others are not told that the log has moved; their tick finds it");
        }
    }
}

#[expect(
    clippy::infinite_loop,
    reason = "the task is dropped when the ledger stops"
)]
async fn hear(side: PgPool, process: String, moved: watch::Sender<u64>) {
    let mut again = paced(RECONNECT);
    loop {
        again.tick().await;
        if let Err(error) = listen(&side, &process, &moved).await {
            tracing::debug!(%error, "not listening for other processes; the tick goes on");
        }
    }
}

/// Listens until the connection fails in a way that the driver does not mend.
async fn listen(side: &PgPool, process: &str, moved: &watch::Sender<u64>) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(side).await?;
    listener.listen(CHANNEL).await?;
    // Whatever was said before anybody listened.
    wake(moved);
    loop {
        match listener.try_recv().await? {
            Some(notification) if notification.payload() == process => {}
            // `None`: the connection was lost and is there again; what was said meanwhile is not known.
            Some(_) | None => wake(moved),
        }
    }
}

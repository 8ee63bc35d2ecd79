//! Whether this machine's clock still agrees with the database's, asked on a tick.
//!
//! Instants of several processes are compared with each other (`decided_at`, expiries, cached entries); the database's
//! clock is the one that all of them can see.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::Duration as Span;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{CLOCK_SKEW_SECONDS_MAX, inspect};
use crate::clock::Clock;
use crate::ledger::database::Database;

/// How often the database is asked.
const TICK: Duration = Duration::from_secs(5);
/// An answer that took longer says too little about when the database read its clock.
const ROUND_TRIP_MAX: Span = Span::seconds(1);

/// What the last conclusive look at the clocks said.
#[derive(Debug, Default)]
pub struct ClockWatch {
    skew: Mutex<Option<Span>>,
}

impl ClockWatch {
    /// Looks at once and then on every tick, until `stop`.
    pub fn start(
        database: Database,
        clock: Arc<dyn Clock>,
        tracker: &TaskTracker,
        stop: CancellationToken,
    ) -> Arc<Self> {
        let watch = Arc::new(Self::default());
        let task = Arc::clone(&watch);
        tracker.spawn(async move {
            let mut tick = interval(TICK);
            tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let looking = async {
                loop {
                    tick.tick().await;
                    task.look(&database, clock.as_ref()).await;
                }
            };
            stop.run_until_cancelled(looking).await
        });
        watch
    }

    /// How far the clocks are apart, when that is too far: positive when the database's is ahead.
    pub fn too_far_apart(&self) -> Option<Span> {
        let skew = *self.skew.lock().unwrap_or_else(PoisonError::into_inner);
        skew.filter(|skew| Span::seconds(CLOCK_SKEW_SECONDS_MAX) < skew.abs())
    }

    /// Compares the clocks once; an unanswered or slow question changes nothing.
    pub async fn look(&self, database: &Database, clock: &dyn Clock) {
        let asked_at = clock.now();
        let safety = match inspect(database, clock).await {
            Ok(safety) => safety,
            Err(error) => {
                tracing::debug!(
                    error = &error as &dyn Error,
                    "the database was not asked for the time"
                );
                return;
            }
        };
        if ROUND_TRIP_MAX < clock.now() - asked_at {
            return;
        }
        let was_apart = self.too_far_apart().is_some();
        *self.skew.lock().unwrap_or_else(PoisonError::into_inner) = Some(safety.clock_skew);
        let milliseconds = safety.clock_skew.num_milliseconds();
        match (was_apart, safety.clock_is_close()) {
            (false, false) => {
                tracing::error!(
                    milliseconds,
                    "the clock is too far off the database's; not ready"
                );
            }
            (true, true) => {
                tracing::warn!(milliseconds, "the clock agrees with the database's again");
            }
            (false, true) | (true, false) => {}
        }
    }
}

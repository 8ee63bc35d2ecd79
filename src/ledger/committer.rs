//! Stop 4 of 6, its queue: group commit. The statements themselves are in [`super::store`].
//!
//! One committer takes everything that queued while the previous commit was in flight, without artificial delay, and
//! writes it in one transaction. Round trips per batch are constant, so the cost per command falls with load.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::LedgerError;
use super::limits::{BATCH_BYTES_MAX, BATCH_TENANTS_MAX, BATCH_UNITS_MAX, QUEUE_MAX};
use super::store::{AppendError, Store};
use super::unit::{Unit, UnitOutcome};
use crate::clock::Clock;

/// How often a batch that lost a race for locks is tried as it is.
const ATTEMPTS_MAX: u32 = 8;
/// First pause before the next of those attempts; doubled each time.
const PAUSE_FIRST: Duration = Duration::from_millis(2);

struct Job {
    unit: Unit,
    reply: oneshot::Sender<Result<UnitOutcome, LedgerError>>,
}

/// The way into the committer.
#[derive(Clone, Debug)]
pub(super) struct Committer {
    queue: mpsc::Sender<Job>,
}

impl Committer {
    /// Starts the committer. Once `stop` is cancelled it takes no more commands, writes what is queued, and ends.
    pub(super) fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        tracker: &TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE_MAX);
        tracker.spawn(run(store, clock, jobs, stop));
        Self { queue }
    }

    /// Commits a unit with whatever else is waiting.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`] when the queue is full or the database out of reach (nothing was written);
    /// [`LedgerError::OutcomeUnknown`].
    pub(super) async fn commit(&self, unit: Unit) -> Result<UnitOutcome, LedgerError> {
        let (reply, answer) = oneshot::channel();
        if let Err(refused) = self.queue.try_send(Job { unit, reply }) {
            tracing::warn!(reason = %refused, "the commit queue takes no more commands");
            return Err(LedgerError::Unavailable);
        }
        // The committer answers every job it has taken; a dropped sender means that it died with the job in hand.
        answer.await.unwrap_or(Err(LedgerError::OutcomeUnknown))
    }
}

async fn run(
    store: Store,
    clock: Arc<dyn Clock>,
    mut jobs: mpsc::Receiver<Job>,
    stop: CancellationToken,
) {
    let mut carried = None;
    loop {
        let Some(first) = next(&mut carried, &mut jobs, &stop).await else {
            return;
        };
        let batch;
        (batch, carried) = gather(first, &mut jobs);
        let (units, replies): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|job| (job.unit, job.reply)).unzip();
        let outcomes = write(&store, clock.as_ref(), &units).await;
        for (reply, outcome) in replies.into_iter().zip(outcomes) {
            if reply.send(outcome).is_err() {
                tracing::debug!("a command's task ended before its commit was answered");
            }
        }
    }
}

async fn next(
    carried: &mut Option<Job>,
    jobs: &mut mpsc::Receiver<Job>,
    stop: &CancellationToken,
) -> Option<Job> {
    if let Some(job) = carried.take() {
        return Some(job);
    }
    tokio::select! {
        biased;
        job = jobs.recv() => job,
        () = stop.cancelled() => {
            jobs.close();
            jobs.recv().await
        }
    }
}

/// Takes what waits, up to the limits of a batch; what no longer fits is carried to the next one.
fn gather(first: Job, jobs: &mut mpsc::Receiver<Job>) -> (Vec<Job>, Option<Job>) {
    let mut bytes = first.unit.bytes;
    let mut tenants = BTreeSet::from([first.unit.tenant]);
    let mut batch = vec![first];
    while batch.len() < BATCH_UNITS_MAX {
        let Ok(job) = jobs.try_recv() else { break };
        bytes += job.unit.bytes;
        tenants.insert(job.unit.tenant);
        if BATCH_BYTES_MAX < bytes || BATCH_TENANTS_MAX < tenants.len() {
            return (batch, Some(job));
        }
        batch.push(job);
    }
    (batch, None)
}

type Outcomes = Vec<Result<UnitOutcome, LedgerError>>;

async fn write(store: &Store, clock: &dyn Clock, units: &[Unit]) -> Outcomes {
    let mut pause = PAUSE_FIRST;
    for _ in 0..ATTEMPTS_MAX {
        match store.append(units, clock.now()).await {
            Ok(outcomes) => return settle(store, units, outcomes).await,
            Err(AppendError::Retry(error)) => {
                tracing::warn!(%error, units = units.len(), "batch lost a race for locks; trying it again");
                // No event tells when the locks are free: a short, growing pause is all there is.
                let elapsed = tokio::time::timeout(pause, std::future::pending::<()>()).await;
                debug_assert!(
                    elapsed.is_err(),
                    "a pending future only ends by its timeout"
                );
                pause *= 2;
            }
            Err(AppendError::Failed(error) | AppendError::Flipped(error)) => {
                tracing::error!(
                    error = &error as &dyn Error,
                    units = units.len(),
                    "batch failed"
                );
                return units
                    .iter()
                    .map(|_| Err(LedgerError::Unavailable))
                    .collect();
            }
            Err(AppendError::Unknown(error)) => {
                tracing::warn!(
                    error = &error as &dyn Error,
                    "connection lost during commit"
                );
                let unknown = units.iter().map(|_| UnitOutcome::Unknown).collect();
                return settle(store, units, unknown).await;
            }
        }
    }
    units
        .iter()
        .map(|_| Err(LedgerError::Unavailable))
        .collect()
}

/// Turns outcomes into answers; what is unknown is looked up: the heads stay locked until the lost transaction ends.
async fn settle(store: &Store, units: &[Unit], outcomes: Vec<UnitOutcome>) -> Outcomes {
    let unknown: Vec<_> = units
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| **outcome == UnitOutcome::Unknown)
        .map(|(unit, _)| (unit.tenant, unit.command))
        .collect();
    let known = if unknown.is_empty() {
        Ok(BTreeMap::new())
    } else {
        store.resolve(&unknown).await
    };
    if let Err(error) = &known {
        tracing::error!(
            error = error as &dyn Error,
            "the outcome of a batch stays unknown"
        );
    }
    units
        .iter()
        .zip(outcomes)
        .map(|(unit, outcome)| match outcome {
            UnitOutcome::Unknown => match &known {
                Ok(committed) => {
                    Ok(committed
                        .get(&unit.command)
                        .map_or(UnitOutcome::Moved, |last_position| UnitOutcome::Committed {
                            last_position: *last_position,
                        }))
                }
                Err(_) => Err(LedgerError::OutcomeUnknown),
            },
            UnitOutcome::Failed => Err(LedgerError::Unavailable),
            UnitOutcome::Retry => Ok(UnitOutcome::Moved),
            UnitOutcome::Committed { .. }
            | UnitOutcome::Moved
            | UnitOutcome::ReadMoved
            | UnitOutcome::KeyKnown
            | UnitOutcome::NameTaken(_)
            | UnitOutcome::KeyDestroyed
            | UnitOutcome::GuardRefused => Ok(outcome),
        })
        .collect()
}

//! Stop 4 of 6, its queue: group commit. The statements themselves are in [`super::store`].
//!
//! One committer takes everything that queued while the previous commit was in flight, without artificial delay, and
//! writes it in one transaction. Round trips per batch are constant, so the cost per command falls with load.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::LedgerError;
use super::database::DatabaseError;
use super::limits::{BATCH_BYTES_MAX, BATCH_TENANTS_MAX, BATCH_UNITS_MAX, QUEUE_MAX};
use super::store::{AppendError, Store, Turn};
use super::unit::{Unit, UnitOutcome};
use super::wakeup::Wakeup;
use crate::clock::Clock;
use crate::domain::id::{CommandId, TenantId};

/// How long a batch is tried again that was not written for no fault of its own: longer than a frozen process can hold
/// its locks, or a restart of Postgres takes; shorter than a client's patience.
const WRITE_WITHIN: Duration = Duration::from_secs(8);
/// How long the outcome of a commit whose connection was lost is looked for.
const RESOLVE_WITHIN: Duration = Duration::from_secs(5);
/// First pause before the next attempt; doubled each time.
const PAUSE_FIRST: Duration = Duration::from_millis(2);
/// Longest pause: a database that is back is noticed soon.
const PAUSE_MAX: Duration = Duration::from_millis(200);

struct Job {
    unit: Unit,
    reply: oneshot::Sender<Result<UnitOutcome, LedgerError>>,
}

/// The way into the committer.
#[derive(Clone, Debug)]
pub(super) struct Committer {
    queue: mpsc::Sender<Job>,
    desk: Desk,
}

/// What writing takes.
#[derive(Clone, Debug)]
struct Desk {
    store: Store,
    clock: Arc<dyn Clock>,
    wakeup: Arc<Wakeup>,
}

impl Committer {
    /// Starts the committer. Once `stop` is cancelled it takes no more commands, writes what is queued, and ends.
    pub(super) fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        wakeup: Arc<Wakeup>,
        tracker: &TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE_MAX);
        let desk = Desk {
            store,
            clock,
            wakeup,
        };
        tracker.spawn(run(desk.clone(), jobs, stop));
        Self { queue, desk }
    }

    /// Whether the committer's task still runs. Without it every command is refused, and only a new process helps.
    pub(super) fn is_running(&self) -> bool {
        !self.queue.is_closed()
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

    /// Commits a unit that was decided in a turn, past the queue: the queue may be waiting for the turn.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub(super) async fn commit_in_turn(
        &self,
        turn: Turn,
        unit: Unit,
    ) -> Result<UnitOutcome, LedgerError> {
        let Desk { store, clock, .. } = &self.desk;
        let outcome = store.append_in_turn(turn, &unit, clock.now()).await;
        if outcome == UnitOutcome::Retry {
            // The turn is lost through no fault of the command (a connection, a read model flipped meanwhile): nothing
            // was written, and the queue knows how to go on.
            return self.commit(unit).await;
        }
        let settled = self.desk.settle(&[unit], vec![outcome]).await;
        let settled = settled.into_iter().next();
        settled.unwrap_or(Err(LedgerError::OutcomeUnknown))
    }
}

async fn run(desk: Desk, mut jobs: mpsc::Receiver<Job>, stop: CancellationToken) {
    let mut carried = None;
    loop {
        let Some(first) = next(&mut carried, &mut jobs, &stop).await else {
            return;
        };
        let batch;
        (batch, carried) = gather(first, &mut jobs);
        let (units, replies): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|job| (job.unit, job.reply)).unzip();
        let outcomes = desk.write(&units).await;
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

impl Desk {
    async fn write(&self, units: &[Unit]) -> Outcomes {
        let deadline = Instant::now() + WRITE_WITHIN;
        let mut pause = PAUSE_FIRST;
        loop {
            match self.store.append(units, self.clock.now()).await {
                Ok(outcomes) => return self.settle(units, outcomes).await,
                Err(AppendError::Retry(error)) => {
                    tracing::warn!(
                        error = &error as &dyn Error,
                        units = units.len(),
                        "batch lost a race for locks; trying it again"
                    );
                }
                Err(AppendError::Failed(error @ DatabaseError::Outdated { .. })) => {
                    tracing::error!(%error, units = units.len(), "batch refused");
                    return units
                        .iter()
                        .map(|_| Err(LedgerError::Unavailable))
                        .collect();
                }
                Err(AppendError::Failed(error) | AppendError::Flipped(error)) => {
                    tracing::warn!(
                        error = &error as &dyn Error,
                        units = units.len(),
                        "database out of reach"
                    );
                }
                Err(AppendError::Unknown(error)) => {
                    tracing::warn!(
                        error = &error as &dyn Error,
                        "connection lost during commit"
                    );
                    let unknown = units.iter().map(|_| UnitOutcome::Unknown).collect();
                    return self.settle(units, unknown).await;
                }
            }
            if deadline <= Instant::now() + pause {
                tracing::error!(units = units.len(), "batch given up: nothing was written");
                return units
                    .iter()
                    .map(|_| Err(LedgerError::Unavailable))
                    .collect();
            }
            rest(&mut pause).await;
        }
    }

    /// Turns outcomes into answers; what is unknown is looked up, and the log's readers are told of what is in it.
    async fn settle(&self, units: &[Unit], outcomes: Vec<UnitOutcome>) -> Outcomes {
        let unknown: Vec<_> = units
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcome)| **outcome == UnitOutcome::Unknown)
            .map(|(unit, _)| (unit.tenant, unit.command))
            .collect();
        let known = self.resolve(&unknown).await;
        let answers: Outcomes = units
            .iter()
            .zip(outcomes)
            .map(|(unit, outcome)| answer(unit, outcome, known.as_ref()))
            .collect();
        let is_committed = |answer: &_| {
            matches!(
                answer,
                Ok(UnitOutcome::Committed { .. }) | Err(LedgerError::OutcomeUnknown)
            )
        };
        if answers.iter().any(is_committed) {
            self.wakeup.committed();
        }
        answers
    }

    /// Where the commands end in the log, those that are in it; `None` when that cannot be learnt in time. The lanes of
    /// the commands stay closed meanwhile: nobody decides on a state that may already be the past.
    async fn resolve(&self, unknown: &[(TenantId, CommandId)]) -> Option<BTreeMap<CommandId, u64>> {
        if unknown.is_empty() {
            return Some(BTreeMap::new());
        }
        let resolving = async {
            let mut pause = PAUSE_FIRST;
            loop {
                match self.store.resolve(unknown).await {
                    Ok(known) => return known,
                    Err(error) => {
                        tracing::warn!(
                            error = &error as &dyn Error,
                            "the outcome of a batch is not known yet"
                        );
                    }
                }
                rest(&mut pause).await;
            }
        };
        let known = tokio::time::timeout(RESOLVE_WITHIN, resolving).await;
        if known.is_err() {
            tracing::error!(
                commands = unknown.len(),
                "the outcome of a batch stays unknown"
            );
        }
        known.ok()
    }
}

/// No event tells when locks are free or a server is back: a growing pause is all there is.
async fn rest(pause: &mut Duration) {
    let elapsed = tokio::time::timeout(*pause, std::future::pending::<()>()).await;
    debug_assert!(
        elapsed.is_err(),
        "a pending future only ends by its timeout"
    );
    *pause = (*pause * 2).min(PAUSE_MAX);
}

fn answer(
    unit: &Unit,
    outcome: UnitOutcome,
    known: Option<&BTreeMap<CommandId, u64>>,
) -> Result<UnitOutcome, LedgerError> {
    match outcome {
        UnitOutcome::Unknown => {
            let known = known.ok_or(LedgerError::OutcomeUnknown)?;
            let last_position = known.get(&unit.command).copied();
            Ok(
                last_position.map_or(UnitOutcome::Moved, |last_position| UnitOutcome::Committed {
                    last_position,
                }),
            )
        }
        UnitOutcome::Failed => Err(LedgerError::Unavailable),
        UnitOutcome::Retry => Ok(UnitOutcome::Moved),
        UnitOutcome::Committed { .. }
        | UnitOutcome::Moved
        | UnitOutcome::ReadMoved
        | UnitOutcome::KeyKnown
        | UnitOutcome::NameTaken(_)
        | UnitOutcome::KeyDestroyed
        | UnitOutcome::GuardRefused => Ok(outcome),
    }
}

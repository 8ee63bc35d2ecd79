//! The append transaction from begin to commit, and the halving of a batch that the database refuses.
//!
//! Round trips on Postgres, whatever the number of units: begin, lock, read, and at most one for each of keys, attendee
//! keys alive, names, claims deleted, claims inserted, sagas settled, sagas open, new attendee keys, terms, three per read-model table, the log,
//! commit. What has no rows is not sent.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use tokio::time::Instant;

use super::candidates::Candidates;
use super::failure::{Meaning, meaning};
use super::transaction::Transaction;
use super::{
    AppendError, Appended, Batch, Store, admission, claims, log, open_sagas, race, read_models,
};
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;
use crate::ledger::database::{Database, DatabaseError};
use crate::ledger::row::RowChange;
use crate::ledger::unit::{Unit, UnitOutcome};

/// How long a batch that is refused is halved: else a statement that times out would, in ever smaller parts, hold up
/// every other command for hours. A quick refusal is found in well under a second.
const HALVED_WITHIN: Duration = Duration::from_secs(8);
/// How often one batch follows a flip.
const FLIPS_MAX: u32 = 4;

/// What a written part came to.
#[derive(Debug)]
pub(super) struct Written {
    /// In the order of the units.
    pub(super) outcomes: Vec<UnitOutcome>,
    /// Statements it took, begin and commit not counted.
    pub(super) statements: u32,
}

/// Why one transaction did not write its part.
#[derive(Debug)]
pub(super) enum Failure {
    /// Before COMMIT: rolled back.
    Before(DatabaseError),
    /// While COMMIT was under way, and no answer came.
    During(DatabaseError),
}

impl Store {
    /// Writes a batch by the tables that are known; after a flip learns the new ones and writes the same batch again.
    pub(super) async fn append_following(&self, units: Batch<'_>, now: Timestamp) -> Appended {
        let mut flips = 0;
        loop {
            let mut naming = self.database.tables().known();
            if naming.usable().is_err() {
                // A newer rebuild may have made this program's layout live.
                naming = self.database.refresh().await.map_err(AppendError::Failed)?;
                naming.usable().map_err(AppendError::Failed)?;
            }
            let deadline = Instant::now() + HALVED_WITHIN;
            let error = match self.append_halving(units, now, deadline).await {
                Err(AppendError::Flipped(error)) => error,
                done => return done,
            };
            let live = self.database.refresh().await.map_err(AppendError::Failed)?;
            live.usable().map_err(AppendError::Failed)?;
            if *live == *naming || FLIPS_MAX <= flips {
                return Err(AppendError::Failed(error));
            }
            tracing::info!(
                epoch = live.epoch(),
                "a read model was flipped; writing its new tables"
            );
            flips += 1;
        }
    }

    /// See [`Store::append`]. What is refused after the deadline is not halved.
    pub(super) async fn append_halving(
        &self,
        units: Batch<'_>,
        now: Timestamp,
        deadline: Instant,
    ) -> Appended {
        let mut outcomes = vec![UnitOutcome::Retry; units.len()];
        let whole = 0..units.len();
        // The next part last: parts are written in batch order.
        let mut parts = vec![whole.clone()];
        while let Some(part) = parts.pop() {
            let Some(chosen) = units.get(part.clone()) else {
                continue;
            };
            let fate = match write(&self.database, chosen, now).await {
                Ok(written) => {
                    tracing::debug!(
                        units = chosen.len(),
                        statements = written.statements,
                        "batch written"
                    );
                    place(&mut outcomes, part.start, written.outcomes);
                    continue;
                }
                Err(Failure::During(error)) if part == whole => {
                    return Err(AppendError::Unknown(error));
                }
                Err(Failure::During(_)) => UnitOutcome::Unknown,
                Err(Failure::Before(error)) => match (meaning(&error), part == whole) {
                    (Meaning::Retry, true) => return Err(AppendError::Retry(error)),
                    (Meaning::Flipped, true) => return Err(AppendError::Flipped(error)),
                    (Meaning::Unreachable, true) => return Err(AppendError::Failed(error)),
                    (Meaning::Retry | Meaning::Flipped | Meaning::Unreachable, false) => {
                        UnitOutcome::Retry
                    }
                    (Meaning::Guard | Meaning::Refused, _) if 1 < part.len() => {
                        if Instant::now() < deadline {
                            parts.extend(halves(&part));
                            continue;
                        }
                        tracing::error!(
                            error = %chain(&error), units = part.len(),
                            "the database took too long to refuse commands"
                        );
                        UnitOutcome::Failed
                    }
                    (Meaning::Guard, _) => guard_refused(chosen, &error),
                    (Meaning::Refused, _) => refused(chosen, &error),
                },
            };
            place(&mut outcomes, part.start, vec![fate; part.len()]);
        }
        Ok(outcomes)
    }
}

/// Both halves, the first one last.
fn halves(part: &Range<usize>) -> [Range<usize>; 2] {
    let middle = part.start.midpoint(part.end);
    [middle..part.end, part.start..middle]
}

fn place(outcomes: &mut [UnitOutcome], start: usize, part: Vec<UnitOutcome>) {
    for (outcome, fate) in outcomes.iter_mut().skip(start).zip(part) {
        *outcome = fate;
    }
}

pub(super) fn guard_refused(units: &[Unit], error: &DatabaseError) -> UnitOutcome {
    for unit in units {
        tracing::error!(
            tenant.id = %unit.tenant, command.id = %unit.command, error = %chain(error),
            "invariant broken: the overlap guard refused what the rules allowed"
        );
    }
    UnitOutcome::GuardRefused
}

pub(super) fn refused(units: &[Unit], error: &DatabaseError) -> UnitOutcome {
    for unit in units {
        tracing::error!(
            tenant.id = %unit.tenant, command.id = %unit.command, error = %chain(error),
            "the database refused a command"
        );
    }
    UnitOutcome::Failed
}

/// An error with its sources: the outermost alone says only "database error".
fn chain(error: &DatabaseError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

pub(super) async fn write(
    database: &Database,
    units: &[Unit],
    now: Timestamp,
) -> Result<Written, Failure> {
    let tenants: BTreeSet<TenantId> = units.iter().map(|unit| unit.tenant).collect();
    let transaction = Transaction::begin_append(database, &tenants)
        .await
        .map_err(Failure::Before)?;
    write_in(transaction, units, now).await
}

/// Writes the units in a transaction that was begun for their tenants, and ends it.
pub(super) async fn write_in(
    mut transaction: Transaction,
    units: &[Unit],
    now: Timestamp,
) -> Result<Written, Failure> {
    let mut candidates = Candidates::new(units);
    let staged = stage(&mut transaction, &mut candidates, now).await;
    let statements = transaction.statements();
    match staged {
        Err(error) => {
            transaction.rollback().await;
            return Err(Failure::Before(error));
        }
        Ok(None) => transaction.rollback().await,
        Ok(Some(_)) => transaction.commit().await.map_err(commit_failure)?,
    }
    let positions = staged.ok().flatten().unwrap_or_default();
    let outcomes = candidates.outcomes(|index| positions.get(&index).copied().unwrap_or(0));
    Ok(Written {
        outcomes,
        statements,
    })
}

/// All stages in their order; `None` when no unit stays, so there is nothing to commit.
pub(super) async fn stage(
    transaction: &mut Transaction,
    candidates: &mut Candidates<'_>,
    now: Timestamp,
) -> Result<Option<log::LastPositions>, DatabaseError> {
    let headless = race::check(transaction, candidates).await?;
    admission::admit(transaction, candidates).await?;
    if candidates.staying().next().is_none() {
        return Ok(None);
    }
    claims::write(transaction, candidates).await?;
    open_sagas::write(transaction, candidates).await?;
    let rows: Vec<&RowChange> = candidates
        .staying()
        .flat_map(|(_, unit)| &unit.rows)
        .collect();
    read_models::write(transaction, &rows).await?;
    log::write(transaction, candidates, &headless, now)
        .await
        .map(Some)
}

/// A server that answers COMMIT with an error of the transaction has rolled it back; no answer, or one about the
/// connection or the server itself, says nothing.
fn commit_failure(error: DatabaseError) -> Failure {
    match meaning(&error) {
        Meaning::Retry | Meaning::Flipped | Meaning::Guard | Meaning::Refused => {
            Failure::Before(error)
        }
        Meaning::Unreachable => Failure::During(error),
    }
}

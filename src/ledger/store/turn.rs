//! A turn: one command that writes alone, after others have overtaken it too often.
//!
//! The streams are locked before they are loaded, so nobody can move them while the command decides; the same
//! transaction then writes it through the same stages as a batch. Streams that do not exist yet have no row to lock:
//! for those the fence decides once more.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use super::Store;
use super::append::{self, Failure, guard_refused, refused};
use super::failure::{Meaning, meaning};
use super::race;
use super::transaction::Transaction;
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;
use crate::ledger::database::DatabaseError;
use crate::ledger::record::StreamKey;
use crate::ledger::unit::{Unit, UnitOutcome};

/// An open transaction that holds its streams.
#[derive(Debug)]
pub struct Turn {
    transaction: Transaction,
}

impl Store {
    /// Waits for the streams and locks them in key order: the written ones (`true`) against everybody, the others
    /// against writers. Whoever holds the turn must not wait for the committer: a batch may be waiting for the turn.
    ///
    /// # Errors
    /// [`DatabaseError`]; also when others kept the streams for longer than the lock timeout.
    pub async fn take_turn(
        &self,
        tenant: TenantId,
        streams: &BTreeMap<StreamKey, bool>,
    ) -> Result<Turn, DatabaseError> {
        let mut transaction = Transaction::begin(&self.database, &BTreeSet::from([tenant])).await?;
        race::lock(&mut transaction, streams).await?;
        Ok(Turn { transaction })
    }

    /// Writes the unit that was decided in the turn and ends it, written or not.
    pub async fn append_in_turn(&self, turn: Turn, unit: &Unit, now: Timestamp) -> UnitOutcome {
        let units = std::slice::from_ref(unit);
        let error = match append::write_in(turn.transaction, units, now).await {
            Ok(written) => {
                let outcome = written.outcomes.first().copied();
                return outcome.unwrap_or(UnitOutcome::Failed);
            }
            Err(Failure::During(_)) => return UnitOutcome::Unknown,
            Err(Failure::Before(error)) => error,
        };
        match meaning(&error) {
            Meaning::Retry | Meaning::Unreachable => UnitOutcome::Retry,
            Meaning::Flipped => {
                if let Err(unlearnt) = self.database.refresh().await {
                    tracing::warn!(
                        error = &unlearnt as &dyn Error,
                        "the live read models could not be learnt"
                    );
                }
                UnitOutcome::Retry
            }
            Meaning::Guard => guard_refused(units, &error),
            Meaning::Refused => refused(units, &error),
        }
    }
}

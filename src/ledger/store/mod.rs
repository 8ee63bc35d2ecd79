//! Stop 4 of 6 on the path of a booking: the append transaction, on either database.
//!
//! One transaction per batch with a constant number of statements, in this order: (1) race check, (2) idempotency keys
//! and names, (3) claims deleted, (4) claims inserted, (5) read-model rows, (6) heads and events.

mod append;
mod turn;
mod candidates;
mod race;
mod admission;
mod names;
mod claims;
mod open_sagas;
mod read_models;
mod folding;
mod log;
mod failure;
mod transaction;
mod rowset;
mod statements;
pub mod resolution;
pub mod reading;
mod keys;
pub mod snapshots;
pub mod rebuild;
pub mod connect;
pub mod migration;
#[cfg(test)]
pub(crate) mod tests;

use super::database::{Database, DatabaseError};
use super::unit::{Unit, UnitOutcome};
use crate::domain::time::Timestamp;

pub use turn::Turn;

/// Why a whole batch was not written.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Nothing was written: deadlock, serialization failure, lock timeout (40P01, 40001, 55P03, busy): the same again.
    #[error("the batch lost a race for locks")]
    Retry(#[source] DatabaseError),
    /// Nothing was written: the database is out of reach, or holds what cannot be there.
    #[error("the batch could not be brought to the database")]
    Failed(#[source] DatabaseError),
    /// Nothing was written: a read model was flipped. Never leaves the store.
    #[error("a read model was flipped")]
    Flipped(#[source] DatabaseError),
    /// The connection was lost while the commit was under way: written or not.
    #[error("the outcome of the batch is unknown")]
    Unknown(#[source] DatabaseError),
}

/// Writes one batch: outcomes in the order of the units.
pub type Appended = Result<Vec<UnitOutcome>, AppendError>;

/// A batch: units of any tenants, no two of which write the same stream.
pub type Batch<'a> = &'a [Unit];

/// The statements of the ledger over one database.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
}

impl Store {
    /// The store of an open database.
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// The database, for reading read models.
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Writes a batch in one transaction; each unit whole or not at all. When the database refuses a statement, the
    /// batch is halved, down to one unit, each part a transaction of its own: so one bad unit harms no other.
    /// `now` becomes `recorded_at` on SQLite; Postgres reads its own clock.
    ///
    /// # Errors
    /// [`AppendError`], when it is true of the whole batch. Once a batch was split, the same is said per unit
    /// ([`UnitOutcome::Retry`], [`UnitOutcome::Failed`], [`UnitOutcome::Unknown`]).
    pub async fn append(&self, units: Batch<'_>, now: Timestamp) -> Appended {
        if units.is_empty() {
            return Ok(Vec::new());
        }
        self.append_following(units, now).await
    }
}

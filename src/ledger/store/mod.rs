//! Stop 4 of 6 on the path of a booking: the append transaction, on either database.
//!
//! One transaction per batch with a constant number of statements, in this order: (1) race check, (2) idempotency keys
//! and names, (3) claims deleted, (4) claims inserted, (5) read-model rows, (6) heads and events.

pub mod connect;

use super::database::DatabaseError;
use super::unit::{Unit, UnitOutcome};

/// Why a batch was not written.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Nothing was written: deadlock, serialization failure, lock timeout (40P01, 40001, 55P03, busy): the same again.
    #[error("the batch lost a race for locks")]
    Retry(#[source] DatabaseError),
    /// Nothing was written, and the statement failed: halve the batch.
    #[error("the batch was refused by the database")]
    Failed(#[source] DatabaseError),
    /// The connection was lost while the commit was under way: written or not.
    #[error("the outcome of the batch is unknown")]
    Unknown(#[source] DatabaseError),
}

/// Writes one batch: outcomes in the order of the units.
pub type Appended = Result<Vec<UnitOutcome>, AppendError>;

/// A batch: units of any tenants, no two of which write the same stream.
pub type Batch<'a> = &'a [Unit];

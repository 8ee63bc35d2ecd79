//! What [`Ledger`](super::Ledger) answers instead of an outcome.

use super::database::DatabaseError;
use crate::domain::Rejection;
use crate::domain::time::Timestamp;

/// Why a command was not executed, or its outcome is not known.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The rules refused it; bound to the idempotency key, if there is one.
    #[error("refused: {rejection}")]
    Refused {
        /// Why.
        rejection: Rejection,
        /// Whether this is the recorded outcome of an earlier request with the same key.
        replayed: bool,
        /// When it was bound to the key, if there is one.
        bound_at: Option<Timestamp>,
    },
    /// What the command was built from (an event type's terms, a booking's facts) has moved on: read again and retry.
    #[error("the command was built from a state that has moved on")]
    Stale,
    /// The idempotency key was used for another request.
    #[error("idempotency key was used for another request")]
    KeyReused,
    /// The booking's personal data is erased; it cannot be changed any more.
    #[error("personal data is erased")]
    Erased,
    /// The queue is full, the stream too contended, or the database out of reach: nothing was written.
    #[error("the ledger cannot take the command now")]
    Unavailable,
    /// The connection was lost during commit and the outcome could not be learnt: safe to retry with the same key.
    #[error("the outcome is unknown")]
    OutcomeUnknown,
    /// The command is larger than a limit allows.
    #[error("the command is larger than {limit}")]
    TooLarge {
        /// The limit.
        limit: &'static str,
    },
    /// The database or what is in it.
    #[error("database error")]
    Database(#[from] DatabaseError),
    /// The database refused what the rules allowed: claims and log disagree, a person must look. Nothing was written.
    #[error("the overlap guard refused what the rules allowed")]
    InvariantBroken,
    /// The log holds what cannot be read or does not hold together.
    #[error("corrupt log: {0}")]
    Corrupt(String),
}

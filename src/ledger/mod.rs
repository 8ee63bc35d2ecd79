//! Stop 2 of 6 on the path of a booking: executing a command.
//!
//! Owns the append transaction, hot streams, group commit and the log.

pub mod record;
pub mod unit;
pub mod row;
pub mod database;
pub mod vault;
pub mod store;
mod opening;
pub mod safety;

use std::sync::Arc;

use crate::domain::id::{BookingId, TenantId};
use crate::domain::{Rejection, State};
use database::{Database, DatabaseError};
use record::{Addressed, CommandContext, Executed, Logged, RecordedEvent, StreamKey};
use unit::NameKind;
use vault::Vault;

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
    /// The log holds what cannot be read or does not hold together.
    #[error("corrupt log: {0}")]
    Corrupt(String),
}

/// The wire numbers the ledger draws, global over all tenants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NumberKind {
    /// [`crate::domain::id::ProviderNumber`].
    Provider,
    /// [`crate::domain::id::EventTypeNumber`].
    EventType,
    /// [`crate::domain::id::BookingNumber`].
    Booking,
    /// [`crate::domain::id::ScheduleNumber`].
    Schedule,
    /// [`crate::domain::id::AttendeeNumber`].
    Attendee,
}

/// Where a name leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// Whose it is.
    pub tenant: TenantId,
    /// See [`NameKind`]: a small JSON object.
    pub target: serde_json::Value,
}

/// The ledger.
#[derive(Debug)]
pub struct Ledger {
    database: Database,
    vault: Arc<Vault>,
}

impl Ledger {
    /// Executes a command over one stream, or linked commands over several streams of one tenant: all or nothing.
    /// Runs to its end although the caller goes away.
    ///
    /// # Errors
    /// See [`LedgerError`].
    pub async fn execute(
        &self,
        _context: CommandContext,
        _commands: Vec<Addressed>,
    ) -> Result<Executed, LedgerError> {
        Err(LedgerError::Unavailable)
    }

    /// The folded state of a stream, at least as new as every command answered before the call; `None` without events.
    ///
    /// # Errors
    /// [`LedgerError::Database`], [`LedgerError::Corrupt`].
    pub async fn state(&self, _stream: StreamKey) -> Result<Option<Arc<State>>, LedgerError> {
        Err(LedgerError::Unavailable)
    }

    /// The folded state of a stream as last seen by this process, loaded when it is not hot: for what the commit
    /// compares again (terms). `None` without events.
    ///
    /// # Errors
    /// As [`Self::state`].
    pub async fn state_seen(&self, _stream: StreamKey) -> Result<Option<Arc<State>>, LedgerError> {
        Err(LedgerError::Unavailable)
    }

    /// The events of one booking, over all providers it was with, in order of position.
    ///
    /// # Errors
    /// As [`Self::state`].
    pub async fn booking_events(
        &self,
        _tenant: TenantId,
        _booking: BookingId,
    ) -> Result<Vec<Logged>, LedgerError> {
        Err(LedgerError::Unavailable)
    }

    /// Events of a stream after a sequence (0: from the first), in order, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::state`].
    pub async fn stream_events(
        &self,
        _stream: StreamKey,
        _after: u64,
        _limit: u32,
    ) -> Result<Vec<RecordedEvent>, LedgerError> {
        Err(LedgerError::Unavailable)
    }

    /// The log of a tenant after a position (0: from the first), in order, at most `limit`; asserts contiguity.
    ///
    /// # Errors
    /// As [`Self::state`]; a hole is [`LedgerError::Corrupt`].
    pub async fn log(
        &self,
        _tenant: TenantId,
        _after: u64,
        _limit: u32,
    ) -> Result<Vec<Logged>, LedgerError> {
        Err(LedgerError::Unavailable)
    }

    /// Where a name leads, at most 5 s old; `None` when there is none. With an empty `scope` for kinds that are
    /// scoped: the only entry of that name, `None` when there are several.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    pub async fn find(
        &self,
        _kind: NameKind,
        _scope: &str,
        _name: &str,
    ) -> Result<Option<DirectoryEntry>, LedgerError> {
        Err(LedgerError::Unavailable)
    }

    /// Draws the next wire number; numbers may be skipped, never repeated.
    ///
    /// # Errors
    /// [`LedgerError::Database`].
    pub async fn draw_number(&self, _kind: NumberKind) -> Result<i32, LedgerError> {
        Err(LedgerError::Unavailable)
    }

    /// The database, for reading read models.
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// The vault, for opening personal data.
    pub const fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }
}

//! What the rules refused: checked against the streams as they are, bound to its idempotency key, answered.
//!
//! From [`super::execution`], which decided; a refusal without a key writes nothing.

use super::execution::Attempt;
use super::lanes::HeldLane;
use super::record::{CommandContext, StreamKey};
use super::store::Turn;
use super::unit::UnitOutcome;
use super::{Ledger, LedgerError};
use crate::domain::Rejection;
use crate::domain::time::Timestamp;

/// What the rules refused, and what they refused it on.
pub(super) struct Rejected {
    pub(super) now: Timestamp,
    /// Of the streams it was decided on.
    pub(super) versions: Vec<(StreamKey, u64)>,
    /// Of the event types the command was built from.
    pub(super) terms: Vec<(StreamKey, u64)>,
    pub(super) rejection: Rejection,
}

impl Ledger {
    /// The rules said no. That is an answer only while the streams are still what they were decided on, and the terms
    /// what they were read as: another process may have changed them.
    pub(super) async fn refuse(
        &self,
        context: &CommandContext,
        lanes: &[HeldLane],
        rejected: Rejected,
        turn: Option<Turn>,
    ) -> Result<Attempt, LedgerError> {
        let read = rejected.versions.iter().chain(&rejected.terms);
        let streams: Vec<StreamKey> = read.map(|(stream, _)| *stream).collect();
        let current = self.store.versions(&streams).await?;
        let is_current = |(stream, version): &(StreamKey, u64)| {
            current.get(stream).copied().unwrap_or(0) == *version
        };
        if !rejected.versions.iter().all(is_current) {
            for lane in lanes {
                lane.evict();
            }
            return Ok(Attempt::Again);
        }
        if rejected.rejection.is_stale() || !rejected.terms.iter().all(is_current) {
            return Err(LedgerError::Stale);
        }
        self.bind_refusal(context, rejected, turn).await
    }

    /// Binds a refusal to the command's idempotency key, if it has one, before it is answered.
    pub(super) async fn bind_refusal(
        &self,
        context: &CommandContext,
        rejected: Rejected,
        turn: Option<Turn>,
    ) -> Result<Attempt, LedgerError> {
        let Rejected {
            now,
            versions,
            terms: _,
            rejection,
        } = rejected;
        let refused = LedgerError::Refused {
            rejection: rejection.clone(),
            replayed: false,
            bound_at: context.binds_refusals().then_some(now),
        };
        match self.record_refusal(context, now, versions, &rejection)? {
            None => Err(refused),
            Some(unit) => match self.write(unit, turn).await? {
                UnitOutcome::Committed { .. } => Err(refused),
                UnitOutcome::ReadMoved => Ok(Attempt::Again),
                outcome @ (UnitOutcome::Moved
                | UnitOutcome::KeyKnown
                | UnitOutcome::NameTaken(_)
                | UnitOutcome::KeyDestroyed
                | UnitOutcome::GuardRefused
                | UnitOutcome::Failed
                | UnitOutcome::Retry
                | UnitOutcome::Unknown) => self.settle(context, outcome).await,
            },
        }
    }
}

//! A command that others have overtaken twice takes a turn: it locks its streams first and is overtaken no more.
//!
//! From [`super::execution`]; the transaction that holds the turn is [`super::store::Turn`]. While a turn is held the
//! committer may be waiting for it, so whoever holds it writes past the queue.

use std::collections::BTreeMap;

use super::execution::terms_read;
use super::lanes::{HeldLane, Hot};
use super::record::{Addressed, CommandContext, StreamKey};
use super::store::Turn;
use super::unit::{Unit, UnitOutcome};
use super::{Ledger, LedgerError};

impl Ledger {
    /// Locks the streams against every other writer, then brings what is hot up to date: nobody can overtake any more.
    pub(super) async fn take_turn(
        &self,
        context: &CommandContext,
        commands: &[Addressed],
        lanes: &[HeldLane],
    ) -> Result<Turn, LedgerError> {
        let mut locks: BTreeMap<StreamKey, bool> = terms_read(context, commands)
            .into_iter()
            .map(|(stream, _)| (stream, false))
            .collect();
        locks.extend(lanes.iter().map(|lane| (lane.stream, true)));
        tracing::debug!(streams = locks.len(), "a command takes its turn");
        let turn = self.store.take_turn(context.tenant, &locks).await?;
        for lane in lanes {
            let hot = lane.hot().unwrap_or_else(|| Hot::empty(lane.stream));
            lane.load(self.load(hot, lane.stream).await?);
        }
        Ok(turn)
    }

    /// Writes a unit in its turn, or with everybody else.
    pub(super) async fn write(
        &self,
        unit: Unit,
        turn: Option<Turn>,
    ) -> Result<UnitOutcome, LedgerError> {
        match turn {
            None => self.committer.commit(unit).await,
            Some(turn) => self.committer.commit_in_turn(turn, unit).await,
        }
    }
}

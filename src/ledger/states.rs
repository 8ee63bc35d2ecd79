//! The folded states of streams, for reading: as new as every command answered before, or as last seen.

use std::sync::Arc;

use chrono::Duration;

use super::directory::CACHE_SECONDS;
use super::lanes::Hot;
use super::record::StreamKey;
use super::{Ledger, LedgerError};
use crate::domain::State;

impl Ledger {
    /// The folded state of a stream, at least as new as every command answered before the call; `None` without events.
    ///
    /// # Errors
    /// [`LedgerError::Database`], [`LedgerError::Corrupt`].
    pub async fn state(&self, stream: StreamKey) -> Result<Option<Arc<State>>, LedgerError> {
        Ok(self.versioned_state(stream).await?.map(|(state, _)| state))
    }

    /// As [`Self::state`], with the stream's version: for commands whose commit compares it
    /// ([`super::record::CommandContext::reads`]).
    ///
    /// # Errors
    /// As [`Self::state`].
    pub async fn versioned_state(
        &self,
        stream: StreamKey,
    ) -> Result<Option<(Arc<State>, u64)>, LedgerError> {
        let mut loaded = self.loaded(&[stream]).await?;
        let known = loaded.pop().filter(|hot| 0 < hot.version);
        Ok(known.map(|hot| (hot.state, hot.version)))
    }

    /// As [`Self::state`], of several streams, in their order: one query for all versions.
    ///
    /// # Errors
    /// As [`Self::state`].
    pub async fn states(
        &self,
        streams: &[StreamKey],
    ) -> Result<Vec<Option<Arc<State>>>, LedgerError> {
        let loaded = self.loaded(streams).await?;
        let known = |hot: Hot| (0 < hot.version).then_some(hot.state);
        Ok(loaded.into_iter().map(known).collect())
    }

    async fn loaded(&self, streams: &[StreamKey]) -> Result<Vec<Hot>, LedgerError> {
        let asked_at = self.clock.now();
        let lanes: Vec<_> = streams
            .iter()
            .map(|stream| self.lanes.lane(*stream))
            .collect();
        let peeked: Vec<Hot> = streams
            .iter()
            .zip(&lanes)
            .map(|(stream, lane)| lane.peek().unwrap_or_else(|| Hot::empty(*stream)))
            .collect();
        let versions = self.store.versions(streams).await?;
        let mut current = Vec::with_capacity(streams.len());
        for ((stream, lane), hot) in streams.iter().zip(&lanes).zip(peeked) {
            let version = versions.get(stream).copied().unwrap_or(0);
            let hot = if hot.version < version {
                let loaded = self.load(hot, *stream).await?;
                lane.offer(loaded.clone());
                loaded
            } else {
                hot
            };
            lane.confirm(asked_at);
            current.push(hot);
        }
        Ok(current)
    }

    /// The folded state of a stream as seen by this process at most 5 s ago: for what the commit compares again (terms).
    /// `None` without events.
    ///
    /// # Errors
    /// As [`Self::state`].
    pub async fn state_seen(&self, stream: StreamKey) -> Result<Option<Arc<State>>, LedgerError> {
        let age = Duration::seconds(CACHE_SECONDS);
        let lane = self.lanes.lane(stream);
        match lane.peek_confirmed(self.clock.now(), age) {
            Some(hot) if 0 < hot.version => Ok(Some(hot.state)),
            Some(_) | None => self.state(stream).await,
        }
    }
}
